//! Several controllers over one store: what one installs all of them serve, what all of them gather counts together, one of them
//! builds and one tries, each switches once; one that dies or is replaced costs no call.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use serde_json::Value;

use super::controller::{Controller, Ends};
use super::fleet::{Fleet, Tally};
use super::needs::Needed;
use super::profile_store::backing::Backing;
use super::sandbox::{Sandbox, wait_for};

/// Calls while one controller is killed and the others are replaced; `PGOCTL_TEST_CALLS` asks for more.
const CALLS: u64 = 1500;

/// A project on the contract double, whose images go wrong in these ways; a function that is profiled fast.
fn project(faults: &str, serve: &str) -> Needed<Sandbox> {
    let mut sandbox = Sandbox::project("hello")?;
    sandbox.graalvm(faults);
    let table = "\n[function.hello.serve]\nfraction = \"50%\"\nprofile-calls = 5\nprofiles = 40\n";
    sandbox.append("pgoctl.toml", &format!("{table}{serve}\n"));
    Ok(sandbox)
}

/// The image made with profiles is clearly faster, and whatever is called takes part in its trial.
fn project_that_gains() -> Needed<Sandbox> {
    project(
        "--fault slow-answers=6000@native --fault slow-answers=1000@pgo",
        "canary = \"100%\"",
    )
}

/// One controller of several over the store in `shared`.
fn start(sandbox: &Sandbox, home: &str, more: &str) -> Controller {
    let words = format!("--home homes/{home} {more}");
    match sandbox.sets("PGOCTL_STORE") {
        true => Controller::start(sandbox, &words),
        false => Controller::start(sandbox, &format!("{words} --store shared")),
    }
}

fn install(controller: &Controller, sandbox: &Sandbox) {
    let said = controller.command(sandbox, "install");
    assert_eq!(said.status, 0, "{}", said.stderr);
}

/// How often each kind of event was, at all of `controllers`.
fn events(controllers: &[&Controller]) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for controller in controllers {
        for (kind, _) in controller.events("hello") {
            *counts.entry(kind).or_default() += 1;
        }
    }
    counts
}

/// How often the documents of the function say that.
fn written(controller: &Controller, event: &str) -> usize {
    let history = controller.get("/v1/functions/hello/history");
    let all = history.as_array().unwrap().iter();
    all.filter(|document| document["event"] == event).count()
}

/// Calls all of `controllers` in turns until each one's status is as it should be; panics at an answer that is not 200.
fn drive(controllers: &[&Controller], what: &str, done: impl Fn(&Value) -> bool) {
    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let calls = scope.spawn(|| {
            let mut clients: Vec<_> = controllers.iter().map(|it| it.client()).collect();
            while !over.load(Ordering::Relaxed) {
                for client in &mut clients {
                    let answer = client.post("/f/hello/");
                    assert_eq!(answer.status, 200, "{answer:?}");
                }
            }
        });
        let ends = Ends(&over);
        wait_for(what, || {
            calls.is_finished() || controllers.iter().all(|it| done(&it.status("hello")))
        });
        drop(ends);
        calls.join().unwrap();
    });
}

/// From a JAR at one of two to the image made of both's profiles at both.
fn two_go_through_all_stages(sandbox: &Sandbox) {
    let (one, two) = (start(sandbox, "one", ""), start(sandbox, "two", ""));
    let both = [&one, &two];
    install(&one, sandbox);
    // What one was told a moment ago the other knows.
    assert_eq!(two.client().post("/f/hello/").status, 200);
    drive(&both, "the optimized image at both", |status| {
        status["variant"] == "native-pgo" && status["stage"] == "optimized"
    });
    let counts = events(&both);
    assert_eq!(sandbox.builds().len(), 3, "{counts:?}");
    assert_eq!(counts["build.started"], 3, "{counts:?}");
    assert_eq!(counts["image.fetched"], 3, "{counts:?}");
    assert_eq!(counts["trial.started"], 1, "{counts:?}");
    assert_eq!(written(&one, "frozen"), 1);
    assert_eq!(written(&two, "promoted"), 1);
    for controller in both {
        // To the native image, and to the optimized one.
        assert_eq!(events(&[controller])["function.switched"], 2, "{counts:?}");
    }
    // Both gathered.
    let stored = one.status("hello")["profiles"]["stored"].as_u64().unwrap();
    let here = |controller: &&Controller| events(&[*controller])["profile.stored"];
    assert!(both.iter().all(|it| here(it) > 0), "{counts:?}");
    assert!(stored >= 40, "{counts:?}");
    // By hand at one: both go back, to an image that each of them has.
    let said = two.command(sandbox, "rollback hello");
    assert_eq!(said.status, 0, "{}", said.stderr);
    drive(&both, "the image before at both", |status| {
        status["variant"] == "native"
    });
    assert_eq!((one.end(), two.end()), (Some(0), Some(0)));
}

#[test]
fn of_two_one_builds_one_tries_and_each_switches_once() {
    let Ok(sandbox) = project_that_gains() else {
        return;
    };
    two_go_through_all_stages(&sandbox);
}

#[test]
fn the_same_over_a_bucket() {
    let (Ok(mut sandbox), Ok(bucket)) = (project_that_gains(), Backing::bucket()) else {
        return;
    };
    bucket.used_by(&mut sandbox);
    two_go_through_all_stages(&sandbox);
    let verified = sandbox.json("store verify --format json");
    assert_eq!(verified["broken"], serde_json::json!([]), "{verified}");
    assert_eq!(verified["unknown"], serde_json::json!([]), "{verified}");
}

#[test]
fn what_one_is_told_the_others_follow_without_being_called() {
    let Ok(sandbox) = project("", "") else { return };
    let (one, two) = (start(&sandbox, "one", ""), start(&sandbox, "two", ""));
    install(&one, &sandbox);
    let follows = |what: &str, fact: &dyn Fn(&Value) -> bool| {
        wait_for(what, || {
            let answer = two.ask("GET", "/v1/functions", "", b"").json();
            fact(&answer)
        });
    };
    follows("the function", &|all| all[0]["function"] == "hello");
    one.command(&sandbox, "pause hello");
    follows("the pause", &|all| all[0]["paused"] == true);
    two.command(&sandbox, "resume hello");
    wait_for("the other way round", || {
        one.status("hello")["paused"] == false
    });
    let version = two.status("hello")["version"].clone();
    sandbox.append("pgoctl.toml", "\n[function.hello.env]\nVERSION = \"2\"\n");
    install(&one, &sandbox);
    follows("another version", &|all| all[0]["version"] != version);
    let generation = || one.status("hello")["generation"].clone();
    loop {
        let seen = generation();
        let late = format!("if-match: \"{seen}\"\r\n");
        let answer = two.ask("POST", "/v1/functions/hello/pause", &late, b"");
        if answer.status == 409 && generation() != seen {
            // It went on by itself in between.
            continue;
        }
        assert_eq!(answer.status, 200, "it is known at once: {answer:?}");
        break;
    }
    one.command(&sandbox, "uninstall hello");
    follows("the end", &|all| all.as_array().unwrap().is_empty());
    assert_eq!(two.client().post("/f/hello/").status, 404);
}

#[test]
fn where_the_one_that_builds_is_killed_another_finishes() {
    let Ok(sandbox) = project("--stage-ms 1500", "") else {
        return;
    };
    let mut fleet = vec![start(&sandbox, "one", ""), start(&sandbox, "two", "")];
    install(&fleet[0], &sandbox);
    let builds = |it: &Controller| events(&[it]).contains_key("build.started");
    drive(&[&fleet[0], &fleet[1]], "a build", |_| {
        fleet.iter().any(builds)
    });
    assert!(!fleet.iter().all(builds), "one builds, the other waits");
    let holder = fleet.iter().position(builds).unwrap();
    wait_for("the other says who makes it", || {
        let waits = fleet[1 - holder].status("hello")["next"].clone();
        waits.as_str().unwrap().contains("is made by")
    });
    fleet.remove(holder).kill();
    let left = &fleet[0];
    drive(&[left], "the native image", |status| {
        status["variant"] == "native"
    });
    assert!(builds(left));
    assert_eq!(
        left.get("/v1/functions/hello/history")[0]["event"],
        "installed"
    );
}

#[test]
fn one_that_comes_with_an_empty_folder_serves_what_the_others_have_made() {
    let Ok(sandbox) = project_that_gains() else {
        return;
    };
    let one = start(&sandbox, "one", "");
    install(&one, &sandbox);
    drive(&[&one], "the optimized image", |status| {
        status["variant"] == "native-pgo"
    });
    let builds = sandbox.builds().len();
    assert_eq!(one.end(), Some(0));
    let two = start(&sandbox, "two", "");
    let answer = two.client().post("/f/hello/");
    assert_eq!(
        (answer.status, answer.headers["pgoctl-variant"].as_str()),
        (200, "native-pgo"),
        "the first call has it: {answer:?}"
    );
    // The image before, for whoever goes back.
    drive(&[&two], "the native image", |_| {
        events(&[&two])
            .get("image.fetched")
            .is_some_and(|it| *it > 0)
    });
    assert_eq!(sandbox.builds().len(), builds);
}

#[test]
fn asked_to_end_it_says_so_and_serves_on_for_a_while() {
    let Ok(sandbox) = project("", "") else { return };
    let controller = start(&sandbox, "one", "--drain 2s");
    install(&controller, &sandbox);
    let mut client = controller.client();
    let ready = controller.ask("GET", "/readyz", "", b"");
    assert_eq!(ready.status, 200);
    assert_eq!(client.post("/f/hello/").status, 200);
    controller.terminate();
    wait_for("the word that it ends", || {
        controller.ask("GET", "/readyz", "", b"").status == 503
    });
    let answer = client.post("/f/hello/");
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.headers["connection"], "close", "{answer:?}");
    assert_eq!(controller.client().post("/f/hello/").status, 200);
    assert_eq!(controller.wait(), Some(0));
}

#[test]
fn one_killed_and_all_replaced_under_load_cost_no_call() {
    let Ok(sandbox) = project_that_gains() else {
        return;
    };
    let wanted = std::env::var("PGOCTL_TEST_CALLS").map_or(CALLS, |it| it.parse().unwrap());
    let drain = "--drain 1s";
    let mut controllers = vec![start(&sandbox, "one", drain), start(&sandbox, "two", drain)];
    install(&controllers[0], &sandbox);
    let fleet = Fleet::of(&controllers);
    let calls = AtomicU64::new(0);
    let over = AtomicBool::new(false);
    let (tally, ends) = std::thread::scope(|scope| {
        let clients: Vec<_> = (0..4)
            .map(|_| scope.spawn(|| fleet.call("/f/hello/", &calls, &over)))
            .collect();
        let ends = Ends(&over);
        let reached = |part: u64| {
            let made = || calls.load(Ordering::Relaxed);
            wait_for("so many calls", || made() >= wanted * part / 5);
        };
        reached(1);
        // One dies: calls that are under way there are made once more, as they may be.
        fleet.leaves(&controllers[0]);
        let dead = controllers.remove(0);
        dead.kill();
        controllers.push(start(&sandbox, "three", drain));
        fleet.joins(controllers.last().unwrap());
        reached(2);
        // The others are replaced, one after the other, in order.
        let mut codes = Vec::new();
        for (part, home) in [(3, "four"), (4, "five")] {
            let old = controllers.remove(0);
            old.terminate();
            fleet.waits_for_unready(&old);
            controllers.push(start(&sandbox, home, drain));
            fleet.joins(controllers.last().unwrap());
            codes.push(old.wait());
            reached(part);
        }
        wait_for("the optimized image at both", || {
            let statuses = controllers.iter().map(|it| it.status("hello"));
            let done = calls.load(Ordering::Relaxed) >= wanted;
            done && { statuses }.all(|it| it["variant"] == "native-pgo")
        });
        drop(ends);
        let tallies = clients.into_iter().map(|it| it.join().unwrap());
        (tallies.fold(Tally::default(), Tally::and), codes)
    });
    eprintln!("{tally:?}; {} builds", sandbox.builds().len());
    assert_eq!(ends, [Some(0), Some(0)]);
    assert_eq!(tally.failed, BTreeMap::new(), "{tally:?}");
    assert!(tally.answered >= wanted, "{tally:?}");
    // Only what was under way at the one that was killed, and perhaps the build that it was at.
    assert!(tally.repeated <= 8, "{tally:?}");
    assert!(sandbox.builds().len() <= 4);
    assert_eq!(written(&controllers[0], "frozen"), 1);
}
