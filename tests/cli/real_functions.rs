//! The double's real functions: its images run the JARs themselves, built by a Community native-image where one is at hand.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::on_hotspot::{HANDLERS, handled, jdks, project};
use super::sandbox::{Sandbox, java_feature};

/// A double whose images run the functions themselves; `more` goes to its installation.
fn real_functions(sandbox: &mut Sandbox, jdk: &Path, more: &[&str]) {
    let mut options = vec![
        "--java-home",
        jdk.to_str().unwrap(),
        "--real-converter",
        env!("CARGO_BIN_EXE_pgoctl"),
    ];
    options.extend(more);
    sandbox.graalvm(&options);
}

/// Every stage of the pipeline with an "instrumented image" that is the function itself; returns the report.
fn whole_pipeline(sandbox: &Sandbox, class: &str, more: &[&str]) -> Value {
    let mut words = vec![
        "run",
        "--format",
        "json",
        "--on",
        "image",
        "--variant",
        "native,native-pgo",
        "--runs",
        "2",
        "--train-requests",
        "20",
        "--cold-starts",
        "2",
        "--rounds",
        "2",
        "--requests",
        "20",
    ];
    words.extend(more);
    let report = sandbox.json(&words);
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

#[test]
fn the_whole_pipeline_runs_on_real_functions() {
    let Some(jdk) = jdks()
        .into_iter()
        .find(|home| java_feature(home) == Some(25))
    else {
        eprintln!("skipped: no JDK 25");
        return;
    };
    for (function, class) in HANDLERS {
        let Some(mut sandbox) = project(function, &jdk) else {
            return;
        };
        real_functions(&mut sandbox, &jdk, &[]);
        whole_pipeline(&sandbox, class, &[]);
    }
}

/// Two builds of about a minute for each function, where `GRAALVM_HOME` holds a Community native-image: hello, and with
/// `PGOCTL_TEST_ALL_FUNCTIONS=1` the others too.
#[test]
fn real_functions_are_built_by_a_community_native_image_where_there_is_one() {
    let home = std::env::var_os("GRAALVM_HOME").map(PathBuf::from);
    let (Some(home), Some(jdk)) = (
        home.filter(|home| home.join("bin/native-image").is_file()),
        jdks()
            .into_iter()
            .find(|home| java_feature(home) == Some(25)),
    ) else {
        eprintln!("skipped: GRAALVM_HOME holds no native-image, or there is no JDK 25");
        return;
    };
    let all = std::env::var_os("PGOCTL_TEST_ALL_FUNCTIONS").is_some();
    for (function, class) in HANDLERS.into_iter().take(if all { 3 } else { 1 }) {
        let Some(mut sandbox) = project(function, &jdk) else {
            return;
        };
        real_functions(&mut sandbox, &jdk, &["--community", home.to_str().unwrap()]);
        let report = whole_pipeline(&sandbox, class, &["--", "-Ob"]);
        for variant in report["variants"].as_array().unwrap() {
            assert!(
                variant["image"]["size_bytes"].as_u64().unwrap() > 5_000_000,
                "{variant}"
            );
        }
        let sizes = [0, 1].map(|at: usize| report["variants"][at]["image"]["size_bytes"].clone());
        eprintln!("{function}: {sizes:?} bytes; {}", report["comparisons"]);
    }
}
