//! Slows a process down by a known share: it is stopped for a part of every few milliseconds. The proof that a gate can fail
//! needs a slowdown that is real and of a known size, whatever the process does.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rustix::process::Signal;

use super::tree::Living;
use super::{FineTimers, Tree};

/// How long the process runs between two stops. A stop costs some tens of microseconds besides: with one in every millisecond
/// 5 % were 8 in fact, with one in five they are 5.
const RUNS: Duration = Duration::from_millis(5);

/// A process, with all that it had started by then, that is slowed down until this is dropped.
#[derive(Debug)]
pub struct Throttle {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Throttle {
    /// Stops the processes of `tree` for `percent` of the time, spread evenly.
    pub fn start(tree: &Tree, percent: f64) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let ends = Arc::clone(&stop);
        let (tree, members) = (tree.clone(), tree.living(&[]));
        let drive = move || drive(&tree, &members, percent / 100.0, &ends);
        Self {
            stop,
            thread: Some(std::thread::spawn(drive)),
        }
    }
}

impl Drop for Throttle {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Keeps the time stopped at `share` of all time: what one stop lasted too long, the next ones are shorter by.
fn drive(tree: &Tree, members: &[Living], share: f64, ends: &AtomicBool) {
    let _fine = FineTimers::start();
    let started = Instant::now();
    let mut stopped = Duration::ZERO;
    while !ends.load(Ordering::Relaxed) {
        std::thread::sleep(RUNS);
        // Where s has been spent of t, a stop of x brings the share to (s + x) / (t + x).
        let owed = share.mul_add(started.elapsed().as_secs_f64(), -stopped.as_secs_f64());
        if owed <= 0.0 {
            continue;
        }
        let since = Instant::now();
        tree.signal(members, Signal::STOP);
        std::thread::sleep(Duration::from_secs_f64(owed / (1.0 - share)));
        // A process must never be left stopped.
        tree.signal(members, Signal::CONT);
        stopped += since.elapsed();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_throttled_process_goes_on_when_it_is_let_go() {
        let log = tempfile::NamedTempFile::new().expect("a temporary file");
        let tool = crate::exec::Tool::new("sh").args(["-c", "sleep 60; true"]);
        let child = crate::exec::Child::start(&tool, log.path()).expect("it starts");
        // The shell waits; what it started works.
        let state = || {
            let worker = child.tree().pids().get(1).copied().unwrap_or(child.pid());
            let text = std::fs::read_to_string(format!("/proc/{worker}/stat")).unwrap_or_default();
            text.rsplit(')').next().and_then(|rest| rest.chars().nth(1))
        };
        let wait_for = |wanted: &dyn Fn(char) -> bool| {
            let deadline = Instant::now() + Duration::from_secs(60);
            while !state().is_some_and(wanted) {
                assert!(Instant::now() < deadline, "it is {:?}", state());
                std::thread::yield_now();
            }
        };
        let two = || child.tree().pids().len() == 2;
        while !two() {
            std::thread::yield_now();
        }
        let throttle = Throttle::start(child.tree(), 90.0);
        wait_for(&|state| state == 'T');
        drop(throttle);
        wait_for(&|state| state != 'T');
        child.kill();
    }
}
