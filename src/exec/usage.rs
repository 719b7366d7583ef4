//! What a running process has used so far, as the kernel counts it.

use std::time::Duration;

use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeValLike;
use serde::{Deserialize, Serialize};

/// What a process used from its spawn on; unknown is `null`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    /// CPU time of all its threads, user and system.
    pub cpu_ns: Option<u64>,
    /// Page faults that needed no disk.
    pub minor_faults: Option<u64>,
    /// Page faults that did.
    pub major_faults: Option<u64>,
    /// Largest resident set (`VmHWM`).
    pub peak_memory_bytes: Option<u64>,
    /// Bytes that were read from the disk for it: 0 where everything was in the page cache.
    pub read_bytes: Option<u64>,
}

impl Usage {
    /// Reads what the process `pid` has used until now.
    pub fn of(pid: u32) -> Self {
        let (minor_faults, major_faults) = text(pid, "stat").and_then(|text| faults(&text)).unzip();
        Self {
            cpu_ns: cpu(pid).and_then(|cpu| u64::try_from(cpu.as_nanos()).ok()),
            minor_faults,
            major_faults,
            peak_memory_bytes: peak_bytes(pid),
            read_bytes: text(pid, "io").and_then(|text| value(&text, "read_bytes:")),
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

fn text(pid: u32, file: &str) -> Option<String> {
    std::fs::read_to_string(format!("/proc/{pid}/{file}")).ok()
}

/// The number after `name` in lines of `name number`.
fn value(text: &str, name: &str) -> Option<u64> {
    let line = text.lines().find(|line| line.starts_with(name))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

/// Minor and major faults of `/proc/<pid>/stat` (proc(5): fields 10 and 12). The second field, the program's name in
/// parentheses, may hold anything.
fn faults(stat: &str) -> Option<(u64, u64)> {
    let after_name = &stat[stat.rfind(')')? + 1..];
    let mut fields = after_name.split_whitespace();
    let minor = fields.nth(7)?.parse().ok()?;
    let major = fields.nth(1)?.parse().ok()?;
    Some((minor, major))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_are_found_behind_any_name() {
        let stat = "4711 (a ) b) S 1 4711 4711 0 -1 4194560 1234 0 56 0 7 8 0 0 20 0 1";
        assert_eq!(faults(stat), Some((1234, 56)));
        assert_eq!(faults("4711"), None);
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
