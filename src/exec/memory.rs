//! How much memory a child may use: a control group of its own where the machine lets us make one, else a limit of its data
//! (`RLIMIT_DATA`: heap, stacks and buffers, but neither code nor files).

use std::fs;
use std::path::{Path, PathBuf};
use std::process;
use std::sync::Once;

use rustix::process::{Pid, Resource, Rlimit, prlimit, test_kill_process};

/// What names of our groups begin with; our process id and the child's follow.
const PREFIX: &str = "pgoctl-";

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
        let group = places
            .into_iter()
            .find_map(|(place, generation)| group(&place, generation, child, bytes));
        if group.is_none() && data {
            let pid = i32::try_from(child).ok().and_then(Pid::from_raw);
            let limit = Rlimit {
                current: Some(bytes),
                maximum: Some(bytes),
            };
            // A child that has ended already needs none.
            let _ = prlimit(pid, Resource::Data, limit);
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
        if let Some((group, _)) = &self.group {
            // What is still in it keeps it: it is swept by whoever makes the next one after our end.
            let _ = fs::remove_dir(group);
        }
    }
}

/// The folders that a group could be made in: our own group's, and in the second generation, where a group has either processes or
/// groups with limits, the one above it.
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
    fs::create_dir(&group).ok()?;
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
        if owner.is_some_and(|owner| test_kill_process(owner).is_err()) {
            // One that still has processes cannot be removed.
            let _ = fs::remove_dir(entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Memory;
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
