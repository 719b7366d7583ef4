//! What is known about an installed function: numbered documents that are created once and never changed. Whoever creates
//! number N + 1 has decided; the newest is what holds, and all of them together are the history.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::variant::Variant;

pub use crate::report::trial::{Outcome, Verdict};

/// Where a function stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// A JVM that records what native images must know.
    Trace,
    /// A JVM.
    Hotspot,
    /// A native image without a profile.
    Native,
    /// The same, while a share of the calls goes to workers that leave profiles.
    Profiling,
    /// The image that profiles made.
    Optimized,
}

impl Stage {
    /// Its name in commands, answers and documents.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Trace => "trace",
            Self::Hotspot => "hotspot",
            Self::Native => "native",
            Self::Profiling => "profiling",
            Self::Optimized => "optimized",
        }
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// An image made with profiles.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Optimized {
    /// Which variant it is.
    pub variant: Variant,
    /// The set of profiles: a digest over their names; of a variant that trains itself, the version.
    pub id: String,
    /// Keys of the profiles in the store.
    pub profiles: Vec<String>,
}

/// Why building something is not tried now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailedBuild {
    /// What was built.
    pub variant: Variant,
    /// How often it failed in a row.
    pub times: u32,
    /// What it said.
    pub message: String,
    /// When it is tried again; `None`: only with a new JAR or manifest, or when somebody asks.
    pub again: Option<Timestamp>,
}

/// A function as it stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// 1.
    pub schema_version: u32,
    /// Its name.
    pub function: String,
    /// The number of this document, from 1.
    pub generation: u64,
    /// When it was written.
    pub time: Timestamp,
    /// What made it: `installed`, `advanced`, `promoted`, …
    pub event: String,
    /// The same in a sentence.
    pub message: String,
    /// Digest over JAR and manifest: images and profiles belong to it.
    pub version: String,
    /// SHA-256 of the JAR.
    pub jar: String,
    /// `[function.NAME]` without its JAR.
    pub manifest: serde_json::Value,
    /// Where it stands.
    pub stage: Stage,
    /// Since when, or since when new profiles are gathered there; earlier documents do not say it.
    #[serde(default)]
    pub since: Option<Timestamp>,
    /// The image that is served in [`Stage::Optimized`].
    pub optimized: Option<Optimized>,
    /// The image that is made or tried.
    pub candidate: Option<Optimized>,
    /// Drawn for this document: two that write the same number at the same moment are told apart.
    pub writer: u64,
    /// Sets of profiles whose image was not promoted.
    pub rejected: Vec<String>,
    /// Names of the profiles that went into an earlier image, or were there when collecting began.
    pub used: Vec<String>,
    /// What was served before `optimized`, for whoever takes that back.
    pub previous: Option<Optimized>,
    /// Why it does not go on by itself.
    pub held: Option<String>,
    /// The last build that failed.
    pub failed: Option<FailedBuild>,
    /// What the last trial came to.
    pub verdict: Option<Verdict>,
    /// Nothing is decided until somebody resumes it.
    pub paused: bool,
    /// It was removed.
    pub removed: bool,
}

impl State {
    /// The first document of a function, or the one after `before` where there was one of that name.
    pub fn installed(
        function: &str,
        version: String,
        jar: String,
        manifest: serde_json::Value,
        before: Option<&Self>,
    ) -> Self {
        Self {
            schema_version: 1,
            function: function.to_owned(),
            generation: before.map_or(1, |before| before.generation + 1),
            time: Timestamp::now(),
            event: "installed".to_owned(),
            message: format!("version {version} is installed"),
            version,
            jar,
            manifest,
            stage: Stage::Trace,
            since: Some(Timestamp::now()),
            optimized: None,
            candidate: None,
            writer: rand::random(),
            rejected: Vec::new(),
            used: Vec::new(),
            previous: None,
            held: None,
            failed: None,
            verdict: None,
            paused: false,
            removed: false,
        }
    }

    /// The document after this one, still to be changed.
    #[must_use]
    pub fn next(&self, event: &str, message: impl Into<String>) -> Self {
        Self {
            generation: self.generation + 1,
            time: Timestamp::now(),
            event: event.to_owned(),
            message: message.into(),
            writer: rand::random(),
            ..self.clone()
        }
    }
}
