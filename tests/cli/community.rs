//! A real Community native-image, where `GRAALVM_HOME` holds one: the `native` variant, and what the double promises.

use std::path::PathBuf;

use super::sandbox::Sandbox;

fn community() -> Option<PathBuf> {
    let home = std::env::var_os("GRAALVM_HOME")
        .map(PathBuf::from)
        .filter(|home| home.join("bin/native-image").is_file());
    if home.is_none() {
        eprintln!("skipped: GRAALVM_HOME holds no native-image");
    }
    home
}

/// One build of about a minute and a half: everything that needs it is asked here.
#[test]
fn a_real_native_image_is_built_measured_and_said_to_have_no_pgo() {
    let (Some(home), Some(mut sandbox)) = (community(), Sandbox::project("hello")) else {
        return;
    };
    sandbox.set("GRAALVM_HOME", &home);
    let which = sandbox.json(&["toolchain", "list", "--format", "json"]);
    if which[0]["pgo"] == true {
        eprintln!("skipped: the GraalVM in GRAALVM_HOME has PGO");
        return;
    }
    sandbox
        .pgoctl(&["run", "--variant", "native-pgo"])
        .fails(3, &["has no PGO", "does not list `--pgo-instrument`"]);
    let report = sandbox.json(&[
        "run",
        "--format",
        "json",
        "--variant",
        "hotspot,native",
        "--",
        "-Ob",
    ]);
    let native = &report["variants"][1];
    assert_eq!(native["variant"], "native");
    assert_eq!(native["image"]["optimization_level"], "b");
    assert_eq!(
        native["image"].get("pgo"),
        None,
        "Community says nothing about PGO"
    );
    assert!(native["image"]["size_bytes"].as_u64().unwrap() > 5_000_000);
    let cold = |index: usize| {
        report["variants"][index]["metrics"]["cold_start_ms"]["value"]
            .as_f64()
            .unwrap()
    };
    assert!(
        cold(1) < cold(0),
        "a native image starts sooner than a JVM: {} against {}",
        cold(1),
        cold(0)
    );
    assert_eq!(report["toolchains"].as_array().unwrap().len(), 2);

    // What the double promises of files and lines, kept by the real tool.
    let folder = PathBuf::from(native["image"]["path"].as_str().unwrap())
        .parent()
        .unwrap()
        .to_owned();
    let log = std::fs::read_to_string(folder.join("build.log")).unwrap();
    for line in [
        "GraalVM Native Image: Generating 'hello' (executable)...",
        "[1/8] Initializing",
        "[8/8] Creating image",
        "Finished generating 'hello' in ",
    ] {
        assert!(log.contains(line), "`{line}` is missing in the build's log");
    }
    let output: serde_json::Value =
        serde_json::from_slice(&std::fs::read(folder.join("build-output.json")).unwrap()).unwrap();
    assert!(
        output["image_details"]["total_bytes"].as_u64().is_some()
            && output["resource_usage"]["memory"]["peak_rss_bytes"]
                .as_u64()
                .is_some()
    );
    let facts: serde_json::Value =
        serde_json::from_slice(&std::fs::read(folder.join("build.json")).unwrap()).unwrap();
    assert_eq!(
        facts["build_peak_memory_bytes"],
        output["resource_usage"]["memory"]["peak_rss_bytes"]
    );

    let again = sandbox.json(&[
        "run",
        "--no-bench",
        "--format",
        "json",
        "--variant",
        "hotspot,native",
        "--",
        "-Ob",
    ]);
    assert_eq!(again["stages"][0]["status"], "reused");
}
