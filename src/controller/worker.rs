//! One worker of an image: a server that is kept, or a process that is started for the one call that it gets. Each has a thread of
//! its own.

mod once;
mod server;

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::error::{Error, ErrorKind, Result};
use crate::exec::Ending;
use crate::process::{Launch, Process};
use crate::workload::Workload;

pub use once::{Asked, Did};
pub use server::Door;

/// What a worker is started as.
#[derive(Clone, Debug)]
pub struct Start {
    /// The function.
    pub process: Process,
    /// Its image.
    pub launch: Launch,
    /// Where its output goes.
    pub log: PathBuf,
    /// Where it leaves its profile or trace, if it does.
    pub record: Option<PathBuf>,
}

/// A worker that has ended.
#[derive(Debug)]
pub struct Ended {
    /// Its number.
    pub id: u64,
    /// Calls that it was given.
    pub calls: u64,
    /// Where it was to leave its profile or trace.
    pub record: Option<PathBuf>,
    /// Where its output is.
    pub log: PathBuf,
    /// How it ended.
    pub ending: Ending,
    /// It did not obey SIGTERM.
    pub killed: bool,
    /// It was asked to end, or did what it was started for.
    pub asked: bool,
    /// It was idle and did not answer any more.
    pub hung: bool,
    /// It wanted more memory than it may have.
    pub out_of_memory: bool,
    /// A call that it failed has counted as its failure.
    pub blamed: bool,
}

/// What is told to the thread of a worker.
enum Order {
    End,
    Invoke(Asked),
}

/// A running worker.
#[derive(Debug)]
pub struct Worker {
    /// Its number, which no other worker of this controller has.
    pub id: u64,
    /// From spawn to its first answer; of one that is started for its call nothing.
    pub start: Option<Duration>,
    /// Calls that it was given.
    pub calls: AtomicU64,
    /// Where it listens; `None`: it is started for its one call.
    pub door: Option<Door>,
    /// It is gone, or what it said could not be understood.
    dead: AtomicBool,
    /// It has failed, and that was counted.
    blamed: AtomicBool,
    /// Calls under way, and since when it is so many.
    under_way: Mutex<(usize, Instant)>,
    orders: Sender<Order>,
}

impl Worker {
    fn new(
        id: u64,
        start: Option<Duration>,
        door: Option<Door>,
        orders: Sender<Order>,
    ) -> Arc<Self> {
        Arc::new(Self {
            id,
            start,
            calls: AtomicU64::new(0),
            door,
            dead: AtomicBool::new(false),
            blamed: AtomicBool::new(false),
            under_way: Mutex::new((0, Instant::now())),
            orders,
        })
    }

    /// Whether it can be called.
    pub fn is_alive(&self) -> bool {
        !self.dead.load(Ordering::Relaxed)
    }

    /// It is not to be called again.
    pub fn condemn(&self) {
        self.dead.store(true, Ordering::Relaxed);
    }

    /// It failed; whether that is to be counted: one death breaks all calls under way, and is one failure.
    pub fn blame(&self) -> bool {
        !self.blamed.swap(true, Ordering::Relaxed)
    }

    /// Asks it to end; whoever started it hears of that.
    pub fn stop(&self) {
        self.condemn();
        // It may have ended by itself.
        let _ = self.orders.send(Order::End);
    }

    /// Has the process started that it is, where it is started for its one call.
    pub fn invoke(&self, asked: Asked) {
        // One that has ended drops whoever waits for the answer.
        let _ = self.orders.send(Order::Invoke(asked));
    }

    /// It is given a call.
    pub fn is_taken(&self) {
        let mut under_way = self.under_way();
        *under_way = (under_way.0 + 1, Instant::now());
    }

    /// A call of it is over.
    pub fn is_given_back(&self) {
        let mut under_way = self.under_way();
        *under_way = (under_way.0.saturating_sub(1), Instant::now());
    }

    /// Whether nobody called it for so long.
    fn is_idle_for(&self, span: Duration) -> bool {
        let (calls, since) = *self.under_way();
        calls == 0 && since.elapsed() >= span
    }

    fn under_way(&self) -> MutexGuard<'_, (usize, Instant)> {
        self.under_way
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// Starts a worker on a thread of its own; `ready` is told of it once it can be called (or why it cannot), `ended` of its end.
pub fn start(
    id: u64,
    start: Start,
    ready: impl FnOnce(Result<Arc<Worker>>) + Send + 'static,
    ended: impl FnOnce(Ended) + Send + 'static,
) -> Result<()> {
    let body = move || {
        let (sender, orders) = channel();
        let life = Life {
            id,
            start: &start,
            sender,
            orders: &orders,
        };
        let outcome = match &start.process.workload {
            Workload::Http(work) => server::live(life, work, ready),
            Workload::Invoke(_) => Some(once::live(life, ready)),
        };
        let Some((worker, outcome)) = outcome else {
            return;
        };
        ended(Ended {
            id,
            calls: outcome.calls,
            blamed: !worker.blame(),
            record: start.record,
            log: start.log,
            ending: outcome.ending,
            killed: outcome.killed,
            asked: outcome.asked,
            hung: outcome.hung,
            out_of_memory: outcome.out_of_memory,
        });
    };
    std::thread::Builder::new()
        .name(format!("worker-{id}"))
        .spawn(body)
        .map(|_| ())
        .map_err(|error| {
            Error::new(ErrorKind::Unexpected, "could not start a worker").because(error.to_string())
        })
}

/// What a worker's thread has.
struct Life<'a> {
    id: u64,
    start: &'a Start,
    sender: Sender<Order>,
    orders: &'a Receiver<Order>,
}

/// What came of a worker.
struct Outcome {
    calls: u64,
    ending: Ending,
    killed: bool,
    asked: bool,
    hung: bool,
    out_of_memory: bool,
}
