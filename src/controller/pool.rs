//! The workers of one image: between a minimum and a maximum, handed out to calls first come first served, ended when idle.

mod life;
mod slots;

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use tokio::sync::oneshot;

use super::image::Runnable;
use super::worker::{Ended, Worker};
use crate::interrupt::Stop;
use slots::{Slot, failed, must_pause, retire, take};

pub use slots::{Counts, Limits, NoWorker};

/// What this pool has at a moment.
type Inner = slots::Inner<Lease>;

/// So many workers that fail one after the other mean that the image does not work.
pub const FAILURES: u32 = 3;

/// Numbers of workers, over all pools of this controller.
static WORKERS: AtomicU64 = AtomicU64::new(1);

/// What happens to workers.
pub trait Watcher: Send + Sync + std::fmt::Debug {
    /// A worker is about to be started; it will leave `record` behind.
    fn starts(&self, image: &Runnable, record: &std::path::Path);
    /// A worker answers.
    fn started(&self, pool: &Pool, worker: &Worker);
    /// A worker has ended.
    fn ended(&self, pool: &Pool, ended: Ended);
    /// A worker did not start.
    fn failed(&self, pool: &Pool, why: &str);
}

/// The workers of one image.
#[derive(Debug)]
pub struct Pool {
    /// What is started.
    pub image: Runnable,
    limits: Limits,
    watcher: Arc<dyn Watcher>,
    /// Ends the wait for workers that do not answer yet.
    stop: Stop,
    inner: Mutex<Inner>,
    /// Workers that were started because a call came.
    pub cold_starts: AtomicU64,
    /// A worker of it could be called.
    proved: AtomicBool,
}

impl Pool {
    /// A pool without workers.
    pub fn new(mut image: Runnable, limits: Limits, watcher: Arc<dyn Watcher>) -> Arc<Self> {
        let stop = Stop::default();
        image.process.stop = stop.clone();
        Arc::new(Self {
            image,
            stop,
            limits,
            watcher,
            inner: Mutex::default(),
            cold_starts: AtomicU64::new(0),
            proved: AtomicBool::new(false),
        })
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many workers there are.
    pub fn counts(&self) -> Counts {
        let inner = self.inner();
        Counts {
            workers: inner.slots.len(),
            starting: inner.starting,
            busy: inner.slots.iter().map(|slot| slot.busy).sum(),
            waiting: inner.waiting.len(),
        }
    }

    /// Whether its workers fail one after the other.
    pub fn is_broken(&self) -> bool {
        self.inner().failures >= FAILURES
    }

    /// Whether it takes calls.
    pub fn is_open(&self) -> bool {
        !self.inner().closed
    }

    /// Whether every worker has ended after [`Pool::close`].
    pub fn is_over(&self) -> bool {
        let inner = self.inner();
        inner.closed && inner.slots.is_empty() && inner.starting == 0 && inner.ending == 0
    }

    /// Whether each of its workers is started for one call.
    pub fn is_once(&self) -> bool {
        self.image.process.workload.is_invoked()
    }

    /// Whether it is too early to start another worker: a function that is started for each call has nobody else who answers.
    fn must_pause(&self, inner: &Inner) -> bool {
        !self.is_once() && must_pause(inner)
    }

    /// A worker for one call, as soon as one is free; at once or not at all where the call does not `wait`.
    pub async fn acquire(self: &Arc<Self>, wait: bool) -> Result<Lease, NoWorker> {
        let waits = {
            let mut inner = self.inner();
            if inner.closed {
                return Err(NoWorker::Closed);
            }
            if let Some(taken) = take(&mut inner, &self.limits) {
                return Ok(self.lease(taken));
            }
            inner.waiting.retain(|hand| !hand.is_closed());
            // What is started for a call is there at once, where there is room.
            let there = inner.slots.len() + inner.starting;
            let is_there = self.proved.load(Ordering::Relaxed) && there < self.limits.max;
            let wait = wait || (self.is_once() && is_there);
            if !wait || inner.waiting.len() >= self.limits.queue {
                drop(inner);
                if !wait {
                    self.warm(1);
                }
                return Err(NoWorker::Busy);
            }
            let (hand, waits) = oneshot::channel();
            inner.waiting.push_back(hand);
            waits
        };
        self.grow(true);
        waits.await.unwrap_or(Err(NoWorker::Closed))
    }

    fn lease(self: &Arc<Self>, (worker, nth): (Arc<Worker>, u64)) -> Lease {
        Lease {
            pool: Arc::clone(self),
            // A process that is started for its call is never warmer than then.
            nth: match worker.door {
                Some(_) => nth,
                None => u64::MAX,
            },
            worker,
            called: false,
        }
    }

    /// Starts workers until there are so many (or the maximum), before any call asks for them.
    pub fn warm(self: &Arc<Self>, workers: usize) {
        let starts = {
            let mut inner = self.inner();
            let there = inner.slots.len() + inner.starting;
            let starts = match inner.closed || self.must_pause(&inner) {
                true => 0,
                false => workers.min(self.limits.max).saturating_sub(there),
            };
            inner.starting += starts;
            starts
        };
        for _ in 0..starts {
            self.start();
        }
    }

    /// Starts workers up to the minimum, and for calls that wait; not at once after one that failed.
    pub fn grow(self: &Arc<Self>, cold: bool) {
        let starts = {
            let mut inner = self.inner();
            inner.waiting.retain(|hand| !hand.is_closed());
            let there = inner.slots.len() + inner.starting;
            let missing = self.limits.min.saturating_sub(there);
            let asked = inner
                .waiting
                .len()
                .div_ceil(self.limits.concurrency)
                .saturating_sub(inner.starting);
            let room = self.limits.max.saturating_sub(there);
            let starts = match inner.closed || self.must_pause(&inner) {
                true => 0,
                false => room.min(missing.max(asked)),
            };
            inner.starting += starts;
            starts
        };
        if cold {
            self.cold_starts.fetch_add(starts as u64, Ordering::Relaxed);
        }
        for _ in 0..starts {
            self.start();
        }
    }

    /// Gives free workers to calls that wait.
    fn hand_out(self: &Arc<Self>) {
        loop {
            let mut inner = self.inner();
            inner.waiting.retain(|hand| !hand.is_closed());
            if inner.waiting.is_empty() {
                return;
            }
            let Some(taken) = take(&mut inner, &self.limits) else {
                drop(inner);
                self.grow(true);
                return;
            };
            let hand = inner.waiting.pop_front();
            drop(inner);
            let lease = self.lease(taken);
            match hand {
                // Whoever waited and has gone drops the lease, or gives it back here: it frees itself.
                Some(hand) => drop(hand.send(Ok(lease))),
                None => drop(lease),
            }
        }
    }

    /// A call is over; `called` says whether its request was sent.
    fn free(self: &Arc<Self>, worker: &Worker, called: bool) {
        worker.is_given_back();
        {
            let mut inner = self.inner();
            let retire_after = self.limits.retire_after;
            let closed = inner.closed;
            let slot = inner
                .slots
                .iter_mut()
                .find(|slot| slot.worker.id == worker.id);
            let Some(slot) = slot else { return };
            slot.busy -= 1;
            slot.idle_since = Instant::now();
            if !called {
                slot.given -= 1;
            }
            let spent = retire_after.is_some_and(|calls| slot.given >= calls);
            if slot.busy == 0 && (spent || closed || !worker.is_alive()) {
                retire(&mut inner, worker.id);
            }
        }
        self.hand_out();
    }

    /// A worker gave a good answer: the image works.
    pub fn works(&self) {
        self.inner().failures = 0;
    }

    /// A worker failed a call without ending.
    pub fn failed_a_call(&self, why: &str) {
        failed(&mut self.inner(), why);
    }

    /// Ends workers that were idle for too long or are gone, down to the minimum, and starts those that are missing.
    pub fn reap(self: &Arc<Self>) {
        {
            let mut inner = self.inner();
            let mut spare = inner.slots.len().saturating_sub(self.limits.min);
            let idle = self.limits.idle;
            let gone = |slot: &Slot| slot.busy == 0 && !slot.worker.is_alive();
            let tired = |slot: &Slot| {
                slot.busy == 0 && idle.is_some_and(|idle| slot.idle_since.elapsed() > idle)
            };
            let ids = |which: &dyn Fn(&Slot) -> bool| -> Vec<u64> {
                let slots = inner.slots.iter().filter(|slot| which(slot));
                slots.map(|slot| slot.worker.id).collect()
            };
            let (gone, tired) = (ids(&gone), ids(&tired));
            for id in gone {
                retire(&mut inner, id);
            }
            for id in tired {
                if spare == 0 {
                    break;
                }
                spare -= 1;
                retire(&mut inner, id);
            }
        }
        self.grow(false);
    }

    /// Ends a worker that hangs, whatever it does.
    pub fn discard(self: &Arc<Self>, worker: u64) {
        retire(&mut self.inner(), worker);
        self.grow(false);
    }

    /// Takes no more calls, and ends each worker once its calls are answered.
    pub fn close(&self) {
        self.stop.ask();
        let mut inner = self.inner();
        inner.closed = true;
        for hand in inner.waiting.drain(..) {
            let _ = hand.send(Err(NoWorker::Closed));
        }
        let idle: Vec<u64> = inner
            .slots
            .iter()
            .filter(|slot| slot.busy == 0)
            .map(|slot| slot.worker.id)
            .collect();
        for id in idle {
            retire(&mut inner, id);
        }
    }
}

/// A worker for one call; it is given back when this is dropped.
#[derive(Debug)]
pub struct Lease {
    pool: Arc<Pool>,
    worker: Arc<Worker>,
    nth: u64,
    called: bool,
}

impl Lease {
    /// The worker.
    pub fn worker(&self) -> &Arc<Worker> {
        &self.worker
    }

    /// Its pool.
    pub fn pool(&self) -> &Arc<Pool> {
        &self.pool
    }

    /// The number of this call among its worker's, from 1; the largest where the worker is started for it.
    pub fn nth(&self) -> u64 {
        self.nth
    }

    /// The request is on its way: the call counts.
    pub fn is_called(&mut self) {
        self.called = true;
    }

    /// Nothing of the request was sent after all.
    pub fn not_called(mut self) {
        self.called = false;
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        if self.called {
            self.worker.calls.fetch_add(1, Ordering::Relaxed);
        }
        self.pool.free(&self.worker, self.called);
    }
}
