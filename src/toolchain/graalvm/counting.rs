//! What our counters say about an image (`counting.json` in its folder), and whether it proves that it counts.

use std::path::Path;

use serde::Deserialize;

use super::optimizer::COUNTING_ACCOUNT;
use crate::error::{Error, ErrorKind, Result};
use crate::toolchain::Counting;

/// The version that is understood.
const SCHEMA_VERSION: u32 = 1;

#[derive(Debug, Deserialize)]
struct Account {
    schema_version: u32,
    counting: Counting,
}

/// Reads the account in `dir`, and fails where it does not prove that the image counts.
pub(super) fn read(dir: &Path) -> Result<Counting> {
    let fail = |cause: String| {
        Error::new(
            ErrorKind::Build,
            "native-image finished, but pgoctl put no counters into the image",
        )
        .because(cause)
        .hint("does an option of `native-image-args` replace `--features` or the class path? `--on hotspot` trains without an instrumented image")
    };
    let path = dir.join(COUNTING_ACCOUNT);
    let bytes = std::fs::read(&path)
        .map_err(|error| fail(format!("its account `{}`: {error}", path.display())))?;
    let account: Account = serde_json::from_slice(&bytes)
        .map_err(|error| fail(format!("its account `{}`: {error}", path.display())))?;
    match (account.schema_version, account.counting) {
        (SCHEMA_VERSION, Counting { methods: 1.., .. }) => Ok(account.counting),
        (SCHEMA_VERSION, _) => Err(fail("its account names no method".to_owned())),
        (version, _) => Err(fail(format!(
            "its account is of version {version}, and {SCHEMA_VERSION} is understood"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(text: Option<&str>) -> Result<Counting> {
        let dir = tempfile::tempdir().expect("a temporary directory");
        if let Some(text) = text {
            std::fs::write(dir.path().join(COUNTING_ACCOUNT), text).expect("it can be written");
        }
        read(dir.path())
    }

    #[test]
    fn an_account_with_methods_proves_that_the_image_counts() {
        let text = r#"{"schema_version": 1, "optimizer": "pgoctl", "counting": {"methods": 9, "application_methods": 2,
            "branches": 5, "switches": 1, "calls": 3, "counter_bytes": 800}}"#;
        let counting = account(Some(text)).expect("it is one");
        assert_eq!((counting.methods, counting.branches), (9, 5));
    }

    #[test]
    fn a_missing_account_and_one_without_methods_prove_nothing() {
        let error = account(None).expect_err("there is none");
        assert!(error.summary().contains("put no counters"), "{error}");
        let text = r#"{"schema_version": 1, "counting": {"methods": 0, "application_methods": 0, "branches": 0, "switches": 0, "calls": 0}}"#;
        let error = account(Some(text)).expect_err("it counts nothing");
        assert!(error.causes()[0].contains("no method"), "{error}");
    }
}
