//! One connection of the load generator: send, wait, check, next.

use std::net::SocketAddr;
use std::rc::Rc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use super::{Failures, LoadError, Shared};
use crate::workload::http::{HttpWorkload, Request};

/// Connections that fail one after the other before a connection gives up.
const GIVE_UP: u64 = 5;

/// What one connection measured.
#[derive(Default)]
pub(super) struct Done {
    pub(super) latencies_ns: Vec<u64>,
    pub(super) failures: Failures,
}

/// A connection that requests can be sent on, and where it leads.
pub(super) struct Sender {
    target: SocketAddr,
    inner: SendRequest<Full<Bytes>>,
}

/// Connects; the connection itself is driven by a task of its own.
pub(super) async fn open(target: SocketAddr) -> Result<Sender, LoadError> {
    let stream = TcpStream::connect(target)
        .await
        .map_err(|error| LoadError::Connect(target, error))?;
    stream
        .set_nodelay(true)
        .map_err(|error| LoadError::Connect(target, error))?;
    let (inner, driver) = handshake(TokioIo::new(stream))
        .await
        .map_err(|error| LoadError::Handshake(target, error))?;
    tokio::task::spawn_local(driver);
    Ok(Sender { target, inner })
}

/// Sends requests until all are sent.
pub(super) async fn work(
    mut sender: Sender,
    workload: &HttpWorkload,
    shared: Rc<Shared<'_>>,
    seed: u64,
) -> Done {
    let mut done = Done::default();
    let mut chooser = workload.chooser(seed);
    let mut failed_in_a_row = 0;
    while let Some((n, due)) = shared.take() {
        if let Some(due) = due {
            wait_until(due).await;
        }
        let request = chooser.choose();
        let started = due.unwrap_or_else(Instant::now);
        match answer(&mut sender, request, n, shared.plan.timeout).await {
            Ok(()) => {
                done.latencies_ns
                    .push(u64::try_from(started.elapsed().as_nanos()).unwrap_or(u64::MAX));
                failed_in_a_row = 0;
            }
            Err(Failure::Answer(words)) => done.failures.add(words),
            Err(Failure::Connection(words)) => {
                done.failures.add(words);
                failed_in_a_row += 1;
                if failed_in_a_row >= GIVE_UP {
                    break;
                }
                // Servers may close a kept connection; the request that met it has failed, the next gets a fresh one.
                match open(sender.target).await {
                    Ok(fresh) => sender = fresh,
                    Err(error) => {
                        done.failures.add(error.to_string());
                        break;
                    }
                }
            }
        }
    }
    done
}

/// Sleeps to within a millisecond of `due` and yields until then: timers are no finer.
async fn wait_until(due: Instant) {
    if let Some(left) = due.checked_duration_since(Instant::now())
        && left > Duration::from_millis(2)
    {
        tokio::time::sleep(left - Duration::from_millis(2)).await;
    }
    while Instant::now() < due {
        tokio::task::yield_now().await;
    }
}

enum Failure {
    /// The answer is not what was expected.
    Answer(String),
    /// There is no answer, and the connection is of no more use.
    Connection(String),
}

async fn answer(
    sender: &mut Sender,
    request: &Request,
    n: u64,
    timeout: Duration,
) -> Result<(), Failure> {
    match tokio::time::timeout(timeout, exchange(sender, request, n)).await {
        Ok(Ok(None)) => Ok(()),
        Ok(Ok(Some(objection))) => Err(Failure::Answer(objection)),
        Ok(Err(error)) => Err(Failure::Connection(with_cause(&error))),
        Err(_) => Err(Failure::Connection(format!(
            "no answer within {} s",
            timeout.as_secs()
        ))),
    }
}

fn with_cause(error: &hyper::Error) -> String {
    std::error::Error::source(error)
        .map_or_else(|| error.to_string(), |cause| format!("{error}: {cause}"))
}

async fn exchange(sender: &mut Sender, request: &Request, n: u64) -> hyper::Result<Option<String>> {
    sender.inner.ready().await?;
    let response = sender.inner.send_request(request.message(n)).await?;
    let status = response.status();
    let mut body = response.into_body();
    let mut kept = Vec::new();
    while let Some(frame) = body.frame().await {
        let frame = frame?;
        if request.reads_body()
            && let Some(data) = frame.data_ref()
        {
            kept.extend_from_slice(data);
        }
    }
    Ok(request.objection(status, &kept))
}
