//! What is measured: processes that are started for each round, and servers that run already.

use crate::compare::Side;
use crate::error::Result;
use crate::http::Variables;
use crate::identity::Inputs;
use crate::load::Target;
use crate::process::{Launch, Process};
use crate::workdir::Cache;
use crate::workload::{HttpWork, Workload};

/// One side of the comparison.
#[derive(Clone, Debug)]
pub struct Subject {
    /// Which one.
    pub side: Side,
    /// How it runs.
    pub runs: Runs,
}

/// How a subject runs.
#[derive(Clone, Debug)]
pub enum Runs {
    /// A fresh process for each round and each cold start.
    Process(Process, Launch),
    /// Somebody else started it, and nobody of us ends it: only requests can be measured.
    Already(RunningServer),
}

/// A server that runs already.
#[derive(Clone, Debug)]
pub struct RunningServer {
    /// Where it listens, and how to speak to it.
    pub target: Target,
    /// What requests may refer to.
    pub variables: Variables,
    /// What it is asked.
    pub work: HttpWork,
}

impl Subject {
    /// Whether it can be started afresh.
    pub fn has_cold_starts(&self) -> bool {
        matches!(self.runs, Runs::Process(..))
    }

    /// Everything that shapes what it is made to do.
    pub fn workload_inputs(&self, cache: &mut Cache) -> Result<Inputs> {
        match &self.runs {
            Runs::Process(process, _) => {
                let inputs = match &process.shell {
                    Some(shell) => Inputs::new().with("shell", shell),
                    None => Inputs::new(),
                };
                process.workload.inputs(inputs, cache)
            }
            Runs::Already(server) => {
                let inputs = match server.target.tls {
                    Some(_) => Inputs::new().with("tls", "yes"),
                    None => Inputs::new(),
                };
                Workload::Http(server.work.clone()).inputs(inputs, cache)
            }
        }
    }

    /// The shell that reads its command, if one does.
    pub fn shell(&self) -> Option<&str> {
        match &self.runs {
            Runs::Process(process, _) => process.shell.as_deref(),
            Runs::Already(_) => None,
        }
    }

    /// Whether it is spoken to over TLS.
    pub fn is_tls(&self) -> bool {
        match &self.runs {
            Runs::Process(..) => false,
            Runs::Already(server) => server.target.tls.is_some(),
        }
    }

    /// What it is asked over HTTP; `None` for one process per invocation.
    pub fn http(&self) -> Option<&HttpWork> {
        match &self.runs {
            Runs::Process(process, _) => match &process.workload {
                Workload::Http(work) => Some(work),
                Workload::Invoke(_) => None,
            },
            Runs::Already(server) => Some(&server.work),
        }
    }
}
