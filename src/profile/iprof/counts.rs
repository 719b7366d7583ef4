//! Counts of a profile in tables: contexts, cells, and what their names resolve to.

pub mod build_cache;
pub mod cells;
pub mod memo;
pub mod profile;
pub mod resolve;
pub mod section_counts;
pub mod tables;
