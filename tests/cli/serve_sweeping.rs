//! What nobody needs any more goes from a controller's folder and from its store, and nothing that could still be gone back to.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};

use super::controller::Controller;
use super::needs::Needed;
use super::sandbox::{Sandbox, wait_for, wait_within};

/// More than the hour that everything stays.
const LONG: Duration = Duration::from_secs(2 * 3600);

/// A function whose new image is promoted by hand alone.
fn project() -> Needed<Sandbox> {
    let mut sandbox = Sandbox::project("hello")?;
    sandbox.graalvm("");
    let table = "\n[function.hello.serve]\nfraction = \"50%\"\nprofile-calls = 5\nprofiles = 2\ncanary = \"0.0001%\"\n";
    sandbox.append("pgoctl.toml", table);
    Ok(sandbox)
}

fn home(sandbox: &Sandbox) -> PathBuf {
    sandbox.path().join(".pgoctl/serve")
}

/// The names in a folder, those that are not whole among them.
fn names(folder: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
    names.collect()
}

/// How many sets of profiles a version has; beside each is the name of the image that it made.
fn sets(version: &Path) -> usize {
    let all = names(&version.join("sets"));
    let (notes, sets): (Vec<_>, Vec<_>) = all.iter().partition(|name| name.ends_with(".image"));
    assert_eq!(notes.len(), sets.len(), "{all:?}");
    sets.len()
}

/// Makes everything below `folder` older; what was written before what stays so.
fn age(folder: &Path) {
    let mut all = vec![folder.to_owned()];
    while let Some(path) = all.pop() {
        let data = path.symlink_metadata().unwrap();
        if data.is_symlink() {
            continue;
        }
        if data.is_dir() {
            all.extend(fs::read_dir(&path).unwrap().flatten().map(|it| it.path()));
        }
        let file = File::open(&path).unwrap();
        file.set_modified(data.modified().unwrap() - LONG).unwrap();
    }
}

/// Installs a version of `hello` and calls it; its name.
fn version(controller: &Controller, sandbox: &Sandbox, number: u32) -> String {
    let table = sandbox.read("pgoctl.toml");
    let env = format!("[function.hello]\nenv = {{ VERSION = \"{number}\" }}\n");
    sandbox.write("new.toml", &table.replacen("[function.hello]\n", &env, 1));
    let said = controller.command(sandbox, "--config new.toml install");
    assert_eq!(said.status, 0, "{}", said.stderr);
    assert_eq!(controller.client().post("/f/hello/").status, 200);
    let version = &controller.status("hello")["version"];
    version.as_str().unwrap().to_owned()
}

/// Gathers profiles of calls with this method and body, has an image made of them, and promotes it; its identity.
fn promoted(controller: &Controller, sandbox: &Sandbox, (method, body): (&str, &str)) -> String {
    let mut client = controller.client();
    wait_for("a trial", || {
        client.ask(method, "/f/hello/", "", body.as_bytes());
        !controller.status("hello")["trial_calls"].is_null()
    });
    let before = controller.status("hello")["build"].clone();
    let said = controller.command(sandbox, "promote hello");
    assert_eq!(said.status, 0, "{}", said.stderr);
    controller.drive("hello", "the promoted image", |status| {
        status["variant"] == "native-pgo" && status["build"] != before
    });
    let build = &controller.status("hello")["build"];
    build.as_str().unwrap().to_owned()
}

fn collect(controller: &Controller, sandbox: &Sandbox) {
    let said = controller.command(sandbox, "collect hello");
    assert_eq!(said.status, 0, "{}", said.stderr);
}

#[test]
fn what_nobody_goes_back_to_goes_and_what_somebody_may_go_back_to_stays() {
    let Ok(sandbox) = project() else { return };
    let controller = Controller::start(&sandbox, "");
    let old: Vec<String> = (0..5)
        .map(|number| version(&controller, &sandbox, number))
        .collect();
    let serves = version(&controller, &sandbox, 5);
    let first = promoted(&controller, &sandbox, ("POST", "{}"));
    collect(&controller, &sandbox);
    let second = promoted(&controller, &sandbox, ("GET", ""));
    collect(&controller, &sandbox);
    let third = promoted(&controller, &sandbox, ("POST", ""));
    for line in ["install --name other", "uninstall other"] {
        let said = controller.command(&sandbox, line);
        assert_eq!(said.status, 0, "{}", said.stderr);
    }
    assert_eq!(controller.end(), Some(0));

    let functions = home(&sandbox).join("functions");
    let hello = functions.join("hello");
    let images = format!("{serves}/.pgoctl/images/hello/native-pgo");
    assert_eq!(names(&hello).len(), 6);
    assert_eq!(names(&hello.join(&images)).len(), 3);
    assert_eq!(sets(&hello.join(&serves)), 3);
    assert!(functions.join("other").is_dir());
    // What cannot be read may be of a newer pgoctl: nobody said that it was removed.
    sandbox.write(".pgoctl/serve/store/state/newer/00000001.json", "{}");
    sandbox.write(".pgoctl/serve/functions/newer/v/pgoctl.toml", "");
    for number in 0..25 {
        let name = format!(".pgoctl/serve/logs/hello/native-1-{number:06}.log");
        sandbox.write(&name, "it failed");
        let file = File::open(sandbox.path().join(&name)).unwrap();
        let written = SystemTime::now() - Duration::from_secs(100 - number);
        file.set_modified(written).unwrap();
    }
    sandbox.write(".pgoctl/serve/logs/hello/build-native.log", "built");
    sandbox.write(".pgoctl/serve/recording/hello/1-000001.iprof", "half");
    sandbox.write(".pgoctl/serve/uploads/.tmp-999999999-abc", "half a JAR");
    // Whatever is behind a link is somebody else's.
    let elsewhere = sandbox.write("elsewhere/pgoctl.toml", "mine");
    let link = hello.join("0link");
    std::os::unix::fs::symlink(elsewhere.parent().unwrap(), &link).unwrap();
    // The newest are those that served last, whenever they were installed.
    let served_until = |version: &String| {
        let file = hello.join(version).join("pgoctl.toml");
        file.metadata().unwrap().modified().unwrap()
    };
    let mut newest = old.clone();
    newest.sort_by_key(served_until);
    age(&home(&sandbox));

    let controller = Controller::start(&sandbox, "");
    wait_for("the sweep", || {
        let events = controller.get("/v1/events");
        let events = events.as_array().unwrap();
        events
            .iter()
            .any(|event| event["type"] == "io.pgoctl.home.swept")
    });
    let kept: BTreeSet<String> = [&serves, &newest[2], &newest[3], &newest[4]]
        .into_iter()
        .cloned()
        .chain(["0link".to_owned()])
        .collect();
    assert_eq!(names(&hello), kept);
    assert_eq!(fs::read_to_string(&elsewhere).unwrap(), "mine");
    assert_eq!(
        names(&hello.join(&images)),
        [second.clone(), third.clone()].into(),
        "{first} is not gone back to"
    );
    assert_eq!(sets(&hello.join(&serves)), 2);
    assert!(!functions.join("other").exists());
    assert!(!home(&sandbox).join("logs/other").exists());
    assert!(functions.join("newer/v/pgoctl.toml").is_file());
    let logs = names(&home(&sandbox).join("logs/hello"));
    let failed = |number: &u32| logs.contains(&format!("native-1-{number:06}.log"));
    let failed: Vec<u32> = (0..25).filter(failed).collect();
    assert_eq!(failed, (5..25).collect::<Vec<_>>());
    assert!(logs.contains("build-native.log"), "{logs:?}");
    assert_eq!(names(&home(&sandbox).join("recording/hello")), [].into());
    assert_eq!(names(&home(&sandbox).join("uploads")), [].into());

    // What it went back to before, it goes back to now.
    let answer = controller.client().post("/f/hello/");
    assert_eq!(answer.headers["pgoctl-build"], third, "{answer:?}");
    let said = controller.command(&sandbox, "rollback hello");
    assert_eq!(said.status, 0, "{}", said.stderr);
    controller.drive("hello", "the image before", |status| {
        status["build"] == second.as_str()
    });
    assert_eq!(controller.end(), Some(0));
}

/// Keys in the store that two controllers share.
fn stored(sandbox: &Sandbox, folder: &str) -> BTreeSet<String> {
    names(&sandbox.path().join("shared").join(folder))
}

fn act(controller: &Controller, what: &str) -> Value {
    let path = format!("/v1/functions/hello/{what}");
    let answer = controller.ask("POST", &path, "", b"");
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()
}

fn signal(controller: &Controller, signal: Signal) {
    let pid = Pid::from_raw(i32::try_from(controller.pid()).unwrap()).unwrap();
    kill_process(pid, signal).unwrap();
}

#[test]
fn old_decisions_leave_the_row_and_whoever_slept_through_them_hears_of_them_all_the_same() {
    let Ok(sandbox) = project() else { return };
    let start = |home: &str| {
        let words = format!("--home homes/{home} --store shared");
        Controller::start(&sandbox, &words)
    };
    let (one, sleeper) = (start("one"), start("two"));
    version(&one, &sandbox, 0);
    one.drive("hello", "the image that counts", |status| {
        status["stage"] == "profiling"
    });
    wait_for("the other to know it", || {
        sleeper.ask("GET", "/v1/functions/hello", "", b"").status == 200
    });
    signal(&sleeper, Signal::STOP);
    for _ in 0..20 {
        act(&one, "pause");
        act(&one, "resume");
    }
    let said = act(&one, "pause")["generation"].clone();
    assert_eq!(one.end(), Some(0));
    let before = stored(&sandbox, "changes");
    assert!(before.len() > 40, "{before:?}");
    age(&sandbox.path().join("shared/changes"));

    let one = start("one");
    wait_for("the row to be short", || {
        stored(&sandbox, "changes").len() == 16
    });
    // The last ones stay, so that numbers go on.
    let last: BTreeSet<String> = before.iter().rev().take(16).cloned().collect();
    assert_eq!(stored(&sandbox, "changes"), last);
    signal(&sleeper, Signal::CONT);
    // All documents are listed every two minutes; this is sooner.
    wait_within(Duration::from_secs(60), "the sleeper to hear of it", || {
        sleeper.status("hello")["generation"] == said
    });
    assert_eq!(sleeper.status("hello")["paused"], json!(true));
    // Both go on in one row.
    let said = act(&sleeper, "resume")["generation"].clone();
    wait_for("the other to hear of it", || {
        one.status("hello")["generation"] == said
    });

    assert!(stored(&sandbox, "leases/hello").len() > 1);
    let said = one.command(&sandbox, "uninstall hello");
    assert_eq!(said.status, 0, "{}", said.stderr);
    assert_eq!(one.end(), Some(0));
    let last = stored(&sandbox, "leases/hello").pop_last().unwrap();
    let one = start("one");
    wait_for("the leases to be gone", || {
        stored(&sandbox, "leases/hello") == [last.clone()].into()
    });
    let verified = sandbox.json("store verify --store shared --format json");
    assert_eq!(
        (&verified["broken"], &verified["unknown"]),
        (&json!([]), &json!([]))
    );
    for controller in [one, sleeper] {
        assert_eq!(controller.end(), Some(0));
    }
}
