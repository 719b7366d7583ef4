//! A call that is a process of its own: the body is its stdin, its stdout the answer's body.

use std::time::Instant;

use axum::body::Body;
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::{Response, StatusCode};
use tokio::sync::oneshot;

use super::begun::Begun;
use super::given::{Given, Unanswered, named};
use super::pool::Lease;
use super::request::Call;
use super::worker::{Asked, Did, MOST};
use crate::error::ErrorKind;
use crate::exec::Ending;

/// What the process's exit status was, where it has one.
const EXIT_STATUS: &str = "pgoctl-exit-status";

/// Why a call that came for a server is not given to a process.
const CHANGED: &str = "the function is another one than when the call came";

/// Has a process answer the call, however long the client waits.
///
/// `has_time` says whether it has so much that the image is to blame if that is not enough.
pub async fn give(
    begun: Begun,
    mut lease: Lease,
    call: Call,
    deadline: Instant,
    has_time: bool,
) -> Given {
    let (reply, answered) = oneshot::channel();
    let Some((input, env)) = call.input().zip(call.variables()) else {
        begun.abandoned();
        return Given::Not(Box::new(call), Unanswered::Unable(CHANGED.to_owned()));
    };
    lease.is_called();
    lease.worker().invoke(Asked {
        input,
        env,
        limit: deadline.saturating_duration_since(Instant::now()),
        reply,
    });
    let not = |why| Given::Not(Box::new(call), why);
    match answered.await {
        // It was asked to end in this very moment.
        Err(_) => {
            lease.not_called();
            not(Unanswered::NotSent)
        }
        Ok(Err(error)) if error.kind() == ErrorKind::Toolchain => {
            begun.failed_to(&lease, "it does not start");
            not(Unanswered::Broken(error.to_string()))
        }
        Ok(Err(error)) => {
            begun.abandoned();
            not(Unanswered::Unable(error.to_string()))
        }
        Ok(Ok(did)) if did.answer.too_much => {
            begun.answered(&lease, false);
            let most = crate::units::bytes(MOST);
            not(Unanswered::Failed(format!("it said more than {most}")))
        }
        Ok(Ok(did)) => match did.answer.ending {
            Ending::Exited(status) => {
                let response = response(&lease, status, did);
                begun.answered(&lease, response.status().is_success());
                Given::Answered(response)
            }
            Ending::TimedOut => {
                match has_time {
                    true => begun.failed_to(&lease, "it took too long"),
                    false => begun.abandoned(),
                }
                not(Unanswered::TooSlow)
            }
            ending => {
                begun.failed_to(&lease, "it was killed");
                let why = match did.answer.out_of_memory {
                    true => format!("{ending}: it wanted more memory than `memory-mib`"),
                    false => ending.to_string(),
                };
                not(Unanswered::Broken(why))
            }
        },
    }
}

/// What the process said, as an answer: 500 where its exit status is not the one that its manifest expects.
fn response(lease: &Lease, status: i32, did: Did) -> Response<Body> {
    let (said, kind) = match did.ok || !did.answer.stdout.is_empty() {
        true => (did.answer.stdout, did.kind),
        // Programs that fail say why on stderr.
        false => {
            let said = did.last_words.join("\n") + "\n";
            (said.into_bytes(), "text/plain; charset=utf-8")
        }
    };
    let (mut parts, body) = Response::new(Body::from(said)).into_parts();
    parts.status = match did.ok {
        true => StatusCode::OK,
        false => StatusCode::INTERNAL_SERVER_ERROR,
    };
    parts
        .headers
        .insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    parts.headers.insert(EXIT_STATUS, HeaderValue::from(status));
    named(&mut parts, lease);
    Response::from_parts(parts, body)
}
