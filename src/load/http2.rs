//! HTTP/2 load through hyper: a task for each connection, one stream at a time on each, all on one thread.
//! Over TLS it is agreed on (ALPN), in clear text it is taken for granted.

use std::cell::RefCell;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http2::{SendRequest, handshake};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;

use super::plan::{GIVE_UP, LoadError, LoadPlan, Target};
use super::recorder::{Recorder, Sent};
use super::schedule::{Schedule, Turn};
use crate::http::{Connections, HttpWorkload, Received, Request};

/// What all connections share.
struct Shared<'a> {
    plan: &'a LoadPlan,
    stop: &'a AtomicBool,
    schedule: RefCell<Schedule>,
    recorder: RefCell<Recorder>,
}

impl Shared<'_> {
    fn take(&self) -> Option<Turn> {
        let mut schedule = self.schedule.borrow_mut();
        let over = schedule.is_empty() || self.stop.load(Ordering::Relaxed);
        (!over).then(|| schedule.take_ahead())
    }
}

/// Sends what `plan` says and waits for every answer.
pub(super) fn run(
    target: &Target,
    workload: &HttpWorkload,
    plan: &LoadPlan,
    stop: &AtomicBool,
) -> Result<Recorder, LoadError> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(LoadError::Start)?;
    tokio::task::LocalSet::new().block_on(&runtime, drive(target, workload, plan, stop))
}

async fn drive(
    target: &Target,
    workload: &HttpWorkload,
    plan: &LoadPlan,
    stop: &AtomicBool,
) -> Result<Recorder, LoadError> {
    let mut senders = Vec::new();
    for _ in 0..plan.concurrency {
        senders.push(open(target).await?);
    }
    let schedule = Schedule::new(plan, Instant::now());
    let recorder = Recorder::new(plan, schedule.started(), schedule.last_due());
    let shared = Shared {
        plan,
        stop,
        schedule: RefCell::new(schedule),
        recorder: RefCell::new(recorder),
    };
    let work = (0_u64..)
        .zip(senders)
        .map(|(index, sender)| work(target, sender, workload, &shared, index));
    futures_util::future::join_all(work).await;
    Ok(shared.recorder.into_inner())
}

type Sender = SendRequest<Full<Bytes>>;

/// Connects; the connection itself is driven by a task of its own.
async fn open(target: &Target) -> Result<Sender, LoadError> {
    let no_connection = |error| LoadError::Connect(target.address, error);
    let stream = TcpStream::connect(target.address)
        .await
        .map_err(no_connection)?;
    stream.set_nodelay(true).map_err(no_connection)?;
    let opened = match &target.tls {
        None => begin(stream).await,
        Some(tls) => {
            let no_tls = |why| LoadError::Tls(tls.host().to_owned(), why);
            begin(tls.shake_hands(stream).await.map_err(no_tls)?).await
        }
    };
    opened.map_err(|error| LoadError::Handshake(target.address, error))
}

async fn begin(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
) -> hyper::Result<Sender> {
    let (sender, driver) = handshake(TokioExecutor::new(), TokioIo::new(stream)).await?;
    tokio::task::spawn_local(driver);
    Ok(sender)
}

/// Sends requests until all are sent.
async fn work(
    target: &Target,
    sender: Sender,
    workload: &HttpWorkload,
    shared: &Shared<'_>,
    index: u64,
) {
    let mut sender = Some(sender);
    let mut chooser = workload.chooser(shared.plan.seed.wrapping_add(index));
    let mut received = Received::default();
    let mut failed_in_a_row = 0;
    while let Some(turn) = shared.take() {
        if let Some(due) = turn.due {
            wait_until(due).await;
        }
        let request = chooser.choose();
        let sent = Sent {
            due: turn.due,
            at: Instant::now(),
        };
        if shared.plan.connections == Connections::Fresh {
            sender = None;
        }
        let exchanged = tokio::time::timeout(
            shared.plan.timeout,
            exchange(target, &mut sender, request, turn.n, &mut received),
        );
        let answered = exchanged.await.unwrap_or_else(|_| {
            Err(format!(
                "no answer within {} s",
                shared.plan.timeout.as_secs()
            ))
        });
        let now = Instant::now();
        let mut recorder = shared.recorder.borrow_mut();
        match answered {
            Ok(None) => recorder.answered(sent, now),
            Ok(Some(objection)) => recorder.failed(objection, now),
            Err(words) => {
                recorder.failed(format!("`{}`: {words}", request.name()), now);
                sender = None;
                failed_in_a_row += 1;
                if failed_in_a_row >= GIVE_UP {
                    return;
                }
                continue;
            }
        }
        failed_in_a_row = 0;
    }
}

/// Asks once on a fresh connection, as long as `goes_on` says so; returns the status and when the head of the answer was there.
pub(super) fn ask(
    stream: std::net::TcpStream,
    request: &Request,
    goes_on: &dyn Fn() -> bool,
) -> Option<(u16, Instant)> {
    const LOOK: Duration = Duration::from_millis(20);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .ok()?;
    runtime.block_on(async {
        stream.set_nonblocking(true).ok()?;
        let stream = TokioIo::new(TcpStream::from_std(stream).ok()?);
        let (mut sender, driver) = handshake::<_, _, Full<Bytes>>(TokioExecutor::new(), stream)
            .await
            .ok()?;
        tokio::spawn(driver);
        let mut answer = std::pin::pin!(sender.send_request(request.message("http", 0)));
        loop {
            match tokio::time::timeout(LOOK, &mut answer).await {
                Ok(answer) => return Some((answer.ok()?.status().as_u16(), Instant::now())),
                Err(_) if goes_on() => {}
                Err(_) => return None,
            }
        }
    })
}

/// Sleeps to within a millisecond of `due` and yields until then: tokio's timers are no finer.
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

/// Sends one request and reads its answer; connects first if need be. An objection if it is not as expected.
async fn exchange(
    target: &Target,
    kept: &mut Option<Sender>,
    request: &Request,
    n: u64,
    received: &mut Received,
) -> Result<Option<String>, String> {
    let sender = match kept {
        Some(sender) => sender,
        None => kept.insert(open(target).await.map_err(|error| with_cause(&error))?),
    };
    sender.ready().await.map_err(|error| with_cause(&error))?;
    let response = sender
        .send_request(request.message(target.scheme(), n))
        .await
        .map_err(|error| with_cause(&error))?;
    let status = response.status().as_u16();
    let mut body = response.into_body();
    request.receive(received);
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| with_cause(&error))?;
        if let Some(data) = frame.data_ref() {
            received.push(data);
        }
    }
    Ok(request.objection(status, received))
}

pub(super) fn with_cause(error: &dyn std::error::Error) -> String {
    error
        .source()
        .map_or_else(|| error.to_string(), |cause| format!("{error}: {cause}"))
}
