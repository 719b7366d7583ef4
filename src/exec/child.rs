//! A long-lived child: the function under test, with all that it started. It is asked to stop with SIGTERM, waited for, and killed
//! only after that.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rustix::process::Signal;

use super::tree::{self, Living, Tree};
use super::{Ending, MemoryLimit, Tool, guard, running};
use crate::error::{Error, Result};
use crate::interrupt::RegisteredGroup;

/// How often a child that was asked to stop is looked at; its end is noticed at once all the same.
const LOOK: Duration = Duration::from_millis(200);
/// How often what a child started is looked at once the child itself has ended: nobody tells us of its end.
const LOOK_AT_OTHERS: Duration = Duration::from_millis(5);
/// How long a child may take to pass SIGTERM on to what it started before that gets it from us.
const PASSES_ON: Duration = Duration::from_secs(1);
/// How long SIGKILL may take: a process in an uninterruptible wait of the kernel is not waited for forever.
const DIES: Duration = Duration::from_secs(10);

/// A running child with its log. Dropping it kills its whole group.
#[derive(Debug)]
pub struct Child {
    handle: duct::Handle,
    tree: Tree,
    pid: u32,
    log: PathBuf,
    name: String,
    started: Instant,
    registered: Option<RegisteredGroup>,
    memory: Option<MemoryLimit>,
}

/// How a child that was asked to stop ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stopped {
    /// How it ended.
    pub ending: Ending,
    /// From SIGTERM to its end.
    pub took: Duration,
    /// It, or what it started, did not obey SIGTERM within the grace and was killed.
    pub killed: bool,
    /// It ended before what it had started; that got SIGTERM too, and was waited for.
    pub left_processes: bool,
}

impl Child {
    /// Starts `tool` with stdout and stderr together in `log`.
    pub fn start(tool: &Tool, log: &Path) -> Result<Self> {
        let file = File::create(log).map_err(|error| Error::io("write", log, &error))?;
        // `duct` applies the last redirection first: stderr follows stdout into the log.
        let mark = guard::mark();
        let expression = tool
            .expression(&mark)
            .stdin_null()
            .stderr_to_stdout()
            .stdout_file(file);
        let born = tree::now();
        let started = Instant::now();
        let (handle, registered) =
            running::start(&expression).map_err(|error| tool.start_error(&error))?;
        let pid = registered.leader();
        let registered = Some(registered);
        Ok(Self {
            handle,
            tree: Tree::new(pid, mark, born),
            pid,
            log: log.to_owned(),
            name: tool.to_string(),
            started,
            registered,
            memory: tool.memory.map(|memory| MemoryLimit::of(pid, memory)),
        })
    }

    /// Its process id.
    #[cfg(test)]
    pub(super) fn pid(&self) -> u32 {
        self.pid
    }

    /// It with all that it started.
    pub fn tree(&self) -> &Tree {
        &self.tree
    }

    /// The instant just before it was spawned.
    pub fn started(&self) -> Instant {
        self.started
    }

    /// Whether the kernel killed it, or something that it started, because it wanted more memory than it may have.
    pub fn ran_out_of_memory(&self) -> bool {
        self.memory.as_ref().is_some_and(MemoryLimit::was_exceeded)
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

    /// Sends SIGTERM, waits up to `grace` for the child and all that it started, then kills what is left.
    ///
    /// The child gets the signal first. What it started gets it too, unless that ends by itself: as soon as the child has ended,
    /// since a start script that does not pass signals on is gone at once; or after [`PASSES_ON`], since a shell with a trap
    /// waits for its foreground command first. Many programs take a second SIGTERM for "now", so that nobody gets two who needs
    /// one.
    pub fn stop(mut self, grace: Duration) -> Stopped {
        let asked = Instant::now();
        let before = self.ended();
        let mut known = self.tree.living(&[]);
        if before.is_none() {
            tree::send(self.pid, Signal::TERM);
        }
        let mut ending = before;
        let mut others_asked = false;
        let mut killed: Option<Instant> = None;
        let mut left_processes = false;
        loop {
            ending = ending.or_else(|| self.ended_within(LOOK));
            known = self.others(&known, ending.is_some());
            if ending.is_some() && known.is_empty() {
                break;
            }
            left_processes |= ending.is_some();
            if !others_asked && (ending.is_some() || asked.elapsed() > PASSES_ON) {
                others_asked = true;
                known.iter().for_each(|one| one.signal(Signal::TERM));
            }
            match killed {
                None if asked.elapsed() > grace => {
                    killed = Some(Instant::now());
                    self.tree.signal(&known, Signal::KILL);
                }
                Some(at) if at.elapsed() > DIES && ending.is_some() => break,
                _ => {}
            }
            if ending.is_some() {
                std::thread::sleep(LOOK_AT_OTHERS);
            }
        }
        self.end_all(&known);
        Stopped {
            ending: ending.expect("the loop ends after the child"),
            took: asked.elapsed(),
            killed: killed.is_some(),
            left_processes,
        }
    }

    /// What of the tree lives beside the child. Where the child has ended and some of `known` live, they are not searched for
    /// again: that reads all of `/proc`.
    fn others(&self, known: &[Living], child_ended: bool) -> Vec<Living> {
        let mut others: Vec<Living> = match child_ended {
            true => known.iter().filter(|one| one.lives()).copied().collect(),
            false => Vec::new(),
        };
        others.retain(|one| one.pid != self.pid);
        if others.is_empty() {
            others = self.tree.living(known);
            others.retain(|one| one.pid != self.pid);
        }
        others
    }

    /// Kills it and all that it started at once: for children whose end does not matter.
    pub fn kill(mut self) {
        self.kill_all();
    }

    fn kill_all(&mut self) {
        let known = self.tree.living(&[]);
        self.tree.signal(&known, Signal::KILL);
        let _ = self.handle.wait();
        self.end_all(&known);
    }

    fn end_all(&mut self, known: &[Living]) {
        if self.registered.take().is_some() {
            self.tree.signal(known, Signal::KILL);
        }
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        if self.registered.is_some() {
            self.kill_all();
        }
    }
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
        let stopped = child.stop(Duration::from_secs(20));
        assert!(stopped.left_processes && !stopped.killed);
    }

    #[test]
    fn what_a_child_leaves_behind_and_does_not_end_is_killed() {
        let (_dir, child) = child(
            "trap 'exit 0' TERM; (trap '' TERM; echo ready; exec sleep 60) & while :; do sleep 0.01; done",
        );
        let stopped = child.stop(Duration::from_secs(1));
        assert_eq!(stopped.ending, Ending::Exited(0));
        assert!(stopped.killed && stopped.left_processes);
    }

    /// A function in a start script: on SIGTERM it takes its time and writes its profile.
    const FUNCTION: &str = "trap \"sleep 0.3; echo written >>\\$PROFILE; exit 143\" TERM; echo ready; while :; do sleep 0.01; done";

    fn profile_after_stop(script: &str) -> (String, Stopped) {
        let profile = tempfile::NamedTempFile::new().expect("a temporary file");
        let path = profile.path().display();
        let (_dir, child) = child(&format!("export PROFILE={path}; {script}"));
        let stopped = child.stop(Duration::from_secs(20));
        let text = std::fs::read_to_string(profile.path()).expect("it can be read");
        (text, stopped)
    }

    #[test]
    fn a_start_script_that_does_not_pass_the_signal_on_still_leaves_the_profile() {
        for script in [
            // It dies of the signal.
            format!("sh -c '{FUNCTION}'; true"),
            // It waits for its foreground command before it looks at the signal.
            format!("trap 'exit 0' TERM; sh -c '{FUNCTION}'; true"),
            // What it started has left its group, and it is gone.
            format!("setsid sh -c '{FUNCTION}' & sleep 60; true"),
        ] {
            let (text, stopped) = profile_after_stop(&script);
            assert_eq!(text, "written\n", "{script}");
            assert!(!stopped.killed, "{script}");
        }
    }

    #[test]
    fn a_start_script_that_passes_the_signal_on_is_left_to_it() {
        // The script says that both of them are ready: each has set its trap by then.
        let function = FUNCTION.replace("echo ready", ": >$PROFILE.up");
        let script = format!(
            "sh -c '{function}' & pid=$!; trap 'kill -TERM $pid; wait $pid; exit 7' TERM; \
             until [ -e $PROFILE.up ]; do sleep 0.01; done; rm $PROFILE.up; echo ready; wait $pid"
        );
        let (text, stopped) = profile_after_stop(&script);
        assert_eq!(
            (text.as_str(), stopped.ending),
            ("written\n", Ending::Exited(7))
        );
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
