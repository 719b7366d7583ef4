//! A/A: each side measured against itself, in pairs of blocks of which one counts as the candidate's.

mod noise;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::plan::BenchPlan;

pub use noise::{Noise, PAIRS, repeated};

/// Which blocks of a pass count as the candidate's.
#[derive(Clone, Copy, Debug)]
pub(super) struct Split {
    /// Throws the coins.
    pub(super) seed: u64,
    /// Blocks of the passes before this one: the analysis numbers all of them on.
    pub(super) before: u32,
}

impl Split {
    /// Whether the rounds of this pass's `block` (from 1) count as the candidate's.
    pub(super) fn is_candidate(self, block: u32) -> bool {
        is_candidate(self.seed, self.before + block)
    }
}

/// Whether the rounds of `block` (from 1) count as the candidate's: a coin for each pair of blocks, thrown by `seed`.
fn is_candidate(seed: u64, block: u32) -> bool {
    // A seed of its own, so that the coin has nothing to do with the order within blocks.
    let mut coins = ChaCha8Rng::seed_from_u64(seed ^ 0xaa);
    let pair = block.saturating_sub(1) / 2;
    let mut first = false;
    for _ in 0..=pair {
        first = coins.random();
    }
    first == (block % 2 == 1)
}

/// By how many percent the rounds of `block` are to be slowed down, if they are.
pub(super) fn slowdown(bench: &BenchPlan, split: Split, block: u32) -> Option<f64> {
    bench
        .aa?
        .injected_slowdown_percent
        .filter(|_| split.is_candidate(block))
}

/// Baseline and candidate of each pair of blocks that has both.
pub(super) fn pairs(seed: u64, levels: &[(u32, f64)]) -> Vec<(f64, f64)> {
    let of = |block: u32| {
        levels
            .iter()
            .find(|(other, _)| *other == block)
            .map(|(_, level)| *level)
    };
    let last = levels.iter().map(|(block, _)| *block).max().unwrap_or(0);
    (1..=last)
        .step_by(2)
        .filter_map(|block| {
            let (one, other) = (of(block)?, of(block + 1)?);
            Some(match is_candidate(seed, block) {
                true => (other, one),
                false => (one, other),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_pair_of_blocks_has_one_candidate_and_the_seed_decides_which() {
        for pair in 0..50 {
            let (one, other) = (2 * pair + 1, 2 * pair + 2);
            assert_ne!(is_candidate(7, one), is_candidate(7, other));
        }
        let firsts = |seed| {
            (0..50)
                .filter(|pair| is_candidate(seed, 2 * pair + 1))
                .count()
        };
        assert!((10..40).contains(&firsts(7)), "{}", firsts(7));
        let which = |seed| {
            (1..40)
                .map(|block| is_candidate(seed, block))
                .collect::<Vec<_>>()
        };
        assert_ne!(which(7), which(8));
    }

    #[test]
    fn a_later_pass_slows_down_what_the_analysis_takes_for_the_candidate() {
        // The analysis sees eight blocks; the second pass measured the last four, as its first to fourth.
        let second = Split { seed: 7, before: 4 };
        for block in 1..=4 {
            assert_eq!(second.is_candidate(block), is_candidate(7, 4 + block));
        }
    }

    #[test]
    fn a_block_without_its_pair_is_left_out() {
        let pairs = pairs(1, &[(1, 10.0), (2, 20.0), (3, 30.0)]);
        assert_eq!(pairs.len(), 1);
        assert!((pairs[0].0 - 15.0).abs() == 5.0 && (pairs[0].1 - 15.0).abs() == 5.0);
    }
}
