//! What load is offered, and to whom.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use super::gauge::Gauge;
use super::tls::{Tls, TlsError};
use crate::http::{Connections, Protocol};

/// Connections that fail one after the other before a connection gives up.
pub(crate) const GIVE_UP: u32 = 5;

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
