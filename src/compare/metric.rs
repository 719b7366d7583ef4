//! What is measured: one table, a row a metric. Pure.
//!
//! A metric is added by its row here and by where it is measured (`bench::figures`); reports, gates and files take it from there.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use strum::VariantArray;

use crate::stats::Estimate;
use crate::units::bytes;

/// Makes the enum and what is known of each metric from one row for each: its name, which is its key in JSON and CSV in
/// another case, then title, which way is better, what is repeated to measure it, unit, and whether tables show it.
macro_rules! table {
    ($($(#[$doc:meta])* $name:ident: $title:literal, $better:ident, $over:ident, $unit:expr, $place:ident;)+) => {
        /// What is measured.
        #[derive(
            Clone,
            Copy,
            Debug,
            PartialEq,
            Eq,
            PartialOrd,
            Ord,
            Hash,
            Serialize,
            Deserialize,
            strum::EnumString,
            strum::IntoStaticStr,
            strum::VariantArray,
        )]
        #[serde(rename_all = "snake_case")]
        #[strum(serialize_all = "snake_case", const_into_str)]
        pub enum Metric {
            $($(#[$doc])* $name,)+
        }

        impl JsonSchema for Metric {
            fn schema_name() -> Cow<'static, str> {
                "Metric".into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                let names: Vec<&str> = Self::ALL.iter().map(|metric| metric.name()).collect();
                json_schema!({"type": "string", "enum": names, "description": "What is measured."})
            }
        }

        impl Metric {
            const fn row(self) -> Row {
                match self {
                    $(Self::$name => Row {
                        title: $title,
                        direction: Direction::$better,
                        interval_of: IntervalOf::$over,
                        unit: $unit,
                        place: Place::$place,
                    },)+
                }
            }
        }
    };
}

table! {
    /// Answered requests per second.
    ThroughputRps: "throughput", Up, Rounds, Unit::PerSecond, Table;
    /// Mean latency.
    LatencyMsMean: "latency, mean", Down, Rounds, Unit::Milliseconds(3), Table;
    /// Median latency.
    LatencyMsP50: "latency, P50", Down, Rounds, Unit::Milliseconds(3), Table;
    /// 90th percentile of latency.
    LatencyMsP90: "latency, P90", Down, Rounds, Unit::Milliseconds(3), Table;
    /// 99th percentile of latency.
    LatencyMsP99: "latency, P99", Down, Rounds, Unit::Milliseconds(3), Table;
    /// Mean time from when a request was sent: open loop only, where `latency_ms_*` counts from when it was due.
    ServiceMsMean: "service time, mean", Down, Rounds, Unit::Milliseconds(3), Table;
    /// Median service time.
    ServiceMsP50: "service time, P50", Down, Rounds, Unit::Milliseconds(3), Table;
    /// 90th percentile of service time.
    ServiceMsP90: "service time, P90", Down, Rounds, Unit::Milliseconds(3), Table;
    /// 99th percentile of service time.
    ServiceMsP99: "service time, P99", Down, Rounds, Unit::Milliseconds(3), Table;
    /// CPU time of the function, with all that it started, for each request while it was measured; of invocations, for each.
    CpuMsPerRequest: "CPU time per request", Down, Rounds, Unit::Milliseconds(3), Table;
    /// From before the spawn to the first byte of the first 2xx answer.
    ColdStartMs: "cold start", Down, ColdStarts, Unit::Milliseconds(1), Table;
    /// From before the spawn to the first accepted connection.
    ColdStartMsAccepts: "cold start, accepts", Down, ColdStarts, Unit::Milliseconds(1), Detail;
    /// CPU time of the process, with all that it started, until its first 2xx answer.
    ColdStartCpuMs: "cold start, CPU time", Down, ColdStarts, Unit::Milliseconds(1), Detail;
    /// Page faults of these processes until then, with and without disk.
    ColdStartPageFaults: "cold start, page faults", Down, ColdStarts, Unit::Count, Detail;
    /// Largest resident set until then, as [`Self::PeakMemoryBytes`].
    ColdStartPeakMemoryBytes: "cold start, peak memory", Down, ColdStarts, Unit::Bytes, Detail;
    /// [`Self::ColdStartMs`] with its files dropped from the page cache before.
    ColdStartMsDropped: "cold start, page cache dropped", Down, DroppedColdStarts, Unit::Milliseconds(1), Table;
    /// [`Self::ColdStartCpuMs`] with its files dropped from the page cache before.
    ColdStartCpuMsDropped: "cold start, CPU time, page cache dropped", Down, DroppedColdStarts, Unit::Milliseconds(1), Detail;
    /// [`Self::ColdStartPageFaults`] with its files dropped from the page cache before.
    ColdStartPageFaultsDropped: "cold start, page faults, page cache dropped", Down, DroppedColdStarts, Unit::Count, Detail;
    /// [`Self::ColdStartPeakMemoryBytes`] with its files dropped from the page cache before.
    ColdStartPeakMemoryBytesDropped: "cold start, peak memory, page cache dropped", Down, DroppedColdStarts, Unit::Bytes, Detail;
    /// Largest resident set: of a server the sum over its processes before the stop, of invocations that of the largest process.
    PeakMemoryBytes: "peak memory", Down, Rounds, Unit::Bytes, Table;
    /// Everything that must be shipped.
    ImageSizeBytes: "image size", Down, Nothing, Unit::Bytes, Table;
    /// How long the image took to build.
    BuildSeconds: "build time", Down, Nothing, Unit::Seconds, Table;
}

/// A row of the table.
struct Row {
    title: &'static str,
    direction: Direction,
    interval_of: IntervalOf,
    unit: Unit,
    place: Place,
}

/// Which way is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// More is better.
    Up,
    /// Less is better.
    Down,
}

/// What is repeated to measure a metric, and so what its intervals are computed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IntervalOf {
    /// Rounds.
    Rounds,
    /// Cold starts with a warm page cache.
    ColdStarts,
    /// Cold starts with what the function reads dropped from the page cache.
    DroppedColdStarts,
    /// It is a fact of the image.
    Nothing,
}

impl IntervalOf {
    /// The word for several of them.
    pub const fn noun(self) -> &'static str {
        match self {
            Self::ColdStarts | Self::DroppedColdStarts => "cold starts",
            Self::Rounds | Self::Nothing => "rounds",
        }
    }
}

/// In what a figure is, and so how it is written.
#[derive(Clone, Copy)]
enum Unit {
    PerSecond,
    /// With so many digits after the point.
    Milliseconds(usize),
    Seconds,
    Bytes,
    Count,
}

/// Where a metric is shown besides JSON and CSV.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Table,
    /// Nowhere else.
    Detail,
}

impl Metric {
    /// Every metric, in the order in which they are shown.
    pub const ALL: &'static [Self] = Self::VARIANTS;

    /// The key in JSON and CSV.
    pub const fn name(self) -> &'static str {
        self.into_str()
    }

    /// The words in tables.
    pub const fn title(self) -> &'static str {
        self.row().title
    }

    /// Whether tables leave it out: details are in JSON and CSV.
    pub fn is_detail(self) -> bool {
        self.row().place == Place::Detail
    }

    /// Which way is better.
    pub const fn direction(self) -> Direction {
        self.row().direction
    }

    /// What is repeated to measure it.
    pub const fn interval_of(self) -> IntervalOf {
        self.row().interval_of
    }

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
}

/// A value with its unit.
pub fn value(metric: Metric, value: f64) -> String {
    with_digits(metric, value, digits(metric, value, None))
}

/// An estimate with its unit, and its interval where it has one: as many digits as the interval bears, at least two.
///
/// An interval is itself uncertain: two digits of its half width are all that it knows of itself (ISO/IEC Guide 98-3, 7.2.6).
pub fn estimate(metric: Metric, estimate: &Estimate) -> (String, Option<String>) {
    let interval = estimate.low.zip(estimate.high);
    let digits = digits(metric, estimate.value, interval);
    let of = |value| with_digits(metric, value, digits);
    let range = interval.map(|(low, high)| format!("[{}, {}]", of(low), of(high)));
    (of(estimate.value), range)
}

/// Digits after the point.
fn digits(metric: Metric, value: f64, interval: Option<(f64, f64)>) -> usize {
    let usual = match metric.row().unit {
        Unit::Milliseconds(digits) => digits,
        _ => 0,
    };
    let borne = interval.map_or(usual, |(low, high)| two_of((high - low) / 2.0));
    borne.max(two_of(value))
}

/// How many digits after the point show two digits of `value`: 0 for 31, 2 for 0.31.
fn two_of(value: f64) -> usize {
    match value.abs() {
        size if size.is_normal() => (1.0 - size.log10().floor()).clamp(0.0, 6.0) as usize,
        _ => 0,
    }
}

fn with_digits(metric: Metric, value: f64, digits: usize) -> String {
    match metric.row().unit {
        Unit::PerSecond => format!("{value:.digits$}/s"),
        Unit::Milliseconds(_) => format!("{value:.digits$} ms"),
        Unit::Seconds => seconds(value),
        Unit::Bytes => bytes(value as u64),
        Unit::Count => format!("{value:.0}"),
    }
}

/// Seconds as people read them: `80 ms`, `4.2 s`.
pub fn seconds(seconds: f64) -> String {
    if seconds < 0.0995 {
        format!("{:.0} ms", seconds * 1000.0)
    } else {
        format!("{seconds:.1} s")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(value: f64, low: f64, high: f64, metric: Metric) -> String {
        let known = Estimate {
            value,
            low: Some(low),
            high: Some(high),
            n: 6,
        };
        let (figure, range) = estimate(metric, &known);
        format!("{figure} {}", range.expect("it has an interval"))
    }

    #[test]
    fn a_figure_has_as_many_digits_as_its_interval_bears_and_at_least_two() {
        use Metric::{LatencyMsMean, ThroughputRps};
        assert_eq!(
            shown(2.03, 1.62, 2.44, ThroughputRps),
            "2.03/s [1.62/s, 2.44/s]"
        );
        assert_eq!(
            shown(7731.2, 7400.0, 8050.0, ThroughputRps),
            "7731/s [7400/s, 8050/s]"
        );
        assert_eq!(
            shown(495.396, 448.441, 542.352, LatencyMsMean),
            "495 ms [448 ms, 542 ms]"
        );
        assert_eq!(
            shown(0.4231, 0.4027, 0.4436, LatencyMsMean),
            "0.423 ms [0.403 ms, 0.444 ms]"
        );
        assert_eq!(value(ThroughputRps, 2.0), "2.0/s");
    }
}
