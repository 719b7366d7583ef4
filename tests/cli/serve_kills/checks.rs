//! What must hold after each kill, and what must be left in the end: nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use sha2::Digest as _;

use super::clients::Answered;
use super::storage::Storage;
use super::victims;
use crate::sandbox::{Sandbox, wait_for};

/// The controller's folder.
pub fn home(sandbox: &Sandbox) -> PathBuf {
    sandbox.path().join(".pgoctl/serve")
}

/// What was stored once, and must be there for good.
#[derive(Default)]
pub struct Known {
    /// Keys of profiles.
    profiles: BTreeSet<String>,
    /// Names of profiles that waited for the store when the controller was killed.
    waited: BTreeSet<String>,
}

impl Known {
    /// Remembers what waits for the store in the controller's folder: whole, and in nobody's memory.
    pub fn waits(&mut self, sandbox: &Sandbox) {
        let entries = std::fs::read_dir(home(sandbox).join("pending")).unwrap();
        for path in entries.flatten().map(|entry| entry.path()) {
            let is_whole = path.extension().is_some_and(|it| it == "iprof")
                && path.with_extension("json").is_file();
            let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
            if is_whole {
                let name = stem.split('-').next().unwrap();
                self.waited.insert(name.to_owned());
            }
        }
    }

    /// No document is missing between others, no profile is gone, and everything in the store is whole.
    pub fn hold(&mut self, sandbox: &Sandbox, storage: &Storage, death: u32) {
        let keys: BTreeSet<String> = storage.backing.keys("").into_iter().collect();
        let mut numbers: BTreeMap<&str, Vec<u64>> = BTreeMap::new();
        for key in &keys {
            let parts: Vec<&str> = key.split('/').collect();
            if let ["state", function, file] = parts[..] {
                let number = file.trim_end_matches(".json").parse().unwrap();
                numbers.entry(function).or_default().push(number);
            }
        }
        for (function, numbers) in numbers {
            let expected: Vec<u64> = (1..=numbers.len() as u64).collect();
            assert_eq!(numbers, expected, "death {death}: documents of {function}");
        }
        let gone: Vec<&String> = self.profiles.difference(&keys).collect();
        assert!(gone.is_empty(), "death {death}: lost {gone:?}");
        let is_sheet = |key: &&String| key.starts_with("profiles/") && key.ends_with(".json");
        let sheets: Vec<String> = keys.iter().filter(is_sheet).cloned().collect();
        self.profiles.extend(sheets);
        let verified = sandbox.json("store verify --format json");
        assert_eq!(
            (&verified["broken"], &verified["unknown"]),
            (&json!([]), &json!([])),
            "death {death}: {verified}"
        );
    }

    /// How many profiles there are; everything that ever waited for the store is in it.
    pub fn all_are_there(&self) -> usize {
        let names: BTreeSet<&str> = self.profiles.iter().map(|key| name_of(key)).collect();
        let lost: Vec<&String> = self
            .waited
            .iter()
            .filter(|it| !names.contains(it.as_str()))
            .collect();
        assert!(lost.is_empty(), "waited and never came: {lost:?}");
        self.profiles.len()
    }
}

fn name_of(key: &str) -> &str {
    let file = key.rsplit('/').next().unwrap();
    file.split('.').next().unwrap()
}

/// The images that answered are those that were built: whole.
pub fn are_whole(sandbox: &Sandbox, images: &BTreeSet<Answered>, death: u32) {
    for (function, variant, build) in images {
        if !variant.starts_with("native") {
            continue;
        }
        let versions = std::fs::read_dir(home(sandbox).join("functions").join(function)).unwrap();
        let image = format!(".pgoctl/images/{function}/{variant}/{build}");
        let folders = versions.flatten().map(|entry| entry.path().join(&image));
        let folders: Vec<PathBuf> = folders.filter(|folder| folder.is_dir()).collect();
        assert!(!folders.is_empty(), "death {death}: {function} {image}");
        for folder in folders {
            let text = std::fs::read(folder.join("build.json")).unwrap();
            let said: Value = serde_json::from_slice(&text).unwrap();
            let name = said["file"]["name"].as_str().unwrap();
            let bytes = std::fs::read(folder.join(name)).unwrap();
            let digest: String = sha2::Sha256::digest(bytes)
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect();
            let is = digest.as_str();
            assert_eq!(said["file"]["sha256"], is, "death {death}: {folder:?}");
        }
    }
}

/// After an orderly end: no process, nothing half made, no lock that is held, nothing that waits.
pub fn nothing_is_left(sandbox: &Sandbox, controllers: &[u32]) {
    wait_for("every process to end", || {
        victims::all(sandbox.path()).is_empty() && guards(controllers).is_empty()
    });
    let half_made = half_made(sandbox);
    assert!(half_made.is_empty(), "half made: {half_made:?}");
    let locks = files(&home(sandbox)).into_iter().filter(|it| is_lock(it));
    let is_held = |lock: &PathBuf| File::open(lock).unwrap().try_lock().is_err();
    let held: Vec<PathBuf> = locks.filter(is_held).collect();
    assert!(held.is_empty(), "held: {held:?}");
    for folder in ["pending", "uploads", "recording"] {
        let left = files(&home(sandbox).join(folder));
        assert!(left.is_empty(), "{folder}: {left:?}");
    }
}

/// What has a name that says that it is not whole.
pub fn half_made(sandbox: &Sandbox) -> Vec<PathBuf> {
    let is_half_made = |path: &Path| {
        let mut parts = path.iter().map(|part| part.to_string_lossy());
        parts.any(|part| part.starts_with(".tmp-"))
    };
    let mut all = files(&home(sandbox));
    all.retain(|path| is_half_made(path));
    all
}

fn is_lock(path: &Path) -> bool {
    path.ends_with("serve/lock") || path.parent().is_some_and(|it| it.ends_with("locks"))
}

/// Every file below `folder`.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for path in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        match path.file_type().is_ok_and(|it| it.is_dir()) {
            true => found.extend(files(&path.path())),
            false => found.push(path.path()),
        }
    }
    found
}

/// What watches over processes of these that are gone.
fn guards(controllers: &[u32]) -> Vec<String> {
    let entries = std::fs::read_dir("/proc").unwrap().flatten();
    let lines = entries.filter_map(|entry| std::fs::read(entry.path().join("cmdline")).ok());
    let words = lines.map(|line| String::from_utf8_lossy(&line).replace('\0', " "));
    let is_ours = |line: &String| {
        let guarded = line.strip_prefix("pgoctl-guard ");
        let pid = guarded.and_then(|mark| mark.split('-').next()?.parse().ok());
        pid.is_some_and(|pid: u32| controllers.contains(&pid))
    };
    words.filter(is_ours).collect()
}
