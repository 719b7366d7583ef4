//! `--progress json`: what goes on, for programs.

use serde_json::Value;

use super::sandbox::{Said, Sandbox};

fn events(said: &Said) -> Vec<Value> {
    let lines = said.stderr.lines();
    lines
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
        .collect()
}

fn named<'a>(events: &'a [Value], name: &str) -> Vec<&'a Value> {
    events
        .iter()
        .filter(|event| event["event"] == name)
        .collect()
}

#[test]
fn every_line_of_stderr_is_an_event_and_what_begins_ends() {
    let Ok(sandbox) = Sandbox::project("hello") else {
        return;
    };
    let said = sandbox.pgoctl("build --progress json --variant hotspot-cds --runs 2");
    assert_eq!(said.status, 0, "{}", said.stderr);
    let events = events(&said);
    assert_eq!(named(&events, "planned")[0]["function"], "hello");
    let of = |name| -> Vec<Value> {
        let events = named(&events, name).into_iter();
        events.map(|event| event["work"].clone()).collect()
    };
    assert_eq!(of("began"), of("done"));
    assert_eq!(of("began")[0]["kind"], "train");
    assert!(!named(&events, "progressed").is_empty());
}

#[test]
fn a_command_that_fails_says_how_in_its_last_event() {
    let sandbox = Sandbox::new();
    let said = sandbox.pgoctl("run --progress json");
    let events = events(&said);
    let failed = events.last().expect("it says something");
    assert_eq!(
        (failed["event"].as_str(), failed["exit_code"].as_i64()),
        (Some("failed"), Some(2))
    );
    assert_eq!(said.status, 2);
    assert!(
        failed["goal"]
            .as_str()
            .is_some_and(|goal| goal.contains("pgoctl.toml")),
        "{failed}"
    );
}

#[test]
fn quiet_leaves_nothing_but_warnings() {
    let Ok(sandbox) = Sandbox::project("hello") else {
        return;
    };
    let said = sandbox.pgoctl("build --quiet --progress json --variant hotspot-cds --runs 2");
    let events = events(&said);
    assert!(
        events.iter().all(|event| event["event"] == "warned"),
        "{events:?}"
    );
}
