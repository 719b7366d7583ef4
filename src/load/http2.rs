//! HTTP/2 load through hyper: a task for each connection, one stream at a time on each, all on one thread.
//! Over TLS it is agreed on (ALPN), in clear text it is taken for granted.

mod lost;

use std::cell::{Cell, RefCell};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http2::{SendRequest, handshake};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, UnixStream};

use super::outcome::{in_words, too_late};
use super::plan::{Control, GIVE_UP, LoadError, LoadPlan, TIMEOUTS};
use super::recorder::{Recorder, Sent};
use super::schedule::{Schedule, Turn};
use super::target::{Place, Target};
use super::tls::CONNECT_LIMIT;
use crate::http::{Connections, HttpWorkload, Received, Request};
use lost::Lost;

#[cfg(test)]
pub(super) use lost::with_cause;

/// How often it is looked whether all is to end.
const LOOK: Duration = Duration::from_millis(50);

/// What all connections share.
struct Shared<'a> {
    target: &'a Target,
    place: &'a Place,
    plan: &'a LoadPlan,
    from: Control<'a>,
    schedule: RefCell<Schedule>,
    recorder: RefCell<Recorder>,
    /// Requests without an answer in time since the last answer.
    timeouts_in_a_row: Cell<u32>,
}

impl Shared<'_> {
    fn take(&self) -> Option<Turn> {
        let mut schedule = self.schedule.borrow_mut();
        let over = schedule.is_empty() || self.from.stops() || self.gives_up();
        (!over).then(|| schedule.take_ahead())
    }

    fn gives_up(&self) -> bool {
        self.timeouts_in_a_row.get() >= TIMEOUTS
    }

    fn timed_out(&self, request: &Request, now: Instant) {
        self.timeouts_in_a_row.set(self.timeouts_in_a_row.get() + 1);
        let limit = in_words(self.plan.timeout);
        let words = format!("`{}`: no answer within {limit}", request.name());
        let failure = too_late(words, self.plan.rate > 0.0);
        if self.recorder.borrow_mut().timed_out(failure.clone(), now) {
            (self.from.tell)(&failure);
        }
    }

    /// Comes back when somebody wants it to end, or too many answers in a row did not come.
    async fn ended_early(&self) {
        while !(self.from.stops() || self.gives_up()) {
            tokio::time::sleep(LOOK).await;
        }
    }
}

/// Sends what `plan` says and waits for every answer.
pub(super) fn run(
    target: &Target,
    workload: &HttpWorkload,
    plan: &LoadPlan,
    from: Control<'_>,
) -> Result<Recorder, LoadError> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(LoadError::Start)?;
    tokio::task::LocalSet::new().block_on(&runtime, drive(target, workload, plan, from))
}

async fn drive(
    target: &Target,
    workload: &HttpWorkload,
    plan: &LoadPlan,
    from: Control<'_>,
) -> Result<Recorder, LoadError> {
    let place = target.find()?;
    let mut senders = Vec::new();
    for _ in 0..plan.concurrency {
        senders.push(open(target, place).await?);
    }
    let schedule = Schedule::new(plan, Instant::now());
    let recorder = Recorder::new(plan, schedule.started(), schedule.last_due());
    let shared = Shared {
        target,
        place,
        plan,
        from,
        schedule: RefCell::new(schedule),
        recorder: RefCell::new(recorder),
        timeouts_in_a_row: Cell::new(0),
    };
    let work = (0_u64..)
        .zip(senders)
        .map(|(index, sender)| work(Kept::new(sender), workload, &shared, index));
    tokio::select! {
        _ = futures_util::future::join_all(work) => {}
        () = shared.ended_early() => {}
    }
    let gives_up = shared.gives_up() && !shared.schedule.borrow().is_empty();
    let mut recorder = shared.recorder.into_inner();
    if gives_up {
        recorder.gave_up();
    }
    Ok(recorder)
}

type Sender = SendRequest<Full<Bytes>>;

/// Connects, within a limit; the connection itself is driven by a task of its own.
async fn open(target: &Target, place: &Place) -> Result<Sender, LoadError> {
    let opened = tokio::time::timeout(CONNECT_LIMIT, connect(target, place));
    let silent = |_| {
        Err(LoadError::no_connection(
            place,
            std::io::ErrorKind::TimedOut.into(),
        ))
    };
    opened.await.unwrap_or_else(silent)
}

async fn connect(target: &Target, place: &Place) -> Result<Sender, LoadError> {
    let no_connection = |error| LoadError::no_connection(place, error);
    match place {
        Place::Tcp(address) => {
            let stream = TcpStream::connect(address).await.map_err(no_connection)?;
            stream.set_nodelay(true).map_err(no_connection)?;
            speak(target, place, stream).await
        }
        Place::Unix(path) => {
            let stream = UnixStream::connect(path).await.map_err(no_connection)?;
            speak(target, place, stream).await
        }
    }
}

async fn speak(
    target: &Target,
    place: &Place,
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
) -> Result<Sender, LoadError> {
    let opened = match &target.tls {
        None => begin(stream).await,
        Some(tls) => {
            let no_tls = |why| LoadError::Tls(tls.host().to_owned(), why);
            begin(tls.shake_hands(stream).await.map_err(no_tls)?).await
        }
    };
    opened.map_err(|error| LoadError::Handshake(place.to_string(), error))
}

async fn begin(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
) -> hyper::Result<Sender> {
    let (sender, driver) = handshake(TokioExecutor::new(), TokioIo::new(stream)).await?;
    tokio::task::spawn_local(driver);
    Ok(sender)
}

/// One connection, and whether it has carried an answer.
struct Kept {
    sender: Option<Sender>,
    has_answered: bool,
}

impl Kept {
    fn new(sender: Sender) -> Self {
        Self {
            sender: Some(sender),
            has_answered: false,
        }
    }

    fn close(&mut self) {
        self.sender = None;
        self.has_answered = false;
    }
}

/// Sends requests until all are sent.
async fn work(mut kept: Kept, workload: &HttpWorkload, shared: &Shared<'_>, index: u64) {
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
            kept.close();
        }
        let late = tokio::time::Instant::from_std(sent.since() + shared.plan.timeout);
        let exchanged = exchange(shared, &mut kept, request, turn.n, &mut received);
        let answered = tokio::time::timeout_at(late, exchanged).await;
        let now = Instant::now();
        if let Ok(Ok(objection)) = answered {
            shared.timeouts_in_a_row.set(0);
            failed_in_a_row = 0;
            let mut recorder = shared.recorder.borrow_mut();
            match objection {
                None => recorder.answered(sent, now),
                Some(words) => recorder.failed(words, now),
            }
            continue;
        }
        kept.close();
        match answered {
            Ok(Err(lost)) => shared
                .recorder
                .borrow_mut()
                .failed(lost.failure(request), now),
            _ => shared.timed_out(request, now),
        }
        failed_in_a_row += 1;
        if failed_in_a_row >= GIVE_UP {
            return;
        }
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

/// Sends one request and reads its answer; once more on a new connection, where it met a dead one and that is safe.
async fn exchange(
    shared: &Shared<'_>,
    kept: &mut Kept,
    request: &Request,
    n: u64,
    received: &mut Received,
) -> Result<Option<String>, Lost> {
    match attempt(shared, kept, request, n, received).await {
        Err(lost) if kept.has_answered && lost.may_send_again(request) => {
            shared.recorder.borrow_mut().resent();
            kept.close();
            attempt(shared, kept, request, n, received).await
        }
        outcome => outcome,
    }
}

/// Connects first if need be. An objection if the answer is not as expected.
async fn attempt(
    shared: &Shared<'_>,
    kept: &mut Kept,
    request: &Request,
    n: u64,
    received: &mut Received,
) -> Result<Option<String>, Lost> {
    let target = shared.target;
    // A kept connection that has ended while nobody used it.
    if kept.sender.as_ref().is_some_and(SendRequest::is_closed) {
        kept.close();
    }
    let sender = match &mut kept.sender {
        Some(sender) => sender,
        none => {
            let opened = open(target, shared.place).await;
            none.insert(opened.map_err(|error| Lost::other(&error))?)
        }
    };
    sender.ready().await.map_err(|error| Lost::unsent(&error))?;
    let message = request.message(target.scheme(), n);
    let response = sender
        .try_send_request(message)
        .await
        .map_err(|mut error| match error.take_message() {
            Some(_) => Lost::unsent(error.error()),
            None => Lost::unanswered(error.error()),
        })?;
    kept.has_answered = true;
    let status = response.status().as_u16();
    let mut body = response.into_body();
    request.receive(received);
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| Lost::other(&error))?;
        if let Some(data) = frame.data_ref() {
            received.push(data);
        }
    }
    Ok(request.objection(status, received))
}
