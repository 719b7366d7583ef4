//! From a worker that has ended to a profile in the store: checked, named uniquely, kept here until the store has it. No call waits
//! for any of this, and a death at any moment loses nothing that was whole.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::identity::file_digest;
use crate::pipeline::profile_of_a_worker;
use crate::store::Store;
use crate::variant::Variant;
use crate::workdir::{create_dir, write_atomically};

/// The longest pause between two tries.
const LONGEST: Duration = Duration::from_secs(30);

/// Where a profile came from: `<name>.json` beside it, here and in the store.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Origin {
    /// 1.
    pub schema_version: u32,
    /// The function.
    pub function: String,
    /// Its version: digest over JAR and manifest.
    pub version: String,
    /// The image that it was left by.
    pub build: String,
    /// Which variant that is.
    pub variant: Variant,
    /// The worker.
    pub worker: String,
    /// Calls that it was given; `None` where the controller died before it could count them.
    pub calls: Option<u64>,
    /// When it was gathered.
    pub time: Timestamp,
    /// The operating system and architecture that it was gathered on.
    pub platform: String,
    /// SHA-256 of the profile.
    pub sha256: String,
    /// Its size.
    pub bytes: u64,
}

/// A profile that was left.
#[derive(Clone, Debug)]
pub struct Left {
    /// The function.
    pub function: String,
    /// Its version.
    pub version: String,
    /// The image.
    pub build: String,
    /// The variant.
    pub variant: Variant,
    /// Calls of the worker.
    pub calls: Option<u64>,
    /// The file.
    pub profile: PathBuf,
    /// How the worker ended.
    pub ending: String,
}

/// What became of a profile.
#[derive(Debug)]
pub enum Told {
    /// It waits for the store.
    Pending(Origin),
    /// It is in the store.
    Stored(Origin),
    /// It is not one.
    Useless {
        /// Whose.
        function: String,
        /// Why.
        why: String,
    },
    /// The store does not take it now.
    Away {
        /// Whose.
        function: String,
        /// Why.
        why: String,
    },
}

/// Takes profiles; a thread of its own puts them into the store.
#[derive(Clone, Debug)]
pub struct Collector {
    left: Sender<Left>,
}

impl Collector {
    /// Begins with what an earlier life left below `home`; `tell` hears of every profile.
    pub fn start(home: &Path, store: Store, tell: impl Fn(Told) + Send + 'static) -> Result<Self> {
        let pending = home.join("pending");
        create_dir(&pending)?;
        let (left, queue) = channel();
        let work = move || run(&pending, &store, &queue, &tell);
        std::thread::Builder::new()
            .name("collector".to_owned())
            .spawn(work)
            .map_err(|error| {
                Error::new(
                    crate::error::ErrorKind::Unexpected,
                    "could not start the collector",
                )
                .because(error.to_string())
            })?;
        Ok(Self { left })
    }

    /// Takes a profile.
    pub fn take(&self, left: Left) {
        // The collector lives as long as the controller.
        let _ = self.left.send(left);
    }
}

fn run(pending: &Path, store: &Store, queue: &Receiver<Left>, tell: &dyn Fn(Told)) {
    let mut waiting = found(pending);
    for (_, origin) in &waiting {
        tell(Told::Pending(origin.clone()));
    }
    let mut pause = Duration::ZERO;
    loop {
        let left = match waiting.is_empty() {
            true => queue.recv().map_err(|_| RecvTimeoutError::Disconnected),
            false => queue.recv_timeout(pause),
        };
        match left {
            Ok(left) => match keep(pending, &left) {
                Ok(kept) => {
                    tell(Told::Pending(kept.1.clone()));
                    waiting.push(kept);
                    if pause.is_zero() {
                        continue;
                    }
                }
                Err(error) => tell(Told::Useless {
                    function: left.function,
                    why: format!("{error} (the worker {})", left.ending),
                }),
            },
            Err(RecvTimeoutError::Disconnected) if waiting.is_empty() => return,
            Err(_) => {}
        }
        let Some((file, origin)) = waiting.first().cloned() else {
            continue;
        };
        match put(store, &file, &origin) {
            Ok(()) => {
                waiting.remove(0);
                pause = Duration::ZERO;
                tell(Told::Stored(origin));
            }
            Err(error) => {
                pause = (pause * 2).clamp(Duration::from_millis(500), LONGEST);
                tell(Told::Away {
                    function: origin.function,
                    why: error.to_string(),
                });
            }
        }
    }
}

/// Checks what was left and keeps it with its origin; whichever is there alone after a death is not counted.
fn keep(pending: &Path, left: &Left) -> Result<(PathBuf, Origin)> {
    profile_of_a_worker(&left.profile)?;
    let name = format!(
        "{:015x}-{:08x}",
        Timestamp::now().as_microsecond(),
        rand::random::<u32>()
    );
    let worker = left
        .profile
        .file_stem()
        .map(|stem| stem.to_string_lossy().into_owned())
        .unwrap_or_default();
    let origin = Origin {
        schema_version: 1,
        function: left.function.clone(),
        version: left.version.clone(),
        build: left.build.clone(),
        variant: left.variant,
        worker,
        calls: left.calls,
        time: Timestamp::now(),
        platform: format!("{}-{}", std::env::consts::OS, std::env::consts::ARCH),
        sha256: file_digest(&left.profile)?,
        bytes: fs::metadata(&left.profile)
            .map_err(|error| Error::io("read", &left.profile, &error))?
            .len(),
    };
    let file = pending.join(format!("{name}.iprof"));
    let text = serde_json::to_vec_pretty(&origin).expect("it has only string keys");
    write_atomically(&file.with_extension("json"), &text)?;
    fs::File::open(&left.profile)
        .and_then(|profile| profile.sync_all())
        .and_then(|()| fs::rename(&left.profile, &file))
        .map_err(|error| Error::io("keep", &file, &error))?;
    Ok((file, origin))
}

/// What waits in `pending`.
fn found(pending: &Path) -> Vec<(PathBuf, Origin)> {
    let entries = fs::read_dir(pending).into_iter().flatten().flatten();
    let mut found: Vec<(PathBuf, Origin)> = entries
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|it| it == "iprof"))
        .filter_map(|path| {
            let text = fs::read(path.with_extension("json")).ok()?;
            let origin = serde_json::from_slice(&text).ok()?;
            Some((path, origin))
        })
        .collect();
    found.sort_by(|one, other| one.0.cmp(&other.0));
    found
}

/// The folder of a version's profiles in the store.
pub fn folder(function: &str, version: &str) -> String {
    format!("profiles/{function}/{version}")
}

fn put(store: &Store, file: &Path, origin: &Origin) -> Result<()> {
    let stem = file.file_stem().unwrap_or_default().to_string_lossy();
    let folder = folder(&origin.function, &origin.version);
    let key = format!("{folder}/{}/{}/{stem}", origin.build, origin.worker);
    // The profile first: what has its origin beside it is whole. One that is there already was put there before a death.
    store.create_from_file(&format!("{key}.iprof"), file)?;
    let text = serde_json::to_vec_pretty(origin).expect("it has only string keys");
    store.create(&format!("{key}.json"), text)?;
    let _ = fs::remove_file(file);
    let _ = fs::remove_file(file.with_extension("json"));
    Ok(())
}

/// Keys of the profiles of a version that are whole, in order.
pub fn stored(store: &Store, function: &str, version: &str) -> Result<Vec<String>> {
    let objects = store.list(&folder(function, version))?;
    let profiles = objects
        .into_iter()
        .filter_map(|object| Some(format!("{}.iprof", object.key.strip_suffix(".json")?)));
    Ok(profiles.collect())
}
