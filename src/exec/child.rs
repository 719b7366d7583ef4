//! A long-lived child: the function under test. It is asked to stop with SIGTERM, waited for, and killed only after that.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use super::{Ending, Tool};
use crate::error::{Error, Result};
use crate::interrupt::{self, RegisteredGroup};

/// How often a child that was asked to stop is looked at; its end is noticed at once all the same.
const LOOK: Duration = Duration::from_millis(200);

/// A running child with its log. Dropping it kills its whole group.
#[derive(Debug)]
pub struct Child {
    handle: duct::Handle,
    pid: u32,
    log: PathBuf,
    name: String,
    started: Instant,
    registered: Option<RegisteredGroup>,
}

/// How a child that was asked to stop ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stopped {
    /// How it ended.
    pub ending: Ending,
    /// From SIGTERM to its end.
    pub took: Duration,
    /// It did not obey SIGTERM within the grace and was killed.
    pub killed: bool,
    /// Processes of its group were still there after it had ended; they were killed.
    pub left_processes: bool,
}

impl Child {
    /// Starts `tool` with stdout and stderr together in `log`.
    pub fn start(tool: &Tool, log: &Path) -> Result<Self> {
        let file = File::create(log).map_err(|error| Error::io("write", log, &error))?;
        // `duct` applies the last redirection first: stderr follows stdout into the log.
        let expression = tool
            .expression()
            .stdin_null()
            .stderr_to_stdout()
            .stdout_file(file);
        let started = Instant::now();
        let (handle, registered) =
            super::start(&expression).map_err(|error| tool.start_error(&error))?;
        let pid = registered.leader();
        let registered = Some(registered);
        Ok(Self {
            handle,
            pid,
            log: log.to_owned(),
            name: tool.to_string(),
            started,
            registered,
        })
    }

    /// Its process id.
    pub fn pid(&self) -> u32 {
        self.pid
    }

    /// The instant just before it was spawned.
    pub fn started(&self) -> Instant {
        self.started
    }

    /// Where its output goes.
    pub fn log(&self) -> &Path {
        &self.log
    }

    /// The command, as one would type it.
    pub fn command(&self) -> &str {
        &self.name
    }

    /// How it ended, if it has.
    pub fn ended(&self) -> Option<Ending> {
        // An error here means that the child cannot be waited for: it is not running in any useful sense.
        self.handle
            .try_wait()
            .map_or(Some(Ending::Signalled(0)), |output| {
                output.map(|output| Ending::of(output.status))
            })
    }

    /// [`Child::ended`], waiting at most `grace` for it.
    pub fn ended_within(&self, grace: Duration) -> Option<Ending> {
        self.handle
            .wait_timeout(grace)
            .map_or(Some(Ending::Signalled(0)), |output| {
                output.map(|output| Ending::of(output.status))
            })
    }

    /// Sends SIGTERM to the child itself (not to its group: a wrapper's children are its own business), waits up to
    /// `grace`, then kills the group.
    pub fn stop(mut self, grace: Duration) -> Stopped {
        let asked = Instant::now();
        let before = self.ended();
        if before.is_none() {
            self.signal(Signal::TERM);
        }
        let mut killed = false;
        let ending = loop {
            if let Ok(Some(output)) = self.handle.wait_timeout(LOOK) {
                break Ending::of(output.status);
            }
            if asked.elapsed() > grace {
                killed = true;
                interrupt::signal_group(self.pid, Signal::KILL);
            }
        };
        let took = asked.elapsed();
        let left_processes = group_exists(self.pid);
        self.end_group();
        Stopped {
            ending: before.unwrap_or(ending),
            took,
            killed,
            left_processes,
        }
    }

    /// Kills the whole group at once: for children whose end does not matter.
    pub fn kill(mut self) {
        interrupt::signal_group(self.pid, Signal::KILL);
        let _ = self.handle.wait();
        self.end_group();
    }

    fn signal(&self, signal: Signal) {
        if let Some(pid) = i32::try_from(self.pid).ok().and_then(Pid::from_raw) {
            let _ = kill_process(pid, signal);
        }
    }

    fn end_group(&mut self) {
        if self.registered.take().is_some() {
            interrupt::signal_group(self.pid, Signal::KILL);
        }
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        if self.registered.is_some() {
            interrupt::signal_group(self.pid, Signal::KILL);
            let _ = self.handle.wait();
            self.end_group();
        }
    }
}

fn group_exists(leader: u32) -> bool {
    i32::try_from(leader)
        .ok()
        .and_then(Pid::from_raw)
        .is_some_and(|pid| rustix::process::test_kill_process_group(pid).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn child(script: &str) -> (tempfile::TempDir, Child) {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let log = dir.path().join("child.log");
        let child =
            Child::start(&Tool::new("/bin/sh").arg("-c").arg(script), &log).expect("sh starts");
        let deadline = Instant::now() + Duration::from_secs(20);
        while !std::fs::read_to_string(&log).is_ok_and(|text| text.contains("ready")) {
            assert!(Instant::now() < deadline, "the child never said `ready`");
            std::thread::yield_now();
        }
        (dir, child)
    }

    #[test]
    fn an_orderly_end_is_waited_for() {
        let (_dir, child) = child("trap 'exit 143' TERM; echo ready; while :; do sleep 0.01; done");
        let stopped = child.stop(Duration::from_secs(20));
        assert_eq!(
            (stopped.ending, stopped.killed),
            (Ending::Exited(143), false)
        );
    }

    #[test]
    fn a_child_that_ignores_sigterm_is_killed_and_said_so() {
        let (_dir, child) = child("trap '' TERM; echo ready; while :; do sleep 0.01; done");
        let stopped = child.stop(Duration::from_millis(50));
        assert_eq!(
            (stopped.ending, stopped.killed),
            (Ending::Signalled(9), true)
        );
    }

    #[test]
    fn what_a_child_leaves_behind_is_noticed_and_ended() {
        let (_dir, child) =
            child("sleep 60 & trap 'exit 0' TERM; echo ready; while :; do sleep 0.01; done");
        assert!(child.stop(Duration::from_secs(20)).left_processes);
    }

    #[test]
    fn a_child_that_died_by_itself_is_seen() {
        let (_dir, child) = child("echo ready; exit 7");
        let deadline = Instant::now() + Duration::from_secs(20);
        while child.ended().is_none() {
            assert!(Instant::now() < deadline, "the child never ended");
            std::thread::yield_now();
        }
        assert_eq!(
            child.stop(Duration::from_secs(20)).ending,
            Ending::Exited(7)
        );
    }
}
