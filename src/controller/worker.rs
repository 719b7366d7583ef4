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

    /// A connection that is kept and can be trusted.
    pub fn kept(&self) -> Option<SendRequest<Body>> {
        let mut kept = self.connections();
        while let Some((connection, since)) = kept.pop() {
            if !connection.is_closed() && since.elapsed() < TRUSTED {
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
        let Some((calls, ending, killed, asked)) = run(id, &start, stop, &asked, ready) else {
            return;
        };
        ended(Ended {
            id,
            calls,
            record: start.record,
            log: start.log,
            ending,
            killed,
            asked,
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

/// Calls, how it ended, whether it was killed, whether it was asked to end.
type Outcome = (u64, Ending, bool, bool);

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
        kept: Mutex::new(Vec::new()),
        stop,
    });
    ready(Ok(Arc::clone(&worker)));
    let was_asked = loop {
        match asked.recv_timeout(LOOK) {
            Ok(()) | Err(RecvTimeoutError::Disconnected) => break true,
            Err(RecvTimeoutError::Timeout) if server.ended().is_some() => break false,
            Err(RecvTimeoutError::Timeout) => {}
        }
    };
    // One that was gone before it was asked has failed.
    let was_asked = was_asked && server.ended().is_none();
    worker.condemn();
    // Kept connections are closed first: a server may wait for them while it ends.
    worker.connections().clear();
    let stopped = server.stop(start.process.stop_timeout);
    let calls = worker.calls.load(Ordering::Relaxed);
    Some((calls, stopped.ending, stopped.killed, was_asked))
}
