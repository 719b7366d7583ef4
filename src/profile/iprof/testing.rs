//! What the tests of this module share: a small profile, and the real ones where they are at hand.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::PathBuf;

use super::counts::profile::{Counts, Profile};
use super::names::symbols::Symbols;
use super::text::source::Packing;

/// A profile that has everything: two builds of it differ in ids only.
pub const SMALL: &str = include_str!("../../../fixtures/iprof/small.iprof");

#[expect(clippy::disallowed_methods, reason = "tests find their data by it")]
/// The folder of real profiles, or a line on stderr that says why there is none.
pub fn real_profiles() -> Option<PathBuf> {
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared");
    let shared = std::env::var_os("PGOCTL_SHARED").map_or(beside, PathBuf::from);
    let folder = shared.join("data/iprof");
    if folder.is_dir() {
        return Some(folder);
    }
    let mut stderr = std::io::stderr();
    std::io::Write::write_all(
        &mut stderr,
        b"skipped: no real profiles (set PGOCTL_SHARED to the folder that has data/iprof)\n",
    )
    .unwrap();
    None
}

/// One of the real profiles.
pub fn real(name: &str) -> Option<PathBuf> {
    Some(real_profiles()?.join(name))
}

pub const LENBORJE: &str = "lenborje+StreamTDI+default.iprof";
pub const TOMMY: &str = "tommyettinger+assorted-benchmarks+default.iprof";
pub const KRISFOSTER: &str = "krisfoster+binary-tree+default.iprof";
pub const EMPTY: &str = "krisfoster+binary-tree+default-empty.iprof";
pub const ELIDE: &str = "elide-dev+elidemin-jspy+default.iprof";

/// A profile from its text.
pub fn profile(text: &str) -> Profile {
    let (mut symbols, mut counts) = (Symbols::default(), Counts::default());
    crate::profile::iprof::counts::profile::from_bytes(
        text.as_bytes(),
        Packing::Plain,
        &mut symbols,
        &mut counts,
    )
    .unwrap();
    Profile { symbols, counts }
}
