//! Samples of a run that was measured in passes: `samples/`, then `samples/2/`, `samples/3/` where rounds were added.

use std::path::Path;

use super::samples::{self, ColdStart, Round};
use crate::error::Result;

/// Everything that was measured, the blocks of later passes numbered on.
#[derive(Clone, Debug, Default)]
pub(super) struct Samples {
    /// Round by round.
    pub(super) rounds: Vec<Round>,
    /// Start by start.
    pub(super) cold_starts: Vec<ColdStart>,
}

/// The name of the pass at `look` (from 1); the first one has none.
pub(super) fn name(look: u32) -> Option<String> {
    (look > 1).then(|| look.to_string())
}

/// Reads all passes below `folder`.
pub(super) fn read(folder: &Path) -> Result<Samples> {
    let mut all = Samples::default();
    let mut pass = folder.to_owned();
    for look in 2.. {
        let (mut rounds, mut starts) = (
            samples::read_rounds(&pass)?,
            samples::read_cold_starts(&pass)?,
        );
        let (last_block, last_start) = (
            all.rounds.iter().map(|round| round.block).max(),
            all.cold_starts.iter().map(|start| start.block).max(),
        );
        for round in &mut rounds {
            round.block += last_block.unwrap_or(0);
        }
        for start in &mut starts {
            start.block += last_start.unwrap_or(0);
        }
        all.rounds.extend(rounds);
        all.cold_starts.extend(starts);
        pass = folder.join(look.to_string());
        if !pass.is_dir() {
            break;
        }
    }
    Ok(all)
}
