//! From what a program left to a profile in the store; what the store does not take waits in a folder.

use std::fs;
use std::path::PathBuf;
use std::thread::JoinHandle;
use std::time::Duration;

use jiff::Timestamp;
use tempfile::TempDir;

use super::image::Image;
use super::order::Order;
use super::told::Told;
use crate::error::{Error, ErrorKind, Result};
use crate::exec::Ending;
use crate::host::Processor;
use crate::identity::{Identity, Inputs, file_digest};
use crate::interrupt::Stop;
use crate::pipeline::profile_of_a_worker;
use crate::profile::ProfileKind;
use crate::profile::provenance::Provenance;
use crate::profile::shared::{GatheredBy, Sheet, hand_over, wait, waiting};
use crate::store::Store;
use crate::workdir::create_dir;

/// A store that hangs instead of failing gets so much more than the patience.
const HANGS: Duration = Duration::from_secs(1);

/// What a program may have left.
pub struct Left<'a> {
    pub image: &'a Image,
    pub build: Result<Identity>,
    pub worker: &'a str,
    pub started: Timestamp,
    pub ending: Ending,
    /// Where its profile is, if it left one.
    pub file: PathBuf,
}

/// Sends profiles; they are in its folder until the store has them.
pub struct Sender {
    store: Store,
    patience: Duration,
    folder: PathBuf,
    /// The folder, where it is this process's own: what does not stay goes with it.
    own: Option<TempDir>,
}

/// What is sent while the program runs.
pub struct Earlier {
    stop: Stop,
    thread: Option<JoinHandle<usize>>,
}

impl Sender {
    /// Makes the folder.
    pub fn new(order: &Order) -> Result<Self> {
        let mut own = None;
        let folder = match &order.keep {
            Some(folder) => std::path::absolute(folder).unwrap_or_else(|_| folder.clone()),
            None => {
                let made = tempfile::Builder::new().prefix("pgoctl-collect-").tempdir();
                let made = made.map_err(|error| {
                    Error::io("make a folder in", &std::env::temp_dir(), &error)
                        .hint("`--keep DIR` names a folder that may be written: a volume of the container's")
                })?;
                own.insert(made).path().to_owned()
            }
        };
        create_dir(&folder)?;
        Ok(Self {
            store: order.store.clone(),
            patience: order.patience,
            folder,
            own,
        })
    }

    /// A file that nobody else writes.
    pub fn new_file(&self, function: &str) -> PathBuf {
        let now = Timestamp::now().as_millisecond();
        let number = rand::random::<u32>();
        self.folder
            .join(format!("{function}-{now}-{number:08x}.iprof"))
    }

    /// Begins to send what earlier starts left.
    pub fn send_earlier(&self) -> Earlier {
        let stop = Stop::default();
        let waiting = match &self.own {
            Some(_) => Vec::new(),
            None => waiting(&self.folder),
        };
        let store = self.store.clone().heeding(&stop).within(self.patience);
        let send = move || send(&store, &waiting);
        let builder = std::thread::Builder::new().name("earlier".to_owned());
        // What cannot be sent now is tried again at the end.
        let thread = builder.spawn(send).ok();
        Earlier { stop, thread }
    }

    /// Checks and sends what was left, and then what still waits of earlier starts.
    pub fn finish(mut self, left: Left<'_>, earlier: Earlier) -> Vec<Told> {
        let own = self.keep(left);
        earlier.stop.ask();
        let mut sent = earlier
            .thread
            .map_or(0, |thread| thread.join().unwrap_or(0));
        let store = self.store_for_so_long();
        let first = match own {
            Ok((file, sheet)) => match hand_over(&store, &file, &sheet) {
                Ok((key, _)) => Told::Stored { key },
                Err(why) => Told::Waits {
                    file,
                    why: in_time(why, &store),
                    is_kept: self.own.is_none(),
                },
            },
            Err(useless) => useless,
        };
        match &first {
            Told::Waits { .. } | Told::Useless { file: Some(_), .. } => {
                // It stays where it is.
                let _ = self.own.take().map(TempDir::keep);
            }
            _ if self.own.is_none() => sent += send(&store, &waiting(&self.folder)),
            _ => {}
        }
        let earlier = (sent > 0).then_some(Told::Earlier(sent));
        std::iter::once(first).chain(earlier).collect()
    }

    /// The store for what is still to do: what fails and what hangs ends in time, and a signal ends it at once.
    fn store_for_so_long(&self) -> Store {
        let stop = Stop::default();
        let (asked, limit) = (stop.clone(), self.patience + HANGS);
        let end = move || {
            std::thread::sleep(limit);
            asked.ask();
        };
        // Without it only a store that hangs takes longer.
        let _ = std::thread::Builder::new().spawn(end);
        self.store.clone().heeding(&stop).within(self.patience)
    }

    /// Lets the profile wait, if what was left is one.
    fn keep(&self, left: Left<'_>) -> std::result::Result<(PathBuf, Sheet), Told> {
        let (ending, file) = (left.ending, left.file.clone());
        let kept = profile_of_a_worker(&file)
            .map_err(|error| error.summary().to_owned())
            .and_then(|()| {
                let sheet = sheet(left).map_err(|error| error.to_string())?;
                wait(&file, &sheet).map_err(|error| error.to_string())?;
                Ok(sheet)
            });
        match kept {
            Ok(sheet) => Ok((file, sheet)),
            Err(why) => Err(Told::Useless {
                why,
                file: file.is_file().then_some(file),
                ending,
            }),
        }
    }
}

fn sheet(left: Left<'_>) -> Result<Sheet> {
    let bytes = fs::metadata(&left.file).map_err(|error| Error::io("read", &left.file, &error))?;
    let provenance = Provenance {
        schema_version: 1,
        run: 1,
        kind: ProfileKind::Iprof,
        source: left.image.variant(),
        image: left.build?,
        inputs: Inputs::new().with("worker", left.worker),
        // Nobody counts them.
        requests: 0,
        processes: None,
        started: left.started.to_string(),
        seconds: Timestamp::now().duration_since(left.started).as_secs_f64(),
        ending: left.ending.to_string(),
        processor: Some(Processor::detect()),
        hotspot: None,
        pulled_from: None,
        sha256: file_digest(&left.file)?,
        bytes: bytes.len(),
    };
    let function = &left.image.function;
    Ok(Sheet::here(
        function,
        left.worker,
        GatheredBy::Collect,
        provenance,
    ))
}

/// Hands over one after the other until one is not taken; how many were.
fn send(store: &Store, waiting: &[(PathBuf, Sheet)]) -> usize {
    let taken = waiting
        .iter()
        .take_while(|(file, sheet)| hand_over(store, file, sheet).is_ok());
    taken.count()
}

/// The error of a store, where it was we who did not wait longer.
fn in_time(error: Error, store: &Store) -> Error {
    match error.kind() {
        ErrorKind::Interrupted => Error::new(
            ErrorKind::StoreAway,
            format!("{} did not take it in time", store.place()),
        ),
        _ => error,
    }
}
