//! What counts is the function with all that it started: a start script that does not `exec` waits while others work.

use std::os::unix::fs::PermissionsExt;

use serde_json::Value;

use super::needs::Needed;
use super::sandbox::{Sandbox, jars, quoted};

/// A folder with the JAR of the sample function and two start scripts: one becomes the JVM, one waits for it.
fn started_by_scripts() -> Needed<Sandbox> {
    let sandbox = Sandbox::new();
    std::fs::copy(jars()?.join("hello.jar"), sandbox.path().join("app.jar")).unwrap();
    for (name, line) in [
        ("becomes.sh", "exec java -jar app.jar \"$@\""),
        ("waits.sh", "java -jar app.jar \"$@\"; exit $?"),
    ] {
        let script = sandbox.write(name, &format!("#!/bin/sh\n{line}\n"));
        std::fs::set_permissions(script, std::fs::Permissions::from_mode(0o755)).unwrap();
    }
    Ok(sandbox)
}

fn value(report: &Value, variant: usize, metric: &str) -> f64 {
    let found = &report["variants"][variant]["metrics"][metric]["value"];
    found
        .as_f64()
        .unwrap_or_else(|| panic!("{metric}: {found}"))
}

#[test]
fn a_server_behind_a_start_script_is_measured_as_itself() {
    let Ok(sandbox) = started_by_scripts() else {
        return;
    };
    let report = sandbox.json(
        "bench './becomes.sh --port {port}' './waits.sh --port {port}' --request 'GET /health' \
         --rounds 2 --requests 20 --warmup 2 --cold-starts 4 --dropped-cold-starts 0 --format json",
    );
    for metric in [
        "peak_memory_bytes",
        "cold_start_peak_memory_bytes",
        "cold_start_cpu_ms",
        "cold_start_page_faults",
    ] {
        let (becomes, waits) = (value(&report, 0, metric), value(&report, 1, metric));
        assert!(
            waits > 0.5 * becomes && waits < 2.0 * becomes,
            "{metric}: {becomes} and {waits}"
        );
    }
    let warnings = report["warnings"].as_array().unwrap();
    assert!(
        warnings.iter().all(|one| one["kind"] != "ignored-term"),
        "{warnings:?}"
    );
}

#[test]
fn an_invocation_behind_a_start_script_is_measured_as_itself() {
    let sandbox = Sandbox::new();
    // 60 MB held by what the script starts, and by nothing else.
    let work = "exec dd if=/dev/zero of=/dev/null bs=60M count=1 status=none";
    let direct = quoted(format!("sh -c '{work}'"));
    let below = quoted(format!("sh -c '(sh -c \"{work}\"); exit 0'"));
    let report = sandbox.json(format!(
        "bench {direct} {below} --rounds 2 --requests 2 --warmup 0 --cold-starts 0 --dropped-cold-starts 0 --format json"
    ));
    for variant in [0, 1] {
        let peak = value(&report, variant, "peak_memory_bytes");
        assert!((60e6..90e6).contains(&peak), "{variant}: {peak}");
    }
}
