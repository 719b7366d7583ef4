//! What the progress line says while rounds are measured: what runs, how fast the last rounds were, how long it will take.

use std::collections::BTreeMap;
use std::time::Duration;

use super::samples::Round;
use crate::compare::Metric;
use crate::report::value;
use crate::stats;
use crate::variant::Variant;

/// The last round of each variant.
#[derive(Debug, Default)]
pub(super) struct Live {
    last: BTreeMap<Variant, String>,
}

impl Live {
    /// Keeps the rate and the P90 of a round that has just ended.
    pub(super) fn saw(&mut self, round: &Round) {
        let rate = round.throughput_rps();
        let p90 = stats::percentile_estimate(&round.latencies, 90.0);
        let words = [
            rate.map(|rate| value(Metric::ThroughputRps, rate)),
            p90.map(|known| format!("P90 {}", value(Metric::LatencyMsP90, known.value))),
        ];
        let words: Vec<String> = words.into_iter().flatten().collect();
        self.last.insert(round.variant, words.join(", "));
    }

    /// `native (3899/s, P90 0.322 ms), 40 s left`: what runs now, with its last round, and how long the rest will take at the
    /// pace so far.
    pub(super) fn words(&self, now: Variant, (done, total): (u64, u64), spent: Duration) -> String {
        let mut words = now.name().to_owned();
        if let Some(last) = self.last.get(&now).filter(|last| !last.is_empty()) {
            words += &format!(" ({last})");
        }
        if done > 0 {
            let left = spent.as_secs_f64() / done as f64 * (total - done) as f64;
            words += &format!(", {left:.0} s left");
        }
        words
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_says_the_last_round_and_what_is_left() {
        let mut live = Live::default();
        let native = Variant::Native;
        let words = |live: &Live, done| live.words(native, (done, 12), Duration::from_secs(8));
        assert_eq!(words(&live, 0), "native");
        let round = Round {
            elapsed_ns: 50_000_000,
            latencies: (0..100).map(|_| 500_000).collect(),
            ..Round::new(native, 1)
        };
        live.saw(&round);
        assert_eq!(words(&live, 4), "native (2000/s, P90 0.500 ms), 16 s left");
    }
}
