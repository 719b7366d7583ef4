//! What came of a load.

use std::time::Duration;

use super::histogram::Histogram;

/// Requests that were not answered as expected.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Failures {
    /// How many.
    pub count: u64,
    /// The first one, in words.
    pub first: Option<String>,
}

impl Failures {
    /// The first failure, if there was one.
    pub fn first_example(&self) -> Option<String> {
        self.first.clone()
    }

    pub(super) fn add(&mut self, words: String) {
        self.count += 1;
        self.first.get_or_insert(words);
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
}
