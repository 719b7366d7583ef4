//! What load is offered, and why it could not be.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use super::gauge::Gauge;
use super::outcome::Failure;
use super::tls::TlsError;
use crate::http::{Connections, Protocol};
use crate::interrupt::Stop;

/// Connections that fail one after the other before a connection gives up.
pub(crate) const GIVE_UP: u32 = 5;
/// Requests without an answer in time, one after the other, before all is given up.
pub(crate) const TIMEOUTS: u32 = 3;
/// How long an answer may take where nobody says otherwise.
pub const ANSWER_TIMEOUT: Duration = Duration::from_secs(10);

/// What to send.
#[derive(Clone, Debug)]
pub struct LoadPlan {
    /// How many requests.
    pub requests: u64,
    /// How many more before those, over the same connections, of which nothing is kept.
    pub lead: u64,
    /// How many connections.
    pub concurrency: u32,
    /// Requests per second over all connections; 0 is a closed loop.
    pub rate: f64,
    /// HTTP/1.1 or HTTP/2.
    pub protocol: Protocol,
    /// Kept or fresh connections.
    pub connections: Connections,
    /// How long one answer may take, from when its request was due.
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
            lead: 0,
            concurrency: 1,
            rate: 0.0,
            protocol: Protocol::default(),
            connections: Connections::default(),
            timeout: ANSWER_TIMEOUT,
            seed: 1,
            series: 0,
            gauge: None,
        }
    }
}

/// Who looks on while a load goes on.
#[derive(Clone, Copy)]
pub(super) struct Control<'a> {
    /// Ends it early.
    pub(super) stop: &'a Stop,
    /// Is told of the first request without an answer in time.
    pub(super) tell: &'a dyn Fn(&Failure),
}

impl Control<'_> {
    /// Whether somebody wants it to end.
    pub(super) fn stops(&self) -> bool {
        self.stop.requested()
    }
}

/// Nothing could be asked.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// No event loop.
    #[error("could not start the load generator")]
    Start(#[source] io::Error),
    /// Nobody listens.
    #[error("nothing listens at {0}")]
    NobodyListens(String, #[source] io::Error),
    /// No connection.
    #[error("could not connect to {0}")]
    Connect(String, #[source] io::Error),
    /// No HTTP on it.
    #[error("could not speak HTTP/2 with {0}")]
    Handshake(String, #[source] hyper::Error),
    /// No TLS with that host.
    #[error("could not speak TLS with `{0}`")]
    Tls(String, #[source] TlsError),
}

impl LoadError {
    /// No connection to `place`, for that reason.
    pub(super) fn no_connection(place: impl ToString, error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::ConnectionRefused | io::ErrorKind::NotFound => {
                Self::NobodyListens(place.to_string(), error)
            }
            _ => Self::Connect(place.to_string(), error),
        }
    }

    /// What may help.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Tls(_, why) => why.hint(),
            Self::NobodyListens(..) => Some("start the server first, or correct where it listens"),
            Self::Start(_) | Self::Connect(..) | Self::Handshake(..) => None,
        }
    }
}
