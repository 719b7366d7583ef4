//! How much memory a child may use: a control group of its own where the machine lets us make one, else a limit of its data
//! (`RLIMIT_DATA`: heap, stacks and buffers, but neither code nor files).

use std::fs;
use std::path::{Path, PathBuf};
use std::process;
use std::sync::{Mutex, MutexGuard, Once, PoisonError};
use std::time::Duration;

use rustix::io::Errno;
use rustix::process::{Pid, Resource, Rlimit, prlimit, test_kill_process};

/// What names of our groups begin with; our process id and the child's follow.
const PREFIX: &str = "pgoctl-";

/// How often it is tried to remove a group whose processes were killed, and how long is waited before the next time.
const TRIES: u32 = 5;
const PAUSE: Duration = Duration::from_millis(2);

/// Both generations of control groups: where they are mounted, the file that limits, and the one that counts whom it killed.
const GENERATIONS: [Generation; 2] = [
    Generation {
        mount: "/sys/fs/cgroup/memory",
        limit: "memory.limit_in_bytes",
        kills: "memory.oom_control",
    },
    Generation {
        mount: "/sys/fs/cgroup",
        limit: "memory.max",
        kills: "memory.events",
    },
];

/// One generation of control groups.
#[derive(Clone, Copy, Debug)]
struct Generation {
    mount: &'static str,
    limit: &'static str,
    kills: &'static str,
}

/// How much memory a child may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Memory {
    /// Bytes.
    pub bytes: u64,
    /// Whether its data may be limited where no control group can be made: a JVM counts hundreds of megabytes there that it reserves
    /// for code and never uses.
    pub data: bool,
}

/// A child's limit; the control group goes with it.
#[derive(Debug)]
pub struct MemoryLimit {
    group: Option<(PathBuf, Generation)>,
}

impl MemoryLimit {
    /// Lets `child` use so much, with all that it starts from now on.
    pub fn of(child: u32, memory: Memory) -> Self {
        let Memory { bytes, data } = memory;
        static OLD: Once = Once::new();
        let places = places();
        OLD.call_once(|| places.iter().for_each(|(place, _)| sweep(place)));
        left().retain(|group| fs::remove_dir(group).is_err() && group.is_dir());
        let group = places
            .into_iter()
            .find_map(|(place, generation)| group(&place, generation, child, bytes));
        let pid = i32::try_from(child).ok().and_then(Pid::from_raw);
        if group.is_none()
            && data
            && let Some(pid) = pid
        {
            let limit = Rlimit {
                current: Some(bytes),
                maximum: Some(bytes),
            };
            // A child that has ended already needs none.
            let _ = prlimit(Some(pid), Resource::Data, limit);
        }
        Self { group }
    }

    /// Whether the kernel killed the child, or something that it started, because it wanted more.
    pub fn was_exceeded(&self) -> bool {
        let Some((group, generation)) = &self.group else {
            return false;
        };
        let text = fs::read_to_string(group.join(generation.kills)).unwrap_or_default();
        text.lines()
            .filter_map(|line| line.strip_prefix("oom_kill "))
            .any(|kills| kills.trim() != "0")
    }
}

impl Drop for MemoryLimit {
    fn drop(&mut self) {
        let Some((group, _)) = self.group.take() else {
            return;
        };
        for _ in 0..TRIES {
            if fs::remove_dir(&group).is_ok() {
                return;
            }
            // Somebody in it still ends.
            std::thread::sleep(PAUSE);
        }
        left().push(group);
    }
}

/// Groups that could not be removed yet.
fn left() -> MutexGuard<'static, Vec<PathBuf>> {
    static LEFT: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());
    LEFT.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The folders that a group could be made in: our own group's; in the second generation, where a group has either processes or
/// groups with limits, the one above it, if that is our service's own (systemd's `DelegateSubgroup`) or a container's root: what is
/// outside of our service would not end with it.
fn places() -> Vec<(PathBuf, Generation)> {
    let membership = fs::read_to_string("/proc/self/cgroup").unwrap_or_default();
    let mut places = Vec::new();
    for line in membership.lines() {
        let Some((controllers, path)) = line.split_once(':').and_then(|it| it.1.split_once(':'))
        else {
            continue;
        };
        let path = Path::new(path.trim_start_matches('/'));
        let [first, second] = GENERATIONS;
        if controllers.split(',').any(|name| name == "memory") {
            places.push((Path::new(first.mount).join(path), first));
            // In a container only its root is visible.
            places.push((first.mount.into(), first));
        } else if controllers.is_empty() {
            let above = path
                .parent()
                .map(|above| Path::new(second.mount).join(above));
            places.extend(above.map(|above| (above, second)));
        }
    }
    places.retain(|(place, generation)| {
        place.starts_with(generation.mount)
            && !place.components().any(|part| part.as_os_str() == "..")
            && place.is_dir()
    });
    places
}

/// A group with that limit in `place` and the child in it; `None` where that cannot be.
fn group(
    place: &Path,
    generation: Generation,
    child: u32,
    bytes: u64,
) -> Option<(PathBuf, Generation)> {
    let group = place.join(format!("{PREFIX}{}-{child}", process::id()));
    if fs::create_dir(&group).is_err() {
        // One of an earlier child with the same number.
        fs::remove_dir(&group).ok()?;
        fs::create_dir(&group).ok()?;
    }
    // A file that is not there is not made: the kernel refuses, and so do folders of other kinds.
    let write = |name: &str, text: String| {
        let mut options = fs::File::options();
        let file = options.write(true).open(group.join(name));
        file.and_then(|mut file| std::io::Write::write_all(&mut file, text.as_bytes()))
    };
    let made = write(generation.limit, bytes.to_string())
        .and_then(|()| write("cgroup.procs", child.to_string()));
    // Swapped out it would only be slow; a machine without swap has no such file.
    let _ = write("memory.swap.max", "0".to_owned());
    match made {
        Ok(()) => Some((group, generation)),
        Err(_) => {
            let _ = fs::remove_dir(&group);
            None
        }
    }
}

/// Removes groups of processes of ours that are gone.
fn sweep(place: &Path) {
    let entries = fs::read_dir(place).into_iter().flatten().flatten();
    for entry in entries {
        let name = entry.file_name();
        let owner = name
            .to_str()
            .and_then(|name| name.strip_prefix(PREFIX)?.split('-').next()?.parse().ok())
            .and_then(Pid::from_raw);
        // In a container whoever made it may have had our number.
        let is_gone = |owner: Pid| {
            owner.as_raw_nonzero().get().unsigned_abs() == process::id()
                || test_kill_process(owner) == Err(Errno::SRCH)
        };
        if owner.is_some_and(is_gone) {
            // One that still has processes cannot be removed.
            let _ = fs::remove_dir(entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exec::{Child, Ending, Tool};

    /// A program that takes 64 MiB and ends well if it gets them.
    const TAKES: &str = "x=$(head -c 64000000 /dev/zero | tr '\\0' x); test ${#x} = 64000000";

    fn ending(bytes: u64) -> (Ending, bool) {
        let log = tempfile::NamedTempFile::new().expect("a temporary file");
        // Only what is done after its start is sure to be under the limit.
        let tool = Tool::new("sh")
            .arg("-c")
            .arg(format!("sleep 0.2; {TAKES}"))
            .memory(Some(Memory { bytes, data: true }));
        let child = Child::start(&tool, log.path()).expect("sh starts");
        let ending = child
            .ended_within(Duration::from_secs(60))
            .expect("it ends");
        (ending, child.ran_out_of_memory())
    }

    #[test]
    fn a_child_that_wants_more_than_it_may_have_does_not_get_it() {
        let (ending, _) = ending(16 << 20);
        assert_ne!(ending, Ending::Exited(0));
    }

    #[test]
    fn a_child_that_wants_less_is_left_alone() {
        assert_eq!(ending(512 << 20), (Ending::Exited(0), false));
    }
}
