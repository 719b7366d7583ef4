//! A command as a Job of a Kubernetes cluster: what it needs goes into the store, `pgoctl job` in a pod does it, what it made comes
//! back. Kubernetes runs and retries, the store keeps; there is no scheduler, no queue and no service of ours.
//!
//! ```text
//! snapshot ─► order ─► store          the files, then the document that names them       (the one who asks)
//!   kubernetes ─► Job ─► pod          created once, found again by name, followed
//!     inside: store ─► files, `pgoctl …`, its products ─► store                          (in the pod)
//! result ◄─ store                     the files that are not here yet
//! ```

mod asked;
mod cluster;
mod inside;
#[cfg(feature = "kubernetes")]
mod kubernetes;
mod order;
mod outcome;
mod snapshot;

use crate::error::{Error, ErrorKind, Result};
use crate::event::{Event, Listener};
use crate::store::Store;

pub use asked::Asked;
pub use cluster::Cluster;
pub use inside::{Pod, carry_out};
pub use order::{Command, Order};
pub use outcome::Outcome;
pub use snapshot::Snapshot;

/// Has the command done, or finds out what an earlier Job of the same order came to; what it made is put where it would have been
/// made here.
///
/// # Errors
///
/// A store that a cluster cannot reach, a cluster that does not answer or does not let us, a Job that cannot run. What the command
/// itself came to is in the [`Outcome`].
pub fn run(asked: &Asked<'_>, listener: &dyn Listener) -> Result<Outcome> {
    let order = &asked.order;
    let outcome = match Outcome::find(asked.store, order)? {
        Some(outcome) if !asked.anew && !is_of_another_time(asked)? => {
            let line = format!("Job {}: it is done already", order.job_name());
            listener.hear(Event::Said { line });
            let said = outcome.said.iter().cloned();
            said.for_each(|line| listener.hear(Event::Said { line }));
            match fetched(asked, &outcome, listener)? {
                true => outcome,
                // Something of it is gone: it is done once more.
                false => anew(asked, listener)?,
            }
        }
        Some(_) => anew(asked, listener)?,
        None => followed(asked, listener)?,
    };
    if order.command.measures {
        outcome::delivered(asked.store, order)?;
    }
    Ok(outcome)
}

/// Whether it is a measurement that somebody has: the same words another time mean another one.
fn is_of_another_time(asked: &Asked<'_>) -> Result<bool> {
    Ok(asked.order.command.measures && outcome::is_delivered(asked.store, &asked.order)?)
}

/// Has the order done although there is an outcome of it.
fn anew(asked: &Asked<'_>, listener: &dyn Listener) -> Result<Outcome> {
    let asked = Asked {
        anew: true,
        order: asked.order.clone(),
        functions: asked.functions.clone(),
        ..*asked
    };
    followed(&asked, listener)
}

fn followed(asked: &Asked<'_>, listener: &dyn Listener) -> Result<Outcome> {
    asked.order.keep(asked.store)?;
    let outcome = follow(asked, listener)?;
    match fetched(asked, &outcome, listener)? {
        true => Ok(outcome),
        false => Err(Error::new(
            ErrorKind::Unexpected,
            format!(
                "what the Job `{}` made is not in {} any more",
                asked.order.job_name(),
                asked.store.place()
            ),
        )
        .hint("the same command with `--force` makes it anew")),
    }
}

/// Puts what a command made where it would have been made here; whether the store has all of it.
fn fetched(asked: &Asked<'_>, outcome: &Outcome, listener: &dyn Listener) -> Result<bool> {
    let mut waiting = |holder: &str| {
        listener.hear(Event::Waiting {
            holder: holder.to_owned(),
        });
    };
    let locks = asked
        .functions
        .iter()
        .map(|name| asked.workdir.lock(name, "job", asked.stop, &mut waiting));
    let _locks = locks.collect::<Result<Vec<_>>>()?;
    if !outcome.fetch(asked.store, asked.workdir.root())? {
        return Ok(false);
    }
    outcome.fetch_log(asked.store, &asked.log())?;
    Ok(true)
}

/// The error of a store that only this machine has.
pub fn not_shared(store: &Store) -> Error {
    Error::usage(format!("a cluster cannot reach {}", store.place()))
        .because("files of this machine are not there in a pod")
        .hint("name a bucket: `[store] url = \"s3://BUCKET\"`, or PGOCTL_STORE")
}

/// Ends the Jobs of that stage that this project has started for a function; their names.
///
/// # Errors
///
/// A cluster that does not answer or does not let us.
pub fn cancel(function: &str, stage: &str, client: &str, cluster: &Cluster) -> Result<Vec<String>> {
    #[cfg(feature = "kubernetes")]
    return kubernetes::cancel(function, stage, client, cluster);
    #[cfg(not(feature = "kubernetes"))]
    {
        let _ = (function, stage, client, cluster);
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
