//! Tools that run to their end: short ones are captured, slow ones are logged and watched.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;
use std::time::{Duration, Instant};

use rustix::process::Signal;

use super::{Ending, Tool, guard};
use crate::error::{Error, Log, Result};
use crate::interrupt;

/// How often a running tool is looked at; its end is noticed at once all the same.
const LOOK: Duration = Duration::from_millis(100);
/// How long a tool may take to obey SIGTERM.
const TERM_GRACE: Duration = Duration::from_secs(10);
/// How many of the last lines of a log are shown.
const TAIL_LINES: usize = 20;
/// How much of a log's end is read for them.
const TAIL_BYTES: u64 = 256 << 10;

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

pub(super) fn read_bytes(file: &mut File) -> Vec<u8> {
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
pub(super) fn start(
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
    let read = |mut file: File| {
        let from = file.metadata()?.len().saturating_sub(TAIL_BYTES);
        file.seek(SeekFrom::Start(from))?;
        let mut bytes = Vec::new();
        file.take(TAIL_BYTES).read_to_end(&mut bytes)?;
        Ok::<_, std::io::Error>(String::from_utf8_lossy(&bytes).into_owned())
    };
    let text = File::open(path).and_then(read).unwrap_or_default();
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
    use crate::error::ErrorKind;
    use crate::interrupt::Stop;

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
