//! The system, its processor, and what surrounds this process: pure functions over the texts that a kernel or a
//! distribution keeps.

use serde::Serialize;

use super::probe::Probe;

/// The family of a system, as far as the names of its packages go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Distribution {
    /// Debian, Ubuntu and what is made from them.
    Debian,
    /// Fedora, RHEL, Oracle Linux, Amazon Linux and kin.
    Fedora,
    /// Alpine, where the C library is musl.
    Alpine,
    /// macOS.
    Macos,
    /// One whose package names we do not know.
    #[default]
    Other,
}

/// Name and version of the system: from `os-release`(5), on a Mac from `sw_vers`.
pub fn os(probe: &Probe) -> Option<String> {
    match os_release(probe) {
        Some(text) => os_name(&text),
        None => {
            let name = probe.line("sw_vers", &["-productName"])?;
            let version = probe.line("sw_vers", &["-productVersion"])?;
            Some(format!("{name} {version}"))
        }
    }
}

/// Model name of the processor. ARM kernels give numbers only; there `lscpu` knows the names.
pub fn cpu(probe: &Probe) -> Option<String> {
    probe
        .text("proc/cpuinfo")
        .and_then(|text| value(&text, "model name"))
        .or_else(|| {
            let answer = (probe.run)("lscpu", &[]).filter(|answer| answer.success)?;
            value(&answer.stdout, "Model name").filter(|name| name != "-")
        })
        .or_else(|| probe.line("sysctl", &["-n", "machdep.cpu.brand_string"]))
}

/// The family that package names are known for.
pub fn distribution(probe: &Probe) -> Distribution {
    match os_release(probe) {
        Some(text) => family(&text),
        None if probe.has("System/Library/CoreServices/SystemVersion.plist") => Distribution::Macos,
        None => Distribution::Other,
    }
}

/// The first number of `/proc/loadavg`.
pub fn load_average(text: &str) -> Option<f64> {
    let load: f64 = text.split_whitespace().next()?.parse().ok()?;
    (load.is_finite() && load >= 0.0).then_some(load)
}

/// The frequency governors of all processors, each named once, in the order of their names.
pub fn governor(probe: &Probe) -> Option<String> {
    let processors = std::fs::read_dir(probe.root.join("sys/devices/system/cpu")).ok()?;
    let mut names: Vec<String> = processors
        .flatten()
        .filter_map(|entry| {
            std::fs::read_to_string(entry.path().join("cpufreq/scaling_governor")).ok()
        })
        .map(|text| text.trim().to_owned())
        .filter(|name| !name.is_empty())
        .collect();
    names.sort();
    names.dedup();
    (!names.is_empty()).then(|| names.join(", "))
}

/// When memory is made of huge pages without being asked for: `always`, `madvise` or `never`.
pub fn huge_pages(probe: &Probe) -> Option<String> {
    let text = probe.text("sys/kernel/mm/transparent_hugepage/enabled")?;
    let (_, chosen) = text.split_once('[')?;
    Some(chosen.split_once(']')?.0.to_owned())
}

/// Whether each process that we start has a memory layout of its own: the kernel's setting, and our own personality (proc(5),
/// personality(2)).
pub fn random_layout(probe: &Probe) -> Option<bool> {
    const ADDR_NO_RANDOMIZE: u64 = 0x0004_0000;
    let setting: u32 = probe
        .text("proc/sys/kernel/randomize_va_space")?
        .trim()
        .parse()
        .ok()?;
    let ours = probe
        .text("proc/self/personality")
        .and_then(|text| u64::from_str_radix(text.trim(), 16).ok())
        .unwrap_or(0);
    Some(setting > 0 && ours & ADDR_NO_RANDOMIZE == 0)
}

/// The container that this process runs in, by the marks that container engines leave.
pub fn container(probe: &Probe) -> Option<String> {
    // systemd's own note comes first: it holds the engine's name, whichever it is.
    if let Some(name) = probe.text("run/systemd/container") {
        let name = name.trim();
        if !name.is_empty() {
            return Some(name.to_owned());
        }
    }
    if probe.has("run/.containerenv") {
        return Some("podman".to_owned());
    }
    if probe.has("var/run/secrets/kubernetes.io") {
        return Some("kubernetes".to_owned());
    }
    if probe.has(".dockerenv") {
        return Some("docker".to_owned());
    }
    let groups = probe.text("proc/1/cgroup")?;
    ["kubepods", "docker", "lxc"]
        .into_iter()
        .find(|mark| groups.contains(mark))
        .map(|mark| {
            if mark == "kubepods" {
                "kubernetes"
            } else {
                mark
            }
            .to_owned()
        })
}

fn os_release(probe: &Probe) -> Option<String> {
    probe
        .text("etc/os-release")
        .or_else(|| probe.text("usr/lib/os-release"))
}

/// `NAME VERSION_ID`, without the release's nickname; `PRETTY_NAME` where one of the two is missing.
fn os_name(os_release: &str) -> Option<String> {
    match (
        assigned(os_release, "NAME"),
        assigned(os_release, "VERSION_ID"),
    ) {
        (Some(name), Some(version)) => Some(format!("{name} {version}")),
        (name, _) => assigned(os_release, "PRETTY_NAME").or(name),
    }
}

fn family(os_release: &str) -> Distribution {
    let ids = [assigned(os_release, "ID"), assigned(os_release, "ID_LIKE")];
    let ids = ids.into_iter().flatten().collect::<Vec<_>>().join(" ");
    ids.split_whitespace()
        .find_map(|id| match id {
            "debian" | "ubuntu" => Some(Distribution::Debian),
            "fedora" | "rhel" | "centos" | "ol" | "amzn" => Some(Distribution::Fedora),
            "alpine" => Some(Distribution::Alpine),
            _ => None,
        })
        .unwrap_or_default()
}

/// The value of a shell-like assignment `KEY=value`, quoted or not. `None` for an empty one.
fn assigned(text: &str, key: &str) -> Option<String> {
    let value = text
        .lines()
        .find_map(|line| line.trim().strip_prefix(key)?.strip_prefix('='))?;
    let value = value.trim().trim_matches(['"', '\'']);
    (!value.is_empty()).then(|| value.to_owned())
}

/// The value of the first line `name : value`.
fn value(text: &str, name: &str) -> Option<String> {
    text.lines().find_map(|line| {
        let (key, value) = line.split_once(':')?;
        let value = value.split_whitespace().collect::<Vec<_>>().join(" ");
        (key.trim() == name && !value.is_empty()).then_some(value)
    })
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests may stop at a surprise")]
    use super::*;
    use crate::host::probe::Answer;
    use crate::host::tests::machine;

    const DEBIAN: &str = "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nNAME=\"Debian GNU/Linux\"\nVERSION_ID=\"12\"\nID=debian\n";
    const ORACLE: &str =
        "NAME=\"Oracle Linux Server\"\nVERSION_ID=\"9.4\"\nID=\"ol\"\nID_LIKE=\"fedora\"\n";
    const ARCH: &str = "NAME=\"Arch Linux\"\nPRETTY_NAME=\"Arch Linux\"\nID=arch\n";

    fn at<T>(files: &[(&str, &str)], read: fn(&Probe) -> T) -> T {
        let root = machine(files);
        read(&Probe {
            root: root.path(),
            run: &|_, _| None,
        })
    }

    #[test]
    fn the_system_has_name_and_version_but_no_nickname() {
        assert_eq!(os_name(DEBIAN).unwrap(), "Debian GNU/Linux 12");
        assert_eq!(os_name(ORACLE).unwrap(), "Oracle Linux Server 9.4");
        assert_eq!(os_name(ARCH).unwrap(), "Arch Linux");
        assert_eq!(os_name(""), None);
    }

    #[test]
    fn relatives_share_package_names() {
        assert_eq!(family(DEBIAN), Distribution::Debian);
        assert_eq!(
            family("ID=linuxmint\nID_LIKE=\"ubuntu debian\"\n"),
            Distribution::Debian
        );
        assert_eq!(family(ORACLE), Distribution::Fedora);
        assert_eq!(family(ARCH), Distribution::Other);
    }

    #[test]
    fn os_release_may_be_below_usr() {
        assert_eq!(
            at(&[("usr/lib/os-release", DEBIAN)], os).unwrap(),
            "Debian GNU/Linux 12"
        );
    }

    #[test]
    fn an_intel_kernel_names_its_processor() {
        let text = "processor\t: 0\nmodel\t\t: 85\nmodel name\t: Intel(R) Xeon(R)  CPU @ 2.00GHz\n";
        assert_eq!(
            at(&[("proc/cpuinfo", text)], cpu).unwrap(),
            "Intel(R) Xeon(R) CPU @ 2.00GHz"
        );
    }

    #[test]
    fn an_arm_processor_is_named_by_lscpu() {
        let root = machine(&[("proc/cpuinfo", "processor\t: 0\nCPU part\t: 0xd0c\n")]);
        let probe = Probe {
            root: root.path(),
            run: &|program, _| {
                (program == "lscpu").then(|| Answer {
                    success: true,
                    stdout: "Architecture:  aarch64\nModel name:    Neoverse-N1\n".into(),
                })
            },
        };
        assert_eq!(cpu(&probe).unwrap(), "Neoverse-N1");
    }

    #[test]
    fn the_load_is_the_first_number() {
        assert_eq!(load_average("1.55 1.57 1.59 3/120 4711\n"), Some(1.55));
        assert_eq!(load_average("nan 1 1"), None);
        assert_eq!(load_average(""), None);
    }

    #[test]
    fn what_shapes_memory_is_what_the_kernel_has_chosen() {
        let pages = [(
            "sys/kernel/mm/transparent_hugepage/enabled",
            "always [madvise] never\n",
        )];
        assert_eq!(at(&pages, huge_pages).unwrap(), "madvise");
        assert_eq!(at(&[], huge_pages), None);
        let random = |setting, ours| {
            let files = [
                ("proc/sys/kernel/randomize_va_space", setting),
                ("proc/self/personality", ours),
            ];
            at(&files, random_layout)
        };
        assert_eq!(random("2\n", "00000000\n"), Some(true));
        assert_eq!(random("0\n", "00000000\n"), Some(false));
        assert_eq!(random("2\n", "00040000\n"), Some(false));
        assert_eq!(at(&[], random_layout), None);
    }

    #[test]
    fn governors_that_differ_are_all_named() {
        let files = [
            (
                "sys/devices/system/cpu/cpu0/cpufreq/scaling_governor",
                "powersave\n",
            ),
            (
                "sys/devices/system/cpu/cpu1/cpufreq/scaling_governor",
                "performance\n",
            ),
            (
                "sys/devices/system/cpu/cpu2/cpufreq/scaling_governor",
                "powersave\n",
            ),
        ];
        assert_eq!(at(&files, governor).unwrap(), "performance, powersave");
        assert_eq!(
            at(&[("sys/devices/system/cpu/online", "0-1")], governor),
            None
        );
    }

    #[test]
    fn containers_are_known_by_their_marks() {
        assert_eq!(at(&[(".dockerenv", "")], container).unwrap(), "docker");
        assert_eq!(
            at(&[("run/.containerenv", "")], container).unwrap(),
            "podman"
        );
        assert_eq!(
            at(&[("run/systemd/container", "lxc\n")], container).unwrap(),
            "lxc"
        );
        let kubernetes = [("proc/1/cgroup", "4:memory:/kubepods/burstable/pod1\n")];
        assert_eq!(at(&kubernetes, container).unwrap(), "kubernetes");
        assert_eq!(
            at(&[("proc/1/cgroup", "0::/init.scope\n")], container),
            None
        );
    }
}
