//! Profiles that are sent to a controller: checked and kept as those of its workers are, and counted with them.

use serde_json::Value;

use super::controller::{Answer, Controller};
use super::sandbox::{Sandbox, wait_for};

/// Two profiles that differ, of trainings here.
fn profiles(sandbox: &Sandbox) -> [Vec<u8>; 2] {
    [7, 9].map(|requests| {
        let folder = sandbox.path().join(".pgoctl/profiles/hello");
        let _ = std::fs::remove_dir_all(&folder);
        sandbox.succeeds(format!("train --runs 1 --train-requests {requests}"));
        let files = std::fs::read_dir(&folder).unwrap().flatten();
        let mut profiles = files.map(|it| it.path()).filter(|path| {
            let ending = path.extension();
            ending.is_some_and(|ending| ending == "iprof")
        });
        std::fs::read(profiles.next().unwrap()).unwrap()
    })
}

#[test]
fn profiles_that_are_sent_are_checked_count_once_and_make_an_image() {
    let Ok(mut sandbox) = Sandbox::project("hello") else {
        return;
    };
    sandbox.graalvm("");
    let [one, other] = profiles(&sandbox);
    assert_ne!(one, other);
    let serve = "\n[function.hello.serve]\nfraction = \"0.0001%\"\nprofiles = 2\n";
    sandbox.append("pgoctl.toml", serve);
    let controller = Controller::start(&sandbox, "");
    let said = controller.command(&sandbox, "install");
    assert_eq!(said.status, 0, "{}", said.stderr);
    let send = |more: &str, headers: &str, body: &[u8]| -> Answer {
        let path = format!("/v1/functions/hello/profiles{more}");
        controller.ask("POST", &path, headers, body)
    };
    controller.drive("hello", "profiling", |status| {
        status["stage"] == "profiling" && status["next"] == "more profiles are needed"
    });
    let builds = controller.get("/v1/functions/hello/builds");
    let mut builds = builds.as_array().unwrap().iter();
    let counting = builds.find(|it| it["variant"] == "native-instrumented");
    let build = counting.unwrap()["build"].as_str().unwrap().to_owned();
    let kind = |answer: &Answer| -> (u16, String) {
        let kind = answer.json()["type"].as_str().unwrap().to_owned();
        (answer.status, kind.replace("urn:pgoctl:problem:", ""))
    };
    let refused = |status: u16, name: &str| (status, name.to_owned());
    // What is refused leaves nothing behind.
    let bad = send("", "", b"not a profile");
    assert_eq!(kind(&bad), refused(422, "unusable"), "{bad:?}");
    let cut = send("", "", &one[..one.len() / 2]);
    assert_eq!(kind(&cut), refused(422, "unusable"), "{cut:?}");
    let elsewhere = send("?build=0123456789abcdef", "", &one);
    assert_eq!(
        kind(&elsewhere),
        refused(409, "build-mismatch"),
        "{elsewhere:?}"
    );
    assert!(elsewhere.body.contains(&build), "{elsewhere:?}");
    let old = send("", "if-match: \"1\"\r\n", &one);
    assert_eq!(kind(&old), refused(412, "generation"), "{old:?}");
    assert_eq!(send("?calls=-1", "", &one).status, 400);
    assert_eq!(controller.status("hello")["profiles"]["stored"], 0);
    let sent = send(&format!("?build={build}&calls=7"), "", &one);
    assert_eq!(sent.status, 201, "{sent:?}");
    let twice = send("", "", &one);
    assert_eq!(kind(&twice), refused(409, "conflict"), "{twice:?}");
    wait_for("the profile to count", || {
        controller.status("hello")["profiles"]["stored"] == 1
    });
    let profiles = &controller.status("hello")["profiles"];
    assert_eq!(profiles["pending"], 0, "{profiles}");
    let key = sent.json()["key"].as_str().unwrap().to_owned();
    let sheet = key.replace(".iprof", ".json");
    let sheet = sandbox.read(&format!(".pgoctl/serve/store/{sheet}"));
    let sheet: Value = serde_json::from_str(&sheet).unwrap();
    assert_eq!(sheet["gathered_by"], "upload", "{sheet}");
    assert_eq!(sheet["provenance"]["requests"], 7, "{sheet}");
    assert_eq!(sheet["provenance"]["image"], build.as_str(), "{sheet}");
    // The second one is enough: an image is made of the two.
    assert_eq!(send("", "", &other).status, 201);
    wait_for("the image of both", || {
        let history = controller.get("/v1/functions/hello/history");
        let last = history.as_array().unwrap().last().unwrap().clone();
        let builds = controller.get("/v1/functions/hello/builds");
        last["candidate"]["profiles"].as_array().map(Vec::len) == Some(2)
            && builds[0]["variant"] == "native-pgo"
            && builds[0]["state"] == "built"
    });
    // Now none are gathered.
    let late = send("", "", &one);
    assert_eq!(kind(&late), refused(409, "conflict"), "{late:?}");
    assert!(late.body.contains("gathers no profiles now"), "{late:?}");
    assert_eq!(controller.end(), Some(0));
    let verified = sandbox.json("store verify --format json");
    assert_eq!(verified["profiles"], 2, "{verified}");
    assert_eq!(verified["broken"], serde_json::json!([]), "{verified}");
    let pulled = sandbox.json("profile pull --function hello --format json");
    assert_eq!(pulled["pulled"].as_array().unwrap().len(), 2, "{pulled}");
}
