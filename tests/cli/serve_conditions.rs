//! What a stage waits for besides calls and profiles: some time, and profiles that say nothing new.

use super::controller::Controller;
use super::sandbox::Sandbox;

fn start(serve: &str) -> Option<(Sandbox, Controller)> {
    let mut sandbox = Sandbox::project("hello").ok()?;
    sandbox.graalvm("");
    sandbox.append(
        "pgoctl.toml",
        &format!("\n[function.hello.serve]\n{serve}\n"),
    );
    let controller = Controller::start(&sandbox, "");
    let said = controller.command(&sandbox, "install");
    assert_eq!(said.status, 0, "{}", said.stderr);
    Some((sandbox, controller))
}

#[test]
fn profiling_ends_before_there_are_all_profiles_once_they_say_nothing_new() {
    let serve = "fraction = \"50%\"\nprofile-calls = 20\nprofiles = 500\nstop = \"stable\"\ntrace-calls = 0";
    let Some((_sandbox, controller)) = start(serve) else {
        return;
    };
    controller.drive("hello", "a set of profiles", |status| {
        !status["trial_calls"].is_null() || !status["verdict"].is_null()
    });
    let events = controller.events("hello");
    let frozen = events.iter().find(|(kind, _)| kind == "function.frozen");
    let (_, message) = frozen.unwrap();
    let profiles = message.split(' ').find_map(|word| word.parse::<u32>().ok());
    assert!((4..100).contains(&profiles.unwrap()), "{message}");
    let read = events.iter().filter(|(kind, _)| kind == "profile.read");
    assert!(read.clone().count() > 0, "{events:?}");
    assert!(
        read.clone()
            .any(|(_, message)| message.contains("by 100.0 %")),
        "{events:?}"
    );
}

#[test]
fn a_stage_lasts_as_long_as_it_is_to_and_says_so() {
    let serve = "trace-calls = 0\nhotspot-time = \"1h\"";
    let Some((_sandbox, controller)) = start(serve) else {
        return;
    };
    controller.drive("hello", "the native image to be built", |status| {
        let conditions = status["conditions"].as_array().unwrap().clone();
        conditions
            .iter()
            .any(|it| it["what"] == "image native" && it["have"] == 1)
    });
    let status = controller.status("hello");
    assert_eq!(status["stage"], "hotspot", "{status}");
    let conditions = status["conditions"].as_array().unwrap();
    let time = conditions
        .iter()
        .find(|it| it["what"] == "seconds")
        .unwrap();
    assert_eq!(time["need"], 3600, "{status}");
}
