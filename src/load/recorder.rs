//! What the generator keeps of each answer: counts in histograms, so that memory does not grow with the requests.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::gauge::Gauge;
use super::histogram::Histogram;
use super::outcome::{Failure, Failures, LoadOutcome};
use super::plan::LoadPlan;

/// Everything that is known of the answers so far.
#[derive(Debug)]
pub(super) struct Recorder {
    started: Instant,
    ended: Instant,
    latencies: Histogram,
    service: Option<Histogram>,
    series: Option<Series>,
    gauge: Option<Arc<Gauge>>,
    failures: Failures,
    resent: u64,
    timed_out: bool,
    gave_up: bool,
    /// When the last request of an open loop becomes due.
    last_due: Option<Instant>,
    /// Answers that came before that.
    in_time: u64,
    /// Answers to come of which nothing is kept.
    lead: u64,
    sent: u64,
}

/// Every so many-th latency, in order.
#[derive(Debug)]
struct Series {
    every: u64,
    kept: Vec<u64>,
}

/// One request on its way.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sent {
    /// When it was due, in an open loop.
    pub(super) due: Option<Instant>,
    /// When it was sent.
    pub(super) at: Instant,
}

impl Sent {
    /// Since when an answer is waited for.
    pub(super) fn since(&self) -> Instant {
        self.due.unwrap_or(self.at)
    }
}

impl Recorder {
    /// Nothing is known yet; the first request is sent at `started`, the last of an open loop is due at `last_due`.
    pub(super) fn new(plan: &LoadPlan, started: Instant, last_due: Option<Instant>) -> Self {
        Self {
            started,
            ended: started,
            latencies: Histogram::default(),
            service: (plan.rate > 0.0).then(Histogram::default),
            series: (plan.series > 0).then(|| Series {
                every: thinning(plan.requests, plan.series),
                kept: Vec::new(),
            }),
            gauge: plan.gauge.clone(),
            failures: Failures::default(),
            resent: 0,
            timed_out: false,
            gave_up: false,
            last_due,
            in_time: 0,
            lead: plan.lead,
            sent: 0,
        }
    }

    /// An answer as expected, whole at `now`.
    pub(super) fn answered(&mut self, sent: Sent, now: Instant) {
        if self.lead > 0 {
            self.lead -= 1;
            self.started = now;
            self.over(now);
            return;
        }
        let since = |instant: Instant| {
            u64::try_from(now.saturating_duration_since(instant).as_nanos()).unwrap_or(u64::MAX)
        };
        let latency = since(sent.since());
        if let Some(series) = &mut self.series
            && self.latencies.len().is_multiple_of(series.every)
        {
            series.kept.push(latency);
        }
        self.latencies.record(latency);
        if let Some(gauge) = &self.gauge {
            gauge.saw(latency);
        }
        if let Some(service) = &mut self.service {
            service.record(since(sent.at));
        }
        self.over(now);
    }

    /// A request that was answered otherwise, or not at all.
    pub(super) fn failed(&mut self, failure: impl Into<Failure>, now: Instant) {
        self.failures.add(failure.into());
        self.over(now);
    }

    /// A request without an answer in time; whether it is the first one.
    pub(super) fn timed_out(&mut self, failure: Failure, now: Instant) -> bool {
        self.failed(failure, now);
        !std::mem::replace(&mut self.timed_out, true)
    }

    /// Something that the other side should not have done while nothing was asked of it.
    pub(super) fn misbehaved(&mut self, failure: Failure) {
        self.failures.add(failure);
    }

    /// A request is sent a second time.
    pub(super) fn resent(&mut self) {
        self.resent += 1;
    }

    /// No more requests are sent.
    pub(super) fn gave_up(&mut self) {
        self.gave_up = true;
    }

    fn over(&mut self, now: Instant) {
        self.sent += 1;
        if self.last_due.is_some_and(|last| now < last) {
            self.in_time += 1;
        }
        self.ended = self.ended.max(now);
    }

    /// What came back.
    pub(super) fn outcome(self, generator_cpu: Option<Duration>) -> LoadOutcome {
        LoadOutcome {
            elapsed: self.ended - self.started,
            latencies: self.latencies,
            service: self.service,
            series_ns: self.series.map(|series| series.kept).unwrap_or_default(),
            failures: self.failures,
            resent: self.resent,
            gave_up: self.gave_up,
            // The last one itself has only just been sent.
            in_flight: self
                .last_due
                .map(|_| (self.sent - self.in_time).saturating_sub(1)),
            generator_cpu,
        }
    }
}

/// Every how many-th of `count` latencies is kept, so that at most `kept` are, evenly.
pub(crate) fn thinning(count: u64, kept: u64) -> u64 {
    count.div_ceil(kept.max(1)).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn response_and_service_time_are_kept_apart_and_the_late_are_counted() {
        let started = Instant::now();
        let at = |ms| started + Duration::from_millis(ms);
        let plan = LoadPlan {
            rate: 100.0,
            ..LoadPlan::closed(3)
        };
        let mut recorder = Recorder::new(&plan, started, Some(at(20)));
        for (due, sent, answered) in [(0, 0, 15), (10, 15, 25), (20, 25, 30)] {
            let sent = Sent {
                due: Some(at(due)),
                at: at(sent),
            };
            recorder.answered(sent, at(answered));
        }
        let outcome = recorder.outcome(None);
        assert_eq!(outcome.latencies.sum_ns(), 40_000_000);
        assert_eq!(outcome.service.expect("open loop").sum_ns(), 30_000_000);
        assert_eq!(outcome.in_flight, Some(1));
        assert_eq!(outcome.elapsed, Duration::from_millis(30));
    }

    #[test]
    fn nothing_is_kept_of_the_lead_and_time_runs_from_its_end() {
        let started = Instant::now();
        let at = |ms| started + Duration::from_millis(ms);
        let plan = LoadPlan {
            lead: 2,
            series: 10,
            ..LoadPlan::closed(3)
        };
        let mut recorder = Recorder::new(&plan, started, None);
        for (sent, answered) in [(0, 40), (40, 50), (50, 51), (51, 52), (52, 54)] {
            let sent = Sent {
                due: None,
                at: at(sent),
            };
            recorder.answered(sent, at(answered));
        }
        let outcome = recorder.outcome(None);
        assert_eq!(outcome.elapsed, Duration::from_millis(4));
        assert_eq!(outcome.latencies.len(), 3);
        assert_eq!(outcome.series_ns, [1_000_000, 1_000_000, 2_000_000]);
    }

    #[test]
    fn a_series_is_thinned_evenly() {
        let started = Instant::now();
        let plan = LoadPlan {
            series: 10,
            ..LoadPlan::closed(95)
        };
        let mut recorder = Recorder::new(&plan, started, None);
        for n in 0..95 {
            let sent = Sent {
                due: None,
                at: started,
            };
            recorder.answered(sent, started + Duration::from_nanos(n));
        }
        let outcome = recorder.outcome(None);
        assert_eq!(outcome.series_ns, [0, 10, 20, 30, 40, 50, 60, 70, 80, 90]);
        assert!(outcome.service.is_none() && outcome.in_flight.is_none());
    }
}
