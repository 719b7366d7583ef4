//! The load generator: every connection on one thread, so that its own cost is one thread's CPU time.
//!
//! Closed loop: the next request is sent when the last one is answered; it says how fast the function is. Open loop: requests
//! are due at a fixed rate, and latency counts from when a request was due, so that a stall is seen by every request that had
//! to wait for it (Gil Tene, "How NOT to Measure Latency").
//!
//! HTTP/1.1 has a client of its own (non-blocking sockets, epoll, `httparse`), which costs a third of hyper's; HTTP/2 goes
//! through hyper. Both speak TLS, through rustls, where the target does.

mod gauge;
mod http1;
pub(super) mod http2;
mod recorder;
mod schedule;
mod target;
pub mod tls;

use std::time::Duration;

use crate::http::{HttpWorkload, Protocol};
use crate::interrupt::Stop;

use plan::Control;

pub use gauge::Gauge;
pub use outcome::{Failure, LoadOutcome};
pub use plan::{ANSWER_TIMEOUT, LoadError, LoadPlan};
pub(crate) use recorder::thinning;
pub use target::{Place, Target};

/// Sends what `plan` says to `target` and waits for every answer; `stop` ends it early.
///
/// The first request without an answer in time is told at once, to `tell`.
pub fn run(
    target: &Target,
    workload: &HttpWorkload,
    plan: &LoadPlan,
    stop: &Stop,
    tell: &dyn Fn(&Failure),
) -> Result<LoadOutcome, LoadError> {
    let before = thread_cpu();
    let from = Control { stop, tell };
    let recorder = match plan.protocol {
        Protocol::Http1 => http1::run(target, workload, plan, from)?,
        Protocol::Http2 => http2::run(target, workload, plan, from)?,
    };
    let cpu = thread_cpu()
        .zip(before)
        .map(|(after, before)| after.saturating_sub(before));
    Ok(recorder.outcome(cpu))
}

/// CPU time of this thread so far.
fn thread_cpu() -> Option<Duration> {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Some(Duration::new(
        u64::try_from(time.tv_sec).ok()?,
        u32::try_from(time.tv_nsec).ok()?,
    ))
}

pub mod histogram;
mod outcome;
mod plan;
pub mod probe;
#[cfg(test)]
mod tests;
