//! The controller: a function goes through its stages under load without a failed call, profiles hold the calls that were routed
//! to them, a new image that is not shown to be as good does not take over, and a death at any moment loses nothing.

use std::time::Duration;

use serde_json::{Value, json};

use super::community::community;
use super::controller::Controller;
use super::jdk;
use super::needs::Needed;
use super::sandbox::{Sandbox, wait_for};

/// Three real builds, on a machine that is busy with others.
const BUILDS: Duration = Duration::from_secs(1500);

/// A project whose function is profiled fast.
fn project(more: &str) -> Needed<Sandbox> {
    let sandbox = Sandbox::project("hello")?;
    serving(&sandbox, more);
    Ok(sandbox)
}

fn serving(sandbox: &Sandbox, more: &str) {
    let table = "\n[function.hello.serve]\nfraction = \"50%\"\nprofile-calls = 20\nprofiles = 3\ncanary = \"50%\"\n";
    sandbox.append("pgoctl.toml", &format!("{table}{more}\n"));
}

/// The same with the contract double of Oracle GraalVM.
fn with_double(more: &str) -> Needed<Sandbox> {
    let mut sandbox = project(more)?;
    sandbox.graalvm("");
    Ok(sandbox)
}

/// A function whose trials never end by themselves: nothing of the traffic goes to them.
fn with_endless_trial() -> Needed<(Sandbox, Controller)> {
    let sandbox = with_double("")?;
    let table = sandbox
        .read("pgoctl.toml")
        .replace("canary = \"50%\"", "canary = \"0.0001%\"");
    sandbox.write("pgoctl.toml", &table);
    let controller = Controller::start(&sandbox, "");
    install(&controller, &sandbox);
    Ok((sandbox, controller))
}

fn install(controller: &Controller, sandbox: &Sandbox) {
    let said = controller.command(sandbox, "install");
    assert_eq!(said.status, 0, "{}", said.stderr);
}

fn stage(status: &Value) -> &str {
    status["stage"].as_str().unwrap()
}

/// Sheets of all profiles that are in the store.
fn origins(sandbox: &Sandbox) -> Vec<Value> {
    let stored = sandbox
        .products()
        .into_iter()
        .filter(|path| path.contains("serve/store/profiles/") && path.ends_with(".json"));
    stored
        .map(|path| serde_json::from_str(&sandbox.read(&path)).unwrap())
        .collect()
}

#[test]
fn a_function_goes_through_its_stages_without_a_failed_call() {
    let Ok(sandbox) = with_double("") else { return };
    let controller = Controller::start(&sandbox, "");
    install(&controller, &sandbox);
    // All images of the double are alike: any verdict may come of the trial, but one comes.
    let seen = controller.drive("hello", "a verdict", |status| !status["verdict"].is_null());
    let kinds = events_of(&controller);
    let mut from = kinds.iter();
    for expected in [
        "function.installed",
        "function.advanced",
        "build.started",
        "build.finished",
        "function.advanced",
        "function.switched",
        "build.finished",
        "function.advanced",
        "profile.stored",
        "function.frozen",
        "build.finished",
        "trial.started",
        "trial.verdict",
    ] {
        assert!(from.any(|kind| kind == expected), "{expected}: {kinds:?}");
    }
    for variant in ["hotspot", "native", "native-instrumented", "native-pgo"] {
        assert!(seen.contains_key(variant), "{seen:?}");
    }
    // Every call that was routed to profiling is in a profile, and no other.
    wait_for("all profiles in the store", || {
        controller.status("hello")["profiles"]["pending"] == 0
            && controller.status("hello")["workers"]["native-instrumented"].is_null()
            && origins(&sandbox).iter().map(calls).sum::<u64>() == seen["native-instrumented"]
    });
    let status = controller.status("hello");
    assert_eq!(status["profiles"]["calls"], seen["native-instrumented"]);
    assert_eq!(controller.end(), Some(0));
    // What a controller stored is whole, and lies where training's profiles do once it was pulled.
    let stored = origins(&sandbox).len();
    let verified = sandbox.json("store verify --format json");
    assert_eq!(
        (&verified["profiles"], &verified["jars"]),
        (&stored.into(), &1.into())
    );
    assert_eq!(
        (&verified["broken"], &verified["unknown"]),
        (&json!([]), &json!([])),
        "{verified}"
    );
    let pulled = sandbox.json("profile pull --function hello --format json");
    assert_eq!(
        pulled["pulled"].as_array().unwrap().len(),
        stored,
        "{pulled}"
    );
    let gone = sandbox.json("profile gc --older-than 0s --format json");
    assert_eq!(
        gone["removed"],
        json!([]),
        "the version that is served lost something: {gone}"
    );
    // All of them are the runs of one training.
    let borrowed = "build --variant native-pgo --profile-from hello --format json";
    let built = sandbox.json(borrowed);
    let used = built["variants"][0]["image"]["profiles"].as_array();
    assert_eq!(used.map(Vec::len), Some(stored), "{built}");
}

fn events_of(controller: &Controller) -> Vec<String> {
    let events = controller.events("hello");
    events.into_iter().map(|(kind, _)| kind).collect()
}

fn calls(origin: &Value) -> u64 {
    origin["provenance"]["requests"].as_u64().unwrap()
}

#[test]
fn on_the_jvm_alone_it_is_tried_with_an_aot_cache() {
    let (Ok(home), Ok(mut sandbox)) = (jdk::of_25(), project("")) else {
        return;
    };
    sandbox.set("JAVA_HOME", home);
    let controller = Controller::start(&sandbox, "");
    install(&controller, &sandbox);
    // Each pair of JVMs takes its time to start: a verdict would take minutes.
    let seen = controller.drive("hello", "calls of both sides", |status| {
        status["trial_calls"][0].as_u64() > Some(60) && status["trial_calls"][1].as_u64() > Some(60)
            || !status["verdict"].is_null()
    });
    assert!(seen.contains_key("hotspot-aot"), "{seen:?}");
    if controller.status("hello")["verdict"].is_null() {
        let said = controller.command(&sandbox, "promote hello");
        assert_eq!(said.status, 0, "{}", said.stderr);
        controller.drive("hello", "the AOT cache", |status| {
            status["variant"] == "hotspot-aot" && stage(status) == "optimized"
        });
    }
    assert_eq!(controller.end(), Some(0));
}

#[test]
fn a_new_image_is_promoted_and_taken_back_by_hand() {
    let Ok((sandbox, controller)) = with_endless_trial() else {
        return;
    };
    let said = controller.command(&sandbox, "promote hello");
    said.fails(2, &["has no new image"]);
    controller.drive("hello", "a trial", |status| {
        !status["trial_calls"].is_null()
    });
    // No traffic is not a pass.
    assert_eq!(stage(&controller.status("hello")), "profiling");
    let said = controller.command(&sandbox, "promote hello");
    assert_eq!(said.status, 0, "{}", said.stderr);
    controller.drive("hello", "the promoted image", |status| {
        status["variant"] == "native-pgo"
    });
    assert_eq!(stage(&controller.status("hello")), "optimized");
    let said = controller.command(&sandbox, "rollback hello");
    assert_eq!(said.status, 0, "{}", said.stderr);
    controller.drive("hello", "the image before", |status| {
        status["variant"] == "native"
    });
    let status = controller.status("hello");
    assert!(
        status["held"].as_str().unwrap().contains("by hand"),
        "{status}"
    );
    // Every decision is a document, and the documents are the history.
    let history = controller.get("/v1/functions/hello/history");
    let numbers: Vec<u64> = history
        .as_array()
        .unwrap()
        .iter()
        .map(|document| document["generation"].as_u64().unwrap())
        .collect();
    assert_eq!(numbers, (1..=numbers.len() as u64).collect::<Vec<_>>());
    assert_eq!(history[numbers.len() - 1]["event"], "rolled-back");
}

#[test]
fn collecting_at_once_after_a_promotion_gathers_other_profiles() {
    let Ok((sandbox, controller)) = with_endless_trial() else {
        return;
    };
    for _ in 0..3 {
        // No pause in between: what was counted a moment ago must not be taken for new.
        controller.drive("hello", "a trial", |status| {
            !status["trial_calls"].is_null()
        });
        for line in ["promote hello", "collect hello"] {
            wait_for(line, || controller.command(&sandbox, line).status == 0);
        }
    }
    let history = controller.get("/v1/functions/hello/history");
    let frozen = history.as_array().unwrap().iter();
    let frozen = frozen.filter(|document| document["event"] == "frozen");
    let sets: Vec<&Value> = frozen.map(|it| &it["candidate"]["id"]).collect();
    assert!(sets.len() >= 3, "{sets:?}");
    assert!(sets.windows(2).all(|two| two[0] != two[1]), "{sets:?}");
}

#[test]
fn killed_it_goes_on_where_it_was_and_no_profile_is_lost() {
    let Ok(sandbox) = with_double("profiles = 1000") else {
        return;
    };
    let table = sandbox
        .read("pgoctl.toml")
        .replacen("profiles = 3\n", "", 1);
    sandbox.write("pgoctl.toml", &table);
    let controller = Controller::start(&sandbox, "");
    install(&controller, &sandbox);
    let stored =
        |controller: &Controller| controller.status("hello")["profiles"]["stored"].as_u64();
    controller.drive("hello", "two profiles", |status| {
        status["profiles"]["stored"].as_u64() >= Some(2)
    });
    let before = stored(&controller);
    controller.kill();
    let controller = Controller::start(&sandbox, "");
    let status = controller.status("hello");
    assert_eq!(stage(&status), "profiling");
    // The first call wakes it: nothing ran.
    controller.drive("hello", "more profiles", |status| {
        status["profiles"]["stored"].as_u64() > before.map(|it| it + 1)
    });
    assert_eq!(controller.end(), Some(0));
    assert!(origins(&sandbox).len() as u64 > before.unwrap());
}

#[test]
fn a_worker_that_dies_is_replaced() {
    let Ok(sandbox) = project("") else { return };
    let controller = Controller::start(&sandbox, "");
    install(&controller, &sandbox);
    let mut client = controller.client();
    assert_eq!(client.post("/f/hello/").status, 200);
    let worker = std::fs::read_dir("/proc").unwrap().flatten().find(|entry| {
        let command = std::fs::read(entry.path().join("cmdline")).unwrap_or_default();
        let command = String::from_utf8_lossy(&command).into_owned();
        let folder = sandbox.path().to_string_lossy().into_owned();
        command.contains("--port") && command.contains(&folder)
    });
    let pid: i32 = worker
        .unwrap()
        .file_name()
        .to_string_lossy()
        .parse()
        .unwrap();
    let pid = rustix::process::Pid::from_raw(pid).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
    wait_for("the death to be noticed", || {
        let events = controller.events("hello");
        events.iter().any(|(kind, _)| kind == "worker.failed")
    });
    assert_eq!(client.post("/f/hello/").status, 200);
}

#[test]
fn calls_are_refused_while_the_first_image_is_built_where_that_is_wanted() {
    let Ok(mut sandbox) = project("disabled-while-building = true") else {
        return;
    };
    sandbox.graalvm("--stage-ms 200");
    let controller = Controller::start(&sandbox, "");
    install(&controller, &sandbox);
    let answer = controller.ask("POST", "/f/hello/", "", b"{}");
    assert_eq!(answer.status, 503, "{answer:?}");
    assert!(answer.headers.contains_key("retry-after"), "{answer:?}");
    wait_for("the native image", || {
        controller.ask("POST", "/f/hello/", "", b"{}").status == 200
    });
}

#[test]
fn metrics_and_events_say_what_happened() {
    let Ok(sandbox) = project("") else { return };
    let controller = Controller::start(&sandbox, "");
    install(&controller, &sandbox);
    let mut client = controller.client();
    for _ in 0..7 {
        assert_eq!(client.post("/f/hello/").status, 200);
    }
    let text = controller.ask("GET", "/metrics", "", b"").body;
    let line = "pgoctl_calls_total{function=\"hello\",variant=\"hotspot\"} 7";
    assert!(text.contains(line), "{text}");
    assert!(text.trim_end().ends_with("# EOF"), "{text}");
    let all = controller.get("/v1/events");
    let last = all.as_array().unwrap().last().unwrap()["id"]
        .as_u64()
        .unwrap();
    let after = controller.get(&format!("/v1/events?after={last}"));
    assert_eq!(after.as_array().unwrap().len(), 0);
}

/// The real thing: on a Community native-image, with an image of ours that counts and our optimizer.
#[test]
fn on_community_edition_real_profiles_of_real_calls_make_a_real_image() {
    let Ok(home) = community() else { return };
    let Ok(mut sandbox) = project("trace-calls = 3") else {
        return;
    };
    sandbox.set("GRAALVM_HOME", home);
    let controller = Controller::start(&sandbox, "");
    install(&controller, &sandbox);
    let seen = controller.drive_for(BUILDS, "hello", "a verdict", |status| {
        !status["verdict"].is_null()
    });
    for variant in ["hotspot", "native", "native-instrumented", "native-pgo"] {
        assert!(seen.contains_key(variant), "{seen:?}");
    }
    let kinds: Vec<String> = events_of(&controller);
    assert!(kinds.contains(&"trace.kept".to_owned()), "{kinds:?}");
    let origin = &origins(&sandbox)[0];
    assert_eq!(origin["provenance"]["source"], "native-instrumented");
    let profile = sandbox
        .products()
        .into_iter()
        .find(|path| path.contains("serve/store/profiles/") && path.ends_with(".iprof"))
        .unwrap();
    let shown = sandbox.succeeds(format!("profile show {profile}"));
    assert!(
        shown.stdout.contains("callCountProfiles"),
        "{}",
        shown.stdout
    );
    assert_eq!(controller.end(), Some(0));
}
