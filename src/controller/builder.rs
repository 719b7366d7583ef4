//! Builds in the background, one at a time: each is a `pgoctl build` of its own, with low priority, so that a build that crashes or
//! is killed takes nothing with it, and everything that `build` knows about images holds here too.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Sender, channel};
use std::time::{Duration, Instant};

use super::profile_set;
use super::runnable::{Tools, TraceLeft};
use crate::error::{Error, ErrorKind, Result};
use crate::exec::{Ending, Tool, run_logged, tail};
use crate::exit_code::ExitCode;
use crate::host::available_memory;
use crate::interrupt::Stop;
use crate::store::Store;
use crate::variant::Variant;

/// A build has a time limit of its own (`build-timeout`); this one is for what hangs besides.
const LIMIT: Duration = Duration::from_secs(4 * 3600);
/// What a native build needs at least: native-image itself asks for no less than 2 GB and takes some 3.4 for small functions.
const MEMORY: u64 = 2 << 30;

/// One image to build.
#[derive(Clone, Debug)]
pub struct Job {
    /// The function.
    pub function: String,
    /// Its version.
    pub version: String,
    /// The project's file.
    pub project: PathBuf,
    /// Which variant.
    pub variant: Variant,
    /// Keys of the profiles in the store that it is built with, and the folder that they go to.
    pub profiles: Option<(PathBuf, Vec<String>)>,
    /// Where its output goes.
    pub log: PathBuf,
}

/// What became of a build.
#[derive(Debug)]
pub struct Built {
    /// What was built.
    pub job: Job,
    /// How long it took.
    pub took: Duration,
    /// The exit code of `pgoctl build`; `None` where it got none, or was not started.
    pub exit_code: Option<i32>,
    /// Why it failed, and whether it may be tried again.
    pub failed: Option<(String, bool)>,
}

/// How `pgoctl` is called for a build.
#[derive(Clone, Debug)]
pub struct Program {
    /// This program.
    pub program: PathBuf,
    /// Flags of the tools, as they were given to `serve`.
    pub args: Vec<String>,
    /// Whether images are looked for in the store before they are built, and kept there for other controllers.
    pub products: bool,
    /// Whether native images are built as Jobs of a cluster.
    pub on_cluster: bool,
}

/// Takes builds; a thread of its own does one after the other.
#[derive(Clone)]
pub struct Builder {
    work: Sender<Work>,
}

/// What is done in the background.
enum Work {
    Build(Job),
    /// Keep what was traced: it goes into the builds after it.
    Keep(TraceLeft),
}

/// What became of it.
#[derive(Debug)]
pub enum Done {
    /// A build.
    Built(Built),
    /// What was traced of that function is kept, or why not.
    Kept(String, Option<String>),
}

impl Builder {
    /// `tell` hears what became of each piece of work.
    pub fn start(
        program: Program,
        tools: Tools,
        store: Store,
        stop: Stop,
        tell: impl Fn(Done) + Send + 'static,
    ) -> Result<Self> {
        let (sender, queue) = channel::<Work>();
        let work = move || {
            for work in queue {
                match work {
                    Work::Keep(left) => {
                        let failed = tools.keep_trace(&left).err();
                        let _ = std::fs::remove_file(&left.record);
                        tell(Done::Kept(left.function, failed.map(|error| words(&error))));
                    }
                    Work::Build(job) => {
                        let started = Instant::now();
                        let (exit_code, built) = build(&program, &store, &stop, &job);
                        if stop.requested() {
                            // It did not fail: the controller ends.
                            continue;
                        }
                        tell(Done::Built(Built {
                            failed: built.err().map(|(error, again)| (words(&error), again)),
                            exit_code,
                            took: started.elapsed(),
                            job,
                        }));
                    }
                }
            }
        };
        std::thread::Builder::new()
            .name("builder".to_owned())
            .spawn(work)
            .map_err(|error| {
                Error::new(ErrorKind::Unexpected, "could not start the builder")
                    .because(error.to_string())
            })?;
        Ok(Self { work: sender })
    }

    /// Takes a build.
    pub fn take(&self, job: Job) {
        // The builder lives as long as the controller.
        let _ = self.work.send(Work::Build(job));
    }

    /// Takes what was traced.
    pub fn keep(&self, left: TraceLeft) {
        let _ = self.work.send(Work::Keep(left));
    }
}

/// An error in a line, with the last thing that the build said.
fn words(error: &Error) -> String {
    let last = error.failed_log().and_then(|log| {
        let said = log.tail.iter().find(|line| line.starts_with("error"));
        said.or(log.tail.last()).cloned()
    });
    match last {
        Some(last) => format!("{error}: {last}"),
        None => error.to_string(),
    }
}

/// What became of a build; what failed says whether another try may help.
type Ended = std::result::Result<(), (Error, bool)>;

/// Builds; the exit code, where there is one, and what became of it.
fn build(program: &Program, store: &Store, stop: &Stop, job: &Job) -> (Option<i32>, Ended) {
    let ending = match run(program, store, stop, job) {
        Ok(ending) => ending,
        Err(error) => return (None, Err((error, true))),
    };
    let code = match ending {
        Ending::Exited(code) => Some(code),
        _ => None,
    };
    if code == Some(0) {
        return (code, Ok(()));
    }
    let for_good = [ExitCode::Usage, ExitCode::Toolchain]
        .iter()
        .any(|kind| Some(i32::from(kind.number())) == code);
    let error = Error::new(
        ErrorKind::Build,
        format!("`pgoctl build --variant {}` {ending}", job.variant),
    )
    .log(tail(&job.log));
    (code, Err((error, !for_good)))
}

/// Runs `pgoctl build`, once all that it needs is there.
fn run(program: &Program, store: &Store, stop: &Stop, job: &Job) -> Result<Ending> {
    if job.variant.is_native() && !program.on_cluster {
        enough_memory()?;
    }
    let profiles = job.profiles.as_ref();
    let profiles = profiles
        .map(|(folder, keys)| profile_set::fetch(store, folder, keys).map(|()| folder.clone()));
    let profiles = profiles.transpose()?;
    let tool = command(program, store, job, profiles.as_deref()).stopped_by(stop);
    run_logged(&tool, &job.log, LIMIT, &mut |_| {})
}

fn enough_memory() -> Result<()> {
    match available_memory() {
        Some(left) if left < MEMORY => Err(Error::new(
            ErrorKind::Build,
            format!(
                "there is too little memory for a native build now: {} of {}",
                crate::units::bytes(left),
                crate::units::bytes(MEMORY)
            ),
        )),
        _ => Ok(()),
    }
}

fn command(program: &Program, store: &Store, job: &Job, profiles: Option<&Path>) -> Tool {
    let tool = Tool::new("nice")
        .arg("-n")
        .arg("10")
        .arg(&program.program)
        .arg("build")
        .arg("--config")
        .arg(&job.project)
        .arg("--function")
        .arg(&job.function)
        .arg("--variant")
        .arg(job.variant.name())
        .arg("--color")
        .arg("never")
        .args(&program.args);
    let engine = match program.on_cluster && job.variant.is_native() {
        true => "kubernetes",
        false => "local",
    };
    let tool = tool.arg("--engine").arg(engine);
    let tool = match program.products {
        true => tool.arg("--products").env("PGOCTL_STORE", store.named()),
        false => tool,
    };
    match profiles {
        Some(folder) => tool.arg("--profile-from").arg(folder),
        None => tool,
    }
}
