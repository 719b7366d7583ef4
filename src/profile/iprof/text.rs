//! The text of a profile: what it is, where it breaks, and its rows, unread.

pub mod canonical;
pub mod context;
pub mod damage;
mod foreign;
pub mod ids;
pub mod parse;
pub mod raw;
pub mod rows;
pub mod section;
pub mod source;
pub mod version;
