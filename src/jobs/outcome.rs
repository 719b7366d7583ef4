//! What a command came to in its pod: what it printed, and the files that it made.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::order::Order;
use crate::error::{Error, ErrorKind, Result};
use crate::store::{Packed, Store};
use crate::workdir::Aside;

/// How many parts of its place name the folder that a file is whole with, by the first of them.
const WHOLE: [(&str, usize); 3] = [("images", 4), ("runs", 2), ("baselines", 2)];

/// `outcome.json`, where the command ended well; `attempts/<pod>.json`, where it did not.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// 1.
    pub schema_version: u32,
    /// The exit code of pgoctl.
    pub exit_code: i32,
    /// What it printed as its result.
    pub stdout: String,
    /// The last lines of what it said besides.
    pub said: Vec<String>,
    /// All that it said.
    pub log: Packed,
    /// What is in the project's `.pgoctl` now, by its place there.
    pub files: Vec<Packed>,
    /// The pod …
    pub pod: String,
    /// … and its node.
    pub node: String,
    /// How long the command took, in seconds.
    pub seconds: f64,
    /// How many seconds went by before it and after it, for its files.
    pub seconds_for_files: f64,
}

impl Outcome {
    /// What an earlier Job of the same order came to, if it ended well.
    pub(super) fn find(store: &Store, order: &Order) -> Result<Option<Self>> {
        Self::read(store, &key(order))
    }

    /// What the attempt in that pod came to.
    pub(super) fn of_attempt(store: &Store, order: &Order, pod: &str) -> Result<Option<Self>> {
        Self::read(store, &attempt_key(order, pod))
    }

    fn read(store: &Store, key: &str) -> Result<Option<Self>> {
        let Some(bytes) = store.get(key)? else {
            return Ok(None);
        };
        let outcome = serde_json::from_slice(&bytes).map_err(|error| {
            Error::new(
                ErrorKind::Unexpected,
                format!("`{key}` in {} cannot be read", store.place()),
            )
            .because(error.to_string())
        })?;
        Ok(Some(outcome))
    }

    /// Puts it into the store; what another pod of the same Job left first holds.
    pub(super) fn keep(&self, store: &Store, order: &Order) -> Result<()> {
        let key = match is_answer(self.exit_code) {
            true => key(order),
            false => attempt_key(order, &self.pod),
        };
        let text = serde_json::to_vec_pretty(self).expect("every name in it is UTF-8");
        store.create(&key, text).map(|_| ())
    }

    /// Puts the files that are not here yet below `root`, folders that are whole only with all their files as such; whether the
    /// store still has all of them.
    pub(super) fn fetch(&self, store: &Store, root: &Path) -> Result<bool> {
        match self.put(store, root) {
            Err(error) if error.kind() == ErrorKind::BrokenObject => Ok(false),
            done => done.map(|()| true),
        }
    }

    fn put(&self, store: &Store, root: &Path) -> Result<()> {
        let mut folders: BTreeMap<PathBuf, Vec<&Packed>> = BTreeMap::new();
        let mut single = Vec::new();
        for file in &self.files {
            match whole_folder(&file.name) {
                Some(folder) => folders.entry(folder).or_default().push(file),
                None => single.push(file),
            }
        }
        for (folder, files) in folders {
            put_folder(store, root, &folder, &files)?;
        }
        // What makes a product whole comes last.
        let is_last = |file: &&&Packed| file.name.extension().is_some_and(|end| end == "json");
        let (last, first): (Vec<_>, Vec<_>) = single.iter().partition(is_last);
        for file in first.into_iter().chain(last) {
            store.unpack(file, root)?;
            self.not_set_aside_any_more(root, &file.name);
        }
        Ok(())
    }

    /// A profile that is good there is good here, whatever an earlier run here came to.
    fn not_set_aside_any_more(&self, root: &Path, profile: &Path) {
        let (Some(folder), Some(name)) = (profile.parent(), profile.file_name()) else {
            return;
        };
        let record = folder.join("set-aside").join(name);
        if !self.files.iter().any(|file| file.name == record) {
            let _ = std::fs::remove_file(root.join(record));
        }
    }

    /// Puts all that was said into the file at `path`.
    pub(super) fn fetch_log(&self, store: &Store, path: &Path) -> Result<()> {
        store.unpack_to(&self.log, path)
    }
}

/// The folder that a file is whole with: `images/hello/native/<identity>`.
fn whole_folder(name: &Path) -> Option<PathBuf> {
    let mut parts = name.components();
    let first = parts.clone().next()?;
    let (_, count) = WHOLE.iter().find(|(of, _)| first.as_os_str() == *of)?;
    let folder: PathBuf = parts.by_ref().take(*count).collect();
    parts.next().is_some().then_some(folder)
}

/// Replaces a folder, unless each of its files is there as it is.
fn put_folder(store: &Store, root: &Path, folder: &Path, files: &[&Packed]) -> Result<()> {
    let target = root.join(folder);
    let is_there = |file: &&Packed| {
        let digest = crate::identity::file_digest(&root.join(&file.name));
        digest.is_ok_and(|digest| file.key.ends_with(&digest))
    };
    if target.is_dir() && files.iter().all(is_there) {
        return Ok(());
    }
    let aside = Aside::new(&target)?;
    for file in files {
        let inside = file.name.strip_prefix(folder).unwrap_or(&file.name);
        let file = Packed {
            name: inside.to_owned(),
            ..(*file).clone()
        };
        store.unpack(&file, aside.path())?;
    }
    aside.commit()
}

/// Whether a command that ended so has answered: it was carried out, or a gate judged.
pub(super) fn is_answer(exit_code: i32) -> bool {
    matches!(exit_code, 0 | 7 | 8)
}

fn key(order: &Order) -> String {
    format!("{}/outcome.json", order.key())
}

fn attempt_key(order: &Order, pod: &str) -> String {
    format!("{}/attempts/{pod}.json", order.key())
}

fn delivered_key(order: &Order) -> String {
    format!("{}/delivered.json", order.key())
}

/// Says that somebody has what a measurement came to: the same words another time mean another one.
pub(super) fn delivered(store: &Store, order: &Order) -> Result<()> {
    let when = serde_json::json!({ "schema_version": 1, "at": jiff::Timestamp::now() });
    let text = when.to_string().into_bytes();
    store.create(&delivered_key(order), text).map(|_| ())
}

/// Whether somebody has it.
pub(super) fn is_delivered(store: &Store, order: &Order) -> Result<bool> {
    store.has(&delivered_key(order))
}

/// Forgets what an earlier Job of the same order came to.
pub(super) fn forget(store: &Store, order: &Order) -> Result<()> {
    store.delete(&key(order))?;
    store.delete(&delivered_key(order))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_whole_only_as_a_folder_is_put_as_one() {
        let of = |name: &str| whole_folder(Path::new(name)).map(|path| path.display().to_string());
        assert_eq!(
            of("images/hello/native/0f/build.json").as_deref(),
            Some("images/hello/native/0f")
        );
        assert_eq!(of("runs/2026/logs/a.log").as_deref(), Some("runs/2026"));
        assert_eq!(of("profiles/hello/a.iprof"), None);
        assert_eq!(of("images/hello"), None);
    }
}
