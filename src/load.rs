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
pub mod tls;

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use crate::http::{Connections, HttpWorkload, Protocol};
use histogram::Histogram;
use tls::{Tls, TlsError};

pub use gauge::Gauge;
pub(crate) use recorder::thinning;

/// Connections that fail one after the other before a connection gives up.
const GIVE_UP: u32 = 5;

/// What to send.
#[derive(Clone, Debug)]
pub struct LoadPlan {
    /// How many requests.
    pub requests: u64,
    /// How many connections.
    pub concurrency: u32,
    /// Requests per second over all connections; 0 is a closed loop.
    pub rate: f64,
    /// HTTP/1.1 or HTTP/2.
    pub protocol: Protocol,
    /// Kept or fresh connections.
    pub connections: Connections,
    /// How long one answer may take.
    pub timeout: Duration,
    /// The seed of the choice between requests.
    pub seed: u64,
    /// How many latencies are kept in their order, evenly thinned.
    pub series: u64,
    /// Where answers are counted for whoever looks meanwhile.
    pub gauge: Option<Arc<Gauge>>,
}

impl LoadPlan {
    /// A closed loop over one kept HTTP/1.1 connection.
    pub fn closed(requests: u64) -> Self {
        Self {
            requests,
            concurrency: 1,
            rate: 0.0,
            protocol: Protocol::default(),
            connections: Connections::default(),
            timeout: Duration::from_secs(60),
            seed: 1,
            series: 0,
            gauge: None,
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
    /// Each request that was answered as expected: from its send in a closed loop, from when it was due in an open one.
    /// Connecting is part of it only where connections are fresh.
    pub latencies: Histogram,
    /// Open loop only: the same requests from their sends.
    pub service: Option<Histogram>,
    /// Latencies in the order of the answers, evenly thinned to [`LoadPlan::series`].
    pub series_ns: Vec<u64>,
    /// The others.
    pub failures: Failures,
    /// Open loop only: requests before the last one that were not answered when it became due.
    pub in_flight: Option<u64>,
    /// CPU time of the generator's thread.
    pub generator_cpu: Option<Duration>,
}

impl LoadOutcome {
    /// How many requests were answered as expected.
    pub fn succeeded(&self) -> u64 {
        self.latencies.len()
    }
}

/// Where requests are sent.
#[derive(Clone, Debug)]
pub struct Target {
    /// Who listens.
    pub address: SocketAddr,
    /// How to speak TLS with it; `None` is clear text.
    pub tls: Option<Tls>,
}

impl Target {
    /// The scheme of its URLs.
    pub(super) fn scheme(&self) -> &'static str {
        match self.tls {
            Some(_) => "https",
            None => "http",
        }
    }
}

impl From<SocketAddr> for Target {
    /// In clear text.
    fn from(address: SocketAddr) -> Self {
        Self { address, tls: None }
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
    #[error("could not speak HTTP/2 with {0}")]
    Handshake(SocketAddr, #[source] hyper::Error),
    /// No TLS with that host.
    #[error("could not speak TLS with `{0}`")]
    Tls(String, #[source] TlsError),
}

impl LoadError {
    /// What may help.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Tls(_, why) => why.hint(),
            Self::Start(_) | Self::Connect(..) | Self::Handshake(..) => None,
        }
    }
}

/// Sends what `plan` says to `target` and waits for every answer; `stop` ends it early.
pub fn run(
    target: &Target,
    workload: &HttpWorkload,
    plan: &LoadPlan,
    stop: &AtomicBool,
) -> Result<LoadOutcome, LoadError> {
    let before = thread_cpu();
    let recorder = match plan.protocol {
        Protocol::Http1 => http1::run(target, workload, plan, stop)?,
        Protocol::Http2 => http2::run(target, workload, plan, stop)?,
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
pub mod probe;
#[cfg(test)]
mod tests;
