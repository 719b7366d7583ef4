//! The sample functions trained on HotSpot: their handlers' calls are the requests sent, and an image is built with them.

use std::path::Path;

use serde_json::Value;

use super::jdk;
use super::needs::Needed;
use super::on_hotspot::{Shown, train};
use super::once::Once;
use super::sandbox::{Said, Sandbox, config, jars, quoted};

/// The sample functions, and the classes whose `main(Map)` answers.
pub const HANDLERS: [(&str, &str); 3] = [
    ("hello", "com.hello.Hello"),
    ("sleep", "com.sleep.Sleep"),
    ("filehash", "com.filehashing.FileHashing"),
];

/// A project around a sample function, its JDK, and something to download.
pub fn project(function: &str, home: &Path) -> Needed<Sandbox> {
    let mut sandbox = Sandbox::project(function)?;
    if function == "filehash" {
        let text = config(function, "") + "\n";
        let workload = text.replace("[train]", "assets = \"assets\"\n\n[train]");
        sandbox.write("pgoctl.toml", &workload);
        let snap = jars()?.join("assets/snap.bin");
        std::fs::create_dir_all(sandbox.path().join("assets")).unwrap();
        std::fs::copy(snap, sandbox.path().join("assets/a.bin")).unwrap();
    }
    sandbox.set("JAVA_HOME", home);
    Ok(sandbox)
}

/// The number of calls of the function's own `main(Map)`; its `main(String[])` is called once.
pub fn handled(sandbox: &Sandbox, profile: &str, class: &str) -> u64 {
    let shown = Shown::of(sandbox, profile);
    let entries = shown.entries("callCountProfiles", class, "main");
    entries
        .filter(|entry| {
            entry["frames"][0]["descriptor"]
                .as_str()
                .unwrap()
                .starts_with("(Ljava/util/Map;)")
        })
        .map(|entry| entry["count"].as_u64().unwrap())
        .sum()
}

fn overlap(sandbox: &Sandbox, one: &str, two: &str) -> f64 {
    let (one, two) = (quoted(one), quoted(two));
    let report = sandbox.json(format!("profile overlap --format json {one} {two}"));
    report["total"][0][1].as_f64().unwrap()
}

/// What the functions' profiles say on one JDK.
struct Counted {
    on: String,
    functions: Vec<Function>,
    /// The overlap of hello's profile with filehash's.
    between: f64,
}

/// Two runs of 40 requests, those two merged, and one run of 80.
struct Function {
    name: &'static str,
    calls: Vec<u64>,
    merged_calls: u64,
    long_calls: u64,
    /// The overlap of the two runs.
    agreement: f64,
    /// The overlap of the two merged with the long one.
    doubled: f64,
}

fn counted(home: &Path) -> Counted {
    let mut merged = Vec::new();
    let functions = HANDLERS.map(|(name, class)| {
        let sandbox = project(name, home).unwrap();
        let profiles = train(&sandbox, "--runs 2 --train-requests 40");
        let (one, two) = (&profiles[0], &profiles[1]);
        sandbox.succeeds(format!("profile merge -o two.iprof {one} {two}"));
        let long = train(&sandbox, "--runs 1 --train-requests 80 --at-least 1");
        let long = long.iter().find(|path| !profiles.contains(path)).unwrap();
        let function = Function {
            name,
            calls: [one, two]
                .map(|profile| handled(&sandbox, profile, class))
                .to_vec(),
            merged_calls: handled(&sandbox, "two.iprof", class),
            long_calls: handled(&sandbox, long, class),
            agreement: overlap(&sandbox, one, two),
            doubled: overlap(&sandbox, "two.iprof", long),
        };
        merged.push(sandbox);
        function
    });
    let [hello, _, filehash] = &merged[..] else {
        panic!("three functions");
    };
    let file = |sandbox: &Sandbox| sandbox.path().join("two.iprof").display().to_string();
    Counted {
        on: home.display().to_string(),
        functions: functions.into(),
        between: overlap(hello, &file(hello), &file(filehash)),
    }
}

/// The counts on a JDK before 24 and on one from there on; a JDK that is not there counts as a skip.
fn counts() -> Vec<&'static Counted> {
    static COUNTED: [Once<Counted>; 2] = [const { Once::new() }; 2];
    if jars().is_err() {
        return Vec::new();
    }
    let homes = [jdk::before_24(), jdk::from_24()];
    // Side by side: the other tests that want them wait meanwhile.
    std::thread::scope(|scope| {
        let here = COUNTED.iter().zip(homes);
        let started = here.filter_map(|(once, home)| {
            let home = home.ok()?;
            Some(scope.spawn(move || once.get(|| counted(&home))))
        });
        let started: Vec<_> = started.collect();
        started.into_iter().map(|one| one.join().unwrap()).collect()
    })
}

#[test]
fn the_handlers_calls_are_the_requests_sent() {
    for Counted { on, functions, .. } in counts() {
        for function in functions {
            assert_eq!(function.calls, [40, 40], "{} on {on}", function.name);
        }
    }
}

#[test]
fn the_profiles_of_one_workload_agree() {
    for Counted { on, functions, .. } in counts() {
        for Function {
            name, agreement, ..
        } in functions
        {
            eprintln!("{name} on {on}: two runs overlap by {agreement:.4}");
            assert!(*agreement >= 0.95, "{name} on {on}: {agreement}");
        }
    }
}

#[test]
fn two_runs_merged_are_as_one_of_twice_the_requests() {
    for Counted { on, functions, .. } in counts() {
        for function in functions {
            let (name, doubled) = (function.name, function.doubled);
            assert_eq!(function.merged_calls, function.long_calls, "{name} on {on}");
            // All that differs is the start, which is counted once a run.
            eprintln!("{name} on {on}: they overlap by {doubled:.4}");
            assert!(doubled >= 0.85, "{name} on {on}: {doubled}");
        }
    }
}

#[test]
fn the_profiles_of_different_functions_agree_less() {
    for Counted { on, between, .. } in counts() {
        eprintln!("hello against filehash on {on}: {between:.4}");
        assert!(*between < 0.9, "on {on}: {between}");
    }
}

/// A whole run whose training is HotSpot's.
struct Run {
    report: Value,
    builds: Vec<String>,
    products: Vec<String>,
    /// The handler's calls in the profile, and what was written beside it.
    calls: u64,
    provenance: Value,
}

fn run() -> Needed<&'static Run> {
    static RUN: Once<Run> = Once::new();
    jars()?;
    let run = || {
        let mut sandbox = Sandbox::project("hello").unwrap();
        sandbox.graalvm("");
        let report = sandbox.json(
            "run --format json --on hotspot --variant native,native-pgo --runs 2 --cold-starts 2",
        );
        let profile = report["variants"][1]["image"]["profiles"][0]
            .as_str()
            .unwrap();
        let provenance = std::fs::read_to_string(profile.replace(".iprof", ".json")).unwrap();
        Run {
            builds: sandbox.builds(),
            products: sandbox.products(),
            calls: handled(&sandbox, profile, "com.hello.Hello"),
            provenance: serde_json::from_str(&provenance).unwrap(),
            report,
        }
    };
    Ok(RUN.get(run))
}

#[test]
fn training_on_hotspot_needs_no_instrumented_build() {
    let Ok(Run { builds, .. }) = run() else {
        return;
    };
    assert_eq!(builds.len(), 2, "{builds:?}");
    assert!(
        builds
            .iter()
            .all(|build| !build.contains("--pgo-instrument")),
        "{builds:?}"
    );
}

#[test]
fn an_image_is_built_with_a_profile_of_hotspots() {
    let Ok(Run { report, calls, .. }) = run() else {
        return;
    };
    assert_eq!(report["variants"][1]["image"]["pgo"], "user-provided");
    assert_eq!(*calls, 7);
}

#[test]
fn a_profile_of_hotspots_says_what_it_comes_from() {
    let Ok(Run { provenance, .. }) = run() else {
        return;
    };
    assert_eq!(provenance["source"], "hotspot");
    assert!(
        provenance["hotspot"]["jvm"]["flags"]
            .as_str()
            .unwrap()
            .contains("-XX:+PrintMethodData")
    );
    assert!(provenance["hotspot"]["methods"].as_u64().unwrap() > 100);
}

#[test]
fn a_profile_of_hotspots_is_an_experiment_and_that_is_warned_of() {
    let Ok(Run { report, .. }) = run() else {
        return;
    };
    let kinds: Vec<&str> = report["warnings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|warning| warning["kind"].as_str().unwrap())
        .collect();
    assert!(kinds.contains(&"experimental"), "{kinds:?}");
}

#[test]
fn nothing_of_the_text_that_the_jvm_logged_is_left_behind() {
    let Ok(Run { products, .. }) = run() else {
        return;
    };
    assert!(products.iter().all(|path| !path.contains("method-data")));
}

/// What training says of options that clash, on which Java, and the GraalVM's.
fn clash() -> Needed<&'static (Said, Option<u32>, String)> {
    static SAID: Once<(Said, Option<u32>, String)> = Once::new();
    jars()?;
    let home = jdk::any()?;
    let train = || {
        let mut sandbox = Sandbox::project("hello").unwrap();
        sandbox.graalvm("");
        let clash = config("hello", "jvm-args = [\"-Xint\", \"-Xmx200m\"]\n");
        sandbox.write("pgoctl.toml", &clash);
        let said = sandbox.succeeds(format!(
            "train --on hotspot --variant native-pgo --runs 1 --java-home {}",
            quoted(&home)
        ));
        let toolchains = sandbox.json("toolchain list --format json");
        let version = toolchains[0]["version"].as_str().unwrap().to_owned();
        (said, jdk::feature(&home), version)
    };
    Ok(SAID.get(train))
}

#[test]
fn an_option_that_clashes_with_counting_gives_way_and_is_named() {
    let Ok((said, ..)) = clash() else { return };
    assert!(
        said.stderr
            .contains("`-Xint` of `jvm-args` gives way to `-Xmixed`"),
        "{}",
        said.stderr
    );
    assert!(!said.stderr.contains("`-Xmx200m`"), "{}", said.stderr);
}

#[test]
fn counts_of_another_java_release_than_the_builders_are_warned_of() {
    let Ok((said, jdk, graalvm)) = clash() else {
        return;
    };
    let other = graalvm.split('.').next() != jdk.map(|n| n.to_string()).as_deref();
    assert_eq!(
        said.stderr.contains("counts of JDK methods ("),
        other,
        "{}",
        said.stderr
    );
}

fn without_graalvm() -> Needed<Sandbox> {
    project("hello", &jdk::any()?)
}

#[test]
fn without_a_graalvm_there_are_profiles() {
    let Ok(sandbox) = without_graalvm() else {
        return;
    };
    assert_eq!(train(&sandbox, "--runs 1").len(), 1);
}

#[test]
fn without_a_graalvm_no_image_can_be_trained() {
    let Ok(sandbox) = without_graalvm() else {
        return;
    };
    sandbox
        .pgoctl("train --on image --variant native-pgo")
        .fails(3, &["cannot make the variant `native-pgo`"]);
}

#[test]
fn without_a_graalvm_no_image_is_built_with_a_profile_of_hotspots() {
    let Ok(sandbox) = without_graalvm() else {
        return;
    };
    sandbox
        .pgoctl("build --on hotspot --variant native-pgo")
        .fails(3, &["cannot make the variant `native-pgo`"]);
}
