//! A call that was given to a worker: what it came to goes into counters, and into the trial that it was part of.

use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};
use std::time::Instant;

use axum::body::Body;
use hyper::client::conn::http1;

use super::pool::Lease;
use super::route::Route;
use super::served::Served;
use super::trial::TrialSide;
use crate::variant::Variant;

/// A connection to a worker.
pub type Connection = http1::SendRequest<Body>;

/// A call that was given to a worker.
pub struct Begun {
    served: Arc<Served>,
    route: Route,
    key: Option<u64>,
    variant: Variant,
    since: Instant,
}

impl Begun {
    /// One that begins now; `key` is what calls of one retry share.
    pub fn now(served: &Arc<Served>, route: Route, key: Option<u64>, variant: Variant) -> Self {
        Self {
            served: Arc::clone(served),
            route,
            key,
            variant,
            since: Instant::now(),
        }
    }

    /// The answer is whole.
    pub fn answered(&self, lease: &Lease, ok: bool) {
        if ok {
            lease.pool().works();
        }
        self.record(lease.nth(), Some(ok));
    }

    /// The worker failed it.
    pub fn failed_to(&self, lease: &Lease, why: &str) {
        if lease.worker().blame() {
            lease.pool().failed_a_call(why);
        }
        self.record(lease.nth(), Some(false));
    }

    /// The client went away: what it took says nothing.
    pub fn abandoned(&self) {
        self.record(0, None);
    }

    fn record(&self, nth: u64, ok: Option<bool>) {
        let took = self.since.elapsed();
        let served = &self.served;
        served
            .counters
            .record(self.variant, took, ok != Some(false));
        if matches!(self.route, Route::Pinned(_)) {
            // It was asked for, not drawn: no stage goes on because of it.
            return;
        }
        served.calls.fetch_add(1, Ordering::Relaxed);
        let side = match self.route {
            Route::Stable | Route::Pinned(_) => return,
            Route::Profiling => {
                served.profiled.fetch_add(1, Ordering::Relaxed);
                return;
            }
            Route::Baseline => TrialSide::Baseline,
            Route::Candidate => TrialSide::Candidate,
        };
        let Some(ok) = ok else { return };
        let mut trial = served.trial.lock().unwrap_or_else(PoisonError::into_inner);
        // A retry goes the way of the call before it: only the first of them was drawn.
        if let Some(trial) = trial.as_mut()
            && self.key.is_none_or(|key| trial.is_first(key))
        {
            trial.record(side, nth, ok.then_some(took.as_secs_f64() * 1000.0));
        }
    }
}
