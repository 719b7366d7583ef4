//! `doctor`: what this machine can do, what is missing, and how to mend it.

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use serde::Serialize;

use super::common::{Global, Homes};
use super::toolchain::Found;
use crate::config::{Config, FILE_NAME};
use crate::error::{Error, ErrorKind, Result};
use crate::exec::{self, Tool};
use crate::host::{Host, Moment};
use crate::report::{Format, bytes};
use crate::toolchain::Kind;
use crate::ui::Ui;
use crate::variant::Variant;

/// What a hello server's build took at its peak (measured, GraalVM 25); instrumented builds take more.
const BUILD_MEMORY: u64 = 3_400_000_000;
/// Images, profiles and logs of one function with room to spare.
const FREE_DISK: u64 = 2_000_000_000;
/// How long a C compiler may take to say its version.
const LIMIT: Duration = Duration::from_secs(30);

#[derive(Debug, Args)]
pub(super) struct DoctorArgs {
    #[command(flatten)]
    homes: Homes,
}

/// One thing that was looked at.
#[derive(Debug, Serialize)]
struct Check {
    name: &'static str,
    status: Status,
    found: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Status {
    Ok,
    Warn,
    Problem,
}

impl Check {
    fn ok(name: &'static str, found: impl Into<String>) -> Self {
        Self { name, status: Status::Ok, found: found.into(), fix: None }
    }

    fn not(name: &'static str, status: Status, found: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { name, status, found: found.into(), fix: Some(fix.into()) }
    }
}

pub(super) fn doctor(global: &Global, args: &DoctorArgs, ui: &Ui) -> Result<()> {
    let found = super::toolchain::find(&args.homes.search(), ui);
    let moment = Moment::detect(Path::new("."));
    let mut checks = vec![machine(), jdk(&found), aot_cache(&found)];
    checks.extend([native_image(&found), pgo(&found)]);
    checks.extend(c_toolchain());
    checks.extend(resources(&moment));
    let required = required(global)?;
    let missing: Vec<Variant> = required.into_iter().filter(|variant| !possible(*variant, &found)).collect();
    match global.format {
        Format::Json => {
            let mut text = serde_json::to_string_pretty(&checks).expect("it has only string keys");
            text.push('\n');
            ui.result(&text)?;
        }
        Format::Table | Format::Csv | Format::Markdown => ui.result(&text(&checks))?,
    }
    match missing.first() {
        None => Ok(()),
        Some(variant) => Err(Error::new(ErrorKind::Toolchain, format!("the configuration file requires `{variant}`, which this machine cannot make"))
            .hint("each problem above has its fix")),
    }
}

fn text(checks: &[Check]) -> String {
    let mut text = String::new();
    for check in checks {
        let word = match check.status {
            Status::Ok => "ok",
            Status::Warn => "warn",
            Status::Problem => "missing",
        };
        text += &format!("{word:<8} {:<14} {}\n", check.name, check.found);
        if let Some(fix) = &check.fix {
            text += &format!("{:<8} {:<14} -> {fix}\n", "", "");
        }
    }
    text
}

fn machine() -> Check {
    let host = Host::detect();
    let facts = [host.cpu, host.cores.map(|cores| format!("{cores} cores")), host.memory_bytes.map(bytes), host.os];
    Check::ok("machine", facts.into_iter().flatten().collect::<Vec<_>>().join(", "))
}

fn of_kind(found: &[Found], kind: Kind) -> impl Iterator<Item = &Found> {
    found.iter().filter(move |found| found.info.kind == kind)
}

fn name(found: &Found) -> String {
    format!("{} {} at {} ({})", found.info.edition, found.info.version, found.info.home.display(), found.found_by)
}

fn jdk(found: &[Found]) -> Check {
    match of_kind(found, Kind::Hotspot).next() {
        Some(jdk) => Check::ok("JDK", name(jdk)),
        None => Check::not("JDK", Status::Problem, "none", "Debian, Ubuntu: `apt install default-jdk`; Fedora: `dnf install java-latest-openjdk-devel`"),
    }
}

fn aot_cache(found: &[Found]) -> Check {
    let first = of_kind(found, Kind::Hotspot).next();
    match first.and_then(|jdk| jdk.info.feature()) {
        Some(feature) if feature >= 24 => Check::ok("AOT cache", format!("JDK {feature} has it")),
        Some(feature) => Check::not("AOT cache", Status::Warn, format!("JDK {feature} has none"), "name a JDK 24 or later with `--java-home`"),
        None => Check::not("AOT cache", Status::Warn, "no JDK", "install a JDK 24 or later"),
    }
}

fn native_image(found: &[Found]) -> Check {
    match of_kind(found, Kind::Graalvm).next() {
        Some(graalvm) => Check::ok("native-image", name(graalvm)),
        None => Check::not("native-image", Status::Warn, "none", "install a GraalVM and name it with `--graalvm-home` or GRAALVM_HOME"),
    }
}

fn pgo(found: &[Found]) -> Check {
    let Some(first) = of_kind(found, Kind::Graalvm).next() else {
        return Check::not("PGO", Status::Warn, "no native-image", "PGO needs an Oracle GraalVM");
    };
    let evidence = first.pgo_evidence.clone().unwrap_or_default();
    match first.info.pgo {
        true => Check::ok("PGO", format!("yes: {evidence}")),
        false => Check::not("PGO", Status::Warn, format!("no: {evidence}"), "PGO needs an Oracle GraalVM: name one with `--graalvm-home`"),
    }
}

/// native-image needs a C compiler and zlib to link; HotSpot variants do not.
fn c_toolchain() -> Vec<Check> {
    let capture = |arg: &str| exec::capture(&Tool::new("gcc").arg(arg), LIMIT).ok().filter(|said| said.ending.success());
    let Some(version) = capture("--version") else {
        return vec![Check::not("C compiler", Status::Warn, "no gcc", "native-image needs it: Debian, Ubuntu: `apt install gcc libc6-dev zlib1g-dev`; Fedora: `dnf install gcc zlib-devel`")];
    };
    let compiler = Check::ok("C compiler", version.stdout.lines().next().unwrap_or("gcc").to_owned());
    // gcc answers with a path where it finds the file, and with the bare name where it does not.
    let library = ["libz.a", "libz.so"].iter().find_map(|file| {
        let said = capture(&format!("-print-file-name={file}"))?;
        let path = PathBuf::from(said.stdout.trim());
        path.is_absolute().then_some(path)
    });
    let zlib = match library {
        Some(path) => Check::ok("zlib", path.display().to_string()),
        None => Check::not("zlib", Status::Warn, "no libz to link with", "native-image needs it: Debian, Ubuntu: `apt install zlib1g-dev`; Fedora: `dnf install zlib-devel`"),
    };
    vec![compiler, zlib]
}

fn resources(moment: &Moment) -> Vec<Check> {
    let mut checks = Vec::new();
    if let Some(available) = moment.available_memory_bytes {
        let found = format!("{} available", bytes(available));
        checks.push(match available >= BUILD_MEMORY {
            true => Check::ok("memory", found),
            false => Check::not("memory", Status::Warn, found, format!("a native build of a small server takes {}", bytes(BUILD_MEMORY))),
        });
    }
    if let Some(free) = moment.free_disk_bytes {
        let found = format!("{} free here", bytes(free));
        checks.push(match free >= FREE_DISK {
            true => Check::ok("disk", found),
            false => Check::not("disk", Status::Warn, found, "free some space, or work on another disk"),
        });
    }
    if let Some(governor) = &moment.governor {
        checks.push(match governor.as_str() {
            "performance" => Check::ok("governor", governor),
            _ => Check::not("governor", Status::Warn, governor, "for steadier figures: `cpupower frequency-set -g performance`"),
        });
    }
    if let Some(load) = moment.load {
        let cores = Host::detect().cores.unwrap_or(1) as f64;
        checks.push(match load < cores / 2.0 {
            true => Check::ok("load", format!("{load:.2}")),
            false => Check::not("load", Status::Warn, format!("{load:.2}"), "small differences cannot be told on a busy machine: wait, or end what else runs"),
        });
    }
    if let Some(files) = moment.open_files {
        checks.push(match files >= 1024 {
            true => Check::ok("open files", files.to_string()),
            false => Check::not("open files", Status::Warn, files.to_string(), "`ulimit -n 1024`"),
        });
    }
    checks
}

/// The variants that the project's file requires; none where there is no file.
fn required(global: &Global) -> Result<Vec<Variant>> {
    let path = global.config.clone().unwrap_or_else(|| FILE_NAME.into());
    if global.config.is_none() && !path.exists() {
        return Ok(Vec::new());
    }
    let path = if path.is_dir() { path.join(FILE_NAME) } else { path };
    Ok(Config::read(&path)?.require)
}

fn possible(variant: Variant, found: &[Found]) -> bool {
    match variant {
        Variant::Hotspot | Variant::HotspotCds => of_kind(found, Kind::Hotspot).next().is_some(),
        Variant::HotspotAot => of_kind(found, Kind::Hotspot).next().and_then(|jdk| jdk.info.feature()).is_some_and(|feature| feature >= 24),
        Variant::Native => of_kind(found, Kind::Graalvm).next().is_some(),
        Variant::NativeInstrumented | Variant::NativePgo => of_kind(found, Kind::Graalvm).next().is_some_and(|found| found.info.pgo),
    }
}
