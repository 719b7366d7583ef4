//! How measuring goes: the numbers, decided.

use std::time::Duration;

use crate::host::pinning::Pin;
use crate::report::Aa;
use crate::stats;
use crate::warning::{Warning, WarningKind};

/// The fewest rounds whose signed-rank test can reach 0.05 (measuring rule 3: paired 5 → 0.0625, 6 → 0.031).
const ROUNDS_TO_DECIDE: u32 = 6;

/// How measuring goes.
#[derive(Clone, Debug, PartialEq)]
pub struct BenchPlan {
    /// How many rounds of each variant.
    pub rounds: u32,
    /// How many measured requests in each round.
    pub requests: u64,
    /// In how many slices those are measured, in turns with the other sides; 1: each round by itself.
    pub slices: u32,
    /// How many requests before those, in the same process.
    pub warmup: u64,
    /// How many connections.
    pub concurrency: u32,
    /// Requests per second; 0 is a closed loop.
    pub rate: f64,
    /// How long an answer may take, in training too.
    pub timeout: Duration,
    /// How many cold starts of each variant.
    pub cold_starts: u32,
    /// How many more of each with its files dropped from the page cache.
    pub dropped_cold_starts: u32,
    /// Whether generator and function are pinned apart.
    pub pin: Pin,
    /// The seed of the order.
    pub seed: u64,
    /// The largest change in percent that does not matter.
    pub threshold_percent: f64,
    /// Whether each side is measured against itself; `None`: against the others.
    pub aa: Option<Aa>,
}

impl BenchPlan {
    /// How many of a round's requests its slice `turn` (from 0) measures: as nearly the same as can be.
    pub(super) fn requests_in(&self, turn: u32) -> u64 {
        let edge = |turn: u32| self.requests * u64::from(turn) / u64::from(self.slices);
        edge(turn + 1) - edge(turn)
    }

    /// How many requests before those of a slice do not count: the first on each connection, which is a new one in each slice.
    /// A round in one piece has been warmed up just before.
    pub(super) fn lead(&self) -> u64 {
        match self.slices {
            1 => 0,
            _ => self.concurrency.into(),
        }
    }

    /// Says before measuring what the plan cannot decide.
    pub fn warnings(&self) -> Vec<Warning> {
        let mut warnings = Vec::new();
        if self.rounds < ROUNDS_TO_DECIDE {
            let message = format!(
                "{} rounds of each variant cannot decide anything at the 5 % level: the smallest possible p is {}",
                self.rounds,
                stats::smallest_p(self.rounds)
            );
            warnings.push(
                Warning::new(WarningKind::TooFewRounds, message).hint(format!(
                    "`--rounds {ROUNDS_TO_DECIDE}` is the least that can"
                )),
            );
        }
        warnings
    }
}

#[cfg(test)]
impl BenchPlan {
    /// The default plan.
    pub(crate) fn for_tests() -> Self {
        Self {
            rounds: 6,
            requests: 1000,
            slices: 10,
            warmup: 200,
            concurrency: 1,
            rate: 0.0,
            timeout: Duration::from_secs(10),
            cold_starts: 20,
            dropped_cold_starts: 20,
            pin: Pin::default(),
            seed: 1,
            threshold_percent: 3.0,
            aa: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slices_are_as_long_as_each_other_and_make_the_round() {
        let plan = BenchPlan {
            requests: 1003,
            ..BenchPlan::for_tests()
        };
        let each: Vec<u64> = (0..10).map(|turn| plan.requests_in(turn)).collect();
        assert_eq!(each.iter().sum::<u64>(), 1003);
        assert!(each.iter().all(|requests| (100..=101).contains(requests)));
    }
}
