//! `Prefer: respond-async` (RFC 7240, section 4.1): a call whose caller does not wait gets an address where its answer will be.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Request, State as Context};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Json, Response};
use http_body_util::{BodyExt, Limited};
use hyper::http::request::Parts;

use super::call;
use super::context::{Answer, Api, Shared};
use super::extract::Path;
use super::invocation::{self, Asked};
use super::invocations::{Kept, LARGEST, not_kept};
use super::phase::Phase;
use super::problem::Problem;
use super::served::Served;
use crate::units::bytes;

const PREFER: HeaderName = HeaderName::from_static("prefer");
const APPLIED: HeaderName = HeaderName::from_static("preference-applied");
const RESPOND_ASYNC: &str = "respond-async";
/// After so many seconds it may be asked again whether a call is answered.
const AGAIN: u64 = 1;
/// What a call may take besides twice its `call-timeout`.
const GRACE: Duration = Duration::from_secs(2);

fn is_respond_async(preference: &str) -> bool {
    let word = preference.split(';').next().unwrap_or_default();
    word.trim().eq_ignore_ascii_case(RESPOND_ASYNC)
}

/// Whether the caller does not wait. That is the controller's matter: the function gets what else is preferred.
pub fn take_preference(headers: &mut HeaderMap) -> bool {
    let preferences: Vec<String> = headers
        .get_all(PREFER)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|preference| preference.trim().to_owned())
        .collect();
    if !preferences.iter().any(|it| is_respond_async(it)) {
        return false;
    }
    headers.remove(PREFER);
    let others = preferences.into_iter().filter(|it| !is_respond_async(it));
    let others = others.collect::<Vec<_>>().join(", ");
    if !others.is_empty()
        && let Ok(value) = HeaderValue::from_str(&others)
    {
        headers.insert(PREFER, value);
    }
    true
}

/// Takes a call of `name`: its whole body is here before it is accepted, and what became of it is found under its id.
pub async fn accept(api: &Arc<Api>, name: &str, request: Request) -> Answer<Response> {
    let (mut parts, body) = request.into_parts();
    let (id, asked) = invocation::begin(&mut parts.headers);
    let accepted = async {
        let asked = asked?;
        if *api.phase.borrow() != Phase::Serves {
            let why = "the controller is ending: nobody could get the answer here";
            return Err(Problem::not_serving(why, 5));
        }
        let served = api.awake(name).await?;
        let limit = served.now.borrow().serving.call_timeout;
        let too_large = |_| {
            let limit = bytes(LARGEST as u64);
            Problem::too_large(format!("what is answered later may have {limit}"))
        };
        let too_slow = |_| Problem::late(format!("the body did not come within {limit:?}"));
        let whole = tokio::time::timeout(limit, axum::body::to_bytes(body, LARGEST));
        let body = whole.await.map_err(too_slow)?.map_err(too_large)?;
        let ticket = api.invocations.accept(&id, name, body.len())?;
        let (api, id) = (Arc::clone(api), id.clone());
        tokio::spawn(async move {
            // The call itself ends a second after its time at the latest; an answer without end has as long as that again.
            let call = answer(&served, asked, parts, Body::from(body));
            let answer = tokio::time::timeout(2 * limit + GRACE, call).await;
            let answer = answer.unwrap_or_else(|_| not_kept("the function's answer has no end"));
            api.invocations.answered(&id, ticket, answer);
        });
        Ok(())
    };
    let mut response = match accepted.await {
        Ok(()) => {
            let (said, _) = api
                .invocations
                .look(id.as_str())
                .ok_or_else(|| Problem::unknown("it was forgotten this moment"))?;
            let headers = [
                (header::LOCATION, format!("/v1/invocations/{}", id.as_str())),
                (APPLIED, RESPOND_ASYNC.to_owned()),
                (header::RETRY_AFTER, AGAIN.to_string()),
            ];
            (StatusCode::ACCEPTED, headers, Json(said)).into_response()
        }
        Err(problem) => problem.response(),
    };
    id.name(response.headers_mut());
    Ok(response)
}

/// The whole answer of a call, whatever it is.
async fn answer(served: &Arc<Served>, asked: Asked, parts: Parts, body: Body) -> Kept {
    let (parts, body) = call::call(served, "", asked, parts, body)
        .await
        .into_parts();
    let status = parts.status;
    match Limited::new(body, LARGEST).collect().await {
        Ok(whole) => Kept {
            status,
            headers: parts.headers,
            body: whole.to_bytes(),
        },
        Err(error) if error.is::<http_body_util::LengthLimitError>() => {
            let limit = bytes(LARGEST as u64);
            not_kept(&format!(
                "the function answered {status} with more than {limit}; call it without `Prefer: respond-async`"
            ))
        }
        Err(error) => not_kept(&format!(
            "the function's answer, {status}, broke off: {error}"
        )),
    }
}

/// `GET /v1/invocations/ID`: what became of a call.
pub async fn look(Context(api): Shared, Path(id): Path<String>) -> Answer<Response> {
    match api.invocations.look(&id) {
        None => Err(unknown(&id)),
        Some((said, true)) => Ok(Json(said).into_response()),
        Some((said, false)) => {
            let again = [(header::RETRY_AFTER, AGAIN.to_string())];
            Ok((StatusCode::ACCEPTED, again, Json(said)).into_response())
        }
    }
}

/// `DELETE /v1/invocations/ID`: forgets a call.
pub async fn forget(Context(api): Shared, Path(id): Path<String>) -> Answer<StatusCode> {
    match api.invocations.forget(&id) {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(unknown(&id)),
    }
}

fn unknown(id: &str) -> Problem {
    Problem::unknown(format!(
        "there is no invocation `{id}` at this controller: answers are kept for ten minutes, and not over a restart"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_preference_is_found_among_others_and_these_stay() {
        let taken = |lines: &[&str]| {
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append(PREFER, line.parse().expect("it is a value"));
            }
            let is_wanted = take_preference(&mut headers);
            let left = headers.get(PREFER).map(|it| it.to_str().map(str::to_owned));
            (is_wanted, left.transpose().expect("it is text"))
        };
        assert_eq!(taken(&["respond-async"]), (true, None));
        let others = Some("wait=10, return=minimal".to_owned());
        assert_eq!(
            taken(&["Respond-Async, wait=10", "return=minimal"]),
            (true, others)
        );
        let other = Some("return=minimal".to_owned());
        assert_eq!(taken(&["return=minimal"]), (false, other));
    }
}
