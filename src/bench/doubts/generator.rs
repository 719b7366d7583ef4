//! What a reader should know about how the rounds went: a generator that was busy itself, connections that the server closed,
//! a rate that was not reached.

use crate::bench::samples::Round;
use crate::compare::Side;
use crate::warning::{Warning, WarningKind};

/// An open loop that reaches less than this share of its rate has met a limit.
const ACHIEVED_SHARE: f64 = 0.95;

/// Looks at the rounds of each side.
///
/// `rate` is what an open loop was asked for, in requests per second; 0 for a closed loop.
pub(super) fn warnings(rounds: &[Round], sides: &[Side], rate: f64) -> Vec<Warning> {
    let mut warnings = Vec::new();
    for side in sides {
        let of = || rounds.iter().filter(|round| round.side == *side);
        let count = of().count();
        let bound = of()
            .filter(|round| round.is_generator_bound() == Some(true))
            .count();
        if bound > 0 {
            let message = format!(
                "{bound} of {count} rounds of {side} are generator-bound: the load generator used over 80 % of a core"
            );
            warnings.push(Warning::new(WarningKind::GeneratorBound, message));
        }
        let resent: u64 = of().map(|round| round.resent).sum();
        if resent > 0 {
            let message = format!(
                "{side} closed kept connections without a word: {resent} requests met one and were sent again on a new one; \
                 their latency counts from the first try"
            );
            warnings.push(
                Warning::new(WarningKind::RequestsResent, message)
                    .hint("`--connections fresh` measures with a new connection for each request"),
            );
        }
        let achieved = of()
            .filter_map(Round::throughput_rps)
            .min_by(f64::total_cmp)
            .filter(|achieved| *achieved < ACHIEVED_SHARE * rate);
        if let Some(achieved) = achieved {
            let message = format!(
                "{side} did not keep up with the open loop: {achieved:.0} of {rate:.0} requests/s in its slowest round"
            );
            warnings.push(
                Warning::new(WarningKind::RateNotReached, message)
                    .hint("latencies then say how long the loop ran: a lower `--rate`"),
            );
        }
    }
    warnings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::variant::Variant;

    fn round(cpu: u64) -> Round {
        Round {
            elapsed_ns: 1000,
            latencies: [10].into_iter().collect(),
            generator_cpu_ns: Some(cpu),
            ..Round::new(Variant::Hotspot.into(), 1)
        }
    }

    fn kinds_at(rate: f64, round: Round) -> Vec<WarningKind> {
        warnings(&[round], &[Variant::Hotspot.into()], rate)
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
        let round = round(0);
        assert!(kinds_at(1e6, round.clone()).is_empty());
        assert_eq!(kinds_at(2e6, round), [WarningKind::RateNotReached]);
    }

    #[test]
    fn requests_that_were_sent_again_are_said() {
        let resent = Round {
            resent: 3,
            ..round(0)
        };
        assert_eq!(kinds(resent), [WarningKind::RequestsResent]);
    }

    #[test]
    fn a_busy_generator_is_said() {
        assert_eq!(kinds(round(900)), [WarningKind::GeneratorBound]);
    }
}
