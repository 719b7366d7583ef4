//! Where each metric is measured: in which samples, and how its figure comes from them.

use super::passes::Samples;
use super::samples::{ColdStart, PageCache, Round};
use crate::compare::{IntervalOf, Metric, Side};
use crate::load::histogram::Histogram;
use crate::report::Metrics;
use crate::stats::{self, Estimate};

/// What a metric is read from.
enum Source {
    /// Each round has a level; the figure is their mean.
    Round(fn(&Round) -> Option<f64>),
    /// A percentile: each round has one, and the figure is that of all requests together.
    Percentile(Times, f64),
    /// Each cold start has a level, with the page cache that the metric is about; the figure is their median.
    ColdStart(fn(&ColdStart) -> Option<f64>),
    /// It is known without measuring.
    Image,
}

/// Which times of a request.
#[derive(Clone, Copy)]
enum Times {
    /// What a user waits.
    Latency,
    /// From when it was sent: open loop only.
    Service,
}

impl Times {
    fn of(self, round: &Round) -> Option<&Histogram> {
        match self {
            Self::Latency => Some(&round.latencies),
            Self::Service => round.service.as_ref(),
        }
    }
}

fn source(metric: Metric) -> Source {
    match metric {
        Metric::ThroughputRps => Source::Round(Round::throughput_rps),
        Metric::LatencyMsMean => Source::Round(|round| round.latencies.mean_ms()),
        Metric::LatencyMsP50 => Source::Percentile(Times::Latency, 50.0),
        Metric::LatencyMsP90 => Source::Percentile(Times::Latency, 90.0),
        Metric::LatencyMsP99 => Source::Percentile(Times::Latency, 99.0),
        Metric::ServiceMsMean => Source::Round(|round| round.service.as_ref()?.mean_ms()),
        Metric::ServiceMsP50 => Source::Percentile(Times::Service, 50.0),
        Metric::ServiceMsP90 => Source::Percentile(Times::Service, 90.0),
        Metric::ServiceMsP99 => Source::Percentile(Times::Service, 99.0),
        Metric::CpuMsPerRequest => Source::Round(Round::cpu_ms_per_request),
        Metric::PeakMemoryBytes => Source::Round(|round| number(round.peak_memory_bytes)),
        Metric::ColdStartMs | Metric::ColdStartMsDropped => {
            Source::ColdStart(|start| milliseconds(Some(start.answers_ns)))
        }
        Metric::ColdStartMsAccepts => Source::ColdStart(|start| milliseconds(start.accepts_ns)),
        Metric::ColdStartCpuMs | Metric::ColdStartCpuMsDropped => {
            Source::ColdStart(|start| milliseconds(start.usage.cpu_ns))
        }
        Metric::ColdStartPageFaults | Metric::ColdStartPageFaultsDropped => {
            Source::ColdStart(|start| number(start.usage.page_faults()))
        }
        Metric::ColdStartPeakMemoryBytes | Metric::ColdStartPeakMemoryBytesDropped => {
            Source::ColdStart(|start| number(start.usage.peak_memory_bytes))
        }
        Metric::ImageSizeBytes | Metric::BuildSeconds => Source::Image,
    }
}

/// The levels of `side` in `metric`, each with its block: one for each round or cold start that has one.
pub(super) fn levels(metric: Metric, side: &Side, samples: &Samples) -> Vec<(u32, f64)> {
    let of_rounds = |level: &dyn Fn(&Round) -> Option<f64>| {
        rounds(side, samples)
            .filter_map(|round| Some((round.block, level(round)?)))
            .collect()
    };
    match source(metric) {
        Source::Round(level) => of_rounds(&level),
        Source::Percentile(times, p) => of_rounds(&|round| {
            stats::percentile_estimate(times.of(round)?, p).map(|known| known.value)
        }),
        Source::ColdStart(level) => {
            let page_cache = match metric.interval_of() {
                IntervalOf::DroppedColdStarts => PageCache::Dropped,
                _ => PageCache::Warm,
            };
            samples
                .cold_starts
                .iter()
                .filter(|start| start.side == *side && start.page_cache == page_cache)
                .filter_map(|start| Some((start.block, level(start)?)))
                .collect()
        }
        Source::Image => Vec::new(),
    }
}

/// Replaces what `samples` say of `side`, and leaves what is known without them.
pub(super) fn fill(metrics: &mut Metrics, side: &Side, samples: &Samples) {
    let [latency, service] = [Times::Latency, Times::Service].map(|times| {
        let mut pooled = Histogram::default();
        rounds(side, samples)
            .filter_map(|round| times.of(round))
            .for_each(|histogram| pooled.add(histogram));
        pooled
    });
    for &metric in Metric::ALL {
        let levels = || -> Vec<f64> {
            let levels = levels(metric, side, samples);
            levels.into_iter().map(|(_, level)| level).collect()
        };
        let figure = match source(metric) {
            Source::Round(_) => stats::mean_estimate(&levels()),
            Source::Percentile(Times::Latency, p) => stats::percentile_estimate(&latency, p),
            Source::Percentile(Times::Service, p) => stats::percentile_estimate(&service, p),
            Source::ColdStart(_) => median(levels()),
            Source::Image => continue,
        };
        metrics.set(metric, figure);
    }
}

/// The rounds of `side`.
pub(super) fn rounds<'a>(side: &Side, samples: &'a Samples) -> impl Iterator<Item = &'a Round> {
    samples
        .rounds
        .iter()
        .filter(move |round| round.side == *side)
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

fn milliseconds(nanoseconds: Option<u64>) -> Option<f64> {
    nanoseconds.map(|ns| ns as f64 / 1e6)
}

fn number(count: Option<u64>) -> Option<f64> {
    count.map(|count| count as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::samples::Slice;
    use crate::exec::usage::Usage;
    use crate::variant::Variant;

    #[test]
    fn every_metric_of_the_table_is_measured_where_its_interval_says() {
        let side = Side::from(Variant::Native);
        let usage = Usage {
            cpu_ns: Some(4_000_000),
            minor_faults: Some(5),
            major_faults: Some(0),
            peak_memory_bytes: Some(1000),
            ..Usage::default()
        };
        let start = |page_cache| ColdStart {
            side: side.clone(),
            block: 1,
            page_cache,
            accepts_ns: Some(1_000_000),
            answers_ns: 2_000_000,
            shell_start_ns: None,
            usage,
        };
        let samples = Samples {
            rounds: vec![Round {
                elapsed_ns: 1000,
                latencies: std::iter::repeat_n(10, 1000).collect(),
                service: Some(std::iter::repeat_n(10, 1000).collect()),
                peak_memory_bytes: Some(1000),
                slices: vec![Slice {
                    place: 0,
                    elapsed_ns: 1000,
                    requests: 10,
                    lead: 0,
                    cpu_ns: Some(1000),
                }],
                ..Round::new(side.clone(), 1)
            }],
            cold_starts: vec![start(PageCache::Warm), start(PageCache::Dropped)],
        };
        for &metric in Metric::ALL {
            let of = |samples: &Samples| levels(metric, &side, samples).len();
            let without_rounds = Samples {
                rounds: Vec::new(),
                ..samples.clone()
            };
            let without = |page_cache| {
                let mut samples = samples.clone();
                samples
                    .cold_starts
                    .retain(|start| start.page_cache != page_cache);
                samples
            };
            let lost = [
                of(&samples) - of(&without_rounds),
                of(&samples) - of(&without(PageCache::Warm)),
                of(&samples) - of(&without(PageCache::Dropped)),
            ];
            let expected = match metric.interval_of() {
                IntervalOf::Rounds => [1, 0, 0],
                IntervalOf::ColdStarts => [0, 1, 0],
                IntervalOf::DroppedColdStarts => [0, 0, 1],
                IntervalOf::Nothing => [0, 0, 0],
            };
            assert_eq!(lost, expected, "{}", metric.name());
        }
    }
}
