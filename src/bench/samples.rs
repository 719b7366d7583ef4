//! Raw samples on disk: one file a round and one for all cold starts, before anyone averages them.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::variant::Variant;
use crate::workdir::write_atomically;

/// The file of the cold starts in a run's `samples/`.
const COLD_STARTS: &str = "cold-starts.json";

/// One round of one variant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Round {
    /// Which variant.
    pub variant: Variant,
    /// Which block of the order, from 1.
    pub block: u32,
    /// From the first to the last measured request.
    pub elapsed_ns: u64,
    /// Latency of each measured request that was answered as expected, in the order of their ends.
    pub latencies_ns: Vec<u64>,
    /// Measured requests that were not.
    pub failed: u64,
    /// Latencies of the warm-up.
    pub warmup_ns: Vec<u64>,
    /// `VmHWM` before the stop.
    pub peak_memory_bytes: Option<u64>,
    /// CPU time of the load generator while it measured.
    pub generator_cpu_ns: Option<u64>,
}

/// One cold start of one variant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColdStart {
    /// Which variant.
    pub variant: Variant,
    /// Which block of the order, from 1.
    pub block: u32,
    /// From before the spawn to the first accepted connection.
    pub accepts_ns: u64,
    /// From before the spawn to the first byte of the first 2xx answer.
    pub answers_ns: u64,
}

/// Writes one round into `folder`.
pub fn write_round(folder: &Path, round: &Round) -> Result<()> {
    let path = folder.join(format!("{}-{:04}.json", round.variant, round.block));
    write_atomically(&path, &serde_json::to_vec(round).expect("it has only string keys"))
}

/// Writes all cold starts into `folder`.
pub fn write_cold_starts(folder: &Path, starts: &[ColdStart]) -> Result<()> {
    write_atomically(&folder.join(COLD_STARTS), &serde_json::to_vec(starts).expect("it has only string keys"))
}

/// Reads every round in `folder`, block by block.
pub fn read_rounds(folder: &Path) -> Result<Vec<Round>> {
    let entries = std::fs::read_dir(folder).map_err(|error| Error::io("read the samples in", folder, &error))?;
    let mut rounds = Vec::new();
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.extension().is_some_and(|extension| extension == "json") && path.file_name().is_some_and(|name| name != COLD_STARTS) {
            rounds.push(read::<Round>(&path)?);
        }
    }
    rounds.sort_by_key(|round| (round.block, round.variant));
    Ok(rounds)
}

/// Reads the cold starts in `folder`; none if none were measured.
pub fn read_cold_starts(folder: &Path) -> Result<Vec<ColdStart>> {
    let path = folder.join(COLD_STARTS);
    if path.exists() { read(&path) } else { Ok(Vec::new()) }
}

fn read<T: for<'de> Deserialize<'de>>(path: &Path) -> Result<T> {
    let bytes = std::fs::read(path).map_err(|error| Error::io("read", path, &error))?;
    serde_json::from_slice(&bytes).map_err(|error| Error::usage(format!("the samples in `{}` are damaged", path.display())).because(error.to_string()))
}
