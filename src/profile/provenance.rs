//! `<run>.json` beside each profile: where it came from, and the bytes it had when it was whole.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::kind::ProfileKind;
use crate::error::Result;
use crate::host::Processor;
use crate::identity::{Identity, Inputs, file_digest};
use crate::profile::hotspot::Conversion;
use crate::variant::Variant;
use crate::workdir::write_atomically;

/// Where a profile came from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Provenance {
    /// 1.
    pub schema_version: u32,
    /// Which training run left it, from 1.
    pub run: u32,
    /// What it is.
    pub kind: ProfileKind,
    /// Which variant's image did the work.
    pub source: Variant,
    /// That image.
    pub image: Identity,
    /// Everything that shaped the training, by name.
    pub inputs: Inputs,
    /// Requests that the function answered, or invocations that it carried out.
    pub requests: u64,
    /// How many processes left what it is made of, where a command did the work.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub processes: Option<u64>,
    /// When the run began, RFC 3339 in UTC.
    pub started: String,
    /// How long it took, from spawn to end.
    pub seconds: f64,
    /// How the process ended.
    pub ending: String,
    /// The processor that it was recorded on; absent in what was kept before this was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub processor: Option<Processor>,
    /// Which JVM it came from, how much it covers and what it lacks; only for profiles made of a JVM's log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hotspot: Option<Conversion>,
    /// The key in a store that it was pulled from, where it was not gathered here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pulled_from: Option<String>,
    /// SHA-256 of the profile.
    pub sha256: String,
    /// Its size.
    pub bytes: u64,
}

impl Provenance {
    /// The file beside the profile at `profile`.
    pub fn path(profile: &Path) -> PathBuf {
        profile.with_extension("json")
    }

    /// Writes it beside the profile.
    pub fn write(&self, profile: &Path) -> Result<()> {
        let text = serde_json::to_vec_pretty(self).expect("it has only string keys");
        write_atomically(&Self::path(profile), &text)
    }

    /// What the file at `path` says, if it is one of these; the profile beside it may be anything by now.
    pub fn said(path: &Path) -> Option<Self> {
        if path.extension()? != "json" {
            return None;
        }
        serde_json::from_slice(&std::fs::read(path).ok()?).ok()
    }

    /// Reads it, if the profile beside it still has the bytes that it had.
    pub fn read(profile: &Path) -> Option<Self> {
        let provenance: Self =
            serde_json::from_slice(&std::fs::read(Self::path(profile)).ok()?).ok()?;
        let whole = std::fs::metadata(profile).ok()?.len() == provenance.bytes
            && file_digest(profile).ok()? == provenance.sha256;
        whole.then_some(provenance)
    }
}
