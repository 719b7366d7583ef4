//! `train --on hotspot` for real: what JVMs counted is what they were made to do.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use super::sandbox::{Sandbox, config, jars, java_feature};

/// A JDK of release 17 to 23, and one from 24 on, where they are there.
pub fn jdks() -> Vec<PathBuf> {
    let named = std::env::var_os("JAVA_HOME").map(PathBuf::from);
    let installed = std::fs::read_dir("/usr/lib/jvm")
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path());
    let mut found: BTreeMap<bool, PathBuf> = BTreeMap::new();
    for home in named.into_iter().chain(installed) {
        let feature = java_feature(&home).unwrap_or(0);
        if feature >= 17 && home.join("bin/javac").is_file() {
            found.entry(feature >= 24).or_insert(home);
        }
    }
    if found.len() < 2 {
        eprintln!(
            "partly skipped: no JDK of release 17 to 23, or none from 24 on, in JAVA_HOME or /usr/lib/jvm"
        );
    }
    found.into_values().collect()
}

/// The contexts of a profile in one section, by method: successors or types with counts, in order.
type Counts = Vec<Vec<(String, u64)>>;

/// A profile, as `profile convert --to jsonl` shows it.
struct Shown(Vec<Value>);

impl Shown {
    fn of(sandbox: &Sandbox, profile: &str) -> Self {
        let said = sandbox.pgoctl(&["profile", "convert", "--to", "jsonl", profile]);
        assert_eq!(said.status, 0, "{}", said.stderr);
        Self(
            said.stdout
                .lines()
                .map(|line| serde_json::from_str(line).unwrap())
                .collect(),
        )
    }

    fn entries<'a>(
        &'a self,
        section: &'a str,
        class: &'a str,
        method: &'a str,
    ) -> impl Iterator<Item = &'a Value> {
        self.0.iter().filter(move |entry| {
            let frame = &entry["frames"][0];
            entry["section"] == section && frame["class"] == class && frame["method"] == method
        })
    }

    fn calls(&self, class: &str, method: &str) -> u64 {
        let entries = self.entries("callCountProfiles", class, method);
        entries.map(|entry| entry["count"].as_u64().unwrap()).sum()
    }

    fn branches(&self, method: &str) -> Vec<Vec<u64>> {
        let entries = self.entries("conditionalProfiles", "Known", method);
        let counts = |entry: &Value| {
            let ways = entry["successors"].as_array().unwrap();
            ways.iter()
                .map(|way| way["count"].as_u64().unwrap())
                .collect()
        };
        entries.map(counts).collect()
    }

    fn receivers(&self, method: &str) -> Counts {
        let entries = self.entries("virtualInvokeProfiles", "Known", method);
        let counts = |entry: &Value| {
            let types = entry["types"].as_array().unwrap();
            let of = |cell: &Value| {
                (
                    cell["type"].as_str().unwrap().to_owned(),
                    cell["count"].as_u64().unwrap(),
                )
            };
            types.iter().map(of).collect()
        };
        entries.map(counts).collect()
    }
}

/// `fixtures/hotspot/Known.java`, compiled, with a workload.
fn known(home: &Path, config: &str) -> Sandbox {
    let mut sandbox = Sandbox::new();
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/hotspot/Known.java");
    let javac = Command::new(home.join("bin/javac"))
        .args(["--release", "17", "-d"])
        .arg(sandbox.path().join("classes"))
        .arg(source)
        .output()
        .unwrap();
    assert!(
        javac.status.success(),
        "{}",
        String::from_utf8_lossy(&javac.stderr)
    );
    sandbox.write(
        "pgoctl.toml",
        &format!("[function.known]\nclass-path = [\"classes\"]\nmain-class = \"Known\"\n{config}"),
    );
    sandbox.set("JAVA_HOME", home);
    sandbox
}

/// Trains and returns the profiles, in order.
fn train(sandbox: &Sandbox, words: &[&str]) -> Vec<String> {
    let mut all = vec!["train", "--on", "hotspot", "--variant", "native-pgo"];
    all.extend(words);
    let said = sandbox.pgoctl(&all);
    assert_eq!(said.status, 0, "{}", said.stderr);
    assert!(said.stderr.contains("experimental"), "{}", said.stderr);
    let mut profiles: Vec<String> = sandbox
        .products()
        .into_iter()
        .filter(|path| path.ends_with(".iprof"))
        .collect();
    profiles.sort();
    let checked = sandbox.pgoctl(
        &[
            &["profile", "check"],
            profiles
                .iter()
                .map(String::as_str)
                .collect::<Vec<_>>()
                .as_slice(),
        ]
        .concat(),
    );
    assert_eq!(checked.status, 0, "{}", checked.stderr);
    assert_eq!(
        checked.stdout.matches("good").count(),
        profiles.len(),
        "{}",
        checked.stdout
    );
    profiles
}

#[test]
fn one_shot_counts_are_exact() {
    for home in jdks() {
        let sandbox = known(
            &home,
            "[function.known.workload]\ninvoke = { args = [\"once\", \"1000\"] }\n",
        );
        let profiles = train(&sandbox, &["--runs", "1"]);
        let shown = Shown::of(&sandbox, &profiles[0]);
        let here = home.display();
        for method in [
            "handle",
            "twoWay",
            "table",
            "lookup",
            "nested",
            "receivers",
            "catcher",
            "thrower",
        ] {
            assert_eq!(shown.calls("Known", method), 1000, "{method} on {here}");
        }
        assert_eq!(shown.calls("Known", "fibonacci"), 25_000, "{here}");
        // In the order of GraalVM's indices: `ifne` puts the next instruction first, `if_icmpge` too.
        assert_eq!(shown.branches("twoWay"), [[250, 750]], "{here}");
        assert_eq!(shown.branches("thrower"), [[200, 800]], "{here}");
        assert_eq!(
            shown.branches("nested"),
            [[2000, 1000], [20_000, 2000]],
            "{here}"
        );
        assert_eq!(shown.branches("fibonacci"), [[13_000, 12_000]], "{here}");
        assert_eq!(
            shown.branches("table"),
            [[200, 100, 500, 100, 100]],
            "{here}"
        );
        let lookup = shown.branches("lookup");
        assert_eq!(lookup.last().unwrap()[..], [667, 333, 0], "{here}");
        let types: Vec<(String, u64)> = ["A", "B", "C", "D", "E"]
            .map(|name| (format!("Known${name}"), 200))
            .to_vec();
        assert_eq!(shown.receivers("receivers"), [types], "{here}");
    }
}

#[test]
fn a_server_misses_its_first_call_at_most() {
    for home in jdks() {
        let sandbox = known(
            &home,
            "args = [\"port\", \"{port}\"]\nready = \"GET /health\"\n[function.known.workload]\nrequests = [ { method = \"POST\", path = \"/\" } ]\n",
        );
        let profiles = train(&sandbox, &["--runs", "1", "--train-requests", "100"]);
        let shown = Shown::of(&sandbox, &profiles[0]);
        let here = home.display();
        for method in [
            "handle",
            "twoWay",
            "table",
            "lookup",
            "nested",
            "receivers",
            "catcher",
            "thrower",
        ] {
            assert_eq!(shown.calls("Known", method), 100, "{method} on {here}");
        }
        let near = |found: u64, wanted: u64, missing: u64| {
            assert!(
                found <= wanted && found + missing >= wanted,
                "{found} of {wanted} on {here}"
            );
        };
        for (method, branch, wanted, missing) in [
            ("twoWay", 0, [25, 75].as_slice(), 1),
            ("thrower", 0, &[20, 80], 1),
            ("table", 0, &[20, 10, 50, 10, 10], 1),
            ("fibonacci", 0, &[1300, 1200], 24),
            ("nested", 1, &[2000, 200], 10),
        ] {
            let found = &shown.branches(method)[branch];
            assert_eq!(found.len(), wanted.len());
            for (found, wanted) in found.iter().zip(wanted) {
                near(*found, *wanted, missing);
            }
        }
        let receivers = &shown.receivers("receivers")[0];
        assert_eq!(receivers.len(), 5);
        receivers.iter().for_each(|(_, count)| near(*count, 20, 1));
    }
}

/// The sample functions, and the classes whose `main(Map)` answers.
pub const HANDLERS: [(&str, &str); 3] = [
    ("hello", "com.hello.Hello"),
    ("sleep", "com.sleep.Sleep"),
    ("filehash", "com.filehashing.FileHashing"),
];

/// A project around a sample function, its JDK, and something to download.
pub fn project(function: &str, home: &Path) -> Option<Sandbox> {
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
    Some(sandbox)
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
    let report = sandbox.json(&["profile", "overlap", "--format", "json", one, two]);
    report["total"][0][1].as_f64().unwrap()
}

#[test]
fn the_handlers_calls_are_the_requests_sent_and_the_profiles_of_one_workload_agree() {
    for home in jdks() {
        let mut merged = Vec::new();
        for (function, class) in HANDLERS {
            let Some(sandbox) = project(function, &home) else {
                return;
            };
            let profiles = train(&sandbox, &["--runs", "2", "--train-requests", "40"]);
            for profile in &profiles {
                assert_eq!(
                    handled(&sandbox, profile, class),
                    40,
                    "{function} on {}",
                    home.display()
                );
            }
            let agreement = overlap(&sandbox, &profiles[0], &profiles[1]);
            eprintln!(
                "{function} on {}: two runs overlap by {agreement:.4}",
                home.display()
            );
            sandbox.pgoctl(&[
                "profile",
                "merge",
                "-o",
                "two.iprof",
                &profiles[0],
                &profiles[1],
            ]);
            // A run of twice the requests: the same handler's calls.
            let long = train(
                &sandbox,
                &["--runs", "1", "--train-requests", "80", "--at-least", "1"],
            );
            let long = long.iter().find(|path| !profiles.contains(path)).unwrap();
            assert_eq!(
                handled(&sandbox, "two.iprof", class),
                handled(&sandbox, long, class)
            );
            // All that differs is the start, which is counted once a run.
            let doubled = overlap(&sandbox, "two.iprof", long);
            eprintln!(
                "{function} on {}: two runs merged overlap by {doubled:.4} with one of twice the requests",
                home.display()
            );
            assert!(doubled >= 0.85, "{function}: {doubled}");
            assert!(agreement >= 0.95, "{function}: {agreement}");
            merged.push((sandbox, "two.iprof"));
        }
        let hello = merged[0].0.path().join("two.iprof");
        let filehash = merged[2].0.path().join("two.iprof");
        let between = overlap(
            &merged[0].0,
            hello.to_str().unwrap(),
            filehash.to_str().unwrap(),
        );
        eprintln!("hello against filehash on {}: {between:.4}", home.display());
        assert!(between < 0.9, "{between}");
    }
}

#[test]
fn run_needs_no_instrumented_build_and_builds_with_that_profile() {
    let Some(mut sandbox) = Sandbox::project("hello") else {
        return;
    };
    sandbox.graalvm(&[]);
    let said = sandbox.pgoctl(&[
        "run",
        "--format",
        "json",
        "--on",
        "hotspot",
        "--variant",
        "native,native-pgo",
        "--runs",
        "2",
        "--cold-starts",
        "2",
    ]);
    assert_eq!(said.status, 0, "{}", said.stderr);
    let report: Value = serde_json::from_str(&said.stdout).unwrap();
    let builds = sandbox.builds();
    assert_eq!(builds.len(), 2, "{builds:?}");
    assert!(
        builds
            .iter()
            .all(|build| !build.contains("--pgo-instrument")),
        "{builds:?}"
    );
    let optimized = &report["variants"][1]["image"];
    assert_eq!(optimized["pgo"], "user-provided");
    let profile = optimized["profiles"][0].as_str().unwrap();
    assert_eq!(handled(&sandbox, profile, "com.hello.Hello"), 7);
    let provenance: Value =
        serde_json::from_str(&std::fs::read_to_string(profile.replace(".iprof", ".json")).unwrap())
            .unwrap();
    assert_eq!(provenance["source"], "hotspot");
    assert!(
        provenance["hotspot"]["jvm"]["flags"]
            .as_str()
            .unwrap()
            .contains("-XX:+PrintMethodData")
    );
    assert!(provenance["hotspot"]["methods"].as_u64().unwrap() > 100);
    let kinds: Vec<&str> = report["warnings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|warning| warning["kind"].as_str().unwrap())
        .collect();
    assert!(kinds.contains(&"experimental"), "{kinds:?}");
    // Nothing of the text that the JVM logged is left behind.
    assert!(
        sandbox
            .products()
            .iter()
            .all(|path| !path.contains("method-data"))
    );
}

#[test]
fn options_that_clash_and_another_java_release_are_named() {
    let (Some(mut sandbox), Some(home)) = (Sandbox::project("hello"), jdks().into_iter().next())
    else {
        return;
    };
    sandbox.graalvm(&[]);
    sandbox.write(
        "pgoctl.toml",
        &config("hello", "jvm-args = [\"-Xint\", \"-Xmx200m\"]\n"),
    );
    let said = sandbox.pgoctl(&[
        "train",
        "--on",
        "hotspot",
        "--variant",
        "native-pgo",
        "--runs",
        "1",
        "--java-home",
        home.to_str().unwrap(),
    ]);
    assert_eq!(said.status, 0, "{}", said.stderr);
    assert!(
        said.stderr
            .contains("`-Xint` of `jvm-args` gives way to `-Xmixed`"),
        "{}",
        said.stderr
    );
    assert!(!said.stderr.contains("`-Xmx200m`"), "{}", said.stderr);
    let graalvm = sandbox.json(&["toolchain", "list", "--format", "json"])[0]["version"].clone();
    let other = graalvm.as_str().unwrap().split('.').next()
        != java_feature(&home).map(|n| n.to_string()).as_deref();
    assert_eq!(
        said.stderr.contains("counts of JDK methods ("),
        other,
        "{}",
        said.stderr
    );
}

#[test]
fn without_a_graalvm_there_are_profiles_but_no_image() {
    let Some(home) = jdks().into_iter().next() else {
        return;
    };
    let Some(sandbox) = project("hello", &home) else {
        return;
    };
    assert_eq!(train(&sandbox, &["--runs", "1"]).len(), 1);
    let said = sandbox.pgoctl(&["train", "--on", "image", "--variant", "native-pgo"]);
    said.fails(3, &["cannot make the variant `native-pgo`"]);
    sandbox
        .pgoctl(&["build", "--on", "hotspot", "--variant", "native-pgo"])
        .fails(3, &["cannot make the variant `native-pgo`"]);
}

#[test]
fn a_run_that_fails_in_order_has_counters_and_one_that_halts_has_none() {
    let Some(home) = jdks().into_iter().next() else {
        return;
    };
    let words = |args: &str, status: u8| {
        format!(
            "[function.known.workload]\ninvoke = {{ args = [{args}], expect-exit = {status} }}\n"
        )
    };
    // An exception ends `main`; whatever the JVM counted until then is there.
    train(
        &known(&home, &words("\"once\", \"nonsense\"", 1)),
        &["--runs", "1"],
    );
    let halts = known(&home, &words("\"halt\", \"1\"", 3));
    let said = halts.pgoctl(&[
        "train",
        "--on",
        "hotspot",
        "--variant",
        "native-pgo",
        "--runs",
        "1",
    ]);
    said.fails(
        5,
        &[
            "the JVM left no counters",
            "exited with status 3",
            "`Runtime.halt`",
        ],
    );
    assert!(
        halts
            .products()
            .iter()
            .all(|path| !path.ends_with(".iprof"))
    );
}

#[test]
fn what_is_no_log_is_refused_and_what_is_half_a_log_says_so() {
    let Some(home) = jdks().into_iter().next() else {
        return;
    };
    let sandbox = Sandbox::new();
    sandbox.write("garbage.log", "hello\nworld\n");
    sandbox
        .pgoctl(&["profile", "from-hotspot", "garbage.log", "-o", "x.iprof"])
        .fails(
            5,
            &[
                "could not make a profile of",
                "no line of `-XX:+PrintMethodData`",
                "--help",
            ],
        );
    // Standard output of a program, with HotSpot's text after it: no log file, no head.
    let java = Command::new(home.join("bin/java"))
        .args([
            "-XX:+UnlockDiagnosticVMOptions",
            "-XX:+PrintMethodData",
            "-XX:Tier0ProfilingStartPercentage=0",
            "-XX:Tier0InvokeNotifyFreqLog=0",
            "-version",
        ])
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&java.stdout).into_owned();
    sandbox.write("whole.log", &text);
    let whole = sandbox.json(&[
        "profile",
        "from-hotspot",
        "--format",
        "json",
        "whole.log",
        "-o",
        "whole.iprof",
    ]);
    assert_eq!(
        (
            &whole["left_out"]["cut"],
            &whole["jvm"],
            &whole["experimental"]
        ),
        (&Value::Null, &Value::Null, &Value::Bool(true))
    );
    let half = text.len() / 2;
    sandbox.write(
        "half.log",
        &text[..(half..).find(|at| text.is_char_boundary(*at)).unwrap()],
    );
    let said = sandbox.pgoctl(&[
        "profile",
        "from-hotspot",
        "half.log",
        "-o",
        "half.iprof.gz",
        "--to",
        "1.1.0",
    ]);
    assert_eq!(said.status, 0, "{}", said.stderr);
    assert!(
        said.stderr
            .contains("the log is not whole (it ends in the middle)"),
        "{}",
        said.stderr
    );
    assert_eq!(
        sandbox
            .pgoctl(&["profile", "check", "half.iprof.gz"])
            .status,
        0
    );
    let methods = sandbox.json(&[
        "profile",
        "from-hotspot",
        "--format",
        "json",
        "half.log",
        "-o",
        "half.iprof",
    ])["methods"]
        .as_u64();
    assert!(methods < whole["methods"].as_u64() && methods > Some(0));
}
