//! Gates, baselines and calibration as a build script sees them: exit codes, the last line of stderr, `verdict.json`.

use serde_json::Value;

use super::needs::Needed;
use super::once::Once;
use super::sandbox::{Made, Said, Sandbox, jars};

/// A project whose request takes any of the sample functions the same time but `sleep`, which waits 40 ms for it.
fn project() -> Needed<Sandbox> {
    let sandbox = Sandbox::project("hello")?;
    let config = sandbox.read("pgoctl.toml");
    let config = config.replace("'{}'", r#"'{"memory":"128","sleep":"40"}'"#);
    sandbox.write("pgoctl.toml", &config);
    Ok(sandbox)
}

const SMALL: &str = "--variant hotspot --requests 10 --cold-starts 0 --warmup 2";

/// The last line of stderr, which is the verdict.
fn verdict(said: &Said) -> &str {
    let line = said.stderr.trim_end().lines().last().unwrap_or_default();
    assert!(line.starts_with("VERDICT: "), "{}", said.stderr);
    line
}

/// The newest run's `verdict.json`.
fn verdict_json(sandbox: &Sandbox) -> Value {
    let mut files: Vec<String> = sandbox
        .products()
        .into_iter()
        .filter(|path| path.ends_with("verdict.json"))
        .collect();
    files.sort();
    serde_json::from_str(&sandbox.read(files.last().unwrap())).unwrap()
}

/// A project with the saved baseline `main`, a gate against it, and since then a slow function where the fast one was.
fn slowed() -> Needed<Sandbox> {
    static MADE: Once<Made> = Once::new();
    let jars = jars()?;
    let make = || {
        let sandbox = project().unwrap();
        sandbox.succeeds(format!("bench --save-baseline main {SMALL}"));
        std::fs::copy(jars.join("sleep.jar"), sandbox.path().join("app.jar")).unwrap();
        sandbox.append(
            "pgoctl.toml",
            "\n[gate]\nbaseline = \"main\"\n[gate.metrics]\nthroughput_rps = \"30%\"\n",
        );
        Made::of(&sandbox)
    };
    Ok(MADE.get(make).copy())
}

fn waive(sandbox: &Sandbox, until: &str) {
    let waiver = format!(
        "[[gate.waiver]]\nmetric = \"throughput_rps\"\nuntil = \"{until}\"\nreason = \"known\"\n"
    );
    sandbox.append("pgoctl.toml", &waiver);
}

#[test]
fn what_is_worse_than_its_saved_baseline_fails_with_7_after_it_was_measured_again() {
    let Ok(sandbox) = slowed() else { return };
    let said = sandbox.pgoctl(format!("gate --no-calibrate --format json {SMALL}"));
    assert_eq!(said.status, 7, "{}", said.stderr);
    assert!(
        verdict(&said).contains("worse: hotspot: throughput -"),
        "{}",
        said.stderr
    );
    // The three places that tell of it agree.
    let json = verdict_json(&sandbox);
    assert_eq!(
        (json["exit_code"].as_u64(), json["outcome"].as_str()),
        (Some(7), Some("worse"))
    );
    assert_eq!(json["checks"][0]["confirmed"], true, "{json}");
    assert_eq!(json["checks"][0]["saved_baseline"], "main");
    let report = said.json();
    assert_eq!(report["gate"], json, "the report has it too");
    assert_eq!(report["comparisons"][0]["saved_baseline"], "main");
}

#[test]
fn a_waiver_lets_it_pass_until_its_day() {
    let Ok(sandbox) = slowed() else { return };
    waive(&sandbox, "9999-12-31");
    let said = sandbox.succeeds(format!("gate --no-calibrate {SMALL}"));
    assert!(
        verdict(&said).contains("pass: 0 checks within their limits, 1 waived"),
        "{}",
        said.stderr
    );
}

#[test]
fn an_expired_waiver_does_not() {
    let Ok(sandbox) = slowed() else { return };
    waive(&sandbox, "2020-01-01");
    let said = sandbox.pgoctl(format!("gate --no-calibrate {SMALL}"));
    assert_eq!(said.status, 7, "{}", said.stderr);
    assert!(
        verdict(&said).contains("expired on 2020-01-01"),
        "{}",
        said.stderr
    );
}

#[test]
fn what_was_measured_otherwise_is_refused_before_anything_is_measured() {
    let Ok(sandbox) = slowed() else { return };
    let said = sandbox.pgoctl(format!("gate --no-calibrate --concurrency 2 {SMALL}"));
    said.fails(
        2,
        &["cannot be compared", "other concurrency: 1 there, 2 here"],
    );
    assert!(!said.stderr.contains("measure 6 rounds"), "{}", said.stderr);
}

#[test]
fn a_baseline_that_was_not_saved_is_refused_with_those_that_were() {
    let Ok(sandbox) = slowed() else { return };
    sandbox
        .pgoctl("compare --baseline nope")
        .fails(2, &["no saved baseline `nope`", "there are: main"]);
}

/// What was said about a limit of 0.1 %: at first, the second time, and by a benchmark after that.
struct Floor {
    first: Said,
    verdict: Value,
    again: Said,
    report: Value,
}

fn floor() -> Needed<&'static Floor> {
    static SAID: Once<Floor> = Once::new();
    jars()?;
    let ask = || {
        let sandbox = project().unwrap();
        sandbox.append(
            "pgoctl.toml",
            "\n[gate]\n[gate.metrics]\nthroughput_rps = \"0.1%\"\n",
        );
        let both = "--variant hotspot,hotspot-cds --runs 1 --requests 10 --cold-starts 0";
        let first = sandbox.pgoctl(format!("run --gate {both}"));
        Floor {
            first,
            verdict: verdict_json(&sandbox),
            again: sandbox.pgoctl(format!("gate {both}")),
            report: sandbox.json(format!("bench --format json {both}")),
        }
    };
    Ok(SAID.get(ask))
}

#[test]
fn a_limit_below_what_the_machine_can_tell_is_refused_with_8() {
    let Ok(Floor { first, .. }) = floor() else {
        return;
    };
    assert_eq!(first.status, 8, "{}", first.stderr);
    assert!(
        first
            .stderr
            .contains("measuring the baseline against itself first"),
        "{}",
        first.stderr
    );
    assert!(
        verdict(first).contains("is below the noise floor of"),
        "{}",
        first.stderr
    );
}

#[test]
fn a_limit_that_is_refused_comes_with_the_rounds_that_would_do() {
    let Ok(Floor { verdict, .. }) = floor() else {
        return;
    };
    let check = &verdict["checks"][0];
    assert!(check["rounds_needed"].as_u64().unwrap() > 6, "{check}");
    assert!(
        check["noise_floor_percent"].as_f64().unwrap() > 0.1,
        "{check}"
    );
}

#[test]
fn a_floor_that_is_known_is_not_measured_again() {
    let Ok(Floor { again, .. }) = floor() else {
        return;
    };
    assert_eq!(again.status, 8, "{}", again.stderr);
    assert!(!again.stderr.contains("-> measure"), "{}", again.stderr);
}

#[test]
fn a_floor_that_is_known_is_shown() {
    let Ok(Floor { report, .. }) = floor() else {
        return;
    };
    assert!(
        report["noise_floor"]["throughput_rps"].as_f64().unwrap() > 0.0,
        "{}",
        report["noise_floor"]
    );
}

/// A project that was measured against itself, and the report of that.
fn calibrated() -> Needed<(Sandbox, &'static Value)> {
    static MADE: Once<(Made, Value)> = Once::new();
    jars()?;
    let make = || {
        let sandbox = project().unwrap();
        let line = format!("bench --calibrate --rounds 6 --format json {SMALL}");
        let report = sandbox.json(line);
        (Made::of(&sandbox), report)
    };
    let (made, report) = MADE.get(make);
    Ok((made.copy(), report))
}

#[test]
fn an_image_against_itself_is_measured_in_pairs() {
    let Ok((_, report)) = calibrated() else {
        return;
    };
    let comparisons = report["comparisons"].as_array().unwrap();
    let throughput = comparisons
        .iter()
        .find(|one| one["metric"] == "throughput_rps")
        .unwrap();
    assert_eq!(
        (&throughput["baseline"], &throughput["candidate"]),
        (&"hotspot".into(), &"hotspot".into())
    );
    assert!(throughput["low"].is_number(), "{throughput}");
    assert_eq!(
        report["plan"]["order"].as_array().unwrap().len(),
        12,
        "six pairs"
    );
}

#[test]
fn an_image_against_itself_gives_the_noise_floor() {
    let Ok((sandbox, report)) = calibrated() else {
        return;
    };
    assert!(report["noise_floor"]["throughput_rps"].as_f64().unwrap() > 0.0);
    assert!(
        sandbox
            .products()
            .iter()
            .any(|path| path.contains(".pgoctl/noise/"))
    );
}

#[test]
fn the_samples_of_a_calibration_give_the_same_figures_again() {
    let Ok((sandbox, report)) = calibrated() else {
        return;
    };
    assert_eq!(
        sandbox.json("compare --format json")["comparisons"],
        report["comparisons"]
    );
}

#[test]
fn the_self_test_slows_an_image_down_and_the_gate_notices() {
    let Ok(sandbox) = project() else { return };
    // Five pairs decide nothing, so a second pass has to be slowed down where the analysis expects it.
    let said = sandbox.succeeds(
        "gate --self-test 85% --variant hotspot --requests 300 --warmup 2 --rounds 5 --decide --budget 3m",
    );
    assert!(
        verdict(&said).contains("the gate fails when 85 % are injected"),
        "{}",
        said.stderr
    );
    assert!(
        said.stderr.contains("decided after 10 rounds"),
        "{}",
        said.stderr
    );
}

/// A project with a limit that nothing can be told within: no machine tells a millionth of a percent apart.
fn undecidable() -> Needed<Sandbox> {
    let sandbox = project()?;
    sandbox.append("pgoctl.toml", "\n[gate]\nmax-worse = \"0.000001%\"\n");
    Ok(sandbox)
}

#[test]
fn no_rounds_are_added_where_there_is_nothing_to_decide() {
    let Ok(sandbox) = undecidable() else { return };
    sandbox.succeeds(format!("bench --save-baseline main {SMALL}"));
    // One variant has no comparison.
    let said = sandbox.succeeds(
        "bench --decide --budget 1s --rounds 6 --format json --variant hotspot --requests 2 --warmup 0 --cold-starts 0",
    );
    assert!(
        said.stderr.contains("decided after 6 rounds"),
        "{}",
        said.stderr
    );
}

#[test]
fn rounds_are_added_while_nothing_is_decided_and_the_budget_lasts() {
    let Ok(sandbox) = undecidable() else { return };
    let report = sandbox.json(
        "run --decide --budget 20s --rounds 2 --format json --variant hotspot,hotspot-cds --runs 1 --requests 2 \
         --warmup 0 --cold-starts 0",
    );
    let looks = report["plan"]["looks"].as_array().unwrap();
    assert!(
        looks.len() > 1 && looks[0] == 2 && looks[1] == 4,
        "{looks:?}"
    );
    assert_eq!(report["plan"]["rounds"], *looks.last().unwrap());
    assert_eq!(
        sandbox.json("compare --threshold 0.000001% --format json")["comparisons"],
        report["comparisons"],
        "every pass is read again"
    );
}

#[test]
fn a_step_summary_is_appended_to_where_github_wants_it() {
    let Ok(mut sandbox) = project() else { return };
    let summary = sandbox.write("summary.md", "before\n");
    sandbox.set("GITHUB_STEP_SUMMARY", &summary);
    sandbox.succeeds(format!("bench {SMALL}"));
    let text = sandbox.read("summary.md");
    assert!(text.starts_with("before\n### `hello`"), "{text}");
    assert!(text.contains("| throughput |"), "{text}");
}

/// A project whose GraalVM has this fault, and a limit that everything keeps: only what is missing is in the way of a pass.
fn faulty(fault: &str) -> Needed<Sandbox> {
    let mut sandbox = Sandbox::project("hello")?;
    sandbox.graalvm(&format!("--fault {fault}"));
    sandbox.append("pgoctl.toml", "\n[gate]\nmax-worse = \"1000000%\"\n");
    Ok(sandbox)
}

fn gated(sandbox: &Sandbox, variants: &str) -> Said {
    let numbers = "--requests 10 --cold-starts 0 --no-calibrate";
    sandbox.pgoctl(format!("run --gate --variant {variants} {numbers}"))
}

const ALL_BUT_PGO: &str = "VERDICT: cannot tell: the others pass; native-pgo could not be made";

#[test]
fn a_candidate_that_cannot_be_made_is_not_a_pass() {
    let Ok(sandbox) = faulty("profile-crashes-build") else {
        return;
    };
    let said = gated(&sandbox, "hotspot,native,native-pgo");
    assert_eq!(said.status, 4, "{}", said.stderr);
    assert_eq!(verdict(&said), ALL_BUT_PGO);
    let json = verdict_json(&sandbox);
    assert_eq!(json["outcome"], "cannot tell");
    assert_eq!(json["failed"], serde_json::json!(["native-pgo"]));
}

#[test]
fn a_candidate_whose_image_for_training_cannot_be_built_is_not_a_pass() {
    let Ok(sandbox) = faulty("build-fails@instrumented") else {
        return;
    };
    // Only some are candidates.
    sandbox.append("pgoctl.toml", "candidates = [\"native\", \"native-pgo\"]\n");
    let said = gated(&sandbox, "hotspot,native,native-pgo");
    assert_eq!(said.status, 4, "{}", said.stderr);
    assert_eq!(verdict(&said), ALL_BUT_PGO);
}

#[test]
fn where_nothing_can_be_made_the_last_line_says_so_too() {
    let Ok(sandbox) = faulty("build-fails") else {
        return;
    };
    let said = gated(&sandbox, "native,native-pgo");
    assert_eq!(said.status, 4, "{}", said.stderr);
    assert!(
        verdict(&said).starts_with("VERDICT: cannot tell: could not build the native image"),
        "{}",
        said.stderr
    );
}
