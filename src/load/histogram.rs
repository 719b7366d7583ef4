//! Many measured times in little memory: an HDR histogram to three digits, with the exact sum beside it.
//!
//! On disk it is the compressed V2 format that every HdrHistogram library and plotter reads, as base64; nothing that was
//! counted is lost. Times below 2 µs are exact, above that they are known to within 0.1 %; means are exact.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use hdrhistogram::serialization::{Deserializer as Reader, Serializer as _, V2DeflateSerializer};
use serde::de::Error as _;
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::stats::Ranked;

/// Significant digits that are kept.
const DIGITS: u8 = 3;

/// 292 years: what an HDR histogram can count.
const LONGEST: u64 = i64::MAX as u64;

/// Times in nanoseconds; 0 is counted as 1.
#[derive(Clone, Debug, PartialEq)]
pub struct Histogram {
    counts: hdrhistogram::Histogram<u64>,
    sum_ns: u128,
}

impl Default for Histogram {
    fn default() -> Self {
        Self {
            counts: hdrhistogram::Histogram::new(DIGITS).expect("three digits are supported"),
            sum_ns: 0,
        }
    }
}

impl Histogram {
    /// Counts one time.
    pub fn record(&mut self, nanoseconds: u64) {
        self.counts
            .record(nanoseconds.clamp(1, LONGEST))
            .expect("it grows by itself to hold every time up to the longest");
        self.sum_ns += u128::from(nanoseconds);
    }

    /// Adds everything that `other` has counted.
    pub fn add(&mut self, other: &Self) {
        self.counts
            .add(&other.counts)
            .expect("it grows by itself to hold whatever the other holds");
        self.sum_ns += other.sum_ns;
    }

    /// How many times were counted.
    pub fn len(&self) -> u64 {
        self.counts.len()
    }

    /// Whether nothing was counted.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The exact mean in milliseconds; `None` without times.
    pub fn mean_ms(&self) -> Option<f64> {
        (!self.is_empty()).then(|| self.sum_ns as f64 / self.len() as f64 / 1e6)
    }

    /// The sum of all times.
    #[cfg(test)]
    pub fn sum_ns(&self) -> u128 {
        self.sum_ns
    }

    /// The times that were counted and how often, ascending, in milliseconds: what a plot of the distribution needs.
    pub fn counts_ms(&self) -> impl Iterator<Item = (f64, u64)> + '_ {
        self.counts.iter_recorded().map(|step| {
            let time = self.counts.median_equivalent(step.value_iterated_to());
            (time as f64 / 1e6, step.count_at_value())
        })
    }
}

impl FromIterator<u64> for Histogram {
    fn from_iter<T: IntoIterator<Item = u64>>(times: T) -> Self {
        let mut histogram = Self::default();
        times.into_iter().for_each(|time| histogram.record(time));
        histogram
    }
}

/// The times in milliseconds, by rank.
impl Ranked for Histogram {
    fn count(&self) -> u64 {
        self.len()
    }

    fn at(&self, index: u64) -> Option<f64> {
        let mut below = 0;
        self.counts_ms()
            .find(|(_, count)| {
                below += count;
                below > index
            })
            .map(|(time, _)| time)
    }
}

/// A histogram in JSON.
#[derive(Serialize, Deserialize)]
struct Json {
    n: u64,
    sum_ns: String,
    hdr: String,
}

impl Serialize for Histogram {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut bytes = Vec::new();
        V2DeflateSerializer::new()
            .serialize(&self.counts, &mut bytes)
            .map_err(|error| S::Error::custom(format!("{error:?}")))?;
        Json {
            n: self.len(),
            // As text: beyond what JSON numbers carry.
            sum_ns: self.sum_ns.to_string(),
            hdr: BASE64.encode(bytes),
        }
        .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Histogram {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let json = Json::deserialize(deserializer)?;
        let bytes = BASE64.decode(&json.hdr).map_err(D::Error::custom)?;
        let mut counts: hdrhistogram::Histogram<u64> = Reader::new()
            .deserialize(&mut bytes.as_slice())
            .map_err(|error| D::Error::custom(format!("no HDR histogram: {error:?}")))?;
        counts.auto(true);
        if counts.len() != json.n {
            return Err(D::Error::custom("the histogram does not hold `n` times"));
        }
        let sum_ns = json.sum_ns.parse().map_err(D::Error::custom)?;
        Ok(Self { counts, sum_ns })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats;

    #[test]
    fn what_was_counted_survives_the_disk() {
        let times = [0, 1, 1_999, 80_000, 80_001, 3_000_000_000, 90_000_000_000];
        let histogram: Histogram = times.into_iter().collect();
        let json = serde_json::to_string(&histogram).expect("it can be written");
        let read: Histogram = serde_json::from_str(&json).expect("it can be read");
        assert_eq!(read, histogram);
        assert_eq!(read.len(), 7);
        assert_eq!(read.sum_ns(), times.iter().map(|ns| u128::from(*ns)).sum());
    }

    #[test]
    fn ranks_are_those_of_the_sorted_times_to_a_thousandth() {
        let times: Vec<u64> = (1..=5000).map(|n| n * 7_919 % 1_000_003).collect();
        let histogram: Histogram = times.iter().copied().collect();
        let sorted = stats::sorted(times.iter().map(|ns| *ns as f64 / 1e6).collect());
        for p in [1.0, 50.0, 90.0, 99.0] {
            let exact = stats::percentile_estimate(&sorted[..], p).expect("there are enough");
            let ours = stats::percentile_estimate(&histogram, p).expect("there are enough");
            assert!(
                (ours.value / exact.value - 1.0).abs() < 1e-3,
                "{ours:?} {exact:?}"
            );
            assert_eq!(ours.n, 5000);
        }
        assert!(
            (histogram.mean_ms().expect("there are some")
                - stats::mean(&sorted).expect("there are some"))
            .abs()
                < 1e-9
        );
    }

    #[test]
    fn nothing_counted_is_no_figure() {
        let histogram = Histogram::default();
        assert_eq!(histogram.mean_ms(), None);
        assert!(stats::percentile_estimate(&histogram, 50.0).is_none());
        let damaged = serde_json::from_str::<Histogram>(r#"{"n":1,"sum_ns":"1","hdr":"AAAA"}"#);
        assert!(damaged.is_err());
    }
}
