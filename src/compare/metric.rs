//! What is measured: names, titles, which way is better, values with their units. Pure.

use serde::{Deserialize, Serialize};

use crate::units::bytes;

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

/// Which way is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// More is better.
    Up,
    /// Less is better.
    Down,
}

/// A value with its unit.
pub fn value(metric: Metric, value: f64) -> String {
    match metric {
        Metric::ThroughputRps => format!("{value:.0}/s"),
        Metric::LatencyMsMean
        | Metric::LatencyMsP50
        | Metric::LatencyMsP90
        | Metric::LatencyMsP99
        | Metric::ServiceMsMean
        | Metric::ServiceMsP50
        | Metric::ServiceMsP90
        | Metric::ServiceMsP99 => format!("{value:.3} ms"),
        Metric::ColdStartMs
        | Metric::ColdStartMsAccepts
        | Metric::ColdStartMsDropped
        | Metric::ColdStartCpuMs
        | Metric::ColdStartCpuMsDropped => format!("{value:.1} ms"),
        Metric::ColdStartPageFaults | Metric::ColdStartPageFaultsDropped => format!("{value:.0}"),
        Metric::ImageSizeBytes
        | Metric::PeakMemoryBytes
        | Metric::ColdStartPeakMemoryBytes
        | Metric::ColdStartPeakMemoryBytesDropped => bytes(value as u64),
        Metric::BuildSeconds => seconds(value),
    }
}

pub fn seconds(seconds: f64) -> String {
    if seconds < 0.0995 {
        format!("{:.0} ms", seconds * 1000.0)
    } else {
        format!("{seconds:.1} s")
    }
}
