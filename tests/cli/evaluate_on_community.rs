//! `evaluate` for real, where `GRAALVM_HOME` holds a Community native-image: small counts, killed in the middle. What several
//! functions bring each other takes many minutes and is ignored unless asked for; `make evaluate` is all of it.

use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, SystemTime};

use serde_json::Value;

use super::community::community;
use super::needs::Needed;
use super::sandbox::{Sandbox, config, jars, wait_within};

const FAST: &str =
    "--profiles 1,2 --train-requests 20 --rounds 6 --cold-starts 2 --requests 50 --warmup 10";

/// A project with these sample functions on the real GraalVM.
fn project(functions: &[&str]) -> Needed<Sandbox> {
    let (home, jars) = (community()?, jars()?);
    let mut sandbox = Sandbox::new();
    let mut text = String::new();
    for function in functions {
        let name = format!("{function}.jar");
        std::fs::copy(jars.join(&name), sandbox.path().join(&name)).unwrap();
        let own = config(function, "").replace("app.jar", &name);
        text += own.split("[train]").next().unwrap();
    }
    sandbox.write("pgoctl.toml", &text);
    sandbox.set("GRAALVM_HOME", &home);
    sandbox.set("JAVA_HOME", home);
    Ok(sandbox)
}

/// The whole images so far, with the time at which each was made.
fn images(sandbox: &Sandbox) -> Vec<(String, SystemTime)> {
    let products = sandbox.products();
    let whole = products
        .into_iter()
        .filter(|path| path.ends_with("build.json") && !path.contains("/.tmp"));
    let made = |path: &String| {
        Path::new(sandbox.path())
            .join(path)
            .metadata()
            .unwrap()
            .modified()
    };
    let mut images: Vec<_> = whole.map(|path| (made(&path).unwrap(), path)).collect();
    images.sort();
    images
        .into_iter()
        .map(|(made, path)| (path, made))
        .collect()
}

/// How long real builds may take on a busy machine.
const BUILDS: Duration = Duration::from_secs(1500);

/// Kills the command once so many images are whole; native-image takes its time, so that this waits longer than others do.
fn killed_after(sandbox: &Sandbox, line: &str, wanted: usize) {
    let mut child = sandbox
        .command(line)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    wait_within(BUILDS, "an image is whole", || {
        assert!(child.try_wait().unwrap().is_none(), "it ended by itself");
        images(sandbox).len() >= wanted
    });
    child.kill().unwrap();
    child.wait().unwrap();
}

fn figure<'a>(report: &'a Value, number: &str) -> &'a Value {
    let figures = report["figures"].as_array().unwrap();
    figures.iter().find(|one| one["number"] == number).unwrap()
}

#[test]
fn hello_is_evaluated_on_community_killed_after_an_image_and_goes_on() {
    let Ok(sandbox) = project(&["hello"]) else {
        return;
    };
    let line = format!("evaluate hello {FAST} --format json -- -Ob");
    killed_after(&sandbox, &line, 1);
    let before = images(&sandbox);
    let report = sandbox.json(&line);
    let after = images(&sandbox);
    assert!(
        after.starts_with(&before),
        "what was whole was not made again"
    );
    assert!((2..=3).contains(&after.len()), "{after:?}");
    assert_eq!(
        (&report["baseline"], &report["variant"]),
        (&"native".into(), &"native-pgo".into())
    );
    let claim = &figure(&report, "5.1")["claims"][0];
    assert_eq!(claim["published"]["percent"], 2.58);
    let bars = figure(&report, "5.1")["bars"].as_array().unwrap();
    assert!(
        bars.iter().all(|bar| bar["estimate"]["low"].is_number()),
        "{bars:?}"
    );
    let sizes = figure(&report, "5.5")["bars"].as_array().unwrap();
    assert!(sizes[0]["estimate"]["value"].as_f64().unwrap() > 5e6);
    let run = report["runs"][0]["run"].as_str().unwrap();
    let run = std::fs::read(Path::new(run).join("run.json")).unwrap();
    let run: Value = serde_json::from_slice(&run).unwrap();
    assert_eq!(run["variants"][1]["image"]["optimizer"], "pgoctl");
    assert_eq!(sandbox.json(&line)["figures"], report["figures"]);
    assert_eq!(images(&sandbox), after);
}

#[test]
#[ignore = "ten real builds; `cargo test --test cli -- --ignored two_functions_help` does it"]
fn two_functions_help_each_other_on_community() {
    let Ok(sandbox) = project(&["hello", "sleep"]) else {
        return;
    };
    let line = format!("evaluate {FAST} --format json -- -Ob");
    killed_after(&sandbox, &line, 4);
    let report = sandbox.json(&line);
    let labels: Vec<_> = figure(&report, "5.11")["bars"].as_array().unwrap().clone();
    let labels: Vec<_> = labels
        .iter()
        .map(|bar| bar["label"].as_str().unwrap())
        .collect();
    assert_eq!(labels, ["none", "hello", "own", "all"]);
    let cross = sandbox.json(format!(
        "cross hello sleep --runs 1 {} --format json -- -Ob",
        FAST.replace("--profiles 1,2 ", "")
    ));
    let overlap = cross["rows"][0]["cells"][0]["overlap"].as_f64().unwrap();
    assert!(0.0 < overlap && overlap < 1.0, "{overlap}");
    assert_eq!(cross["foretold"], report["foretold"]);
}
