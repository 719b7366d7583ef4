//! Signals that are not ours: a program that we stand in for gets them, until it has ended.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rustix::process::{Pid, Signal, kill_process};
use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2};
use signal_hook::iterator::Signals;

static FOR: Mutex<For> = Mutex::new(For::Us);
/// Whether a terminal's signals reach the program without us.
static ON_TERMINAL: AtomicBool = AtomicBool::new(false);

/// Whom signals are for.
enum For {
    /// Us: nobody stands behind us.
    Us,
    /// A program that is about to start; these came before it did.
    Coming(Vec<i32>),
    /// That program.
    It(Pid),
    /// It has ended.
    Gone,
}

/// What became of a signal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Became {
    /// Nothing: it is for us.
    Ours,
    /// Whom it is for has it.
    Passed,
    /// It came when that had ended.
    Late,
}

/// Passes a signal on to whom it is for.
pub(super) fn pass(signal: i32) -> Became {
    match &mut *lock() {
        For::Us => Became::Ours,
        For::Coming(early) => {
            early.push(signal);
            Became::Passed
        }
        For::It(_) if is_the_terminals(signal) => Became::Passed,
        For::It(pid) => {
            send(*pid, signal);
            Became::Passed
        }
        For::Gone => Became::Late,
    }
}

/// Passes signals on from now until the program behind us has ended.
#[derive(Debug)]
pub(crate) struct Passing(());

impl Passing {
    /// Begins with those that pgoctl hears in any case, and others that a program may want to hear. A program of our own group
    /// `on_terminal` has what is sent from there already.
    pub(crate) fn begin(on_terminal: bool) -> std::io::Result<Self> {
        let mut others = Signals::new([SIGQUIT, SIGUSR1, SIGUSR2])?;
        std::thread::Builder::new()
            .name("passed-signals".into())
            .spawn(move || {
                for signal in others.forever() {
                    pass(signal);
                }
            })?;
        ON_TERMINAL.store(on_terminal, Ordering::SeqCst);
        *lock() = For::Coming(Vec::new());
        Ok(Self(()))
    }

    /// Names the program, which gets what came before.
    pub(crate) fn to(&self, pid: Pid) {
        let mut whom = lock();
        if let For::Coming(early) = &*whom {
            early.iter().for_each(|signal| send(pid, *signal));
        }
        *whom = For::It(pid);
    }

    /// Nothing is passed on while `is_over` looks, which takes the program's number from it; nor afterwards if it has ended.
    pub(crate) fn over(&self, is_over: impl FnOnce() -> bool) -> bool {
        let mut whom = lock();
        let over = is_over();
        if over {
            *whom = For::Gone;
        }
        over
    }
}

/// Whether it is one that a terminal has sent to the program as well.
fn is_the_terminals(signal: i32) -> bool {
    ON_TERMINAL.load(Ordering::SeqCst) && [SIGINT, SIGQUIT, SIGHUP].contains(&signal)
}

fn lock() -> MutexGuard<'static, For> {
    FOR.lock().unwrap_or_else(PoisonError::into_inner)
}

fn send(pid: Pid, signal: i32) {
    let signal = match signal {
        SIGHUP => Signal::HUP,
        SIGINT => Signal::INT,
        SIGQUIT => Signal::QUIT,
        SIGUSR1 => Signal::USR1,
        SIGUSR2 => Signal::USR2,
        SIGTERM => Signal::TERM,
        _ => return,
    };
    // One that has just ended hears nothing any more.
    let _ = kill_process(pid, signal);
}
