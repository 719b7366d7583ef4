//! What something would take that is not made: for plans that are only shown.

use std::path::PathBuf;

/// What making something would take.
#[derive(Clone, Debug, PartialEq)]
pub enum Effort {
    /// It is there.
    None,
    /// It would be made.
    Made {
        /// Why.
        why: String,
        /// How long the last one took that is still known.
        last_seconds: Option<f64>,
    },
}

/// What training would take.
#[derive(Clone, Debug, PartialEq)]
pub struct TrainingEffort {
    /// The good profiles that are there, in the order of their runs, up to the first run that would be done.
    pub profiles: Vec<PathBuf>,
    /// How many runs would be done.
    pub missing: u32,
    /// How many there are in all.
    pub runs: u32,
    /// How long the last one took that is still known.
    pub last_seconds: Option<f64>,
}
