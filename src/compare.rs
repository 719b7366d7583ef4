//! Metrics, which way is better, and what a change with its interval means. Pure.

use serde::{Deserialize, Serialize};

use crate::stats::Change;

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Metric {
    /// Answered requests per second.
    ThroughputRps,
    /// Mean latency.
    LatencyMsMean,
    /// Median latency.
    LatencyMsP50,
    /// 90th percentile of latency.
    LatencyMsP90,
    /// 99th percentile of latency.
    LatencyMsP99,
    /// Mean time from when a request was sent: open loop only, where `latency_ms_*` counts from when it was due.
    ServiceMsMean,
    /// Median service time.
    ServiceMsP50,
    /// 90th percentile of service time.
    ServiceMsP90,
    /// 99th percentile of service time.
    ServiceMsP99,
    /// From before the spawn to the first byte of the first 2xx answer.
    ColdStartMs,
    /// From before the spawn to the first accepted connection.
    ColdStartMsAccepts,
    /// CPU time of the process until its first 2xx answer.
    ColdStartCpuMs,
    /// Page faults of the process until then, with and without disk.
    ColdStartPageFaults,
    /// Largest resident set of the process until then.
    ColdStartPeakMemoryBytes,
    /// [`Self::ColdStartMs`] with its files dropped from the page cache before.
    ColdStartMsDropped,
    /// [`Self::ColdStartCpuMs`] with its files dropped from the page cache before.
    ColdStartCpuMsDropped,
    /// [`Self::ColdStartPageFaults`] with its files dropped from the page cache before.
    ColdStartPageFaultsDropped,
    /// [`Self::ColdStartPeakMemoryBytes`] with its files dropped from the page cache before.
    ColdStartPeakMemoryBytesDropped,
    /// Largest resident set before the stop.
    PeakMemoryBytes,
    /// Everything that must be shipped.
    ImageSizeBytes,
    /// How long the image took to build.
    BuildSeconds,
}

impl Metric {
    /// Every metric, in the order in which they are shown.
    pub const ALL: [Self; 21] = [
        Self::ThroughputRps,
        Self::LatencyMsMean,
        Self::LatencyMsP50,
        Self::LatencyMsP90,
        Self::LatencyMsP99,
        Self::ServiceMsMean,
        Self::ServiceMsP50,
        Self::ServiceMsP90,
        Self::ServiceMsP99,
        Self::ColdStartMs,
        Self::ColdStartMsAccepts,
        Self::ColdStartCpuMs,
        Self::ColdStartPageFaults,
        Self::ColdStartPeakMemoryBytes,
        Self::ColdStartMsDropped,
        Self::ColdStartCpuMsDropped,
        Self::ColdStartPageFaultsDropped,
        Self::ColdStartPeakMemoryBytesDropped,
        Self::PeakMemoryBytes,
        Self::ImageSizeBytes,
        Self::BuildSeconds,
    ];

    /// The key in JSON and CSV.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ThroughputRps => "throughput_rps",
            Self::LatencyMsMean => "latency_ms_mean",
            Self::LatencyMsP50 => "latency_ms_p50",
            Self::LatencyMsP90 => "latency_ms_p90",
            Self::LatencyMsP99 => "latency_ms_p99",
            Self::ServiceMsMean => "service_ms_mean",
            Self::ServiceMsP50 => "service_ms_p50",
            Self::ServiceMsP90 => "service_ms_p90",
            Self::ServiceMsP99 => "service_ms_p99",
            Self::ColdStartMs => "cold_start_ms",
            Self::ColdStartMsAccepts => "cold_start_ms_accepts",
            Self::ColdStartCpuMs => "cold_start_cpu_ms",
            Self::ColdStartPageFaults => "cold_start_page_faults",
            Self::ColdStartPeakMemoryBytes => "cold_start_peak_memory_bytes",
            Self::ColdStartMsDropped => "cold_start_ms_dropped",
            Self::ColdStartCpuMsDropped => "cold_start_cpu_ms_dropped",
            Self::ColdStartPageFaultsDropped => "cold_start_page_faults_dropped",
            Self::ColdStartPeakMemoryBytesDropped => "cold_start_peak_memory_bytes_dropped",
            Self::PeakMemoryBytes => "peak_memory_bytes",
            Self::ImageSizeBytes => "image_size_bytes",
            Self::BuildSeconds => "build_seconds",
        }
    }

    /// The words in tables.
    pub const fn title(self) -> &'static str {
        match self {
            Self::ThroughputRps => "throughput",
            Self::LatencyMsMean => "latency, mean",
            Self::LatencyMsP50 => "latency, P50",
            Self::LatencyMsP90 => "latency, P90",
            Self::LatencyMsP99 => "latency, P99",
            Self::ServiceMsMean => "service time, mean",
            Self::ServiceMsP50 => "service time, P50",
            Self::ServiceMsP90 => "service time, P90",
            Self::ServiceMsP99 => "service time, P99",
            Self::ColdStartMs => "cold start",
            Self::ColdStartMsAccepts => "cold start, accepts",
            Self::ColdStartCpuMs => "cold start, CPU time",
            Self::ColdStartPageFaults => "cold start, page faults",
            Self::ColdStartPeakMemoryBytes => "cold start, peak memory",
            Self::ColdStartMsDropped => "cold start, page cache dropped",
            Self::ColdStartCpuMsDropped => "cold start, CPU time, page cache dropped",
            Self::ColdStartPageFaultsDropped => "cold start, page faults, page cache dropped",
            Self::ColdStartPeakMemoryBytesDropped => "cold start, peak memory, page cache dropped",
            Self::PeakMemoryBytes => "peak memory",
            Self::ImageSizeBytes => "image size",
            Self::BuildSeconds => "build time",
        }
    }

    /// Whether tables leave it out: details are in JSON and CSV.
    pub const fn is_detail(self) -> bool {
        matches!(
            self,
            Self::ColdStartMsAccepts
                | Self::ColdStartCpuMs
                | Self::ColdStartPageFaults
                | Self::ColdStartPeakMemoryBytes
                | Self::ColdStartCpuMsDropped
                | Self::ColdStartPageFaultsDropped
                | Self::ColdStartPeakMemoryBytesDropped
        )
    }

    /// Which way is better.
    pub const fn direction(self) -> Direction {
        match self {
            Self::ThroughputRps => Direction::Up,
            Self::LatencyMsMean
            | Self::LatencyMsP50
            | Self::LatencyMsP90
            | Self::LatencyMsP99
            | Self::ServiceMsMean
            | Self::ServiceMsP50
            | Self::ServiceMsP90
            | Self::ServiceMsP99
            | Self::ColdStartMs
            | Self::ColdStartMsAccepts
            | Self::ColdStartCpuMs
            | Self::ColdStartPageFaults
            | Self::ColdStartPeakMemoryBytes
            | Self::ColdStartMsDropped
            | Self::ColdStartCpuMsDropped
            | Self::ColdStartPageFaultsDropped
            | Self::ColdStartPeakMemoryBytesDropped
            | Self::PeakMemoryBytes
            | Self::ImageSizeBytes
            | Self::BuildSeconds => Direction::Down,
        }
    }
}

/// What is repeated to measure a metric, and so what its intervals are computed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IntervalOf {
    /// Rounds.
    Rounds,
    /// Cold starts.
    ColdStarts,
    /// It is a fact of the image.
    Nothing,
}

impl Metric {
    /// By how many percent a figure is worse that differs by the ratio `exp(log)`, for a `log` of zero or more: a throughput that
    /// is halved is 50 % worse, a latency that is doubled 100 %.
    pub fn worse_percent(self, log: f64) -> f64 {
        match self.direction() {
            Direction::Up => -(-log).exp_m1() * 100.0,
            Direction::Down => log.exp_m1() * 100.0,
        }
    }

    /// The logarithm of the ratio at which a figure is so many percent worse: the inverse of [`Metric::worse_percent`].
    pub fn worse_log(self, percent: f64) -> f64 {
        match self.direction() {
            Direction::Up => -(1.0 - percent / 100.0).max(0.0).ln(),
            Direction::Down => (percent / 100.0).ln_1p(),
        }
    }

    /// What is repeated to measure it.
    pub fn interval_of(self) -> IntervalOf {
        match self {
            Self::ImageSizeBytes | Self::BuildSeconds => IntervalOf::Nothing,
            _ if self.name().starts_with("cold_start") => IntervalOf::ColdStarts,
            _ => IntervalOf::Rounds,
        }
    }
}

/// Which way is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// More is better.
    Up,
    /// Less is better.
    Down,
}

/// What a change means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Verdict {
    /// The whole interval is on the good side of zero.
    #[serde(rename = "better")]
    Better,
    /// The whole interval is on the bad side of zero.
    #[serde(rename = "worse")]
    Worse,
    /// The interval includes zero and is within the threshold: any difference is smaller than what matters.
    #[serde(rename = "no difference shown")]
    NoDifferenceShown,
    /// The interval includes zero and more than the threshold, or there is none.
    #[serde(rename = "cannot tell")]
    CannotTell,
}

impl Verdict {
    /// The words in reports.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Better => "better",
            Self::Worse => "worse",
            Self::NoDifferenceShown => "no difference shown",
            Self::CannotTell => "cannot tell",
        }
    }
}

/// Judges `change` of `metric`; a change of less than `threshold_percent` does not matter.
pub fn judge(metric: Metric, change: &Change, threshold_percent: f64) -> Verdict {
    let (Some(low), Some(high)) = (change.low, change.high) else {
        return Verdict::CannotTell;
    };
    match metric.direction() {
        _ if low <= 0.0 && high >= 0.0 => {
            let within = low >= -threshold_percent && high <= threshold_percent;
            if within {
                Verdict::NoDifferenceShown
            } else {
                Verdict::CannotTell
            }
        }
        Direction::Up if low > 0.0 => Verdict::Better,
        Direction::Down if high < 0.0 => Verdict::Better,
        Direction::Up | Direction::Down => Verdict::Worse,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(metric: Metric, low: f64, high: f64) -> Verdict {
        judge(
            metric,
            &Change {
                percent: f64::midpoint(low, high),
                low: Some(low),
                high: Some(high),
            },
            3.0,
        )
    }

    #[test]
    fn directions_belong_to_metrics() {
        assert_eq!(verdict(Metric::ThroughputRps, 2.0, 8.0), Verdict::Better);
        assert_eq!(verdict(Metric::LatencyMsP90, 2.0, 8.0), Verdict::Worse);
        assert_eq!(verdict(Metric::ThroughputRps, -8.0, -2.0), Verdict::Worse);
        assert_eq!(verdict(Metric::ColdStartMs, -8.0, -2.0), Verdict::Better);
    }

    #[test]
    fn worse_has_a_size_in_each_direction() {
        let halved = 2.0_f64.ln();
        assert!((Metric::ThroughputRps.worse_percent(halved) - 50.0).abs() < 1e-9);
        assert!((Metric::LatencyMsP50.worse_percent(halved) - 100.0).abs() < 1e-9);
        for metric in [Metric::ThroughputRps, Metric::LatencyMsP50] {
            assert!((metric.worse_percent(metric.worse_log(3.0)) - 3.0).abs() < 1e-9);
        }
    }

    #[test]
    fn no_difference_is_a_result_and_not_knowing_is_another() {
        assert_eq!(
            verdict(Metric::ThroughputRps, -1.0, 2.0),
            Verdict::NoDifferenceShown
        );
        assert_eq!(
            verdict(Metric::ThroughputRps, -1.0, 20.0),
            Verdict::CannotTell
        );
        let unknown = Change {
            percent: 50.0,
            low: None,
            high: None,
        };
        assert_eq!(
            judge(Metric::ThroughputRps, &unknown, 3.0),
            Verdict::CannotTell
        );
    }

    #[test]
    fn names_in_json_are_the_contracts() {
        for metric in Metric::ALL {
            assert_eq!(
                serde_json::to_value(metric).expect("it is a word"),
                metric.name()
            );
        }
        for verdict in [
            Verdict::Better,
            Verdict::Worse,
            Verdict::NoDifferenceShown,
            Verdict::CannotTell,
        ] {
            assert_eq!(
                serde_json::to_value(verdict).expect("it is a word"),
                verdict.word()
            );
        }
    }
}
