//! A program that we stand in for, as the first process of its container: it has our streams and our environment, the signals that
//! we get are passed on to it, what it leaves without a parent is reaped, and how it ends is how we end.
//!
//! No guard watches it: where we are the first process, it ends with us; elsewhere it is as much a service as we are.

use std::io::IsTerminal;
use std::os::unix::process::CommandExt;
use std::process::Command;

use rustix::io::Errno;
use rustix::process::{Pid, WaitId, WaitIdOptions, WaitOptions, WaitStatus, wait, waitid};

use super::{Ending, SECRET, Tool};
use crate::interrupt::Passing;

/// Starts `tool`, does `meanwhile` while it runs, and waits for its end.
///
/// # Errors
///
/// A program that cannot be started.
pub fn stand_in<T>(tool: &Tool, meanwhile: impl FnOnce() -> T) -> std::io::Result<(Ending, T)> {
    // What a terminal sends it sends to a whole group: a program there stays in ours, and reads what is typed.
    let on_terminal = std::io::stdin().is_terminal();
    let passing = Passing::begin(on_terminal)?;
    let mut command = command(tool);
    if !on_terminal {
        command.process_group(0);
    }
    let child = command.spawn()?;
    let pid = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
    let pid = pid.ok_or(std::io::ErrorKind::InvalidData)?;
    passing.to(pid);
    let done = meanwhile();
    Ok((reap(pid, &passing)?, done))
}

/// Waits for the end of `child` and takes what has ended besides.
fn reap(child: Pid, passing: &Passing) -> std::io::Result<Ending> {
    loop {
        // It stays there until it is taken, so that nobody else gets its number while a signal is on its way to it.
        let seen = waitid(WaitId::All, WaitIdOptions::EXITED | WaitIdOptions::NOWAIT);
        match seen {
            Ok(_) | Err(Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
        let mut ending = None;
        passing.over(|| {
            while let Ok(Some((pid, status))) = wait(WaitOptions::NOHANG) {
                if pid == child {
                    ending = Some(of(status));
                }
            }
            ending.is_some()
        });
        if let Some(ending) = ending {
            return Ok(ending);
        }
    }
}

fn of(status: WaitStatus) -> Ending {
    match status.exit_status() {
        Some(code) => Ending::Exited(code),
        None => Ending::Signalled(status.terminating_signal().unwrap_or_default()),
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "this is the door to other programs; duct gives a child neither our streams nor our process's place"
)]
fn command(tool: &Tool) -> Command {
    let mut command = Command::new(&tool.program);
    command
        .args(&tool.args)
        .env_remove(SECRET)
        .envs(tool.env.iter().map(|(name, value)| (name, value)));
    command
}
