//! From a worker that has ended to a profile in the store: checked, named uniquely, kept here until the store has it. No call waits
//! for any of this, and a death at any moment loses nothing that was whole.

use std::collections::VecDeque;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use walkdir::WalkDir;

use super::uploader::{self, Upload};
use crate::error::{Error, ErrorKind, Result};
use crate::host::Processor;
use crate::identity::{Identity, Inputs, file_digest};
use crate::pipeline::profile_of_a_worker;
use crate::profile::ProfileKind;
use crate::profile::provenance::Provenance;
use crate::profile::shared::{GatheredBy, Sheet, waiting};
use crate::store::Store;
use crate::variant::Variant;
use crate::workdir::{create_dir, write_atomically};

/// The shortest pause between two tries.
const PAUSE: Duration = Duration::from_millis(500);
/// The longest one.
const LONGEST: Duration = Duration::from_secs(30);

pub use super::uploader::Told;

/// A disk with less space than that is full.
const SMALL: u64 = 1 << 20;

/// A profile that is or will be left: written beside it before its worker starts, so that a death of ours does not lose it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Left {
    /// The function.
    pub function: String,
    /// Its version: digest over JAR and manifest.
    pub version: String,
    /// The image's identity.
    pub build: Identity,
    /// Which variant that is.
    pub variant: Variant,
    /// Calls of the worker; 0 where nobody lived to count them.
    pub calls: u64,
    /// When the worker was started.
    pub started: Timestamp,
    /// The file.
    pub profile: PathBuf,
    /// How the worker ended.
    pub ending: String,
}

impl Left {
    /// Says beside the file what it will be.
    pub fn announce(&self) -> Result<()> {
        let text = serde_json::to_vec(self).expect("it has only string keys");
        write_atomically(&self.profile.with_extension("json"), &text)
    }

    /// Takes the file and what was said about it away.
    pub fn forget(&self) {
        let _ = fs::remove_file(&self.profile);
        let _ = fs::remove_file(self.profile.with_extension("json"));
    }
}

enum Message {
    Left(Box<Left>),
    /// Try everything once more, then say so.
    Flush(Sender<()>),
}

/// Takes profiles: one thread keeps them, another one puts them into the store.
#[derive(Clone, Debug)]
pub struct Collector {
    messages: Sender<Message>,
}

impl Collector {
    /// Begins with what an earlier life left below `home`; `tell` hears of every profile.
    pub fn start(
        home: &Path,
        store: Store,
        tell: impl Fn(Told) + Send + Sync + 'static,
    ) -> Result<Self> {
        let pending = home.join("pending");
        create_dir(&pending)?;
        let left = left_behind(&home.join("recording"));
        let (messages, queue) = channel();
        let tell: Arc<dyn Fn(Told) + Send + Sync> = Arc::new(tell);
        let uploads = uploader::start(waiting(&pending).into(), store, Arc::clone(&tell))?;
        let work = move || {
            let mut keeper = Keeper {
                left: left.into(),
                pending,
                uploads,
                tell,
            };
            keeper.run(&queue);
        };
        std::thread::Builder::new()
            .name("collector".to_owned())
            .spawn(work)
            .map_err(|error| {
                Error::new(ErrorKind::Unexpected, "could not start the collector")
                    .because(error.to_string())
            })?;
        Ok(Self { messages })
    }

    /// Takes a profile.
    pub fn take(&self, left: Left) {
        // The collector lives as long as the controller.
        let _ = self.messages.send(Message::Left(Box::new(left)));
    }

    /// Waits until everything that was left is kept, and in the store if that takes it now.
    pub fn flush(&self, patience: Duration) {
        let (done, over) = channel();
        if self.messages.send(Message::Flush(done)).is_ok() {
            let _ = over.recv_timeout(patience);
        }
    }
}

struct Keeper {
    pending: PathBuf,
    /// Not looked at yet, or not kept because the disk is full.
    left: VecDeque<Left>,
    uploads: Sender<Upload>,
    tell: Arc<dyn Fn(Told) + Send + Sync>,
}

impl Keeper {
    fn run(&mut self, queue: &Receiver<Message>) {
        let mut pause = Duration::ZERO;
        loop {
            let idle = self.left.is_empty();
            let message = match idle {
                true => queue.recv().map_err(|_| RecvTimeoutError::Disconnected),
                false => queue.recv_timeout(pause),
            };
            let mut flushed = None;
            match message {
                Ok(Message::Left(left)) => self.left.push_back(*left),
                Ok(Message::Flush(done)) => flushed = Some(done),
                Err(RecvTimeoutError::Disconnected) if idle => return,
                Err(_) => {}
            }
            pause = match self.keep_all() {
                true => Duration::ZERO,
                false => (pause * 2).clamp(PAUSE, LONGEST),
            };
            if let Some(done) = flushed {
                let _ = self.uploads.send(Upload::Flush(done));
            }
        }
    }

    /// Checks what was left and keeps it; whether all of it could be kept.
    fn keep_all(&mut self) -> bool {
        for _ in 0..self.left.len() {
            let Some(left) = self.left.pop_front() else {
                break;
            };
            if let Err(error) = profile_of_a_worker(&left.profile) {
                let full = match is_full(&self.pending) {
                    true => "; the disk is full",
                    false => "",
                };
                let why = format!("{error} (the worker {}{full})", left.ending);
                let function = left.function.clone();
                (self.tell)(Told::Useless { function, why });
                left.forget();
                continue;
            }
            match keep(&self.pending, &left) {
                Ok((file, sheet)) => {
                    left.forget();
                    (self.tell)(Told::Pending(Box::new(sheet.clone())));
                    let _ = self.uploads.send(Upload::Kept(file, Box::new(sheet)));
                }
                Err(error) => {
                    (self.tell)(Told::Waits {
                        function: left.function.clone(),
                        why: error.to_string(),
                    });
                    self.left.push_back(left);
                    return false;
                }
            }
        }
        true
    }
}

/// Whether there is no space for a profile: a worker that could not write it does not say so.
fn is_full(folder: &Path) -> bool {
    rustix::fs::statvfs(folder).is_ok_and(|disk| disk.f_bavail * disk.f_frsize < SMALL)
}

/// Keeps what was left, with its sheet beside it; a sheet that is there alone after a death is not counted.
fn keep(pending: &Path, left: &Left) -> Result<(PathBuf, Sheet)> {
    let worker = left
        .profile
        .file_stem()
        .map(|stem| stem.to_string_lossy().into_owned())
        .unwrap_or_default();
    let seconds = Timestamp::now().duration_since(left.started).as_secs_f64();
    let provenance = Provenance {
        schema_version: 1,
        run: 1,
        kind: ProfileKind::Iprof,
        source: left.variant,
        image: left.build.clone(),
        inputs: Inputs::new()
            .with("version", &left.version)
            .with("worker", &worker),
        requests: left.calls,
        processes: None,
        started: left.started.to_string(),
        seconds,
        ending: left.ending.clone(),
        hotspot: None,
        pulled_from: None,
        processor: Some(Processor::detect()),
        sha256: file_digest(&left.profile)?,
        bytes: fs::metadata(&left.profile)
            .map_err(|error| Error::io("read", &left.profile, &error))?
            .len(),
    };
    let sheet = Sheet::here(&left.function, &worker, GatheredBy::Serve, provenance);
    let name = sheet.parts()?.name;
    let file = pending.join(format!("{name}-{worker}.iprof"));
    let text = serde_json::to_vec_pretty(&sheet).expect("it has only string keys");
    write_atomically(&file.with_extension("json"), &text)?;
    fs::File::open(&left.profile)
        .and_then(|profile| profile.sync_all())
        .and_then(|()| fs::rename(&left.profile, &file))
        .map_err(|error| Error::io("keep", &file, &error))?;
    Ok((file, sheet))
}

/// Profiles of workers that ended when nobody of ours lived to take them.
fn left_behind(recordings: &Path) -> Vec<Left> {
    let entries = WalkDir::new(recordings).into_iter().flatten();
    let announced = entries.filter(|entry| {
        let extension = entry.path().extension();
        extension.is_some_and(|extension| extension == "json")
    });
    let left = announced.filter_map(|entry| {
        let text = fs::read(entry.path()).ok()?;
        serde_json::from_slice::<Left>(&text).ok()
    });
    let (there, gone): (Vec<_>, Vec<_>) = left.partition(|left| left.profile.is_file());
    // It was killed before it had anything to leave.
    gone.iter().for_each(Left::forget);
    there
}

/// Keys of the profiles that an image has left and that are whole, in the order of their names' times.
pub fn stored(store: &Store, function: &str, build: &str) -> Result<Vec<String>> {
    let objects = store.list(&format!("profiles/{function}/{build}"))?;
    let mut profiles: Vec<String> = objects
        .into_iter()
        .filter_map(|object| Some(format!("{}.iprof", object.key.strip_suffix(".json")?)))
        .collect();
    profiles.sort_by(|one, other| name_of(one).cmp(name_of(other)));
    Ok(profiles)
}

/// The last part of a key, without its ending: no two profiles have the same.
pub fn name_of(key: &str) -> &str {
    let file = key.rsplit('/').next().unwrap_or(key);
    file.split('.').next().unwrap_or(file)
}
