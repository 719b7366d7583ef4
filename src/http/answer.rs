//! What counts as answered, and what is kept of an answer to judge it: nothing, its bytes, or their digest.

use schemars::JsonSchema;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::error::{Error, Result};

/// What counts as answered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Expect {
    /// This status; any 2xx if not given.
    pub status: Option<u16>,
    /// Text that the body must contain.
    pub contains: Option<String>,
    /// Text that the body must be.
    pub equals: Option<String>,
    /// SHA-256 of the body, as 64 hexadecimal digits.
    pub sha256: Option<String>,
}

/// As much of an answer's body as its check needs.
#[derive(Clone, Debug, Default)]
pub struct Received {
    bytes: Option<Vec<u8>>,
    digest: Option<Sha256>,
}

impl Received {
    /// Begins the next answer.
    pub(super) fn begin(&mut self, expect: &Expect) {
        match (
            &mut self.bytes,
            expect.contains.is_some() || expect.equals.is_some(),
        ) {
            (Some(bytes), true) => bytes.clear(),
            (kept, wanted) => *kept = wanted.then(Vec::new),
        }
        self.digest = expect.sha256.as_ref().map(|_| Sha256::new());
    }

    /// Ready for the answer that `expect` is about.
    #[cfg(test)]
    pub(crate) fn of(expect: &Expect) -> Self {
        let mut received = Self::default();
        received.begin(expect);
        received
    }

    /// Takes the next part of the body.
    pub fn push(&mut self, part: &[u8]) {
        if let Some(bytes) = &mut self.bytes {
            bytes.extend_from_slice(part);
        }
        if let Some(digest) = &mut self.digest {
            digest.update(part);
        }
    }
}

impl Expect {
    /// Fails if no answer could be as expected.
    pub fn check(&self) -> Result<()> {
        let is_digest =
            |text: &String| text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        match &self.sha256 {
            Some(text) if !is_digest(text) => Err(Error::usage(format!(
                "`expect.sha256` is `{text}`: that is not a SHA-256"
            ))
            .hint("`sha256sum FILE` prints one")),
            _ => Ok(()),
        }
    }

    /// Why an answer is not what was expected.
    #[cfg(test)]
    pub(crate) fn objection_to(&self, status: u16, received: &mut Received) -> Option<String> {
        self.objection("GET /", status, received)
    }

    /// Why the answer to the request `name` is not what was expected.
    pub(super) fn objection(
        &self,
        name: &str,
        status: u16,
        received: &mut Received,
    ) -> Option<String> {
        let as_expected = match self.status {
            Some(expected) => status == expected,
            None => (200..300).contains(&status),
        };
        if !as_expected {
            let expected = self
                .status
                .map_or_else(|| "a 2xx".to_owned(), |status| status.to_string());
            return Some(format!(
                "`{name}` was answered with {status}, not with {expected}"
            ));
        }
        let body = received.bytes.as_deref().unwrap_or_default();
        if let Some(text) = &self.contains
            && !text.is_empty()
            && !body
                .windows(text.len())
                .any(|window| window == text.as_bytes())
        {
            return Some(format!("the answer to `{name}` does not contain `{text}`"));
        }
        if let Some(text) = &self.equals
            && body != text.as_bytes()
        {
            return Some(format!(
                "the answer to `{name}` is not `{text}`, but {}",
                excerpt(body)
            ));
        }
        let (expected, digest) = (self.sha256.as_ref()?, received.digest.take()?);
        let found = crate::identity::hex(&digest.finalize());
        (!found.eq_ignore_ascii_case(expected))
            .then(|| format!("the answer to `{name}` has the SHA-256 {found}, not {expected}"))
    }
}

/// The beginning of a body, for a message.
fn excerpt(body: &[u8]) -> String {
    const SHOWN: usize = 80;
    let text = String::from_utf8_lossy(&body[..body.len().min(SHOWN)]);
    let more = if body.len() > SHOWN { "…" } else { "" };
    format!("`{text}{more}` ({} bytes)", body.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn objection(expect: &Expect, status: u16, body: &[u8]) -> Option<String> {
        let mut received = Received::default();
        received.begin(expect);
        body.chunks(3).for_each(|part| received.push(part));
        expect.objection("GET /", status, &mut received)
    }

    #[test]
    fn answers_are_held_against_what_is_expected() {
        let expect = Expect {
            status: Some(201),
            contains: Some("ok".into()),
            ..Expect::default()
        };
        assert_eq!(objection(&expect, 201, b"all ok"), None);
        let why = |status, body| objection(&expect, status, body).unwrap_or_default();
        assert!(why(200, b"ok").contains("200, not with 201"));
        assert!(why(201, b"no").contains("does not contain"));
        assert!(objection(&Expect::default(), 302, b"").is_some());
    }

    #[test]
    fn a_body_may_have_to_be_equal_or_have_a_digest() {
        let equals = Expect {
            equals: Some("Hello World".into()),
            ..Expect::default()
        };
        assert_eq!(objection(&equals, 200, b"Hello World"), None);
        assert!(objection(&equals, 200, b"Hello World!").is_some());
        // printf 'Hello World' | sha256sum
        let sha256 = "a591a6d40bf420404a011733cfb7b190d62c65bf0bcda32b57b277d9ad9f146e";
        let digest = Expect {
            sha256: Some(sha256.into()),
            ..Expect::default()
        };
        assert!(digest.check().is_ok());
        assert_eq!(objection(&digest, 200, b"Hello World"), None);
        assert!(objection(&digest, 200, b"Hello").is_some_and(|why| why.contains(sha256)));
        let short = Expect {
            sha256: Some("abc".into()),
            ..Expect::default()
        };
        assert!(short.check().is_err());
    }
}
