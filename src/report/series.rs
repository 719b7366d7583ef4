//! What plots show beside the rounds: every cold start in the order of measurement, and how latencies are distributed.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The measured values of one side, as far as a plot needs them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Series {
    /// Its cold starts in milliseconds.
    pub cold_starts_ms: Vec<f64>,
    /// The latencies of all its rounds.
    pub latency_histogram: Vec<Bin>,
    /// The median latency of each twentieth of a round in milliseconds, in the middle of all rounds; empty where rounds are short.
    #[serde(default)]
    pub within_round_ms: Vec<f64>,
}

/// So many latencies from `from_ms` on, below `to_ms`; bins without any are left out.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Bin {
    /// Where it begins.
    pub from_ms: f64,
    /// Where it ends.
    pub to_ms: f64,
    /// How many.
    pub count: u64,
}

/// Bins to a doubling: each is 9 % wide.
const TO_A_DOUBLING: f64 = 8.0;

/// Counts latencies, given as milliseconds and how often, in bins of equal ratio whose edges are the same for every side.
pub fn histogram(latencies: impl Iterator<Item = (f64, u64)>) -> Vec<Bin> {
    let mut counts = std::collections::BTreeMap::<i32, u64>::new();
    for (ms, count) in latencies.filter(|(ms, _)| *ms > 0.0 && ms.is_finite()) {
        *counts
            .entry((ms.log2() * TO_A_DOUBLING).floor() as i32)
            .or_default() += count;
    }
    let edge = |index: i32| (f64::from(index) / TO_A_DOUBLING).exp2();
    counts
        .into_iter()
        .map(|(index, count)| Bin {
            from_ms: edge(index),
            to_ms: edge(index + 1),
            count,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_latency_is_in_the_bin_that_has_it() {
        let bins = histogram([(1.0, 2), (1.05, 1), (4.0, 5), (0.0, 9)].into_iter());
        let counts: Vec<u64> = bins.iter().map(|bin| bin.count).collect();
        assert_eq!(counts, [3, 5]);
        assert!(bins[0].from_ms <= 1.0 && bins[0].to_ms > 1.05);
        assert_eq!(bins[1].from_ms, 4.0);
    }
}
