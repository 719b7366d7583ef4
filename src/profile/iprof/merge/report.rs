//! What a merge says: what was merged into what, and what may have been lost on the way. Warnings are data.

use std::path::PathBuf;

use serde::Serialize;

use super::inputs::PassedOver;
use crate::profile::iprof::counts::resolve::SectionTotals;
use crate::profile::iprof::judge::verdict::Reason;
use crate::profile::iprof::text::version::Version;

/// What was merged into what.
#[derive(Clone, Debug, Serialize)]
pub struct MergeReport {
    /// The version of this report's keys.
    pub schema_version: u32,
    /// The file that was written; `None` if the result went elsewhere.
    pub output: Option<PathBuf>,
    /// The version that was written.
    pub version: Version,
    /// Bytes written.
    pub size_bytes: u64,
    /// SHA-256 of the bytes written.
    pub sha256: String,
    /// The inputs that were used, in the order they were given.
    pub used: Vec<UsedInput>,
    /// The inputs that were not.
    pub set_aside: Vec<SetAside>,
    /// Files that were reached and are no inputs, or no second time.
    pub passed_over: Vec<PassedOver>,
    /// Types in the output.
    pub types: u64,
    /// Methods in the output.
    pub methods: u64,
    /// The sections of the output.
    pub sections: Vec<SectionTotals>,
    /// What may have been lost or mixed up.
    pub warnings: Vec<MergeWarning>,
}

/// An input whose counts are in the output.
#[derive(Clone, Debug, Serialize)]
pub struct UsedInput {
    /// The file.
    pub path: PathBuf,
    /// Its weight.
    pub weight: u64,
    /// Its version.
    pub version: Version,
    /// Why it is suspect; empty if it is good.
    pub doubts: Vec<Reason>,
    /// What it added, before weights.
    pub sections: Vec<SectionTotals>,
}

/// An input that cannot be used.
#[derive(Clone, Debug, Serialize)]
pub struct SetAside {
    /// The file.
    pub path: PathBuf,
    /// Why.
    pub reason: Reason,
}

/// Something to know about the output.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum MergeWarning {
    /// Sections of unknown meaning cannot be renumbered, so they are not in the output.
    SectionsDropped {
        /// Their keys.
        keys: Vec<String>,
    },
    /// Entries whose ids lead nowhere are not in the output.
    EntriesDropped {
        /// How many there were.
        entries: u64,
    },
    /// The inputs are of different versions, so of different GraalVMs.
    MixedVersions {
        /// The versions, lowest first.
        versions: Vec<Version>,
        /// Types whose names are numbered by each build anew (`LambdaForm$MH/0x…`): equal names may mean different types.
        unstable_types: u64,
    },
}
