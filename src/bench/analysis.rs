//! Samples on disk → figures, comparisons and warnings: the same for a run that just ended and for one rendered again.

use std::collections::BTreeMap;
use std::path::Path;

use super::figures::{self, levels};
use super::passes::{self, Samples};
use super::samples::Round;
use super::{aa, doubts};
use crate::compare::{Comparison, IntervalOf, Metric, Pair, Side, judge};
use crate::error::Result;
use crate::report::{PlanReport, Report, RoundReport, Series, SideReport, histogram};
use crate::stats::{self, Change};

/// Fills the report's metrics and comparisons from the samples in `folder`, each side against its own baseline.
pub fn analyse(folder: &Path, report: &mut Report, threshold_percent: f64) -> Result<()> {
    analyse_against(folder, report, threshold_percent, None)
}

/// [`analyse`], with every side against `baseline` where one is given.
pub fn analyse_against(
    folder: &Path,
    report: &mut Report,
    threshold_percent: f64,
    baseline: Option<&str>,
) -> Result<()> {
    let samples = passes::read(folder)?;
    for side in &mut report.sides {
        figures::fill(&mut side.metrics, &side.side, &samples);
        side.rounds = figures::rounds(&side.side, &samples)
            .map(round_report)
            .collect();
        side.series = series(&side.side, &samples);
    }
    // Those of fewer samples are out of date.
    report
        .warnings
        .retain(|warning| !warning.kind.is_of_samples());
    let rate = report.plan.as_ref().map_or(0.0, |plan| plan.rate);
    for warning in doubts::warnings(&samples.rounds, &report.sides, rate) {
        if !report.warnings.contains(&warning) {
            report.warnings.push(warning);
        }
    }
    report.comparisons = comparisons(report, &samples, threshold_percent, baseline);
    Ok(())
}

/// Every candidate against its baseline, metric by metric.
fn comparisons(
    report: &Report,
    samples: &Samples,
    threshold_percent: f64,
    asked: Option<&str>,
) -> Vec<Comparison> {
    let measured: Vec<&Side> = report.sides.iter().map(|known| &known.side).collect();
    let judging = Judging::of(report, threshold_percent);
    let baseline = |candidate| match judging.aa {
        true => Some(candidate),
        false => baseline_of(candidate, asked, &measured),
    };
    let known = |side: &Side| report.sides.iter().find(|known| known.side == *side);
    report
        .sides
        .iter()
        .filter_map(|candidate| Some((known(baseline(&candidate.side)?)?, candidate)))
        .flat_map(|(baseline, candidate)| {
            Metric::ALL
                .iter()
                .filter_map(move |metric| compare(*metric, baseline, candidate, samples, judging))
        })
        .collect()
}

/// How changes are judged.
#[derive(Clone, Copy, Debug)]
pub(super) struct Judging {
    pub(super) threshold_percent: f64,
    pub(super) confidence: f64,
    seed: u64,
    aa: bool,
}

impl Judging {
    /// As the report's plan says.
    pub(super) fn of(report: &Report, threshold_percent: f64) -> Self {
        let plan = report.plan.as_ref();
        Self {
            threshold_percent,
            confidence: plan.map_or(stats::CONFIDENCE, PlanReport::confidence),
            seed: plan.map_or(0, |plan| plan.seed),
            aa: plan.is_some_and(|plan| plan.aa.is_some()),
        }
    }
}

/// Reads the log ratios of A/A pairs of `side` in each metric that has them.
pub(super) fn aa_log_ratios(
    folder: &Path,
    side: &Side,
    seed: u64,
) -> Result<BTreeMap<Metric, Vec<f64>>> {
    let samples = passes::read(folder)?;
    let ratios = |metric| {
        let pairs = aa::pairs(seed, &levels(metric, side, &samples));
        stats::log_ratios(&pairs)
    };
    Ok(Metric::ALL
        .iter()
        .copied()
        .map(|metric| (metric, ratios(metric)))
        .filter(|(_, ratios)| !ratios.is_empty())
        .collect())
}

/// What plots show of `side`.
fn series(side: &Side, samples: &Samples) -> Series {
    let of = || samples.rounds.iter().filter(|round| round.side == *side);
    Series {
        cold_starts_ms: levels(Metric::ColdStartMs, side, samples)
            .into_iter()
            .map(|(_, ms)| ms)
            .collect(),
        latency_histogram: histogram(of().flat_map(|round| round.latencies.counts_ms())),
        within_round_ms: doubts::within_round_ms(of()),
    }
}

/// What `candidate` is compared with: what was asked for, else its own baseline, else the first side measured.
pub(super) fn baseline_of<'a>(
    candidate: &Side,
    asked: Option<&str>,
    measured: &[&'a Side],
) -> Option<&'a Side> {
    let named = |name: &str| measured.iter().copied().find(|side| side.name() == name);
    let baseline = match asked {
        Some(name) => named(name),
        None => candidate
            .baseline()
            .and_then(named)
            .or_else(|| measured.first().copied()),
    };
    baseline.filter(|baseline| *baseline != candidate)
}

fn round_report(round: &Round) -> RoundReport {
    RoundReport {
        block: round.block,
        throughput_rps: round.throughput_rps(),
        latency_ms_mean: round.latencies.mean_ms(),
        failed: round.failed,
        resent: round.resent,
        in_flight: round.in_flight,
        shell_start_ms: round.shell_start_ns.map(|start| start as f64 / 1e6),
        generator_percent: round.generator_share().map(|share| share * 100.0),
        generator_bound: round.is_generator_bound(),
        conditions: round.conditions,
    }
}

fn compare(
    metric: Metric,
    baseline: &SideReport,
    candidate: &SideReport,
    samples: &Samples,
    judging: Judging,
) -> Option<Comparison> {
    let sides = Pair {
        baseline: baseline.side.clone(),
        candidate: candidate.side.clone(),
    };
    if metric.interval_of() == IntervalOf::Nothing {
        // Known, not estimated: there is no interval, and so no verdict. An image against itself says nothing.
        let value = |of: &SideReport| of.metrics.get(metric).map(|known| known.value);
        return match sides.is_of_itself() {
            true => None,
            false => known(metric, sides, value(baseline)?, value(candidate)?),
        };
    }
    let change = stats::change(&pairs(metric, &sides, samples, judging), judging.confidence)?;
    Some(judged(metric, sides, change, judging))
}

/// A change of figures that are known exactly.
pub(super) fn known(metric: Metric, sides: Pair, one: f64, other: f64) -> Option<Comparison> {
    let percent = (other / one - 1.0) * 100.0;
    percent.is_finite().then_some(Comparison {
        baseline: sides.baseline,
        saved_baseline: None,
        candidate: sides.candidate,
        metric,
        change_percent: percent,
        low: None,
        high: None,
        verdict: None,
    })
}

/// A change with its verdict.
pub(super) fn judged(metric: Metric, sides: Pair, change: Change, judging: Judging) -> Comparison {
    Comparison {
        baseline: sides.baseline,
        saved_baseline: None,
        candidate: sides.candidate,
        metric,
        change_percent: change.percent,
        low: change.low,
        high: change.high,
        verdict: Some(judge(metric, &change, judging.threshold_percent)),
    }
}

/// The two sides' levels of each block that has both, or of each pair of blocks where both sides are the same image.
fn pairs(metric: Metric, sides: &Pair, samples: &Samples, judging: Judging) -> Vec<(f64, f64)> {
    let baseline = levels(metric, &sides.baseline, samples);
    if sides.is_of_itself() {
        return aa::pairs(judging.seed, &baseline);
    }
    let candidate = levels(metric, &sides.candidate, samples);
    let same = |block: u32| candidate.iter().find(move |(other, _)| *other == block);
    baseline
        .iter()
        .filter_map(|(block, one)| same(*block).map(|(_, other)| (*one, *other)))
        .collect()
}

#[cfg(test)]
mod tests;
