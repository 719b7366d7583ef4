//! Whether one more profile would still say anything new: those in the store are read in the background, each of them once, in the
//! order in which this controller hears of them.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::sync::mpsc::{Sender, channel};

use super::collector::name_of;
use super::profile_set;
use crate::error::{Error, ErrorKind, Result};
use crate::profile::ProfileKind;
use crate::profile::stability::{Point, Watch, settled_for};
use crate::store::Store;
use crate::workdir::create_dir;

/// Profiles that count together.
#[derive(Clone, Debug)]
pub struct Gathered {
    /// The function.
    pub function: String,
    /// Its version.
    pub version: String,
    /// Where the last one that was read is kept.
    pub folder: PathBuf,
    /// Their keys in the store.
    pub keys: Vec<String>,
}

/// What they say together.
#[derive(Debug)]
pub struct Settled {
    /// The function.
    pub function: String,
    /// Its version.
    pub version: String,
    /// How many were read.
    pub profiles: usize,
    /// How many of them, at the end, changed nothing.
    pub unchanged: u32,
    /// The overlap of all with all but the last, 0 to 1.
    pub overlap: Option<f64>,
    /// Why one of them could not be read: it is tried again with the next ones.
    pub failed: Option<String>,
}

enum Work {
    Look(Gathered),
    Forget(String),
}

/// The profiles of a function so far.
struct Course {
    version: String,
    keys: Vec<String>,
    watch: Watch,
    points: Vec<Point>,
    last: Option<PathBuf>,
}

/// Reads profiles on a thread of its own.
#[derive(Debug)]
pub struct Settler {
    work: Sender<Work>,
}

impl Settler {
    /// `tell` hears what came of each look.
    pub fn start(store: Store, tell: impl Fn(Settled) + Send + 'static) -> Result<Self> {
        let (work, queue) = channel();
        let body = move || {
            let mut courses = BTreeMap::new();
            for work in queue {
                match work {
                    Work::Look(gathered) => tell(look(&store, &mut courses, gathered)),
                    Work::Forget(function) => _ = courses.remove(&function),
                }
            }
        };
        std::thread::Builder::new()
            .name("settler".to_owned())
            .spawn(body)
            .map_err(|error| {
                Error::new(
                    ErrorKind::Unexpected,
                    "could not start the reader of profiles",
                )
                .because(error.to_string())
            })?;
        Ok(Self { work })
    }

    /// Reads those that were not read yet.
    pub fn look(&self, gathered: Gathered) {
        // It lives as long as the controller.
        let _ = self.work.send(Work::Look(gathered));
    }

    /// Nobody asks for this function any more.
    pub fn forget(&self, function: &str) {
        let _ = self.work.send(Work::Forget(function.to_owned()));
    }
}

fn look(store: &Store, courses: &mut BTreeMap<String, Course>, gathered: Gathered) -> Settled {
    let Gathered {
        function,
        version,
        folder,
        keys,
    } = gathered;
    let goes_on = |course: &Course| {
        course.version == version && course.keys.iter().all(|key| keys.contains(key))
    };
    if !courses.get(&function).is_some_and(goes_on) {
        courses.remove(&function);
    }
    let course = courses.entry(function.clone()).or_insert_with(|| Course {
        version: version.clone(),
        keys: Vec::new(),
        watch: Watch::new(ProfileKind::Iprof),
        points: Vec::new(),
        last: None,
    });
    let new: Vec<String> = keys
        .into_iter()
        .filter(|key| !course.keys.contains(key))
        .collect();
    let read = new
        .into_iter()
        .try_for_each(|key| course.add(store, &folder, key));
    let settled = Settled {
        function: function.clone(),
        version,
        profiles: course.keys.len(),
        unchanged: settled_for(&course.points),
        overlap: course.points.last().and_then(|point| point.overlap),
        failed: read.err().map(|error| error.to_string()),
    };
    if settled.failed.is_some() {
        // The sums may have half of it: they begin anew.
        courses.remove(&function);
    }
    settled
}

impl Course {
    fn add(&mut self, store: &Store, folder: &std::path::Path, key: String) -> Result<()> {
        create_dir(folder)?;
        let file = folder.join(format!("{}.iprof", name_of(&key)));
        profile_set::fetch_one(store, &key, &file)?;
        let run = u32::try_from(self.points.len() + 1).unwrap_or(u32::MAX);
        self.points.push(self.watch.add(run, &file)?);
        self.keys.push(key);
        // The watch reads the last one again, and none before it.
        if let Some(before) = self.last.replace(file) {
            let _ = fs::remove_file(before);
        }
        Ok(())
    }
}
