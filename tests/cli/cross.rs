//! `cross`, `suggest` and `--profile-from`: profiles of other functions.

use std::process::Stdio;

use serde_json::Value;

use super::needs::Needed;
use super::sandbox::{Sandbox, config, jars, wait_for};

const FAST: &str =
    "--runs 1 --train-requests 5 --rounds 6 --cold-starts 0 --requests 100 --warmup 2";

/// A project with two of the sample functions, and the double.
pub fn project() -> Needed<Sandbox> {
    let jars = jars()?;
    let mut sandbox = Sandbox::new();
    let mut text = String::new();
    for function in ["hello", "sleep"] {
        let name = format!("{function}.jar");
        std::fs::copy(jars.join(&name), sandbox.path().join(&name)).unwrap();
        let own = config(function, "").replace("app.jar", &name);
        text += own.split("[train]").next().unwrap();
    }
    sandbox.write("pgoctl.toml", &text);
    sandbox.graalvm("");
    Ok(sandbox)
}

fn cross(sandbox: &Sandbox) -> Value {
    sandbox.json(format!("cross hello sleep {FAST} --format json"))
}

#[test]
fn every_function_is_measured_with_every_profile_and_the_overlap_stands_beside() {
    let Ok(sandbox) = project() else { return };
    let report = cross(&sandbox);
    // Each function: the baseline, the instrumented image, and three with profiles.
    assert_eq!(sandbox.builds().len(), 10);
    let rows = report["rows"].as_array().unwrap();
    let names: Vec<_> = rows.iter().map(|row| &row["function"]).collect();
    assert_eq!(names, ["hello", "sleep"]);
    let cells = rows[0]["cells"].as_array().unwrap();
    let sources: Vec<_> = cells.iter().map(|cell| &cell["source"]).collect();
    assert_eq!(sources, ["sleep", "own", "all"]);
    let overlap = |at: usize| cells[at]["overlap"].as_f64().unwrap();
    assert!((overlap(1) - 1.0).abs() < 1e-9);
    assert!(overlap(0) < overlap(2) && overlap(2) < 1.0, "{cells:?}");
    let weight = |at: usize| cells[at]["weight_in_code"].as_f64().unwrap();
    assert!(weight(0) < 1.0 && (weight(1) - 1.0).abs() < 1e-9);
    let comparison = &cells[0]["comparisons"][0];
    assert_eq!(comparison["baseline"], "native");
    assert_eq!(comparison["candidate"], "profile of sleep");
    assert!(comparison["low"].is_number());
    let foretold = &report["foretold"];
    let pairs = foretold["concordant"].as_u64().unwrap() + foretold["discordant"].as_u64().unwrap();
    assert_eq!(pairs, 6);
    assert!(foretold["p"].is_number());
    // The same again makes and measures nothing; the table has the answer.
    let measured = |sandbox: &Sandbox| {
        let products = sandbox.products();
        products
            .iter()
            .filter(|path| path.ends_with("run.json"))
            .count()
    };
    assert_eq!(measured(&sandbox), 2);
    let again = sandbox.succeeds(format!("cross hello sleep {FAST}"));
    assert_eq!((sandbox.builds().len(), measured(&sandbox)), (10, 2));
    for words in ["throughput against none", "pairs of profiles"] {
        assert!(again.stdout.contains(words), "{}", again.stdout);
    }
}

#[test]
fn a_dry_run_of_the_matrix_makes_nothing() {
    let Ok(sandbox) = project() else { return };
    let said = sandbox.succeeds(format!("cross {FAST} --dry-run")).stdout;
    for words in [
        "# hello: build native: would be built: there is none yet",
        "# sleep: train native-pgo: 1 of 1 runs would be done",
        "# sleep: build native-pgo with the profile of hello: would be built",
    ] {
        assert!(said.contains(words), "{said}");
    }
    assert_eq!((sandbox.builds().len(), sandbox.products().len()), (0, 0));
}

#[test]
fn one_function_is_no_matrix() {
    let Ok(sandbox) = project() else { return };
    for words in ["cross hello", "cross hello hello"] {
        sandbox.pgoctl(words).fails(2, &["two functions or more"]);
    }
    for flag in ["--variant hotspot", "--output shared"] {
        sandbox
            .pgoctl(format!("cross hello sleep {flag}"))
            .fails(2, &["does not go with a cross"]);
    }
}

#[test]
fn a_function_without_profiles_can_take_those_that_fit_best() {
    let Ok(sandbox) = project() else { return };
    let suggest = "suggest --function hello --format json";
    let none = sandbox.json(suggest);
    assert_eq!(none["suggestions"].as_array().unwrap().len(), 0);
    let build = "build --function hello --variant native-pgo --format json";
    sandbox
        .pgoctl(format!("{build} --profile-from sleep"))
        .fails(2, &["no stored profiles of `sleep`", "pgoctl suggest"]);
    sandbox.succeeds("train --function sleep --variant native-pgo --runs 2 --train-requests 5");
    let found = sandbox.json(suggest);
    let best = &found["suggestions"][0];
    assert_eq!(
        (&best["function"], &best["profiles"]),
        (&"sleep".into(), &2.into())
    );
    let share = best["call_share"].as_f64().unwrap();
    assert!(0.0 < share && share < 1.0, "{best}");
    let table = sandbox.succeeds("suggest --function hello");
    assert!(
        table.stderr.contains("--profile-from sleep"),
        "{}",
        table.stderr
    );
    let report = sandbox.json(format!("{build} --profile-from sleep"));
    let image = &report["variants"][0]["image"];
    let profiles = image["profiles"].as_array().unwrap();
    assert!(profiles.len() == 2 && profiles[0].as_str().unwrap().contains("profiles/sleep/"));
    assert_eq!(report["warnings"][0]["kind"], "borrowed-profile");
    // It is built without an instrumented image of its own: that of `sleep`, and one with its profiles.
    assert_eq!(sandbox.builds().len(), 2);
}

#[test]
fn a_killed_matrix_goes_on_where_it_was() {
    let Ok(sandbox) = project() else { return };
    let line = format!("cross hello sleep {FAST} --format json");
    // Whatever it was at: an image, a training, a row that is measured.
    for builds in [1, 3, 5, 8, 10] {
        let mut command = sandbox.command(&line);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        wait_for("some images are begun", || {
            let over = child.try_wait().unwrap().is_some();
            over || sandbox.builds().len() >= builds
        });
        child.kill().unwrap();
        child.wait().unwrap();
    }
    let report = cross(&sandbox);
    assert_eq!(report["rows"].as_array().map(Vec::len), Some(2));
    // What was whole was kept: at most one build a kill was done again.
    let builds = sandbox.builds().len();
    assert!((10..=15).contains(&builds), "{builds}");
    let whole = sandbox.products().into_iter();
    let whole = whole.filter(|file| file.ends_with("/build.json")).count();
    assert_eq!(whole, 10);
}
