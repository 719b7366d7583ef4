//! A function as a process, whatever its code: what it is told, how long it may take, what it is made to do.

pub mod exercise;
pub mod last_words;
mod launch;
pub mod server;
pub mod shell;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use crate::error::Result;
use crate::exec::{Memory, Tool};
use crate::http::fill;
use crate::interrupt::Stop;
use crate::workload::Workload;

pub use launch::Launch;

/// How long a function may take to get ready: a JVM of a heavy framework on a busy machine.
pub const READY_TIMEOUT: Duration = Duration::from_secs(60);
/// How long it may take to end: instrumented images write megabytes of profile while they do.
pub const STOP_TIMEOUT: Duration = Duration::from_secs(60);

/// Everything about a function but its code.
#[derive(Clone, Debug)]
pub struct Process {
    /// Its name.
    pub name: String,
    /// Its working directory.
    pub dir: PathBuf,
    /// Its arguments; `{port}` and `{assets_url}` are filled in at each start.
    pub args: Vec<String>,
    /// The shell that reads its one argument, as it was named: its start is not the function's.
    pub shell: Option<String>,
    /// Its environment, filled in like the arguments.
    pub env: BTreeMap<String, String>,
    /// The port that it listens on, if it cannot be told another one.
    pub port: Option<u16>,
    /// How long it may take to get ready.
    pub ready_timeout: Duration,
    /// How long it may take to end after SIGTERM.
    pub stop_timeout: Duration,
    /// How much memory it may use.
    pub memory: Option<Memory>,
    /// What we make it do.
    pub workload: Workload,
    /// What ends the work with it early.
    pub stop: Stop,
}

impl Process {
    /// The command that starts it with `launch`, `more` after its own arguments.
    pub(super) fn tool(&self, launch: &Launch, port: Option<u16>, more: &[String]) -> Result<Tool> {
        let assets_url = self
            .workload
            .assets()
            .map(|assets| assets.url())
            .transpose()?;
        let filled = |word: &String| fill(word, port, assets_url.as_deref());
        let args: Vec<String> = self.args.iter().chain(more).map(filled).collect();
        let mut launch = launch.clone();
        for arg in &mut launch.runtime_args {
            if let Some(word) = arg.to_str() {
                *arg = filled(&word.to_owned()).into();
            }
        }
        let mut tool = launch.tool(&args).dir(&self.dir).memory(self.memory);
        for (name, value) in &self.env {
            tool = tool.env(name, filled(value));
        }
        Ok(tool)
    }
}
