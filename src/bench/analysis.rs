//! Samples on disk → figures, comparisons and warnings: the same for a run that just ended and for one rendered again.

use std::path::Path;

use super::health;
use super::histogram::Histogram;
use super::samples::{self, ColdStart, PageCache, Round};
use crate::compare::{Metric, judge};
use crate::error::Result;
use crate::report::{Comparison, Report, RoundReport, VariantReport};
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
        fill(variant, &rounds, &cold_starts);
    }
    let measured: Vec<Variant> = report
        .variants
        .iter()
        .map(|variant| variant.variant)
        .collect();
    let rate = report.plan.as_ref().map_or(0.0, |plan| plan.rate);
    for warning in health::warnings(&rounds, &measured, rate) {
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

fn fill(variant: &mut VariantReport, rounds: &[Round], cold_starts: &[ColdStart]) {
    let name = variant.variant;
    let of: Vec<&Round> = rounds
        .iter()
        .filter(|round| round.variant == name)
        .collect();
    variant.rounds = of.iter().map(|round| round_report(round)).collect();
    let metrics = &mut variant.metrics;
    let over_rounds = |metric| {
        stats::mean_estimate(
            &of.iter()
                .filter_map(|round| level(metric, round))
                .collect::<Vec<_>>(),
        )
    };
    let pooled = pooled(of.iter().map(|round| &round.latencies));
    metrics.throughput_rps = over_rounds(Metric::ThroughputRps);
    metrics.latency_ms_mean = over_rounds(Metric::LatencyMsMean);
    metrics.latency_ms_p50 = stats::percentile_estimate(&pooled, 50.0);
    metrics.latency_ms_p90 = stats::percentile_estimate(&pooled, 90.0);
    metrics.latency_ms_p99 = stats::percentile_estimate(&pooled, 99.0);
    let service = self::pooled(of.iter().filter_map(|round| round.service.as_ref()));
    metrics.service_ms_mean = over_rounds(Metric::ServiceMsMean);
    metrics.service_ms_p50 = stats::percentile_estimate(&service, 50.0);
    metrics.service_ms_p90 = stats::percentile_estimate(&service, 90.0);
    metrics.service_ms_p99 = stats::percentile_estimate(&service, 99.0);
    metrics.peak_memory_bytes = over_rounds(Metric::PeakMemoryBytes);
    let over_starts = |metric| {
        let levels = cold_starts
            .iter()
            .filter(|start| start.variant == name)
            .filter_map(|start| start_level(metric, start));
        median(levels.collect())
    };
    metrics.cold_start_ms = over_starts(Metric::ColdStartMs);
    metrics.cold_start_ms_accepts = over_starts(Metric::ColdStartMsAccepts);
    metrics.cold_start_cpu_ms = over_starts(Metric::ColdStartCpuMs);
    metrics.cold_start_page_faults = over_starts(Metric::ColdStartPageFaults);
    metrics.cold_start_peak_memory_bytes = over_starts(Metric::ColdStartPeakMemoryBytes);
    metrics.cold_start_ms_dropped = over_starts(Metric::ColdStartMsDropped);
    metrics.cold_start_cpu_ms_dropped = over_starts(Metric::ColdStartCpuMsDropped);
    metrics.cold_start_page_faults_dropped = over_starts(Metric::ColdStartPageFaultsDropped);
    metrics.cold_start_peak_memory_bytes_dropped =
        over_starts(Metric::ColdStartPeakMemoryBytesDropped);
}

fn pooled<'a>(histograms: impl Iterator<Item = &'a Histogram>) -> Histogram {
    let mut pooled = Histogram::default();
    histograms.for_each(|histogram| pooled.add(histogram));
    pooled
}

fn round_report(round: &Round) -> RoundReport {
    RoundReport {
        block: round.block,
        throughput_rps: round.throughput_rps(),
        latency_ms_mean: round.latencies.mean_ms(),
        failed: round.failed,
        in_flight: round.in_flight,
        generator_percent: round.generator_share().map(|share| share * 100.0),
        generator_bound: round.is_generator_bound(),
        conditions: round.conditions,
    }
}

/// The median with its order-statistic interval; without one where there are too few.
fn median(values: Vec<f64>) -> Option<Estimate> {
    let values = stats::sorted(values);
    let plain = || {
        Some(Estimate {
            value: stats::percentile(&values[..], 50.0)?,
            low: None,
            high: None,
            n: values.len() as u64,
        })
    };
    stats::percentile_estimate(&values[..], 50.0).or_else(plain)
}

/// One round's level in one metric.
fn level(metric: Metric, round: &Round) -> Option<f64> {
    let latency = |p| stats::percentile_estimate(&round.latencies, p).map(|known| known.value);
    let service =
        |p| stats::percentile_estimate(round.service.as_ref()?, p).map(|known| known.value);
    match metric {
        Metric::ThroughputRps => round.throughput_rps(),
        Metric::LatencyMsMean => round.latencies.mean_ms(),
        Metric::LatencyMsP50 => latency(50.0),
        Metric::LatencyMsP90 => latency(90.0),
        Metric::LatencyMsP99 => latency(99.0),
        Metric::ServiceMsMean => round.service.as_ref()?.mean_ms(),
        Metric::ServiceMsP50 => service(50.0),
        Metric::ServiceMsP90 => service(90.0),
        Metric::ServiceMsP99 => service(99.0),
        Metric::PeakMemoryBytes => round.peak_memory_bytes.map(|bytes| bytes as f64),
        Metric::ImageSizeBytes | Metric::BuildSeconds => None,
        Metric::ColdStartMs
        | Metric::ColdStartMsAccepts
        | Metric::ColdStartCpuMs
        | Metric::ColdStartPageFaults
        | Metric::ColdStartPeakMemoryBytes
        | Metric::ColdStartMsDropped
        | Metric::ColdStartCpuMsDropped
        | Metric::ColdStartPageFaultsDropped
        | Metric::ColdStartPeakMemoryBytesDropped => None,
    }
}

/// One cold start's level in one metric; `None` if the metric is about the other kind.
fn start_level(metric: Metric, start: &ColdStart) -> Option<f64> {
    let number = |count: Option<u64>| count.map(|count| count as f64);
    match (metric, start.page_cache) {
        (Metric::ColdStartMs, PageCache::Warm)
        | (Metric::ColdStartMsDropped, PageCache::Dropped) => Some(milliseconds(start.answers_ns)),
        (Metric::ColdStartMsAccepts, PageCache::Warm) => start.accepts_ns.map(milliseconds),
        (Metric::ColdStartCpuMs, PageCache::Warm)
        | (Metric::ColdStartCpuMsDropped, PageCache::Dropped) => {
            start.usage.cpu_ns.map(milliseconds)
        }
        (Metric::ColdStartPageFaults, PageCache::Warm)
        | (Metric::ColdStartPageFaultsDropped, PageCache::Dropped) => {
            number(start.usage.page_faults())
        }
        (Metric::ColdStartPeakMemoryBytes, PageCache::Warm)
        | (Metric::ColdStartPeakMemoryBytesDropped, PageCache::Dropped) => {
            number(start.usage.peak_memory_bytes)
        }
        _ => None,
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
    let of_rounds = rounds
        .iter()
        .filter_map(|round| Some((round.block, round.variant, level(metric, round)?)));
    let of_starts = cold_starts
        .iter()
        .filter_map(|start| Some((start.block, start.variant, start_level(metric, start)?)));
    // A metric is of the one kind or of the other.
    let levels: Vec<(u32, Variant, f64)> = of_rounds.chain(of_starts).collect();
    let of = |variant| levels.iter().filter(move |(_, of, _)| *of == variant);
    of(sides.0)
        .filter_map(|(block, _, one)| {
            of(sides.1)
                .find(|(other, ..)| other == block)
                .map(|(_, _, other)| (*one, *other))
        })
        .collect()
}
