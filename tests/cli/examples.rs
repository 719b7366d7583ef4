//! The examples of `docs/gates.md`, as they stand there, do what the text says.

use std::path::Path;
use std::process::Command;

use super::pages::Page;
use super::sandbox::{Said, Sandbox};

/// The text of the page's code block in this language that has `word` in it.
fn block(language: &str, word: &str) -> String {
    let page = Page::read("docs/gates.md");
    let mut blocks = page.blocks().into_iter();
    let found = blocks.find(|block| block.language == language && block.text.contains(word));
    found.unwrap().text.to_owned()
}

/// A small project, with `pgoctl` on the path.
fn project() -> Option<Sandbox> {
    let mut sandbox = Sandbox::project("hello").ok()?;
    let folder = Path::new(env!("CARGO_BIN_EXE_pgoctl")).parent().unwrap();
    let path = std::env::var("PATH").unwrap();
    sandbox.set("PATH", format!("{}:{path}", folder.display()));
    for (name, value) in [
        ("PGOCTL_VARIANT", "hotspot,hotspot-cds"),
        ("PGOCTL_REQUESTS", "10"),
        ("PGOCTL_COLD_STARTS", "0"),
        ("PGOCTL_RUNS", "1"),
    ] {
        sandbox.set(name, value);
    }
    // Wide enough for any machine that tests run on.
    let config = sandbox.read("pgoctl.toml") + "\n[gate.metrics]\nthroughput_rps = \"99%\"\n";
    sandbox.write("pgoctl.toml", &config);
    Some(sandbox)
}

fn shell(sandbox: &Sandbox, line: &str) -> Said {
    let mut command: Command = sandbox.command("");
    let mut shell = Command::new("bash");
    shell.args(["-e", "-c", line]).current_dir(sandbox.path());
    for (name, value) in command.env("LANG", "C.UTF-8").get_envs() {
        match value {
            Some(value) => shell.env(name, value),
            None => shell.env_remove(name),
        };
    }
    Said::of(&shell.output().unwrap())
}

#[test]
fn the_github_actions_example_gates_summarizes_and_writes_the_page() {
    let Some(mut sandbox) = project() else { return };
    let summary = sandbox.write("summary.md", "");
    sandbox.set("GITHUB_STEP_SUMMARY", &summary);
    let steps = block("yaml", "pgoctl run --gate");
    let lines: Vec<&str> = steps
        .lines()
        .filter_map(|line| line.trim().strip_prefix("- run: "))
        .collect();
    assert_eq!(lines.len(), 4, "{steps}");
    // What installs pgoctl and builds the JAR has happened already.
    for line in lines.iter().filter(|line| line.contains("pgoctl r")) {
        let said = shell(&sandbox, line);
        assert_eq!(said.status, 0, "{line}\n{}\n{}", said.stderr, said.stdout);
    }
    let text = sandbox.read("summary.md");
    assert!(text.contains("✅ **VERDICT: pass"), "{text}");
    assert!(sandbox.read("report.html").starts_with("<!doctype html>"));
}

#[test]
fn the_makefile_example_saves_a_baseline_and_keeps_the_verdict() {
    let Some(sandbox) = project() else { return };
    if Command::new("make").arg("--version").output().is_err() {
        eprintln!("skipped: no `make`");
        return;
    }
    sandbox.write("Makefile", &block("make", "perf-baseline"));
    let said = shell(&sandbox, "make perf-baseline");
    assert_eq!(said.status, 0, "{}", said.stderr);
    let said = shell(&sandbox, "make perf");
    assert_eq!(said.status, 0, "{}", said.stderr);
    let verdict: serde_json::Value = serde_json::from_str(&sandbox.read("verdict.json")).unwrap();
    assert_eq!(verdict["outcome"], "pass", "{verdict}");
    // make makes 2 of every failure; the file still says which it was.
    let stricter = sandbox.read("pgoctl.toml").replace("99%", "0.1%");
    sandbox.write("pgoctl.toml", &stricter);
    let said = shell(&sandbox, "make perf");
    assert_eq!(said.status, 2, "{}", said.stderr);
    let verdict: serde_json::Value = serde_json::from_str(&sandbox.read("verdict.json")).unwrap();
    assert_eq!(verdict["exit_code"], 8, "{verdict}");
}
