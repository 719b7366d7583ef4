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
mod quoted;
mod throttle;
mod tree;
pub mod usage;

use std::ffi::{OsStr, OsString};
use std::fmt;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rustix::process::Signal;

use crate::error::{Error, ErrorKind, Log, Result};
use crate::interrupt::{self, Stop};
use quoted::quoted;

pub use child::{Child, Stopped};
pub use ending::Ending;
pub use entry::stand_in;
pub use fine_timers::FineTimers;
pub use invocation::{Input, Invocation, Watched, invoke};
pub use throttle::Throttle;
pub use tree::Tree;

/// What nothing that we start has to know: the token of a controller.
const SECRET: &str = "PGOCTL_TOKEN";

/// How often a running tool is looked at; its end is noticed at once all the same.
const LOOK: Duration = Duration::from_millis(100);
/// How long a tool may take to obey SIGTERM.
const TERM_GRACE: Duration = Duration::from_secs(10);
/// How many of the last lines of a log are shown.
const TAIL_LINES: usize = 20;

/// A program with its arguments, environment and directory: composed by pure functions, run here.
#[derive(Clone, Debug)]
pub struct Tool {
    program: PathBuf,
    args: Vec<OsString>,
    env: Vec<(OsString, OsString)>,
    dir: Option<PathBuf>,
    stop: Stop,
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

/// What a short tool said.
#[derive(Clone, Debug)]
pub struct Captured {
    /// How it ended.
    pub ending: Ending,
    /// Its stdout, invalid UTF-8 replaced.
    pub stdout: String,
    /// Its stderr, invalid UTF-8 replaced.
    pub stderr: String,
}

/// Runs a short tool to its end, at most `limit`, and returns what it said.
///
/// Output goes through temporary files, so that a grandchild that keeps the streams open cannot block us.
pub fn capture(tool: &Tool, limit: Duration) -> Result<Captured> {
    let file = || {
        tempfile::tempfile()
            .map_err(|error| Error::io("make a temporary file in", &std::env::temp_dir(), &error))
    };
    let (mut stdout, mut stderr) = (file()?, file()?);
    let clone = |file: &File| {
        file.try_clone()
            .map_err(|error| Error::io("use", &std::env::temp_dir(), &error))
    };
    let expression = tool
        .expression(&guard::mark())
        .stdin_null()
        .stdout_file(clone(&stdout)?)
        .stderr_file(clone(&stderr)?);
    let ending = wait(tool, &expression, limit, &mut || {})?;
    Ok(Captured {
        ending,
        stdout: read_back(&mut stdout),
        stderr: read_back(&mut stderr),
    })
}

fn read_back(file: &mut File) -> String {
    String::from_utf8_lossy(&read_bytes(file)).into_owned()
}

fn read_bytes(file: &mut File) -> Vec<u8> {
    let mut bytes = Vec::new();
    // A temporary file of our own that cannot be read back leaves less to say, nothing to decide.
    let _ = file
        .seek(SeekFrom::Start(0))
        .and_then(|_| file.read_to_end(&mut bytes));
    bytes
}

/// Runs a slow tool to its end, stdout and stderr together in `log`; `watch` sees what was written since its last call.
///
/// At `limit`, or when we are asked to stop, the tool gets SIGTERM, and SIGKILL after a grace.
pub fn run_logged(
    tool: &Tool,
    log: &Path,
    limit: Duration,
    watch: &mut dyn FnMut(&str),
) -> Result<Ending> {
    run_divided(tool, None, log, limit, watch)
}

/// [`run_logged`], with its stdout in a file of its own where one is named: the log has stderr alone then.
pub fn run_divided(
    tool: &Tool,
    stdout: Option<&Path>,
    log: &Path,
    limit: Duration,
    watch: &mut dyn FnMut(&str),
) -> Result<Ending> {
    let file = File::create(log).map_err(|error| Error::io("write", log, &error))?;
    let mut reader = File::open(log).map_err(|error| Error::io("read", log, &error))?;
    let expression = tool.expression(&guard::mark()).stdin_null();
    let expression = match stdout {
        Some(path) => {
            let stdout = File::create(path).map_err(|error| Error::io("write", path, &error))?;
            expression.stderr_file(file).stdout_file(stdout)
        }
        // `duct` applies the last redirection first: stderr follows stdout into the log.
        None => expression.stderr_to_stdout().stdout_file(file),
    };
    let mut pending = Vec::new();
    let mut look = || {
        if reader.read_to_end(&mut pending).is_ok() && !pending.is_empty() {
            watch(&String::from_utf8_lossy(&std::mem::take(&mut pending)));
        }
    };
    let ending = wait(tool, &expression, limit, &mut look)?;
    look();
    Ok(ending)
}

/// Starts a child and registers its group.
fn start(
    expression: &duct::Expression,
) -> std::io::Result<(duct::Handle, interrupt::RegisteredGroup)> {
    interrupt::spawn(|| {
        let handle = expression.start()?;
        let pid = handle.pids().first().copied().unwrap_or_default();
        Ok((handle, pid))
    })
}

fn wait(
    tool: &Tool,
    expression: &duct::Expression,
    limit: Duration,
    look: &mut dyn FnMut(),
) -> Result<Ending> {
    let (handle, registered) = start(expression).map_err(|error| tool.start_error(&error))?;
    let leader = registered.leader();
    let started = Instant::now();
    let mut asked: Option<Instant> = None;
    let ending = loop {
        let ended = handle
            .wait_timeout(LOOK)
            .map_err(|error| tool.start_error(&error))?;
        look();
        if let Some(output) = ended {
            break if asked.is_some() && !tool.stop.requested() {
                Ending::TimedOut
            } else {
                Ending::of(output.status)
            };
        }
        match asked {
            Some(at) if at.elapsed() > TERM_GRACE => interrupt::signal_group(leader, Signal::KILL),
            None if started.elapsed() > limit || tool.stop.requested() => {
                interrupt::signal_group(leader, Signal::TERM);
                asked = Some(Instant::now());
            }
            _ => {}
        }
    };
    drop(registered);
    // What the tool left behind in its group has no business any more.
    interrupt::signal_group(leader, Signal::KILL);
    tool.stop.check()?;
    Ok(ending)
}

/// The last lines of a log, for an error.
pub fn tail(path: &Path) -> Log {
    let text = std::fs::read(path)
        .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
        .unwrap_or_default();
    let lines: Vec<&str> = text
        .lines()
        .filter(|line| !line.trim().is_empty())
        .collect();
    let from = lines.len().saturating_sub(TAIL_LINES);
    Log {
        path: path.to_owned(),
        tail: lines[from..].iter().map(ToString::to_string).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sh(script: &str) -> Tool {
        Tool::new("/bin/sh").arg("-c").arg(script)
    }

    #[test]
    fn a_stop_of_one_piece_of_work_ends_its_tools_and_no_others() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let stop = Stop::default();
        stop.ask();
        let run =
            |tool: Tool, name| run_logged(&tool, &dir.path().join(name), TERM_GRACE, &mut |_| {});
        let stopped = run(Tool::new("sleep").arg("60").stopped_by(&stop), "stopped");
        assert_eq!(
            stopped.expect_err("it was asked to stop").kind(),
            ErrorKind::Interrupted
        );
        let other = run(Tool::new("true").stopped_by(&Stop::default()), "other");
        assert!(other.expect("nobody asked it").success());
    }

    #[test]
    fn a_command_is_shown_as_one_would_type_it() {
        let tool = Tool::new("/opt/my jdk/bin/java")
            .arg("-Dx=a b")
            .env("PORT", "80");
        assert_eq!(tool.to_string(), "PORT=80 '/opt/my jdk/bin/java' '-Dx=a b'");
    }

    #[test]
    fn a_missing_program_is_named() {
        let error = capture(&Tool::new("/no/such/tool"), LOOK).expect_err("it cannot start");
        assert!(error.summary().contains("/no/such/tool"), "{error}");
        assert_eq!(error.kind(), ErrorKind::Toolchain);
    }

    #[test]
    fn a_bare_name_is_looked_up_on_the_path() {
        let said = capture(&Tool::new("true"), TERM_GRACE).expect("every system has it");
        assert!(said.ending.success());
    }

    #[test]
    fn both_streams_and_the_status_are_captured() {
        let said = capture(&sh("echo out; echo err >&2; exit 3"), TERM_GRACE).expect("it runs");
        assert_eq!(
            (said.stdout.as_str(), said.stderr.as_str(), said.ending),
            ("out\n", "err\n", Ending::Exited(3))
        );
    }

    #[test]
    fn a_tool_that_takes_too_long_is_ended() {
        let said = capture(&sh("exec sleep 60"), Duration::from_millis(50)).expect("it runs");
        assert_eq!(said.ending, Ending::TimedOut);
    }

    #[test]
    fn a_grandchild_that_keeps_the_streams_does_not_block() {
        let said = capture(&sh("sleep 60 & echo done"), TERM_GRACE).expect("it runs");
        assert_eq!(said.stdout, "done\n");
    }

    #[test]
    fn a_log_is_watched_and_its_tail_kept() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let log = dir.path().join("tool.log");
        let mut seen = String::new();
        let tool = sh("for i in $(seq 15); do echo line; echo line >&2; done");
        let ending =
            run_logged(&tool, &log, TERM_GRACE, &mut |text| seen.push_str(text)).expect("it runs");
        assert!(ending.success());
        assert_eq!(seen.lines().count(), 30);
        assert_eq!(tail(&log).tail.len(), 20);
    }
}
