//! What is merged, and how.

use std::path::PathBuf;

use crate::profile::iprof::text::source::{self, Packing};
use crate::profile::iprof::text::version::Version;

/// One file to merge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MergeInput {
    /// The file; `-` is standard input.
    pub path: PathBuf,
    /// How often its counts are added; at least 1.
    pub weight: u64,
}

impl MergeInput {
    /// A file that counts once.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            weight: 1,
        }
    }
}

/// How to merge.
#[derive(Clone, Debug)]
pub struct MergeOptions {
    /// How many threads read; 0 is one for each core.
    pub threads: usize,
    /// What every run is worth.
    pub normalize: Normalize,
    /// Fail on a broken input instead of setting it aside.
    pub strict: bool,
    /// How the output is packed.
    pub packing: Packing,
    /// The version to write; `None` is the highest of the inputs.
    pub version: Option<Version>,
    /// The highest size of one unpacked input.
    pub max_bytes: u64,
}

impl Default for MergeOptions {
    fn default() -> Self {
        Self {
            threads: 0,
            normalize: Normalize::default(),
            strict: false,
            packing: Packing::Plain,
            version: None,
            max_bytes: source::DEFAULT_MAX_BYTES,
        }
    }
}

/// What every run is worth.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Normalize {
    /// Counts are added as they are: a run that did more weighs more.
    #[default]
    Counts,
    /// Every run weighs the same: its counts are scaled up to those of the run with the most calls (samples: the most
    /// samples), and its weight applies to that.
    Runs,
}
