//! What a reader should know about how the figures behaved over time: drift, and rounds far from the others. Named, never dropped.

use crate::report::SideReport;
use crate::stats;
use crate::warning::{Warning, WarningKind};

/// A drift is told where chance would show one so clear in one of a hundred runs.
const DRIFT_P: f64 = 0.01;
/// And where it is at least this much.
const DRIFT_PERCENT: f64 = 2.0;

/// Looks at the rounds and cold starts of each side.
pub(super) fn warnings(sides: &[SideReport]) -> Vec<Warning> {
    let mut warnings = Vec::new();
    for side in sides {
        let name = &side.side;
        let (blocks, rates): (Vec<u32>, Vec<f64>) = side
            .rounds
            .iter()
            .filter_map(|round| Some((round.block, round.throughput_rps?)))
            .unzip();
        if let Some(trend) = stats::trend(&rates)
            && trend.p < DRIFT_P
            && trend.percent.abs() >= DRIFT_PERCENT
        {
            let message = format!(
                "the throughput of {name} drifted by {:+.1} % from the first to the last of {} rounds (Mann-Kendall p = {:.2})",
                trend.percent,
                rates.len(),
                // Two digits, and never a zero.
                trend.p.max(0.01)
            );
            warnings.push(
                Warning::new(WarningKind::Drift, message).hint(
                    "interleaving has kept it out of the comparisons; levels are of a machine that changed",
                ),
            );
        }
        let rounds_out: Vec<String> = stats::outliers(&rates)
            .into_iter()
            .map(|index| format!("{} ({:.0}/s)", blocks[index], rates[index]))
            .collect();
        warnings.extend(outliers(
            rounds_out,
            &format!("in the throughput of {name} these rounds are far from the others"),
        ));
        let starts = &side.series.cold_starts_ms;
        let starts_out: Vec<String> = stats::outliers(starts)
            .into_iter()
            .map(|index| format!("{} ({:.1} ms)", index + 1, starts[index]))
            .collect();
        warnings.extend(outliers(
            starts_out,
            &format!("these cold starts of {name} are far from the others"),
        ));
    }
    warnings
}

fn outliers(named: Vec<String>, words: &str) -> Option<Warning> {
    (!named.is_empty()).then(|| {
        Warning::new(
            WarningKind::Outlier,
            format!("{words}: {}; they count all the same", named.join(", ")),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::RoundReport;

    fn kinds(rates: &[f64]) -> Vec<WarningKind> {
        let round = |(block, rate): (u32, &f64)| RoundReport {
            block,
            throughput_rps: Some(*rate),
            latency_ms_mean: None,
            failed: 0,
            in_flight: None,
            resent: 0,
            shell_start_ms: None,
            generator_percent: None,
            generator_bound: None,
            conditions: Default::default(),
        };
        let mut side = SideReport::for_tests(crate::variant::Variant::Native);
        side.rounds = (1..).zip(rates).map(round).collect();
        warnings(&[side])
            .into_iter()
            .map(|warning| warning.kind)
            .collect()
    }

    #[test]
    fn a_machine_that_slows_down_is_said() {
        assert_eq!(
            kinds(&[100.0, 98.0, 97.0, 95.0, 94.0, 92.0]),
            [WarningKind::Drift]
        );
        assert!(kinds(&[100.0, 98.0, 101.0, 99.0, 100.0, 99.5]).is_empty());
    }

    #[test]
    fn a_round_far_from_the_others_is_named() {
        assert_eq!(
            kinds(&[100.0, 101.0, 60.0, 99.0, 100.0, 100.5]),
            [WarningKind::Outlier]
        );
    }
}
