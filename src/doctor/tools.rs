//! The toolchains that were found, and what they can do between them.

use std::path::Path;

use super::check::{Check, Needs, Status};
use crate::toolchain::inventory::{FoundToolchain, Pgo, ToolchainKind};

/// The command that mends every lack of a toolchain: Oracle GraalVM has native-image, PGO and a `java`.
const INSTALL: &str = "`pgoctl toolchain install` brings an Oracle GraalVM";

/// HotSpot variants take any JDK from here on.
const OLDEST_JAVA: u32 = 17;

pub fn checks(toolchains: &[FoundToolchain], needs: &Needs) -> Vec<Check> {
    let mut checks: Vec<Check> = toolchains.iter().map(toolchain).collect();
    checks.extend(named_home(
        "graalvm-home",
        needs.graalvm_home.as_deref(),
        toolchains,
        |toolchain| toolchain.kind == ToolchainKind::Graalvm,
    ));
    checks.extend(named_home(
        "java-home",
        needs.java_home.as_deref(),
        toolchains,
        |_| true,
    ));
    checks.push(java(toolchains, needs.java_at_least));
    // Where the file names its GraalVM, no other one stands in for it.
    let graalvms: Vec<&FoundToolchain> = toolchains
        .iter()
        .filter(|toolchain| toolchain.kind == ToolchainKind::Graalvm)
        .filter(|toolchain| {
            needs
                .graalvm_home
                .as_ref()
                .is_none_or(|home| *home == toolchain.home)
        })
        .collect();
    checks.push(native_image(&graalvms, needs.native_image || needs.pgo));
    checks.push(pgo(&graalvms, needs.pgo));
    checks
}

fn toolchain(toolchain: &FoundToolchain) -> Check {
    let what = match toolchain.kind {
        ToolchainKind::Graalvm => "a GraalVM of unknown edition",
        ToolchainKind::Hotspot => "a JDK of unknown edition",
    };
    let mut found = toolchain.edition.as_deref().unwrap_or(what).to_owned();
    if let Some(version) = &toolchain.version {
        found += &format!(" {version}");
    }
    if let Some(java) = &toolchain.java_version {
        found += &format!(" (Java {java})");
    }
    found += &format!(
        " in `{}`, found through {}",
        toolchain.home.display(),
        toolchain.found_through
    );
    Check::ok("toolchain", found)
}

/// What the project's file names has to be there.
fn named_home(
    key: &'static str,
    home: Option<&Path>,
    toolchains: &[FoundToolchain],
    fits: impl Fn(&FoundToolchain) -> bool,
) -> Option<Check> {
    let home = home?;
    let found = toolchains
        .iter()
        .any(|toolchain| toolchain.home == home && fits(toolchain));
    let check = if found {
        Check::ok(key, format!("`{}`", home.display()))
    } else {
        Check::bad(
            key,
            Status::Problem,
            format!("`{}` is not a toolchain of that kind", home.display()),
            format!("correct `{key}` in `pgoctl.toml`, or leave it out"),
        )
    };
    Some(check.required(true))
}

fn java(toolchains: &[FoundToolchain], at_least: Option<u32>) -> Check {
    let needed = at_least.unwrap_or(OLDEST_JAVA).max(OLDEST_JAVA);
    let newest = toolchains
        .iter()
        .filter_map(FoundToolchain::java_major)
        .max();
    let unknown = toolchains
        .iter()
        .any(|toolchain| toolchain.java_major().is_none());
    let missing = if at_least.is_some() {
        Status::Problem
    } else {
        Status::Warn
    };
    let fix =
        format!("install a JDK {needed} or later and name it with `--java-home`; or: {INSTALL}");
    let check = match newest {
        Some(newest) if newest >= needed => Check::ok("java", format!("Java {newest}")),
        // What cannot be told is not refused.
        _ if unknown => Check::bad(
            "java",
            Status::Warn,
            "a Java whose version could not be told",
            fix,
        ),
        Some(newest) => Check::bad(
            "java",
            missing,
            format!("Java {newest}, and Java {needed} is the oldest that will do"),
            fix,
        ),
        None => Check::bad("java", missing, "no JDK", fix),
    };
    check.required(at_least.is_some())
}

fn native_image(graalvms: &[&FoundToolchain], required: bool) -> Check {
    let check = match graalvms.first() {
        Some(toolchain) => Check::ok("native-image", format!("in `{}`", toolchain.home.display())),
        None => Check::bad(
            "native-image",
            if required {
                Status::Problem
            } else {
                Status::Warn
            },
            "no GraalVM: only the HotSpot variants can be made here",
            INSTALL,
        ),
    };
    check.required(required)
}

fn pgo(graalvms: &[&FoundToolchain], required: bool) -> Check {
    let with = |pgo| graalvms.iter().find(|toolchain| toolchain.pgo == pgo);
    let lacks = if required {
        Status::Problem
    } else {
        Status::Warn
    };
    let told = |answer: &str, toolchain: &FoundToolchain| {
        format!(
            "{answer}: {} (`{}`)",
            toolchain.pgo_evidence,
            toolchain.home.display()
        )
    };
    let check = if let Some(toolchain) = with(Pgo::Yes) {
        Check::ok("pgo", told("yes", toolchain))
    } else if let Some(toolchain) = with(Pgo::Unknown) {
        // Version lines keep changing, and an unknown vendor may well have it (experimental forks do).
        Check::bad("pgo", Status::Warn, told("unknown", toolchain), INSTALL)
    } else if let Some(toolchain) = with(Pgo::No) {
        Check::bad(
            "pgo",
            lacks,
            told("no", toolchain),
            format!("PGO needs Oracle GraalVM; {INSTALL}"),
        )
    } else {
        Check::bad("pgo", lacks, "no: there is no GraalVM", INSTALL)
    };
    check.required(required)
}
