//! What we know about files that have not changed: digests, and what a tool said about itself.
//!
//! Trusted only while size, modification time and inode are the same and the file had been at rest when it was read,
//! as git does with its index. Losing it costs time, never truth.

use std::collections::BTreeMap;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::error::Result;
use crate::identity::file_digest;

/// A file changed less than this before it was read may change again within the clock's granularity.
const AT_REST_NANOSECONDS: i128 = 2_000_000_000;

/// Facts about unchanged files, by path and subject.
#[derive(Debug, Default)]
pub struct Cache {
    path: PathBuf,
    facts: BTreeMap<String, Fact>,
    changed: bool,
}

#[derive(Debug, Serialize, Deserialize)]
struct Fact {
    stamp: String,
    value: Value,
}

impl Cache {
    /// Reads the cache at `path`; an unreadable one is an empty one.
    pub fn load(path: PathBuf) -> Self {
        let facts = std::fs::read(&path)
            .ok()
            .and_then(|bytes| serde_json::from_slice(&bytes).ok())
            .unwrap_or_default();
        Self {
            path,
            facts,
            changed: false,
        }
    }

    /// Returns the SHA-256 of the file at `path`, from memory where it has not changed.
    pub fn digest(&mut self, path: &Path) -> Result<String> {
        let value = self.remember("sha256", path, || file_digest(path).map(Value::from))?;
        value
            .as_str()
            .map_or_else(|| file_digest(path), |digest| Ok(digest.to_owned()))
    }

    /// Returns what `find` says about the file at `path`, from memory where it has not changed.
    pub fn remember(
        &mut self,
        subject: &str,
        path: &Path,
        find: impl FnOnce() -> Result<Value>,
    ) -> Result<Value> {
        let key = format!("{subject} {}", path.display());
        let Some(stamp) = stamp(path) else {
            return find();
        };
        if let Some(fact) = self.facts.get(&key)
            && fact.stamp == stamp
        {
            return Ok(fact.value.clone());
        }
        let value = find()?;
        self.facts.insert(
            key,
            Fact {
                stamp,
                value: value.clone(),
            },
        );
        self.changed = true;
        Ok(value)
    }

    /// Writes the cache back if it learned something and its folder exists; failing to is no error.
    pub fn save(&mut self) {
        if std::mem::take(&mut self.changed)
            && self.path.parent().is_some_and(Path::is_dir)
            && let Ok(bytes) = serde_json::to_vec(&self.facts)
        {
            let _ = crate::workdir::write::write_soon(&self.path, &bytes);
        }
    }
}

/// Size, modification time and inode, or nothing if the file is missing or was changed a moment ago.
fn stamp(path: &Path) -> Option<String> {
    let data = std::fs::metadata(path).ok()?;
    let modified = i128::from(data.mtime()) * 1_000_000_000 + i128::from(data.mtime_nsec());
    let now = i128::try_from(
        SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .ok()?
            .as_nanos(),
    )
    .ok()?;
    (now - modified > AT_REST_NANOSECONDS)
        .then(|| format!("{} {modified} {}", data.size(), data.ino()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn aged(dir: &Path, text: &str) -> PathBuf {
        let path = dir.join("file");
        std::fs::write(&path, text).expect("it can be written");
        let past = SystemTime::now() - std::time::Duration::from_secs(60);
        std::fs::File::options()
            .write(true)
            .open(&path)
            .and_then(|file| file.set_modified(past))
            .expect("it can be aged");
        path
    }

    #[test]
    fn an_unchanged_file_is_not_asked_twice() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let path = aged(dir.path(), "one");
        let mut cache = Cache::load(dir.path().join("cache.json"));
        cache
            .remember("version", &path, || Ok(Value::from("25")))
            .expect("it is found");
        cache.save();
        let mut cache = Cache::load(dir.path().join("cache.json"));
        let value = cache
            .remember("version", &path, || panic!("it has not changed"))
            .expect("it is known");
        assert_eq!(value, "25");
    }

    #[test]
    fn a_changed_file_and_a_file_changed_just_now_are_asked_again() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let path = aged(dir.path(), "one");
        let mut cache = Cache::load(dir.path().join("cache.json"));
        let one = cache.digest(&path).expect("it is readable");
        std::fs::write(&path, "two").expect("it can be written");
        let two = cache.digest(&path).expect("it is readable");
        std::fs::write(&path, "six").expect("it can be written");
        assert_ne!(one, two);
        assert_ne!(two, cache.digest(&path).expect("it is readable"));
    }
}
