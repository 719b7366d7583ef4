//! An HTTP/2 request without an answer: whether the other side has carried it out, and so whether it may be sent again.

use crate::http::Request;
use crate::load::outcome::Failure;

/// There is no answer.
#[derive(Debug)]
pub(super) struct Lost {
    words: String,
    fate: Fate,
}

/// What the other side did with a request that it has not answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    /// Nothing, and it says so, or it never got it (RFC 9113, section 8.7).
    Untouched,
    /// The connection ended; nobody knows.
    Unknown,
    /// It has said no, or begun to answer.
    Taken,
}

impl Lost {
    /// Something else went wrong.
    pub(super) fn other(error: &dyn std::error::Error) -> Self {
        Self {
            words: with_cause(error),
            fate: Fate::Taken,
        }
    }

    /// The request was not sent.
    pub(super) fn unsent(error: &hyper::Error) -> Self {
        Self {
            fate: Fate::Untouched,
            ..Self::other(error)
        }
    }

    /// The request was sent, and nothing of an answer came.
    pub(super) fn unanswered(error: &hyper::Error) -> Self {
        let cause = std::error::Error::source(error).and_then(|cause| cause.downcast_ref());
        Self {
            fate: cause.map_or(Fate::Unknown, fate),
            ..Self::other(error)
        }
    }

    /// Whether the request may be sent a second time, on another connection: RFC 9110, section 9.2.2.
    pub(super) fn may_send_again(&self, request: &Request) -> bool {
        match self.fate {
            Fate::Untouched => true,
            Fate::Unknown => request.is_repeatable(),
            Fate::Taken => false,
        }
    }

    /// What to say of it.
    pub(super) fn failure(self, request: &Request) -> Failure {
        Failure::from(format!("`{}`: {}", request.name(), self.words))
    }
}

fn fate(error: &h2::Error) -> Fate {
    let by_them = error.is_remote();
    match error.reason() {
        // It goes away and names the last stream that it has looked at: ours is a later one.
        Some(h2::Reason::NO_ERROR) if by_them && error.is_go_away() => Fate::Untouched,
        Some(h2::Reason::REFUSED_STREAM) if by_them && error.is_reset() => Fate::Untouched,
        _ if error.is_io() => Fate::Unknown,
        _ => Fate::Taken,
    }
}

/// An error and what is behind it.
pub(in crate::load) fn with_cause(error: &dyn std::error::Error) -> String {
    error
        .source()
        .map_or_else(|| error.to_string(), |cause| format!("{error}: {cause}"))
}
