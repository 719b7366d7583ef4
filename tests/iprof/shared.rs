//! The real profiles and the published schemas, which are not part of the project.

use std::path::PathBuf;

use crate::needs::{self, Needed};

/// Real profiles of every version seen, the sound ones first.
pub const REAL: [&str; 5] = [
    "lenborje+StreamTDI+default.iprof",
    "tommyettinger+assorted-benchmarks+default.iprof",
    "krisfoster+binary-tree+default.iprof",
    "krisfoster+binary-tree+default-empty.iprof",
    "elide-dev+elidemin-jspy+default.iprof",
];

/// A file or folder below the shared data.
pub fn shared(path: &str) -> Needed<PathBuf> {
    needs::shared(&format!("data/{path}"))
}

/// The bytes of a real profile.
pub fn real(name: &str) -> Needed<Vec<u8>> {
    Ok(std::fs::read(shared("iprof")?.join(name)).unwrap())
}
