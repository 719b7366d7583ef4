//! An answer of an S3 server that is not the one that was hoped for, as it came.

use std::fmt;

use reqwest::StatusCode;

/// A refusal: its status and the two lines of it that say why. The rest of an answer may repeat what we sent, keys included, and
/// is left where it is.
#[derive(Debug)]
pub struct Refusal {
    /// The status of the answer.
    pub status: StatusCode,
    /// `NoSuchBucket`, `AccessDenied`, …; empty where there is none.
    pub code: String,
    /// In the server's words.
    pub message: String,
}

impl Refusal {
    /// Reads the XML of an error, if it is one.
    pub fn read(status: StatusCode, body: &str) -> Self {
        Self {
            status,
            code: element(body, "Code").to_owned(),
            message: element(body, "Message").to_owned(),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.code.as_str(), self.message.as_str()) {
            ("", _) => write!(f, "it answered {}", self.status),
            (code, "") => write!(f, "it answered {} {code}", self.status.as_u16()),
            (code, message) => write!(f, "it answered {} {code}: {message}", self.status.as_u16()),
        }
    }
}

impl std::error::Error for Refusal {}

/// What stands between the first tags of that name.
fn element<'a>(body: &'a str, name: &str) -> &'a str {
    let after = body
        .split_once(&format!("<{name}>"))
        .map_or("", |(_, rest)| rest);
    let inside = after.split_once("</").map_or("", |(inside, _)| inside);
    // Somebody else's text goes to a terminal: one line of letters, not too many.
    match inside
        .char_indices()
        .find(|(at, letter)| letter.is_control() || *at > 300)
    {
        Some((at, _)) => &inside[..at],
        None => inside,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_and_the_message_are_read_and_nothing_else() {
        let body = "<?xml version=\"1.0\"?><Error><Code>SignatureDoesNotMatch</Code><Message>The request \
                    signature does not match</Message><AWSAccessKeyId>AKIAHIDDEN</AWSAccessKeyId></Error>";
        let said = Refusal::read(StatusCode::FORBIDDEN, body).to_string();
        assert_eq!(
            said,
            "it answered 403 SignatureDoesNotMatch: The request signature does not match"
        );
        let odd = Refusal::read(StatusCode::BAD_GATEWAY, "<html>").to_string();
        assert_eq!(odd, "it answered 502 Bad Gateway");
    }
}
