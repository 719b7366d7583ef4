//! A gate is no pass because somebody is missing: a machine that lost its GraalVM since the baseline was saved.

use std::sync::OnceLock;

use super::needs::Needed;
use super::sandbox::{Made, Said, Sandbox, jars};

const SMALL: &str = "--runs 1 --requests 10 --warmup 2 --cold-starts 0";

/// A project with the saved baseline `main` of `hotspot`, `native` and `native-pgo`, and a gate against it that lets everything
/// pass that was measured.
fn project() -> Needed<Sandbox> {
    static MADE: OnceLock<Made> = OnceLock::new();
    jars()?;
    let make = || {
        let mut sandbox = Sandbox::project("hello").unwrap();
        sandbox.graalvm("");
        sandbox.append(
            "pgoctl.toml",
            "\n[gate]\nbaseline = \"main\"\nmax-worse = \"1000000%\"\n",
        );
        let variants = "--variant hotspot,native,native-pgo";
        sandbox.succeeds(format!("run --save-baseline main {variants} {SMALL}"));
        Made::of(&sandbox)
    };
    Ok(MADE.get_or_init(make).copy())
}

/// Gates on the machine without its GraalVM.
fn gate(sandbox: &Sandbox, more: &str) -> Said {
    let mut command = sandbox.command(&format!("run --gate --no-calibrate {SMALL} {more}"));
    Said::of(&command.env_remove("GRAALVM_HOME").output().unwrap())
}

fn last_line(said: &Said) -> &str {
    said.stderr.trim_end().lines().last().unwrap_or_default()
}

#[test]
fn variants_of_the_baseline_that_are_not_measured_and_new_ones_cannot_be_told() {
    let Ok(sandbox) = project() else { return };
    let said = gate(&sandbox, "--format json");
    assert_eq!(said.status, 8, "{}", said.stderr);
    let line = last_line(&said);
    assert!(
        line.starts_with(
            "VERDICT: cannot tell: the others pass; native, native-pgo: in the saved baseline `main` and not measured; hotspot-cds"
        ) && line.ends_with(": not in the saved baseline `main`"),
        "{line}"
    );
    let gate = &said.json()["gate"];
    let unchecked = gate["unchecked"].as_array().unwrap();
    let names: Vec<_> = unchecked.iter().map(|one| &one["variant"]).collect();
    assert_eq!(names[..3], ["native", "native-pgo", "hotspot-cds"]);
    assert!(
        unchecked[0]["cause"]
            .as_str()
            .is_some_and(|cause| !cause.is_empty()),
        "why it was not measured: {gate}"
    );
    assert_eq!(gate["exit_code"], 8);
    assert!(
        gate["checks"]
            .as_array()
            .unwrap()
            .iter()
            .all(|check| check["candidate"] == "hotspot" && check["outcome"] == "pass"),
        "{gate}"
    );
}

#[test]
fn candidates_say_who_counts() {
    let Ok(sandbox) = project() else { return };
    sandbox.append("pgoctl.toml", "candidates = [\"hotspot\"]\n");
    let said = gate(&sandbox, "");
    assert_eq!(said.status, 0, "{}", said.stderr);
    assert!(
        last_line(&said).starts_with("VERDICT: pass: "),
        "{}",
        said.stderr
    );
}

#[test]
fn the_command_line_says_who_counts() {
    let Ok(sandbox) = project() else { return };
    let said = gate(&sandbox, "--variant hotspot");
    assert_eq!(said.status, 0, "{}", said.stderr);
    // What it names and the baseline lacks is to be checked all the same.
    let said = gate(&sandbox, "--variant hotspot,hotspot-cds");
    assert_eq!(said.status, 8, "{}", said.stderr);
    assert_eq!(
        last_line(&said),
        "VERDICT: cannot tell: the others pass; hotspot-cds: not in the saved baseline `main`"
    );
}

#[test]
fn where_nobody_of_the_baseline_is_left_nothing_is_measured() {
    let Ok(sandbox) = project() else { return };
    let said = gate(&sandbox, "--variant hotspot-cds");
    assert_eq!(said.status, 8, "{}", said.stderr);
    assert!(!said.stderr.contains("measure 6 rounds"), "{}", said.stderr);
    assert_eq!(
        last_line(&said),
        "VERDICT: cannot tell: no gated metric was measured; hotspot-cds: not in the saved baseline `main`"
    );
}

#[test]
fn a_candidate_that_is_no_variant_is_refused_before_anything_starts() {
    let Ok(sandbox) = project() else { return };
    sandbox.append("pgoctl.toml", "candidates = [\"natve\"]\n");
    gate(&sandbox, "").fails(2, &["no word `natve`", "did you mean `native`?"]);
}
