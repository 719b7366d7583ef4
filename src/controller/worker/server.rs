//! A worker that is a server: started once, called over connections that are kept, asked now and then whether it still answers.

use std::sync::atomic::Ordering;
use std::sync::mpsc::RecvTimeoutError;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use super::running::{Door, Life, Order, Outcome, Worker};
use crate::error::Result;
use crate::process::server::Server;
use crate::workload::HttpWork;

/// How often a worker is looked at; whoever calls it notices its death at once.
const LOOK: Duration = Duration::from_millis(100);
/// So long an idle worker is not asked whether it still answers.
const CHECK: Duration = Duration::from_secs(10);
/// How long it may take to answer then.
const ANSWERS: Duration = Duration::from_secs(5);

/// The life of a server; `None` if it never answered.
pub(super) fn live(
    life: Life<'_>,
    work: &HttpWork,
    ready: impl FnOnce(Result<Arc<Worker>>),
) -> Option<(Arc<Worker>, Outcome)> {
    let Life {
        id,
        start,
        sender,
        orders,
    } = life;
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
            let error = match server.ran_out_of_memory() {
                true => error.because(TOO_LITTLE),
                false => error,
            };
            server.kill();
            ready(Err(error));
            return None;
        }
    };
    let door = Door {
        address: server.address(),
        kept: Mutex::new(Vec::new()),
    };
    let worker = Worker::new(id, Some(readiness.answers), Some(door), sender);
    ready(Ok(Arc::clone(&worker)));
    // What it leaves has only calls in it: one that records is not asked.
    let is_asked = start.record.is_none();
    let (mut checked, mut hangs) = (Instant::now(), false);
    let was_asked = loop {
        match orders.recv_timeout(LOOK) {
            Ok(Order::End) | Err(RecvTimeoutError::Disconnected) => break true,
            Err(RecvTimeoutError::Timeout) if server.ended().is_some() => break false,
            // A server is called over its connections.
            Ok(Order::Invoke(_)) | Err(RecvTimeoutError::Timeout) => {}
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
    if let Some(door) = &worker.door {
        door.connections().clear();
    }
    let grace = match hangs {
        true => Duration::ZERO,
        false => start.process.stop_timeout,
    };
    let out_of_memory = server.ran_out_of_memory();
    let stopped = server.stop(grace);
    let outcome = Outcome {
        calls: worker.calls.load(Ordering::Relaxed),
        ending: stopped.ending,
        killed: stopped.killed,
        asked: was_asked,
        hung: hangs,
        out_of_memory,
    };
    Some((worker, outcome))
}

/// Why a worker was killed that nobody asked to end.
const TOO_LITTLE: &str = "it wanted more memory than it may have (`memory-mib`)";
