//! Which request is next, and when it is due.

use std::time::{Duration, Instant};

use super::plan::LoadPlan;

/// The requests that are still to be sent.
#[derive(Debug)]
pub(super) struct Schedule {
    requests: u64,
    rate: f64,
    next: u64,
    started: Instant,
}

/// One request to send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Turn {
    /// Its running number from 0.
    pub(super) n: u64,
    /// When it is due; closed loop: whenever somebody can send it.
    pub(super) due: Option<Instant>,
}

impl Schedule {
    /// All of `plan`'s requests, the first of them due now.
    pub(super) fn new(plan: &LoadPlan, started: Instant) -> Self {
        Self {
            requests: plan.lead + plan.requests,
            rate: plan.rate,
            next: 0,
            started,
        }
    }

    /// The instant of the first request.
    pub(super) fn started(&self) -> Instant {
        self.started
    }

    /// Whether there is nothing left to send.
    pub(super) fn is_empty(&self) -> bool {
        self.next >= self.requests
    }

    /// When the next request is due; `None` where nothing has to be waited for.
    pub(super) fn next_due(&self) -> Option<Instant> {
        (!self.is_empty()).then(|| self.due(self.next)).flatten()
    }

    /// Takes the next request, if it is due at `now`.
    pub(super) fn take(&mut self, now: Instant) -> Option<Turn> {
        if self.is_empty() || self.next_due().is_some_and(|due| due > now) {
            return None;
        }
        Some(self.take_ahead())
    }

    /// Takes the next request, whenever it is due; there must be one.
    pub(super) fn take_ahead(&mut self) -> Turn {
        let n = self.next;
        self.next += 1;
        Turn {
            n,
            due: self.due(n),
        }
    }

    /// The time between two requests of an open loop.
    pub(super) fn interval(&self) -> Option<Duration> {
        (self.rate > 0.0).then(|| Duration::from_secs_f64(1.0 / self.rate))
    }

    /// When the last request becomes due, in an open loop.
    pub(super) fn last_due(&self) -> Option<Instant> {
        self.due(self.requests.saturating_sub(1))
    }

    fn due(&self, n: u64) -> Option<Instant> {
        (self.rate > 0.0).then(|| self.started + Duration::from_secs_f64(n as f64 / self.rate))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schedule(rate: f64) -> (Schedule, Instant) {
        let started = Instant::now();
        let plan = LoadPlan {
            rate,
            ..LoadPlan::closed(3)
        };
        (Schedule::new(&plan, started), started)
    }

    #[test]
    fn an_open_loop_keeps_its_times_however_late_it_is() {
        let (mut schedule, started) = schedule(100.0);
        let at = |ms| started + Duration::from_millis(ms);
        assert_eq!(
            schedule.take(started).map(|turn| turn.due),
            Some(Some(at(0)))
        );
        assert_eq!(schedule.take(at(9)), None, "10 ms is when it is due");
        let late = [schedule.take(at(500)), schedule.take(at(500))];
        let due = late.map(|turn| turn.and_then(|turn| turn.due));
        assert_eq!(due, [Some(at(10)), Some(at(20))]);
        assert!(schedule.is_empty() && schedule.next_due().is_none());
        assert_eq!(schedule.last_due(), Some(at(20)));
    }

    #[test]
    fn a_closed_loop_is_never_early() {
        let (mut schedule, started) = schedule(0.0);
        let numbers: Vec<u64> = std::iter::from_fn(|| schedule.take(started))
            .map(|turn| turn.n)
            .collect();
        assert_eq!(numbers, [0, 1, 2]);
    }
}
