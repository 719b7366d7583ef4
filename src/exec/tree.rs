//! A child with everything that it started. A start script that does not `exec` is a process of 2 MB that waits; the work is done
//! by what it started, and that is what must be measured, asked to end and waited for.
//!
//! Who belongs to it is read from `/proc/<pid>/stat` and `/proc/<pid>/environ` (proc(5)), at the moments when it matters. A
//! process does by any of these signs: it is the child; it is in the process group that the child leads; its parent belongs to
//! it; it carries the child's own mark in its environment ([`super::guard`]), as a daemon does that has left the group and whose
//! parent is gone. What has left the group, lost its parent *and* cleaned its environment is not found; nor is what another
//! server starts on request (`systemd-run`, a container engine).
//!
//! Other ways were weighed: a control group is writable for few users and counts the page cache too, and `PR_SET_CHILD_SUBREAPER`
//! makes orphans of all our children ours, but does not tell whose they were.

use std::collections::BTreeSet;
use std::ffi::OsString;

use rustix::process::{Pid, Signal, kill_process};
use rustix::time::{ClockId, clock_gettime};

use super::guard;
use super::usage::{self, Usage};
use crate::interrupt;

/// A child and what it started.
#[derive(Clone, Debug)]
pub struct Tree {
    leader: u32,
    mark: OsString,
    born: u64,
}

/// A living process, as `/proc/<pid>/stat` shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Living {
    pub(super) pid: u32,
    /// Ticks from the machine's start to its own: with the id, that tells it from a later process of the same id.
    started: u64,
    group: u32,
    parent: u32,
}

impl Tree {
    /// The tree of the child `leader`, which leads its own group, carries `mark`, and was started at `born` ([`now`]).
    pub(super) fn new(leader: u32, mark: OsString, born: u64) -> Self {
        Self { leader, mark, born }
    }

    /// The ids of its processes that are alive, the child's own first.
    pub fn pids(&self) -> Vec<u32> {
        let mut pids: Vec<u32> = self.living(&[]).iter().map(|living| living.pid).collect();
        pids.sort_unstable_by_key(|pid| (*pid != self.leader, *pid));
        pids
    }

    /// What its processes have used until now, together: those that are alive, and those that ended and were waited for by one
    /// that is alive.
    ///
    /// The largest resident set is the sum of the largest of those that are alive: an upper bound, since they need not have been
    /// at their largest together, and since what they share counts for each.
    pub fn usage(&self) -> Usage {
        let all = self.pids().into_iter().map(Usage::of);
        all.fold(Usage::default(), |sum, one| sum.and(&one))
    }

    /// The largest resident set of [`Tree::usage`].
    pub fn peak_bytes(&self) -> Option<u64> {
        let peaks = self.pids().into_iter().filter_map(usage::peak_bytes);
        peaks.reduce(|sum, one| sum + one)
    }

    /// Its processes that are alive; those in `known` that are, whatever became of the signs since.
    pub(super) fn living(&self, known: &[Living]) -> Vec<Living> {
        let all = all_living();
        let mut found: BTreeSet<u32> = all
            .iter()
            .filter(|one| {
                one.pid == self.leader
                    || one.group == self.leader
                    || known.iter().any(|k| k.is(one))
            })
            .map(|one| one.pid)
            .collect();
        descend(&all, &mut found);
        let marked = |one: &&Living| {
            !found.contains(&one.pid)
                && one.started >= self.born
                && guard::is_marked(one.pid, &self.mark)
        };
        let marked: Vec<u32> = all.iter().filter(marked).map(|one| one.pid).collect();
        found.extend(marked);
        descend(&all, &mut found);
        all.into_iter()
            .filter(|one| found.contains(&one.pid))
            .collect()
    }

    /// Sends `signal` to its group, in one call, and to each of `members` that has left it.
    pub(super) fn signal(&self, members: &[Living], signal: Signal) {
        interrupt::signal_group(self.leader, signal);
        for member in members.iter().filter(|one| one.group != self.leader) {
            member.signal(signal);
        }
    }
}

impl Living {
    fn is(&self, other: &Self) -> bool {
        (self.pid, self.started) == (other.pid, other.started)
    }

    /// Whether it still lives.
    pub(super) fn lives(&self) -> bool {
        stat(self.pid).is_some_and(|now| now.is(self))
    }

    /// Sends it `signal`.
    pub(super) fn signal(&self, signal: Signal) {
        send(self.pid, signal);
    }
}

/// Sends `signal` to one process; one that is gone is no error.
pub(super) fn send(pid: u32, signal: Signal) {
    if let Some(pid) = i32::try_from(pid).ok().and_then(Pid::from_raw) {
        let _ = kill_process(pid, signal);
    }
}

/// The time since the machine's start in the ticks of `/proc/<pid>/stat`.
pub(super) fn now() -> u64 {
    let now = clock_gettime(ClockId::Boottime);
    let (seconds, nanoseconds) = (now.tv_sec.unsigned_abs(), now.tv_nsec.unsigned_abs());
    let per_second = rustix::param::clock_ticks_per_second();
    seconds * per_second + nanoseconds * per_second / 1_000_000_000
}

/// Adds to `found` whatever descends from it.
fn descend(all: &[Living], found: &mut BTreeSet<u32>) {
    loop {
        let children = all.iter().filter(|one| found.contains(&one.parent));
        let new: Vec<u32> = children
            .map(|one| one.pid)
            .filter(|pid| !found.contains(pid))
            .collect();
        if new.is_empty() {
            return;
        }
        found.extend(new);
    }
}

fn all_living() -> Vec<Living> {
    std::fs::read_dir("/proc")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .filter_map(stat)
        .collect()
}

fn stat(pid: u32) -> Option<Living> {
    parse(pid, &usage::text(pid, "stat")?)
}

/// State, parent, group and start of `/proc/<pid>/stat` (proc(5): fields 3, 4, 5 and 22); none of a process that has ended and was
/// not waited for yet.
fn parse(pid: u32, stat: &str) -> Option<Living> {
    let mut fields = usage::after_name(stat)?;
    let state = fields.next()?;
    let living = Living {
        pid,
        parent: fields.next()?.parse().ok()?,
        group: fields.next()?.parse().ok()?,
        started: fields.nth(16)?.parse().ok()?,
    };
    (!matches!(state, "Z" | "X" | "x")).then_some(living)
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::super::{Child, Tool};
    use super::*;

    #[test]
    fn a_process_is_read_behind_any_name() {
        let stat = |state: &str| {
            format!("47 (a ) b) {state} 1 44 43 0 -1 4194560 1 0 5 0 7 8 0 0 20 0 1 0 991 3 4")
        };
        let expected = Living {
            pid: 47,
            started: 991,
            group: 44,
            parent: 1,
        };
        assert_eq!(parse(47, &stat("S")), Some(expected));
        assert_eq!(parse(47, &stat("Z")), None);
        assert_eq!(parse(47, "47"), None);
    }

    #[test]
    fn a_start_lies_between_our_looks_at_the_clock() {
        let own = stat(std::process::id()).expect("we are alive");
        assert!(own.started <= now() && own.started + 60_000_000 > now());
    }

    fn wait_for(fact: &str, holds: impl Fn() -> bool) {
        let deadline = Instant::now() + Duration::from_secs(60);
        while !holds() {
            assert!(Instant::now() < deadline, "{fact}");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    fn started(script: &str) -> (tempfile::NamedTempFile, Child) {
        let log = tempfile::NamedTempFile::new().expect("a temporary file");
        let tool = Tool::new("/bin/sh").arg("-c").arg(script);
        let child = Child::start(&tool, log.path()).expect("sh starts");
        (log, child)
    }

    #[test]
    fn children_of_children_and_daemons_belong_to_it() {
        // One below the shell, one in a session of its own whose parent is gone.
        let (_log, child) = started("(setsid sleep 60 &); sleep 60; true");
        wait_for("there are not three processes", || {
            let pids = child.tree().pids();
            pids.len() == 3 && pids[0] == child.pid()
        });
        let tree = child.tree().clone();
        child.kill();
        wait_for("something was left", || tree.pids().is_empty());
    }

    #[test]
    fn what_its_processes_use_is_counted() {
        // It stops itself at the end: whatever is looked at then stays as it is.
        let work = "i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done; echo done; kill -STOP $$";
        let (log, child) = started(&format!("sh -c '{work}'; true"));
        wait_for("the work was not done", || {
            std::fs::read_to_string(log.path()).is_ok_and(|text| text.contains("done"))
        });
        let (own, all) = (Usage::of(child.pid()), child.tree().usage());
        let cpu = |usage: &Usage| usage.cpu_ns.expect("it has a CPU clock");
        assert!(cpu(&all) > 10 * cpu(&own), "{all:?} of which {own:?}");
        assert!(all.peak_memory_bytes > own.peak_memory_bytes);
        assert!(all.page_faults() > own.page_faults());
        assert_eq!(all.peak_memory_bytes, child.tree().peak_bytes());
        child.kill();
    }
}
