//! A profile as text again: JSON in the order of the original, JSON lines, other versions.

pub mod convert;
pub mod json;
pub mod json_lines;
pub mod order;

pub use json::{pack, to_json, version_to_hold};
