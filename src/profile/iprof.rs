//! The `.iprof` engine.

mod threads;

pub mod counts;
pub mod judge;
pub mod look;
pub mod merge;
pub mod names;
#[cfg(test)]
pub(crate) mod testing;
pub mod text;
pub mod write;
