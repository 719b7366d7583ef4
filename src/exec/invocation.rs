//! One process per invocation: from spawn to end, with what the kernel says it cost.

use std::fs::File;
use std::io::Write;
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::Signal;
use wait4::Wait4;

use super::{Ending, Tool};
use crate::error::{Error, Result};
use crate::interrupt;

/// What one invocation did and cost.
#[derive(Clone, Debug)]
pub struct Invocation {
    /// How the process ended.
    pub ending: Ending,
    /// From just before the spawn to the end.
    pub wall: Duration,
    /// User and system time of the process and the children that it waited for.
    pub cpu: Duration,
    /// The largest resident set that the kernel reports for the process, in bytes. It starts from ours at the spawn
    /// (oven-sh/bun#43304), so a value below our own peak says nothing and is left out.
    pub peak_memory_bytes: Option<u64>,
    /// Its stdout.
    pub stdout: Vec<u8>,
}

/// Runs `tool` once with `stdin`, at most `limit`; its stderr goes to `stderr`.
pub fn invoke(
    tool: &Tool,
    stdin: Option<&[u8]>,
    stderr: File,
    limit: Duration,
) -> Result<Invocation> {
    let temporary =
        |error: &std::io::Error| Error::io("use a temporary file in", &std::env::temp_dir(), error);
    let mut stdout = tempfile::tempfile().map_err(|error| temporary(&error))?;
    let mut command = command(tool);
    command.stdin(input(stdin).map_err(|error| temporary(&error))?);
    command
        .stdout(stdout.try_clone().map_err(|error| temporary(&error))?)
        .stderr(stderr);
    let ours = crate::bench::memory::peak_bytes(std::process::id());

    let started = Instant::now();
    let spawn = || {
        let child = command.spawn()?;
        let pid = child.id();
        Ok((child, pid))
    };
    let (child, registered) = interrupt::spawn(spawn).map_err(|error| tool.start_error(&error))?;
    let pid = registered.leader();
    let watchdog = Watchdog::start(pid, limit);
    let waited = child.wait4();
    let wall = started.elapsed();
    let timed_out = watchdog.stop();
    drop(registered);
    interrupt::signal_group(pid, Signal::KILL);

    let used = waited.map_err(|error| tool.start_error(&error))?;
    let peak = used.rusage.maxrss;
    Ok(Invocation {
        ending: if timed_out {
            Ending::TimedOut
        } else {
            Ending::of(used.status)
        },
        wall,
        cpu: used.rusage.utime + used.rusage.stime,
        peak_memory_bytes: ours.is_some_and(|ours| peak > ours).then_some(peak),
        stdout: super::read_bytes(&mut stdout),
    })
}

#[expect(
    clippy::disallowed_methods,
    reason = "this is the door to other programs; duct cannot hand out the child's resource usage"
)]
fn command(tool: &Tool) -> Command {
    let mut command = Command::new(&tool.program);
    command
        .args(&tool.args)
        .env(super::guard::VARIABLE, super::guard::mark())
        .envs(tool.env.iter().map(|(name, value)| (name, value)))
        .process_group(0);
    if let Some(dir) = &tool.dir {
        command.current_dir(dir);
    }
    command
}

fn input(bytes: Option<&[u8]>) -> std::io::Result<Stdio> {
    let Some(bytes) = bytes else {
        return Ok(Stdio::null());
    };
    let mut file = tempfile::tempfile()?;
    file.write_all(bytes)?;
    std::io::Seek::rewind(&mut file)?;
    Ok(file.into())
}

/// Kills a child's group at its deadline, from a thread of its own, so that the wait itself is a plain wait.
struct Watchdog {
    cancel: std::sync::mpsc::Sender<()>,
    thread: std::thread::JoinHandle<bool>,
}

impl Watchdog {
    fn start(leader: u32, limit: Duration) -> Self {
        let (cancel, cancelled) = std::sync::mpsc::channel();
        let thread = std::thread::spawn(move || {
            let late =
                cancelled.recv_timeout(limit) == Err(std::sync::mpsc::RecvTimeoutError::Timeout);
            if late {
                interrupt::signal_group(leader, Signal::KILL);
            }
            late
        });
        Self { cancel, thread }
    }

    /// Whether the deadline had passed.
    fn stop(self) -> bool {
        // The receiver is gone only when the deadline has passed.
        let _ = self.cancel.send(());
        self.thread.join().unwrap_or(false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(script: &str, stdin: Option<&[u8]>, limit: Duration) -> Invocation {
        let tool = Tool::new("/bin/sh").arg("-c").arg(script);
        invoke(
            &tool,
            stdin,
            tempfile::tempfile().expect("a temporary file"),
            limit,
        )
        .expect("sh starts")
    }

    #[test]
    fn stdin_and_stdout_go_through() {
        let done = run("cat; exit 4", Some(b"hello"), Duration::from_secs(20));
        assert_eq!(
            (done.stdout.as_slice(), done.ending),
            (b"hello".as_slice(), Ending::Exited(4))
        );
    }

    #[test]
    fn an_invocation_that_hangs_is_ended_at_its_deadline() {
        assert_eq!(
            run("exec sleep 60", None, Duration::from_millis(50)).ending,
            Ending::TimedOut
        );
    }
}
