//! What others put into the store, gotten in the background: JARs of versions, and images that some controller has made.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::image::Runnable;
use super::runnable::Tools;
use super::state::{Optimized, Stage, State};
use super::{profile_set, project};
use crate::error::{Error, ErrorKind, Result};
use crate::store::Store;
use crate::variant::Variant;

/// How long a store may be away for one piece: whoever waits asks again.
const PATIENCE: Duration = Duration::from_secs(5);
/// So many pieces at a time: a controller that begins with an empty folder gets all that is called at once.
const THREADS: usize = 4;

/// An image that another controller may have made.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// The function.
    pub function: String,
    /// Its version.
    pub version: String,
    /// The project's file.
    pub project: PathBuf,
    /// Which variant.
    pub variant: Variant,
    /// The set of profiles that it is made of, where it is.
    pub set: Option<Optimized>,
    /// Whether this controller is about to build it: then what it traced is what all images are told, if nobody was faster.
    pub decides: bool,
}

/// What came of it.
#[derive(Debug)]
pub enum Fetched {
    /// The project of a version is here, or why not.
    Project {
        /// The function.
        function: String,
        /// The version.
        version: String,
        /// Why it is not.
        failed: Option<String>,
    },
    /// An image was looked for.
    Image {
        /// Which.
        wanted: Box<Wanted>,
        /// How long that took.
        took: Duration,
        /// The image; `None`: nobody has made it. Or why that could not be found out.
        found: std::result::Result<Option<Box<Runnable>>, String>,
    },
}

enum Work {
    Project(Box<State>),
    Image(Box<Wanted>),
}

/// Gets what is asked for, on threads of its own.
#[derive(Debug)]
pub struct Fetcher {
    work: Sender<Work>,
    known: Arc<Mutex<Known>>,
}

impl Fetcher {
    /// `shares` says whether other controllers put images into the store; `tell` hears what came of each piece.
    pub fn start(
        tools: &Tools,
        store: &Store,
        shares: bool,
        tell: impl Fn(Fetched) + Clone + Send + 'static,
    ) -> Result<Self> {
        let (work, queue) = channel::<Work>();
        let queue = Arc::new(Mutex::new(queue));
        let known = Arc::new(Mutex::new(Known::default()));
        for _ in 0..THREADS {
            let getter = Getter {
                tools: tools.clone(),
                store: store.clone().within(PATIENCE),
                shares,
                known: Arc::clone(&known),
            };
            let (queue, tell) = (Arc::clone(&queue), tell.clone());
            std::thread::Builder::new()
                .name("fetcher".to_owned())
                .spawn(move || {
                    while let Some(work) = next(&queue) {
                        tell(getter.carry_out(work));
                    }
                })
                .map_err(|error| {
                    Error::new(ErrorKind::Unexpected, "could not start the fetcher")
                        .because(error.to_string())
                })?;
        }
        Ok(Self { work, known })
    }

    /// What was gotten into `folder` is not there any more.
    pub fn forget(&self, folder: &Path) {
        let mut known = locked(&self.known);
        known
            .agreed
            .retain(|_, project| !project.starts_with(folder));
        known.sets.retain(|set| !set.starts_with(folder));
    }

    /// Gets the project of the version in `state`, and where images are shared the one that serves, so that the first call finds it.
    pub fn project(&self, state: &State) {
        // The fetcher lives as long as the controller.
        let _ = self.work.send(Work::Project(Box::new(state.clone())));
    }

    /// Looks for an image.
    pub fn image(&self, wanted: Wanted) {
        let _ = self.work.send(Work::Image(Box::new(wanted)));
    }
}

/// The next piece; `None` once nobody asks any more.
fn next(queue: &Mutex<Receiver<Work>>) -> Option<Work> {
    let queue = queue.lock().unwrap_or_else(PoisonError::into_inner);
    queue.recv().ok()
}

fn locked(known: &Mutex<Known>) -> MutexGuard<'_, Known> {
    known.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What need not be asked for again.
#[derive(Debug, Default)]
struct Known {
    /// What is agreed on: keys of traces, once it is here, and the project that has it.
    agreed: BTreeMap<String, PathBuf>,
    /// Folders of sets of profiles that are whole.
    sets: BTreeSet<PathBuf>,
}

/// What a thread does.
struct Getter {
    tools: Tools,
    store: Store,
    shares: bool,
    known: Arc<Mutex<Known>>,
}

impl Getter {
    fn carry_out(&self, work: Work) -> Fetched {
        match work {
            Work::Project(state) => {
                let failed = self.project(&state).err();
                Fetched::Project {
                    function: state.function,
                    version: state.version,
                    failed: failed.map(|error| error.to_string()),
                }
            }
            Work::Image(wanted) => {
                let begun = Instant::now();
                let found = self.image(&wanted);
                Fetched::Image {
                    wanted,
                    took: begun.elapsed(),
                    found: found
                        .map(|image| image.map(Box::new))
                        .map_err(|error| error.to_string()),
                }
            }
        }
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        locked(&self.known)
    }

    fn project(&self, state: &State) -> Result<()> {
        project::fetch(&self.tools, &self.store, state)?;
        if !self.shares || state.stage < Stage::Native {
            return Ok(());
        }
        let Some(project) = project::here(&self.tools, state)? else {
            return Ok(());
        };
        let optimized = state.optimized.as_ref();
        // Without it something else serves until it is here.
        let _ = self.image(&Wanted {
            function: state.function.clone(),
            version: state.version.clone(),
            project,
            variant: optimized.map_or(Variant::Native, |optimized| optimized.variant),
            set: state.optimized.clone(),
            decides: false,
        });
        Ok(())
    }

    fn image(&self, wanted: &Wanted) -> Result<Option<Runnable>> {
        let Wanted {
            function, project, ..
        } = wanted;
        if wanted.variant.is_native() && !self.agrees(wanted)? {
            return Ok(None);
        }
        let set = wanted.set.as_ref().filter(|set| !set.profiles.is_empty());
        let folder = set.map(|set| self.tools.set_folder(function, &wanted.version, &set.id));
        if let (Some(set), Some(folder)) = (set, &folder)
            && !self.known().sets.contains(folder)
        {
            profile_set::fetch(&self.store, folder, &set.profiles)?;
            self.known().sets.insert(folder.clone());
        }
        self.tools.fetch(
            project,
            function,
            wanted.variant,
            folder.as_deref(),
            &self.store,
        )
    }
    /// Whether it is known what images of this version are told: that belongs to their identities.
    fn agrees(&self, wanted: &Wanted) -> Result<bool> {
        let Wanted {
            function,
            version,
            project,
            decides,
            ..
        } = wanted;
        let key = format!("decisions/{function}/{version}/traced");
        if self.known().agreed.contains_key(&key) {
            return Ok(true);
        }
        let agrees = self
            .tools
            .agree_on_trace(project, function, &self.store, &key, *decides)?;
        if agrees {
            self.known().agreed.insert(key, project.clone());
        }
        Ok(agrees)
    }
}
