//! `profile check` and `profile merge` on bare files.

use std::path::PathBuf;

use super::sandbox::Sandbox;

/// A profile in which `com.example.Main.run` was called `calls` times.
fn profile(calls: u64) -> String {
    format!(
        r#"{{"version":"1.0.0","types":[{{"id":0,"name":"void"}},{{"id":1,"name":"com.example.Main"}}],
            "methods":[{{"id":0,"name":"run","signature":[1,0]}}],
            "callCountProfiles":[{{"ctx":"0:0","records":[{calls}]}}],"conditionalProfiles":[],"virtualInvokeProfiles":[],
            "monitorProfiles":[],"samplingProfiles":[]}}"#
    )
}

#[test]
fn a_cut_profile_is_broken_and_says_where() {
    let sandbox = Sandbox::new();
    sandbox.write("good.iprof", &profile(3));
    sandbox.write("cut.iprof", &profile(3)[..150]);
    assert_eq!(
        sandbox.pgoctl(&["profile", "check", "good.iprof"]).status,
        0
    );
    let said = sandbox.pgoctl(&["profile", "check", "good.iprof", "cut.iprof"]);
    assert_eq!(said.status, 5);
    assert!(
        said.stdout.contains("broken  cut.iprof") && said.stdout.contains("byte 150"),
        "{}",
        said.stdout
    );
    assert!(
        said.stderr.contains("1 of 2 profiles are broken"),
        "{}",
        said.stderr
    );
}

#[test]
fn counts_add_up_by_weight_and_the_order_does_not_matter() {
    let sandbox = Sandbox::new();
    sandbox.write("a.iprof", &profile(3));
    sandbox.write("b.iprof", &profile(40));
    assert_eq!(
        sandbox
            .pgoctl(&[
                "profile",
                "merge",
                "-o",
                "one.iprof",
                "a.iprof:2",
                "b.iprof"
            ])
            .status,
        0
    );
    assert_eq!(
        sandbox
            .pgoctl(&[
                "profile",
                "merge",
                "-o",
                "two.iprof",
                "b.iprof",
                "a.iprof:2"
            ])
            .status,
        0
    );
    assert_eq!(sandbox.read("one.iprof"), sandbox.read("two.iprof"));
    let merged: serde_json::Value = serde_json::from_str(&sandbox.read("one.iprof")).unwrap();
    assert_eq!(merged["callCountProfiles"][0]["records"][0], 46);
}

#[test]
fn real_profiles_merge_to_the_published_sums() {
    let shared = std::env::var_os("PGOCTL_SHARED").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared"),
        PathBuf::from,
    );
    let folder = shared.join("data/iprof");
    if !folder.is_dir() {
        eprintln!("skipped: no shared profiles beside the project");
        return;
    }
    let file = |name: &str| folder.join(name).to_string_lossy().into_owned();
    let inputs = [
        file("lenborje+StreamTDI+default.iprof"),
        file("tommyettinger+assorted-benchmarks+default.iprof"),
    ];
    let sandbox = Sandbox::new();
    let report = sandbox.json(&[
        "profile",
        "merge",
        "--format",
        "json",
        "-o",
        "out.iprof",
        &inputs[0],
        &inputs[1],
    ]);
    assert_eq!(
        (report["types"].as_u64(), report["methods"].as_u64()),
        (Some(5432), Some(44810))
    );
    let merged: serde_json::Value = serde_json::from_str(&sandbox.read("out.iprof")).unwrap();
    let calls = merged["callCountProfiles"].as_array().unwrap();
    let sum: u64 = calls
        .iter()
        .map(|entry| entry["records"][0].as_u64().unwrap())
        .sum();
    assert_eq!((calls.len(), sum), (12_506, 85_554_829_617));
}
