//! Ctrl-C, SIGTERM and SIGHUP: the first asks every stage to finish in order, the second ends everything now.
//!
//! The stop flag and the list of running children are the only global state of pgoctl: signals are global too.

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use rustix::process::{Pid, Signal, kill_process_group};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use crate::error::{Error, ErrorKind, Result};
use crate::exit_code::ExitCode;

static STOP: AtomicBool = AtomicBool::new(false);
static GROUPS: Mutex<BTreeSet<u32>> = Mutex::new(BTreeSet::new());

/// Listens for the three signals on a thread of its own; `announce` is called with what to tell the user.
pub fn listen(announce: impl Fn(&str) + Send + 'static) -> std::io::Result<()> {
    let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP])?;
    std::thread::Builder::new()
        .name("signals".into())
        .spawn(move || {
            for signal in signals.forever() {
                if STOP.swap(true, Ordering::SeqCst) {
                    announce("ending now; what was whole is kept");
                    signal_groups(Signal::KILL);
                    std::process::exit(ExitCode::Interrupted.number().into());
                }
                announce(first_words(signal));
                signal_groups(Signal::TERM);
            }
        })
        .map(|_| ())
}

fn first_words(signal: i32) -> &'static str {
    match signal {
        SIGINT => "stopping in order; press Ctrl-C again to end now",
        SIGHUP => "the terminal is gone: stopping in order",
        _ => "asked to stop: stopping in order",
    }
}

/// The flag that long loops watch.
pub fn stop_flag() -> &'static AtomicBool {
    &STOP
}

/// Whether the user or the system asked us to stop.
pub fn requested() -> bool {
    STOP.load(Ordering::SeqCst)
}

/// The error of a command that was asked to stop.
pub fn error() -> Error {
    Error::new(ErrorKind::Interrupted, "interrupted")
        .hint("run the same command again: it goes on after the last finished stage")
}

/// Fails with [`error`] once a stop was asked for; called between steps.
pub fn check() -> Result<()> {
    if requested() { Err(error()) } else { Ok(()) }
}

/// A child's process group, signalled with the others until this is dropped.
#[derive(Debug)]
pub(crate) struct RegisteredGroup(u32);

/// Registers the process group led by `pid`.
pub(crate) fn register(pid: u32) -> RegisteredGroup {
    groups().insert(pid);
    if requested() {
        // The signal came between the spawn and this line.
        signal_group(pid, Signal::TERM);
    }
    RegisteredGroup(pid)
}

impl Drop for RegisteredGroup {
    fn drop(&mut self) {
        groups().remove(&self.0);
    }
}

fn groups() -> std::sync::MutexGuard<'static, BTreeSet<u32>> {
    GROUPS.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

fn signal_groups(signal: Signal) {
    for group in groups().iter() {
        signal_group(*group, signal);
    }
}

/// Sends `signal` to every process of the group that `leader` leads; a group that is gone is no error.
pub(crate) fn signal_group(leader: u32, signal: Signal) {
    if let Some(pid) = i32::try_from(leader).ok().and_then(Pid::from_raw) {
        // ESRCH: nobody left, which is what the caller wants in the end.
        let _ = kill_process_group(pid, signal);
    }
}
