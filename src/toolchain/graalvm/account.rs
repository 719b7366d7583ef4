//! What our optimizer says about a build (`optimizer.json` in the image's folder), and whether it proves that the profile was used.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::optimizer::ACCOUNT;
use crate::error::{Error, ErrorKind, Result};
use crate::identity::file_digest;
use crate::toolchain::ProfileUse;

/// The version that is understood.
const SCHEMA_VERSION: u32 = 1;

/// The parts that pgoctl reads; whatever else there is stays in the file.
#[derive(Debug, Deserialize)]
struct Account {
    schema_version: u32,
    profile: Profile,
    methods: Methods,
    #[serde(default)]
    application_methods: Methods,
    #[serde(default)]
    branches: Branches,
    #[serde(default)]
    calls: Calls,
    #[serde(default)]
    inlining: Inlining,
    #[serde(default)]
    cold: Cold,
}

#[derive(Debug, Deserialize)]
struct Profile {
    sha256: String,
}

#[derive(Debug, Default, Deserialize)]
struct Methods {
    #[serde(default)]
    profiled: u64,
    #[serde(default)]
    found: u64,
}

#[derive(Debug, Default, Deserialize)]
struct Branches {
    #[serde(default)]
    branches_used: u64,
    #[serde(default)]
    switches_used: u64,
}

#[derive(Debug, Default, Deserialize)]
struct Calls {
    #[serde(default)]
    devirtualized: u64,
}

#[derive(Debug, Default, Deserialize)]
struct Inlining {
    #[serde(default)]
    inlined: u64,
}

#[derive(Debug, Default, Deserialize)]
struct Cold {
    #[serde(default)]
    methods: u64,
}

impl Account {
    fn parse(bytes: &[u8]) -> std::result::Result<Self, String> {
        let account: Self = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
        match account.schema_version {
            SCHEMA_VERSION => Ok(account),
            version => Err(format!(
                "it is of version {version}, and {SCHEMA_VERSION} is understood"
            )),
        }
    }

    fn profile_use(&self) -> ProfileUse {
        ProfileUse {
            methods: self.methods.profiled,
            methods_found: self.methods.found,
            application_methods: self.application_methods.profiled,
            application_methods_found: self.application_methods.found,
            branches: self.branches.branches_used + self.branches.switches_used,
            devirtualized: self.calls.devirtualized,
            inlined: self.inlining.inlined,
            cold_methods: self.cold.methods,
        }
    }
}

/// What a build took of the profile that it was given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BuildWithProfile {
    /// The image's folder.
    pub image: PathBuf,
    /// SHA-256 of the profile that it was built with.
    pub profile_sha256: String,
    /// How much of it was used.
    pub profile_use: ProfileUse,
}

/// Reads what the build in the image's folder `dir` took of its profile.
///
/// # Errors
///
/// There is no account there: the image was built without a profile, or by native-image's own PGO, which keeps none.
pub fn of_image(dir: &Path) -> Result<BuildWithProfile> {
    let path = dir.join(ACCOUNT);
    let fail = |cause: String| {
        Error::usage(format!(
            "`{}` does not say what its build took of a profile",
            dir.display()
        ))
        .because(format!("`{}`: {cause}", path.display()))
        .hint("images built by pgoctl's optimizer do; `pgoctl report` names their folders")
    };
    let bytes = std::fs::read(&path).map_err(|error| fail(error.to_string()))?;
    let account = Account::parse(&bytes).map_err(fail)?;
    Ok(BuildWithProfile {
        image: dir.to_owned(),
        profile_use: account.profile_use(),
        profile_sha256: account.profile.sha256,
    })
}

/// Reads the account in `dir`, and fails where it does not prove that the build took `profile`.
pub(super) fn read(dir: &Path, profile: &Path) -> Result<ProfileUse> {
    let fail = |cause: String| {
        Error::new(
            ErrorKind::Build,
            "native-image finished, but pgoctl's optimizer did not take part",
        )
        .because(cause)
        .hint("does an option of `native-image-args` replace `--features` or the class path? `[pgo] optimizer = \"off\"` builds without it")
    };
    let path = dir.join(ACCOUNT);
    let bytes = std::fs::read(&path)
        .map_err(|error| fail(format!("its account `{}`: {error}", path.display())))?;
    let account = Account::parse(&bytes)
        .map_err(|cause| fail(format!("its account `{}`: {cause}", path.display())))?;
    let digest = file_digest(profile)?;
    if account.profile.sha256 != digest {
        return Err(fail(format!(
            "its account is about another profile: SHA-256 {} there, {digest} here",
            account.profile.sha256
        )));
    }
    Ok(account.profile_use())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(profile_sha256: &str) -> String {
        format!(
            r#"{{"schema_version": 1, "optimizer": "pgoctl", "profile": {{"sha256": "{profile_sha256}", "version": "1.0.0"}},
                "methods": {{"profiled": 10, "found": 8, "missing": 2}}, "branches": {{"branches_used": 5, "switches_used": 1}}}}"#
        )
    }

    fn dir(account: Option<&str>) -> (tempfile::TempDir, std::path::PathBuf) {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let profile = dir.path().join("merged.iprof");
        std::fs::write(&profile, "{}").expect("it can be written");
        if let Some(account) = account {
            std::fs::write(dir.path().join(ACCOUNT), account).expect("it can be written");
        }
        (dir, profile)
    }

    #[test]
    fn an_account_of_the_same_profile_proves_its_use() {
        let digest = crate::identity::bytes_digest(b"{}");
        let (dir, profile) = dir(Some(&account(&digest)));
        let used = read(dir.path(), &profile).expect("it is the same profile");
        assert_eq!(
            (used.methods, used.methods_found, used.branches),
            (10, 8, 6)
        );
    }

    #[test]
    fn a_missing_account_and_one_of_another_profile_prove_nothing() {
        let (missing, profile) = dir(None);
        let error = read(missing.path(), &profile).expect_err("there is none");
        assert!(error.summary().contains("did not take part"), "{error}");
        let (other, profile) = dir(Some(&account("00")));
        let error = read(other.path(), &profile).expect_err("it is about another one");
        assert!(error.causes()[0].contains("another profile"), "{error}");
    }
}
