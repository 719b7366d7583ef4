//! The profiles that a function's training left in `.pgoctl/profiles/<function>/`, found again without its plan.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::kind::ProfileKind;
use super::provenance::Provenance;

/// The good profiles of one training.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// What they are.
    pub kind: ProfileKind,
    /// The files, in the order of their runs.
    pub profiles: Vec<PathBuf>,
}

/// The `.iprof` profiles of the training in `folder` that was done last; `None` if there are none that are whole.
pub fn newest(folder: &Path) -> Option<Stored> {
    let entries = std::fs::read_dir(folder).ok()?.flatten();
    let mut trainings: BTreeMap<String, (String, BTreeMap<u32, PathBuf>, ProfileKind)> =
        BTreeMap::new();
    for path in entries.map(|entry| entry.path()) {
        let Some(known) = of(&path) else { continue };
        let profile = path.with_extension(known.kind.extension());
        let training = known.inputs.identity().to_string();
        let (started, runs, _) = trainings
            .entry(training)
            .or_insert_with(|| (String::new(), BTreeMap::new(), known.kind));
        runs.insert(known.run, profile);
        if known.started > *started {
            *started = known.started;
        }
    }
    let (_, runs, kind) = trainings
        .into_values()
        .max_by(|one, other| one.0.cmp(&other.0))?;
    let whole = |profile: &PathBuf| Provenance::read(profile).is_some();
    let profiles: Vec<PathBuf> = runs.into_values().filter(whole).collect();
    (!profiles.is_empty()).then_some(Stored { kind, profiles })
}

/// The `.iprof` at `path`, or those in the folder there, by name; `None` if there is none.
pub fn at(path: &Path) -> Option<Stored> {
    let is_profile = |path: &PathBuf| {
        path.is_file()
            && path
                .extension()
                .is_some_and(|extension| extension == "iprof")
    };
    let mut profiles = match path.is_dir() {
        true => std::fs::read_dir(path)
            .ok()?
            .flatten()
            .map(|entry| entry.path())
            .filter(is_profile)
            .collect(),
        false => vec![path.to_owned()],
    };
    profiles.retain(|profile| profile.is_file());
    profiles.sort();
    (!profiles.is_empty()).then_some(Stored {
        kind: ProfileKind::Iprof,
        profiles,
    })
}

/// The provenance at `path`, if it is that of an `.iprof`.
fn of(path: &Path) -> Option<Provenance> {
    if path.extension()? != "json" {
        return None;
    }
    let known: Provenance = serde_json::from_slice(&std::fs::read(path).ok()?).ok()?;
    matches!(known.kind, ProfileKind::Iprof | ProfileKind::HotspotIprof).then_some(known)
}

/// The functions that have a folder of profiles below `root`, in alphabetical order.
pub fn functions(root: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(root).into_iter().flatten().flatten();
    let folders = entries.filter(|entry| entry.path().is_dir());
    let mut names: Vec<String> = folders
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter(|name| !name.starts_with('.'))
        .collect();
    names.sort();
    names
}
