//! One process per invocation: from spawn to end, with what the kernel says it cost.

use std::ffi::OsStr;
use std::fs::File;
use std::io::Write;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open};
use wait4::Wait4;

use super::usage::Usage;
use super::{Ending, MemoryLimit, SECRET, Tool, running, usage};
use crate::error::{Error, Result};
use crate::interrupt::{self, RegisteredGroup};

/// What one invocation did and cost.
#[derive(Clone, Debug)]
pub struct Invocation {
    /// How the process ended.
    pub ending: Ending,
    /// From just before the spawn to the end.
    pub wall: Duration,
    /// What the process and everything below it that was waited for used: CPU time and page faults of all, and the largest
    /// resident set of the largest of them (a lower bound where several worked at once). What a process left running when it
    /// ended is not in it. The kernel's largest resident set starts from ours at the spawn (oven-sh/bun#43304), so a value below
    /// our own peak says nothing and is left out.
    pub usage: Usage,
    /// Its stdout.
    pub stdout: Vec<u8>,
}

/// What an invocation reads on stdin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Input<'a> {
    /// Nothing.
    Nothing,
    /// These bytes.
    Bytes(&'a [u8]),
    /// A file, from its beginning.
    File(&'a Path),
}

/// Called with the process id again and again while the process runs.
pub type Watched<'a> = &'a mut dyn FnMut(u32);

/// Runs `tool` once with `input` as its stdin, at most `limit`; its stderr goes to `stderr`.
///
/// With `watched` its time says nothing: the watcher is in its way.
pub fn invoke(
    tool: &Tool,
    input: Input<'_>,
    stderr: File,
    limit: Duration,
    watched: Option<Watched<'_>>,
) -> Result<Invocation> {
    let mut stdout = tempfile::tempfile().map_err(|error| temporary(&error))?;
    let mut command = command(tool, &super::guard::mark());
    command
        .stdin(stdin(input)?)
        .stdout(stdout.try_clone().map_err(|error| temporary(&error))?)
        .stderr(stderr);
    let ours = usage::peak_bytes(std::process::id());
    let before = usage::of_children();

    let started = Instant::now();
    let (child, registered) = spawned(tool, &mut command)?;
    let pid = registered.leader();
    let _memory = tool.memory.map(|memory| MemoryLimit::of(pid, memory));
    let timed_out = overstays(pid, started + limit, watched);
    if timed_out {
        interrupt::signal_group(pid, Signal::KILL);
    }
    let waited = child.wait4();
    let wall = started.elapsed();
    drop(registered);
    interrupt::signal_group(pid, Signal::KILL);

    let used = waited.map_err(|error| tool.start_error(&error))?;
    let cpu = used.rusage.utime + used.rusage.stime;
    let peak = used.rusage.maxrss;
    Ok(Invocation {
        ending: if timed_out {
            Ending::TimedOut
        } else {
            Ending::of(used.status)
        },
        wall,
        usage: Usage {
            cpu_ns: u64::try_from(cpu.as_nanos()).ok(),
            peak_memory_bytes: ours.is_some_and(|ours| peak > ours).then_some(peak),
            ..usage::of_children().since(&before)
        },
        stdout: running::read_bytes(&mut stdout),
    })
}

/// Starts the command that `tool` was made into.
pub(super) fn spawned(
    tool: &Tool,
    command: &mut Command,
) -> Result<(std::process::Child, RegisteredGroup)> {
    let spawn = || {
        let child = command.spawn()?;
        let pid = child.id();
        Ok((child, pid))
    };
    interrupt::spawn(spawn).map_err(|error| tool.start_error(&error))
}

fn temporary(error: &std::io::Error) -> Error {
    Error::io("use a temporary file in", &std::env::temp_dir(), error)
}

/// What a child reads.
pub(super) fn stdin(input: Input<'_>) -> Result<Stdio> {
    match input {
        Input::Nothing => Ok(Stdio::null()),
        Input::Bytes(bytes) => stored(bytes).map_err(|error| temporary(&error)),
        Input::File(path) => File::open(path)
            .map(Stdio::from)
            .map_err(|error| Error::io("read", path, &error)),
    }
}

/// How long a watcher lets the process go on between two looks.
const LOOK: Duration = Duration::from_micros(200);

/// Waits for the end of our child `pid`, at most until `deadline`; whether it was still there then.
fn overstays(pid: u32, deadline: Instant, mut watched: Option<Watched<'_>>) -> bool {
    let child = i32::try_from(pid).ok().and_then(Pid::from_raw);
    // A kernel before 5.3 cannot: there is no deadline then.
    let Some(Ok(child)) = child.map(|pid| pidfd_open(pid, PidfdFlags::empty())) else {
        return false;
    };
    loop {
        let mut left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return true;
        }
        if let Some(look) = &mut watched {
            look(pid);
            left = left.min(LOOK);
        }
        let timeout = Timespec::try_from(left).ok();
        match poll(&mut [PollFd::new(&child, PollFlags::IN)], timeout.as_ref()) {
            Ok(0) | Err(Errno::INTR) => {}
            Ok(_) | Err(_) => return false,
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "this is the door to other programs; duct cannot hand out the child's resource usage"
)]
pub(super) fn command(tool: &Tool, mark: &OsStr) -> Command {
    let mut command = Command::new(&tool.program);
    command
        .args(&tool.args)
        .env(super::guard::VARIABLE, mark)
        .env_remove(SECRET)
        .envs(tool.env.iter().map(|(name, value)| (name, value)))
        .process_group(0);
    if let Some(dir) = &tool.dir {
        command.current_dir(dir);
    }
    command
}

/// A file of these bytes that nobody else sees.
fn stored(bytes: &[u8]) -> std::io::Result<Stdio> {
    let mut file = tempfile::tempfile()?;
    file.write_all(bytes)?;
    std::io::Seek::rewind(&mut file)?;
    Ok(file.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(script: &str, input: Input<'_>, limit: Duration) -> Invocation {
        let tool = Tool::new("/bin/sh").arg("-c").arg(script);
        invoke(
            &tool,
            input,
            tempfile::tempfile().expect("a temporary file"),
            limit,
            None,
        )
        .expect("sh starts")
    }

    #[test]
    fn stdin_and_stdout_go_through() {
        let done = run(
            "cat; exit 4",
            Input::Bytes(b"hello"),
            Duration::from_secs(20),
        );
        assert_eq!(
            (done.stdout.as_slice(), done.ending),
            (b"hello".as_slice(), Ending::Exited(4))
        );
    }

    #[test]
    fn a_file_is_read_from_its_beginning_each_time() {
        let file = tempfile::NamedTempFile::new().expect("a temporary file");
        std::fs::write(file.path(), "hello").expect("it can be written");
        for _ in 0..2 {
            let done = run("cat", Input::File(file.path()), Duration::from_secs(20));
            assert_eq!(done.stdout, b"hello");
        }
    }

    #[test]
    fn what_it_used_is_known() {
        let usage = run(
            "i=0; while [ $i -lt 1000 ]; do i=$((i+1)); done",
            Input::Nothing,
            Duration::from_secs(20),
        )
        .usage;
        assert!(usage.cpu_ns.is_some_and(|cpu| cpu > 0));
        assert!(usage.page_faults().is_some_and(|faults| faults > 10));
    }

    #[test]
    fn an_invocation_that_hangs_is_ended_at_its_deadline() {
        assert_eq!(
            run("exec sleep 60", Input::Nothing, Duration::from_millis(50)).ending,
            Ending::TimedOut
        );
    }
}
