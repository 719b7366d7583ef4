//! The PGO pipeline against the contract double of Oracle GraalVM.

use super::needs::Needed;
use super::sandbox::Sandbox;

pub const PGO: &str = "--variant native,native-pgo";

/// A project with the contract double of an Oracle GraalVM, installed with these options. Spaces and letters beyond ASCII in
/// its path are part of every test.
pub fn project(options: &str) -> Needed<Sandbox> {
    let mut sandbox = Sandbox::project_in("pgoctl test ü", "hello")?;
    sandbox.graalvm(options);
    Ok(sandbox)
}

#[test]
fn an_unchanged_second_run_makes_nothing() {
    let Ok(sandbox) = project("") else { return };
    sandbox.succeeds(format!("run --no-bench {PGO}"));
    let builds = sandbox.builds().len();
    let report = sandbox.json(format!("run --no-bench --format json {PGO}"));
    assert_eq!(sandbox.builds().len(), builds);
    let made: Vec<_> = report["stages"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|stage| stage["status"] != "reused")
        .collect();
    assert!(made.is_empty(), "{made:?}");
}

#[test]
fn a_changed_flag_redoes_what_depends_on_it_and_says_why() {
    let Ok(sandbox) = project("") else { return };
    sandbox.succeeds(format!("run --no-bench {PGO}"));
    let said = sandbox.succeeds(format!("run --no-bench --explain {PGO} -- -O1"));
    assert!(
        said.stderr
            .contains("build native: redone: changed since the last image: native-image-args"),
        "{}",
        said.stderr
    );
    assert_eq!(sandbox.builds().len(), 6);
}

#[test]
fn more_runs_train_only_what_is_missing() {
    let Ok(sandbox) = project("") else { return };
    sandbox.succeeds("build --variant native-pgo");
    let said = sandbox.succeeds("build --variant native-pgo --runs 5 --explain");
    assert!(
        said.stderr
            .contains("train native-pgo: 3 of 5 profiles are there"),
        "{}",
        said.stderr
    );
    assert!(
        said.stderr
            .contains("changed since the last image: profile"),
        "{}",
        said.stderr
    );
    // The instrumented image is the same: one build more, the optimized one.
    assert_eq!(sandbox.builds().len(), 3);
}

#[test]
fn a_damaged_image_is_built_again() {
    let Ok(sandbox) = project("") else { return };
    let report = sandbox.json("build --variant native --format json");
    let image = report["variants"][0]["image"]["path"].as_str().unwrap();
    std::fs::OpenOptions::new()
        .write(true)
        .open(image)
        .unwrap()
        .set_len(10)
        .unwrap();
    let said = sandbox.succeeds("build --variant native --explain");
    assert!(
        said.stderr.contains("has 10 bytes, it had"),
        "{}",
        said.stderr
    );
}

#[test]
fn without_pgo_asking_for_it_fails_before_any_build() {
    let Ok(sandbox) = project("--fault no-pgo") else {
        return;
    };
    let said = sandbox.pgoctl("run --variant native-pgo");
    said.fails(
        3,
        &[
            "cannot make the variant `native-pgo`",
            "has no PGO",
            "hint: PGO needs an Oracle GraalVM",
        ],
    );
    assert_eq!(sandbox.builds().len(), 0);
}

#[test]
fn without_pgo_run_leaves_it_out_and_says_why() {
    let Ok(sandbox) = project("--fault no-pgo") else {
        return;
    };
    let report = sandbox.json("run --no-bench --format json");
    let stages = report["stages"].as_array().unwrap();
    let left_out = stages
        .iter()
        .find(|stage| stage["variant"] == "native-pgo")
        .unwrap();
    assert_eq!(left_out["status"], "skipped");
    assert!(
        left_out["reason"]
            .as_str()
            .unwrap()
            .contains("does not list `--pgo-instrument`")
    );
    assert!(
        stages
            .iter()
            .any(|stage| stage["variant"] == "native" && stage["status"] == "done")
    );
}

/// A project that requires what its GraalVM cannot do.
fn requires_pgo() -> Needed<Sandbox> {
    let sandbox = project("--fault no-pgo")?;
    let config = sandbox.read("pgoctl.toml");
    let required = format!("require = [\"native-pgo\"]\n{config}");
    sandbox.write("pgoctl.toml", &required);
    Ok(sandbox)
}

#[test]
fn what_the_file_requires_must_be_there_for_run() {
    let Ok(sandbox) = requires_pgo() else { return };
    sandbox
        .pgoctl("run")
        .fails(3, &["which the configuration file requires"]);
}

#[test]
fn what_the_file_requires_must_be_there_for_doctor() {
    let Ok(sandbox) = requires_pgo() else { return };
    assert_eq!(sandbox.pgoctl("doctor").status, 3);
}

#[test]
fn an_unknown_distribution_that_lists_pgo_works_with_a_warning() {
    let Ok(sandbox) = project("--distribution unknown") else {
        return;
    };
    let report = sandbox.json(format!("run --no-bench --format json {PGO}"));
    assert_eq!(report["variants"][1]["image"]["pgo"], "user-provided");
    assert_eq!(report["warnings"][0]["kind"], "unknown-distribution");
}

#[test]
fn a_failed_build_shows_the_tools_last_lines_and_names_its_log() {
    let Ok(sandbox) = project("--fault build-fails") else {
        return;
    };
    let said = sandbox.pgoctl("build --variant native");
    said.fails(
        4,
        &[
            "error: could not build the native image",
            "exited with status 1",
            "| ",
            "build-native.log (last ",
        ],
    );
    assert!(
        !sandbox
            .products()
            .iter()
            .any(|path| path.contains("images/")),
        "{:?}",
        sandbox.products()
    );
}

#[test]
fn a_flag_that_the_driver_swallows_is_found_out() {
    let Ok(sandbox) = project("--fault pgo-flag-swallowed") else {
        return;
    };
    sandbox.pgoctl("build --variant native-pgo").fails(
        4,
        &[
            "the image is not a native-instrumented image",
            "where `instrument` was asked for",
        ],
    );
}

#[test]
fn a_run_that_leaves_no_profile_ends_training_with_its_own_words() {
    let Ok(sandbox) = project("--fault no-profile") else {
        return;
    };
    let said = sandbox.pgoctl("run --no-bench --variant native-pgo");
    said.fails(
        5,
        &[
            "could not train native-pgo",
            "no profile was written",
            "the function exited with status 143",
        ],
    );
    assert!(
        !sandbox
            .builds()
            .iter()
            .any(|build| build.contains("--pgo=")),
        "nothing is built with a profile that is not there"
    );
}

#[test]
fn a_profile_that_was_not_used_fails_the_build() {
    let Ok(sandbox) = project("--fault pgo-ignored") else {
        return;
    };
    sandbox
        .pgoctl("build --variant native-pgo")
        .fails(4, &["where `user-provided` was asked for"]);
}

#[test]
fn before_25_the_instrumented_image_is_told_to_handle_sigterm() {
    let Ok(sandbox) = project("--line 21") else {
        return;
    };
    let report = sandbox.json("build --variant native-pgo --format json");
    assert_eq!(report["variants"][0]["image"]["pgo"], "user-provided");
    assert!(
        sandbox
            .builds()
            .iter()
            .all(|build| build.contains("--install-exit-handlers"))
    );
}

#[test]
fn one_process_for_each_invocation_is_trained_and_measured_too() {
    let Ok(mut sandbox) = Sandbox::project("hello") else {
        return;
    };
    sandbox.graalvm("");
    let invoke = "[function.hello]\njar = \"app.jar\"\n[function.hello.workload]\n\
                  invoke = { args = [\"--once\", \"{}\"], expect-stdout = \"Hello World\" }\n\
                  [train]\nruns = 2\n[bench]\nrounds = 6\nrequests = 10\n";
    sandbox.write("pgoctl.toml", invoke);
    let report = sandbox.json(format!("run --format json {PGO}"));
    let metrics = &report["variants"][1]["metrics"];
    assert!(metrics["latency_ms_mean"]["value"].as_f64().unwrap() > 0.0);
    // Each invocation is a cold start, and nothing accepts a connection.
    assert!(metrics["cold_start_ms"]["value"].as_f64().unwrap() > 0.0);
    assert!(metrics["cold_start_ms_accepts"].is_null());
    assert_eq!(
        report["variants"][1]["image"]["profiles"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
}

#[test]
fn a_dry_run_prints_every_command_and_runs_none() {
    let Ok(sandbox) = project("") else { return };
    let said = sandbox.succeeds(format!("run --dry-run {PGO}"));
    for word in [
        "--pgo-instrument",
        "-XX:ProfilesDumpFile=",
        "--pgo=",
        "# measure: 6 rounds",
    ] {
        assert!(
            said.stdout.contains(word),
            "`{word}` is missing in:\n{}",
            said.stdout
        );
    }
    assert!(sandbox.products().is_empty(), "{:?}", sandbox.products());
    assert_eq!(sandbox.builds().len(), 0);
}

#[test]
fn train_and_merge_are_commands_of_their_own() {
    let Ok(sandbox) = project("") else { return };
    let train = sandbox.succeeds("train --variant native-pgo");
    assert!(train.stderr.contains("3 profiles") && train.stdout.is_empty());
    sandbox.succeeds("merge --variant native-pgo");
    assert!(
        sandbox
            .products()
            .iter()
            .any(|path| path.contains("merged-"))
    );
}

#[test]
fn bench_measures_what_build_has_made() {
    let Ok(sandbox) = project("") else { return };
    sandbox.succeeds("build --variant native-pgo");
    let bench = sandbox.succeeds("bench --variant native-pgo");
    assert!(bench.stdout.contains("throughput"), "{}", bench.stdout);
}

#[test]
fn bench_makes_nothing_by_itself() {
    let Ok(sandbox) = project("") else { return };
    sandbox.succeeds("merge --variant native-pgo");
    sandbox.pgoctl("bench --variant native-pgo").fails(
        6,
        &[
            "the native-pgo image is not up to date",
            "hint: `pgoctl build` makes it",
        ],
    );
}
