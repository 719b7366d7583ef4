//! `train --stop stable`: training ends when the merged profile no longer changes.

use super::double::project;
use super::sandbox::Sandbox;

const TRAIN: &str = "train --variant native-pgo --stop stable --runs 12";

/// How many training runs have left a profile.
fn profiles(sandbox: &Sandbox, ending: &str) -> usize {
    let products = sandbox.products();
    let is_one = |path: &&String| path.ends_with(ending) && !path.contains("merged-");
    products.iter().filter(is_one).count()
}

#[test]
fn training_ends_once_the_profile_has_not_changed_for_three_runs() {
    let Ok(sandbox) = project("") else { return };
    let said = sandbox.succeeds(TRAIN);
    // The double's function does the same in every run: the first says all, three more show it.
    assert_eq!(profiles(&sandbox, ".iprof"), 4, "{}", said.stderr);
    assert!(
        said.stderr
            .contains("4 profiles, stable after 4 runs: overlap 100.0, 100.0, 100.0 %"),
        "{}",
        said.stderr
    );
}

#[test]
fn a_run_that_failed_is_made_up_for_before_training_ends() {
    let Ok(sandbox) = project("--fault truncated-profile=2") else {
        return;
    };
    let said = sandbox.succeeds(TRAIN);
    // Nine in ten have to be good: with one that is not, that takes ten.
    assert!(
        said.stderr.contains("9 profiles, stable after 10 runs"),
        "{}",
        said.stderr
    );
}

#[test]
fn how_many_runs_have_to_change_nothing_can_be_said() {
    let Ok(sandbox) = project("") else { return };
    sandbox.succeeds(format!("{TRAIN} --stable-runs 1"));
    assert_eq!(profiles(&sandbox, ".iprof"), 2);
    let said = sandbox.succeeds(format!("{TRAIN} --explain"));
    assert_eq!(profiles(&sandbox, ".iprof"), 4, "{}", said.stderr);
    assert!(
        said.stderr
            .contains("train native-pgo: 2 profiles are there, and not stable yet"),
        "{}",
        said.stderr
    );
}

#[test]
fn the_file_can_say_it_and_the_curve_is_in_the_report_also_where_nothing_was_done() {
    let Ok(sandbox) = project("") else { return };
    let config = sandbox.read("pgoctl.toml");
    let config = config.replace("runs = 3", "runs = 12\nstop = \"stable\"\nstable-runs = 2");
    sandbox.write("pgoctl.toml", &config);
    let build = "build --variant native-pgo --format json";
    let first = sandbox.json(build);
    let again = sandbox.json(build);
    assert_eq!(first["training"], again["training"]);
    let training = &again["training"][0];
    assert_eq!(
        (&training["variant"], &training["runs"], &training["stable"]),
        (&"native-pgo".into(), &3.into(), &true.into())
    );
    let curve = training["curve"].as_array().unwrap();
    assert_eq!(curve.len(), 3);
    assert!(curve[0]["overlap"].is_null() && curve[2]["overlap"].as_f64().unwrap() > 0.99);
    let table = sandbox.succeeds("build --variant native-pgo");
    assert!(
        table.stdout.contains("stable after 3 runs"),
        "{}",
        table.stdout
    );
    let page = sandbox.succeeds("build --variant native-pgo --format html");
    assert!(page.stdout.contains("Training of native-pgo"));
}

#[test]
fn a_curve_that_is_lost_is_found_out_again() {
    let Ok(sandbox) = project("") else { return };
    let build = "build --variant native-pgo --stop stable --runs 12 --format json";
    let first = sandbox.json(build);
    let products = sandbox.products();
    let curve = products
        .iter()
        .find(|path| path.ends_with(".curve.json"))
        .unwrap();
    std::fs::remove_file(sandbox.path().join(curve)).unwrap();
    assert_eq!(first["training"], sandbox.json(build)["training"]);
}

#[test]
fn the_cap_ends_it_too_and_that_is_said() {
    // One run counts a method that the others do not have: one call of a few.
    let Ok(sandbox) = project("--fault poisoned-profile=2") else {
        return;
    };
    let report = sandbox.json(
        "build --variant native-pgo --stop stable --stable-runs 2 --runs 3 --train-requests 5 --format json",
    );
    assert_eq!(report["training"][0]["stable"], false, "{report}");
    let warnings = report["warnings"].as_array().unwrap();
    assert!(
        warnings
            .iter()
            .any(|warning| warning["kind"] == "profile-not-stable"),
        "{warnings:?}"
    );
}

#[test]
fn too_few_runs_for_it_are_refused() {
    let Ok(sandbox) = project("") else { return };
    sandbox
        .pgoctl("train --variant native-pgo --stop stable --runs 3")
        .fails(2, &["which takes 4 runs or more", "hint: raise `--runs`"]);
}

#[test]
fn class_lists_settle_by_their_classes() {
    let Ok(sandbox) = Sandbox::project("hello") else {
        return;
    };
    let report = sandbox.json("build --variant hotspot-cds --stop stable --runs 9 --format json");
    let training = &report["training"][0];
    assert_eq!(training["stable"], true, "{training}");
    let runs = training["runs"].as_u64().unwrap();
    assert!((4..9).contains(&runs), "{training}");
    assert_eq!(profiles(&sandbox, ".classlist") as u64, runs);
}
