//! Builds of a controller: those that were, the one that goes on, and one that failed, tried again by hand.

use serde_json::Value;

use super::controller::Controller;
use super::sandbox::{Sandbox, wait_for};

fn builds(controller: &Controller) -> Vec<Value> {
    let all = controller.get("/v1/functions/hello/builds");
    all.as_array().unwrap().clone()
}

fn of<'a>(all: &'a [Value], variant: &str) -> Vec<&'a Value> {
    all.iter().filter(|it| it["variant"] == variant).collect()
}

#[test]
fn builds_are_listed_with_their_logs_and_a_failed_one_is_tried_again_when_asked_for() {
    let Ok(mut sandbox) = Sandbox::project("hello") else {
        return;
    };
    sandbox.graalvm("--fault build-fails@pgo");
    let serve = "\n[function.hello.serve]\nfraction = \"50%\"\nprofile-calls = 5\nprofiles = 2\n";
    sandbox.append("pgoctl.toml", serve);
    let controller = Controller::start(&sandbox, "");
    let said = controller.command(&sandbox, "install");
    assert_eq!(said.status, 0, "{}", said.stderr);
    let path = "/v1/functions/hello/builds";
    let post = |headers: &str| controller.ask("POST", path, headers, b"");
    controller.drive("hello", "the failed build", |status| {
        let next = status["next"].as_str().unwrap();
        next.contains("is tried again at")
    });
    let all = builds(&controller);
    let numbers: Vec<u64> = all.iter().map(|it| it["id"].as_u64().unwrap()).collect();
    assert_eq!(numbers, (1..=all.len() as u64).rev().collect::<Vec<_>>());
    for variant in ["native", "native-instrumented"] {
        let build = of(&all, variant)[0];
        assert_eq!(
            (&build["state"], &build["exit_code"]),
            (&"built".into(), &0.into())
        );
        assert!(
            build["build"].is_string() && build["seconds"].is_number(),
            "{build}"
        );
    }
    let failed = of(&all, "native-pgo")[0].clone();
    assert_eq!(
        (&failed["state"], &failed["exit_code"]),
        (&"failed".into(), &4.into())
    );
    assert!(failed["build"].is_null(), "{failed}");
    let one = controller.get(&format!("{path}/{}", failed["id"]));
    let log = one["log"].as_str().unwrap_or_else(|| panic!("{one}"));
    assert!(log.contains("could not build"), "{log}");
    assert_eq!(
        controller.ask("GET", &format!("{path}/99"), "", b"").status,
        404
    );
    // Only as it was seen, and not while nothing is decided.
    assert_eq!(post("if-match: \"1\"\r\n").status, 412);
    assert_eq!(
        controller
            .ask("POST", "/v1/functions/hello/pause", "", b"")
            .status,
        200
    );
    assert_eq!(post("").status, 409);
    assert_eq!(
        controller
            .ask("POST", "/v1/functions/hello/resume", "", b"")
            .status,
        200
    );
    let generation = controller.status("hello")["generation"].clone();
    let again = post(&format!("if-match: \"{generation}\"\r\n"));
    assert_eq!(again.status, 202, "{again:?}");
    assert_eq!(again.headers["location"], path);
    assert_eq!(again.json()["event"], "retried");
    wait_for("the second try", || {
        let all = builds(&controller);
        let tries = of(&all, "native-pgo");
        tries.len() == 2 && tries[0]["state"] == "failed"
    });
    // Its log has taken the place of the first one's.
    assert!(controller.get(&format!("{path}/{}", failed["id"]))["log"].is_null());
    // What was built is known to the next life.
    let before = builds(&controller);
    controller.kill();
    let controller = Controller::start(&sandbox, "");
    assert_eq!(builds(&controller), before);
}

#[test]
fn there_is_nothing_to_build_again_where_nothing_failed() {
    let Ok(sandbox) = Sandbox::project("hello") else {
        return;
    };
    let controller = Controller::start(&sandbox, "");
    let said = controller.command(&sandbox, "install");
    assert_eq!(said.status, 0, "{}", said.stderr);
    let refused = controller.ask("POST", "/v1/functions/hello/builds", "", b"");
    assert_eq!(refused.status, 409, "{refused:?}");
    assert!(refused.body.contains("has failed"), "{refused:?}");
    assert_eq!(builds(&controller), Vec::<Value>::new());
}
