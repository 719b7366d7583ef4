//! The real profiles and the published schemas, which are not part of the project.

use std::path::PathBuf;

/// Real profiles of every version seen, the sound ones first.
pub const REAL: [&str; 5] = [
    "lenborje+StreamTDI+default.iprof",
    "tommyettinger+assorted-benchmarks+default.iprof",
    "krisfoster+binary-tree+default.iprof",
    "krisfoster+binary-tree+default-empty.iprof",
    "elide-dev+elidemin-jspy+default.iprof",
];

/// A file or folder below the shared data, or a line on stderr that says why there is none.
pub fn shared(path: &str) -> Option<PathBuf> {
    let beside = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared");
    let folder = std::env::var_os("PGOCTL_SHARED").map_or_else(beside, PathBuf::from);
    let path = folder.join("data").join(path);
    if path.exists() {
        return Some(path);
    }
    eprintln!(
        "skipped: no {} (PGOCTL_SHARED names the folder that has data/)",
        path.display()
    );
    None
}

/// The bytes of a real profile.
pub fn real(name: &str) -> Option<Vec<u8>> {
    Some(std::fs::read(shared("iprof")?.join(name)).unwrap())
}
