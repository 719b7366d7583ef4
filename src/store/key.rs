//! Keys: names with slashes between them, the same in a folder and in a bucket.

use object_store::path::Path;

use crate::error::{Error, Result};

/// Longer keys are refused by S3, longer names by file systems.
const LONGEST: usize = 1024;
const LONGEST_NAME: usize = 200;

/// A key: one name or several, with `/` between them.
pub fn parse(key: &str) -> Result<Path> {
    let fault = match key.split('/').find_map(fault) {
        None if key.len() <= LONGEST => None,
        None => Some("it is longer than 1024 bytes"),
        fault => fault,
    };
    let why = match fault {
        None => match Path::parse(key) {
            Ok(path) => return Ok(path),
            Err(error) => error.to_string(),
        },
        Some(fault) => fault.to_owned(),
    };
    Err(Error::usage(format!("`{key}` is not a key of a store")).because(why))
}

/// A folder of keys: `""` is all of them, and one `/` at the end is the same as none.
pub fn folder(prefix: &str) -> Result<Option<Path>> {
    match prefix.strip_suffix('/').unwrap_or(prefix) {
        "" => Ok(None),
        prefix => parse(prefix).map(Some),
    }
}

fn fault(name: &str) -> Option<&'static str> {
    let odd = |letter: char| {
        // `#` and a number is how a folder marks what is not whole yet; the others change their looks in URLs.
        letter.is_control() || "\\{}^%`[]\"<>~#|*?".contains(letter)
    };
    match name {
        "" => Some("a name in it is empty"),
        "." | ".." => Some("a name in it is `.` or `..`"),
        _ if name.starts_with(".tmp-") => Some("names that begin with `.tmp-` are not whole yet"),
        _ if name.len() > LONGEST_NAME => Some("a name in it is longer than 200 bytes"),
        _ if name.contains(odd) => Some("a letter in it is not for keys"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_that_lead_elsewhere_are_refused() {
        for key in [
            "", "/", "a//b", "../x", "a/../b", "a/.", "/a", "a/", "a#1", "a\nb", "a%2F",
        ] {
            assert!(parse(key).is_err(), "{key:?}");
        }
        for key in [
            "a",
            "profiles/hello/0f3a/host-1/01J.iprof",
            "state/größe/00000001.json",
        ] {
            let path = parse(key).expect("it is one");
            assert_eq!(path.as_ref(), key);
        }
    }
}
