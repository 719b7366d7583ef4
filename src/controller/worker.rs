//! One worker of an image: a server that is kept, or a process that is started for the one call that it gets. Each has a thread of
//! its own.

mod once;
mod running;
mod server;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::channel;

use crate::error::{Error, ErrorKind, Result};
use crate::exec::Ending;
use crate::workload::Workload;
use running::Life;

pub use running::{Asked, Did, Door, Input, Start, Worker};

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
