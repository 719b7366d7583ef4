//! Profiles: what training leaves behind, where it came from, and how several become one.

pub mod class_list;
pub mod iprof;
pub mod provenance;

use std::path::Path;

/// Why the `.iprof` at `path` cannot be used.
pub(crate) fn whole(path: &Path) -> std::result::Result<(), String> {
    let bytes = std::fs::read(path).map_err(|error| error.to_string())?;
    serde_json::from_slice::<serde::de::IgnoredAny>(&bytes)
        .map(|_| ())
        .map_err(|error| error.to_string())
}
