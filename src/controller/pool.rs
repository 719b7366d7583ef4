//! The workers of one image: between a minimum and a maximum, handed out to calls first come first served, ended when idle.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use super::worker::{self, Ended, Start, Worker};
use crate::process::{Launch, Process};
use crate::variant::Variant;

/// So many workers that fail one after the other mean that the image does not work.
pub const FAILURES: u32 = 3;

/// Numbers of workers, over all pools of this controller.
static WORKERS: AtomicU64 = AtomicU64::new(1);

/// What a pool starts, and how many.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Kept although nobody calls.
    pub min: usize,
    /// At most.
    pub max: usize,
    /// Calls that one worker answers at a time.
    pub concurrency: usize,
    /// How long one may be idle.
    pub idle: Duration,
    /// How many calls may wait.
    pub queue: usize,
    /// After how many calls a worker ends.
    pub retire_after: Option<u64>,
}

/// An image that can be started.
#[derive(Clone, Debug)]
pub struct Runnable {
    /// Which variant.
    pub variant: Variant,
    /// Its identity.
    pub build: String,
    /// The function as a process.
    pub process: Process,
    /// How the image is started.
    pub launch: Launch,
    /// Options that make it leave a profile: each `{profile}` in them is its path.
    pub recording: Vec<String>,
    /// Where logs of workers go.
    pub logs: PathBuf,
    /// Where workers leave their profiles.
    pub recordings: PathBuf,
}

/// Why there is no worker for a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoWorker {
    /// The pool takes no calls any more: the function went on to another image.
    Closed,
    /// Too many calls wait already.
    Busy,
    /// Workers of this image do not start.
    Failed(String),
}

/// What happens to workers.
pub trait Watcher: Send + Sync + std::fmt::Debug {
    /// A worker answers.
    fn started(&self, pool: &Pool, worker: &Worker);
    /// A worker has ended.
    fn ended(&self, pool: &Pool, ended: Ended);
    /// A worker did not start.
    fn failed(&self, pool: &Pool, why: &str);
}

type Handed = Result<Arc<Worker>, NoWorker>;

#[derive(Debug)]
struct Slot {
    worker: Arc<Worker>,
    busy: usize,
    given: u64,
    idle_since: Instant,
}

#[derive(Debug, Default)]
struct Inner {
    slots: Vec<Slot>,
    starting: usize,
    ending: usize,
    waiting: VecDeque<oneshot::Sender<Handed>>,
    closed: bool,
    failures: u32,
}

/// The workers of one image.
#[derive(Debug)]
pub struct Pool {
    /// What is started.
    pub image: Runnable,
    limits: Limits,
    watcher: Arc<dyn Watcher>,
    inner: Mutex<Inner>,
    /// Workers that were started because a call came.
    pub cold_starts: AtomicU64,
}

/// How many workers a pool has.
#[derive(Clone, Copy, Debug, Default, serde::Serialize)]
pub struct Counts {
    /// That answer.
    pub workers: usize,
    /// That get ready.
    pub starting: usize,
    /// Calls under way.
    pub busy: usize,
    /// Calls that wait.
    pub waiting: usize,
}

impl Pool {
    /// A pool without workers.
    pub fn new(image: Runnable, limits: Limits, watcher: Arc<dyn Watcher>) -> Arc<Self> {
        Arc::new(Self {
            image,
            limits,
            watcher,
            inner: Mutex::default(),
            cold_starts: AtomicU64::new(0),
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

    /// Whether every worker has ended after [`Pool::close`].
    pub fn is_over(&self) -> bool {
        let inner = self.inner();
        inner.closed && inner.slots.is_empty() && inner.starting == 0 && inner.ending == 0
    }

    /// A worker for one call, as soon as one is free.
    pub async fn acquire(self: &Arc<Self>) -> Result<Lease, NoWorker> {
        let waits = {
            let mut inner = self.inner();
            if inner.closed {
                return Err(NoWorker::Closed);
            }
            if let Some(worker) = take(&mut inner, &self.limits) {
                return Ok(self.lease(worker));
            }
            if inner.waiting.len() >= self.limits.queue {
                return Err(NoWorker::Busy);
            }
            let (hand, waits) = oneshot::channel();
            inner.waiting.push_back(hand);
            waits
        };
        self.grow(true);
        match waits.await {
            Ok(handed) => handed.map(|worker| self.lease(worker)),
            Err(_) => Err(NoWorker::Closed),
        }
    }

    fn lease(self: &Arc<Self>, worker: Arc<Worker>) -> Lease {
        Lease {
            pool: Arc::clone(self),
            worker,
            called: true,
        }
    }

    /// Starts workers until there are so many (or the maximum), before any call asks for them.
    pub fn warm(self: &Arc<Self>, workers: usize) {
        let starts = {
            let mut inner = self.inner();
            let there = inner.slots.len() + inner.starting;
            let starts = workers.min(self.limits.max).saturating_sub(there);
            inner.starting += starts;
            starts
        };
        for _ in 0..starts {
            self.start();
        }
    }

    /// Starts workers up to the minimum, and for calls that wait.
    pub fn grow(self: &Arc<Self>, cold: bool) {
        let mut starts = 0;
        {
            let mut inner = self.inner();
            let room = self
                .limits
                .max
                .saturating_sub(inner.slots.len() + inner.starting);
            let missing = self
                .limits
                .min
                .saturating_sub(inner.slots.len() + inner.starting);
            let asked = inner
                .waiting
                .len()
                .div_ceil(self.limits.concurrency)
                .saturating_sub(inner.starting);
            if !inner.closed {
                starts = room.min(missing.max(asked));
            }
            inner.starting += starts;
        }
        if cold {
            self.cold_starts.fetch_add(starts as u64, Ordering::Relaxed);
        }
        for _ in 0..starts {
            self.start();
        }
    }

    fn start(self: &Arc<Self>) {
        let id = WORKERS.fetch_add(1, Ordering::Relaxed);
        let name = format!("{:x}-{id:06}", std::process::id());
        let image = &self.image;
        let profile =
            (!image.recording.is_empty()).then(|| image.recordings.join(format!("{name}.iprof")));
        let recording = image.recording.iter().map(|word| match &profile {
            Some(path) => word.replace("{profile}", &path.display().to_string()),
            None => word.clone(),
        });
        let start = Start {
            process: image.process.clone(),
            launch: image
                .launch
                .clone()
                .with(recording.map(Into::into).collect()),
            log: image.logs.join(format!("{}-{name}.log", image.variant)),
            profile,
        };
        let (at_ready, at_end) = (Arc::clone(self), Arc::clone(self));
        let started = worker::start(
            id,
            start,
            move |ready| match ready {
                Ok(worker) => at_ready.arrived(worker),
                Err(error) => {
                    let mut words = error.to_string();
                    if let Some(last) = error.failed_log().and_then(|log| log.tail.last()) {
                        words = format!("{words}: {last}");
                    }
                    at_ready.did_not_start(&words);
                }
            },
            move |ended| at_end.ended(ended),
        );
        if let Err(error) = started {
            self.did_not_start(&error.to_string());
        }
    }

    fn arrived(self: &Arc<Self>, worker: Arc<Worker>) {
        self.watcher.started(self, &worker);
        {
            let mut inner = self.inner();
            inner.starting -= 1;
            inner.failures = 0;
            inner.slots.push(Slot {
                worker: Arc::clone(&worker),
                busy: 0,
                given: 0,
                idle_since: Instant::now(),
            });
            if inner.closed {
                retire(&mut inner, worker.id);
            }
        }
        self.hand_out();
    }

    fn did_not_start(self: &Arc<Self>, why: &str) {
        self.watcher.failed(self, why);
        let (broken, waiting) = {
            let mut inner = self.inner();
            inner.starting -= 1;
            inner.failures += 1;
            let broken = inner.failures >= FAILURES && inner.slots.is_empty();
            let waiting = match broken {
                true => std::mem::take(&mut inner.waiting),
                false => VecDeque::new(),
            };
            (broken, waiting)
        };
        for hand in waiting {
            let _ = hand.send(Err(NoWorker::Failed(why.to_owned())));
        }
        if !broken {
            self.grow(false);
        }
    }

    fn ended(self: &Arc<Self>, ended: Ended) {
        {
            let mut inner = self.inner();
            let before = inner.slots.len();
            inner.slots.retain(|slot| slot.worker.id != ended.id);
            if before == inner.slots.len() {
                inner.ending = inner.ending.saturating_sub(1);
            } else {
                inner.failures += 1;
            }
        }
        self.watcher.ended(self, ended);
        self.grow(false);
    }

    /// Gives free workers to calls that wait.
    fn hand_out(self: &Arc<Self>) {
        loop {
            let mut inner = self.inner();
            if inner.waiting.is_empty() {
                return;
            }
            let Some(worker) = take(&mut inner, &self.limits) else {
                drop(inner);
                self.grow(true);
                return;
            };
            let hand = inner.waiting.pop_front();
            drop(inner);
            let Some(hand) = hand else { return };
            if let Err(Ok(worker)) = hand.send(Ok(worker)) {
                // Whoever waited has gone: nothing was sent.
                self.free(&worker, false);
            }
        }
    }

    /// A call is over; `called` says whether its request was sent.
    fn free(self: &Arc<Self>, worker: &Worker, called: bool) {
        {
            let mut inner = self.inner();
            let retire_after = self.limits.retire_after;
            let Some(slot) = inner
                .slots
                .iter_mut()
                .find(|slot| slot.worker.id == worker.id)
            else {
                return;
            };
            slot.busy -= 1;
            slot.idle_since = Instant::now();
            if called {
                inner.failures = 0;
            } else {
                slot.given -= 1;
            }
            let Some(slot) = inner.slots.iter().find(|slot| slot.worker.id == worker.id) else {
                return;
            };
            let spent = retire_after.is_some_and(|calls| slot.given >= calls);
            if slot.busy == 0 && (spent || inner.closed || !worker.is_alive()) {
                retire(&mut inner, worker.id);
            }
        }
        self.hand_out();
    }

    /// Ends workers that were idle for too long, down to the minimum.
    pub fn reap(self: &Arc<Self>) {
        let mut inner = self.inner();
        let (min, idle) = (self.limits.min, self.limits.idle);
        let mut spare = inner.slots.len().saturating_sub(min);
        let tired: Vec<u64> = inner
            .slots
            .iter()
            .filter(|slot| slot.busy == 0 && slot.idle_since.elapsed() > idle)
            .map(|slot| slot.worker.id)
            .collect();
        for id in tired {
            if spare == 0 {
                break;
            }
            spare -= 1;
            retire(&mut inner, id);
        }
    }

    /// Ends a worker that hangs, whatever it does.
    pub fn discard(self: &Arc<Self>, worker: u64) {
        retire(&mut self.inner(), worker);
        self.grow(false);
    }

    /// Takes no more calls, and ends each worker once its calls are answered.
    pub fn close(&self) {
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

/// A worker with room for one more call; the one that was used last, so that the others can get idle.
fn take(inner: &mut Inner, limits: &Limits) -> Option<Arc<Worker>> {
    let has_room = |slot: &&mut Slot| {
        slot.worker.is_alive()
            && slot.busy < limits.concurrency
            && limits.retire_after.is_none_or(|calls| slot.given < calls)
    };
    let slot = inner
        .slots
        .iter_mut()
        .filter(has_room)
        .max_by_key(|slot| slot.idle_since)?;
    slot.busy += 1;
    slot.given += 1;
    Some(Arc::clone(&slot.worker))
}

/// Takes the worker out and asks it to end.
fn retire(inner: &mut Inner, id: u64) {
    if let Some(at) = inner.slots.iter().position(|slot| slot.worker.id == id) {
        let slot = inner.slots.swap_remove(at);
        inner.ending += 1;
        slot.worker.stop();
    }
}

/// A worker for one call; it is given back when this is dropped.
#[derive(Debug)]
pub struct Lease {
    pool: Arc<Pool>,
    worker: Arc<Worker>,
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

    /// Gives the worker back without having called it.
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
