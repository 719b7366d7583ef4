//! The machine: what a reader must know to judge the figures. Unknown is said as such, never invented.

use std::path::Path;

use serde::{Deserialize, Serialize};

/// The machine, for the report: `host{os,kernel,cpu,cores,memory_bytes}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Host {
    /// The distribution: `Debian GNU/Linux 12 (bookworm)`.
    pub os: Option<String>,
    /// The kernel's release.
    pub kernel: Option<String>,
    /// The processor's own name.
    pub cpu: Option<String>,
    /// Processors that this process may use.
    pub cores: Option<usize>,
    /// Memory that this process may use: the machine's, or its cgroup's limit where that is less.
    pub memory_bytes: Option<u64>,
}

impl Host {
    /// Asks the kernel.
    pub fn detect() -> Self {
        let memory = meminfo("MemTotal:");
        Self {
            os: read("/etc/os-release").and_then(|text| pretty_name(&text)),
            kernel: read("/proc/sys/kernel/osrelease").map(|text| text.trim().to_owned()),
            cpu: read("/proc/cpuinfo").and_then(|text| model_name(&text)),
            cores: std::thread::available_parallelism().ok().map(std::num::NonZero::get),
            memory_bytes: match (memory, cgroup_limit()) {
                (Some(memory), Some(limit)) => Some(memory.min(limit)),
                (memory, _) => memory,
            },
        }
    }
}

/// What changes from moment to moment, for `doctor`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Moment {
    /// Memory that can be used without swapping.
    pub available_memory_bytes: Option<u64>,
    /// Load average of the last minute.
    pub load: Option<f64>,
    /// The frequency governor of the first processor.
    pub governor: Option<String>,
    /// Free bytes where products are kept.
    pub free_disk_bytes: Option<u64>,
    /// How many files this process may have open.
    pub open_files: Option<u64>,
}

impl Moment {
    /// Asks the kernel; `folder` is where products are kept.
    pub fn detect(folder: &Path) -> Self {
        let limit = rustix::process::getrlimit(rustix::process::Resource::Nofile);
        Self {
            available_memory_bytes: meminfo("MemAvailable:"),
            load: read("/proc/loadavg").and_then(|text| text.split(' ').next()?.parse().ok()),
            governor: read("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor").map(|text| text.trim().to_owned()),
            free_disk_bytes: rustix::fs::statvfs(folder).ok().map(|disk| disk.f_bavail * disk.f_frsize),
            open_files: limit.current,
        }
    }
}

fn read(path: &str) -> Option<String> {
    std::fs::read_to_string(path).ok()
}

fn pretty_name(os_release: &str) -> Option<String> {
    let line = os_release.lines().find_map(|line| line.strip_prefix("PRETTY_NAME="))?;
    Some(line.trim_matches('"').to_owned())
}

fn model_name(cpuinfo: &str) -> Option<String> {
    let line = cpuinfo.lines().find(|line| line.starts_with("model name"))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

fn meminfo(key: &str) -> Option<u64> {
    kibibytes(&read("/proc/meminfo")?, key)
}

fn kibibytes(text: &str, key: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(key))?;
    line.split_whitespace().next()?.parse::<u64>().ok()?.checked_mul(1024)
}

/// The limit of the cgroup (version 2, then 1); `max` is none.
fn cgroup_limit() -> Option<u64> {
    let text = read("/sys/fs/cgroup/memory.max").or_else(|| read("/sys/fs/cgroup/memory/memory.limit_in_bytes"))?;
    text.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_that_the_system_gives() {
        assert_eq!(pretty_name("NAME=x\nPRETTY_NAME=\"Debian GNU/Linux 12\"\n").as_deref(), Some("Debian GNU/Linux 12"));
        assert_eq!(model_name("processor\t: 0\nmodel name\t: Fast CPU @ 2 GHz\n").as_deref(), Some("Fast CPU @ 2 GHz"));
        assert_eq!(kibibytes("MemFree: 1 kB\nMemTotal:       16 kB\n", "MemTotal:"), Some(16384));
    }

    #[test]
    fn unknown_is_nothing() {
        assert_eq!(model_name("processor : 0\n"), None);
        assert_eq!(kibibytes("", "MemTotal:"), None);
    }
}
