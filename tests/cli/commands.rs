//! The commands around the pipeline, the contract's keys, and what is committed beside the code.

use std::path::Path;

use serde_json::Value;

use super::needs::Needed;
use super::once::Once;
use super::sandbox::{Made, Sandbox, config, jars};

/// A project with a JAR that is none of ours by name: as a user's own would be.
fn project() -> Needed<Sandbox> {
    let jars = jars()?;
    let sandbox = Sandbox::new();
    std::fs::create_dir_all(sandbox.path().join("build-libs")).unwrap();
    std::fs::copy(
        jars.join("hello.jar"),
        sandbox.path().join("build-libs/my-service.jar"),
    )
    .unwrap();
    sandbox.write(
        "pgoctl.toml",
        &config("hello", "")
            .replace("app.jar", "build-libs/my-service.jar")
            .replace("function.hello", "function.my-service"),
    );
    Ok(sandbox)
}

/// The same after a run of two variants, and that run's report.
fn measured() -> Needed<(Sandbox, &'static Value)> {
    static MADE: Once<(Made, Value)> = Once::new();
    jars()?;
    let make = || {
        let sandbox = project().unwrap();
        let report = sandbox.json("run --format json --variant hotspot,hotspot-cds --runs 1");
        (Made::of(&sandbox), report)
    };
    let (made, report) = MADE.get(make);
    Ok((made.copy(), report))
}

fn keys(value: &Value) -> Vec<&str> {
    value
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect()
}

/// More keys may be added, none may go.
fn has(part: &str, found: &Value, wanted: &[&str]) {
    for key in wanted {
        assert!(found.get(key).is_some(), "{part} has no `{key}`");
    }
}

#[test]
#[rustfmt::skip] // lists of keys, read as such
fn the_report_has_the_contracts_keys() {
    let Ok((_, report)) = measured() else { return };
    has("the report", report, &[
        "comparisons", "finished", "function", "host", "noise_floor", "plan", "schema_version", "stages", "started",
        "toolchains", "variants", "warnings",
    ]);
    has("metrics", &report["variants"][0]["metrics"], &[
        "build_seconds", "cold_start_ms", "cold_start_ms_dropped", "image_size_bytes", "latency_ms_mean", "latency_ms_p50",
        "latency_ms_p90", "latency_ms_p99", "peak_memory_bytes", "throughput_rps",
    ]);
    has("host", &report["host"], &["cores", "cpu", "kernel", "memory_bytes", "os"]);
    has("plan", &report["plan"], &[
        "cold_starts", "concurrency", "looks", "order", "rate", "requests", "rounds", "same_image", "seed", "warmup",
        "workload",
    ]);
    let mut toolchain = keys(&report["toolchains"][0]);
    toolchain.sort();
    assert_eq!(toolchain, ["edition", "home", "kind", "pgo", "version"]);
    assert_eq!(report["schema_version"], 1);
}

#[test]
fn what_was_not_measured_is_null() {
    let Ok((_, report)) = measured() else { return };
    assert_eq!(
        report["variants"][0]["metrics"]["build_seconds"],
        Value::Null,
        "nothing is built for plain HotSpot"
    );
}

#[test]
fn the_order_of_the_rounds_is_in_the_report() {
    let Ok((_, report)) = measured() else { return };
    assert_eq!(report["plan"]["order"].as_array().unwrap().len(), 6);
}

#[test]
fn a_verdict_is_one_of_four() {
    let Ok((_, report)) = measured() else { return };
    let comparisons = report["comparisons"].as_array().unwrap();
    assert!(!comparisons.is_empty());
    for comparison in comparisons {
        let verdict = &comparison["verdict"];
        assert!(
            verdict.is_null()
                || ["better", "worse", "no difference shown", "cannot tell"]
                    .contains(&verdict.as_str().unwrap())
        );
    }
}

#[test]
fn a_finished_run_is_rendered_again_as_json() {
    let Ok((sandbox, run)) = measured() else {
        return;
    };
    assert_eq!(sandbox.json("report --format json"), *run);
}

#[test]
fn the_samples_of_a_run_give_the_same_figures_again() {
    let Ok((sandbox, run)) = measured() else {
        return;
    };
    assert_eq!(
        sandbox.json("compare --format json")["comparisons"],
        run["comparisons"]
    );
}

#[test]
fn a_finished_run_is_rendered_again_as_a_table() {
    let Ok((sandbox, _)) = measured() else { return };
    let table = sandbox.pgoctl("report").stdout;
    assert!(
        table.contains("against hotspot") && table.contains("latency, P90"),
        "{table}"
    );
}

#[test]
fn a_finished_run_is_rendered_again_as_markdown() {
    let Ok((sandbox, _)) = measured() else { return };
    let markdown = sandbox.pgoctl("report --format markdown").stdout;
    assert!(markdown.contains("| throughput |"), "{markdown}");
}

#[test]
fn a_finished_run_is_rendered_again_as_csv() {
    let Ok((sandbox, _)) = measured() else { return };
    let csv = sandbox.pgoctl("report --format csv").stdout;
    assert!(
        csv.lines()
            .any(|line| line.starts_with("my-service,hotspot-cds,cold_start_ms,")),
        "{csv}"
    );
}

#[test]
fn a_finished_run_can_be_compared_with_another_of_its_variants() {
    let Ok((sandbox, _)) = measured() else { return };
    let turned = sandbox.json("compare --format json --baseline hotspot-cds");
    assert_eq!(turned["comparisons"][0]["candidate"], "hotspot");
}

#[test]
fn a_baseline_that_was_not_measured_is_refused() {
    let Ok((sandbox, _)) = measured() else { return };
    sandbox
        .pgoctl("compare --baseline native")
        .fails(2, &["`native` was not measured in that run"]);
}

#[test]
fn a_run_that_there_is_not_is_refused() {
    let Ok((sandbox, _)) = measured() else { return };
    sandbox
        .pgoctl("report nonsense")
        .fails(2, &["there is no run `nonsense`"]);
}

#[test]
fn init_writes_a_file_that_run_can_use() {
    let Ok(sandbox) = project() else { return };
    std::fs::remove_file(sandbox.path().join("pgoctl.toml")).unwrap();
    let said = sandbox.succeeds("init build-libs/my-service.jar");
    assert_eq!(said.stdout, "", "{}", said.stderr);
    let dry = sandbox.succeeds("run --dry-run --variant hotspot");
    assert!(dry.stdout.contains("my-service.jar"), "{}", dry.stdout);
}

#[test]
fn init_leaves_a_file_that_is_there() {
    let Ok(sandbox) = project() else { return };
    sandbox
        .pgoctl("init build-libs/my-service.jar")
        .fails(2, &["is there already", "--force"]);
}

/// The number of rounds that would be measured.
fn rounds(sandbox: &Sandbox, more: &str) -> u32 {
    let said = sandbox.succeeds(format!("run --dry-run --variant hotspot {more}"));
    let line = said
        .stdout
        .lines()
        .find_map(|line| line.strip_prefix("# measure: "));
    line.unwrap().split(' ').next().unwrap().parse().unwrap()
}

#[test]
fn the_file_says_how_many_rounds() {
    let Ok(sandbox) = project() else { return };
    assert_eq!(rounds(&sandbox, ""), 6);
}

#[test]
fn the_environment_comes_before_the_file() {
    let Ok(mut sandbox) = project() else { return };
    sandbox.set("PGOCTL_ROUNDS", "9");
    assert_eq!(rounds(&sandbox, ""), 9);
}

#[test]
fn flags_come_before_the_environment() {
    let Ok(mut sandbox) = project() else { return };
    sandbox.set("PGOCTL_ROUNDS", "9");
    assert_eq!(rounds(&sandbox, "--rounds 12"), 12);
}

#[test]
fn too_few_rounds_are_said_before_they_are_measured() {
    let Ok(sandbox) = project() else { return };
    let said = sandbox.succeeds("run --variant hotspot --rounds 3 --requests 10 --cold-starts 0");
    let warned = said.stderr.find("cannot decide anything").unwrap();
    assert!(
        warned < said.stderr.find("measure 3 rounds").unwrap(),
        "{}",
        said.stderr
    );
}

/// A project with a GraalVM that has no PGO.
fn without_pgo() -> Needed<Sandbox> {
    let mut sandbox = project()?;
    sandbox.graalvm("--distribution ce");
    Ok(sandbox)
}

#[test]
fn toolchains_are_listed_with_how_they_were_found() {
    let Ok(sandbox) = without_pgo() else { return };
    let list = sandbox.json("toolchain list --format json");
    let graalvm = &list[0];
    assert_eq!(
        (
            graalvm["kind"].as_str(),
            graalvm["pgo"].as_bool(),
            graalvm["found_by"].as_str()
        ),
        (Some("graalvm"), Some(false), Some("GRAALVM_HOME"))
    );
}

#[test]
fn the_toolchain_in_use_is_named() {
    let Ok(sandbox) = without_pgo() else { return };
    let which = sandbox.pgoctl("toolchain which");
    assert_eq!(
        which.stdout.trim_end(),
        sandbox.path().join("graalvm").to_str().unwrap()
    );
}

#[test]
fn a_toolchain_that_there_is_not_is_said() {
    let Ok(sandbox) = without_pgo() else { return };
    sandbox
        .pgoctl("toolchain which pgo")
        .fails(3, &["there is no GraalVM with PGO"]);
}

#[test]
fn doctor_says_what_is_missing() {
    let Ok(mut sandbox) = project() else { return };
    sandbox.graalvm("--fault no-pgo");
    let said = sandbox.succeeds("doctor");
    assert!(
        said.stdout.contains("PGO needs Oracle GraalVM"),
        "{}",
        said.stdout
    );
}

#[test]
fn doctor_says_each_problem_with_its_fix() {
    let Ok(mut sandbox) = project() else { return };
    sandbox.graalvm("--fault no-pgo");
    let checks = sandbox.json("doctor --format json");
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
        let printed = Sandbox::new().pgoctl(format!("completions {shell}")).stdout;
        let committed =
            std::fs::read_to_string(folder.join(format!("pgoctl.{shell}"))).unwrap_or_default();
        assert!(
            printed == committed,
            "completions/pgoctl.{shell} is out of step: `make completions` writes it again"
        );
    }
}
