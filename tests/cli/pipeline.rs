//! The whole pipeline against the double, gone through once: what it gathers, adds up, builds, measures and compares.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::double::{PGO, project};
use super::needs::Needed;
use super::once::Once;
use super::sandbox::jars;

fn read(path: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

/// The profiles that an image was built with, as the report names them.
fn profiles_of(report: &Value, variant: usize) -> Vec<PathBuf> {
    let profiles = report["variants"][variant]["image"]["profiles"].as_array();
    let paths = profiles.unwrap().iter();
    paths.map(|path| path.as_str().unwrap().into()).collect()
}

/// The whole pipeline, gone through once: the report, and what it left.
struct Whole {
    report: Value,
    /// Each profile, with what was written beside it.
    profiles: Vec<(Value, Value)>,
    merged: Value,
    /// Where it is.
    merged_path: PathBuf,
    /// The last build's line in the journal.
    rebuild: String,
}

fn whole() -> Needed<&'static Whole> {
    static WHOLE: Once<Whole> = Once::new();
    jars()?;
    let run = || {
        let sandbox = project("").unwrap();
        let report = sandbox.json(format!("run --format json {PGO}"));
        let paths = profiles_of(&report, 1);
        let merged = sandbox
            .products()
            .into_iter()
            .find(|path| path.contains("merged-") && path.ends_with(".iprof"))
            .unwrap();
        let merged_path = sandbox.path().join(merged);
        Whole {
            report,
            profiles: paths
                .iter()
                .map(|path| (read(path), read(&path.with_extension("json"))))
                .collect(),
            merged: read(&merged_path),
            merged_path,
            rebuild: sandbox.builds().pop().unwrap(),
        }
    };
    Ok(WHOLE.get(run))
}

#[test]
fn run_gathers_profiles_and_says_what_they_come_from() {
    let Ok(Whole { profiles, .. }) = whole() else {
        return;
    };
    assert_eq!(profiles.len(), 3);
    for (profile, provenance) in profiles {
        assert!(profile.get("callCountProfiles").is_some());
        assert_eq!(provenance["requests"], 7);
    }
}

#[test]
fn run_adds_the_profiles_up() {
    let Ok(whole) = whole() else { return };
    // 3 runs of 7 requests: the handler's calls add up, exactly.
    let each = whole.profiles.iter();
    let sum: u64 = each.map(|(one, _)| calls_of(one, "main")).sum();
    assert_eq!(calls_of(&whole.merged, "main"), sum);
}

#[test]
fn run_rebuilds_with_the_merged_profile() {
    let Ok(whole) = whole() else { return };
    let flag = format!("--pgo={}", whole.merged_path.display());
    assert!(whole.rebuild.contains(&flag), "{}", whole.rebuild);
}

#[test]
fn the_report_says_what_each_image_was_built_with() {
    let Ok(Whole { report, .. }) = whole() else {
        return;
    };
    let [plain, optimized] = [0, 1].map(|at: usize| &report["variants"][at]);
    assert_eq!(optimized["variant"], "native-pgo");
    assert_eq!(optimized["image"]["pgo"], "user-provided");
    assert_eq!(plain["image"]["pgo"], "ML-inferred");
}

#[test]
fn every_metric_of_an_optimized_image_is_measured() {
    let Ok(Whole { report, .. }) = whole() else {
        return;
    };
    let metrics = &report["variants"][1]["metrics"];
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
}

#[test]
fn the_optimized_image_is_compared_with_the_one_that_is_not() {
    let Ok(Whole { report, .. }) = whole() else {
        return;
    };
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

/// All calls of `main` in the profiles that the optimized image was built with.
fn trained_calls(report: &Value) -> u64 {
    let profiles = profiles_of(report, 1);
    profiles
        .iter()
        .map(|path| calls_of(&read(path), "main"))
        .sum()
}

#[test]
fn without_a_workload_of_its_own_training_does_what_is_measured() {
    let Ok(sandbox) = project("") else { return };
    let report = sandbox.json(format!("build --format json {PGO}"));
    assert_eq!(report["trained_with"], "measured-workload");
    // One call to start it, and one for each of seven requests.
    assert_eq!(trained_calls(&report), 3 * (1 + 7));
}

#[test]
fn training_may_have_a_workload_of_its_own() {
    let Ok(sandbox) = project("") else { return };
    let line = format!("run --format json --requests 5 {PGO}");
    let same = sandbox.json(&line);
    sandbox.append("pgoctl.toml", "\n[function.hello.train-workload]\nrequests = [ { method = \"GET\", path = \"/health\" } ]\n");
    let other = sandbox.json(&line);
    assert_eq!(other["trained_with"], "own-workload");
    assert_eq!(
        trained_calls(&other),
        3,
        "asked for its health, it does no work"
    );
    assert_eq!(
        other["plan"]["workload"], same["plan"]["workload"],
        "what is measured is what it was"
    );
    let said = sandbox.pgoctl("report");
    assert!(
        said.stdout
            .contains("trained with another workload than the one that is measured"),
        "{}",
        said.stdout
    );
}

/// The summed call counts of all methods of this name.
fn calls_of(profile: &Value, name: &str) -> u64 {
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
        let method = entry["ctx"].as_str().unwrap().split(':').next().unwrap();
        ids.iter().any(|id| id == method)
    });
    of.map(|entry| entry["records"][0].as_u64().unwrap()).sum()
}
