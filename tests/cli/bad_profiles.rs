//! Profiles that are no good, and rebuilds that crash over one: named, set aside, and the pipeline goes on.

use serde_json::Value;

use super::double::project;
use super::needs::Needed;
use super::once::Once;
use super::sandbox::{Said, jars};

/// A profile with this fault is named in these words, kept, and nothing is built with it.
fn set_aside(fault: &str, words: &str) {
    let Ok(sandbox) = project(&format!("--fault {fault}")) else {
        return;
    };
    let said = sandbox.pgoctl("run --no-bench --variant native-pgo");
    said.fails(5, &["could not train native-pgo", words, "it is kept at"]);
    assert!(
        sandbox
            .products()
            .iter()
            .any(|path| path.contains("set-aside/")),
        "{:?}",
        sandbox.products()
    );
    let builds = sandbox.builds();
    assert!(
        !builds.iter().any(|build| build.contains("--pgo=")),
        "{builds:?}"
    );
}

#[test]
fn a_truncated_profile_is_set_aside_and_never_built_with() {
    set_aside("truncated-profile", "broken");
}

#[test]
fn a_profile_whose_ids_lead_nowhere_is_set_aside_and_never_built_with() {
    set_aside("dangling-profile", "broken");
}

#[test]
fn an_empty_profile_is_set_aside_and_never_built_with() {
    set_aside("empty-profile", "profile");
}

#[test]
fn a_few_bad_profiles_are_set_aside_and_the_pipeline_goes_on() {
    let Ok(sandbox) = project("--fault every-third-profile-truncated") else {
        return;
    };
    let report =
        sandbox.json("run --no-bench --variant native-pgo --format json --runs 6 --at-least 4");
    assert_eq!(
        report["variants"][0]["image"]["profiles"]
            .as_array()
            .unwrap()
            .len(),
        4
    );
    let warnings = report["warnings"].as_array().unwrap();
    assert_eq!(
        warnings
            .iter()
            .filter(|warning| warning["kind"] == "profile-set-aside")
            .count(),
        2,
        "{warnings:?}"
    );
}

/// What a whole run says whose rebuild crashes over its profile.
fn crashed() -> Needed<&'static Said> {
    static SAID: Once<Said> = Once::new();
    jars()?;
    let run = || {
        let sandbox = project("--fault profile-crashes-build").unwrap();
        sandbox.pgoctl("run --format json --variant hotspot,native,native-pgo")
    };
    Ok(SAID.get(run))
}

#[test]
fn a_rebuild_that_crashes_leaves_the_comparison_of_the_rest() {
    let Ok(said) = crashed() else { return };
    assert_eq!(said.status, 4, "{}", said.stderr);
    let report = said.json();
    let variants: Vec<_> = report["variants"]
        .as_array()
        .unwrap()
        .iter()
        .map(|variant| variant["variant"].as_str().unwrap())
        .collect();
    assert_eq!(variants, ["hotspot", "native"]);
    assert!(
        report["comparisons"]
            .as_array()
            .unwrap()
            .iter()
            .any(|one| one["candidate"] == "native" && one["change_percent"].is_number())
    );
}

#[test]
fn a_rebuild_that_crashes_is_warned_of_with_the_image_that_stays_in_use() {
    let Ok(said) = crashed() else { return };
    let report = said.json();
    let warnings = report["warnings"].as_array().unwrap();
    let crashed = warnings
        .iter()
        .find(|warning| warning["kind"] == "profile-crashes-build")
        .unwrap();
    let image = report["variants"][1]["image"]["path"].as_str().unwrap();
    assert!(
        crashed["message"]
            .as_str()
            .unwrap()
            .ends_with(&format!("the native image stays in use: {image}")),
        "{crashed}"
    );
}

/// Eight training runs, the fifth of which leaves a profile that crashes the rebuild: what was said, and the builds so far.
struct Bisected {
    build: Said,
    bisect: Said,
    builds: usize,
    report: Value,
    builds_after: usize,
}

fn bisected() -> Needed<&'static Bisected> {
    static SAID: Once<Bisected> = Once::new();
    jars()?;
    let bisect = || {
        let sandbox =
            project("--fault poisoned-profile=5 --fault profile-crashes-build=poison").unwrap();
        let runs = "--variant native-pgo --runs 8 --at-least 7";
        Bisected {
            build: sandbox.pgoctl(format!("build {runs}")),
            bisect: sandbox.pgoctl(format!("train --bisect {runs}")),
            builds: sandbox.builds().len(),
            report: sandbox.json(format!("build --format json {runs}")),
            builds_after: sandbox.builds().len(),
        }
    };
    Ok(SAID.get(bisect))
}

#[test]
fn a_rebuild_that_crashes_over_its_profile_says_how_to_find_the_one_at_fault() {
    let Ok(bisected) = bisected() else { return };
    bisected
        .build
        .fails(4, &["over the profile", "`pgoctl train --bisect`"]);
}

#[test]
fn bisect_names_the_profile_at_fault_and_keeps_it() {
    let Ok(Bisected { bisect, .. }) = bisected() else {
        return;
    };
    assert_eq!(bisect.status, 0, "{}", bisect.stderr);
    assert!(
        bisect
            .stderr
            .contains("the profile of run 0005 is at fault")
            && bisect.stderr.contains("it is kept at"),
        "{}",
        bisect.stderr
    );
}

#[test]
fn bisect_goes_by_halves() {
    let Ok(Bisected { bisect, .. }) = bisected() else {
        return;
    };
    let tried = bisect.stderr.matches("trying ").count();
    assert!(
        (1..=6).contains(&tried),
        "{tried} builds for 8 profiles:\n{}",
        bisect.stderr
    );
}

#[test]
fn after_bisect_the_next_build_goes_on_without_the_profile_at_fault() {
    let Ok(Bisected { report, .. }) = bisected() else {
        return;
    };
    let image = &report["variants"][0]["image"];
    assert_eq!(image["pgo"], "user-provided");
    assert_eq!(image["profiles"].as_array().unwrap().len(), 7);
    assert!(
        report["warnings"]
            .as_array()
            .unwrap()
            .iter()
            .any(|warning| warning["kind"] == "profile-set-aside"
                && warning["message"].as_str().unwrap().contains("run 5"))
    );
}

#[test]
fn the_last_try_of_bisect_is_the_image() {
    let Ok(bisected) = bisected() else { return };
    assert_eq!(bisected.builds_after, bisected.builds);
}

#[test]
fn bisect_finds_nothing_where_nothing_is_at_fault() {
    let Ok(sandbox) = project("") else { return };
    let said = sandbox.succeeds("train --bisect --variant native-pgo");
    assert!(said.stderr.contains("none is at fault"), "{}", said.stderr);
}

#[test]
fn bisect_says_when_only_all_of_them_together_fail() {
    // No single profile counts a method 52 times: 4 runs of 13 requests do.
    let Ok(sandbox) = project("--fault profile-crashes-build=52") else {
        return;
    };
    sandbox
        .pgoctl("train --bisect --variant native-pgo --runs 4 --train-requests 13")
        .fails(5, &["no single profile makes the rebuild"]);
}
