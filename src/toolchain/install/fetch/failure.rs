//! Why an exchange with the site did not succeed, and whether it may when it is tried again.

use std::fmt;
use std::time::Duration;

use reqwest::StatusCode;

use crate::error::Error;

/// Why one exchange with the site did not succeed.
#[derive(Debug)]
pub enum Failure {
    /// Nobody there, or nobody that we can talk to.
    Unreachable(String),
    /// Nothing came for so long.
    Silent(Duration),
    /// The answer ended early.
    Cut(String),
    /// Another part than the one asked for.
    WrongPart,
    /// More than was announced.
    TooLong,
    /// An answer that is no success.
    Status(StatusCode),
    /// Something on this side.
    Ours(Error),
}

impl Failure {
    /// Whether another try may go better.
    pub fn may_pass(&self) -> bool {
        match self {
            Self::Silent(_) | Self::Cut(_) | Self::WrongPart => true,
            Self::Status(status) => {
                status.is_server_error()
                    || matches!(
                        *status,
                        StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS
                    )
            }
            Self::Unreachable(_) | Self::TooLong | Self::Ours(_) => false,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreachable(why) | Self::Cut(why) => f.write_str(why),
            Self::Silent(silence) => write!(f, "no answer for {} s", silence.as_secs_f32()),
            Self::WrongPart => f.write_str("the site sent another part than the one asked for"),
            Self::TooLong => f.write_str("the site sent more than it announced"),
            Self::Status(status) => write!(f, "the site answered {status}"),
            Self::Ours(error) => write!(f, "{error}"),
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Ours(error)
    }
}

impl From<reqwest::Error> for Failure {
    fn from(error: reqwest::Error) -> Self {
        let reached = !error.is_connect() && !error.is_builder();
        // The layers above only say that something failed below them; the address is named by whoever tells the user.
        let mut root: &dyn std::error::Error = &error;
        while let Some(cause) = root.source() {
            root = cause;
        }
        let why = root.to_string();
        if reached {
            Self::Cut(why)
        } else {
            Self::Unreachable(why)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_may_pass_is_tried_again() {
        assert!(Failure::Status(StatusCode::SERVICE_UNAVAILABLE).may_pass());
        assert!(Failure::Cut("x".into()).may_pass());
        assert!(!Failure::Status(StatusCode::NOT_FOUND).may_pass());
        assert!(!Failure::Unreachable("x".into()).may_pass());
    }
}
