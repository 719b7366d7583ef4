//! What the controller's loop hears.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::mpsc::Sender;

use tokio::sync::oneshot;

use super::builder::Done;
use super::collector::Told;
use super::fetcher::Fetched;
use super::manifest::Manifest;
use super::others::Heard;
use super::problem::Problem;
use super::runnable::TraceLeft;
use super::settler::Settled;
use super::state::State;

/// What somebody asks for by name and, where they know it, by generation.
#[derive(Debug)]
pub struct Order {
    /// The function.
    pub function: String,
    /// The generation that they saw.
    pub generation: Option<u64>,
    /// What.
    pub what: What,
    /// Who hears of it.
    pub reply: oneshot::Sender<std::result::Result<State, Problem>>,
}

/// What can be asked for.
#[derive(Clone, Debug)]
pub enum What {
    /// Serve this JAR; the file is the controller's own.
    Install(Manifest, PathBuf),
    /// Let the candidate take over, whatever was measured.
    Promote,
    /// Go back to the image without a profile.
    RollBack,
    /// Decide nothing.
    Pause,
    /// Decide again.
    Resume,
    /// Gather new profiles.
    Collect,
    /// Try a build that failed again now.
    Build,
    /// Stop serving it.
    Remove,
}

/// Somebody is about to clear away what nobody needs any more.
#[derive(Debug)]
pub struct Sweep {
    /// Functions whose folders are here and whose newest document says that they were removed.
    pub removed: Vec<String>,
    /// Who does it.
    pub reply: Sender<SetAside>,
}

/// What may be cleared away, as only the loop can tell.
#[derive(Debug, Default)]
pub struct SetAside {
    /// Renamed, so that nobody finds them any more: to be removed.
    pub folders: Vec<PathBuf>,
    /// The numbers of the workers that live: what they write is theirs.
    pub workers: BTreeSet<u64>,
}

/// What the loop hears.
#[derive(Debug)]
pub enum Message {
    /// Somebody asks for something.
    Asked(Order),
    /// A call came for a function of which nothing runs yet.
    Wake(String),
    /// A piece of background work has ended.
    Done(Done),
    /// Something was gotten from the store, or is not there.
    Fetched(Fetched),
    /// What other controllers decided.
    Heard(Heard),
    /// Other controllers may have taken this one for dead.
    Lapsed,
    /// All of it ends soon: nothing is begun any more that others could do.
    Leaving,
    /// A tracing worker has ended.
    Traced(TraceLeft),
    /// Something about a profile.
    Profile(Told),
    /// Profiles were read.
    Settled(Settled),
    /// A worker does not start.
    Failed(String),
    /// Somebody clears away what nobody needs any more.
    Sweep(Sweep),
    /// All of it ends.
    End(oneshot::Sender<()>),
}
