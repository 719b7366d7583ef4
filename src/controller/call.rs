//! One call of a function: routed, sent to a worker, tried again where that is safe, measured to the end of its answer.

use std::pin::Pin;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use axum::body::{Body, Bytes};
use http_body_util::{BodyExt, Limited};
use hyper::body::{Body as _, Frame, Incoming, SizeHint};
use hyper::client::conn::http1;
use hyper::header::{HOST, HeaderMap, HeaderName, HeaderValue};
use hyper::http::request::Parts;
use hyper::http::uri::PathAndQuery;
use hyper::{Method, Request, Response, Uri};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use super::pool::{Lease, NoWorker, Pool};
use super::problem::Problem;
use super::route::Route;
use super::served::{Now, Served};
use super::trial::TrialSide;
use super::worker::Worker;
use crate::variant::Variant;

/// A body up to this size is read before it is sent, so that it can be sent once more.
const REPEATABLE: u64 = 64 << 10;
/// How often another worker is asked for when none of a call was sent.
const TRIES: u32 = 5;
/// How long a call may wait for a function that is being loaded.
const LOADS: Duration = Duration::from_secs(60);

/// Headers that belong to one connection (RFC 9110, section 7.6.1).
const HOP_BY_HOP: [&str; 8] = [
    "connection",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "transfer-encoding",
    "upgrade",
];

/// What a call brings along.
enum Payload {
    /// All of it.
    Whole(Bytes),
    /// What can be read once; `None` once it was sent.
    Once(Option<Body>),
}

struct Call {
    method: Method,
    path: PathAndQuery,
    headers: HeaderMap,
    payload: Payload,
}

/// Why a worker gave no answer.
enum Unanswered {
    /// Nothing was sent.
    NotSent,
    /// It may have worked on the call.
    Broken(String),
}

/// Answers a call of `served` at `path`, its own part of the URL.
pub async fn call(served: &Arc<Served>, path: &str, parts: Parts, body: Body) -> Response<Body> {
    let answer = answer(served, path, parts, body).await;
    answer.unwrap_or_else(|problem| problem.response())
}

async fn answer(
    served: &Arc<Served>,
    path: &str,
    parts: Parts,
    body: Body,
) -> Result<Response<Body>, Problem> {
    let now = loaded(served).await?;
    let limit = now.serving.call_timeout;
    let path = match parts.uri.query() {
        Some(query) => format!("/{path}?{query}"),
        None => format!("/{path}"),
    };
    let path = path
        .parse()
        .map_err(|_| Problem::bad_request("the path cannot be sent on"))?;
    let route = served.router.next(now.shares());
    drop(now);
    let asked = Asked::default();
    let work = async {
        let mut call = Call {
            path,
            headers: forwarded(&parts, &served.name),
            method: parts.method,
            payload: payload(body).await?,
        };
        carry_out(served, &mut call, route, &asked).await
    };
    match tokio::time::timeout(limit, work).await {
        Ok(answered) => answered,
        Err(_) => {
            if let Some((pool, worker)) = asked.into_inner().ok().flatten() {
                // It may hang: nobody else is to wait for it.
                pool.discard(worker);
            }
            Err(Problem::too_slow(format!(
                "`{}` did not answer within {limit:?} (`call-timeout`)",
                served.name
            )))
        }
    }
}

/// The worker that works on a call now.
type Asked = Mutex<Option<(Arc<Pool>, u64)>>;

/// What holds now, once something serves.
async fn loaded(served: &Served) -> Result<Now, Problem> {
    {
        let now = served.now.borrow();
        if now.state.removed {
            return Err(Problem::unknown(format!("`{}` was removed", served.name)));
        }
        if now.disabled {
            return Err(Problem::not_serving(
                format!(
                    "`{}` is disabled while its first native image is built",
                    served.name
                ),
                5,
            ));
        }
        if now.stable.is_some() {
            return Ok(now.clone());
        }
    }
    let mut changes = served.now.subscribe();
    let ready = changes.wait_for(|now| now.stable.is_some() || now.state.removed);
    match tokio::time::timeout(LOADS, ready).await {
        Ok(Ok(now)) if !now.state.removed => Ok(now.clone()),
        Ok(_) => Err(Problem::unknown(format!("`{}` was removed", served.name))),
        Err(_) => Err(Problem::not_serving(
            format!("`{}` does not get ready", served.name),
            5,
        )),
    }
}

/// The headers that are sent on.
fn forwarded(parts: &Parts, function: &str) -> HeaderMap {
    let mut headers = parts.headers.clone();
    strip(&mut headers);
    headers.remove(hyper::header::EXPECT);
    if let Some(host) = headers.get(HOST).cloned() {
        headers.insert(HeaderName::from_static("x-forwarded-host"), host);
    }
    if let Ok(prefix) = HeaderValue::from_str(&format!("/f/{function}")) {
        headers.insert(HeaderName::from_static("x-forwarded-prefix"), prefix);
    }
    headers
}

/// Takes out what belongs to one connection, and what `Connection` names besides.
fn strip(headers: &mut HeaderMap) {
    let named: Vec<HeaderName> = headers
        .get_all("connection")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|name| name.trim().parse().ok())
        .collect();
    for name in named {
        headers.remove(name);
    }
    for name in HOP_BY_HOP {
        headers.remove(name);
    }
}

/// Reads what is small, so that it can be sent again.
async fn payload(body: Body) -> Result<Payload, Problem> {
    if body.is_end_stream() {
        return Ok(Payload::Whole(Bytes::new()));
    }
    match body.size_hint().exact() {
        Some(bytes) if bytes <= REPEATABLE => Limited::new(body, REPEATABLE as usize)
            .collect()
            .await
            .map(|whole| Payload::Whole(whole.to_bytes()))
            .map_err(|_| Problem::bad_request("the body ended before it was whole")),
        _ => Ok(Payload::Once(Some(body))),
    }
}

impl Call {
    fn request(&mut self) -> Option<Request<Body>> {
        let body = match &mut self.payload {
            Payload::Whole(bytes) => Body::from(bytes.clone()),
            Payload::Once(body) => body.take()?,
        };
        let mut request = Request::new(body);
        *request.method_mut() = self.method.clone();
        *request.uri_mut() = Uri::from(self.path.clone());
        *request.headers_mut() = self.headers.clone();
        Some(request)
    }

    /// Takes the body of a request back that was not sent.
    fn take_back(&mut self, request: Request<Body>) {
        if let Payload::Once(body) = &mut self.payload {
            *body = Some(request.into_body());
        }
    }

    /// Whether it may be done twice (RFC 9110, section 9.2.2), and can be sent again.
    fn can_be_repeated(&self) -> bool {
        self.method.is_idempotent() && matches!(self.payload, Payload::Whole(_))
    }
}

async fn carry_out(
    served: &Arc<Served>,
    call: &mut Call,
    mut route: Route,
    asked: &Asked,
) -> Result<Response<Body>, Problem> {
    let (mut not_sent, mut repeated) = (0, false);
    loop {
        let now = loaded(served).await?;
        let Some((pool, taken)) = now.pool(route) else {
            continue;
        };
        let variant = pool.image.variant;
        let lease = match pool.acquire().await {
            Ok(lease) => lease,
            // It went on to another image between the two lines above.
            Err(NoWorker::Closed) => continue,
            Err(NoWorker::Busy) => {
                return Err(Problem::busy(format!(
                    "{} calls of `{}` wait already (`queue`, `max-workers`)",
                    now.serving.queue, served.name
                )));
            }
            Err(NoWorker::Failed(why)) if taken == Route::Stable => {
                return Err(Problem::broke(
                    variant.name(),
                    format!("no worker of {variant} starts: {why}"),
                ));
            }
            Err(NoWorker::Failed(_)) => {
                route = Route::Stable;
                continue;
            }
        };
        drop(now);
        let begun = Begun {
            served: Arc::clone(served),
            route: taken,
            variant,
            since: Instant::now(),
        };
        let worker = Some((Arc::clone(lease.pool()), lease.worker().id));
        *asked.lock().unwrap_or_else(PoisonError::into_inner) = worker;
        let sent = send(lease.worker(), call).await;
        *asked.lock().unwrap_or_else(PoisonError::into_inner) = None;
        match sent {
            Ok((response, connection)) => return Ok(begun.answered(response, lease, connection)),
            Err(Unanswered::NotSent) => {
                lease.worker().condemn();
                lease.not_called();
                not_sent += 1;
                if not_sent == TRIES {
                    let why = format!("{TRIES} workers of {variant} could not be reached");
                    return Err(Problem::broke(variant.name(), why));
                }
            }
            Err(Unanswered::Broken(why)) => {
                lease.worker().condemn();
                begun.broken();
                if repeated || !call.can_be_repeated() {
                    let why = format!("a worker of {variant} broke off: {why}");
                    return Err(Problem::broke(variant.name(), why));
                }
                (repeated, route) = (true, Route::Stable);
            }
        }
    }
}

type Connection = http1::SendRequest<Body>;

async fn send(
    worker: &Worker,
    call: &mut Call,
) -> Result<(Response<Incoming>, Connection), Unanswered> {
    let mut connection = match worker.kept() {
        Some(kept) => kept,
        None => connect(worker).await?,
    };
    if connection.ready().await.is_err() {
        connection = connect(worker).await?;
    }
    let Some(request) = call.request() else {
        return Err(Unanswered::Broken("the body was sent already".to_owned()));
    };
    match connection.try_send_request(request).await {
        Ok(response) => Ok((response, connection)),
        Err(mut error) => match error.take_message() {
            Some(request) => {
                call.take_back(request);
                Err(Unanswered::NotSent)
            }
            None => Err(Unanswered::Broken(error.into_error().to_string())),
        },
    }
}

async fn connect(worker: &Worker) -> Result<Connection, Unanswered> {
    let connect = async {
        let stream = TcpStream::connect(worker.address).await.ok()?;
        stream.set_nodelay(true).ok()?;
        http1::handshake(TokioIo::new(stream)).await.ok()
    };
    let (sender, connection) = connect.await.ok_or(Unanswered::NotSent)?;
    tokio::spawn(async move {
        // Whoever waits for an answer hears of what went wrong.
        let _ = connection.await;
    });
    Ok(sender)
}

/// A call that was given to a worker.
struct Begun {
    served: Arc<Served>,
    route: Route,
    variant: Variant,
    since: Instant,
}

impl Begun {
    fn answered(
        self,
        response: Response<Incoming>,
        lease: Lease,
        connection: Connection,
    ) -> Response<Body> {
        let (mut parts, body) = response.into_parts();
        strip(&mut parts.headers);
        let image = &lease.pool().image;
        for (name, value) in [
            ("pgoctl-variant", image.variant.name()),
            ("pgoctl-build", image.build.as_str()),
        ] {
            if let Ok(value) = HeaderValue::from_str(value) {
                parts.headers.insert(name, value);
            }
        }
        let ok = !parts.status.is_server_error();
        let guarded = Guarded {
            body,
            begun: Some((self, lease, connection, ok)),
        };
        Response::from_parts(parts, Body::new(guarded))
    }

    fn broken(&self) {
        self.record(false);
    }

    fn record(&self, ok: bool) {
        let took = self.since.elapsed();
        let served = &self.served;
        served.counters.record(self.variant, took, ok);
        served.calls.fetch_add(1, Ordering::Relaxed);
        let side = match self.route {
            Route::Stable => return,
            Route::Profiling => {
                served.profiled.fetch_add(1, Ordering::Relaxed);
                return;
            }
            Route::Baseline => TrialSide::Baseline,
            Route::Candidate => TrialSide::Candidate,
        };
        let mut trial = served.trial.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(trial) = trial.as_mut() {
            trial.record(side, ok.then_some(took.as_secs_f64() * 1000.0));
        }
    }
}

/// An answer's body: when it has ended the worker is free.
struct Guarded {
    body: Incoming,
    begun: Option<(Begun, Lease, Connection, bool)>,
}

impl Guarded {
    fn end(&mut self, whole: bool) {
        let Some((begun, lease, connection, ok)) = self.begun.take() else {
            return;
        };
        if whole {
            lease.worker().keep(connection);
        }
        begun.record(ok && whole);
    }
}

impl hyper::body::Body for Guarded {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(context);
        match &polled {
            Poll::Ready(None) => self.end(true),
            Poll::Ready(Some(Err(_))) => self.end(false),
            Poll::Ready(Some(Ok(_))) if self.body.is_end_stream() => self.end(true),
            Poll::Ready(Some(Ok(_))) | Poll::Pending => {}
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Guarded {
    fn drop(&mut self) {
        // An empty answer is never asked for its frames; one that was cut short is the client's doing.
        let whole = self.body.is_end_stream();
        if whole {
            self.end(true);
        } else if let Some((begun, _lease, _connection, ok)) = self.begun.take() {
            begun.record(ok);
        }
    }
}
