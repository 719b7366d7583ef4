//! What went wrong, as RFC 9457 has it: `application/problem+json` with a type that programs may rely on.

use axum::body::Body;
use hyper::header::{CONNECTION, CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use hyper::{Response, StatusCode};
use serde::Serialize;

use crate::error::{Error, ErrorKind};

/// A problem document.
#[derive(Clone, Debug, Serialize)]
pub struct Problem {
    /// `urn:pgoctl:problem:NAME`.
    #[serde(rename = "type")]
    kind: String,
    /// The kind in words; the same for every problem of it.
    title: &'static str,
    status: u16,
    /// What happened, why, and what to do next.
    detail: String,
    /// Whose image broke, where one did.
    #[serde(skip_serializing_if = "Option::is_none")]
    variant: Option<String>,
    #[serde(skip)]
    retry_after: Option<u64>,
}

impl Problem {
    fn new(status: StatusCode, name: &str, title: &'static str, detail: impl Into<String>) -> Self {
        Self {
            kind: format!("urn:pgoctl:problem:{name}"),
            title,
            status: status.as_u16(),
            detail: detail.into(),
            variant: None,
            retry_after: None,
        }
    }

    /// No such function, path or document.
    pub fn unknown(detail: impl Into<String>) -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "unknown",
            "There is no such thing",
            detail,
        )
    }

    /// The token is missing or another one.
    pub fn token() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "token",
            "The token is missing or wrong",
            "send `Authorization: Bearer TOKEN` with the token that the controller was started with",
        )
    }

    /// Not in the state that the caller thinks it is in.
    pub fn conflict(detail: impl Into<String>) -> Self {
        Self::new(
            StatusCode::CONFLICT,
            "conflict",
            "Not in this state",
            detail,
        )
    }

    /// A profile of another image than the one that counts.
    pub fn build_mismatch(detail: impl Into<String>) -> Self {
        Self::new(
            StatusCode::CONFLICT,
            "build-mismatch",
            "The profile is of another build",
            detail,
        )
    }

    /// `If-Match` names another generation.
    pub fn generation(detail: impl Into<String>) -> Self {
        Self::new(
            StatusCode::PRECONDITION_FAILED,
            "generation",
            "The function has changed meanwhile",
            detail,
        )
    }

    /// A body of another kind.
    pub fn media_type(detail: impl Into<String>) -> Self {
        Self::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "media-type",
            "This kind of body is not taken here",
            detail,
        )
    }

    /// A body that is too large.
    pub fn too_large(detail: impl Into<String>) -> Self {
        Self::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "too-large",
            "The body is too large",
            detail,
        )
    }

    /// A manifest or a JAR that cannot be used.
    pub fn unusable(detail: impl Into<String>) -> Self {
        Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "unusable",
            "What was sent cannot be used",
            detail,
        )
    }

    /// A request that cannot be understood.
    pub fn bad_request(detail: impl Into<String>) -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "bad-request",
            "The request cannot be understood",
            detail,
        )
    }

    /// A body that did not come in time (RFC 9110, section 15.5.9): nothing was done with the request.
    pub fn late(detail: impl Into<String>) -> Self {
        Self::new(
            StatusCode::REQUEST_TIMEOUT,
            "late",
            "The body did not come in time",
            detail,
        )
    }

    /// A path that has no such method.
    pub fn method() -> Self {
        Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "method",
            "This path has no such method",
            "`GET /openapi.json` lists the methods of each path",
        )
    }

    /// A request that another page or another name made.
    pub fn foreign(detail: impl Into<String>) -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "foreign",
            "The request comes from elsewhere",
            detail,
        )
    }

    /// Too many calls wait.
    pub fn busy(detail: impl Into<String>) -> Self {
        let problem = Self::new(
            StatusCode::TOO_MANY_REQUESTS,
            "busy",
            "Too many calls wait for a worker",
            detail,
        );
        problem.retry_after(1)
    }

    /// Too many calls whose answers somebody is to get.
    pub fn too_many(detail: impl Into<String>, retry_after: u64) -> Self {
        let problem = Self::new(
            StatusCode::TOO_MANY_REQUESTS,
            "too-many-invocations",
            "Too many answers are kept",
            detail,
        );
        problem.retry_after(retry_after)
    }

    /// An answer that could not be kept for whoever gets it later.
    pub fn not_kept(detail: impl Into<String>) -> Self {
        Self::new(
            StatusCode::INSUFFICIENT_STORAGE,
            "not-kept",
            "The answer could not be kept",
            detail,
        )
    }

    /// Nothing serves yet, or no more.
    pub fn not_serving(detail: impl Into<String>, retry_after: u64) -> Self {
        let problem = Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "not-serving",
            "The function is not served now",
            detail,
        );
        problem.retry_after(retry_after)
    }

    /// The function did not answer.
    pub fn broke(variant: &str, detail: impl Into<String>) -> Self {
        let problem = Self::new(
            StatusCode::BAD_GATEWAY,
            "function-failed",
            "The function did not answer",
            detail,
        );
        Self {
            variant: Some(variant.to_owned()),
            ..problem
        }
    }

    /// The function took too long.
    pub fn too_slow(detail: impl Into<String>) -> Self {
        Self::new(
            StatusCode::GATEWAY_TIMEOUT,
            "time-limit",
            "The function took longer than a call may",
            detail,
        )
    }

    fn retry_after(self, seconds: u64) -> Self {
        Self {
            retry_after: Some(seconds),
            ..self
        }
    }

    /// As an answer.
    pub fn response(&self) -> Response<Body> {
        let text = serde_json::to_vec(self).expect("it has only string keys");
        let mut response = Response::new(Body::from(text));
        *response.status_mut() =
            StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let headers = response.headers_mut();
        headers.insert(
            CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        if self.status == StatusCode::REQUEST_TIMEOUT.as_u16() {
            // The rest of the body may come yet, and nobody reads it.
            headers.insert(CONNECTION, HeaderValue::from_static("close"));
        }
        if let Some(seconds) = self.retry_after {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        let mut detail = error.to_string();
        for hint in error.hints() {
            detail = format!("{detail}; {hint}");
        }
        match error.kind() {
            ErrorKind::Usage | ErrorKind::Training => Self::unusable(detail),
            ErrorKind::StoreAway => Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "store-away",
                "The store cannot be reached",
                detail,
            )
            .retry_after(10),
            _ => Self::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                "unexpected",
                "The controller could not do that",
                detail,
            ),
        }
    }
}

impl axum::response::IntoResponse for Problem {
    fn into_response(self) -> axum::response::Response {
        self.response()
    }
}
