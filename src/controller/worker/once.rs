//! A worker that is one process for one call: what was asked is its input, what it says on stdout is the answer.

use std::os::fd::AsRawFd;
use std::path::PathBuf;
use std::sync::Arc;

use serde::de::IgnoredAny;

use super::running::{Asked, Did, Input, Life, Order, Outcome, Start, Worker};
use crate::error::Result;
use crate::exec::{self, Ending, tail};
use crate::process::server::{invoke_for, invoke_once};
use crate::workload::Workload;

/// What a process may write to stdout, and to stderr.
pub const MOST: u64 = 64_000_000;
/// So large an answer is not read to find out whether it is JSON.
const LOOKED_INTO: usize = 1 << 20;

/// The life of a process that is started once somebody calls; `None` if its image does not work.
pub(super) fn live(
    life: Life<'_>,
    ready: impl FnOnce(Result<Arc<Worker>>),
) -> Option<(Arc<Worker>, Outcome)> {
    let Life {
        id,
        start,
        sender,
        orders,
    } = life;
    if start.unproved
        && let Err(error) = invoke_once(&start.process, &start.launch, &start.log)
    {
        ready(Err(error));
        return None;
    }
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
        return Some((worker, outcome));
    };
    let did = carry_out(start, &asked);
    worker.condemn();
    outcome.calls = 1;
    if let Ok(did) = &did {
        outcome.ending = did.answer.ending;
        outcome.out_of_memory = did.answer.out_of_memory;
        // Whose fault another end is whoever asked knows: they counted it, or will.
        outcome.asked = matches!(did.answer.ending, Ending::Exited(_) | Ending::TimedOut)
            || did.answer.too_much;
    }
    // Whoever waited may have gone.
    let _ = asked.reply.send(did);
    Some((worker, outcome))
}

fn carry_out(start: &Start, asked: &Asked) -> Result<Did> {
    let path;
    let input = match &asked.input {
        Input::Bytes(bytes) => exec::Input::Bytes(bytes),
        Input::File(file) => {
            // Opened by this name it is read from its beginning, whoever else reads it.
            path = PathBuf::from(format!("/proc/self/fd/{}", file.as_raw_fd()));
            exec::Input::File(&path)
        }
    };
    let (process, launch) = (&start.process, &start.launch);
    let answer = invoke_for(
        process,
        launch,
        input,
        &asked.env,
        asked.limit,
        MOST,
        &start.log,
    )?;
    let expected = match &process.workload {
        Workload::Invoke(work) => work.invoke.expect_exit,
        Workload::Http(_) => 0,
    };
    let ok = answer.ending == Ending::Exited(expected);
    let last_words = match ok {
        true => Vec::new(),
        false => tail(&start.log).tail,
    };
    Ok(Did {
        ok,
        kind: kind_of(&answer.stdout),
        answer,
        last_words,
    })
}

/// What the bytes look like.
fn kind_of(said: &[u8]) -> &'static str {
    let is_json = |text| serde_json::from_str::<IgnoredAny>(text).is_ok();
    let begins = said.trim_ascii_start().first();
    match (begins, str::from_utf8(said)) {
        (Some(b'{' | b'['), Ok(text)) if said.len() <= LOOKED_INTO && is_json(text) => {
            "application/json"
        }
        (_, Ok(_)) => "text/plain; charset=utf-8",
        (_, Err(_)) => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::kind_of;

    #[test]
    fn an_answer_is_what_it_looks_like() {
        for (said, kind) in [
            (b" {\"a\": [1]}\n".as_slice(), "application/json"),
            (b"{not json", "text/plain; charset=utf-8"),
            (b"", "text/plain; charset=utf-8"),
            (b"\xff\xfe", "application/octet-stream"),
        ] {
            assert_eq!(kind_of(said), kind);
        }
    }
}
