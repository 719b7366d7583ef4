//! A worker as everybody knows it: whether it can be called, where, and what its thread is told.

use std::fs::File;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use axum::body::{Body, Bytes};
use hyper::client::conn::http1::SendRequest;
use tokio::sync::oneshot;

use crate::error::Result;
use crate::exec::{Answer, Ending};
use crate::process::{Launch, Process};

/// A kept connection that nothing was sent on for so long is not trusted: servers end idle ones, and a request on its way
/// cannot be sent twice.
const TRUSTED: Duration = Duration::from_secs(3);

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
    /// Nobody knows yet whether the image works: one that is started for its call is tried before.
    pub unproved: bool,
}

/// What is told to the thread of a worker.
pub(super) enum Order {
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
    pub(super) fn new(
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
    pub(super) fn is_idle_for(&self, span: Duration) -> bool {
        let (calls, since) = *self.under_way();
        calls == 0 && since.elapsed() >= span
    }

    fn under_way(&self) -> MutexGuard<'_, (usize, Instant)> {
        self.under_way
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where a worker listens, and the connections that are kept to it.
#[derive(Debug)]
pub struct Door {
    /// Where it listens.
    pub address: SocketAddr,
    pub(super) kept: Mutex<Vec<(SendRequest<Body>, Instant)>>,
}

impl Door {
    /// A connection that is kept and can be trusted.
    pub fn kept(&self) -> Option<SendRequest<Body>> {
        let mut kept = self.connections();
        while let Some((connection, since)) = kept.pop() {
            // One that is not ready still sends a body whose answer came early: whoever waited for it would wait for that client.
            if connection.is_ready() && since.elapsed() < TRUSTED {
                return Some(connection);
            }
        }
        None
    }

    pub(super) fn connections(&self) -> MutexGuard<'_, Vec<(SendRequest<Body>, Instant)>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Worker {
    /// Keeps a connection for the next call.
    pub fn keep(&self, connection: SendRequest<Body>) {
        if let Some(door) = &self.door
            && !connection.is_closed()
            && self.is_alive()
        {
            door.connections().push((connection, Instant::now()));
        }
    }
}

/// A call, as the process is given it.
#[derive(Debug)]
pub struct Asked {
    /// What it reads on stdin.
    pub input: Input,
    /// What its environment says about the call.
    pub env: Vec<(String, String)>,
    /// How long it may take.
    pub limit: Duration,
    /// Who waits for what it did.
    pub reply: oneshot::Sender<Result<Did>>,
}

/// What a process reads on stdin.
#[derive(Clone, Debug)]
pub enum Input {
    /// This.
    Bytes(Bytes),
    /// What is in a file, from its beginning.
    File(Arc<File>),
}

/// What a process did.
#[derive(Debug)]
pub struct Did {
    /// How it ended, and what it said on stdout.
    pub answer: Answer,
    /// Whether it ended as its manifest expects.
    pub ok: bool,
    /// What it said looks like this.
    pub kind: &'static str,
    /// The last lines that it said on stderr, where it ended otherwise than expected.
    pub last_words: Vec<String>,
}

/// What a worker's thread has.
pub(super) struct Life<'a> {
    pub(super) id: u64,
    pub(super) start: &'a Start,
    pub(super) sender: Sender<Order>,
    pub(super) orders: &'a Receiver<Order>,
}

/// What came of a worker.
pub(super) struct Outcome {
    pub(super) calls: u64,
    pub(super) ending: Ending,
    pub(super) killed: bool,
    pub(super) asked: bool,
    pub(super) hung: bool,
    pub(super) out_of_memory: bool,
}
