//! What came of a call that was given to a worker.

use axum::body::Body;
use hyper::Response;
use hyper::header::HeaderValue;
use hyper::http::response;

use super::pool::Lease;
use super::request::{Call, strip};

/// Why a worker gave no answer.
pub enum Unanswered {
    /// Nothing was sent.
    NotSent,
    /// It may have worked on the call.
    Broken(String),
    /// It took too long.
    TooSlow,
    /// The client's body broke off.
    Client,
}

/// What came of a call that was given to a worker.
pub enum Given {
    /// This.
    Answered(Response<Body>),
    /// Nothing, and why; the call could be given to another one.
    Not(Box<Call>, Unanswered),
}

/// Says in the answer's headers which image gave it.
pub fn named(parts: &mut response::Parts, lease: &Lease) {
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
}
