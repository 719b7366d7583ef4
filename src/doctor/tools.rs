//! The toolchains that were found, and what they can do between them.

use std::path::Path;

use super::check::{Check, Needs, Status};
use crate::java_version::OLDEST;
use crate::toolchain::Kind;
use crate::toolchain::inventory::Found;
use crate::variant::Optimizer;

/// The command that mends every lack of a toolchain: Oracle GraalVM has native-image, PGO and a `java`.
const INSTALL: &str = "`pgoctl toolchain install` brings an Oracle GraalVM";

pub fn checks(toolchains: &[Found], needs: &Needs) -> Vec<Check> {
    let mut checks: Vec<Check> = toolchains.iter().map(toolchain).collect();
    checks.extend(named_home(
        "graalvm-home",
        needs.graalvm_home.as_deref(),
        toolchains,
        |toolchain| toolchain.info.kind == Kind::Graalvm,
    ));
    checks.extend(named_home(
        "java-home",
        needs.java_home.as_deref(),
        toolchains,
        |_| true,
    ));
    checks.push(java(toolchains, needs.java_at_least));
    // Where the file names its GraalVM, no other one stands in for it.
    let graalvms: Vec<&Found> = toolchains
        .iter()
        .filter(|toolchain| toolchain.info.kind == Kind::Graalvm)
        .filter(|toolchain| {
            needs
                .graalvm_home
                .as_ref()
                .is_none_or(|home| *home == toolchain.info.home)
        })
        .collect();
    checks.push(native_image(
        &graalvms,
        needs.native_image || needs.pgo || needs.instrumented,
    ));
    checks.push(pgo(&graalvms, needs));
    checks.extend(tracing(&graalvms));
    checks
}

fn toolchain(toolchain: &Found) -> Check {
    let Found { info, found_by, .. } = toolchain;
    let found = format!(
        "{} (Java {}) in `{}`, found through {found_by}",
        info.edition,
        info.version,
        info.home.display()
    );
    Check::ok("toolchain", found)
}

/// What the project's file names has to be there.
fn named_home(
    key: &'static str,
    home: Option<&Path>,
    toolchains: &[Found],
    fits: impl Fn(&Found) -> bool,
) -> Option<Check> {
    let home = home?;
    let found = toolchains
        .iter()
        .any(|toolchain| toolchain.info.home == home && fits(toolchain));
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

fn java(toolchains: &[Found], at_least: Option<u32>) -> Check {
    let needed = at_least.unwrap_or(OLDEST).max(OLDEST);
    let newest = toolchains
        .iter()
        .filter_map(|toolchain| toolchain.info.feature())
        .max();
    let unknown = toolchains
        .iter()
        .any(|toolchain| toolchain.info.feature().is_none());
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

fn native_image(graalvms: &[&Found], required: bool) -> Check {
    let check = match graalvms.first() {
        Some(toolchain) => Check::ok(
            "native-image",
            format!("in `{}`", toolchain.info.home.display()),
        ),
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

/// Whether what images must know can be traced, where there is a GraalVM that could need it.
fn tracing(graalvms: &[&Found]) -> Option<Check> {
    let home = |toolchain: &Found| toolchain.info.home.display().to_string();
    let toolchain = graalvms.first()?;
    Some(match toolchain.tracing.as_ref()? {
        Ok(by) => Check::ok("tracing", format!("by {by} (`{}`)", home(toolchain))),
        Err(missing) => Check::bad(
            "tracing",
            Status::Warn,
            format!("`pgoctl trace` cannot: {}", missing.reason),
            missing.hint.as_deref().unwrap_or(INSTALL),
        ),
    })
}

fn pgo(graalvms: &[&Found], needs: &Needs) -> Check {
    let required = needs.pgo || needs.instrumented;
    let ours = graalvms
        .iter()
        .find(|toolchain| toolchain.optimizer == Some(Optimizer::Pgoctl));
    let with = |pgo| graalvms.iter().find(|toolchain| toolchain.info.pgo == pgo);
    let lacks = if required {
        Status::Problem
    } else {
        Status::Warn
    };
    let told = |answer: &str, toolchain: &Found| {
        format!(
            "{answer}: {} (`{}`)",
            toolchain
                .pgo_evidence
                .as_deref()
                .unwrap_or("it has no native-image"),
            toolchain.info.home.display()
        )
    };
    let check = if let Some(toolchain) = with(true) {
        Check::ok("pgo", told("yes", toolchain))
    } else if let Some(toolchain) = ours {
        let found = format!(
            "by pgoctl's optimizer: {} has none of its own (`{}`)",
            toolchain.info.edition,
            toolchain.info.home.display()
        );
        Check::ok("pgo", found)
    } else if let Some(toolchain) = with(false) {
        Check::bad(
            "pgo",
            lacks,
            told("no", toolchain),
            format!(
                "PGO needs Oracle GraalVM, or a Community one that pgoctl's optimizer fits; {INSTALL}"
            ),
        )
    } else {
        Check::bad("pgo", lacks, "no: there is no GraalVM", INSTALL)
    };
    check.required(required)
}
