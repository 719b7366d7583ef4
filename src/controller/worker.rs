//! One running image: a process on a thread of its own, with the connections that are kept to it.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::body::Body;
use hyper::client::conn::http1::SendRequest;

use crate::error::{Error, ErrorKind, Result};
use crate::exec::Ending;
use crate::process::server::Server;
use crate::process::{Launch, Process};
use crate::workload::Workload;

/// How often a worker is looked at; whoever calls it notices its death at once.
const LOOK: Duration = Duration::from_millis(100);
/// A kept connection that nothing was sent on for so long is not trusted: servers end idle ones, and a request on its way
/// cannot be sent twice.
const TRUSTED: Duration = Duration::from_secs(3);

/// So long an idle worker is not asked whether it still answers.
const CHECK: Duration = Duration::from_secs(10);
/// How long it may take to answer then.
const ANSWERS: Duration = Duration::from_secs(5);

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
    /// It was asked to end.
    pub asked: bool,
    /// It was idle and did not answer any more.
    pub hung: bool,
}

/// A running worker.
#[derive(Debug)]
pub struct Worker {
    /// Its number, which no other worker of this controller has.
    pub id: u64,
    /// Where it listens.
    pub address: SocketAddr,
    /// From spawn to its first answer.
    pub start: Duration,
    /// Calls that it was given.
    pub calls: AtomicU64,
    /// It is gone, or what it said could not be understood.
    dead: AtomicBool,
    /// Calls under way, and since when it is so many.
    under_way: Mutex<(usize, Instant)>,
    kept: Mutex<Vec<(SendRequest<Body>, Instant)>>,
    stop: Sender<()>,
}

impl Worker {
    /// Whether it can be called.
    pub fn is_alive(&self) -> bool {
        !self.dead.load(Ordering::Relaxed)
    }

    /// It is not to be called again.
    pub fn condemn(&self) {
        self.dead.store(true, Ordering::Relaxed);
    }

    /// Asks it to end; whoever started it hears of that.
    pub fn stop(&self) {
        self.condemn();
        // It may have ended by itself.
        let _ = self.stop.send(());
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

    fn under_way(&self) -> std::sync::MutexGuard<'_, (usize, Instant)> {
        self.under_way
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }

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

    /// Keeps a connection for the next call.
    pub fn keep(&self, connection: SendRequest<Body>) {
        if !connection.is_closed() && self.is_alive() {
            self.connections().push((connection, Instant::now()));
        }
    }

    fn connections(&self) -> std::sync::MutexGuard<'_, Vec<(SendRequest<Body>, Instant)>> {
        self.kept
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// Starts a worker on a thread of its own; `ready` is told of it once it answers (or why it does not), `ended` of its end.
pub fn start(
    id: u64,
    start: Start,
    ready: impl FnOnce(Result<Arc<Worker>>) + Send + 'static,
    ended: impl FnOnce(Ended) + Send + 'static,
) -> Result<()> {
    let body = move || {
        let (stop, asked) = channel();
        let Some(outcome) = run(id, &start, stop, &asked, ready) else {
            return;
        };
        ended(Ended {
            id,
            calls: outcome.calls,
            record: start.record,
            log: start.log,
            ending: outcome.ending,
            killed: outcome.killed,
            asked: outcome.asked,
            hung: outcome.hung,
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

/// What came of a worker.
struct Outcome {
    calls: u64,
    ending: Ending,
    killed: bool,
    asked: bool,
    hung: bool,
}

/// A worker's life; `None` if it never answered.
fn run(
    id: u64,
    start: &Start,
    stop: Sender<()>,
    asked: &Receiver<()>,
    ready: impl FnOnce(Result<Arc<Worker>>),
) -> Option<Outcome> {
    let Workload::Http(work) = &start.process.workload else {
        ready(Err(Error::new(
            ErrorKind::Unexpected,
            "a function that does its work and ends has no workers",
        )));
        return None;
    };
    let started = Server::start(&start.process, &start.launch, &start.log);
    let mut server = match started {
        Ok(server) => server,
        Err(error) => {
            ready(Err(error));
            return None;
        }
    };
    let readiness = match server.wait_ready(work) {
        Ok(readiness) => readiness,
        Err(error) => {
            server.kill();
            ready(Err(error));
            return None;
        }
    };
    let worker = Arc::new(Worker {
        id,
        address: server.address(),
        start: readiness.answers,
        calls: AtomicU64::new(0),
        dead: AtomicBool::new(false),
        under_way: Mutex::new((0, Instant::now())),
        kept: Mutex::new(Vec::new()),
        stop,
    });
    ready(Ok(Arc::clone(&worker)));
    // What it leaves has only calls in it: one that records is not asked.
    let is_asked = start.record.is_none();
    let (mut checked, mut hangs) = (Instant::now(), false);
    let was_asked = loop {
        match asked.recv_timeout(LOOK) {
            Ok(()) | Err(RecvTimeoutError::Disconnected) => break true,
            Err(RecvTimeoutError::Timeout) if server.ended().is_some() => break false,
            Err(RecvTimeoutError::Timeout) => {}
        }
        if is_asked && checked.elapsed() >= CHECK && worker.is_idle_for(CHECK) {
            let answers = server.still_answers(work, ANSWERS);
            checked = Instant::now();
            // A call that came meanwhile may be what it is at work on.
            if !answers && worker.is_idle_for(CHECK) {
                hangs = true;
                break false;
            }
        }
    };
    // One that was gone before it was asked has failed.
    let was_asked = was_asked && server.ended().is_none();
    worker.condemn();
    // Kept connections are closed first: a server may wait for them while it ends.
    worker.connections().clear();
    let grace = match hangs {
        true => Duration::ZERO,
        false => start.process.stop_timeout,
    };
    let stopped = server.stop(grace);
    Some(Outcome {
        calls: worker.calls.load(Ordering::Relaxed),
        ending: stopped.ending,
        killed: stopped.killed,
        asked: was_asked,
        hung: hangs,
    })
}
