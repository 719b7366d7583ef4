//! What the machine is: the facts that a report records beside its numbers, and those that `doctor` judges.
//!
//! Everything is read from files below a root folder and from the answers of a few tools, both handed in as a
//! [`Probe`], so that a test shows any machine it likes. What cannot be found out is `None`, never a zero and
//! never a guess. Nothing here prints; the judging is in [`crate::doctor`].

pub mod compiler;
pub mod conditions;
mod memory;
pub mod page_cache;
pub mod pinning;
mod probe;
mod processor;
mod system;

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use rustix::process::{Resource, getrlimit};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use compiler::{CCompiler, Zlib};
pub use probe::{Answer, Probe};
pub use processor::Processor;
pub use system::{Distribution, load_average};

/// The node of a cluster that this process is on.
static NODE: OnceLock<String> = OnceLock::new();

/// Says which node of a cluster this process is on: a container cannot see it.
pub fn on_node(name: String) {
    // Said once, at the start.
    let _ = NODE.set(name);
}

/// The machine in a report. The keys are a contract (`host` of the report, `schema_version` 1).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Host {
    /// Name and version of the system: `Debian GNU/Linux 12`.
    pub os: Option<String>,
    /// Release of the kernel, as `uname -r` says it.
    pub kernel: Option<String>,
    /// Model name of the processor.
    pub cpu: Option<String>,
    /// Cores that this process may use: affinity and control group quotas are taken into account.
    pub cores: Option<usize>,
    /// Memory that this process may use, in bytes: what is built in, or the tightest control group limit below that.
    pub memory_bytes: Option<u64>,
    /// The node of a cluster, where a Job did the work.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub node: Option<String>,
}

/// The machine as `doctor` looks at it: what it is, what is free just now, and what it has for building images.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct HostFacts {
    /// What the report says about the machine.
    #[serde(flatten)]
    pub host: Host,
    /// Which family of Linux distributions it is; picks the package names in fixes.
    pub distribution: Distribution,
    /// Memory that could be had now without swapping, in bytes, control group limits taken into account.
    pub available_memory_bytes: Option<u64>,
    /// Mean number of runnable tasks over the last minute.
    pub load_average_1m: Option<f64>,
    /// Frequency governor of the processors; several, separated by commas, where they differ.
    pub cpu_governor: Option<String>,
    /// The folder whose file system [`free_disk_bytes`](Self::free_disk_bytes) is about.
    pub free_disk_path: PathBuf,
    /// Bytes that this user may still write there.
    pub free_disk_bytes: Option<u64>,
    /// How many files this process may have open at once.
    pub open_files_limit: OpenFilesLimit,
    /// The container this runs in (`docker`, `podman`, …) as far as its traces show. `None`: no trace found, which
    /// does not prove that there is none.
    pub container: Option<String>,
    /// The C compiler that native-image would use.
    pub c_compiler: Option<CCompiler>,
    /// The zlib development files that this compiler finds; `None` without a compiler to ask.
    pub zlib: Option<Zlib>,
}

/// The soft limit on open files (`ulimit -n`). As JSON: a number, or `null` where there is no limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum OpenFilesLimit {
    /// So many.
    Files(u64),
    /// As many as the system has.
    #[default]
    Unlimited,
}

impl Host {
    /// Reads what this machine is; no tool is asked.
    pub fn detect() -> Self {
        Self::read(&this_machine())
    }

    /// Reads what the machine is.
    pub fn read(probe: &Probe) -> Self {
        let kernel = rustix::system::uname();
        let kernel = kernel.release().to_string_lossy().into_owned();
        Self {
            os: system::os(probe),
            kernel: (!kernel.is_empty()).then_some(kernel),
            cpu: system::cpu(probe),
            cores: std::thread::available_parallelism()
                .ok()
                .map(NonZeroUsize::get),
            memory_bytes: memory::total(probe),
            node: NODE.get().cloned(),
        }
    }
}

impl HostFacts {
    /// Reads what the machine is, and what is free on the file system of `disk` (which need not exist yet).
    pub fn read(probe: &Probe, disk: &Path) -> Self {
        let c_compiler = compiler::find(probe);
        Self {
            host: Host::read(probe),
            distribution: system::distribution(probe),
            available_memory_bytes: memory::available(probe),
            load_average_1m: probe
                .text("proc/loadavg")
                .and_then(|text| system::load_average(&text)),
            cpu_governor: system::governor(probe),
            free_disk_path: disk.to_owned(),
            free_disk_bytes: free_disk_bytes(disk),
            open_files_limit: open_files_limit(),
            container: system::container(probe),
            zlib: c_compiler
                .as_ref()
                .map(|compiler| compiler::zlib(probe, compiler)),
            c_compiler,
        }
    }
}

/// Returns the memory that could be had now without swapping, in bytes; `None` where it cannot be read.
pub fn available_memory() -> Option<u64> {
    memory::available(&this_machine())
}

/// What shapes the memory of the processes that are measured, where it can be read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Layout {
    /// When memory is made of huge pages without being asked for: `always`, `madvise` or `never`.
    pub huge_pages: Option<String>,
    /// Whether each process has a memory layout of its own.
    pub random_layout: Option<bool>,
}

/// Reads what shapes the memory of the processes that are started.
pub fn layout() -> Layout {
    let probe = this_machine();
    Layout {
        huge_pages: system::huge_pages(&probe),
        random_layout: system::random_layout(&probe),
    }
}

/// Returns the frequency governor of this machine's processors; `None` where it cannot be read.
pub fn governor() -> Option<String> {
    system::governor(&this_machine())
}

/// Its files; no tool is asked.
fn this_machine() -> Probe<'static> {
    Probe {
        root: Path::new("/"),
        run: &|_, _| None,
    }
}

/// Returns how many bytes this user may still write on the file system of `path`, or of the nearest folder above it
/// that exists. `None` if no such folder answers.
pub fn free_disk_bytes(path: &Path) -> Option<u64> {
    let path = std::path::absolute(path).ok()?;
    let there = path.ancestors().find(|folder| folder.exists())?;
    let file_system = rustix::fs::statvfs(there).ok()?;
    file_system.f_bavail.checked_mul(file_system.f_frsize)
}

fn open_files_limit() -> OpenFilesLimit {
    match getrlimit(Resource::Nofile).current {
        Some(files) => OpenFilesLimit::Files(files),
        None => OpenFilesLimit::Unlimited,
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests may stop at a surprise")]
    use super::*;
    use std::fs;

    const NO_TOOLS: &dyn Fn(&str, &[&str]) -> Option<Answer> = &|_, _| None;

    /// A folder with these files in it: what stands for `/`.
    pub(super) fn machine(files: &[(&str, &str)]) -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = root.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        root
    }

    #[test]
    fn the_report_has_exactly_the_keys_of_the_contract() {
        let json = serde_json::to_value(Host::default()).unwrap();
        let keys: Vec<_> = json.as_object().unwrap().keys().cloned().collect();
        assert_eq!(keys, ["cores", "cpu", "kernel", "memory_bytes", "os"]);
        assert!(
            json.as_object()
                .unwrap()
                .values()
                .all(serde_json::Value::is_null),
            "unknown is null"
        );
    }

    #[test]
    fn an_empty_machine_leaves_everything_unknown() {
        let root = machine(&[]);
        let probe = Probe {
            root: root.path(),
            run: NO_TOOLS,
        };
        let facts = HostFacts::read(&probe, root.path());
        assert_eq!(facts.host.os, None);
        assert_eq!(facts.host.cpu, None);
        assert_eq!(facts.host.memory_bytes, None);
        assert_eq!(facts.available_memory_bytes, None);
        assert_eq!(facts.load_average_1m, None);
        assert_eq!(facts.cpu_governor, None);
        assert_eq!(facts.c_compiler, None);
        assert_eq!(facts.zlib, None);
    }

    #[test]
    fn this_machine_has_a_kernel_and_cores() {
        let host = Host::read(&Probe {
            root: Path::new("/"),
            run: NO_TOOLS,
        });
        assert!(host.kernel.is_some());
        assert!(host.cores.unwrap() >= 1);
    }

    #[test]
    fn free_disk_of_a_folder_to_come_is_that_of_its_parent() {
        let folder = tempfile::tempdir().unwrap();
        let free = free_disk_bytes(&folder.path().join("not/yet/there"));
        assert!(free.unwrap() > 0);
    }

    #[test]
    fn an_open_files_limit_is_a_number_or_null() {
        let json = |limit| serde_json::to_string(&limit).unwrap();
        assert_eq!(json(OpenFilesLimit::Files(1024)), "1024");
        assert_eq!(json(OpenFilesLimit::Unlimited), "null");
    }
}
