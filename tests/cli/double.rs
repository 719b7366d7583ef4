//! The PGO pipeline against the contract double of Oracle GraalVM.

use super::sandbox::Sandbox;

const PGO: [&str; 2] = ["--variant", "native,native-pgo"];

/// A project with the contract double of an Oracle GraalVM, started with these options.
pub fn project(options: &[&str]) -> Option<Sandbox> {
    let mut sandbox = Sandbox::project_in("pgoctl test ü", "hello")?;
    sandbox.graalvm(options);
    Some(sandbox)
}

#[test]
fn run_gathers_profiles_rebuilds_with_them_and_names_them() {
    let Some(sandbox) = project(&[]) else { return };
    // Spaces and letters beyond ASCII in the project's path are part of this test.
    let report = sandbox.json(&["run", "--format", "json", "--variant", "native,native-pgo"]);
    let optimized = &report["variants"][1];
    assert_eq!(optimized["variant"], "native-pgo");
    assert_eq!(optimized["image"]["pgo"], "user-provided");
    assert_eq!(report["variants"][0]["image"]["pgo"], "ML-inferred");
    let profiles = optimized["image"]["profiles"].as_array().unwrap();
    assert_eq!(profiles.len(), 3);
    for profile in profiles {
        let text = std::fs::read_to_string(profile.as_str().unwrap()).unwrap();
        let provenance =
            std::fs::read_to_string(profile.as_str().unwrap().replace(".iprof", ".json")).unwrap();
        assert!(text.contains("callCountProfiles"));
        assert_eq!(
            serde_json::from_str::<serde_json::Value>(&provenance).unwrap()["requests"],
            7
        );
    }
    let merged = sandbox
        .products()
        .into_iter()
        .find(|path| path.contains("merged-") && path.ends_with(".iprof"))
        .unwrap();
    let merged = sandbox.path().join(merged);
    let rebuild = sandbox.builds().pop().unwrap();
    assert!(
        rebuild.contains(&format!("--pgo={}", merged.display())),
        "{rebuild}"
    );
    // 3 runs of 7 requests: the handler's calls add up, exactly.
    let sum: u64 = calls_of(&merged, "main");
    let each: u64 = profiles
        .iter()
        .map(|profile| calls_of(profile.as_str().unwrap().as_ref(), "main"))
        .sum();
    assert_eq!(sum, each);
    let metrics = &optimized["metrics"];
    for metric in [
        "throughput_rps",
        "latency_ms_mean",
        "latency_ms_p90",
        "cold_start_ms",
        "peak_memory_bytes",
        "image_size_bytes",
        "build_seconds",
    ] {
        assert!(
            metrics[metric]["value"]
                .as_f64()
                .is_some_and(|value| value > 0.0),
            "{metric}: {metrics}"
        );
    }
    let compared: Vec<_> = report["comparisons"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (&one["baseline"], &one["candidate"]))
        .collect();
    assert!(
        compared
            .iter()
            .all(|pair| *pair == (&"native".into(), &"native-pgo".into()))
            && compared.len() >= 7,
        "{compared:?}"
    );
}

#[test]
fn training_may_have_a_workload_of_its_own() {
    let Some(sandbox) = project(&[]) else { return };
    let run = [&["run", "--format", "json", "--requests", "5"], &PGO[..]].concat();
    let calls = |report: &serde_json::Value| -> u64 {
        let profiles = report["variants"][1]["image"]["profiles"].as_array();
        let paths = profiles.unwrap().iter().map(|path| path.as_str().unwrap());
        paths.map(|path| calls_of(path.as_ref(), "main")).sum()
    };
    let same = sandbox.json(&run);
    assert_eq!(same["trained_with"], "measured-workload");
    // One call to start it, and one for each of seven requests.
    assert_eq!(calls(&same), 3 * (1 + 7));
    let own = "\n[function.hello.train-workload]\nrequests = [ { method = \"GET\", path = \"/health\" } ]\n";
    sandbox.write("pgoctl.toml", &(sandbox.read("pgoctl.toml") + own));
    let other = sandbox.json(&run);
    assert_eq!(other["trained_with"], "own-workload");
    assert_eq!(calls(&other), 3, "asked for its health, it does no work");
    assert_eq!(
        other["plan"]["workload"], same["plan"]["workload"],
        "what is measured is what it was"
    );
    let said = sandbox.pgoctl(&["report"]);
    assert!(
        said.stdout
            .contains("trained with another workload than the one that is measured"),
        "{}",
        said.stdout
    );
}

#[test]
fn an_unchanged_second_run_makes_nothing() {
    let Some(sandbox) = project(&[]) else { return };
    assert_eq!(
        sandbox
            .pgoctl(&[&["run", "--no-bench"], &PGO[..]].concat())
            .status,
        0
    );
    let builds = sandbox.builds().len();
    let report = sandbox.json(&[&["run", "--no-bench", "--format", "json"], &PGO[..]].concat());
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
    let Some(sandbox) = project(&[]) else { return };
    sandbox.pgoctl(&[&["run", "--no-bench"], &PGO[..]].concat());
    let said = sandbox.pgoctl(
        &[
            &["run", "--no-bench", "--explain"],
            &PGO[..],
            &["--", "-O1"],
        ]
        .concat(),
    );
    assert_eq!(said.status, 0, "{}", said.stderr);
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
    let Some(sandbox) = project(&[]) else { return };
    sandbox.pgoctl(&["build", "--variant", "native-pgo"]);
    let said = sandbox.pgoctl(&[
        "build",
        "--variant",
        "native-pgo",
        "--runs",
        "5",
        "--explain",
    ]);
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
    let Some(sandbox) = project(&[]) else { return };
    let report = sandbox.json(&["build", "--variant", "native", "--format", "json"]);
    let image = report["variants"][0]["image"]["path"].as_str().unwrap();
    std::fs::OpenOptions::new()
        .write(true)
        .open(image)
        .unwrap()
        .set_len(10)
        .unwrap();
    let said = sandbox.pgoctl(&["build", "--variant", "native", "--explain"]);
    assert_eq!(said.status, 0, "{}", said.stderr);
    assert!(
        said.stderr.contains("has 10 bytes, it had"),
        "{}",
        said.stderr
    );
}

#[test]
fn without_pgo_asking_for_it_fails_before_any_build() {
    let Some(sandbox) = project(&["--fault", "no-pgo"]) else {
        return;
    };
    let said = sandbox.pgoctl(&["run", "--variant", "native-pgo"]);
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
    let Some(sandbox) = project(&["--fault", "no-pgo"]) else {
        return;
    };
    let report = sandbox.json(&["run", "--no-bench", "--format", "json"]);
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

#[test]
fn what_the_file_requires_must_be_there() {
    let Some(sandbox) = project(&["--fault", "no-pgo"]) else {
        return;
    };
    let config = sandbox.read("pgoctl.toml");
    sandbox.write(
        "pgoctl.toml",
        &format!("require = [\"native-pgo\"]\n{config}"),
    );
    sandbox
        .pgoctl(&["run"])
        .fails(3, &["which the configuration file requires"]);
    assert_eq!(sandbox.pgoctl(&["doctor"]).status, 3);
}

#[test]
fn an_unknown_distribution_that_lists_pgo_works_with_a_warning() {
    let Some(sandbox) = project(&["--distribution", "unknown"]) else {
        return;
    };
    let report = sandbox.json(&[&["run", "--no-bench", "--format", "json"], &PGO[..]].concat());
    assert_eq!(report["variants"][1]["image"]["pgo"], "user-provided");
    assert_eq!(report["warnings"][0]["kind"], "unknown-distribution");
}

#[test]
fn a_failed_build_shows_the_tools_last_lines_and_names_its_log() {
    let Some(sandbox) = project(&["--fault", "build-fails"]) else {
        return;
    };
    let said = sandbox.pgoctl(&["build", "--variant", "native"]);
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
    let Some(sandbox) = project(&["--fault", "pgo-flag-swallowed"]) else {
        return;
    };
    sandbox.pgoctl(&["build", "--variant", "native-pgo"]).fails(
        4,
        &[
            "the image is no native-instrumented image",
            "where `instrument` was asked for",
        ],
    );
}

#[test]
fn a_run_that_leaves_no_profile_ends_training_with_its_own_words() {
    let Some(sandbox) = project(&["--fault", "no-profile"]) else {
        return;
    };
    let said = sandbox.pgoctl(&["run", "--no-bench", "--variant", "native-pgo"]);
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
    let Some(sandbox) = project(&["--fault", "pgo-ignored"]) else {
        return;
    };
    sandbox
        .pgoctl(&["build", "--variant", "native-pgo"])
        .fails(4, &["where `user-provided` was asked for"]);
}

#[test]
fn before_25_the_instrumented_image_is_told_to_handle_sigterm() {
    let Some(sandbox) = project(&["--line", "21"]) else {
        return;
    };
    let report = sandbox.json(&["build", "--variant", "native-pgo", "--format", "json"]);
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
    let Some(mut sandbox) = Sandbox::project("hello") else {
        return;
    };
    sandbox.graalvm(&[]);
    let invoke = "[function.hello]\njar = \"app.jar\"\n[function.hello.workload]\n\
                  invoke = { args = [\"--once\", \"{}\"], expect-stdout = \"Hello World\" }\n\
                  [train]\nruns = 2\n[bench]\nrounds = 6\nrequests = 10\n";
    sandbox.write("pgoctl.toml", invoke);
    let report = sandbox.json(&[&["run", "--format", "json"], &PGO[..]].concat());
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
    let Some(sandbox) = project(&[]) else { return };
    let said = sandbox.pgoctl(&[&["run", "--dry-run"], &PGO[..]].concat());
    assert_eq!(said.status, 0, "{}", said.stderr);
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
fn the_stages_are_commands_of_their_own() {
    let Some(sandbox) = project(&[]) else { return };
    let variant = ["--variant", "native-pgo"];
    let train = sandbox.pgoctl(&[&["train"], &variant[..]].concat());
    assert_eq!(train.status, 0, "{}", train.stderr);
    assert!(train.stderr.contains("3 profiles") && train.stdout.is_empty());
    assert_eq!(
        sandbox.pgoctl(&[&["merge"], &variant[..]].concat()).status,
        0
    );
    let bench = sandbox.pgoctl(&[&["bench"], &variant[..]].concat());
    bench.fails(
        6,
        &[
            "the native-pgo image is not up to date",
            "hint: `pgoctl build` makes it",
        ],
    );
    assert_eq!(
        sandbox.pgoctl(&[&["build"], &variant[..]].concat()).status,
        0
    );
    let bench = sandbox.pgoctl(&[&["bench"], &variant[..]].concat());
    assert_eq!(bench.status, 0, "{}", bench.stderr);
    assert!(bench.stdout.contains("throughput"), "{}", bench.stdout);
}

/// The summed call counts of all methods of this name.
fn calls_of(profile: &std::path::Path, name: &str) -> u64 {
    let profile: serde_json::Value =
        serde_json::from_slice(&std::fs::read(profile).unwrap()).unwrap();
    let ids: Vec<String> = profile["methods"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|method| method["name"] == name)
        .map(|method| method["id"].to_string())
        .collect();
    assert!(!ids.is_empty(), "no method `{name}`");
    let counts = profile["callCountProfiles"].as_array().unwrap().iter();
    let of = counts.filter(|entry| {
        ids.contains(
            &entry["ctx"]
                .as_str()
                .unwrap()
                .split(':')
                .next()
                .unwrap()
                .to_owned(),
        )
    });
    of.map(|entry| entry["records"][0].as_u64().unwrap()).sum()
}
