//! Many profiles become one.

pub mod files;
pub mod inputs;
pub mod options;
pub mod report;
pub mod worker;

pub use files::{Merged, merge, merge_files, merge_to_bytes};
pub use options::{MergeInput, MergeOptions, Normalize};
