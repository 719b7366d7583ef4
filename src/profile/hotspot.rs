//! A profile from an ordinary JVM: the text that HotSpot's `-XX:+PrintMethodData` logs about a run becomes an `.iprof`.
//!
//! ```text
//! log, gzip or plain ─► lines ─► whole methods ─► Profile ─► .iprof
//!                       read      method           convert    iprof::write
//! ```
//!
//! The log is streamed: at most one line and one method are held, and what was counted so far. A method of which anything is
//! missing or odd is left out whole and counted, so that no count is ever wrong. Experimental: nobody has seen native-image
//! gain from such a profile yet.

pub mod convert;
mod jvm;
mod method;
mod names;
pub mod pairing;
mod read;
mod site;
mod syntax;

#[cfg(test)]
mod tests;

pub use convert::{Conversion, Converted, LeftOut, convert};
pub use jvm::Jvm;
