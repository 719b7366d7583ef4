//! The double's real functions: its images run the JARs themselves, built by a Community native-image where one is at hand.

use std::path::Path;

use serde_json::Value;

use super::community::community;
use super::jdk;
use super::on_hotspot_functions::{HANDLERS, handled, project};
use super::sandbox::{Sandbox, quoted};

/// A double whose images run the functions themselves; `more` goes to its installation.
fn real_functions(sandbox: &mut Sandbox, jdk: &Path, more: &str) {
    let (jdk, converter) = (quoted(jdk), quoted(env!("CARGO_BIN_EXE_pgoctl")));
    sandbox.graalvm(&format!(
        "--java-home {jdk} --real-converter {converter} {more}"
    ));
}

/// Every stage of the pipeline with an "instrumented image" that is the function itself; returns the report.
fn whole_pipeline(sandbox: &Sandbox, class: &str, more: &str) -> Value {
    let report = sandbox.json(format!(
        "run --format json --on image --variant native,native-pgo --runs 2 --train-requests 20 --cold-starts 2 --rounds 2 \
         --requests 20 {more}"
    ));
    let stages: Vec<String> = report["stages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|stage| {
            format!("{} {} {}", stage["name"], stage["variant"], stage["status"]).replace('"', "")
        })
        .collect();
    assert_eq!(
        stages,
        [
            "build native done",
            "build native-instrumented done",
            "train native-pgo done",
            "merge native-pgo done",
            "build native-pgo done",
            "bench null done"
        ]
    );
    let profiles = report["variants"][1]["image"]["profiles"]
        .as_array()
        .unwrap();
    assert_eq!(profiles.len(), 2);
    for profile in profiles {
        assert_eq!(
            handled(sandbox, profile.as_str().unwrap(), class),
            20,
            "{class}"
        );
    }
    assert_eq!(report["variants"][1]["image"]["pgo"], "user-provided");
    report
}

fn goes_through(function: usize) {
    let (name, class) = HANDLERS[function];
    let Ok(jdk) = jdk::of_25() else { return };
    let Ok(mut sandbox) = project(name, &jdk) else {
        return;
    };
    real_functions(&mut sandbox, &jdk, "");
    whole_pipeline(&sandbox, class, "");
}

#[test]
fn the_whole_pipeline_runs_on_the_real_hello() {
    goes_through(0);
}

#[test]
fn the_whole_pipeline_runs_on_the_real_sleep() {
    goes_through(1);
}

#[test]
fn the_whole_pipeline_runs_on_the_real_filehash() {
    goes_through(2);
}

/// Two builds of about a minute.
fn is_really_built(function: usize) {
    let (name, class) = HANDLERS[function];
    let (Ok(home), Ok(jdk)) = (community(), jdk::of_25()) else {
        return;
    };
    let Ok(mut sandbox) = project(name, &jdk) else {
        return;
    };
    real_functions(&mut sandbox, &jdk, &format!("--community {}", quoted(home)));
    let report = whole_pipeline(&sandbox, class, "-- -Ob");
    for variant in report["variants"].as_array().unwrap() {
        assert!(
            variant["image"]["size_bytes"].as_u64().unwrap() > 5_000_000,
            "{variant}"
        );
    }
    let sizes = [0, 1].map(|at: usize| report["variants"][at]["image"]["size_bytes"].clone());
    eprintln!("{name}: {sizes:?} bytes; {}", report["comparisons"]);
}

#[test]
fn the_real_hello_is_built_by_a_community_native_image() {
    is_really_built(0);
}

#[test]
#[ignore = "two builds of a minute, as hello's: `cargo test --test cli -- --ignored`"]
fn the_real_sleep_is_built_by_a_community_native_image() {
    is_really_built(1);
}

#[test]
#[ignore = "two builds of a minute, as hello's: `cargo test --test cli -- --ignored`"]
fn the_real_filehash_is_built_by_a_community_native_image() {
    is_really_built(2);
}
