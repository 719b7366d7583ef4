//! Whether the profiles' overlap foretold what they brought.

use crate::compare::{Comparison, Metric};
use crate::report::cross::{CrossCell, CrossRow, Foretold};
use crate::stats::concordance;

/// Whether a larger overlap went with a larger gain, within each function.
pub(in crate::experiment) fn foretold(rows: &[CrossRow]) -> Foretold {
    let gain = |cell: &&CrossCell| {
        let of = |one: &&Comparison| one.metric == Metric::ThroughputRps;
        let found = cell.comparisons.iter().find(of)?;
        Some((cell.overlap?, found.change_percent))
    };
    let block = |row: &CrossRow| {
        let mut images: Vec<&CrossCell> = Vec::new();
        for cell in &row.cells {
            // Sources with the same merged profile were measured once.
            if images.iter().all(|known| known.side != cell.side) {
                images.push(cell);
            }
        }
        images.iter().filter_map(gain).collect()
    };
    let blocks: Vec<Vec<(f64, f64)>> = rows.iter().map(block).collect();
    let found = concordance(&blocks);
    Foretold {
        concordant: found.concordant,
        discordant: found.discordant,
        p: found.p,
    }
}
