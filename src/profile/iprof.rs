//! The `.iprof` engine.

pub mod application;
mod build_cache;
mod canonical;
pub mod cells;
pub mod check;
pub mod context;
pub mod convert;
pub mod counts;
pub mod damage;
pub mod diff;
pub mod flame;
pub mod flips;
pub mod ids;
pub mod inputs;
pub mod java_name;
pub mod json_lines;
pub mod leaves;
pub mod memo;
pub mod merge;
pub mod merge_report;
mod merge_worker;
pub mod order;
pub mod overlap;
pub mod parse;
pub mod profile;
pub mod raw;
pub mod resolve;
mod rows;
pub mod section;
pub mod show;
pub mod source;
pub mod sources;
pub mod staleness;
pub mod symbols;
pub mod tables;
mod threads;
pub mod verdict;
pub mod version;
pub mod write;

#[cfg(test)]
pub(crate) mod testing;
