//! How much memory there is for this process: the kernel's table, cut down by the control groups it lives in.
//!
//! A container with a limit of 2 GB on a machine of 64 GB has 2 GB; native-image knows that too, and dies of it.
//! Both generations of control groups are read at `/sys/fs/cgroup`, at every level from the process's own group up
//! to the mount's root: a limit anywhere above counts, and inside a container only the root may be visible.

use super::probe::Probe;

/// Returns the memory that this process may use, in bytes.
pub fn total(probe: &Probe) -> Option<u64> {
    let Some(table) = probe.text("proc/meminfo") else {
        // macOS has no such table and no control groups.
        return probe.line("sysctl", &["-n", "hw.memsize"])?.parse().ok();
    };
    let built_in = entry(&table, "MemTotal:")?.checked_mul(KIB)?;
    let limits = groups(probe).into_iter().filter_map(|group| group.limit);
    limits.chain([built_in]).min()
}

/// Returns the memory that could be had now without swapping, in bytes.
pub fn available(probe: &Probe) -> Option<u64> {
    let table = probe.text("proc/meminfo")?;
    let machine = entry(&table, "MemAvailable:")?.checked_mul(KIB)?;
    let left = groups(probe).into_iter().filter_map(|group| group.left());
    left.chain([machine]).min()
}

const KIB: u64 = 1024;

/// One control group's account, in bytes.
#[derive(Debug, Default, PartialEq, Eq)]
struct Group {
    limit: Option<u64>,
    used: Option<u64>,
    /// Cached file pages that the kernel takes back first.
    reclaimable: Option<u64>,
}

impl Group {
    fn left(&self) -> Option<u64> {
        let used = self.used?.saturating_sub(self.reclaimable.unwrap_or(0));
        Some(self.limit?.saturating_sub(used))
    }
}

/// The file names of one generation of control groups.
struct Generation {
    mount: &'static str,
    limit: &'static str,
    used: &'static str,
    reclaimable: &'static str,
}

const V1: Generation = Generation {
    mount: "sys/fs/cgroup/memory",
    limit: "memory.limit_in_bytes",
    used: "memory.usage_in_bytes",
    reclaimable: "total_inactive_file",
};

const V2: Generation = Generation {
    mount: "sys/fs/cgroup",
    limit: "memory.max",
    used: "memory.current",
    reclaimable: "inactive_file",
};

fn groups(probe: &Probe) -> Vec<Group> {
    let Some(membership) = probe.text("proc/self/cgroup") else {
        return Vec::new();
    };
    let mut groups = Vec::new();
    for (generation, path) in [
        (V1, memory_group_v1(&membership)),
        (V2, group_v2(&membership)),
    ] {
        let Some(path) = path else { continue };
        for level in levels(path) {
            let folder = format!("{}{level}", generation.mount);
            let number = |name| {
                let text = probe.text(&format!("{folder}/{name}"))?;
                text.trim().parse().ok() // `max` means no limit
            };
            let statistics = probe.text(&format!("{folder}/memory.stat"));
            groups.push(Group {
                limit: number(generation.limit),
                used: number(generation.used),
                reclaimable: statistics.and_then(|text| entry(&text, generation.reclaimable)),
            });
        }
    }
    groups
}

/// The path of the process's memory group in `/proc/self/cgroup`, first generation: `4:memory:/a/b`.
fn memory_group_v1(membership: &str) -> Option<&str> {
    membership.lines().find_map(|line| {
        let (controllers, path) = line.split_once(':')?.1.split_once(':')?;
        controllers
            .split(',')
            .any(|name| name == "memory")
            .then_some(path)
    })
}

/// The path of the process's group in `/proc/self/cgroup`, second generation: `0::/a/b`.
fn group_v2(membership: &str) -> Option<&str> {
    membership.lines().find_map(|line| line.strip_prefix("0::"))
}

/// `/a/b` as `/a/b`, `/a` and the root, written as nothing. A group outside the visible tree (`/../x`) leaves the
/// root only.
fn levels(path: &str) -> Vec<&str> {
    let path = path.trim_end_matches('/');
    let visible = path.starts_with('/') && !path.split('/').any(|part| part == "..");
    let mut levels = vec![""];
    if visible {
        let ends = path.match_indices('/').map(|(at, _)| at).skip(1);
        levels.extend(ends.chain([path.len()]).map(|end| &path[..end]));
    }
    levels.reverse();
    levels
}

/// The number behind `name` in a table of lines `name number …`.
fn entry(table: &str, name: &str) -> Option<u64> {
    table.lines().find_map(|line| {
        let mut words = line.split_whitespace();
        (words.next()? == name).then(|| words.next()?.parse().ok())?
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::probe::Answer;
    use crate::host::tests::machine;

    const MEMINFO: &str =
        "MemTotal:       24682416 kB\nMemFree:        24193948 kB\nMemAvailable:   24266496 kB\n";

    fn total_and_available(files: &[(&str, &str)]) -> (Option<u64>, Option<u64>) {
        let root = machine(files);
        let probe = Probe {
            root: root.path(),
            run: &|_, _| None,
        };
        (total(&probe), available(&probe))
    }

    #[test]
    fn without_control_groups_the_machine_counts() {
        let (total, available) = total_and_available(&[("proc/meminfo", MEMINFO)]);
        assert_eq!(total, Some(24_682_416 * 1024));
        assert_eq!(available, Some(24_266_496 * 1024));
    }

    #[test]
    fn a_limit_of_the_second_generation_cuts_both() {
        let (total, available) = total_and_available(&[
            ("proc/meminfo", MEMINFO),
            ("proc/self/cgroup", "0::/user.slice/job\n"),
            ("sys/fs/cgroup/user.slice/job/memory.max", "4000000000\n"),
            (
                "sys/fs/cgroup/user.slice/job/memory.current",
                "1500000000\n",
            ),
            (
                "sys/fs/cgroup/user.slice/job/memory.stat",
                "anon 1\ninactive_file 500000000\n",
            ),
        ]);
        assert_eq!(total, Some(4_000_000_000));
        assert_eq!(available, Some(3_000_000_000));
    }

    #[test]
    fn a_limit_further_up_counts_and_max_is_none() {
        let (total, _) = total_and_available(&[
            ("proc/meminfo", MEMINFO),
            ("proc/self/cgroup", "0::/slice/job\n"),
            ("sys/fs/cgroup/slice/job/memory.max", "max\n"),
            ("sys/fs/cgroup/slice/memory.max", "2000000000\n"),
        ]);
        assert_eq!(total, Some(2_000_000_000));
    }

    #[test]
    fn in_a_container_the_first_generation_shows_its_limit_at_the_root() {
        let (total, available) = total_and_available(&[
            ("proc/meminfo", MEMINFO),
            (
                "proc/self/cgroup",
                "9:name=systemd:/\n4:memory:/docker/0123\n3:cpu,cpuacct:/\n",
            ),
            ("sys/fs/cgroup/memory/memory.limit_in_bytes", "2147483648\n"),
            ("sys/fs/cgroup/memory/memory.usage_in_bytes", "1073741824\n"),
            (
                "sys/fs/cgroup/memory/memory.stat",
                "total_inactive_file 1000\n",
            ),
        ]);
        assert_eq!(total, Some(2_147_483_648));
        assert_eq!(available, Some(1_073_741_824 + 1000));
    }

    #[test]
    fn the_first_generations_no_limit_is_no_limit() {
        let (total, _) = total_and_available(&[
            ("proc/meminfo", MEMINFO),
            ("proc/self/cgroup", "4:memory:/x\n"),
            (
                "sys/fs/cgroup/memory/x/memory.limit_in_bytes",
                "9223372036854771712\n",
            ),
        ]);
        assert_eq!(total, Some(24_682_416 * 1024));
    }

    #[test]
    fn levels_go_up_to_the_root_and_never_outside() {
        assert_eq!(levels("/a/b"), ["/a/b", "/a", ""]);
        assert_eq!(levels("/"), [""]);
        assert_eq!(levels("/../../x"), [""]);
    }

    #[test]
    fn a_mac_is_asked_through_sysctl() {
        let root = machine(&[]);
        let probe = Probe {
            root: root.path(),
            run: &|program, args| {
                (program == "sysctl" && args == ["-n", "hw.memsize"]).then(|| Answer {
                    success: true,
                    stdout: "17179869184\n".into(),
                })
            },
        };
        assert_eq!(total(&probe), Some(17_179_869_184));
        assert_eq!(available(&probe), None);
    }
}
