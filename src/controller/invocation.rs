//! What a call says about itself in its headers: its id, a key that repeats its way, the variant that it asks for.

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::problem::Problem;
use crate::identity::ulid;
use crate::variant::Variant;

/// The id of a call: in its answer, in the request that the function gets, and in the request, where the caller gives it.
const INVOCATION: HeaderName = HeaderName::from_static("pgoctl-invocation");
/// The variant that a call asks for.
const VARIANT: HeaderName = HeaderName::from_static("pgoctl-variant");
/// What calls share that are one call, sent again (draft-ietf-httpapi-idempotency-key-header).
const KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// The longest id that a caller may give.
const LONGEST: usize = 64;

/// The id of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Id(String);

impl Id {
    /// It as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Writes it into headers.
    pub fn name(&self, headers: &mut HeaderMap) {
        if let Ok(value) = HeaderValue::from_str(&self.0) {
            headers.insert(INVOCATION, value);
        }
    }

    fn new() -> Self {
        Self(ulid(Timestamp::now(), rand::random()))
    }

    fn read(value: &HeaderValue) -> Option<Self> {
        let is_allowed = |letter: char| letter.is_ascii_alphanumeric() || "-_.".contains(letter);
        let text = value.to_str().ok()?;
        let is_id = !text.is_empty() && text.len() <= LONGEST && text.chars().all(is_allowed);
        is_id.then(|| Self(text.to_owned()))
    }
}

/// What a call asks of whoever routes it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// A digest of what calls of one retry share.
    pub key: Option<u64>,
    /// The variant that is to answer.
    pub variant: Option<Variant>,
}

/// Reads what a call asks for, and writes its id into the headers that are sent on: the caller's own, or a new one.
pub fn begin(headers: &mut HeaderMap) -> (Id, Result<Asked, Problem>) {
    let own = own_id(headers);
    let asked = asked(headers, own.as_ref().ok().and_then(Option::as_ref));
    headers.remove(VARIANT);
    let (id, asked) = match own {
        Ok(own) => (own.unwrap_or_else(Id::new), asked),
        Err(problem) => (Id::new(), Err(problem)),
    };
    id.name(headers);
    (id, asked)
}

fn own_id(headers: &HeaderMap) -> Result<Option<Id>, Problem> {
    let mut values = headers.get_all(INVOCATION).iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    match (Id::read(value), values.next()) {
        (Some(id), None) => Ok(Some(id)),
        _ => Err(Problem::bad_request(format!(
            "`Pgoctl-Invocation` is one id of 1 to {LONGEST} letters, digits, `-`, `_` and `.`; leave it out to be given one"
        ))),
    }
}

fn asked(headers: &HeaderMap, own: Option<&Id>) -> Result<Asked, Problem> {
    let key = headers.get(KEY).map(HeaderValue::as_bytes);
    let key = key.or_else(|| own.map(|id| id.as_str().as_bytes()));
    let variant = headers.get(VARIANT).map(|value| {
        let named = value.to_str().ok().and_then(|name| name.parse().ok());
        let names: Vec<&str> = Variant::ALL.iter().map(|it| it.name()).collect();
        named.ok_or_else(|| {
            Problem::bad_request(format!(
                "`Pgoctl-Variant` names a variant: {}",
                names.join(", ")
            ))
        })
    });
    Ok(Asked {
        key: key.map(digest),
        variant: variant.transpose()?,
    })
}

/// The first 64 bits of its SHA-256: the same at every controller.
fn digest(key: &[u8]) -> u64 {
    let [a, b, c, d, e, f, g, h, ..] = <[u8; 32]>::from(Sha256::digest(key));
    u64::from_be_bytes([a, b, c, d, e, f, g, h])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn begun(lines: &[(&'static str, &str)]) -> (Id, Result<Asked, Problem>, HeaderMap) {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(*name, value.parse().expect("it is a header's value"));
        }
        let (id, asked) = begin(&mut headers);
        (id, asked, headers)
    }

    #[test]
    fn every_call_has_an_id_of_its_own_and_no_key() {
        let ((one, asked, headers), (other, ..)) = (begun(&[]), begun(&[]));
        assert_ne!(one, other);
        assert_eq!(one.as_str().len(), 26);
        assert_eq!(headers["pgoctl-invocation"], one.as_str());
        assert_eq!(asked.expect("nothing is asked for"), Asked::default());
    }

    #[test]
    fn an_idempotency_key_comes_before_an_id_and_either_is_a_key() {
        let key = |lines: &[_]| begun(lines).1.expect("it can be read").key;
        let both = key(&[("pgoctl-invocation", "a"), ("idempotency-key", "\"k\"")]);
        assert_eq!(both, key(&[("idempotency-key", "\"k\"")]));
        assert_ne!(both, key(&[("pgoctl-invocation", "a")]));
        assert!(both.is_some());
    }

    #[test]
    fn what_cannot_be_an_id_or_a_variant_is_refused() {
        for line in [
            ("pgoctl-invocation", "a b"),
            ("pgoctl-invocation", ""),
            ("pgoctl-variant", "natve"),
        ] {
            let (id, asked, _) = begun(&[line]);
            assert!(asked.is_err(), "{line:?}");
            assert_eq!(id.as_str().len(), 26);
        }
        let (_, asked, headers) = begun(&[("pgoctl-variant", "native")]);
        assert_eq!(asked.expect("it is one").variant, Some(Variant::Native));
        assert!(!headers.contains_key("pgoctl-variant"));
    }
}
