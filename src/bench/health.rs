//! What a reader should know about how the rounds went: a warm-up that was too short, a generator that was busy itself.

use super::samples::Round;
use crate::report::{Warning, WarningKind};
use crate::stats;
use crate::variant::Variant;

/// The last third of a warm-up may be this much faster than the middle one.
const STEADY_WITHIN: f64 = 0.05;
/// An open loop that reaches less than this share of its rate has met a limit.
const ACHIEVED_SHARE: f64 = 0.95;
/// Fewer warm-up requests in a third than this say nothing.
const FEWEST: usize = 20;

/// Looks at the rounds of each variant.
///
/// `rate` is what an open loop was asked for, in requests per second; 0 for a closed loop.
pub(super) fn warnings(rounds: &[Round], variants: &[Variant], rate: f64) -> Vec<Warning> {
    let longest = rounds.iter().map(|round| round.warmup).max().unwrap_or(0);
    let of = |variant: Variant| rounds.iter().filter(move |round| round.variant == variant);
    let mut warnings = Vec::new();
    for &variant in variants {
        let count = of(variant).count();
        let bound = of(variant)
            .filter(|round| round.is_generator_bound() == Some(true))
            .count();
        if bound > 0 {
            let message = format!(
                "{bound} of {count} rounds of {variant} are generator-bound: the load generator used over 80 % of a core"
            );
            warnings.push(Warning::new(WarningKind::GeneratorBound, message));
        }
        let achieved = of(variant)
            .filter_map(Round::throughput_rps)
            .min_by(f64::total_cmp)
            .filter(|achieved| *achieved < ACHIEVED_SHARE * rate);
        if let Some(achieved) = achieved {
            let message = format!(
                "{variant} did not keep up with the open loop: {achieved:.0} of {rate:.0} requests/s in its slowest round"
            );
            warnings.push(
                Warning::new(WarningKind::RateNotReached, message)
                    .hint("latencies then say how long the loop ran: a lower `--rate`"),
            );
        }
        let unsteady = of(variant)
            .filter(|round| is_unsteady(&round.warmup_ns))
            .count();
        if unsteady * 2 > count {
            let message = format!(
                "{variant} was still getting faster at the end of the warm-up in {unsteady} of {count} rounds"
            );
            warnings.push(
                Warning::new(WarningKind::NotSteady, message)
                    .hint(format!("a longer one: `--warmup {}`", 2 * longest)),
            );
        }
    }
    warnings
}

/// Whether the median of the last third is clearly below that of the middle third.
fn is_unsteady(warmup_ns: &[u64]) -> bool {
    let third = warmup_ns.len() / 3;
    if third < FEWEST {
        return false;
    }
    let median = |part: &[u64]| {
        stats::percentile(
            &stats::sorted(part.iter().map(|ns| *ns as f64).collect())[..],
            50.0,
        )
    };
    match (
        median(&warmup_ns[third..2 * third]),
        median(&warmup_ns[2 * third..]),
    ) {
        (Some(middle), Some(last)) => last < middle * (1.0 - STEADY_WITHIN),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round(warmup_ns: Vec<u64>, cpu: u64) -> Round {
        Round {
            elapsed_ns: 1000,
            latencies: [10].into_iter().collect(),
            warmup_ns,
            generator_cpu_ns: Some(cpu),
            ..Round::new(Variant::Hotspot, 1)
        }
    }

    fn kinds_at(rate: f64, round: Round) -> Vec<WarningKind> {
        warnings(&[round], &[Variant::Hotspot], rate)
            .into_iter()
            .map(|warning| warning.kind)
            .collect()
    }

    fn kinds(round: Round) -> Vec<WarningKind> {
        kinds_at(0.0, round)
    }

    #[test]
    fn a_rate_that_was_not_reached_is_said() {
        // One answer in 1000 ns: a million a second.
        let round = round(Vec::new(), 0);
        assert!(kinds_at(1e6, round.clone()).is_empty());
        assert_eq!(kinds_at(2e6, round), [WarningKind::RateNotReached]);
    }

    #[test]
    fn a_warm_up_that_is_still_getting_faster_is_said() {
        let falling = (0..90).map(|n| 1000 - n * 5).collect();
        assert_eq!(kinds(round(falling, 0)), [WarningKind::NotSteady]);
        assert!(kinds(round(vec![1000; 90], 0)).is_empty());
        assert!(
            kinds(round(vec![1000, 1], 0)).is_empty(),
            "two requests say nothing"
        );
    }

    #[test]
    fn a_busy_generator_is_said() {
        assert_eq!(kinds(round(Vec::new(), 900)), [WarningKind::GeneratorBound]);
    }
}
