//! The commands around the pipeline, the contract's keys, and what is committed beside the code.

use std::path::Path;

use super::sandbox::{Sandbox, config, jars};

/// A measured run of a JAR that is none of ours by name: as a user's own project would be.
fn measured() -> Option<Sandbox> {
    let sandbox = Sandbox::new();
    std::fs::create_dir_all(sandbox.path().join("build-libs")).unwrap();
    std::fs::copy(
        jars()?.join("hello.jar"),
        sandbox.path().join("build-libs/my-service.jar"),
    )
    .unwrap();
    sandbox.write(
        "pgoctl.toml",
        &config("hello", "")
            .replace("app.jar", "build-libs/my-service.jar")
            .replace("function.hello", "function.my-service"),
    );
    Some(sandbox)
}

#[test]
fn the_report_has_the_contracts_keys_and_stdout_nothing_else() {
    let Some(sandbox) = measured() else { return };
    let report = sandbox.json(&[
        "run",
        "--format",
        "json",
        "--variant",
        "hotspot,hotspot-cds",
        "--runs",
        "1",
    ]);
    let keys = |value: &serde_json::Value| {
        value
            .as_object()
            .unwrap()
            .keys()
            .cloned()
            .collect::<Vec<_>>()
    };
    let expected = [
        "comparisons",
        "finished",
        "function",
        "host",
        "noise_floor",
        "plan",
        "schema_version",
        "stages",
        "started",
        "toolchains",
        "variants",
        "warnings",
    ];
    // More keys may be added, none may go.
    let has = |part: &str, found: Vec<String>, wanted: &[&str]| {
        for key in wanted {
            assert!(
                found.iter().any(|found| found == key),
                "{part} has no `{key}`"
            );
        }
    };
    has("the report", keys(&report), &expected);
    has(
        "metrics",
        keys(&report["variants"][0]["metrics"]),
        &[
            "build_seconds",
            "cold_start_ms",
            "cold_start_ms_dropped",
            "image_size_bytes",
            "latency_ms_mean",
            "latency_ms_p50",
            "latency_ms_p90",
            "latency_ms_p99",
            "peak_memory_bytes",
            "throughput_rps",
        ],
    );
    assert_eq!(
        report["variants"][0]["metrics"]["build_seconds"],
        serde_json::Value::Null,
        "nothing is built for plain HotSpot"
    );
    for (part, wanted) in [
        ("host", vec!["cores", "cpu", "kernel", "memory_bytes", "os"]),
        (
            "plan",
            vec![
                "cold_starts",
                "concurrency",
                "looks",
                "order",
                "rate",
                "requests",
                "rounds",
                "same_image",
                "seed",
                "warmup",
                "workload",
            ],
        ),
    ] {
        has(part, keys(&report[part]), &wanted);
    }
    let mut toolchain = keys(&report["toolchains"][0]);
    toolchain.sort();
    assert_eq!(toolchain, ["edition", "home", "kind", "pgo", "version"]);
    assert_eq!(report["schema_version"], 1);
    assert_eq!(report["plan"]["order"].as_array().unwrap().len(), 6);
    for comparison in report["comparisons"].as_array().unwrap() {
        let verdict = &comparison["verdict"];
        assert!(
            verdict.is_null()
                || ["better", "worse", "no difference shown", "cannot tell"]
                    .contains(&verdict.as_str().unwrap())
        );
    }
}

#[test]
fn a_finished_run_is_rendered_again_in_every_format() {
    let Some(sandbox) = measured() else { return };
    let run = sandbox.json(&[
        "run",
        "--format",
        "json",
        "--variant",
        "hotspot,hotspot-cds",
        "--runs",
        "1",
    ]);
    assert_eq!(sandbox.json(&["report", "--format", "json"]), run);
    assert_eq!(
        sandbox.json(&["compare", "--format", "json"])["comparisons"],
        run["comparisons"],
        "samples give the same figures again"
    );
    let table = sandbox.pgoctl(&["report"]).stdout;
    assert!(
        table.contains("against hotspot") && table.contains("latency, P90"),
        "{table}"
    );
    assert!(
        sandbox
            .pgoctl(&["report", "--format", "markdown"])
            .stdout
            .contains("| throughput |")
    );
    let csv = sandbox.pgoctl(&["report", "--format", "csv"]).stdout;
    assert!(
        csv.lines()
            .any(|line| line.starts_with("my-service,hotspot-cds,cold_start_ms,")),
        "{csv}"
    );
    let turned = sandbox.json(&["compare", "--format", "json", "--baseline", "hotspot-cds"]);
    assert_eq!(turned["comparisons"][0]["candidate"], "hotspot");
    sandbox
        .pgoctl(&["compare", "--baseline", "native"])
        .fails(2, &["`native` was not measured in that run"]);
    sandbox
        .pgoctl(&["report", "nonsense"])
        .fails(2, &["there is no run `nonsense`"]);
}

#[test]
fn init_writes_a_file_that_run_can_use() {
    let Some(sandbox) = measured() else { return };
    std::fs::remove_file(sandbox.path().join("pgoctl.toml")).unwrap();
    let said = sandbox.pgoctl(&["init", "build-libs/my-service.jar"]);
    assert_eq!(
        (said.status, said.stdout.as_str()),
        (0, ""),
        "{}",
        said.stderr
    );
    let dry = sandbox.pgoctl(&["run", "--dry-run", "--variant", "hotspot"]);
    assert_eq!(dry.status, 0, "{}", dry.stderr);
    assert!(dry.stdout.contains("my-service.jar"), "{}", dry.stdout);
    sandbox
        .pgoctl(&["init", "build-libs/my-service.jar"])
        .fails(2, &["is there already", "--force"]);
}

#[test]
fn flags_come_before_the_environment_and_that_before_the_file() {
    let Some(mut sandbox) = measured() else {
        return;
    };
    let rounds = |said: &str| {
        said.lines().find_map(|line| {
            line.strip_prefix("# measure: ")?
                .split(' ')
                .next()?
                .parse::<u32>()
                .ok()
        })
    };
    let words = ["run", "--dry-run", "--variant", "hotspot"];
    assert_eq!(rounds(&sandbox.pgoctl(&words).stdout), Some(6));
    sandbox.set("PGOCTL_ROUNDS", "9");
    assert_eq!(rounds(&sandbox.pgoctl(&words).stdout), Some(9));
    assert_eq!(
        rounds(
            &sandbox
                .pgoctl(&[&words[..], &["--rounds", "12"]].concat())
                .stdout
        ),
        Some(12)
    );
}

#[test]
fn too_few_rounds_are_said_before_they_are_measured() {
    let Some(sandbox) = measured() else { return };
    let said = sandbox.pgoctl(&[
        "run",
        "--variant",
        "hotspot",
        "--rounds",
        "3",
        "--requests",
        "10",
        "--cold-starts",
        "0",
    ]);
    assert_eq!(said.status, 0, "{}", said.stderr);
    let warned = said.stderr.find("cannot decide anything").unwrap();
    assert!(
        warned < said.stderr.find("measure 3 rounds").unwrap(),
        "{}",
        said.stderr
    );
}

#[test]
fn toolchains_are_found_and_chosen() {
    let Some(mut sandbox) = measured() else {
        return;
    };
    sandbox.graalvm(&["--distribution", "ce"]);
    let list = sandbox.json(&["toolchain", "list", "--format", "json"]);
    let graalvm = &list[0];
    assert_eq!(
        (
            graalvm["kind"].as_str(),
            graalvm["pgo"].as_bool(),
            graalvm["found_by"].as_str()
        ),
        (Some("graalvm"), Some(false), Some("GRAALVM_HOME"))
    );
    let which = sandbox.pgoctl(&["toolchain", "which"]);
    assert_eq!(
        which.stdout.trim_end(),
        sandbox.path().join("graalvm").to_str().unwrap()
    );
    sandbox
        .pgoctl(&["toolchain", "which", "pgo"])
        .fails(3, &["there is no GraalVM with PGO"]);
}

#[test]
fn doctor_says_each_problem_with_its_fix() {
    let Some(mut sandbox) = measured() else {
        return;
    };
    sandbox.graalvm(&["--fault", "no-pgo"]);
    let said = sandbox.pgoctl(&["doctor"]);
    assert_eq!(said.status, 0, "{}", said.stderr);
    assert!(
        said.stdout.contains("PGO needs Oracle GraalVM"),
        "{}",
        said.stdout
    );
    let checks = sandbox.json(&["doctor", "--format", "json"]);
    let checks = checks.as_array().unwrap();
    assert!(
        checks
            .iter()
            .any(|check| check["name"] == "native-image" && check["status"] == "ok")
    );
    assert!(
        checks
            .iter()
            .all(|check| check["status"] == "ok" || check["fix"].is_string())
    );
}

#[test]
fn committed_completions_are_those_that_the_binary_prints() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("completions");
    for shell in ["bash", "zsh", "fish"] {
        let printed = Sandbox::new().pgoctl(&["completions", shell]).stdout;
        let committed =
            std::fs::read_to_string(folder.join(format!("pgoctl.{shell}"))).unwrap_or_default();
        assert!(
            printed == committed,
            "completions/pgoctl.{shell} is out of step: `make completions` writes it again"
        );
    }
}
