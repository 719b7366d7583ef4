//! A store that is away while functions serve: no call fails, profiles wait, and all of them are there afterwards.

use std::cell::Cell;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::frozen::Frozen;
use super::{IN_TIME, asked, installed, pending, stored};
use crate::controller::Controller;
use crate::needs::Needed;
use crate::profile_store::backing::Backing;
use crate::s3_servers::seaweedfs;
use crate::sandbox::{Sandbox, wait_for};

/// Seconds; `PGOCTL_TEST_AWAY` asks for more.
const AWAY: u64 = 10;

fn project(store: &Backing) -> Needed<Sandbox> {
    let mut sandbox = Sandbox::project("hello")?;
    sandbox.graalvm("");
    let table = "\n[function.hello.serve]\nfraction = \"50%\"\nprofile-calls = 200\nprofiles = 100000\nidle-timeout = \"2s\"\n";
    sandbox.append("pgoctl.toml", table);
    store.used_by(&mut sandbox);
    Ok(sandbox)
}

/// Takes the store away and brings it back while calls go on, and counts what is in it in the end.
fn is_survived(sandbox: &Sandbox, store: &Backing, away: &dyn Fn(bool)) {
    let controller = installed(sandbox, "");
    controller.drive("hello", "two profiles", |status| stored(status) >= 2);
    away(true);
    let until = Instant::now() + Duration::from_secs(asked("PGOCTL_TEST_AWAY", AWAY));
    let slowest = Cell::new(Duration::ZERO);
    controller.drive("hello", "profiles that wait", |status| {
        let began = Instant::now();
        let all = controller.get("/v1/functions");
        assert_eq!(all.as_array().map(Vec::len), Some(1));
        slowest.set(slowest.get().max(began.elapsed()));
        Instant::now() > until && pending(status) >= 3
    });
    let slowest = slowest.get();
    assert!(slowest < IN_TIME, "the listing took {slowest:?}");
    let waited = pending(&controller.status("hello"));
    let kinds = controller.events("hello");
    let said = |kind: &str| kind == "profile.waits" || kind == "function.waits";
    assert!(kinds.iter().any(|(kind, _)| said(kind)), "{kinds:?}");
    away(false);
    wait_for("the profiles in the store", || {
        pending(&controller.status("hello")) == 0
    });
    eprintln!("{waited} profiles waited, the slowest listing took {slowest:?}");
    all_is_there(controller, store);
}

/// Every call that was given to a profiling worker is in a profile in the store.
fn all_is_there(controller: Controller, store: &Backing) {
    let calls = |status: &Value| status["profiles"]["calls"].as_u64().unwrap();
    let given = calls(&controller.status("hello"));
    assert_eq!(controller.end(), Some(0));
    let sheets = store.keys(".json").into_iter();
    let requests = sheets
        .filter(|key| key.starts_with("profiles/"))
        .map(|key| {
            let sheet: Value = serde_json::from_slice(&store.get(&key)).unwrap();
            sheet["provenance"]["requests"].as_u64().unwrap()
        });
    assert_eq!(requests.sum::<u64>(), given, "calls that are in no profile");
}

#[test]
fn while_the_folder_of_the_store_is_gone_calls_go_on_and_profiles_wait() {
    let Ok(store) = Backing::folder() else { return };
    let Ok(sandbox) = project(&store) else { return };
    let (place, aside) = (store.place.clone(), format!("{}-aside", store.place));
    is_survived(&sandbox, &store, &|away| match away {
        true => {
            std::fs::rename(&place, &aside).unwrap();
            std::fs::write(&place, "no folder").unwrap();
        }
        false => {
            std::fs::remove_file(&place).unwrap();
            std::fs::rename(&aside, &place).unwrap();
        }
    });
}

#[test]
fn while_the_server_of_the_store_stands_still_calls_go_on_and_profiles_wait() {
    let Ok(server) = seaweedfs() else { return };
    let store = Backing::of(server, "away");
    let Ok(mut sandbox) = project(&store) else {
        return;
    };
    let before = Frozen::before(server.endpoint().trim_start_matches("http://"));
    sandbox.set("AWS_ENDPOINT_URL", format!("http://{}", before.address));
    is_survived(&sandbox, &store, &|away| before.stand_still(away));
}
