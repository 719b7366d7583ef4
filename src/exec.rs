//! The one door to other programs: short tools are captured, slow tools are logged, functions are kept as children.
//!
//! Every child leads a process group of its own, has no stdin unless given, gets its arguments as a list, and is
//! told to stop when we are ([`crate::interrupt`]).

mod child;
mod ending;
mod entry;
mod fine_timers;
pub mod guard;
mod invocation;
mod memory;
mod quoted;
mod running;
mod throttle;
mod tree;
pub mod usage;

use std::ffi::{OsStr, OsString};
use std::fmt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};

use crate::error::{Error, ErrorKind};
use crate::interrupt::Stop;
use quoted::quoted;

pub use child::{Child, Stopped};
pub use ending::Ending;
pub use entry::stand_in;
pub use fine_timers::FineTimers;
pub use invocation::{Input, Invocation, Watched, invoke};
pub use memory::{Memory, MemoryLimit};
pub use running::{capture, run_divided, run_logged, tail};
pub use throttle::Throttle;
pub use tree::Tree;

/// What nothing that we start has to know: the token of a controller.
const SECRET: &str = "PGOCTL_TOKEN";

/// A program with its arguments, environment and directory: composed by pure functions, run here.
#[derive(Clone, Debug)]
pub struct Tool {
    program: PathBuf,
    args: Vec<OsString>,
    env: Vec<(OsString, OsString)>,
    dir: Option<PathBuf>,
    stop: Stop,
    memory: Option<Memory>,
}

impl Tool {
    /// `program` with no arguments, in our directory and environment.
    pub fn new(program: impl Into<PathBuf>) -> Self {
        Self {
            program: program.into(),
            args: Vec::new(),
            env: Vec::new(),
            dir: None,
            stop: Stop::default(),
            memory: None,
        }
    }

    /// Adds one argument.
    #[must_use]
    pub fn arg(mut self, arg: impl Into<OsString>) -> Self {
        self.args.push(arg.into());
        self
    }

    /// Adds arguments.
    #[must_use]
    pub fn args<I, S>(mut self, args: I) -> Self
    where
        I: IntoIterator<Item = S>,
        S: Into<OsString>,
    {
        self.args.extend(args.into_iter().map(Into::into));
        self
    }

    /// Sets one variable of the child's environment.
    #[must_use]
    pub fn env(mut self, name: impl Into<OsString>, value: impl Into<OsString>) -> Self {
        self.env.push((name.into(), value.into()));
        self
    }

    /// Sets the child's working directory.
    #[must_use]
    pub fn dir(mut self, dir: impl Into<PathBuf>) -> Self {
        self.dir = Some(dir.into());
        self
    }

    /// Sets what else asks it to end, besides signals to us.
    #[must_use]
    pub fn stopped_by(mut self, stop: &Stop) -> Self {
        self.stop = stop.clone();
        self
    }

    /// Sets how much memory a child may use; a tool that is only run to its end is not limited.
    #[must_use]
    pub fn memory(mut self, memory: Option<Memory>) -> Self {
        self.memory = memory;
        self
    }

    /// The program.
    pub fn program(&self) -> &Path {
        &self.program
    }

    /// The arguments.
    pub fn arguments(&self) -> &[OsString] {
        &self.args
    }

    /// It as `duct` starts it, with `mark` as its [`guard::mark`].
    fn expression(&self, mark: &OsStr) -> duct::Expression {
        // `duct` takes a path for a file in the current directory, a word for a program of `PATH`.
        let mut expression = duct::cmd(self.program.as_os_str(), &self.args)
            .unchecked()
            .before_spawn(|command| {
                command.process_group(0);
                Ok(())
            });
        expression = expression.env(guard::VARIABLE, mark).env_remove(SECRET);
        for (name, value) in &self.env {
            expression = expression.env(name, value);
        }
        if let Some(dir) = &self.dir {
            expression = expression.dir(dir);
        }
        expression
    }

    /// `duct` and the standard library report a missing program without its name; this adds it.
    pub fn start_error(&self, source: &std::io::Error) -> Error {
        let kind = match source.kind() {
            std::io::ErrorKind::NotFound | std::io::ErrorKind::PermissionDenied => {
                ErrorKind::Toolchain
            }
            _ => ErrorKind::Unexpected,
        };
        Error::new(
            kind,
            format!("could not start `{}`", self.program.display()),
        )
        .because(source.to_string())
    }
}

/// The command as one would type it into a shell.
impl fmt::Display for Tool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, value) in &self.env {
            write!(f, "{}={} ", name.to_string_lossy(), quoted(value))?;
        }
        write!(f, "{}", quoted(self.program.as_os_str()))?;
        for arg in &self.args {
            write!(f, " {}", quoted(arg))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_shown_as_one_would_type_it() {
        let tool = Tool::new("/opt/my jdk/bin/java")
            .arg("-Dx=a b")
            .env("PORT", "80");
        assert_eq!(tool.to_string(), "PORT=80 '/opt/my jdk/bin/java' '-Dx=a b'");
    }
}
