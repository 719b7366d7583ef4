//! Ctrl-C, SIGTERM and SIGHUP: the first asks every stage to finish in order, the second ends everything now.
//!
//! A signal stops everything, a [`Stop`] one piece of work. What signals set and the list of running children are the only global
//! state of pgoctl: signals are global too.

mod passing;

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use rustix::process::{Pid, Signal, kill_process_group};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use crate::error::{Error, ErrorKind, Result};
use crate::exit_code::ExitCode;
use passing::Became;

pub(crate) use passing::Passing;

static STOP: AtomicBool = AtomicBool::new(false);
static KEEPS_CHILDREN: AtomicBool = AtomicBool::new(false);
static GROUPS: Mutex<BTreeSet<u32>> = Mutex::new(BTreeSet::new());

/// Listens for the three signals on a thread of its own; `announce` is called with what to tell the user.
pub fn listen(announce: impl Fn(&str) + Send + 'static) -> std::io::Result<()> {
    let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP])?;
    std::thread::Builder::new()
        .name("signals".into())
        .spawn(move || {
            for signal in signals.forever() {
                match passing::pass(signal) {
                    Became::Ours => {}
                    Became::Passed => continue,
                    Became::Late => {
                        STOP.store(true, Ordering::SeqCst);
                        continue;
                    }
                }
                if STOP.swap(true, Ordering::SeqCst) {
                    announce("ending now; what was whole is kept");
                    // Held until the end: nothing new is started any more.
                    let groups = groups();
                    groups
                        .iter()
                        .for_each(|group| signal_group(*group, Signal::KILL));
                    std::process::exit(ExitCode::Interrupted.number().into());
                }
                announce(first_words(signal));
                if KEEPS_CHILDREN.load(Ordering::SeqCst) {
                    continue;
                }
                groups()
                    .iter()
                    .for_each(|group| signal_group(*group, Signal::TERM));
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

/// From now on the first signal is not passed on to what is running: whoever started it ends it in order, after its calls.
pub(crate) fn keep_children() {
    KEEPS_CHILDREN.store(true, Ordering::SeqCst);
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

/// Asks one piece of work to stop; a signal asks all of them. Clones ask the same one.
#[derive(Clone, Debug, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Asks for it.
    pub fn ask(&self) {
        self.0.store(true, Ordering::SeqCst);
    }

    /// Whether it was asked for, by whom ever.
    pub fn requested(&self) -> bool {
        // A controller lets what it started go on until its calls have ended: it asks each piece of work itself.
        self.0.load(Ordering::Relaxed) || (requested() && !KEEPS_CHILDREN.load(Ordering::SeqCst))
    }

    /// Fails with [`error`] once it was asked for; called between steps.
    pub fn check(&self) -> Result<()> {
        match self.requested() {
            true => Err(error()),
            false => Ok(()),
        }
    }
}

/// Fails with [`error`] once a signal asked for it.
pub fn check() -> Result<()> {
    Stop::default().check()
}

/// A child's process group, signalled with the others until this is dropped.
#[derive(Debug)]
pub(crate) struct RegisteredGroup(u32);

/// Starts a child that leads its own process group and registers that group, in one step: a second signal ends everything that
/// is registered and then the process, so nothing may be running that it does not know.
///
/// `start` returns the child and its process id.
pub(crate) fn spawn<T>(
    start: impl FnOnce() -> std::io::Result<(T, u32)>,
) -> std::io::Result<(T, RegisteredGroup)> {
    let mut groups = groups();
    let (child, pid) = start()?;
    groups.insert(pid);
    drop(groups);
    if requested() && !KEEPS_CHILDREN.load(Ordering::SeqCst) {
        signal_group(pid, Signal::TERM);
    }
    Ok((child, RegisteredGroup(pid)))
}

impl RegisteredGroup {
    /// The process that leads the group.
    pub(crate) fn leader(&self) -> u32 {
        self.0
    }
}

impl Drop for RegisteredGroup {
    fn drop(&mut self) {
        groups().remove(&self.0);
    }
}

fn groups() -> std::sync::MutexGuard<'static, BTreeSet<u32>> {
    GROUPS
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// Sends `signal` to every process of the group that `leader` leads; a group that is gone is no error.
pub(crate) fn signal_group(leader: u32, signal: Signal) {
    if let Some(pid) = i32::try_from(leader).ok().and_then(Pid::from_raw) {
        // ESRCH: nobody left, which is what the caller wants in the end.
        let _ = kill_process_group(pid, signal);
    }
}
