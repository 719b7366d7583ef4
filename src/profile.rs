//! Profiles: what training leaves behind, where it came from, and how several become one.

pub mod class_list;
pub mod provenance;

use std::path::{Path, PathBuf};

use crate::error::{Error, ErrorKind, Result};

/// Why the `.iprof` at `path` cannot be used.
pub(crate) fn whole(path: &Path) -> std::result::Result<(), String> {
    let bytes = std::fs::read(path).map_err(|error| error.to_string())?;
    serde_json::from_slice::<serde::de::IgnoredAny>(&bytes).map(|_| ()).map_err(|error| error.to_string())
}

pub(crate) fn merge_iprof(_profiles: &[PathBuf], _path: &Path) -> Result<()> {
    Err(Error::new(ErrorKind::Training, "not yet"))
}
