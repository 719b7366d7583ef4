//! Builds of a function at this controller: the one that goes on, and those before it, a line each in `builds.jsonl` beside their logs.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::identity::Identity;
use crate::variant::Variant;
use crate::workdir::write_atomically;

/// How many of a function are remembered.
const KEPT: usize = 100;
/// How much of a log is shown: its end.
const SHOWN: u64 = 256 << 10;

/// What became of a build.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BuildState {
    /// It goes on, or waits for the one before it.
    Building,
    /// The image is there.
    Built,
    /// It is not.
    Failed,
}

/// A build.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Build {
    /// Its number among this controller's builds of the function, from 1.
    pub id: u64,
    /// What was built.
    pub variant: Variant,
    /// Of which version of the function.
    pub version: String,
    /// What became of it.
    pub state: BuildState,
    /// The identity of the image, once it is there.
    pub build: Option<Identity>,
    /// When it began; of one that goes on, when it was asked for.
    pub started: Timestamp,
    /// How long it took.
    pub seconds: Option<f64>,
    /// The exit code of `pgoctl build`; `None` where there is none yet, or it got none.
    pub exit_code: Option<i32>,
    /// In a sentence.
    pub message: String,
}

/// A build with what it said.
#[derive(Clone, Debug, Serialize)]
pub struct WithLog {
    /// It.
    #[serde(flatten)]
    pub build: Build,
    /// The end of its log; `None` where another build of the variant came after it.
    pub log: Option<String>,
}

impl Build {
    /// The name of its log; the next build of the variant takes its place.
    fn log(&self) -> String {
        log_name(self.variant)
    }
}

/// The name of a variant's log.
pub fn log_name(variant: Variant) -> String {
    format!("build-{variant}.log")
}

/// How a build ended.
#[derive(Clone, Debug)]
pub struct End {
    /// What became of it.
    pub state: BuildState,
    /// The identity of the image, where it is there.
    pub build: Option<Identity>,
    /// How long it took.
    pub took: Duration,
    /// The exit code of `pgoctl build`.
    pub exit_code: Option<i32>,
    /// In a sentence.
    pub message: String,
}

#[derive(Debug, Default)]
struct Inner {
    /// Whether the file was read.
    read: bool,
    past: VecDeque<Build>,
    present: Option<Build>,
}

/// Builds of one function.
#[derive(Debug)]
pub struct Builds {
    folder: PathBuf,
    inner: Mutex<Inner>,
}

impl Builds {
    /// Those whose logs are in `folder`. Nothing is read before somebody asks.
    pub fn new(folder: PathBuf) -> Self {
        Self {
            folder,
            inner: Mutex::default(),
        }
    }

    fn file(&self) -> PathBuf {
        self.folder.join("builds.jsonl")
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        if !inner.read {
            inner.read = true;
            inner.past = read(&self.file());
        }
        inner
    }

    /// One begins.
    pub fn begin(&self, variant: Variant, version: &str) {
        let mut inner = self.inner();
        let id = inner.past.back().map_or(1, |last| last.id + 1);
        inner.present = Some(Build {
            id,
            variant,
            version: version.to_owned(),
            state: BuildState::Building,
            build: None,
            started: Timestamp::now(),
            seconds: None,
            exit_code: None,
            message: format!("{variant} is being built"),
        });
    }

    /// It has ended.
    pub fn end(&self, end: End) {
        let mut inner = self.inner();
        let Some(present) = inner.present.take() else {
            return;
        };
        let took = SignedDuration::try_from(end.took).unwrap_or_default();
        let build = Build {
            state: end.state,
            build: end.build,
            started: Timestamp::now()
                .checked_sub(took)
                .unwrap_or(present.started),
            seconds: Some(end.took.as_secs_f64()),
            exit_code: end.exit_code,
            message: end.message,
            ..present
        };
        // The list is for people; a full disk must not stop what decides.
        let _ = append(&self.file(), &build);
        if inner.past.len() == KEPT {
            inner.past.pop_front();
        }
        inner.past.push_back(build);
    }

    /// All that are remembered, the newest first.
    pub fn all(&self) -> Vec<Build> {
        let inner = self.inner();
        let present = inner.present.iter();
        present.chain(inner.past.iter().rev()).cloned().collect()
    }

    /// One of them, with the end of its log; no log where a later build of the variant has taken its place.
    pub fn one(&self, id: u64) -> Option<(Build, Option<String>)> {
        let all = self.all();
        let build = all.iter().find(|build| build.id == id)?.clone();
        let newest = all.iter().find(|it| it.variant == build.variant);
        let is_newest = newest.is_some_and(|newest| newest.id == id);
        let log = is_newest.then(|| end_of(&self.folder.join(build.log())));
        Some((build, log.flatten()))
    }
}

/// The last builds of the file; one that has become long is written anew.
fn read(file: &Path) -> VecDeque<Build> {
    let text = std::fs::read_to_string(file).unwrap_or_default();
    // A line that a death cut is left out.
    let all: Vec<&str> = text.lines().collect();
    let last = &all[all.len().saturating_sub(KEPT)..];
    if all.len() > 2 * KEPT {
        let _ = write_atomically(file, (last.join("\n") + "\n").as_bytes());
    }
    last.iter()
        .filter_map(|line| serde_json::from_str(line).ok())
        .collect()
}

fn append(path: &Path, build: &Build) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let mut line = serde_json::to_vec(build)?;
    line.push(b'\n');
    File::options()
        .create(true)
        .append(true)
        .open(path)?
        .write_all(&line)
}

fn end_of(log: &Path) -> Option<String> {
    let mut file = File::open(log).ok()?;
    let size = file.metadata().ok()?.len();
    file.seek(SeekFrom::Start(size.saturating_sub(SHOWN)))
        .ok()?;
    let mut bytes = Vec::new();
    file.take(SHOWN).read_to_end(&mut bytes).ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ended(message: &str) -> End {
        End {
            state: BuildState::Failed,
            build: None,
            took: Duration::from_secs(1),
            exit_code: Some(4),
            message: message.to_owned(),
        }
    }

    #[test]
    fn what_was_built_is_known_after_a_restart_and_only_the_newest_has_its_log() {
        let folder = tempfile::tempdir().expect("there is a temporary folder");
        let logs = folder.path().join("hello");
        let builds = Builds::new(logs.clone());
        for message in ["one", "two"] {
            builds.begin(Variant::Native, "v");
            builds.end(ended(message));
        }
        std::fs::write(logs.join("build-native.log"), "said").expect("it can be written");
        let again = Builds::new(logs);
        again.begin(Variant::NativePgo, "v");
        let all: Vec<u64> = again.all().iter().map(|build| build.id).collect();
        assert_eq!(all, [3, 2, 1]);
        let log = |id| again.one(id).map(|(_, log)| log);
        assert_eq!(log(1), Some(None));
        assert_eq!(log(2), Some(Some("said".to_owned())));
        assert_eq!(log(3), Some(None));
        assert_eq!(log(4), None);
    }

    #[test]
    fn only_so_many_are_remembered() {
        let folder = tempfile::tempdir().expect("there is a temporary folder");
        let builds = Builds::new(folder.path().to_owned());
        for _ in 0..2 * KEPT + 5 {
            builds.begin(Variant::Native, "v");
            builds.end(ended("no"));
        }
        assert_eq!(builds.all().len(), KEPT);
        let again = Builds::new(folder.path().to_owned());
        assert_eq!(again.all(), builds.all());
        let text = std::fs::read_to_string(again.file()).expect("it is there");
        assert_eq!(text.lines().count(), KEPT);
    }
}
