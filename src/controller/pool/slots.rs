//! The workers of a pool at a moment: which of them has room, which is to end, whether another one may be started.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use crate::controller::worker::Worker;

/// The pause before a worker is started after one that failed; doubled after each one.
const PAUSE: Duration = Duration::from_millis(200);
/// The longest one.
const LONGEST: Duration = Duration::from_secs(30);

/// What a pool starts, and how many.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Kept although nobody calls.
    pub min: usize,
    /// At most.
    pub max: usize,
    /// Calls that one worker answers at a time.
    pub concurrency: usize,
    /// How long one may be idle; `None`: for ever.
    pub idle: Option<Duration>,
    /// How many calls may wait.
    pub queue: usize,
    /// After how many calls a worker ends.
    pub retire_after: Option<u64>,
}

/// Why there is no worker for a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoWorker {
    /// The pool takes no calls any more: the function went on to another image.
    Closed,
    /// Too many calls wait already, or the call does not want to wait.
    Busy,
    /// Workers of this image do not start.
    Failed(String),
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

/// A worker in its pool.
#[derive(Debug)]
pub struct Slot {
    /// It.
    pub worker: Arc<Worker>,
    /// Calls under way.
    pub busy: usize,
    /// Calls that it was given.
    pub given: u64,
    /// Since when it has none.
    pub idle_since: Instant,
}

/// What a pool has at a moment; `L` is what a call that waits is given.
#[derive(Debug)]
pub struct Inner<L> {
    /// The workers that answer.
    pub slots: Vec<Slot>,
    /// How many get ready.
    pub starting: usize,
    /// How many were asked to end.
    pub ending: usize,
    /// Calls that wait, the first one first.
    pub waiting: VecDeque<oneshot::Sender<Result<L, NoWorker>>>,
    /// It takes no calls any more.
    pub closed: bool,
    /// Workers that failed since one last gave a good answer.
    pub failures: u32,
    /// When a worker failed last, and why.
    pub last_failure: Option<(Instant, String)>,
}

impl<L> Default for Inner<L> {
    fn default() -> Self {
        Self {
            slots: Vec::new(),
            starting: 0,
            ending: 0,
            waiting: VecDeque::new(),
            closed: false,
            failures: 0,
            last_failure: None,
        }
    }
}

/// Counts a failure.
pub fn failed<L>(inner: &mut Inner<L>, why: &str) {
    inner.failures = inner.failures.saturating_add(1);
    inner.last_failure = Some((Instant::now(), why.to_owned()));
}

/// Whether it is too early to start another worker after one that failed.
pub fn must_pause<L>(inner: &Inner<L>) -> bool {
    let Some((at, _)) = &inner.last_failure else {
        return false;
    };
    let times = inner.failures.saturating_sub(1).min(10);
    inner.failures > 1 && at.elapsed() < (PAUSE * 2_u32.pow(times)).min(LONGEST)
}

/// A worker with room for one more call, and the number of that call; the one that was used last, so that the others can get idle.
pub fn take<L>(inner: &mut Inner<L>, limits: &Limits) -> Option<(Arc<Worker>, u64)> {
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
    slot.worker.is_taken();
    Some((Arc::clone(&slot.worker), slot.given))
}

/// Takes the worker out and asks it to end.
pub fn retire<L>(inner: &mut Inner<L>, id: u64) {
    if let Some(at) = inner.slots.iter().position(|slot| slot.worker.id == id) {
        let slot = inner.slots.swap_remove(at);
        inner.ending += 1;
        slot.worker.stop();
    }
}
