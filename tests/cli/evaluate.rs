//! `evaluate`: the thesis's evaluation, made of sweeps and a cross.

use std::path::PathBuf;
use std::process::Stdio;

use serde_json::Value;

use super::cross::project;
use super::jdk;
use super::sandbox::{Sandbox, wait_for};

const FAST: &str = "--train-requests 5 --rounds 6 --cold-starts 2 --requests 100 --warmup 2";

fn evaluate(more: &str) -> String {
    format!("evaluate {FAST} --profiles 1,2 {more}")
}

fn json(sandbox: &Sandbox) -> Value {
    sandbox.json(evaluate("--format json"))
}

/// Runs that measured something to the end.
fn runs(sandbox: &Sandbox) -> usize {
    let products = sandbox.products();
    let runs = products.iter().filter(|path| path.ends_with("run.json"));
    runs.filter(|path| !sandbox.read(path).contains("\"finished\": null"))
        .count()
}

fn figure<'a>(report: &'a Value, number: &str) -> &'a Value {
    let figures = report["figures"].as_array().unwrap();
    let found = figures.iter().find(|figure| figure["number"] == number);
    found.unwrap_or_else(|| panic!("figure {number} in {report}"))
}

/// The folder of the evaluation, once there is one.
fn folder(sandbox: &Sandbox) -> Option<PathBuf> {
    let entries = std::fs::read_dir(sandbox.path().join(".pgoctl/experiments")).ok()?;
    let mut folders = entries.flatten().map(|entry| entry.path());
    folders.find(|path| path.is_dir())
}

/// The report on disk.
fn kept(sandbox: &Sandbox) -> Option<Value> {
    let text = std::fs::read(folder(sandbox)?.join("evaluate.json")).ok()?;
    serde_json::from_slice(&text).ok()
}

#[test]
fn the_figures_stand_in_the_thesiss_order_with_its_numbers_and_a_verdict_beside_ours() {
    let Ok(sandbox) = project() else { return };
    let report = json(&sandbox);
    let numbers = report["figures"].as_array().unwrap().iter();
    let numbers: Vec<_> = numbers
        .map(|figure| figure["number"].as_str().unwrap())
        .collect();
    let thesis = [
        "5.1", "5.2", "5.3", "5.4", "5.5", "5.6", "5.7", "5.8", "5.9", "5.10", "5.11",
    ];
    assert_eq!(numbers, thesis);
    let claim = |number: &str, at: usize| figure(&report, number)["claims"][at].clone();
    assert_eq!(claim("5.1", 0)["published"]["percent"], 2.58);
    assert_eq!(claim("5.4", 1)["published"]["percent"], -6.74);
    assert_eq!(
        claim("5.4", 1)["agreement"],
        "cannot-tell",
        "two cold starts have no interval"
    );
    for (number, at) in [("5.1", 0), ("5.2", 1), ("5.3", 0)] {
        let claim = claim(number, at);
        let verdict = claim["agreement"].as_str().unwrap();
        assert!(
            ["inside", "inside-as-is-zero", "outside"].contains(&verdict),
            "{claim}"
        );
        if verdict == "inside" {
            // The interval in its words holds the number.
            assert!(claim["ours"].as_str().unwrap().contains('['), "{claim}");
        }
    }
    let verdict = claim("5.5", 0)["agreement"].as_str().unwrap().to_owned();
    assert!(["holds", "does-not-hold"].contains(&verdict.as_str()));
    assert_eq!(claim("5.7", 1)["agreement"], "nothing-published");
    let labels = |number: &str| -> Vec<String> {
        let bars = figure(&report, number)["bars"].as_array().unwrap().clone();
        let of_hello = bars.into_iter().filter(|bar| bar["function"] == "hello");
        of_hello
            .map(|bar| bar["label"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(labels("5.2"), ["native", "native-pgo"]);
    assert_eq!(labels("5.8"), ["1", "2"]);
    assert_eq!(labels("5.10"), ["none", "sleep", "own", "all"]);
    assert!(figure(&report, "5.1")["bars"][1]["estimate"]["low"].is_number());
    assert_eq!(report["enough"].as_array().unwrap().len(), 2);
    assert!(report["foretold"]["concordant"].is_number());
    assert!(report["finished"].is_string());
}

#[test]
fn sweep_and_cross_share_everything_with_it_and_nothing_is_measured_twice() {
    let Ok(sandbox) = project() else { return };
    json(&sandbox);
    // A baseline, an instrumented image, one for each count, one with the other's profile and one with all, for each function.
    assert_eq!((sandbox.builds().len(), runs(&sandbox)), (12, 4));
    let again = sandbox.succeeds(evaluate(""));
    for words in [
        "Figure 5.1: throughput",
        "+2.58 %",
        "Figure 5.10: throughput, hello with each profile",
        "pairs of profiles",
    ] {
        assert!(again.stdout.contains(words), "{}", again.stdout);
    }
    assert!(
        again.stderr.contains("nothing is left to do"),
        "{}",
        again.stderr
    );
    let alone = FAST.replace("--requests", "--bench-requests");
    sandbox.succeeds(format!("sweep --function hello --profiles 1,2 {alone}"));
    sandbox.succeeds(format!("cross hello sleep --runs 1 {FAST}"));
    assert_eq!((sandbox.builds().len(), runs(&sandbox)), (12, 4));
}

#[test]
fn killed_at_any_row_it_is_readable_and_goes_on() {
    let Ok(sandbox) = project() else { return };
    let measured = |report: &Value| {
        let rows = report["runs"].as_array().unwrap().clone();
        rows.iter().filter(|row| row["run"].is_string()).count()
    };
    for wanted in 1..4 {
        let mut child = sandbox
            .command(&evaluate(""))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        wait_for("a row more", || {
            kept(&sandbox).is_some_and(|report| measured(&report) >= wanted)
        });
        child.kill().unwrap();
        child.wait().unwrap();
        let report = kept(&sandbox).unwrap();
        assert!(report["finished"].is_null() || measured(&report) == 4);
        let markdown = std::fs::read_to_string(folder(&sandbox).unwrap().join("evaluate.md"));
        let markdown = markdown.unwrap();
        assert!(markdown.contains("## Figure 5.11"), "{markdown}");
        if measured(&report) < 4 {
            assert!(markdown.contains("not measured yet"), "{markdown}");
        }
    }
    json(&sandbox);
    assert_eq!((sandbox.builds().len(), runs(&sandbox)), (12, 4));
}

#[test]
fn a_changed_jar_redoes_what_is_made_of_it_and_of_its_profiles() {
    let Ok(sandbox) = project() else { return };
    json(&sandbox);
    let jar = sandbox.path().join("hello.jar");
    let file = std::fs::File::options().read(true).write(true).open(jar);
    let mut archive = zip::ZipWriter::new_append(file.unwrap()).unwrap();
    archive
        .start_file("more.txt", zip::write::SimpleFileOptions::default())
        .unwrap();
    archive.finish().unwrap();
    json(&sandbox);
    let (of_hello, of_sleep): (Vec<_>, Vec<_>) = sandbox
        .builds()
        .into_iter()
        .skip(12)
        .partition(|build| build.contains("hello.jar"));
    // Of hello all; of sleep no more than the images with a profile of hello's, which its new training may have left as it was.
    assert_eq!(of_hello.len(), 6);
    assert!(of_sleep.len() <= 2, "{of_sleep:?}");
    assert!(of_sleep.iter().all(|build| build.contains("--pgo=")));
}

#[test]
fn a_dry_run_says_what_is_ahead_and_how_long_that_takes_in_all() {
    let Ok(sandbox) = project() else { return };
    let dry = || sandbox.succeeds(evaluate("--dry-run")).stdout;
    let before = dry();
    for words in [
        "# hello: build native: would be built: there is none yet",
        "# sleep: build native-pgo with the profile of hello: would be built",
        "steps that were never done here",
    ] {
        assert!(before.contains(words), "{before}");
    }
    assert!(
        !before.contains("with its own profile"),
        "a sweep makes it: {before}"
    );
    assert_eq!((sandbox.builds().len(), sandbox.products().len()), (0, 0));
    json(&sandbox);
    assert!(
        dry().ends_with("# in all: nothing is left to do\n"),
        "{}",
        dry()
    );
    let more = sandbox.succeeds(evaluate("--dry-run --seed 7")).stdout;
    let total = more.lines().last().unwrap();
    assert!(total.starts_with("# in all: about "), "{more}");
}

#[test]
fn every_format_has_the_figures() {
    let Ok(sandbox) = project() else { return };
    json(&sandbox);
    let markdown = sandbox.succeeds(evaluate("--format markdown")).stdout;
    assert!(
        markdown.contains("| function | native | native-pgo |"),
        "{markdown}"
    );
    let page = sandbox.succeeds(evaluate("--format html")).stdout;
    assert_eq!(page.matches("<h2>Figure 5.").count(), 11);
    assert_eq!(page.matches("<svg").count(), 5 + 4 * 2 + 2);
    assert!(!page.contains("NaN") && !page.contains("http"));
    let on_disk = folder(&sandbox).unwrap().join("evaluate.html");
    assert_eq!(std::fs::read_to_string(on_disk).unwrap(), page);
    sandbox
        .pgoctl("evaluate --format csv")
        .fails(2, &["answers in `--format table`"]);
}

#[test]
fn without_native_pgo_something_stands_in_and_that_is_said() {
    let Ok(sandbox) = Sandbox::project("hello") else {
        return;
    };
    let report = json(&sandbox);
    assert_eq!(report["baseline"], "hotspot");
    assert_eq!(report["variant"], "hotspot-cds");
    let notes = report["notes"].to_string();
    for words in [
        "stands in for native-pgo against native",
        "Figures 5.10 to 5.12 are left out",
    ] {
        assert!(notes.contains(words), "{notes}");
    }
    let claim = &figure(&report, "5.1")["claims"][0];
    assert_eq!(claim["agreement"], "nothing-published", "{claim}");
    assert!(claim["ours"].as_str().unwrap().contains('%'), "{claim}");
}

#[test]
fn what_is_made_with_one_profile_has_five_figures() {
    let (Ok(jdk), Ok(mut sandbox)) = (jdk::from_24(), Sandbox::project("hello")) else {
        return;
    };
    sandbox.set("JAVA_HOME", jdk);
    let report = sandbox.json(evaluate("--variant hotspot-aot --format json"));
    assert_eq!(report["figures"].as_array().unwrap().len(), 5, "{report}");
    assert_eq!(report["baseline"], "hotspot");
}

#[test]
fn what_an_evaluation_decides_itself_is_refused() {
    let Ok(sandbox) = project() else { return };
    for flag in ["--runs 3", "--stop stable", "--output shared"] {
        sandbox
            .pgoctl(evaluate(flag))
            .fails(2, &["does not go with an evaluation"]);
    }
    sandbox
        .pgoctl("evaluate hello hello")
        .fails(2, &["each function once"]);
}
