//! Profiles that are no good, and rebuilds that crash over one: named, set aside, and the pipeline goes on.

use super::double::project;

#[test]
fn profiles_that_are_no_good_are_named_kept_and_never_built_with() {
    for (fault, words) in [
        ("truncated-profile", "broken"),
        ("dangling-profile", "broken"),
        ("empty-profile", "profile"),
    ] {
        let Some(sandbox) = project(&["--fault", fault]) else {
            return;
        };
        let said = sandbox.pgoctl(&["run", "--no-bench", "--variant", "native-pgo"]);
        said.fails(5, &["could not train native-pgo", words, "it is kept at"]);
        assert!(
            sandbox
                .products()
                .iter()
                .any(|path| path.contains("set-aside/")),
            "{fault}: {:?}",
            sandbox.products()
        );
        assert!(
            !sandbox
                .builds()
                .iter()
                .any(|build| build.contains("--pgo=")),
            "{fault}"
        );
    }
}

#[test]
fn a_few_bad_profiles_are_set_aside_and_the_pipeline_goes_on() {
    let Some(sandbox) = project(&["--fault", "every-third-profile-truncated"]) else {
        return;
    };
    let words = [
        "run",
        "--no-bench",
        "--variant",
        "native-pgo",
        "--format",
        "json",
        "--runs",
        "6",
        "--at-least",
        "4",
    ];
    let report = sandbox.json(&words);
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

#[test]
fn a_rebuild_that_crashes_leaves_the_comparison_of_the_rest() {
    let Some(sandbox) = project(&["--fault", "profile-crashes-build"]) else {
        return;
    };
    let said = sandbox.pgoctl(&[
        "run",
        "--format",
        "json",
        "--variant",
        "hotspot,native,native-pgo",
    ]);
    assert_eq!(said.status, 4, "{}", said.stderr);
    let report: serde_json::Value = serde_json::from_str(&said.stdout).unwrap();
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

#[test]
fn bisect_names_the_profile_at_fault_and_the_next_run_goes_on_without_it() {
    let faults = ["poisoned-profile=5", "profile-crashes-build=poison"];
    let Some(sandbox) = project(&["--fault", faults[0], "--fault", faults[1]]) else {
        return;
    };
    let runs = ["--variant", "native-pgo", "--runs", "8", "--at-least", "7"];
    sandbox
        .pgoctl(&[&["build"], &runs[..]].concat())
        .fails(4, &["over the profile", "`pgoctl train --bisect`"]);
    let said = sandbox.pgoctl(&[&["train", "--bisect"], &runs[..]].concat());
    assert_eq!(said.status, 0, "{}", said.stderr);
    assert!(
        said.stderr.contains("the profile of run 0005 is at fault")
            && said.stderr.contains("it is kept at"),
        "{}",
        said.stderr
    );
    let tried = said.stderr.matches("trying ").count();
    assert!(
        tried <= 6,
        "{tried} builds for 8 profiles:\n{}",
        said.stderr
    );

    let builds = sandbox.builds().len();
    let report = sandbox.json(&[&["build", "--format", "json"], &runs[..]].concat());
    let image = &report["variants"][0]["image"];
    assert_eq!(image["pgo"], "user-provided");
    assert_eq!(image["profiles"].as_array().unwrap().len(), 7);
    assert_eq!(sandbox.builds().len(), builds, "the last try is the image");
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
fn bisect_finds_nothing_where_nothing_is_at_fault() {
    let Some(sandbox) = project(&[]) else { return };
    let said = sandbox.pgoctl(&["train", "--bisect", "--variant", "native-pgo"]);
    assert_eq!(said.status, 0, "{}", said.stderr);
    assert!(said.stderr.contains("none is at fault"), "{}", said.stderr);
}

#[test]
fn bisect_says_when_only_all_of_them_together_fail() {
    // No single profile counts a method 52 times: 4 runs of 13 requests do.
    let Some(sandbox) = project(&["--fault", "profile-crashes-build=52"]) else {
        return;
    };
    let runs = ["--runs", "4", "--train-requests", "13"];
    let words = ["train", "--bisect", "--variant", "native-pgo"];
    sandbox
        .pgoctl(&[&words[..], &runs[..]].concat())
        .fails(5, &["no single profile makes the rebuild"]);
}
