//! The machine: what building an image takes, and what makes measured times wander.

use super::check::{Check, Images, Status};
use crate::host::{Distribution, HostFacts, OpenFilesLimit};
use crate::units::bytes;

/// What a plain "hello" takes at its peak on the line 25, measured. Instrumented builds take more, and large
/// applications far more: 13 GB were not enough for one, 32 GB were (oracle/graal#7523).
const SMALLEST_BUILD: u64 = 3_400_000_000;

/// With less than this free, native-image believes that it shares the machine and takes a smaller heap
/// (`MemoryUtil.java`, BuildOutput.md).
const ROOMY: u64 = 8 << 30;

/// An unpacked GraalVM and a few images.
const LITTLE_DISK: u64 = 5 << 30;

/// One round of images and logs.
const NO_DISK: u64 = 1 << 30;

/// Enough for 256 connections on each side, and the files of a JVM.
const FEW_OPEN_FILES: u64 = 1024;

pub fn checks(facts: &HostFacts, images: Images) -> Vec<Check> {
    vec![
        system(facts),
        compiler(facts, images),
        zlib(facts, images),
        memory(facts, images),
        disk(facts),
        cores(facts),
        load(facts),
        governor(facts),
        open_files(facts),
    ]
}

fn system(facts: &HostFacts) -> Check {
    let mut found = facts.host.os.as_deref().unwrap_or("unknown").to_owned();
    if let Some(kernel) = &facts.host.kernel {
        found += &format!(", kernel {kernel}");
    }
    if let Some(container) = &facts.container {
        found += &format!(", in a container ({container})");
    }
    match facts.distribution {
        Distribution::Alpine => Check::bad(
            "system",
            Status::Warn,
            format!("{found}; its C library is musl, and GraalVM is made for glibc"),
            "use an image of Debian, Ubuntu or Oracle Linux",
        ),
        _ => Check::ok("system", found),
    }
}

fn compiler(facts: &HostFacts, images: Images) -> Check {
    let check = match &facts.c_compiler {
        Some(compiler) => Check::ok(
            "c-compiler",
            match &compiler.version {
                Some(version) => format!("`{}`: {version}", compiler.command),
                None => format!("`{}`, of unknown version", compiler.command),
            },
        ),
        None => Check::bad(
            "c-compiler",
            images.missing(),
            "none, and native-image links with one",
            build_packages(facts.distribution),
        ),
    };
    check.required(images.required)
}

fn zlib(facts: &HostFacts, images: Images) -> Check {
    let check = match &facts.zlib {
        // Apple's linker finds it in its SDK, which is no folder that the compiler would name.
        _ if facts.distribution == Distribution::Macos => Check::ok("zlib", "in the SDK"),
        Some(zlib) if zlib.links() => {
            let library = zlib
                .shared_library
                .as_ref()
                .or(zlib.static_library.as_ref());
            let library = library.map(|path| format!("`{}`", path.display()));
            Check::ok("zlib", library.unwrap_or_default())
        }
        Some(_) => Check::bad(
            "zlib",
            images.missing(),
            "no `libz.so` or `libz.a` that the C compiler finds; every image is linked with it",
            build_packages(facts.distribution),
        ),
        None => Check::bad(
            "zlib",
            Status::Warn,
            "unknown: there is no C compiler to ask",
            build_packages(facts.distribution),
        ),
    };
    check.required(images.required)
}

/// The packages that native-image's own documentation asks for.
fn build_packages(distribution: Distribution) -> &'static str {
    match distribution {
        Distribution::Debian => "`sudo apt-get install build-essential zlib1g-dev`",
        Distribution::Fedora => "`sudo dnf install gcc glibc-devel zlib-devel`",
        Distribution::Alpine => "`apk add build-base zlib-dev`",
        Distribution::Macos => "`xcode-select --install`",
        Distribution::Other => "install gcc and the development files of the C library and of zlib",
    }
}

fn memory(facts: &HostFacts, images: Images) -> Check {
    let total = facts.host.memory_bytes;
    let available = facts.available_memory_bytes;
    let found = match (total, available) {
        (Some(total), Some(available)) => {
            format!("{}, {} of it available", bytes(total), bytes(available))
        }
        (Some(total), None) => bytes(total),
        (None, Some(available)) => format!("{} available", bytes(available)),
        (None, None) => "unknown".to_owned(),
    };
    let least = bytes(SMALLEST_BUILD);
    let check = if total.is_some_and(|total| total < SMALLEST_BUILD) {
        Check::bad(
            "memory",
            images.missing(),
            format!("{found}; the smallest image takes {least} to build"),
            "use a machine (or give the container a limit) of 8 GB or more",
        )
    } else if available.is_some_and(|available| available < SMALLEST_BUILD) {
        Check::bad(
            "memory",
            Status::Warn,
            format!("{found}; the smallest image takes {least} to build"),
            "end other programs before a build",
        )
    } else if total.is_some_and(|total| total < ROOMY) {
        Check::bad(
            "memory",
            Status::Warn,
            format!("{found}; small images can be built, and instrumented ones take more"),
            "use a machine with more memory, or a smaller heap: `native-image-args = [\"-J-Xmx…\"]`",
        )
    } else {
        Check::ok("memory", found)
    };
    check.required(images.required)
}

fn disk(facts: &HostFacts) -> Check {
    let place = facts.free_disk_path.display();
    match facts.free_disk_bytes {
        None => Check::ok("disk", format!("unknown for `{place}`")),
        Some(free) => {
            let found = format!("{} free for `{place}`", bytes(free));
            let status = match free {
                ..NO_DISK => Status::Problem,
                NO_DISK..LITTLE_DISK => Status::Warn,
                LITTLE_DISK.. => return Check::ok("disk", found),
            };
            Check::bad(
                "disk",
                status,
                found,
                "free some space; 5 GB are comfortable",
            )
        }
    }
}

fn cores(facts: &HostFacts) -> Check {
    let cpu = facts.host.cpu.as_deref().unwrap_or("unknown processor");
    match facts.host.cores {
        None => Check::ok("cores", format!("unknown number, {cpu}")),
        Some(1) => Check::bad(
            "cores",
            Status::Warn,
            format!("1, {cpu}; the function and the load on it share it"),
            "measure on a machine with two cores or more",
        ),
        Some(cores) => Check::ok("cores", format!("{cores}, {cpu}")),
    }
}

fn load(facts: &HostFacts) -> Check {
    let Some(load) = facts.load_average_1m else {
        return Check::ok("load", "unknown");
    };
    // Half the cores busy leaves the other half for the function and its load, and no more.
    let busy = facts
        .host
        .cores
        .map_or(1.0, |cores| (cores as f64 / 2.0).max(0.5));
    if load < busy {
        return Check::ok("load", format!("{load:.2} in the last minute"));
    }
    Check::bad(
        "load",
        Status::Warn,
        format!("{load:.2} in the last minute: other programs are at work, and times will wander"),
        "wait until they are through, or end them, before measuring",
    )
}

fn governor(facts: &HostFacts) -> Check {
    match facts.cpu_governor.as_deref() {
        None => Check::ok("governor", "unknown: no frequency scaling to be seen"),
        Some("performance") => Check::ok("governor", "performance"),
        Some(other) => Check::bad(
            "governor",
            Status::Warn,
            format!("{other}: the clock follows the load, and times follow the clock"),
            "`sudo cpupower frequency-set --governor performance` while measuring",
        ),
    }
}

fn open_files(facts: &HostFacts) -> Check {
    match facts.open_files_limit {
        OpenFilesLimit::Unlimited => Check::ok("open-files", "no limit"),
        OpenFilesLimit::Files(files) if files >= FEW_OPEN_FILES => {
            Check::ok("open-files", format!("{files} at once"))
        }
        OpenFilesLimit::Files(files) => Check::bad(
            "open-files",
            Status::Warn,
            format!("{files} at once, too few for many connections"),
            "`ulimit -n 4096`",
        ),
    }
}
