//! One call of a function: routed, sent to a worker, tried again where that is safe, measured to the end of its answer.
//!
//! What was given to a worker is a task of its own: a client that goes away does not free a worker that is still at work.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::Body;
use http_body_util::BodyExt;
use hyper::Response;
use hyper::body::{Body as _, Incoming};
use hyper::client::conn::http1;
use hyper::http::request::Parts;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use super::answer::{Guarded, passed_on};
use super::begun::{Begun, Connection};
use super::given::{Given, Unanswered, named};
use super::invocation::Asked;
use super::invoked;
use super::pool::{Lease, NoWorker, Pool};
use super::problem::Problem;
use super::request::Call;
use super::route::Route;
use super::served::{Now, Served};
use super::worker::{Door, Worker};

/// So large an answer is read before it is passed on: its worker is free at once, however slowly the client reads.
const PASSED_ON_WHOLE: u64 = 256 << 10;
/// How often another worker is asked for when nothing of a call was sent.
const TRIES: u32 = 5;
/// A call that waited until less than this part of `call-timeout` is left is not begun.
const TOO_LATE: u32 = 20;
/// How long a call may wait for a function that is being loaded.
const LOADS: Duration = Duration::from_secs(60);

/// Answers a call of `served` at `path`, its own part of the URL.
pub async fn call(
    served: &Arc<Served>,
    path: &str,
    asked: Asked,
    parts: Parts,
    body: Body,
) -> Response<Body> {
    let answer = answer(served, path, asked, parts, body).await;
    answer.unwrap_or_else(|problem| problem.response())
}

async fn answer(
    served: &Arc<Served>,
    path: &str,
    asked: Asked,
    parts: Parts,
    body: Body,
) -> Result<Response<Body>, Problem> {
    let now = loaded(served).await?;
    can_be_asked_for(&now, asked)?;
    let limit = now.serving.call_timeout;
    let path = match parts.uri.query() {
        Some(query) => format!("/{path}?{query}"),
        None => format!("/{path}"),
    };
    let path = path
        .parse()
        .map_err(|_| Problem::bad_request("the path cannot be sent on"))?;
    let mut call = Call::read(&served.name, path, parts, body, limit).await?;
    let serves = now.stable.as_ref();
    if serves.is_some_and(|pool| pool.image.process.workload.is_invoked()) {
        // A process reads what is there: all of it must be.
        call.spool(limit).await?;
        if call.variables().is_none() {
            let why =
                "path, query and content type of a call that is a process may have 32 KiB each";
            return Err(Problem::bad_request(why));
        }
    }
    let route = match asked.variant {
        Some(variant) => Route::Pinned(variant),
        None => served.router.next(now.shares(), asked.key),
    };
    let deadline = Instant::now() + limit;
    drop(now);
    let work = carry_out(served, call, asked, route, deadline);
    match tokio::time::timeout_at((deadline + Duration::from_secs(1)).into(), work).await {
        Ok(Err(None)) => Err(too_slow(served, limit)),
        Err(_) => Err(waited_too_long(served, limit)),
        Ok(Err(Some(problem))) => Err(problem),
        Ok(Ok(response)) => Ok(response),
    }
}

/// Refuses a call that asks for a variant of which no image can be asked for now.
fn can_be_asked_for(now: &Now, asked: Asked) -> Result<(), Problem> {
    let has = |variant| now.pinnable().any(|pool| pool.image.variant == variant);
    match asked.variant {
        Some(variant) if !has(variant) => {
            let there = now.pinnable().map(|pool| pool.image.variant.name());
            Err(Problem::conflict(format!(
                "`Pgoctl-Variant: {variant}` cannot be asked for now; these can: {}",
                there.collect::<Vec<_>>().join(", ")
            )))
        }
        _ => Ok(()),
    }
}

/// The problem of a call that its worker did not answer in time.
fn too_slow(served: &Served, limit: Duration) -> Problem {
    Problem::too_slow(format!(
        "`{}` did not answer within {limit:?} (`call-timeout`)",
        served.name
    ))
}

/// The problem of a call that got no worker in time: all are at work, or none gets ready.
fn waited_too_long(served: &Served, limit: Duration) -> Problem {
    let now = served.now.borrow();
    let none = |pool: &Arc<Pool>| pool.counts().workers == 0;
    if now.stable.as_ref().is_some_and(none) {
        let hint = match now.stable.as_ref().is_some_and(|pool| pool.is_once()) {
            true => "its manifest's own invocation has to end as it expects",
            false => "`ready` in its manifest says which request means up: the first 2xx answer",
        };
        let why = format!("no worker of `{}` gets ready; {hint}", served.name);
        return Problem::not_serving(why, 5);
    }
    too_slow(served, limit)
}

/// What holds now, once something serves.
async fn loaded(served: &Served) -> Result<Now, Problem> {
    let removed = || Problem::unknown(format!("`{}` was removed", served.name));
    {
        let now = served.now.borrow();
        if now.state.removed {
            return Err(removed());
        }
        if now.disabled {
            let why = "is disabled while its first native image is built";
            return Err(Problem::not_serving(format!("`{}` {why}", served.name), 5));
        }
        if let Some(why) = &now.broken {
            let why = format!("`{}` cannot be started: {why}", served.name);
            return Err(Problem::not_serving(why, 10));
        }
        if now.stable.is_some() {
            return Ok(now.clone());
        }
    }
    let mut changes = served.now.subscribe();
    let ready =
        changes.wait_for(|now| now.stable.is_some() || now.state.removed || now.broken.is_some());
    match tokio::time::timeout(LOADS, ready).await {
        Ok(Ok(now)) if now.stable.is_some() && !now.state.removed => Ok(now.clone()),
        Ok(Ok(now)) if now.broken.is_some() => Err(Problem::not_serving(
            format!("`{}` cannot be started", served.name),
            10,
        )),
        Ok(_) => Err(removed()),
        Err(_) => Err(Problem::not_serving(
            format!("`{}` does not get ready", served.name),
            5,
        )),
    }
}

/// Finds a worker and gives it the call, again where that is safe; `Err(None)`: too slow.
async fn carry_out(
    served: &Arc<Served>,
    mut call: Call,
    asked: Asked,
    mut route: Route,
    deadline: Instant,
) -> Result<Response<Body>, Option<Problem>> {
    let (mut not_sent, mut repeated) = (0, false);
    loop {
        let now = loaded(served).await.map_err(Some)?;
        can_be_asked_for(&now, asked).map_err(Some)?;
        let Some((pool, taken)) = now.pool(route) else {
            tokio::task::yield_now().await;
            continue;
        };
        if served.is_ahead(taken) {
            route = Route::Stable;
            continue;
        }
        let pool = Arc::clone(pool);
        let variant = pool.image.variant;
        let lease = match pool.acquire(taken.waits()).await {
            Ok(lease) => lease,
            Err(NoWorker::Closed) if is_present(served, &pool) => {
                let why = format!("`{}` is ending", served.name);
                return Err(Some(Problem::not_serving(why, 5)));
            }
            // It went on to another image between the two lines above.
            Err(NoWorker::Closed) if taken.waits() => {
                tokio::task::yield_now().await;
                continue;
            }
            // What is profiled or tried must not make a call wait.
            Err(_) if !taken.waits() => {
                route = Route::Stable;
                continue;
            }
            Err(NoWorker::Busy | NoWorker::Closed) => {
                return Err(Some(Problem::busy(format!(
                    "{} calls of `{}` wait already (`queue`, `max-workers`)",
                    now.serving.queue, served.name
                ))));
            }
            Err(NoWorker::Failed(why)) => {
                let why = format!("no worker of {variant} starts: {why}");
                return Err(Some(Problem::broke(variant.name(), why)));
            }
        };
        let stalls = now.serving.call_timeout;
        drop(now);
        let left = deadline.saturating_duration_since(Instant::now());
        if left < stalls / TOO_LATE {
            // It waited for its turn: whoever is called now could only fail.
            return Err(None);
        }
        let has_time = left >= stalls / 2;
        if !call.fits(lease.worker().door.is_none()) {
            let why = format!("`{}` became another kind of function", served.name);
            return Err(Some(Problem::not_serving(why, 1)));
        }
        let begun = Begun::now(served, taken, asked.key, variant);
        let given = match lease.worker().door {
            Some(_) => tokio::spawn(give(begun, lease, call, deadline, (stalls, has_time))),
            None => tokio::spawn(invoked::give(begun, lease, call, deadline, has_time)),
        };
        let (back, why) = match given.await {
            Ok(Given::Answered(response)) => return Ok(response),
            Ok(Given::Not(call, why)) => (*call, why),
            Err(_) => {
                let why = format!("a worker of {variant} could not be called");
                return Err(Some(Problem::broke(variant.name(), why)));
            }
        };
        call = back;
        match why {
            Unanswered::TooSlow => return Err(None),
            Unanswered::Client => {
                let why = "the body ended before it was whole";
                return Err(Some(Problem::bad_request(why)));
            }
            Unanswered::Unable(why) => {
                let why = format!("a process of {variant} cannot be started now: {why}");
                return Err(Some(Problem::not_serving(why, 5)));
            }
            Unanswered::Failed(why) => {
                let why = format!("a process of {variant} failed: {why}");
                return Err(Some(Problem::broke(variant.name(), why)));
            }
            Unanswered::NotSent => {
                not_sent += 1;
                route = route.again();
                if not_sent == TRIES {
                    let why = format!("{TRIES} workers of {variant} could not be reached");
                    return Err(Some(Problem::broke(variant.name(), why)));
                }
            }
            Unanswered::Broken(why) => {
                if repeated || !call.can_be_repeated() {
                    let why = format!("a worker of {variant} broke off: {why}");
                    return Err(Some(Problem::broke(variant.name(), why)));
                }
                (repeated, route) = (true, route.again());
            }
        }
    }
}

/// Whether calls are still given to `pool`.
fn is_present(served: &Served, pool: &Arc<Pool>) -> bool {
    let now = served.now.borrow();
    now.pinnable().any(|present| Arc::ptr_eq(present, pool))
}

/// Gives a worker the call and waits for its answer, whether or not the client still does.
async fn give(
    begun: Begun,
    mut lease: Lease,
    mut call: Call,
    deadline: Instant,
    (stalls, has_time): (Duration, bool),
) -> Given {
    lease.is_called();
    let sent = tokio::time::timeout_at(deadline.into(), send(lease.worker(), &mut call)).await;
    let (response, connection) = match sent {
        Ok(Ok(answered)) => answered,
        Ok(Err(Unanswered::NotSent)) => {
            lease.worker().condemn();
            begun.failed_to(&lease, "it could not be reached");
            lease.not_called();
            return Given::Not(Box::new(call), Unanswered::NotSent);
        }
        Ok(Err(_)) if call.is_cut_by_client() => {
            return Given::Not(Box::new(call), Unanswered::Client);
        }
        Ok(Err(why)) => {
            lease.worker().condemn();
            begun.failed_to(&lease, "it broke off");
            return Given::Not(Box::new(call), why);
        }
        Err(_) => {
            match has_time && !call.is_still_sent() {
                true => begun.failed_to(&lease, "it took too long"),
                // It waits for its client, or began too late.
                false => begun.abandoned(),
            }
            // It may hang: nobody else is to wait for it.
            lease.pool().discard(lease.worker().id);
            return Given::Not(Box::new(call), Unanswered::TooSlow);
        }
    };
    let (mut parts, body) = response.into_parts();
    named(&mut parts, &lease);
    match body.size_hint().exact() {
        Some(bytes) if bytes <= PASSED_ON_WHOLE => {
            let ok = !parts.status.is_server_error();
            match tokio::time::timeout_at(deadline.into(), body.collect()).await {
                Ok(Ok(whole)) => {
                    lease.worker().keep(connection);
                    begun.answered(&lease, ok);
                    let body = Body::from(whole.to_bytes());
                    Given::Answered(Response::from_parts(parts, body))
                }
                Ok(Err(error)) => {
                    lease.worker().condemn();
                    begun.failed_to(&lease, "it broke off");
                    Given::Not(Box::new(call), Unanswered::Broken(error.to_string()))
                }
                Err(_) => {
                    match has_time {
                        true => begun.failed_to(&lease, "it took too long"),
                        false => begun.abandoned(),
                    }
                    lease.pool().discard(lease.worker().id);
                    Given::Not(Box::new(call), Unanswered::TooSlow)
                }
            }
        }
        _ => {
            let guarded = Guarded::new(body, begun, lease, connection, parts.status);
            Given::Answered(Response::from_parts(parts, passed_on(guarded, stalls)))
        }
    }
}

async fn send(
    worker: &Worker,
    call: &mut Call,
) -> Result<(Response<Incoming>, Connection), Unanswered> {
    let door = worker.door.as_ref().ok_or(Unanswered::NotSent)?;
    let mut connection = match door.kept() {
        Some(kept) => kept,
        None => connect(door).await?,
    };
    if connection.ready().await.is_err() {
        connection = connect(door).await?;
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

async fn connect(door: &Door) -> Result<Connection, Unanswered> {
    let connect = async {
        let stream = TcpStream::connect(door.address).await.ok()?;
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
