//! A worker that is one process for one call: what was asked is its input, what it says on stdout is the answer.

use std::sync::Arc;

use super::running::{Did, Input, Life, Order, Outcome, Worker};
use crate::error::Result;
use crate::exec::{self, Ending, tail};
use crate::process::server::invoke_for;

/// The life of a process that is started once somebody calls.
pub(super) fn live(
    life: Life<'_>,
    ready: impl FnOnce(Result<Arc<Worker>>),
) -> (Arc<Worker>, Outcome) {
    let Life {
        id,
        start,
        sender,
        orders,
    } = life;
    let worker = Worker::new(id, None, None, sender);
    ready(Ok(Arc::clone(&worker)));
    let mut outcome = Outcome {
        calls: 0,
        ending: Ending::Exited(0),
        killed: false,
        asked: true,
        hung: false,
        out_of_memory: false,
    };
    // The worker holds the other end: it is told to end, or called.
    let Ok(Order::Invoke(asked)) = orders.recv() else {
        return (worker, outcome);
    };
    let (process, launch) = (&start.process, &start.launch);
    let input = match &asked.input {
        Input::Bytes(bytes) => exec::Input::Bytes(bytes),
        Input::File(file) => exec::Input::File(file.path()),
    };
    let done = invoke_for(process, launch, input, &asked.env, asked.limit, &start.log);
    worker.condemn();
    outcome.calls = 1;
    match &done {
        Ok(done) => {
            outcome.ending = done.ending;
            outcome.out_of_memory = done.out_of_memory;
            outcome.asked = matches!(done.ending, Ending::Exited(_));
        }
        Err(_) => outcome.asked = false,
    }
    let did = done.map(|invocation| Did {
        invocation,
        last_words: tail(&start.log).tail,
    });
    // Whoever waited may have gone.
    let _ = asked.reply.send(did);
    (worker, outcome)
}
