//! Profiles that several machines share: the same conversations with a folder and with a real S3-compatible server.

pub mod backing;
mod collecting;
mod products;
mod refusals;

use std::process::Stdio;
use std::sync::OnceLock;
use std::time::Duration;

use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};

use super::needs::Needed;
use super::sandbox::{Made, Sandbox, jars};
use backing::Backing;
use collecting::only_what_is_old_and_in_nobodys_use_goes;
use products::{
    a_broken_product_is_made_anew_and_said, old_products_go_and_their_files_with_them,
    what_one_machine_made_another_does_not_make_again,
    who_may_only_pull_gets_products_and_keeps_none,
};

/// A project of `hello` with the three profiles of a training, that uses this store.
fn trained(store: &Backing) -> Needed<Sandbox> {
    static MADE: OnceLock<Made> = OnceLock::new();
    jars()?;
    let make = || {
        let mut sandbox = Sandbox::project("hello").unwrap();
        sandbox.graalvm("");
        sandbox.succeeds("train --variant native-pgo");
        Made::of(&sandbox)
    };
    let mut sandbox = MADE.get_or_init(make).copy();
    store.used_by(&mut sandbox);
    Ok(sandbox)
}

/// A project of `sleep` without profiles, on another machine.
fn other(store: &Backing) -> Needed<Sandbox> {
    let mut sandbox = Sandbox::project("sleep")?;
    store.used_by(&mut sandbox);
    Ok(sandbox)
}

/// Both, and what the first one pushed is there.
fn pushed(store: &Backing) -> Needed<(Sandbox, Sandbox)> {
    let (hello, sleep) = (trained(store)?, other(store)?);
    hello.succeeds("profile push");
    Ok((hello, sleep))
}

/// Each of these on a folder and on a real server.
macro_rules! on_both {
    ($($name:ident)+) => {
        mod in_a_folder {
            use super::backing::Backing;
            $(#[test] fn $name() { let _ = Backing::folder().and_then(|store| super::$name(&store)); })+
        }
        mod in_a_bucket {
            use super::backing::Backing;
            $(#[test] fn $name() { let _ = Backing::bucket().and_then(|store| super::$name(&store)); })+
        }
    };
}

on_both! {
    what_training_gathered_is_pushed_once_and_listed
    what_was_pulled_is_used_and_is_not_pushed_back
    two_machines_that_trained_alike_both_count
    a_broken_profile_is_found_and_not_taken_and_the_others_are
    only_what_is_old_and_in_nobodys_use_goes
    who_may_only_pull_is_refused_every_write
    a_push_that_is_killed_leaves_nothing_half_and_the_next_completes_it
    several_push_the_same_at_once_and_each_ends_well
    the_store_of_a_machine_can_be_tried
    what_one_machine_made_another_does_not_make_again
    a_broken_product_is_made_anew_and_said
    who_may_only_pull_gets_products_and_keeps_none
    old_products_go_and_their_files_with_them
}

fn what_training_gathered_is_pushed_once_and_listed(store: &Backing) -> Needed<()> {
    let hello = trained(store)?;
    let report = hello.json("profile push --format json");
    assert_eq!(report["pushed"].as_array().unwrap().len(), 3, "{report}");
    assert!(report["bytes"].as_u64().unwrap() > 0);
    let before = store.all();
    assert_eq!(before.len(), 6, "{before:?}");
    let again = hello.json("profile push --format json");
    assert_eq!(
        (&again["pushed"], &again["already_there"]),
        (&json!([]), &json!(3))
    );
    assert_eq!(store.all(), before);
    let listed = hello.json("profile ls --format json");
    assert_eq!(listed[0]["function"], "hello");
    assert_eq!(
        (&listed[0]["profiles"], &listed[0]["unfinished"]),
        (&json!(3), &json!(0))
    );
    let text = hello.succeeds("profile ls").stdout;
    assert!(
        text.contains("hello") && text.contains(listed[0]["build"].as_str().unwrap()),
        "{text}"
    );
    let sheet: Value = serde_json::from_slice(&store.get(&store.keys(".json")[0])).unwrap();
    assert_eq!(sheet["architecture"], std::env::consts::ARCH);
    assert_eq!(sheet["gathered_by"], "training");
    let verified = hello.json("store verify --format json");
    assert_eq!(
        (&verified["profiles"], &verified["broken"]),
        (&json!(3), &json!([]))
    );
    Ok(())
}

fn what_was_pulled_is_used_and_is_not_pushed_back(store: &Backing) -> Needed<()> {
    let (hello, mut sleep) = pushed(store)?;
    let none = sleep.succeeds("profile pull");
    assert!(
        none.stdout.contains("no profiles of sleep"),
        "{}",
        none.stdout
    );
    let report = sleep.json("profile pull --function hello --format json");
    assert_eq!(report["pulled"].as_array().unwrap().len(), 3, "{report}");
    assert_eq!(report["foreign"], json!([]));
    let profiles = |sandbox: &Sandbox| -> Vec<(String, String)> {
        let products = sandbox.products().into_iter();
        let profiles = products.filter(|path| path.ends_with(".iprof"));
        profiles
            .map(|path| (path.clone(), sandbox.read(&path)))
            .collect()
    };
    let here = profiles(&sleep);
    for profile in &here {
        assert!(profiles(&hello).contains(profile), "{}", profile.0);
    }
    let again = sleep.json("profile pull --all --format json");
    assert_eq!(
        (&again["pulled"], &again["already_here"]),
        (&json!([]), &json!(3))
    );
    let suggested = sleep.json("suggest --format json");
    assert_eq!(
        suggested["suggestions"][0]["function"], "hello",
        "{suggested}"
    );
    let back = sleep.succeeds("profile push");
    assert!(
        back.stdout.contains("no profiles here to push"),
        "{}",
        back.stdout
    );
    sleep.graalvm("");
    let built = sleep.json("build --variant native-pgo --profile-from hello --format json");
    let used = &built["variants"][0]["image"]["profiles"];
    assert_eq!(used.as_array().map(Vec::len), Some(3), "{built}");
    Ok(())
}

fn two_machines_that_trained_alike_both_count(store: &Backing) -> Needed<()> {
    let (_, sleep) = pushed(store)?;
    // Another machine's run with the same number, of the same training: it counted something else.
    let key = store.keys(".iprof")[0].clone();
    let sheet = store.get(&key.replace(".iprof", ".json"));
    let mut sheet: Value = serde_json::from_slice(&sheet).unwrap();
    let text = String::from_utf8(store.get(&key)).unwrap() + "\n";
    let name = key.rsplit('/').next().unwrap().to_owned();
    let other = key.replace(&name, "01OTHERMACHINE0000000000000.iprof");
    sheet["provenance"]["sha256"] = sha256(text.as_bytes()).into();
    sheet["provenance"]["bytes"] = text.len().into();
    sheet["architecture"] = "riscv64".into();
    store.overwrite(&other, text);
    store.overwrite(&other.replace(".iprof", ".json"), sheet.to_string());
    let said = sleep.succeeds("profile pull --function hello --format json");
    let report = said.json();
    assert_eq!(report["pulled"].as_array().unwrap().len(), 4, "{report}");
    assert!(
        said.stderr.contains("gathered on linux riscv64"),
        "{}",
        said.stderr
    );
    let suggested = sleep.json("suggest --format json");
    assert_eq!(suggested["suggestions"][0]["profiles"], 4);
    Ok(())
}

fn sha256(bytes: &[u8]) -> String {
    use sha2::Digest as _;
    let digest = sha2::Sha256::digest(bytes);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn a_broken_profile_is_found_and_not_taken_and_the_others_are(store: &Backing) -> Needed<()> {
    let (_, sleep) = pushed(store)?;
    let keys = store.keys(".iprof");
    let bytes = store.get(&keys[1]);
    store.overwrite(&keys[1], &bytes[..bytes.len() / 2]);
    store.overwrite("images/0123", "not that");
    store.overwrite("state/hello/00000001.json", "{\"half\":");
    let said = sleep.pgoctl("store verify --format json");
    assert_eq!(said.status, 5, "{}", said.stderr);
    let report = said.json();
    let broken: Vec<&str> = report["broken"]
        .as_array()
        .unwrap()
        .iter()
        .map(|broken| broken["key"].as_str().unwrap())
        .collect();
    assert_eq!(
        broken,
        ["images/0123", &keys[1], "state/hello/00000001.json"]
    );
    assert_eq!(report["profiles"], 2);
    let said = sleep.pgoctl("profile pull --function hello --format json");
    assert_eq!(said.status, 5, "{}", said.stderr);
    assert!(said.stderr.contains(&keys[1]), "{}", said.stderr);
    assert_eq!(said.json()["pulled"].as_array().unwrap().len(), 2);
    let said = sleep.pgoctl("profile gc --older-than 0s");
    said.fails(1, &["state/hello/00000001.json", "nothing was removed"]);
    Ok(())
}

fn who_may_only_pull_is_refused_every_write(store: &Backing) -> Needed<()> {
    let (hello, mut sleep) = pushed(store)?;
    let before = store.all();
    hello
        .pgoctl("profile push --pull-only")
        .fails(2, &["may not write", "PGOCTL_STORE_PULL_ONLY"]);
    sleep.set("PGOCTL_STORE_PULL_ONLY", "1");
    sleep
        .pgoctl("profile push")
        .fails(2, &["may not write", "--pull-only"]);
    sleep
        .pgoctl("profile gc --older-than 0s")
        .fails(2, &["may not write", "--pull-only"]);
    sleep.succeeds("profile pull --function hello");
    sleep.succeeds("profile ls");
    sleep.succeeds("store verify");
    assert_eq!(store.all(), before);
    Ok(())
}

fn a_push_that_is_killed_leaves_nothing_half_and_the_next_completes_it(
    store: &Backing,
) -> Needed<()> {
    let (hello, sleep) = (trained(store)?, other(store)?);
    // Large enough for some moments in between.
    let started = std::time::Instant::now();
    hello.succeeds("profile push");
    let whole = started.elapsed();
    let mut random = ChaCha8Rng::seed_from_u64(16);
    for death in 0..10 {
        store.keys("").iter().for_each(|key| store.remove(key));
        let moment = whole.mul_f64(random.random_range(0.0..1.0));
        let mut child = hello
            .command("profile push")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // Not a wait for a fact: the random moment is what is tested.
        std::thread::park_timeout(moment.max(Duration::from_millis(1)));
        child.kill().unwrap();
        child.wait().unwrap();
        let said = sleep.json("store verify --format json");
        assert_eq!(said["broken"], json!([]), "after death {death}: {said}");
        let report = hello.json("profile push --format json");
        let pushed = report["pushed"].as_array().unwrap().len() as u64;
        assert_eq!(
            pushed + report["already_there"].as_u64().unwrap(),
            3,
            "{report}"
        );
        let said = sleep.json("store verify --format json");
        assert_eq!(
            (&said["profiles"], &said["unfinished"]),
            (&json!(3), &json!([]))
        );
    }
    Ok(())
}

fn several_push_the_same_at_once_and_each_ends_well(store: &Backing) -> Needed<()> {
    let hello = trained(store)?;
    let reports: Vec<Value> = std::thread::scope(|scope| {
        let push = || hello.json("profile push --format json");
        let pushing: Vec<_> = (0..4).map(|_| scope.spawn(push)).collect();
        pushing
            .into_iter()
            .map(|push| push.join().unwrap())
            .collect()
    });
    let number = |report: &Value, key: &str| report[key].as_u64().unwrap();
    let pushed = |report: &Value| report["pushed"].as_array().unwrap().len() as u64;
    for report in &reports {
        assert_eq!(
            pushed(report) + number(report, "already_there"),
            3,
            "{reports:?}"
        );
    }
    assert_eq!(reports.iter().map(pushed).sum::<u64>(), 3, "{reports:?}");
    assert_eq!(hello.json("store verify --format json")["profiles"], 3);
    Ok(())
}

fn the_store_of_a_machine_can_be_tried(store: &Backing) -> Needed<()> {
    let sleep = other(store)?;
    let checks = sleep.json("doctor --store --format json");
    let checks = checks.as_array().unwrap();
    let check = checks
        .iter()
        .find(|check| check["name"] == "store")
        .unwrap();
    assert_eq!(
        (&check["status"], &check["fix"]),
        (&json!("ok"), &Value::Null)
    );
    assert!(
        check["found"].as_str().unwrap().contains(&store.place),
        "{check}"
    );
    assert_eq!(
        store.keys(""),
        Vec::<String>::new(),
        "trying it left something"
    );
    let plain = sleep.json("doctor --format json");
    assert!(
        plain
            .as_array()
            .unwrap()
            .iter()
            .all(|check| check["name"] != "store")
    );
    Ok(())
}
