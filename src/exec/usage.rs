//! What a running process has used so far, as the kernel counts it. Of a process with all that it started: [`super::Tree::usage`].

use std::time::Duration;

use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeValLike;
use serde::{Deserialize, Serialize};

/// What a process, or several together, used from the spawn on; unknown is `null`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    /// CPU time of all its threads, user and system.
    pub cpu_ns: Option<u64>,
    /// Page faults that needed no disk.
    pub minor_faults: Option<u64>,
    /// Page faults that did.
    pub major_faults: Option<u64>,
    /// Largest resident set (`VmHWM`); of several together, see where it comes from.
    pub peak_memory_bytes: Option<u64>,
    /// Bytes that were read from the disk for it: 0 where everything was in the page cache.
    pub read_bytes: Option<u64>,
}

impl Usage {
    /// Reads what the process `pid`, and those of its children that ended and were waited for, have used until now; the largest
    /// resident set is its own.
    pub fn of(pid: u32) -> Self {
        let stat = text(pid, "stat").and_then(|text| Stat::parse(&text));
        let own = cpu(pid).and_then(|cpu| u64::try_from(cpu.as_nanos()).ok());
        Self {
            cpu_ns: own.map(|own| own + stat.as_ref().map_or(0, |stat| stat.children_ns)),
            minor_faults: stat.as_ref().map(|stat| stat.minor_faults),
            major_faults: stat.as_ref().map(|stat| stat.major_faults),
            peak_memory_bytes: peak_bytes(pid),
            read_bytes: text(pid, "io").and_then(|text| value(&text, "read_bytes:")),
        }
    }

    /// What both used together: what is known of one of them, where it is not known of both.
    pub(super) fn and(&self, other: &Self) -> Self {
        let sum = |one: Option<u64>, other: Option<u64>| match (one, other) {
            (Some(one), Some(other)) => Some(one + other),
            (one, other) => one.or(other),
        };
        Self {
            cpu_ns: sum(self.cpu_ns, other.cpu_ns),
            minor_faults: sum(self.minor_faults, other.minor_faults),
            major_faults: sum(self.major_faults, other.major_faults),
            peak_memory_bytes: sum(self.peak_memory_bytes, other.peak_memory_bytes),
            read_bytes: sum(self.read_bytes, other.read_bytes),
        }
    }

    /// What has been used since `before`, of what only grows.
    pub fn since(&self, before: &Self) -> Self {
        let grown = |now: Option<u64>, before: Option<u64>| now?.checked_sub(before?);
        Self {
            cpu_ns: grown(self.cpu_ns, before.cpu_ns),
            minor_faults: grown(self.minor_faults, before.minor_faults),
            major_faults: grown(self.major_faults, before.major_faults),
            peak_memory_bytes: None,
            read_bytes: grown(self.read_bytes, before.read_bytes),
        }
    }

    /// All page faults.
    pub fn page_faults(&self) -> Option<u64> {
        Some(self.minor_faults? + self.major_faults?)
    }
}

/// What all children that we have waited for used together. Their largest resident set is that of the largest of them ever, so
/// it is left out.
pub fn of_children() -> Usage {
    let Ok(usage) = getrusage(UsageWho::RUSAGE_CHILDREN) else {
        return Usage::default();
    };
    let count = |count: i64| u64::try_from(count).ok();
    let cpu = usage.user_time() + usage.system_time();
    Usage {
        cpu_ns: count(cpu.num_microseconds()).map(|microseconds| microseconds * 1000),
        minor_faults: count(usage.minor_page_faults()),
        major_faults: count(usage.major_page_faults()),
        peak_memory_bytes: None,
        // In units of 512 bytes, whatever the disk's blocks are (getrusage(2)).
        read_bytes: count(usage.block_reads()).map(|blocks| blocks * 512),
    }
}

/// Returns `VmHWM` of the process in bytes.
pub fn peak_bytes(pid: u32) -> Option<u64> {
    value(&text(pid, "status")?, "VmHWM:")?.checked_mul(1024)
}

/// CPU time of all threads of the process, ended ones too.
pub fn cpu(pid: u32) -> Option<Duration> {
    let pid = nix::unistd::Pid::from_raw(i32::try_from(pid).ok()?);
    let clock = nix::time::clock_getcpuclockid(pid).ok()?;
    nix::time::clock_gettime(clock).ok().map(Duration::from)
}

/// A file of the process in `/proc`; none if it is gone or may not be read.
pub(super) fn text(pid: u32, file: &str) -> Option<String> {
    std::fs::read_to_string(format!("/proc/{pid}/{file}")).ok()
}

/// The number after `name` in lines of `name number`.
fn value(text: &str, name: &str) -> Option<u64> {
    let line = text.lines().find(|line| line.starts_with(name))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

/// The fields of `/proc/<pid>/stat` from the third on. The second, the program's name in parentheses, may hold anything.
pub(super) fn after_name(stat: &str) -> Option<std::str::SplitWhitespace<'_>> {
    Some(stat[stat.rfind(')')? + 1..].split_whitespace())
}

/// What `/proc/<pid>/stat` counts (proc(5): fields 10 to 17), children that were waited for included.
#[derive(Debug, PartialEq, Eq)]
struct Stat {
    minor_faults: u64,
    major_faults: u64,
    /// CPU time of those children, in whole ticks (10 ms).
    children_ns: u64,
}

impl Stat {
    fn parse(stat: &str) -> Option<Self> {
        let fields = after_name(stat)?.skip(7).take(8);
        let numbers: Vec<u64> = fields.map_while(|field| field.parse().ok()).collect();
        let [
            minor,
            of_children,
            major,
            major_of_children,
            _,
            _,
            user,
            system,
        ] = numbers[..]
        else {
            return None;
        };
        let tick_ns = 1_000_000_000 / rustix::param::clock_ticks_per_second();
        Some(Self {
            minor_faults: minor + of_children,
            major_faults: major + major_of_children,
            children_ns: (user + system) * tick_ns,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_found_behind_any_name() {
        let stat = "4711 (a ) b) S 1 4711 4711 0 -1 4194560 1234 1000 56 10 7 8 2 1 20 0 1";
        let counted = Stat {
            minor_faults: 2234,
            major_faults: 66,
            children_ns: 30_000_000,
        };
        assert_eq!(Stat::parse(stat), Some(counted));
        assert_eq!(Stat::parse("4711"), None);
    }

    #[test]
    fn what_is_known_of_one_counts_for_both() {
        let one = Usage {
            cpu_ns: Some(3),
            read_bytes: Some(0),
            ..Usage::default()
        };
        let both = one.and(&Usage {
            cpu_ns: Some(4),
            ..Usage::default()
        });
        assert_eq!((both.cpu_ns, both.read_bytes), (Some(7), Some(0)));
        assert_eq!(both.minor_faults, None);
    }

    #[test]
    fn our_own_usage_is_known() {
        let before = cpu(std::process::id()).expect("a process has a CPU clock");
        let usage = Usage::of(std::process::id());
        assert!(usage.peak_memory_bytes.is_some_and(|bytes| bytes > 100_000));
        assert!(usage.page_faults().is_some_and(|faults| faults > 0));
        assert!(
            usage
                .cpu_ns
                .is_some_and(|cpu| u128::from(cpu) >= before.as_nanos())
        );
    }

    #[test]
    fn a_process_that_is_gone_has_unknown_usage() {
        assert_eq!(Usage::of(u32::MAX), Usage::default());
    }
}
