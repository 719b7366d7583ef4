//! The load generator: a task for each connection on hyper's own client connections, all on one thread.
//!
//! Closed loop: the next request is sent when the last one is answered; it says how fast the function is. Open loop: requests
//! are due at a fixed rate, and latency counts from when a request was due, so that a stall is seen by every request that had
//! to wait for it (Gil Tene, "How NOT to Measure Latency").

mod connection;

use std::cell::Cell;
use std::net::SocketAddr;
use std::rc::Rc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use crate::workload::http::HttpWorkload;

/// What to send.
#[derive(Clone, Debug)]
pub struct LoadPlan {
    /// How many requests.
    pub requests: u64,
    /// How many connections.
    pub concurrency: u32,
    /// Requests per second over all connections; 0 is a closed loop.
    pub rate: f64,
    /// How long one answer may take.
    pub timeout: Duration,
    /// The seed of the choice between requests.
    pub seed: u64,
}

impl LoadPlan {
    /// A closed loop over one connection.
    pub fn closed(requests: u64) -> Self {
        Self {
            requests,
            concurrency: 1,
            rate: 0.0,
            timeout: Duration::from_secs(60),
            seed: 1,
        }
    }
}

/// Requests that were not answered as expected.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Failures {
    /// How many.
    pub count: u64,
    /// The first one, in words.
    pub first: Option<String>,
}

impl Failures {
    /// The first failure, if there was one.
    pub fn first_example(&self) -> Option<String> {
        self.first.clone()
    }

    fn add(&mut self, words: String) {
        self.count += 1;
        self.first.get_or_insert(words);
    }
}

/// What came back.
#[derive(Clone, Debug)]
pub struct LoadOutcome {
    /// From the first request to the last answer.
    pub elapsed: Duration,
    /// Latency of each request that was answered as expected, in the order of their answers: from the send in a closed loop,
    /// from when it was due in an open one. Connecting is not part of it.
    pub latencies_ns: Vec<u64>,
    /// The others.
    pub failures: Failures,
    /// CPU time of the generator's thread.
    pub generator_cpu: Option<Duration>,
}

impl LoadOutcome {
    /// How many requests were answered as expected.
    pub fn succeeded(&self) -> u64 {
        self.latencies_ns.len() as u64
    }
}

/// The generator itself could not work.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// No event loop.
    #[error("could not start the load generator")]
    Start(#[source] std::io::Error),
    /// No connection.
    #[error("could not connect to {0}")]
    Connect(SocketAddr, #[source] std::io::Error),
    /// No HTTP on it.
    #[error("could not speak HTTP with {0}")]
    Handshake(SocketAddr, #[source] hyper::Error),
}

/// What all connections share.
struct Shared<'a> {
    plan: &'a LoadPlan,
    stop: &'a AtomicBool,
    next: Cell<u64>,
    started: Cell<Instant>,
}

impl Shared<'_> {
    /// The number of the next request and when it is due; `None` when all are sent.
    fn take(&self) -> Option<(u64, Option<Instant>)> {
        let n = self.next.get();
        if n >= self.plan.requests || self.stop.load(std::sync::atomic::Ordering::Relaxed) {
            return None;
        }
        self.next.set(n + 1);
        let due = (self.plan.rate > 0.0)
            .then(|| self.started.get() + Duration::from_secs_f64(n as f64 / self.plan.rate));
        Some((n, due))
    }
}

/// Sends what `plan` says to `target` and waits for every answer; `stop` ends it early.
pub fn run(
    target: SocketAddr,
    workload: &HttpWorkload,
    plan: &LoadPlan,
    stop: &AtomicBool,
) -> Result<LoadOutcome, LoadError> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(LoadError::Start)?;
    let cpu_before = thread_cpu();
    let mut outcome = tokio::task::LocalSet::new().block_on(
        &runtime,
        drive(target, workload.clone(), plan.clone(), stop),
    )?;
    outcome.generator_cpu = thread_cpu()
        .zip(cpu_before)
        .map(|(after, before)| after.saturating_sub(before));
    Ok(outcome)
}

async fn drive(
    target: SocketAddr,
    workload: HttpWorkload,
    plan: LoadPlan,
    stop: &AtomicBool,
) -> Result<LoadOutcome, LoadError> {
    let mut connections = Vec::new();
    for _ in 0..plan.concurrency {
        connections.push(connection::open(target).await?);
    }
    let started = Instant::now();
    let shared = Rc::new(Shared {
        plan: &plan,
        stop,
        next: Cell::new(0),
        started: Cell::new(started),
    });
    let work = (0_u64..).zip(connections).map(|(index, sender)| {
        connection::work(
            sender,
            &workload,
            Rc::clone(&shared),
            plan.seed.wrapping_add(index),
        )
    });
    let done = futures_util::future::join_all(work).await;
    let mut outcome = LoadOutcome {
        elapsed: started.elapsed(),
        latencies_ns: Vec::new(),
        failures: Failures::default(),
        generator_cpu: None,
    };
    for connection in done {
        outcome.latencies_ns.extend(connection.latencies_ns);
        outcome.failures.count += connection.failures.count;
        outcome.failures.first = outcome.failures.first.or(connection.failures.first);
    }
    Ok(outcome)
}

/// CPU time of this thread so far.
fn thread_cpu() -> Option<Duration> {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Some(Duration::new(
        u64::try_from(time.tv_sec).ok()?,
        u32::try_from(time.tv_nsec).ok()?,
    ))
}

#[cfg(test)]
mod tests;
