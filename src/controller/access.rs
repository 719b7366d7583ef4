//! Who may ask the REST side: whoever knows the token; without one, programs on this machine, and no page of somebody else's.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, header};
use axum::middleware::Next;
use axum::response::Response;

use super::problem::Problem;

/// Lets those through who know the token.
pub async fn check(
    State(token): State<Option<Arc<str>>>,
    request: Request,
    next: Next,
) -> Response {
    let Some(token) = &token else {
        return match from_elsewhere(request.headers()) {
            Some(problem) => problem.response(),
            None => next.run(request).await,
        };
    };
    let said = request
        .headers()
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Bearer "));
    match said.is_some_and(|said| same(said.as_bytes(), token.as_bytes())) {
        true => next.run(request).await,
        false => Problem::token().response(),
    }
}

/// Without a token a page of somebody else's must not reach the controller through a browser on this machine: neither under another
/// name (DNS rebinding) nor by a request across sites.
fn from_elsewhere(headers: &HeaderMap) -> Option<Problem> {
    let word = |name: header::HeaderName| headers.get(name)?.to_str().ok();
    let host = word(header::HOST).unwrap_or_default();
    if !is_this_machine(host) {
        let why = format!("`{host}` is not this machine; start the controller with a token");
        return Some(Problem::foreign(why));
    }
    let origin = word(header::ORIGIN)?;
    let from = origin.split_once("://").map_or(origin, |(_, host)| host);
    (from != host).then(|| Problem::foreign(format!("the page is of `{origin}`")))
}

/// Whether a `Host` names this machine, with or without a port.
fn is_this_machine(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|digit| digit.is_ascii_digit()) => name,
        _ => host,
    };
    let address = name.trim_start_matches('[').trim_end_matches(']');
    let is_loopback = |address: std::net::IpAddr| address.is_loopback();
    name == "localhost" || address.parse().is_ok_and(is_loopback)
}

/// Compares without telling by its time how much was right.
fn same(one: &[u8], other: &[u8]) -> bool {
    let differs = one.iter().zip(other).fold(0, |all, (a, b)| all | (a ^ b));
    one.len() == other.len() && differs == 0
}
