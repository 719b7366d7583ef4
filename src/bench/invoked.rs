//! A process for each invocation, without what the shell costs that reads its command.

use std::path::Path;

use super::samples::nanoseconds;
use crate::error::Result;
use crate::exec::usage::Usage;
use crate::host::pinning::Pinning;
use crate::process::server::invoke_once;
use crate::process::shell::ShellStart;
use crate::process::{Launch, Process};

/// What is started for each invocation of a round.
pub(super) struct Invoked<'a> {
    process: &'a Process,
    launch: &'a Launch,
    pinning: Option<&'a Pinning>,
    shell: Option<ShellStart>,
}

impl<'a> Invoked<'a> {
    /// Measures the start of its shell, where one reads the command.
    pub(super) fn new(
        process: &'a Process,
        launch: &'a Launch,
        pinning: Option<&'a Pinning>,
        log: &Path,
    ) -> Result<Self> {
        let shell =
            Pinning::on_function_cores(pinning, || ShellStart::measure(process, launch, log))?;
        Ok(Self {
            process,
            launch,
            pinning,
            shell,
        })
    }

    /// What the start of its shell takes.
    pub(super) fn shell_start_ns(&self) -> Option<u64> {
        self.shell.map(|shell| nanoseconds(shell.wall))
    }

    /// Carries out one: how long it took, and what it used.
    pub(super) fn once(&self, log: &Path) -> Result<(u64, Usage)> {
        let invocation = Pinning::on_function_cores(self.pinning, || {
            invoke_once(self.process, self.launch, log)
        })?;
        let (wall, usage) = (invocation.wall, invocation.usage);
        let (wall, usage) = match self.shell {
            Some(shell) => (shell.taken_off(wall), shell.taken_off_usage(&usage)),
            None => (wall, usage),
        };
        Ok((nanoseconds(wall), usage))
    }
}
