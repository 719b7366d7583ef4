//! One training run: the function is started, does its share of work, and ends in order so that it can leave its profile.

use std::path::Path;
use std::time::Duration;

use super::server::{self, Server};
use super::{HttpWork, Workload};
use crate::bench::load;
use crate::error::{Error, ErrorKind, Result};
use crate::exec::{self, Ending};
use crate::function::Function;
use crate::interrupt;
use crate::report::{Warning, WarningKind};
use crate::toolchain::Launch;

/// What one training run did.
#[derive(Debug)]
pub struct Exercise {
    /// Requests answered as expected, or invocations carried out.
    pub served: u64,
    /// From spawn to end.
    pub took: Duration,
    /// How the process ended.
    pub ending: Ending,
    /// It did not end after SIGTERM and was killed.
    pub killed: bool,
    /// What was odd about it.
    pub warnings: Vec<Warning>,
}

/// Starts the function, makes it serve `requests` requests (or lets it do its one invocation), and waits for its end.
pub fn exercise(
    function: &Function,
    launch: &Launch,
    requests: u64,
    log: &Path,
) -> Result<Exercise> {
    match &function.workload {
        Workload::Http(work) => serve(function, work, launch, requests, log),
        Workload::Invoke(_) => {
            let invocation = server::invoke_once(&function.process(), launch, log)?;
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

fn serve(
    function: &Function,
    work: &HttpWork,
    launch: &Launch,
    requests: u64,
    log: &Path,
) -> Result<Exercise> {
    let process = function.process();
    let server = Server::start(&process, launch, log)?;
    server.wait_ready(&work.ready)?;
    let workload = work.compile(&server.variables()?)?;
    let plan = work.load_plan(requests);
    let outcome = load::run(server.address(), &workload, &plan, interrupt::stop_flag());
    interrupt::check()?;
    let outcome = outcome.map_err(|error| {
        Error::new(ErrorKind::Training, "the workload failed")
            .source(&error)
            .log(exec::tail(log))
    })?;
    if let Some(failure) = outcome.failures.first_example() {
        return Err(Error::new(
            ErrorKind::Training,
            "the function did not answer as expected",
        )
        .because(failure)
        .log(exec::tail(log)));
    }
    if let Some(ending) = server.ended() {
        return Err(Error::new(
            ErrorKind::Training,
            "the function ended while it was trained",
        )
        .because(format!("it {ending}"))
        .log(exec::tail(log)));
    }
    let started = server.started();
    let stopped = server.stop();
    let mut warnings = Vec::new();
    if stopped.left_processes {
        warnings.push(Warning::new(
            WarningKind::LeftProcesses,
            format!(
                "`{}` left processes behind when it ended; they were ended too",
                function.name
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
