//! What training gathered here goes into the store; what is there already is not sent again.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::key::{self, ROOT};
use super::sheet::Sheet;
use super::side_by_side::side_by_side;
use crate::error::{Error, ErrorKind, Result};
use crate::profile::ProfileKind;
use crate::profile::provenance::Provenance;
use crate::store::{Created, Store};
use crate::workdir::Workdir;

/// What became of a push.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PushReport {
    /// 1.
    pub schema_version: u32,
    /// Where to.
    pub store: String,
    /// The keys of what is there now and was not before.
    pub pushed: Vec<String>,
    /// The size of it.
    pub bytes: u64,
    /// How many were there already.
    pub already_there: u64,
    /// Profiles that are not as their training left them; they stay here.
    pub broken: Vec<PathBuf>,
}

/// One profile of this machine's.
struct Own {
    path: PathBuf,
    sheet: Sheet,
}

/// Stores the `.iprof` profiles that training gathered here for these functions. What was pulled is not pushed, nor what a
/// training set aside.
///
/// # Errors
///
/// A store that cannot be shared or is away; a key that holds something else.
pub fn push(store: &Store, workdir: &Workdir, functions: &[String]) -> Result<PushReport> {
    let mut report = PushReport {
        schema_version: 1,
        store: store.place().to_owned(),
        ..PushReport::default()
    };
    let mut own = Vec::new();
    for function in functions {
        let (profiles, broken) = gathered(&workdir.profiles(function), function);
        own.extend(profiles);
        report.broken.extend(broken);
    }
    if own.is_empty() {
        return Ok(report);
    }
    store.ready_to_share()?;
    let mut there = BTreeSet::new();
    for function in functions {
        let listed = store.list(&format!("{ROOT}/{function}"))?;
        there.extend(listed.into_iter().map(|object| object.key));
    }
    let mut missing = Vec::new();
    for profile in own {
        let parts = profile.sheet.parts()?;
        match there.contains(&parts.sheet()) && there.contains(&parts.profile()) {
            true => report.already_there += 1,
            false => missing.push(profile),
        }
    }
    let put = side_by_side(&missing, |own| put(store, &own.sheet, &own.path));
    for (own, put) in missing.iter().zip(put) {
        let (key, created) = put?;
        match created {
            Created::Exists => report.already_there += 1,
            Created::New => {
                report.bytes += own.sheet.provenance.bytes;
                report.pushed.push(key);
            }
        }
    }
    Ok(report)
}

/// Stores one profile and then what is said about it; its key, and whether it was new. Killed in between, it does not count yet,
/// and the same again completes it.
///
/// # Errors
///
/// As [`Store::create_from_file`]; a key that holds something else.
pub fn put(store: &Store, sheet: &Sheet, profile: &Path) -> Result<(String, Created)> {
    let parts = sheet.parts()?;
    let key = parts.profile();
    let created = store.create_from_file(&key, profile)?;
    if created == Created::Exists {
        let found = store.digest(&key)?;
        let sha256 = found.map(|found| found.sha256);
        if sha256.as_ref() != Some(&sheet.provenance.sha256) {
            let goal = format!("`{key}` in {} holds another profile", store.place());
            return Err(Error::new(ErrorKind::Unexpected, goal)
                .hint("`pgoctl store verify` says what is broken there"));
        }
    }
    let text = serde_json::to_vec_pretty(sheet).expect("it has only string keys");
    store
        .create(&parts.sheet(), text)
        .map(|created| (key, created))
}

/// The good profiles of a function's trainings on this machine, and those that are broken by now.
fn gathered(folder: &Path, function: &str) -> (Vec<Own>, Vec<PathBuf>) {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    paths.sort();
    let (mut own, mut broken) = (Vec::new(), Vec::new());
    for path in paths {
        let Some(said) = Provenance::said(&path) else {
            continue;
        };
        if !is_shared(said.kind) || said.pulled_from.is_some() {
            continue;
        }
        let path = path.with_extension(said.kind.extension());
        match Provenance::read(&path) {
            Some(whole) => own.push(Own {
                sheet: Sheet::of_training(function, whole),
                path,
            }),
            None => broken.push(path),
        }
    }
    (own, broken)
}

/// What a JVM records for its caches is bound to one JAR in one place: it is of no use elsewhere.
pub fn is_shared(kind: ProfileKind) -> bool {
    matches!(kind, ProfileKind::Iprof | ProfileKind::HotspotIprof)
}

/// Refuses a name that is not one of a function.
pub fn check_name(function: &str) -> Result<()> {
    match key::is_name(function) {
        true => Ok(()),
        false => Err(
            Error::usage(format!("`{function}` cannot be the name of a function"))
                .hint("it names files: letters, digits, `-`, `_` and `.`"),
        ),
    }
}
