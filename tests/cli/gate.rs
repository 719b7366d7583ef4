//! Gates, baselines and calibration as a build script sees them: exit codes, the last line of stderr, `verdict.json`.

use serde_json::Value;

use super::sandbox::{Said, Sandbox, jars};

/// A project whose request takes any of the sample functions the same time but `sleep`, which waits 40 ms for it.
fn project() -> Option<Sandbox> {
    let sandbox = Sandbox::project("hello")?;
    let config = sandbox.read("pgoctl.toml");
    let config = config.replace("'{}'", r#"'{"memory":"128","sleep":"40"}'"#);
    sandbox.write("pgoctl.toml", &config);
    Some(sandbox)
}

const SMALL: [&str; 8] = [
    "--variant",
    "hotspot",
    "--requests",
    "10",
    "--cold-starts",
    "0",
    "--warmup",
    "2",
];

fn words<'a>(words: &[&'a str]) -> Vec<&'a str> {
    [words, &SMALL].concat()
}

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

/// Puts the slow function where the fast one was.
fn make_it_slow(sandbox: &Sandbox) {
    let slow = jars().unwrap().join("sleep.jar");
    std::fs::copy(slow, sandbox.path().join("app.jar")).unwrap();
}

#[test]
fn what_is_worse_than_its_saved_baseline_fails_with_7_after_it_was_measured_again() {
    let Some(sandbox) = project() else { return };
    let saved = sandbox.pgoctl(&words(&["bench", "--save-baseline", "main"]));
    assert_eq!(saved.status, 0, "{}", saved.stderr);
    make_it_slow(&sandbox);
    sandbox.write(
        "pgoctl.toml",
        &(sandbox.read("pgoctl.toml")
            + "\n[gate]\nbaseline = \"main\"\n[gate.metrics]\nthroughput_rps = \"30%\"\n"),
    );
    let said = sandbox.pgoctl(&words(&["gate", "--no-calibrate", "--format", "json"]));
    assert_eq!(said.status, 7, "{}", said.stderr);
    assert!(
        verdict(&said).contains("worse: hotspot: throughput -"),
        "{}",
        said.stderr
    );
    let json = verdict_json(&sandbox);
    let check = &json["checks"][0];
    assert_eq!(
        (json["exit_code"].as_u64(), json["outcome"].as_str()),
        (Some(7), Some("worse"))
    );
    assert_eq!(check["confirmed"], true, "{json}");
    assert_eq!(check["saved_baseline"], "main");
    let report: Value = serde_json::from_str(&said.stdout).unwrap();
    assert_eq!(report["gate"], json, "the report has it too");
    assert_eq!(report["comparisons"][0]["saved_baseline"], "main");

    // A waiver lets it pass until its day; an expired one does not.
    let waived = |until: &str| {
        sandbox.read("pgoctl.toml")
            + &format!(
                "[[gate.waiver]]\nmetric = \"throughput_rps\"\nuntil = \"{until}\"\nreason = \"issue 12\"\n"
            )
    };
    let (gated, until, expired) = (
        sandbox.read("pgoctl.toml"),
        waived("9999-12-31"),
        waived("2020-01-01"),
    );
    sandbox.write("pgoctl.toml", &until);
    let said = sandbox.pgoctl(&words(&["gate", "--no-calibrate"]));
    assert_eq!(said.status, 0, "{}", said.stderr);
    assert!(
        verdict(&said).contains("pass: 0 checks within their limits, 1 waived"),
        "{}",
        said.stderr
    );
    sandbox.write("pgoctl.toml", &expired);
    let said = sandbox.pgoctl(&words(&["gate", "--no-calibrate"]));
    assert_eq!(said.status, 7, "{}", said.stderr);
    assert!(
        verdict(&said).contains("expired on 2020-01-01"),
        "{}",
        said.stderr
    );

    // What was measured otherwise is refused before anything is measured.
    sandbox.write("pgoctl.toml", &gated);
    let said = sandbox.pgoctl(&words(&["gate", "--no-calibrate", "--concurrency", "2"]));
    said.fails(
        2,
        &["cannot be compared", "other concurrency: 1 there, 2 here"],
    );
    assert!(!said.stderr.contains("measure 6 rounds"), "{}", said.stderr);
    sandbox
        .pgoctl(&["compare", "--baseline", "nope"])
        .fails(2, &["no saved baseline `nope`", "there are: main"]);
}

#[test]
fn a_limit_below_what_the_machine_can_tell_is_refused_with_8_and_the_rounds_that_would_do() {
    let Some(sandbox) = project() else { return };
    let config =
        sandbox.read("pgoctl.toml") + "\n[gate]\n[gate.metrics]\nthroughput_rps = \"0.1%\"\n";
    sandbox.write("pgoctl.toml", &config);
    let both = [
        "--variant",
        "hotspot,hotspot-cds",
        "--runs",
        "1",
        "--requests",
        "10",
        "--cold-starts",
        "0",
    ];
    let run = |more: &[&str]| sandbox.pgoctl(&[more, &both].concat());
    let said = run(&["run", "--gate"]);
    assert_eq!(said.status, 8, "{}", said.stderr);
    assert!(
        said.stderr
            .contains("measuring the baseline against itself first"),
        "{}",
        said.stderr
    );
    assert!(
        verdict(&said).contains("is below the noise floor of"),
        "{}",
        said.stderr
    );
    let check = &verdict_json(&sandbox)["checks"][0];
    assert!(check["rounds_needed"].as_u64().unwrap() > 6, "{check}");
    assert!(
        check["noise_floor_percent"].as_f64().unwrap() > 0.1,
        "{check}"
    );
    // The floor is known from here on, and shown.
    let said = run(&["gate"]);
    assert_eq!(said.status, 8, "{}", said.stderr);
    assert!(!said.stderr.contains("-> measure"), "{}", said.stderr);
    let report = sandbox.json(&[&["bench", "--format", "json"], &both[..]].concat());
    assert!(
        report["noise_floor"]["throughput_rps"].as_f64().unwrap() > 0.0,
        "{}",
        report["noise_floor"]
    );
}

#[test]
fn an_image_against_itself_gives_the_noise_floor() {
    let Some(sandbox) = project() else { return };
    let report = sandbox.json(&words(&[
        "bench",
        "--calibrate",
        "--rounds",
        "6",
        "--format",
        "json",
    ]));
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
    assert!(report["noise_floor"]["throughput_rps"].as_f64().unwrap() > 0.0);
    assert!(
        sandbox
            .products()
            .iter()
            .any(|path| path.contains(".pgoctl/noise/"))
    );
    assert_eq!(
        sandbox.json(&["compare", "--format", "json"])["comparisons"],
        report["comparisons"],
        "samples give the same figures again"
    );
}

#[test]
fn the_self_test_slows_an_image_down_and_the_gate_notices() {
    let Some(sandbox) = project() else { return };
    let said = sandbox.pgoctl(&[
        "gate",
        "--self-test",
        "85%",
        "--variant",
        "hotspot",
        "--requests",
        "300",
        "--warmup",
        "2",
        // Five pairs decide nothing, so a second pass has to be slowed down where the analysis expects it.
        "--rounds",
        "5",
        "--decide",
        "--budget",
        "3m",
    ]);
    assert_eq!(said.status, 0, "{}\n{}", said.stderr, said.stdout);
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

#[test]
fn rounds_are_added_while_nothing_is_decided_and_the_budget_lasts() {
    let Some(sandbox) = project() else { return };
    // No machine tells a millionth of a percent apart.
    let config = sandbox.read("pgoctl.toml") + "\n[gate]\nmax-worse = \"0.000001%\"\n";
    sandbox.write("pgoctl.toml", &config);
    let said = sandbox.pgoctl(&words(&["bench", "--save-baseline", "main"]));
    assert_eq!(said.status, 0, "{}", said.stderr);
    let report = sandbox.pgoctl(&[
        "bench",
        "--decide",
        "--budget",
        "1s",
        "--rounds",
        "6",
        "--format",
        "json",
        "--variant",
        "hotspot",
        "--requests",
        "2",
        "--warmup",
        "0",
        "--cold-starts",
        "0",
    ]);
    // One variant has no comparison: there is nothing to decide, and nothing is added.
    assert_eq!(report.status, 0, "{}", report.stderr);
    assert!(
        report.stderr.contains("decided after 6 rounds"),
        "{}",
        report.stderr
    );
    let both = [
        "run",
        "--decide",
        "--budget",
        "20s",
        "--rounds",
        "2",
        "--format",
        "json",
        "--variant",
        "hotspot,hotspot-cds",
        "--runs",
        "1",
        "--requests",
        "2",
        "--warmup",
        "0",
        "--cold-starts",
        "0",
    ];
    let report = sandbox.json(&both);
    let looks = report["plan"]["looks"].as_array().unwrap();
    assert!(
        looks.len() > 1 && looks[0] == 2 && looks[1] == 4,
        "{looks:?}"
    );
    assert_eq!(report["plan"]["rounds"], *looks.last().unwrap());
    assert_eq!(
        sandbox.json(&["compare", "--threshold", "0.000001%", "--format", "json"])["comparisons"],
        report["comparisons"],
        "every pass is read again"
    );
}

#[test]
fn a_step_summary_is_appended_to_where_github_wants_it() {
    let Some(mut sandbox) = project() else { return };
    let summary = sandbox.write("summary.md", "before\n");
    sandbox.set("GITHUB_STEP_SUMMARY", &summary);
    let said = sandbox.pgoctl(&words(&["bench"]));
    assert_eq!(said.status, 0, "{}", said.stderr);
    let text = sandbox.read("summary.md");
    assert!(text.starts_with("before\n### `hello`"), "{text}");
    assert!(text.contains("| throughput |"), "{text}");
}

#[test]
fn a_candidate_that_cannot_be_made_is_no_pass() {
    let with = |fault| {
        let mut sandbox = Sandbox::project("hello")?;
        sandbox.graalvm(&["--fault", fault]);
        // A limit that everything keeps, so that only what is missing is in the way of a pass.
        let wide = "\n[gate]\nmax-worse = \"1000000%\"\n";
        sandbox.write("pgoctl.toml", &(sandbox.read("pgoctl.toml") + wide));
        Some(sandbox)
    };
    let numbers = ["--requests", "10", "--cold-starts", "0", "--no-calibrate"];
    let gated = |sandbox: &Sandbox, variants| {
        let run = ["run", "--gate", "--variant", variants];
        sandbox.pgoctl(&[&run[..], &numbers].concat())
    };
    let Some(sandbox) = with("profile-crashes-build") else {
        return;
    };
    let said = gated(&sandbox, "hotspot,native,native-pgo");
    assert_eq!(said.status, 4, "{}", said.stderr);
    assert_eq!(
        verdict(&said),
        "VERDICT: cannot tell: the others pass; native-pgo could not be made"
    );
    let json = verdict_json(&sandbox);
    assert_eq!(json["outcome"], "cannot tell");
    assert_eq!(json["failed"], serde_json::json!(["native-pgo"]));

    // The same where it is the image for its training that cannot be built, and only some are candidates.
    let Some(sandbox) = with("build-fails@instrumented") else {
        return;
    };
    let some = "candidates = [\"native\", \"native-pgo\"]\n";
    sandbox.write("pgoctl.toml", &(sandbox.read("pgoctl.toml") + some));
    let said = gated(&sandbox, "hotspot,native,native-pgo");
    assert_eq!(said.status, 4, "{}", said.stderr);
    assert_eq!(
        verdict(&said),
        "VERDICT: cannot tell: the others pass; native-pgo could not be made"
    );

    // Nothing at all could be made: the last line says so too.
    let Some(sandbox) = with("build-fails") else {
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
