//! Profiles that are no good: kept in `set-aside/` beside the others for whoever wants to look at them, never built with.
//!
//! A record beside one says why; with it the run counts as done, so that an unchanged project stays up to date.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::workdir::{self, write_atomically};

/// `set-aside/<run>.json`.
#[derive(Debug, Serialize, Deserialize)]
struct Record {
    /// 1.
    schema_version: u32,
    /// Why the profile is no good.
    reason: String,
}

/// Where the profile at `profile` goes when it is no good.
fn place(profile: &Path) -> PathBuf {
    let folder = profile.parent().unwrap_or(Path::new("."));
    folder
        .join("set-aside")
        .join(profile.file_name().unwrap_or_default())
}

/// Moves `file`, what a run left for the profile at `profile`, to where one can look at it; says where in `error`.
pub(super) fn keep(file: &Path, profile: &Path, error: Error) -> Error {
    if !file.exists() {
        return error;
    }
    let place = place(profile);
    let folder = place.parent().unwrap_or(Path::new("."));
    let moved = workdir::create_dir(folder).is_ok() && std::fs::rename(file, &place).is_ok();
    if moved {
        error.because(format!("it is kept at `{}`", place.display()))
    } else {
        error
    }
}

/// Records why the profile at `profile` is not used.
pub(super) fn record(profile: &Path, reason: &str) -> Result<()> {
    let place = place(profile).with_extension("json");
    workdir::create_dir(place.parent().unwrap_or(Path::new(".")))?;
    let record = Record {
        schema_version: 1,
        reason: reason.to_owned(),
    };
    let text = serde_json::to_vec_pretty(&record).expect("it has only string keys");
    write_atomically(&place, &text)
}

/// Forgets that the profile at `profile` was set aside: it was gathered again and is good.
pub(super) fn forget(profile: &Path) {
    let _ = std::fs::remove_file(place(profile).with_extension("json"));
}

/// Why the profile at `profile` was set aside by an earlier command, if it was.
pub(super) fn reason(profile: &Path) -> Option<String> {
    let bytes = std::fs::read(place(profile).with_extension("json")).ok()?;
    let record: Record = serde_json::from_slice(&bytes).ok()?;
    Some(record.reason)
}
