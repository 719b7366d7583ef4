//! Whether a profile is good: damage, doubts, and whether it fits the code.

pub mod check;
pub mod staleness;
pub mod verdict;
