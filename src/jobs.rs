//! A command as a Job of a Kubernetes cluster: what it needs goes into the store, `pgoctl job` in a pod does it, what it made comes
//! back. Kubernetes runs and retries, the store keeps; there is no scheduler, no queue and no service of ours.
//!
//! ```text
//! snapshot ─► order ─► store          the files, then the document that names them       (the one who asks)
//!   kubernetes ─► Job ─► pod          created once, found again by name, followed
//!     inside: store ─► files, `pgoctl …`, its products ─► store                          (in the pod)
//! result ◄─ store                     the files that are not here yet
//! ```

mod cluster;
mod inside;
#[cfg(feature = "kubernetes")]
mod kubernetes;
mod order;
mod outcome;
mod snapshot;

use std::path::PathBuf;

use crate::error::{Error, ErrorKind, Result};
use crate::event::{Event, Listener};
use crate::interrupt::Stop;
use crate::store::Store;
use crate::workdir::Workdir;

pub use cluster::Cluster;
pub use inside::{Pod, carry_out};
pub use order::{Command, Order};
pub use outcome::Outcome;
pub use snapshot::Snapshot;

/// What a command is to a cluster.
#[derive(Debug)]
pub struct Asked<'a> {
    /// The command, and the files that it needs.
    pub order: Order,
    /// Where Jobs run, and with what.
    pub cluster: &'a Cluster,
    /// What goes to and fro.
    pub store: &'a Store,
    /// The project's `.pgoctl`.
    pub workdir: &'a Workdir,
    /// Whether what an earlier Job of the same order came to counts.
    pub anew: bool,
    /// What ends the waiting, besides signals; never the Job.
    pub stop: &'a Stop,
}

impl Asked<'_> {
    /// Where all that the command said is kept.
    pub fn log(&self) -> PathBuf {
        let jobs = self.workdir.jobs();
        jobs.join(format!("{}.log", self.order.job_name()))
    }
}

/// Has the command done, or finds out what an earlier Job of the same order came to; what it made is put where it would have been
/// made here.
///
/// # Errors
///
/// A store that a cluster cannot reach, a cluster that does not answer or does not let us, a Job that cannot run. What the command
/// itself came to is in the [`Outcome`].
pub fn run(asked: &Asked<'_>, listener: &dyn Listener) -> Result<Outcome> {
    let order = &asked.order;
    if asked.anew {
        outcome::forget(asked.store, order)?;
    }
    let found = Outcome::find(asked.store, order)?;
    let outcome = match found {
        Some(outcome) => {
            let line = format!("Job {}: it is done already", order.job_name());
            listener.hear(Event::Said { line });
            let said = outcome.said.iter().cloned();
            said.for_each(|line| listener.hear(Event::Said { line }));
            outcome.fetch_log(asked.store, &asked.log())?;
            outcome
        }
        None => {
            order.keep(asked.store)?;
            follow(asked, listener)?
        }
    };
    outcome.fetch(asked.store, asked.workdir.root())?;
    if order.command.measures {
        // The same words another time mean another measurement.
        outcome::forget(asked.store, order)?;
    }
    Ok(outcome)
}

/// The error of a store that only this machine has.
pub fn not_shared(store: &Store) -> Error {
    Error::usage(format!("a cluster cannot reach {}", store.place()))
        .because("files of this machine are not there in a pod")
        .hint("name a bucket: `[store] url = \"s3://BUCKET\"`, or PGOCTL_STORE")
}

/// Ends the Job of the same order; whether there was one.
///
/// # Errors
///
/// A cluster that does not answer or does not let us.
pub fn cancel(order: &Order, cluster: &Cluster) -> Result<bool> {
    #[cfg(feature = "kubernetes")]
    return kubernetes::cancel(order, cluster);
    #[cfg(not(feature = "kubernetes"))]
    {
        let _ = (order, cluster);
        Err(without())
    }
}

/// What a cluster lacks for Jobs, each with what to do about it; nothing is created.
///
/// # Errors
///
/// A cluster that does not answer.
pub fn lacks(cluster: &Cluster) -> Result<Vec<(String, String)>> {
    #[cfg(feature = "kubernetes")]
    return kubernetes::lacks(cluster);
    #[cfg(not(feature = "kubernetes"))]
    {
        let _ = cluster;
        Err(without())
    }
}

fn follow(asked: &Asked<'_>, listener: &dyn Listener) -> Result<Outcome> {
    #[cfg(feature = "kubernetes")]
    return kubernetes::follow(asked, listener);
    #[cfg(not(feature = "kubernetes"))]
    {
        let _ = (asked, listener);
        Err(without())
    }
}

/// This build cannot.
#[cfg(not(feature = "kubernetes"))]
fn without() -> Error {
    Error::new(
        ErrorKind::Toolchain,
        "this pgoctl was built without Kubernetes",
    )
    .hint("build it with the feature `kubernetes`")
}

/// An error of something that is not the user's fault.
fn unexpected(goal: impl Into<String>) -> Error {
    Error::new(ErrorKind::Unexpected, goal)
}
