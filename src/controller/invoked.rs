//! A call that is a process of its own: the body is its stdin, its stdout the answer's body.

use std::time::Instant;

use axum::body::Body;
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::{Response, StatusCode};
use serde::de::IgnoredAny;
use tokio::sync::oneshot;

use super::begun::Begun;
use super::given::{Given, Unanswered, named};
use super::pool::Lease;
use super::request::Call;
use super::worker::{Asked, Did};
use crate::exec::Ending;
use crate::workload::Workload;

/// What the process's exit status was, where it has one.
const EXIT_STATUS: &str = "pgoctl-exit-status";

/// Has a process answer the call, however long the client waits.
pub async fn give(begun: Begun, mut lease: Lease, call: Call, deadline: Instant) -> Given {
    let (reply, answered) = oneshot::channel();
    let Some(input) = call.input() else {
        let why = "the function became one that is started for each call, while its body came";
        return Given::Not(Box::new(call), Unanswered::Broken(why.to_owned()));
    };
    lease.is_called();
    lease.worker().invoke(Asked {
        input,
        env: call.variables(),
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
        Ok(Err(error)) => {
            begun.failed_to(&lease, "it did not start");
            not(Unanswered::Broken(error.to_string()))
        }
        Ok(Ok(did)) => match did.invocation.ending {
            Ending::Exited(status) => {
                let response = response(&lease, status, did);
                begun.answered(&lease, response.status().is_success());
                Given::Answered(response)
            }
            Ending::TimedOut => {
                begun.failed_to(&lease, "it took too long");
                not(Unanswered::TooSlow)
            }
            ending => {
                begun.failed_to(&lease, "it was killed");
                let why = match did.invocation.out_of_memory {
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
    let image = &lease.pool().image;
    let expected = match &image.process.workload {
        Workload::Invoke(work) => work.invoke.expect_exit,
        Workload::Http(_) => 0,
    };
    let ok = status == expected;
    let said = did.invocation.stdout;
    let said = match ok || !said.is_empty() {
        true => said,
        // Programs that fail say why on stderr.
        false => (did.last_words.join("\n") + "\n").into_bytes(),
    };
    let kind = kind_of(&said);
    let (mut parts, body) = Response::new(Body::from(said)).into_parts();
    parts.status = match ok {
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

/// What the bytes look like.
fn kind_of(said: &[u8]) -> &'static str {
    let is_json = |text| serde_json::from_str::<IgnoredAny>(text).is_ok();
    match (said.trim_ascii_start().first(), str::from_utf8(said)) {
        (Some(b'{' | b'['), Ok(text)) if is_json(text) => "application/json",
        (_, Ok(_)) => "text/plain; charset=utf-8",
        (_, Err(_)) => "application/octet-stream",
    }
}
