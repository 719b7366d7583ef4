//! What calls came to, by variant: since the start, and over the last seconds.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;
use serde::Serialize;

use crate::variant::Variant;

/// Live figures are over the last full window and the one that goes on.
const WINDOW: Duration = Duration::from_secs(5);

/// Calls of one variant.
#[derive(Debug)]
struct Count {
    calls: u64,
    failed: u64,
    seconds: f64,
    window: Instant,
    now: Histogram<u64>,
    before: Histogram<u64>,
}

impl Count {
    fn new() -> Self {
        let histogram = || Histogram::new(2).expect("two digits are possible");
        Self {
            calls: 0,
            failed: 0,
            seconds: 0.0,
            window: Instant::now(),
            now: histogram(),
            before: histogram(),
        }
    }

    fn turn(&mut self) {
        let passed = self.window.elapsed();
        if passed < WINDOW {
            return;
        }
        std::mem::swap(&mut self.now, &mut self.before);
        self.now.reset();
        if passed >= 2 * WINDOW {
            self.before.reset();
        }
        self.window = Instant::now();
    }
}

/// What calls of a variant came to.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Figures {
    /// Answered or failed, since the start.
    pub calls: u64,
    /// Failed, or answered with a 5xx.
    pub failed: u64,
    /// The time of all calls together, in seconds.
    pub seconds: f64,
    /// Calls a second, over the last seconds.
    pub rate: f64,
    /// 90 % of the last calls took at most so long, in milliseconds; `None` without calls.
    pub p90_ms: Option<f64>,
}

/// Calls by variant.
#[derive(Debug, Default)]
pub struct Counters(Mutex<BTreeMap<Variant, Count>>);

impl Counters {
    fn counts(&self) -> MutexGuard<'_, BTreeMap<Variant, Count>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A call of `variant` took so long, and ended well or not.
    pub fn record(&self, variant: Variant, took: Duration, ok: bool) {
        let mut counts = self.counts();
        let count = counts.entry(variant).or_insert_with(Count::new);
        count.turn();
        count.calls += 1;
        count.failed += u64::from(!ok);
        count.seconds += took.as_secs_f64();
        // Microseconds; beyond what the histogram resizes to there is nothing.
        let _ = count.now.record(took.as_micros() as u64);
    }

    /// What they came to.
    pub fn figures(&self) -> BTreeMap<Variant, Figures> {
        let mut counts = self.counts();
        let figures = counts.iter_mut().map(|(variant, count)| {
            count.turn();
            let span = count.window.elapsed() + WINDOW;
            let mut all = count.before.clone();
            // Both have the same digits.
            let _ = all.add(&count.now);
            let figures = Figures {
                calls: count.calls,
                failed: count.failed,
                seconds: count.seconds,
                rate: all.len() as f64 / span.as_secs_f64(),
                p90_ms: (!all.is_empty()).then(|| all.value_at_quantile(0.9) as f64 / 1000.0),
            };
            (*variant, figures)
        });
        figures.collect()
    }
}
