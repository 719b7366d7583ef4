//! Samples on disk → figures, comparisons and warnings: the same for a run that just ended and for one rendered again.

use std::path::Path;

use super::health;
use super::samples::{self, ColdStart, Round};
use crate::compare::{Metric, judge};
use crate::error::Result;
use crate::report::{Comparison, Metrics, Report, VariantReport};
use crate::stats::{self, Change, Estimate};
use crate::variant::Variant;

/// Fills the report's metrics and comparisons from the samples in `folder`, each variant against its own baseline.
pub fn analyse(folder: &Path, report: &mut Report, threshold_percent: f64) -> Result<()> {
    analyse_against(folder, report, threshold_percent, None)
}

/// [`analyse`], with every variant against `baseline` where one is given.
pub fn analyse_against(
    folder: &Path,
    report: &mut Report,
    threshold_percent: f64,
    baseline: Option<Variant>,
) -> Result<()> {
    let rounds = samples::read_rounds(folder)?;
    let cold_starts = samples::read_cold_starts(folder)?;
    for variant in &mut report.variants {
        fill(&mut variant.metrics, variant.variant, &rounds, &cold_starts);
    }
    let measured: Vec<Variant> = report
        .variants
        .iter()
        .map(|variant| variant.variant)
        .collect();
    let longest = rounds
        .iter()
        .map(|round| round.warmup_ns.len() as u64)
        .max()
        .unwrap_or(0);
    for warning in health::warnings(&rounds, &measured, 2 * longest) {
        if !report.warnings.contains(&warning) {
            report.warnings.push(warning);
        }
    }
    report.comparisons.clear();
    for candidate in &report.variants {
        let Some(baseline) = baseline_of(candidate.variant, baseline, &measured) else {
            continue;
        };
        let Some(side) = report
            .variants
            .iter()
            .find(|variant| variant.variant == baseline)
        else {
            continue;
        };
        let comparisons = Metric::ALL.iter().filter_map(|metric| {
            compare(
                *metric,
                side,
                candidate,
                &rounds,
                &cold_starts,
                threshold_percent,
            )
        });
        report.comparisons.extend(comparisons);
    }
    Ok(())
}

/// What `candidate` is compared with: what was asked for, else its own baseline, else the first variant measured.
fn baseline_of(
    candidate: Variant,
    asked: Option<Variant>,
    measured: &[Variant],
) -> Option<Variant> {
    let own = || {
        candidate
            .baseline()
            .filter(|baseline| measured.contains(baseline))
    };
    let baseline = asked.or_else(own).or_else(|| measured.first().copied())?;
    (baseline != candidate).then_some(baseline)
}

fn fill(metrics: &mut Metrics, variant: Variant, rounds: &[Round], cold_starts: &[ColdStart]) {
    let of: Vec<&Round> = rounds
        .iter()
        .filter(|round| round.variant == variant)
        .collect();
    let over_rounds = |metric| {
        stats::mean_estimate(
            &of.iter()
                .filter_map(|round| level(metric, round))
                .collect::<Vec<_>>(),
        )
    };
    let pooled = stats::sorted(
        of.iter()
            .flat_map(|round| &round.latencies_ns)
            .map(|ns| milliseconds(*ns))
            .collect(),
    );
    metrics.throughput_rps = over_rounds(Metric::ThroughputRps);
    metrics.latency_ms_mean = over_rounds(Metric::LatencyMsMean);
    metrics.latency_ms_p50 = stats::percentile_estimate(&pooled, 50.0);
    metrics.latency_ms_p90 = stats::percentile_estimate(&pooled, 90.0);
    metrics.latency_ms_p99 = stats::percentile_estimate(&pooled, 99.0);
    metrics.peak_memory_bytes = over_rounds(Metric::PeakMemoryBytes);
    let starts = cold_starts
        .iter()
        .filter(|start| start.variant == variant)
        .map(|start| milliseconds(start.answers_ns));
    metrics.cold_start_ms = median(starts.collect());
}

/// The median with its order-statistic interval; without one where there are too few.
fn median(values: Vec<f64>) -> Option<Estimate> {
    let values = stats::sorted(values);
    let plain = || {
        Some(Estimate {
            value: stats::percentile(&values, 50.0)?,
            low: None,
            high: None,
            n: values.len() as u64,
        })
    };
    stats::percentile_estimate(&values, 50.0).or_else(plain)
}

/// One round's level in one metric.
fn level(metric: Metric, round: &Round) -> Option<f64> {
    let latencies = || {
        stats::sorted(
            round
                .latencies_ns
                .iter()
                .map(|ns| milliseconds(*ns))
                .collect(),
        )
    };
    match metric {
        Metric::ThroughputRps => (round.elapsed_ns > 0)
            .then(|| round.latencies_ns.len() as f64 * 1e9 / round.elapsed_ns as f64),
        Metric::LatencyMsMean => stats::mean(&latencies()),
        Metric::LatencyMsP50 => {
            stats::percentile_estimate(&latencies(), 50.0).map(|estimate| estimate.value)
        }
        Metric::LatencyMsP90 => {
            stats::percentile_estimate(&latencies(), 90.0).map(|estimate| estimate.value)
        }
        Metric::LatencyMsP99 => {
            stats::percentile_estimate(&latencies(), 99.0).map(|estimate| estimate.value)
        }
        Metric::PeakMemoryBytes => round.peak_memory_bytes.map(|bytes| bytes as f64),
        Metric::ColdStartMs | Metric::ImageSizeBytes | Metric::BuildSeconds => None,
    }
}

fn milliseconds(nanoseconds: u64) -> f64 {
    nanoseconds as f64 / 1e6
}

fn compare(
    metric: Metric,
    baseline: &VariantReport,
    candidate: &VariantReport,
    rounds: &[Round],
    cold_starts: &[ColdStart],
    threshold_percent: f64,
) -> Option<Comparison> {
    let sides = (baseline.variant, candidate.variant);
    let comparison = |change: Change, verdict| Comparison {
        baseline: sides.0,
        candidate: sides.1,
        metric,
        change_percent: change.percent,
        low: change.low,
        high: change.high,
        verdict,
    };
    match metric {
        // Known, not estimated: there is no interval, and so no verdict.
        Metric::ImageSizeBytes | Metric::BuildSeconds => {
            let (one, other) = (
                baseline.metrics.get(metric)?.value,
                candidate.metrics.get(metric)?.value,
            );
            let percent = (other / one - 1.0) * 100.0;
            percent.is_finite().then(|| {
                comparison(
                    Change {
                        percent,
                        low: None,
                        high: None,
                    },
                    None,
                )
            })
        }
        _ => {
            let change = stats::change(&pairs(metric, sides, rounds, cold_starts))?;
            Some(comparison(
                change,
                Some(judge(metric, &change, threshold_percent)),
            ))
        }
    }
}

/// The two sides' levels of each block that has both.
fn pairs(
    metric: Metric,
    sides: (Variant, Variant),
    rounds: &[Round],
    cold_starts: &[ColdStart],
) -> Vec<(f64, f64)> {
    let levels: Vec<(u32, Variant, f64)> = match metric {
        Metric::ColdStartMs => cold_starts
            .iter()
            .map(|start| (start.block, start.variant, milliseconds(start.answers_ns)))
            .collect(),
        _ => rounds
            .iter()
            .filter_map(|round| Some((round.block, round.variant, level(metric, round)?)))
            .collect(),
    };
    let of = |variant| levels.iter().filter(move |(_, of, _)| *of == variant);
    of(sides.0)
        .filter_map(|(block, _, one)| {
            of(sides.1)
                .find(|(other, ..)| other == block)
                .map(|(_, _, other)| (*one, *other))
        })
        .collect()
}
