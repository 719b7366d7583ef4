//! Slows a process down by a known share: it is stopped for a part of every few milliseconds. The proof that a gate can fail
//! needs a slowdown that is real and of a known size, whatever the process does.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use super::FineTimers;

/// How long the process runs between two stops. A stop costs some tens of microseconds besides: with one in every millisecond
/// 5 % were 8 in fact, with one in five they are 5.
const RUNS: Duration = Duration::from_millis(5);

/// A process that is slowed down until this is dropped.
#[derive(Debug)]
pub struct Throttle {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Throttle {
    /// Stops the process `pid` for `percent` of the time, spread evenly.
    pub fn start(pid: u32, percent: f64) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let ends = Arc::clone(&stop);
        let pid = i32::try_from(pid).ok().and_then(Pid::from_raw);
        let thread = pid.map(|pid| std::thread::spawn(move || drive(pid, percent / 100.0, &ends)));
        Self { stop, thread }
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
fn drive(pid: Pid, share: f64, ends: &AtomicBool) {
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
        let hit = kill_process(pid, Signal::STOP);
        std::thread::sleep(Duration::from_secs_f64(owed / (1.0 - share)));
        // A process must never be left stopped.
        if hit.is_err() || kill_process(pid, Signal::CONT).is_err() {
            return;
        }
        stopped += since.elapsed();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_throttled_process_goes_on_when_it_is_let_go() {
        let log = tempfile::NamedTempFile::new().expect("a temporary file");
        let tool = crate::exec::Tool::new("sleep").args(["60"]);
        let child = crate::exec::Child::start(&tool, log.path()).expect("it starts");
        let stat = format!("/proc/{}/stat", child.pid());
        let state = || {
            let text = std::fs::read_to_string(&stat).unwrap_or_default();
            text.rsplit(')').next().and_then(|rest| rest.chars().nth(1))
        };
        let wait_for = |wanted: &dyn Fn(char) -> bool| {
            let deadline = Instant::now() + Duration::from_secs(60);
            while !state().is_some_and(wanted) {
                assert!(Instant::now() < deadline, "it is {:?}", state());
                std::thread::yield_now();
            }
        };
        let throttle = Throttle::start(child.pid(), 90.0);
        wait_for(&|state| state == 'T');
        drop(throttle);
        wait_for(&|state| state != 'T');
        child.kill();
    }
}
