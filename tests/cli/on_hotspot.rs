//! `train --on hotspot` for real: what JVMs counted of a program with known answers is what it was made to do.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use super::jdk;
use super::sandbox::{Sandbox, quoted};

/// The contexts of a profile in one section, by method: successors or types with counts, in order.
pub type Counts = Vec<Vec<(String, u64)>>;

/// A profile, as `profile convert --to jsonl` shows it.
pub struct Shown(Vec<Value>);

impl Shown {
    pub fn of(sandbox: &Sandbox, profile: &str) -> Self {
        let said = sandbox.succeeds(format!(
            "profile convert --to jsonl -o - {}",
            quoted(profile)
        ));
        Self(
            said.stdout
                .lines()
                .map(|line| serde_json::from_str(line).unwrap())
                .collect(),
        )
    }

    pub fn entries<'a>(
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

    pub fn calls(&self, class: &str, method: &str) -> u64 {
        let entries = self.entries("callCountProfiles", class, method);
        entries.map(|entry| entry["count"].as_u64().unwrap()).sum()
    }

    pub fn branches(&self, class: &str, method: &str) -> Vec<Vec<u64>> {
        let entries = self.entries("conditionalProfiles", class, method);
        let counts = |entry: &Value| {
            let ways = entry["successors"].as_array().unwrap();
            ways.iter()
                .map(|way| way["count"].as_u64().unwrap())
                .collect()
        };
        entries.map(counts).collect()
    }

    pub fn receivers(&self, class: &str, method: &str) -> Counts {
        let entries = self.entries("virtualInvokeProfiles", class, method);
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
pub fn train(sandbox: &Sandbox, flags: &str) -> Vec<String> {
    let said = sandbox.succeeds(format!("train --on hotspot --variant native-pgo {flags}"));
    assert!(said.stderr.contains("experimental"), "{}", said.stderr);
    let mut profiles: Vec<String> = sandbox
        .products()
        .into_iter()
        .filter(|path| path.ends_with(".iprof"))
        .collect();
    profiles.sort();
    let checked = sandbox.succeeds(format!("profile check {}", profiles.join(" ")));
    assert_eq!(
        checked.stdout.matches("good").count(),
        profiles.len(),
        "{}",
        checked.stdout
    );
    profiles
}

/// Methods of `Known.java` that each turn of `once` calls once.
pub const CALLED_ONCE_EACH: [&str; 8] = [
    "handle",
    "twoWay",
    "table",
    "lookup",
    "nested",
    "receivers",
    "catcher",
    "thrower",
];

#[test]
fn one_shot_counts_are_exact_before_24() {
    let Ok(home) = jdk::before_24() else { return };
    one_shot_counts_are_exact(&home);
}

#[test]
fn one_shot_counts_are_exact_from_24() {
    let Ok(home) = jdk::from_24() else { return };
    one_shot_counts_are_exact(&home);
}

fn one_shot_counts_are_exact(home: &Path) {
    let sandbox = known(
        home,
        "[function.known.workload]\ninvoke = { args = [\"once\", \"1000\"] }\n",
    );
    let profiles = train(&sandbox, "--runs 1");
    let shown = Shown::of(&sandbox, &profiles[0]);
    let here = home.display();
    for method in CALLED_ONCE_EACH {
        assert_eq!(shown.calls("Known", method), 1000, "{method} on {here}");
    }
    assert_eq!(shown.calls("Known", "fibonacci"), 25_000, "{here}");
    // In the order of GraalVM's indices: `ifne` puts the next instruction first, `if_icmpge` too.
    assert_eq!(shown.branches("Known", "twoWay"), [[250, 750]], "{here}");
    assert_eq!(shown.branches("Known", "thrower"), [[200, 800]], "{here}");
    assert_eq!(
        shown.branches("Known", "nested"),
        [[2000, 1000], [20_000, 2000]],
        "{here}"
    );
    assert_eq!(
        shown.branches("Known", "fibonacci"),
        [[13_000, 12_000]],
        "{here}"
    );
    assert_eq!(
        shown.branches("Known", "table"),
        [[200, 100, 500, 100, 100]],
        "{here}"
    );
    let lookup = shown.branches("Known", "lookup");
    assert_eq!(lookup.last().unwrap()[..], [667, 333, 0], "{here}");
    let types: Vec<(String, u64)> = ["A", "B", "C", "D", "E"]
        .map(|name| (format!("Known${name}"), 200))
        .to_vec();
    assert_eq!(shown.receivers("Known", "receivers"), [types], "{here}");
}

#[test]
fn a_server_misses_its_first_call_at_most_before_24() {
    let Ok(home) = jdk::before_24() else { return };
    a_server_misses_its_first_call_at_most(&home);
}

#[test]
fn a_server_misses_its_first_call_at_most_from_24() {
    let Ok(home) = jdk::from_24() else { return };
    a_server_misses_its_first_call_at_most(&home);
}

fn a_server_misses_its_first_call_at_most(home: &Path) {
    let sandbox = known(
        home,
        "args = [\"port\", \"{port}\"]\nready = \"GET /health\"\n[function.known.workload]\nrequests = [ { method = \"POST\", path = \"/\" } ]\n",
    );
    let profiles = train(&sandbox, "--runs 1 --train-requests 100");
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
        let found = &shown.branches("Known", method)[branch];
        assert_eq!(found.len(), wanted.len());
        for (found, wanted) in found.iter().zip(wanted) {
            near(*found, *wanted, missing);
        }
    }
    let receivers = &shown.receivers("Known", "receivers")[0];
    assert_eq!(receivers.len(), 5);
    receivers.iter().for_each(|(_, count)| near(*count, 20, 1));
}

/// A workload of one process for each invocation, which ends with this status.
fn invocation(args: &str, status: u8) -> String {
    format!("[function.known.workload]\ninvoke = {{ args = [{args}], expect-exit = {status} }}\n")
}

#[test]
fn an_exception_that_ends_main_leaves_what_was_counted_until_then() {
    let Ok(home) = jdk::any() else { return };
    let sandbox = known(&home, &invocation("\"once\", \"nonsense\"", 1));
    assert_eq!(train(&sandbox, "--runs 1").len(), 1);
}

/// `Runtime.halt` runs no shutdown hook, but the JVM logs its counters all the same.
#[test]
fn a_run_that_halts_has_counters_too() {
    let Ok(home) = jdk::any() else { return };
    let sandbox = known(&home, &invocation("\"halt\", \"1\"", 3));
    let profiles = train(&sandbox, "--runs 1");
    assert_eq!(Shown::of(&sandbox, &profiles[0]).calls("Known", "main"), 1);
}
