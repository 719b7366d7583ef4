//! One training run: the function is started, does its share of work, and ends in order so that it can leave its profile.

use std::path::Path;
use std::time::Duration;

use super::Process;
use super::last_words::with_last_words;
use super::launch::Launch;
use super::server::{self, Server};
use crate::error::{Error, ErrorKind, Result};
use crate::exec::Ending;
use crate::load;
use crate::load::{Failure, LoadPlan};
use crate::warning::{Warning, WarningKind};
use crate::workload::{HttpWork, Workload};

/// A process that dies closes its connections a little before it is gone.
const DYING: Duration = Duration::from_millis(500);

/// What one training run did.
#[derive(Debug)]
pub struct Exercise {
    /// Requests answered as expected, or invocations carried out.
    pub served: u64,
    /// From spawn to end.
    pub took: Duration,
    /// How the process ended.
    pub ending: Ending,
    /// It, or what it had started, did not end after SIGTERM and was killed.
    pub killed: bool,
    /// What was odd about it.
    pub warnings: Vec<Warning>,
}

/// How much work is made.
pub struct Share<'a> {
    /// How many requests a server has to answer.
    pub requests: u64,
    /// How long each answer may take.
    pub timeout: Duration,
    /// Is told of the first one that took longer.
    pub tell: &'a dyn Fn(&Failure),
}

/// Starts the function, makes it do its share (or its one invocation), and waits for its end.
pub fn exercise(
    process: &Process,
    launch: &Launch,
    share: &Share<'_>,
    log: &Path,
) -> Result<Exercise> {
    match &process.workload {
        Workload::Http(work) => serve(process, work, launch, share, log),
        Workload::Invoke(_) => {
            let invocation = server::invoke_once(process, launch, log)?;
            Ok(Exercise {
                served: 1,
                took: invocation.wall,
                ending: invocation.ending,
                killed: false,
                warnings: Vec::new(),
            })
        }
    }
}

fn died(ending: Ending, log: &Path) -> Error {
    let goal = "the function ended while it was trained";
    let error = Error::new(ErrorKind::Training, goal).because(format!("it {ending}"));
    with_last_words(error, log)
}

/// How long a function may take to end: as long as it is given, and never less than it took to do its work. An instrumented image
/// is slow, and writes megabytes while it shuts down.
fn patience(stop_timeout: Duration, worked: Duration) -> Duration {
    stop_timeout.max(worked)
}

fn serve(
    process: &Process,
    work: &HttpWork,
    launch: &Launch,
    share: &Share<'_>,
    log: &Path,
) -> Result<Exercise> {
    let mut server = Server::start(process, launch, log)?;
    server.wait_ready(work)?;
    let workload = work.compile(&server.variables()?)?;
    let plan = LoadPlan {
        timeout: share.timeout,
        ..work.load_plan(share.requests)
    };
    let outcome = load::run(
        &server.address().into(),
        &workload,
        &plan,
        &process.stop,
        share.tell,
    );
    process.stop.check()?;
    let outcome = outcome.map_err(|error| {
        let failed = Error::new(ErrorKind::Training, "nothing could be asked").source(&error);
        with_last_words(failed, log)
    })?;
    if let Some(failure) = outcome.failure(share.requests) {
        if let Some(ending) = server.ended_within(DYING) {
            return Err(died(ending, log));
        }
        let goal = "the function did not answer as expected";
        let error = Error::new(ErrorKind::Training, goal).because(failure.words);
        let error = failure.hint.into_iter().fold(error, Error::hint);
        return Err(with_last_words(error, log));
    }
    if let Some(ending) = server.ended() {
        return Err(died(ending, log));
    }
    let started = server.started();
    let stopped = server.stop(patience(process.stop_timeout, started.elapsed()));
    let mut warnings = Vec::new();
    if stopped.left_processes {
        warnings.push(Warning::new(
            WarningKind::LeftProcesses,
            format!(
                "`{}` left processes behind when it ended; they were ended too",
                process.name
            ),
        ));
    }
    Ok(Exercise {
        served: outcome.succeeded(),
        took: started.elapsed(),
        ending: stopped.ending,
        killed: stopped.killed,
        warnings,
    })
}
