//! What is said about a profile: good, suspect or broken, and why. Warnings are data.

use serde::Serialize;

use crate::profile::iprof::counts::resolve::Stats;
use crate::profile::iprof::text::damage::DamageKind;
use crate::profile::iprof::text::section::Section;
use crate::profile::iprof::text::version::{Familiarity, Version};

/// Whether a profile can be believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Nothing was found.
    Good,
    /// It can be read, but something about it is not as it should be.
    Suspect,
    /// It cannot be used.
    Broken,
}

impl Verdict {
    /// The word in reports.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Suspect => "suspect",
            Self::Broken => "broken",
        }
    }
}

/// One reason for a verdict that is not good.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reason {
    /// What it is.
    pub kind: ReasonKind,
    /// What it is in this file.
    pub message: String,
    /// Where in the text, if it has a place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offset: Option<u64>,
    /// What to do about it, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<&'static str>,
}

/// The kinds of reasons.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", untagged)]
pub enum ReasonKind {
    /// The bytes are damaged: the file is broken.
    Damage(DamageKind),
    /// Nothing to believe or doubt in particular: the file is suspect.
    Doubt(Doubt),
}

/// Why a file that can be read is suspect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Doubt {
    /// A minor version that is not known here.
    UnfamiliarVersion,
    /// There are types but no methods.
    NoMethods,
    /// Nothing was counted and nothing was sampled.
    NothingCounted,
    /// Some ids lead nowhere.
    DanglingIds,
    /// Some methods have a signature that leads nowhere.
    DanglingSignatures,
    /// No method of the application was called.
    NoApplication,
    /// A name is in a table twice.
    DuplicateName,
    /// A context is in a section twice.
    DuplicateContext,
    /// It can be read, but the published schema does not allow it.
    Schema,
    /// The profile does not fit the JAR.
    Stale,
}

impl Doubt {
    /// Whether such a profile says nothing that a build could use.
    pub const fn says_nothing(self) -> bool {
        matches!(self, Self::NoMethods | Self::NothingCounted)
    }
}

impl Reason {
    /// A reason for doubt.
    pub fn doubt(doubt: Doubt, message: impl Into<String>) -> Self {
        Self {
            kind: ReasonKind::Doubt(doubt),
            message: message.into(),
            offset: None,
            hint: None,
        }
    }
}

impl From<crate::profile::iprof::text::damage::Damage> for Reason {
    fn from(damage: crate::profile::iprof::text::damage::Damage) -> Self {
        Self {
            message: damage.to_string(),
            offset: damage.offset,
            hint: damage.advice,
            kind: ReasonKind::Damage(damage.kind),
        }
    }
}

/// The doubts that follow from a file's version and sizes alone.
pub fn doubts(version: Version, methods: u64, dangling_methods: u64, stats: &Stats) -> Vec<Reason> {
    let mut reasons = Vec::new();
    if version.familiarity() == Familiarity::Unfamiliar {
        let message = format!("version {version} is not known; what is known of it was read");
        reasons.push(Reason::doubt(Doubt::UnfamiliarVersion, message));
    }
    if methods == 0 {
        let message = "the method table is empty: the training run recorded nothing";
        reasons.push(Reason::doubt(Doubt::NoMethods, message));
    }
    let counted = Section::ALL
        .iter()
        .any(|section| *section != Section::Monitor && stats.totals(*section).entries > 0);
    if !counted {
        let message = "every section is empty: the training run counted nothing";
        reasons.push(Reason::doubt(Doubt::NothingCounted, message));
    }
    let lost = stats.frames - stats.frames_resolved + stats.types - stats.types_resolved;
    if lost > 0 {
        let message = format!(
            "{lost} of {} ids in contexts and records lead nowhere",
            stats.frames + stats.types
        );
        reasons.push(Reason::doubt(Doubt::DanglingIds, message));
    }
    if dangling_methods > 0 {
        let message = format!("{dangling_methods} of {methods} methods have no whole signature");
        reasons.push(Reason::doubt(Doubt::DanglingSignatures, message));
    }
    reasons
}
