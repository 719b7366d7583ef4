//! What the progress line says while rounds are measured: what runs, how fast it is right now, how long the rest will take.
//!
//! A thread looks four times a second, and only where a terminal shows it: elsewhere nothing runs beside the load.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::Thread;
use std::time::{Duration, Instant};

use super::samples::Round;
use crate::compare::{Metric, Side, value};
use crate::event::Running;
use crate::load::{Failure, Gauge};
use crate::stats;
use crate::warning::Warning;

/// How long a look at a load is good for.
const LOOK: Duration = Duration::from_millis(250);

/// The progress of all rounds.
pub(super) struct Live<'a> {
    task: &'a Running<'a>,
    pace: Pace,
    /// The last round of each side, in words.
    last: BTreeMap<Side, String>,
}

/// Ends the watcher when it is dropped.
struct Ends<'a>(&'a AtomicBool, Thread);

impl Drop for Ends<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
        self.1.unpark();
    }
}

/// A part of a round that is worth looking at.
#[derive(Clone, Copy)]
pub(super) struct Part<'a> {
    /// Whose.
    pub(super) side: &'a Side,
    /// Before the measured requests.
    pub(super) is_warmup: bool,
    /// Requests before this part, of all rounds that are measured together.
    pub(super) before: u64,
    /// Requests of one whole round.
    pub(super) of: u64,
}

impl<'a> Live<'a> {
    /// Nothing of `total` rounds is done.
    pub(super) fn new(task: &'a Running<'a>, total: u64) -> Self {
        Self {
            task,
            pace: Pace::new(total),
            last: BTreeMap::new(),
        }
    }

    /// A round of `side` begins.
    pub(super) fn begins(&self, side: &Side) {
        let last = self.last.get(side).map_or("", String::as_str);
        self.show(&words(side.name(), last, self.pace.left(0.0)));
    }

    /// A round has ended.
    pub(super) fn saw(&mut self, round: &Round) {
        let p90 = stats::percentile_estimate(&round.latencies, 90.0);
        let said = speed(round.throughput_rps(), p90.map(|known| known.value));
        self.last.insert(round.side.clone(), said);
        self.pace.done += 1;
    }

    /// Runs a part of a round, and shows how fast it is where somebody can see it.
    pub(super) fn during<T>(
        &self,
        part: Part<'_>,
        load: impl FnOnce(Option<Arc<Gauge>>) -> T,
    ) -> T {
        if !self.task.is_followed() {
            return load(None);
        }
        let gauge = Arc::new(Gauge::default());
        let over = AtomicBool::new(false);
        std::thread::scope(|scope| {
            let watcher = scope.spawn(|| self.watch(part, &gauge, &over));
            // Also where the load panics: the scope waits for the watcher.
            let _ends = Ends(&over, watcher.thread().clone());
            load(Some(Arc::clone(&gauge)))
        })
    }

    /// The first request of a part that had no answer in time: said at once, since the rest may take as long.
    pub(super) fn no_answer(&self, part: Part<'_>, failure: &Failure) {
        self.task
            .warn(&Warning::no_answer(part.side, &failure.words, failure.hint));
    }

    fn watch(&self, part: Part<'_>, gauge: &Gauge, over: &AtomicBool) {
        let name = match part.is_warmup {
            true => format!("{} warm-up", part.side),
            false => part.side.name().to_owned(),
        };
        let (mut looked, mut before) = (Instant::now(), 0);
        loop {
            std::thread::park_timeout(LOOK);
            if over.load(Ordering::Relaxed) {
                return;
            }
            let answered = gauge.answered();
            let rate = (answered - before) as f64 / looked.elapsed().as_secs_f64();
            (looked, before) = (Instant::now(), answered);
            let share = (part.before + answered) as f64 / part.of.max(1) as f64;
            let now = speed(Some(rate), gauge.p90_ms());
            self.show(&words(&name, &now, self.pace.left(share)));
        }
    }

    fn show(&self, words: &str) {
        self.task.progress(self.pace.done, self.pace.total, words);
    }
}

/// How far it is with things that take about equally long.
pub(super) struct Pace {
    started: Instant,
    pub(super) total: u64,
    pub(super) done: u64,
}

impl Pace {
    pub(super) fn new(total: u64) -> Self {
        Self {
            started: Instant::now(),
            total,
            done: 0,
        }
    }

    /// How long the rest takes at the pace so far, with `share` of the next one done, or of the next ones where it is above 1; unknown before the first has ended.
    pub(super) fn left(&self, share: f64) -> Option<Duration> {
        left(self.started.elapsed(), self.done, self.total, share)
    }
}

fn left(spent: Duration, done: u64, total: u64, share: f64) -> Option<Duration> {
    let done_with = done as f64 + share;
    (done > 0).then(|| spent.mul_f64(((total as f64 - done_with) / done_with).max(0.0)))
}

/// `3899/s, P90 0.322 ms`.
fn speed(rate: Option<f64>, p90_ms: Option<f64>) -> String {
    let words = [
        rate.map(|rate| value(Metric::ThroughputRps, rate)),
        p90_ms.map(|ms| format!("P90 {}", value(Metric::LatencyMsP90, ms))),
    ];
    words.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// `native (3899/s, P90 0.322 ms), 40 s left`.
pub(super) fn words(name: &str, speed: &str, left: Option<Duration>) -> String {
    let mut words = name.to_owned();
    if !speed.is_empty() {
        words += &format!(" ({speed})");
    }
    if let Some(left) = left {
        words += &format!(", {:.0} s left", left.as_secs_f64());
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_says_how_fast_it_is_and_what_is_left() {
        let now = speed(Some(3899.0), Some(0.322));
        let left = left(Duration::from_secs(8), 4, 12, 0.0);
        assert_eq!(
            words("native", &now, left),
            "native (3899/s, P90 0.322 ms), 16 s left"
        );
        assert_eq!(words("native", "", None), "native");
    }

    #[test]
    fn the_rest_shrinks_within_a_round() {
        let spent = Duration::from_secs(10);
        assert_eq!(left(spent, 0, 12, 0.5), None, "nothing is known yet");
        assert_eq!(left(spent, 4, 8, 1.0), Some(Duration::from_secs(6)));
        assert_eq!(left(spent, 8, 8, 0.0), Some(Duration::ZERO));
    }
}
