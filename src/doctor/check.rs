//! One thing looked at, and what the file asks for.

use std::path::PathBuf;

use serde::Serialize;

/// One thing looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Check {
    /// What was looked at; stable, for scripts: `zlib`, `memory`.
    pub name: &'static str,
    /// Whether it will do.
    pub status: Status,
    /// What was found, in a sentence without an end.
    pub found: String,
    /// What to do about it; always there for a problem, never for what is in order.
    pub fix: Option<String>,
    /// Whether the project's file asks for this; if it then is a problem, `doctor` ends with exit code 3.
    pub required: bool,
}

impl Check {
    pub(super) fn ok(name: &'static str, found: impl Into<String>) -> Self {
        Self {
            name,
            status: Status::Ok,
            found: found.into(),
            fix: None,
            required: false,
        }
    }

    pub(super) fn bad(
        name: &'static str,
        status: Status,
        found: impl Into<String>,
        fix: impl Into<String>,
    ) -> Self {
        Self {
            status,
            fix: Some(fix.into()),
            ..Self::ok(name, found)
        }
    }

    pub(super) const fn required(mut self, required: bool) -> Self {
        self.required = required;
        self
    }
}

/// Whether something will do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// It will, or nothing is known against it.
    Ok,
    /// It will, with less speed, less trust in the numbers, or fewer variants.
    Warn,
    /// It will not.
    Problem,
}

/// What the project's file asks for. [`Default`] asks for nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    /// A variant that native-image builds.
    pub native_image: bool,
    /// A variant that is built with a profile.
    pub pgo: bool,
    /// A variant that counts what it does, which only native-image's own PGO can build.
    pub instrumented: bool,
    /// A variant on HotSpot, with Java of at least this line.
    pub java_at_least: Option<u32>,
    /// The folder of `[toolchain] graalvm-home`, written as the search for toolchains writes it.
    pub graalvm_home: Option<PathBuf>,
    /// The folder of `[toolchain] java-home`, likewise.
    pub java_home: Option<PathBuf>,
}

/// What building images means for this machine.
#[derive(Clone, Copy)]
pub(crate) struct Images {
    pub(super) built: bool,
    pub(super) required: bool,
}

impl Images {
    /// How bad it is when something is missing that building images takes.
    pub(super) const fn missing(self) -> Status {
        if self.built {
            Status::Problem
        } else {
            Status::Warn
        }
    }
}
