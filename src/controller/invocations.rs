//! Calls whose callers do not wait, and their answers until somebody gets them: in memory, so many and so large at most, for so long.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::invocation::Id;
use super::problem::Problem;
use crate::units::bytes;

/// How many there may be, those that are still answered included.
const MOST: usize = 1000;
/// How many bytes their bodies and headers may have together.
const MOST_BYTES: usize = 64 << 20;
/// How many one body may have, of a request or of an answer.
pub const LARGEST: usize = 8 << 20;
/// How long an answer is kept.
const KEPT: Duration = Duration::from_secs(600);
/// After so many seconds one that found no place may be sent again.
const AGAIN: u64 = 10;

/// An answer that is kept.
#[derive(Clone, Debug)]
pub struct Kept {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Bytes,
}

impl Kept {
    /// How many bytes it takes.
    fn bytes(&self) -> usize {
        let headers = self.headers.iter();
        let headers = headers.map(|(name, value)| name.as_str().len() + value.len());
        self.body.len() + headers.sum::<usize>()
    }
}

/// One call.
#[derive(Debug)]
struct Invocation {
    /// Tells it from an earlier one of the same id.
    ticket: u64,
    function: String,
    started: Timestamp,
    bytes: usize,
    answer: Option<(Timestamp, Instant, Kept)>,
}

#[derive(Debug, Default)]
struct Inner {
    all: BTreeMap<String, Invocation>,
    tickets: u64,
}

impl Inner {
    fn expire(&mut self) {
        self.all.retain(|_, it| {
            let answer = it.answer.as_ref();
            answer.is_none_or(|(_, at, _)| at.elapsed() < KEPT)
        });
    }

    fn bytes(&self) -> usize {
        self.all.values().map(|it| it.bytes).sum()
    }
}

/// All of them.
#[derive(Debug, Default)]
pub struct Invocations(Mutex<Inner>);

impl Invocations {
    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a call whose request has a body of so many bytes; the ticket that its answer comes with.
    pub fn accept(&self, id: &Id, function: &str, size: usize) -> Result<u64, Problem> {
        let mut inner = self.inner();
        inner.expire();
        if inner.all.contains_key(id.as_str()) {
            return Err(Problem::conflict(format!(
                "there is an invocation `{}` already: `GET /v1/invocations/{0}` says what became of it",
                id.as_str()
            )));
        }
        if inner.all.len() >= MOST || inner.bytes() + size > MOST_BYTES {
            let why = format!(
                "{MOST} invocations or {} of them are kept; get answers that are there, and `DELETE` them",
                bytes(MOST_BYTES as u64)
            );
            return Err(Problem::too_many(why, AGAIN));
        }
        inner.tickets += 1;
        let ticket = inner.tickets;
        let invocation = Invocation {
            ticket,
            function: function.to_owned(),
            started: Timestamp::now(),
            bytes: size,
            answer: None,
        };
        inner.all.insert(id.as_str().to_owned(), invocation);
        Ok(ticket)
    }

    /// Keeps the answer of a call, unless it was forgotten meanwhile; where there is no space for it, that is what is kept.
    pub fn answered(&self, id: &Id, ticket: u64, answer: Kept) {
        let mut inner = self.inner();
        let others = inner.bytes();
        let invocation = inner.all.get_mut(id.as_str());
        let Some(invocation) = invocation.filter(|it| it.ticket == ticket) else {
            return;
        };
        let space = MOST_BYTES.saturating_sub(others - invocation.bytes);
        let answer = match answer.bytes() <= space {
            true => answer,
            false => not_kept(&format!(
                "the function answered {}, and there was no space to keep that",
                answer.status
            )),
        };
        invocation.bytes = answer.bytes();
        invocation.answer = Some((Timestamp::now(), Instant::now(), answer));
    }

    /// What there is to say about a call, and whether it is answered; `None`: there is none of that id.
    pub fn look(&self, id: &str) -> Option<(Value, bool)> {
        let mut inner = self.inner();
        inner.expire();
        let invocation = inner.all.get(id)?;
        let mut said = json!({
            "id": id,
            "function": invocation.function,
            "state": "running",
            "started": invocation.started,
        });
        let Some((finished, _, answer)) = &invocation.answer else {
            return Some((said, false));
        };
        let mut headers: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for (name, value) in &answer.headers {
            let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
            headers.entry(name.as_str()).or_default().push(value);
        }
        let (encoding, body) = match std::str::from_utf8(&answer.body) {
            Ok(text) => ("utf-8", text.to_owned()),
            Err(_) => ("base64", STANDARD.encode(&answer.body)),
        };
        said["state"] = json!("answered");
        said["finished"] = json!(finished);
        said["status"] = json!(answer.status.as_u16());
        said["headers"] = json!(headers);
        said["encoding"] = json!(encoding);
        said["body"] = json!(body);
        Some((said, true))
    }

    /// Forgets a call; whether there was one. One that is still answered goes on, and its answer is dropped.
    pub fn forget(&self, id: &str) -> bool {
        let mut inner = self.inner();
        inner.expire();
        inner.all.remove(id).is_some()
    }
}

/// What is kept instead of an answer that cannot be.
pub fn not_kept(why: &str) -> Kept {
    let (parts, _) = Problem::not_kept(why).response().into_parts();
    let body = serde_json::to_vec(&Problem::not_kept(why)).expect("it has only string keys");
    Kept {
        status: parts.status,
        headers: parts.headers,
        body: body.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(text: &str) -> Id {
        let mut headers = HeaderMap::new();
        headers.insert("pgoctl-invocation", text.parse().expect("it is a value"));
        crate::controller::invocation::begin(&mut headers).0
    }

    fn answer(size: usize) -> Kept {
        Kept {
            status: StatusCode::OK,
            headers: HeaderMap::new(),
            body: vec![b'x'; size].into(),
        }
    }

    #[test]
    fn so_many_are_taken_and_no_more_until_one_is_forgotten() {
        let all = Invocations::default();
        for number in 0..MOST {
            let taken = all.accept(&id(&number.to_string()), "hello", 0);
            assert!(taken.is_ok(), "{number}");
        }
        assert!(all.accept(&id("more"), "hello", 0).is_err());
        assert!(all.forget("7"));
        assert!(!all.forget("7"));
        assert!(all.accept(&id("more"), "hello", 0).is_ok());
    }

    #[test]
    fn an_answer_without_space_is_said_and_not_lost_in_silence() {
        let all = Invocations::default();
        let large = all.accept(&id("large"), "hello", MOST_BYTES - 10);
        assert!(large.is_ok());
        assert!(all.accept(&id("more"), "hello", 11).is_err());
        let ticket = all.accept(&id("small"), "hello", 1).expect("it fits");
        all.answered(&id("small"), ticket, answer(1000));
        let (said, answered) = all.look("small").expect("it is there");
        assert!(answered);
        assert_eq!(said["status"], 507, "{said}");
        assert!(
            said["body"].as_str().is_some_and(|it| it.contains("200")),
            "{said}"
        );
    }

    #[test]
    fn an_id_is_taken_once_and_a_late_answer_is_of_the_call_that_it_was_given_for() {
        let all = Invocations::default();
        let first = all.accept(&id("a"), "hello", 0).expect("it is free");
        assert!(all.accept(&id("a"), "hello", 0).is_err());
        assert!(all.forget("a"));
        let second = all.accept(&id("a"), "hello", 0).expect("it is free again");
        all.answered(&id("a"), first, answer(1));
        assert_eq!(all.look("a").map(|(_, answered)| answered), Some(false));
        all.answered(&id("a"), second, answer(1));
        assert_eq!(all.look("a").map(|(_, answered)| answered), Some(true));
    }
}
