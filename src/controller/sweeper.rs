//! What nobody needs any more goes: at the start and once an hour, on a thread of its own. What of a function's folders is still
//! needed the control loop says; what cannot be removed is said and tried again.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use serde_json::json;

use super::events::Events;
use super::messages::SetAside;
use super::registry::Registry;
use super::{journal, others};
use crate::error::{Error, ErrorKind, Result};
use crate::store::Store;
use crate::workdir::clear_half_made;

/// How often.
const OFTEN: Duration = Duration::from_secs(3600);
/// When it is looked for the second time.
const SOON: Duration = Duration::from_secs(10);
/// What is younger stays.
const AGE: Duration = Duration::from_secs(3600);
/// So many logs of workers that failed are kept of each function.
const LOGS: usize = 20;
/// So many files of a folder at a time; the others go the next time.
const MOST: usize = 10_000;
/// What a writer of the store left that died goes after so long.
const DEAD: Duration = Duration::from_secs(24 * 3600);

/// What is swept.
pub struct Sweeper<A> {
    /// The controller's folder.
    pub home: PathBuf,
    /// Its store.
    pub store: Store,
    /// Whether other controllers may have the same one.
    pub shares: bool,
    /// The functions that are served.
    pub registry: Arc<Registry>,
    /// Where it is said what could not be done.
    pub events: Arc<Events>,
    /// Says of these functions, which were removed, and of all others what may go; `None`: the controller ends.
    pub ask: A,
}

impl<A: Fn(Vec<String>) -> Option<SetAside> + Send + 'static> Sweeper<A> {
    /// Begins.
    pub fn start(self) -> Result<()> {
        let work = move || {
            let begun = SystemTime::now();
            for round in 0_u64.. {
                if let Err(error) = self.sweep(round, begun) {
                    let message = format!("what nobody needs stays: {error}");
                    self.events.tell("", "sweep.failed", &message, json!(null));
                }
                // What our predecessor had begun may have ended a moment after it.
                std::thread::sleep(if round == 0 { SOON } else { OFTEN });
            }
        };
        std::thread::Builder::new()
            .name("sweeper".to_owned())
            .spawn(work)
            .map(|_| ())
            .map_err(|error| {
                Error::new(ErrorKind::Unexpected, "could not start the sweeper")
                    .because(error.to_string())
            })
    }

    fn sweep(&self, round: u64, begun: SystemTime) -> Result<()> {
        for folder in ["functions", "logs", "recording", "pending", "uploads"] {
            clear_half_made(&self.home.join(folder));
        }
        if round == 0 {
            self.recordings(begun);
        }
        let asked = self.removed();
        let removed = asked.as_ref().map_or_else(|_| Vec::new(), Clone::clone);
        let Some(aside) = (self.ask)(removed) else {
            return Ok(());
        };
        let mut failed = None;
        for folder in &aside.folders {
            if let Err(error) = fs::remove_dir_all(folder) {
                failed = Some(Error::io("remove", folder, &error));
            }
        }
        self.logs(&aside.workers);
        if !aside.folders.is_empty() && failed.is_none() {
            let message = format!(
                "{} folders that nobody needs are removed",
                aside.folders.len()
            );
            self.events.tell("", "home.swept", &message, json!(null));
        }
        asked?;
        if round.is_multiple_of(24) {
            self.store.sweep(DEAD)?;
        }
        if self.shares {
            others::clear(&self.store, |name| self.is_removed(name))?;
        }
        failed.map_or(Ok(()), Err)
    }

    /// Functions that have folders here and were removed.
    fn removed(&self) -> Result<Vec<String>> {
        let mut names: BTreeSet<String> = names_in(&self.home.join("functions"));
        names.extend(names_in(&self.home.join("logs")));
        let mut removed = Vec::new();
        for name in names {
            if self.is_removed(&name)? {
                removed.push(name);
            }
        }
        Ok(removed)
    }

    /// Whether the newest document of that function says so. One that cannot be read does not.
    fn is_removed(&self, name: &str) -> Result<bool> {
        if self.registry.get(name).is_some() {
            return Ok(false);
        }
        match journal::newest(&self.store, name) {
            Ok(state) => Ok(state.is_some_and(|state| state.removed)),
            Err(error) if error.kind() == ErrorKind::StoreAway => Err(error),
            Err(_) => Ok(false),
        }
    }

    /// Removes logs of workers that failed, but for the newest ones of each function; those that `living` workers write stay.
    fn logs(&self, living: &BTreeSet<u64>) {
        let own = |worker: &u64| format!("-{:x}-{worker:06}.log", std::process::id());
        let written: Vec<String> = living.iter().map(own).collect();
        for name in names_in(&self.home.join("logs")) {
            let is_spare = |file: &&(SystemTime, PathBuf)| {
                let name = file.1.file_name().unwrap_or_default().to_string_lossy();
                let is_log = name.ends_with(".log") && !name.starts_with("build-");
                is_log && !written.iter().any(|ending| name.ends_with(ending.as_str()))
            };
            let mut files = files_in(&self.home.join("logs").join(name));
            files.sort_by_key(|(written, _)| std::cmp::Reverse(*written));
            let spare = files.iter().filter(is_spare).skip(LOGS);
            remove(spare.filter(|(written, _)| is_old(*written)));
        }
    }

    /// Removes what workers of earlier lives recorded and nobody announced: nothing can be made of it.
    fn recordings(&self, begun: SystemTime) {
        for name in names_in(&self.home.join("recording")) {
            let files = files_in(&self.home.join("recording").join(name));
            let is_spare = |file: &&(SystemTime, PathBuf)| {
                let (written, path) = file;
                *written < begun && is_old(*written) && !path.with_extension("json").exists()
            };
            remove(files.iter().filter(is_spare));
        }
    }
}

fn remove<'a>(files: impl Iterator<Item = &'a (SystemTime, PathBuf)>) {
    for (_, path) in files.take(MOST) {
        // What cannot be removed is in nobody's way.
        let _ = fs::remove_file(path);
    }
}

fn is_old(written: SystemTime) -> bool {
    written.elapsed().is_ok_and(|age| age >= AGE)
}

/// The names of the folders in a folder; links are none.
fn names_in(folder: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()))
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| !name.starts_with('.'))
        .collect()
}

/// The files in a folder, and when they were written; links are none.
fn files_in(folder: &Path) -> Vec<(SystemTime, PathBuf)> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_file()))
        .filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry.path())))
        .collect()
}
