//! One process for one call: its stdout is read as it comes, so that it neither needs a disk nor can fill one.

use std::fs::File;
use std::io::Read;
use std::process::{Child, ChildStdout, Stdio};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fd::OwnedFd;
use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open};

use super::invocation::{Input, command, spawned, stdin};
use super::{Ending, MemoryLimit, Tool, Tree, guard, tree};
use crate::error::{Error, Result};
use crate::interrupt;

/// How often is looked at what it writes to stderr.
const LOOK: Duration = Duration::from_millis(100);
/// How often is looked whether it has ended, where the kernel cannot tell (before Linux 5.3).
const LOOK_BLINDLY: Duration = Duration::from_millis(2);

/// What a process did.
#[derive(Clone, Debug)]
pub struct Answer {
    /// How it ended.
    pub ending: Ending,
    /// Its stdout.
    pub stdout: Vec<u8>,
    /// The kernel killed it because it wanted more memory than it may have.
    pub out_of_memory: bool,
    /// It wrote more to stdout or stderr than it may, and was killed.
    pub too_much: bool,
}

/// Runs `tool` once with `input` as its stdin, at most `limit`; its stderr goes to `stderr`. It may write `most` bytes to each.
///
/// # Errors
///
/// A program that cannot be started ([`ErrorKind::Toolchain`](crate::error::ErrorKind)), and what the machine lacks for another
/// process.
pub fn answer(
    tool: &Tool,
    input: Input<'_>,
    stderr: File,
    limit: Duration,
    most: u64,
) -> Result<Answer> {
    let started = Instant::now();
    let mark = guard::mark();
    let born = tree::now();
    let log = stderr
        .try_clone()
        .map_err(|error| Error::io("use", &std::env::temp_dir(), &error))?;
    let mut command = command(tool, &mark);
    command
        .stdin(stdin(input)?)
        .stdout(Stdio::piped())
        .stderr(stderr);
    let (child, registered) = spawned(tool, &mut command)?;
    let pid = registered.leader();
    let memory = tool.memory.map(|memory| MemoryLimit::of(pid, memory));
    let mut process = Process {
        handle: i32::try_from(pid)
            .ok()
            .and_then(Pid::from_raw)
            .and_then(|pid| pidfd_open(pid, PidfdFlags::empty()).ok()),
        child,
        tree: Tree::new(pid, mark, born),
        pipe: None,
        said: Vec::new(),
        log,
        most,
    };
    process.pipe = process.child.stdout.take();
    let ended = process.follow(started + limit);
    drop(registered);
    // What it left behind in its group has no business any more.
    interrupt::signal_group(pid, Signal::KILL);
    let (ending, too_much) = ended.map_err(|error| tool.start_error(&error))?;
    Ok(Answer {
        ending,
        stdout: process.said,
        out_of_memory: memory.is_some_and(|memory| memory.was_exceeded()),
        too_much,
    })
}

/// A process while it runs.
struct Process {
    child: Child,
    /// Tells of its end; not on every kernel, nor where there are too many files.
    handle: Option<OwnedFd>,
    tree: Tree,
    pipe: Option<ChildStdout>,
    said: Vec<u8>,
    log: File,
    most: u64,
}

impl Process {
    /// Reads what it says until it has ended, or has to; whether that was because it said too much.
    fn follow(&mut self, deadline: Instant) -> std::io::Result<(Ending, bool)> {
        let ended = loop {
            if let Some(status) = self.child.try_wait()? {
                break (Ending::of(status), false);
            }
            let left = deadline.saturating_duration_since(Instant::now());
            let too_much = self.said_too_much();
            if left.is_zero() || too_much {
                self.kill_others();
                self.child.kill()?;
                let ending = Ending::of(self.child.wait()?);
                return Ok(match too_much {
                    true => (ending, true),
                    false => (Ending::TimedOut, false),
                });
            }
            let look = match self.handle {
                Some(_) => LOOK,
                None => LOOK_BLINDLY,
            };
            self.read(left.min(look))?;
        };
        // What it said last may still be on its way through the pipe; what holds the other end open is somebody that it left.
        while !self.said_too_much() && self.read(Duration::ZERO)? {}
        if self.pipe.is_some() {
            self.kill_others();
        }
        Ok((ended.0, self.said_too_much()))
    }

    fn said_too_much(&self) -> bool {
        let on_stderr = self.log.metadata().map_or(0, |data| data.len());
        self.said.len() as u64 > self.most || on_stderr > self.most
    }

    /// Waits at most so long for something to read, or its end; whether something was read.
    fn read(&mut self, wait: Duration) -> std::io::Result<bool> {
        let mut all = Vec::with_capacity(2);
        all.extend(
            self.pipe
                .iter()
                .map(|pipe| PollFd::new(pipe, PollFlags::IN)),
        );
        all.extend(self.handle.iter().map(|it| PollFd::new(it, PollFlags::IN)));
        let timeout = Timespec::try_from(wait).ok();
        match poll(&mut all, timeout.as_ref()) {
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
        let ready = self.pipe.is_some() && all.first().is_some_and(|it| !it.revents().is_empty());
        drop(all);
        let Some(pipe) = self.pipe.as_mut().filter(|_| ready) else {
            return Ok(false);
        };
        let mut part = [0; 64 << 10];
        match pipe.read(&mut part)? {
            0 => self.pipe = None,
            read => self.said.extend_from_slice(&part[..read]),
        }
        Ok(true)
    }

    /// Kills all that it started.
    fn kill_others(&self) {
        let members = self.tree.living(&[]);
        self.tree.signal(&members, Signal::KILL);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(script: &str, input: Input<'_>, limit: Duration) -> Answer {
        let tool = Tool::new("/bin/sh").arg("-c").arg(script);
        let stderr = tempfile::tempfile().expect("a temporary file");
        answer(&tool, input, stderr, limit, 1 << 20).expect("sh starts")
    }

    const LONG: Duration = Duration::from_secs(60);

    #[test]
    fn what_it_reads_and_says_goes_through() {
        let done = run("cat; exit 4", Input::Bytes(b"hello"), LONG);
        let said = (done.stdout.as_slice(), done.ending);
        assert_eq!(said, (b"hello".as_slice(), Ending::Exited(4)));
    }

    #[test]
    fn more_than_a_pipe_holds_is_read_while_it_writes() {
        let done = run("head -c 1000000 /dev/zero", Input::Nothing, LONG);
        assert_eq!((done.stdout.len(), done.too_much), (1_000_000, false));
    }

    #[test]
    fn one_that_says_too_much_is_ended_whichever_way_it_says_it() {
        for script in ["yes", "yes >&2"] {
            let done = run(script, Input::Nothing, LONG);
            assert!(done.too_much, "{script}: {:?}", done.ending);
            assert!(done.stdout.len() < 2 << 20);
        }
    }

    #[test]
    fn one_that_hangs_is_ended_at_its_deadline_with_what_left_its_group() {
        let file = tempfile::NamedTempFile::new().expect("a temporary file");
        let path = file.path().display();
        let script = format!("setsid sh -c 'echo $$ > {path}; exec sleep 600' & sleep 600");
        let done = run(&script, Input::Nothing, Duration::from_millis(500));
        assert_eq!(done.ending, Ending::TimedOut);
        let text = std::fs::read_to_string(file.path()).expect("it was written");
        let pid = text.trim().parse().ok().and_then(Pid::from_raw);
        let deadline = Instant::now() + LONG;
        let lives = || {
            let stat = format!("/proc/{}/stat", pid.expect("it has one").as_raw_nonzero());
            std::fs::read_to_string(stat).is_ok_and(|stat| !stat.contains(") Z "))
        };
        while lives() {
            assert!(Instant::now() < deadline, "it lives on");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    #[test]
    fn what_it_leaves_with_its_stdout_does_not_hold_the_answer_up() {
        let begun = Instant::now();
        let done = run("setsid sleep 600 & echo said", Input::Nothing, LONG);
        assert_eq!(done.stdout, b"said\n");
        assert!(begun.elapsed() < Duration::from_secs(30));
    }
}
