//! What nobody else could do: when pgoctl is killed with SIGKILL, what it started ends too.
//!
//! A second process of this program holds the reading end of a pipe. When the pipe closes, by whatever death of pgoctl's, it
//! looks through `/proc` for the processes that carry pgoctl's mark in their environment, and kills their groups. (Each child's
//! mark also tells what that child started: [`Tree`](super::Tree).) It is started
//! with the first child, so that a command that starts nothing costs nothing, and leads a group of its own, so that a signal
//! to pgoctl's group does not reach it.
//!
//! (The kernel's own way, `PR_SET_PDEATHSIG`, must be asked for between fork and exec, which takes `unsafe`; and a wrapper that
//! asks for it and then becomes the program would be measured with every cold start.)

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::process::CommandExt;
use std::process::{ChildStdin, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, getpgid, getpid, kill_process, kill_process_group};

/// The environment variable that marks what pgoctl starts.
pub(super) const VARIABLE: &str = "PGOCTL_GUARD";
/// The name under which the guard runs; its one argument is the mark.
const NAME: &str = "pgoctl-guard";
/// A child that was being spawned when pgoctl died shows its mark only once it has become its program: look for this long.
const LOOKS_FOR: Duration = Duration::from_millis(300);
/// Pause between two looks.
const PAUSE: Duration = Duration::from_millis(20);

struct Guard {
    mark: OsString,
    /// Held open as long as pgoctl lives; the kernel closes it with the process.
    _pipe: Option<ChildStdin>,
}

/// The mark that the next child gets in [`VARIABLE`]: pgoctl's own, which the guard knows, and a number behind it. All are of one
/// length, since the size of an environment shifts the stack and may be measured. Starts the guard at the first call.
pub(super) fn mark() -> OsString {
    static GUARD: OnceLock<Guard> = OnceLock::new();
    static CHILDREN: AtomicU32 = AtomicU32::new(0);
    let mut mark = GUARD.get_or_init(start).mark.clone();
    mark.push(format!("-{:08x}", CHILDREN.fetch_add(1, Ordering::Relaxed)));
    mark
}

/// Whether the process `pid` has a mark that begins with `mark` in its environment. Not where that cannot be read.
pub(super) fn is_marked(pid: u32, mark: &OsStr) -> bool {
    let mut wanted = format!("{VARIABLE}=").into_bytes();
    wanted.extend_from_slice(mark.as_bytes());
    std::fs::read(format!("/proc/{pid}/environ")).is_ok_and(|environment| {
        environment
            .split(|byte| *byte == 0)
            .any(|it| it.starts_with(&wanted))
    })
}

#[expect(
    clippy::disallowed_methods,
    reason = "this is the door to other programs; the guard is ourselves, under another name"
)]
fn start() -> Guard {
    let mark = OsString::from(format!(
        "{}-{:08x}",
        std::process::id(),
        rand::random::<u32>()
    ));
    let spawned = Command::new("/proc/self/exe")
        .arg0(NAME)
        .arg(&mark)
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn();
    Guard {
        mark,
        // Without a guard everything works; only a SIGKILL would leave something running.
        _pipe: spawned.ok().and_then(|mut child| child.stdin.take()),
    }
}

/// The mark to watch over, if this process was started as a guard.
pub fn asked_for(mut args: impl Iterator<Item = OsString>) -> Option<OsString> {
    (args.next()? == NAME).then(|| args.next()).flatten()
}

/// Waits until the pgoctl of this mark is gone and ends what it left.
pub fn watch(mark: &OsStr) {
    // Nothing is ever written: this returns when the other end closes.
    let _ = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
    let gone = Instant::now();
    while gone.elapsed() < LOOKS_FOR {
        for pid in marked(mark) {
            end(pid);
        }
        std::thread::sleep(PAUSE);
    }
}

fn end(pid: Pid) {
    // Its children have its group, though not always its environment: native-image cleans its builder's.
    if let Ok(group) = getpgid(Some(pid))
        && getpgid(None).is_ok_and(|ours| ours != group)
    {
        let _ = kill_process_group(group, Signal::KILL);
    }
    let _ = kill_process(pid, Signal::KILL);
}

/// The processes with this mark in their environment.
fn marked(mark: &OsStr) -> Vec<Pid> {
    let pids = std::fs::read_dir("/proc")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .filter_map(Pid::from_raw)
        .filter(|pid| *pid != getpid());
    pids.filter(|pid| is_marked(pid.as_raw_nonzero().get().unsigned_abs(), mark))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_its_own_name_makes_a_guard() {
        let words = |words: &[&str]| {
            asked_for(
                words
                    .iter()
                    .map(OsString::from)
                    .collect::<Vec<_>>()
                    .into_iter(),
            )
        };
        assert_eq!(words(&["pgoctl-guard", "7-a"]), Some("7-a".into()));
        assert_eq!(words(&["/usr/bin/pgoctl", "run"]), None);
    }

    #[test]
    fn what_carries_the_mark_is_found_and_nothing_else() {
        let mark = OsString::from(format!("test-{:08x}", rand::random::<u32>()));
        assert!(marked(&mark).is_empty());
        let child = duct::cmd!("sleep", "60")
            .env(VARIABLE, &mark)
            .unchecked()
            .before_spawn(|command| {
                command.process_group(0);
                Ok(())
            })
            .start()
            .expect("sleep starts");
        let found = marked(&mark);
        assert_eq!(found.len(), 1);
        end(found[0]);
        assert!(!child.wait().expect("it ends").status.success());
    }
}
