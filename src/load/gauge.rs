//! What can be seen of a load while it goes on, from another thread: one counts, others look.

use std::sync::atomic::{AtomicU64, Ordering};

/// Buckets to a doubling: each is 9 % wide, which is enough for a look.
const TO_A_DOUBLING: u32 = 8;
/// A bucket for every time that 64 bits hold.
const BUCKETS: usize = (64 * TO_A_DOUBLING) as usize;

/// Counts of answers by latency. Only one thread may count.
#[derive(Debug)]
pub struct Gauge {
    counts: Box<[AtomicU64]>,
}

impl Default for Gauge {
    fn default() -> Self {
        Self {
            counts: (0..BUCKETS).map(|_| AtomicU64::new(0)).collect(),
        }
    }
}

impl Gauge {
    /// Counts one answer. A load and a store: with one writer nothing more is needed.
    pub fn saw(&self, nanoseconds: u64) {
        let count = &self.counts[bucket(nanoseconds)];
        count.store(count.load(Ordering::Relaxed) + 1, Ordering::Relaxed);
    }

    /// How many answers there were so far.
    pub fn answered(&self) -> u64 {
        self.counts
            .iter()
            .map(|count| count.load(Ordering::Relaxed))
            .sum()
    }

    /// The latency in milliseconds below which nine of ten answers were, to within 9 %; `None` before the first.
    pub fn p90_ms(&self) -> Option<f64> {
        let wanted = (self.answered() * 9).div_ceil(10).max(1);
        let mut below = 0;
        self.counts
            .iter()
            .position(|count| {
                below += count.load(Ordering::Relaxed);
                below >= wanted
            })
            .map(|bucket| middle_ns(bucket) / 1e6)
    }
}

/// The place among the doublings, then the three bits below the leading one.
fn bucket(nanoseconds: u64) -> usize {
    let time = nanoseconds.max(1);
    let doubling = time.ilog2();
    let part = match doubling.checked_sub(3) {
        Some(shift) => (time >> shift) & 7,
        None => (time << (3 - doubling)) & 7,
    };
    (doubling * TO_A_DOUBLING) as usize + part as usize
}

fn middle_ns(bucket: usize) -> f64 {
    let (doubling, part) = (bucket / 8, bucket % 8);
    (doubling as f64).exp2() * (1.0 + (part as f64 + 0.5) / 8.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_counted_is_seen_to_within_nine_percent() {
        let gauge = Gauge::default();
        assert_eq!((gauge.answered(), gauge.p90_ms()), (0, None));
        (1..=1000_u64).for_each(|n| gauge.saw(n * 1_000));
        assert_eq!(gauge.answered(), 1000);
        let p90 = gauge.p90_ms().expect("there are some");
        assert!((p90 / 0.9 - 1.0).abs() < 0.09, "{p90}");
    }

    #[test]
    fn every_time_has_a_bucket_and_they_rise() {
        let times = [0, 1, 2, 3, 7, 8, 9, 1_000, 1_100, 1_000_000_000, u64::MAX];
        let buckets = times.map(bucket);
        assert!(buckets.is_sorted() && buckets[10] == BUCKETS - 1);
        for (time, bucket) in times.iter().zip(buckets).skip(1) {
            let off = middle_ns(bucket) / *time as f64;
            assert!((0.9..1.1).contains(&off), "{time}: {off}");
        }
    }
}
