//! What came of a load.

use std::time::Duration;

use super::histogram::Histogram;

/// Requests that were not answered as expected.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Failures {
    /// How many.
    pub count: u64,
    /// The first one.
    pub first: Option<Failure>,
}

/// Why a request was not answered as expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// In words.
    pub words: String,
    /// What may help.
    pub hint: Option<&'static str>,
}

impl From<String> for Failure {
    fn from(words: String) -> Self {
        Self { words, hint: None }
    }
}

/// `10 s`, `250 ms`.
pub(super) fn in_words(time: Duration) -> String {
    match time.subsec_millis() {
        0 => format!("{} s", time.as_secs()),
        _ => format!("{} ms", time.as_millis()),
    }
}

/// A request without an answer in time.
pub(super) fn too_late(words: String, is_open_loop: bool) -> Failure {
    let hint = match is_open_loop {
        true => {
            "in an open loop that counts from when a request was due: a lower `--rate`, more `--concurrency`, or `--timeout 1m`"
        }
        false => "`--timeout 1m` waits longer",
    };
    Failure {
        words,
        hint: Some(hint),
    }
}

impl Failures {
    pub(super) fn add(&mut self, failure: Failure) {
        self.count += 1;
        self.first.get_or_insert(failure);
    }
}

/// What came back.
#[derive(Clone, Debug)]
pub struct LoadOutcome {
    /// From the first request to the last answer.
    pub elapsed: Duration,
    /// Each request that was answered as expected: from its send in a closed loop, from when it was due in an open one.
    /// Connecting is part of it only where connections are fresh.
    pub latencies: Histogram,
    /// Open loop only: the same requests from their sends.
    pub service: Option<Histogram>,
    /// Latencies in the order of the answers, evenly thinned to [`LoadPlan::series`].
    pub series_ns: Vec<u64>,
    /// The others.
    pub failures: Failures,
    /// Requests that met a connection which the server had closed, and were sent again on a new one. Their latency counts from
    /// the first try.
    pub resent: u64,
    /// So many requests in a row had no answer in time that no more were sent.
    pub gave_up: bool,
    /// Open loop only: requests before the last one that were not answered when it became due.
    pub in_flight: Option<u64>,
    /// CPU time of the generator's thread.
    pub generator_cpu: Option<Duration>,
}

impl LoadOutcome {
    /// How many requests were answered as expected.
    pub fn succeeded(&self) -> u64 {
        self.latencies.len()
    }

    /// The first failure and how many there were of `requests` that were planned; `None` if all is well.
    pub fn failure(&self, requests: u64) -> Option<Failure> {
        let first = self.failures.first.as_ref()?;
        let count = self.failures.count;
        let words = match self.gave_up {
            true => format!(
                "given up after {} of {requests} requests, of which {count} failed: {}",
                self.succeeded() + count,
                first.words
            ),
            false => format!("{count} of {requests} requests failed: {}", first.words),
        };
        Some(Failure {
            words,
            hint: first.hint,
        })
    }
}
