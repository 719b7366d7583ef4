//! `replicas/<controller>/<n>.json`: a controller that lives says so with a number that grows, and reads the others' numbers.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::alive::{Alive, BEAT, SILENCE};
use crate::error::{Error, ErrorKind, Result};
use crate::store::Store;
use crate::workdir::write_atomically;

/// The folder of all controllers' numbers.
const FOLDER: &str = "replicas";
/// The file in a controller's folder that has the name that it goes by.
const NAME: &str = "replica";
/// How long the store has to take a beat when a controller ends.
const ENDS: Duration = Duration::from_secs(10);

fn key(name: &str, beat: u64) -> String {
    format!("{FOLDER}/{name}/{beat:012}.json")
}

/// The last numbers of all controllers.
fn last_beats(store: &Store, folder: &str) -> Result<BTreeMap<String, u64>> {
    let mut last = BTreeMap::new();
    for object in store.list(folder)? {
        let parts: Vec<&str> = object.key.split('/').collect();
        if let [_, name, file] = parts[..]
            && let Some(beat) = file.strip_suffix(".json").and_then(|n| n.parse().ok())
        {
            // Keys come in order: the last one is the newest.
            last.insert(name.to_owned(), beat);
        }
    }
    Ok(last)
}

/// The time by the clock of the store: when it took the newest number of any controller.
pub fn clock(store: &Store) -> Result<Option<Timestamp>> {
    let beats = store.list(FOLDER)?;
    Ok(beats.iter().map(|object| object.modified).max())
}

/// Removes all numbers of a controller: it is gone for everybody who looks.
fn remove(store: &Store, name: &str) -> Result<()> {
    let beats = store.list(&format!("{FOLDER}/{name}"))?;
    beats
        .iter()
        .try_for_each(|object| store.delete(&object.key))
}

/// A name that no other controller has, nor this folder's controller before this life.
fn name() -> String {
    let uname = rustix::system::uname();
    let host: String = uname
        .nodename()
        .to_string_lossy()
        .chars()
        .filter(|letter| letter.is_ascii_alphanumeric() || *letter == '-')
        .take(40)
        .collect();
    let host = host.trim_matches('-');
    let drawn = rand::random::<u32>();
    match host {
        "" => format!("controller-{drawn:08x}"),
        host => format!("{host}-{drawn:08x}"),
    }
}

/// Says that this controller lives, on a thread of its own, and knows who else does.
#[derive(Debug)]
pub struct Beats {
    name: String,
    store: Store,
    alive: Arc<Mutex<Alive>>,
    end: Sender<Sender<()>>,
}

impl Beats {
    /// Says it for the first time, and goes on; what the life before in `home` had taken is free at once. `lapsed` is told when so
    /// long passed without a beat that the others may have taken this one for dead.
    pub fn start(home: &Path, store: Store, lapsed: impl Fn() + Send + 'static) -> Result<Self> {
        let file = home.join(NAME);
        let before = std::fs::read_to_string(&file).unwrap_or_default();
        let name = name();
        write_atomically(&file, name.as_bytes())?;
        if !before.trim().is_empty() {
            remove(&store, before.trim())?;
        }
        let alive = Arc::new(Mutex::new(Alive::default()));
        let mut heart = Heart {
            name: name.clone(),
            store: store.clone(),
            alive: Arc::clone(&alive),
            beat: 0,
            last: Instant::now(),
        };
        heart.beat()?;
        heart.look()?;
        let (end, ends) = channel();
        std::thread::Builder::new()
            .name("beats".to_owned())
            .spawn(move || heart.run(&ends, &lapsed))
            .map_err(|error| {
                Error::new(ErrorKind::Unexpected, "could not start the controller")
                    .because(error.to_string())
            })?;
        Ok(Self {
            name,
            store,
            alive,
            end,
        })
    }

    /// The name that this controller goes by.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether that controller is dead, or has ended.
    pub fn is_dead(&self, name: &str) -> Result<bool> {
        if let Some(dead) = lock(&self.alive).is_dead(name) {
            return Ok(dead);
        }
        // It may have come since we last looked.
        Ok(last_beats(&self.store, &format!("{FOLDER}/{name}"))?.is_empty())
    }

    /// Says that this controller is gone.
    pub fn end(&self) {
        let (done, over) = channel();
        if self.end.send(done).is_ok() {
            let _ = over.recv_timeout(ENDS);
        }
    }
}

fn lock(alive: &Mutex<Alive>) -> MutexGuard<'_, Alive> {
    alive.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What the thread does.
struct Heart {
    name: String,
    store: Store,
    alive: Arc<Mutex<Alive>>,
    beat: u64,
    /// When the store took a beat.
    last: Instant,
}

impl Heart {
    fn run(&mut self, ends: &Receiver<Sender<()>>, lapsed: &dyn Fn()) {
        loop {
            match ends.recv_timeout(BEAT) {
                Ok(done) => {
                    let _ = remove(&self.store, &self.name);
                    let _ = done.send(());
                    return;
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return,
            }
            let before = self.last;
            // A store that is away is away for the others too; whoever needs it says so.
            if self.beat().is_ok() && before.elapsed() >= SILENCE {
                lapsed();
            }
            let _ = self.look();
        }
    }

    fn beat(&mut self) -> Result<()> {
        let text = serde_json::json!({
            "schema_version": 1,
            "controller": self.name,
            "pgoctl": env!("CARGO_PKG_VERSION"),
        });
        let text = serde_json::to_vec(&text).expect("it has only string keys");
        self.store.create(&key(&self.name, self.beat + 1), text)?;
        self.beat += 1;
        self.last = Instant::now();
        if self.beat > 1 {
            // One that stays is removed with the others at the end.
            let _ = self.store.delete(&key(&self.name, self.beat - 1));
        }
        Ok(())
    }

    fn look(&self) -> Result<()> {
        let beats = last_beats(&self.store, FOLDER)?;
        let forgotten = {
            let mut alive = lock(&self.alive);
            alive.look(Instant::now(), &beats);
            alive.forgotten()
        };
        for name in forgotten.iter().filter(|name| **name != self.name) {
            let _ = remove(&self.store, name);
        }
        Ok(())
    }
}
