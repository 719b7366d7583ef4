//! The door: the same tests on a folder and on a real server.
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "what is shared with the other tests is written for them"
)]

#[path = "../../tests/support/needs.rs"]
#[allow(dead_code, reason = "it serves other tests too")]
mod needs;
#[path = "../../tests/support/s3_servers.rs"]
mod s3_servers;

#[path = "../../tests/support/odd_s3.rs"]
mod odd_server;
mod on_a_server;
mod on_odd_servers;

use std::collections::BTreeSet;
use std::fs;

use super::*;
use crate::error::ErrorKind;
use needs::Needed;

/// A store, and a folder for what a test needs besides.
struct Place {
    dir: tempfile::TempDir,
    store: Store,
}

fn folder() -> Needed<Place> {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let store = Store::open(&text(&dir.path().join("store")), &Credentials::default());
    let store = store.expect("it can be made");
    Ok(Place { dir, store })
}

fn bucket(server: &s3_servers::Server) -> Place {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let place = format!("s3://{}/team/a", server.bucket("door"));
    let store = Store::open(&place, &credentials(&server.variables));
    let store = store.expect("nothing is sent yet");
    Place { dir, store }
}

fn text(path: &Path) -> String {
    path.to_str().expect("it is UTF-8").to_owned()
}

fn credentials(variables: &[(String, String)]) -> Credentials {
    let read = Credentials::read(&|name| {
        let found = variables.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.into())
    });
    read.expect("they are whole")
}

/// The same store, less patient.
fn hurried(mut store: Store) -> Store {
    let inner = Arc::get_mut(&mut store.inner).expect("it is the only one");
    inner.patience = Patience::of(std::time::Duration::from_millis(300));
    store
}

/// Each of these on a folder and on a real server; on a second one where that is asked for.
macro_rules! on_each {
    ($($name:ident)+) => {
        mod in_a_folder {
            $(#[test] fn $name() { let _ = super::folder().map(|place| super::$name(&place)); })+
        }
        mod in_a_bucket {
            use super::{bucket, s3_servers::seaweedfs};
            $(#[test] fn $name() { let _ = seaweedfs().map(|server| super::$name(&bucket(server))); })+
        }
        mod on_minio {
            use super::{bucket, s3_servers::minio};
            $(
                #[test]
                #[ignore = "MinIO takes minutes to build: PGOCTL_TEST_MINIO=1 cargo test --lib on_minio -- --ignored"]
                fn $name() { let _ = minio().map(|server| super::$name(&bucket(server))); }
            )+
        }
    };
}

on_each! {
    a_key_is_written_once_and_stays_as_it_is
    a_file_is_written_once_and_comes_back_whole
    what_is_named_by_its_content_is_held_against_its_name
    a_listing_is_whole_and_in_order
    of_many_who_create_a_key_at_once_one_wins
    it_can_be_shared_and_the_probe_leaves_nothing
    whoever_may_only_pull_writes_nothing
    it_is_called_from_any_thread_and_from_a_runtime_too
}

fn a_key_is_written_once_and_stays_as_it_is(Place { store, .. }: &Place) {
    let get = || store.get("a/b").expect("it answers");
    let create = |text: &str| store.create("a/b", text.into()).expect("it answers");
    assert_eq!(get(), None);
    assert_eq!(
        [create("one"), create("two")],
        [Created::New, Created::Exists]
    );
    assert_eq!(get().as_deref(), Some(&b"one"[..]));
    store.delete("a/b").expect("it can be removed");
    store
        .delete("a/b")
        .expect("it is gone, which is what was asked for");
    assert_eq!(get(), None);
    assert_eq!(
        store.create("empty", Vec::new()).expect("it answers"),
        Created::New
    );
    assert_eq!(store.get("empty").expect("it answers"), Some(Vec::new()));
}

fn a_file_is_written_once_and_comes_back_whole(Place { dir, store }: &Place) {
    // In parts, the last one a short one, and in one request.
    for (key, size) in [
        ("images/large", 5 * remote::PART + 17),
        ("images/small", 1000),
    ] {
        let file = dir.path().join("file");
        let bytes: Vec<u8> = (0..size).map(|at| (at % 251) as u8).collect();
        fs::write(&file, &bytes).expect("it can be written");
        let create = || store.create_from_file(key, &file).expect("it answers");
        assert_eq!([create(), create()], [Created::New, Created::Exists]);
        let back = dir.path().join("new folder/back");
        assert!(store.get_to_file(key, &back).expect("it answers"));
        assert!(fs::read(back).expect("it is there") == bytes);
        fs::write(&file, vec![1; bytes.len()]).expect("it can be written");
        assert_eq!(create(), Created::Exists);
        let digest = store.digest(key).expect("it answers").expect("it is there");
        assert_eq!(digest.sha256, crate::identity::bytes_digest(&bytes));
    }
    let none = dir.path().join("none");
    assert!(!store.get_to_file("images/none", &none).expect("it answers"));
    assert!(!none.exists());
}

fn what_is_named_by_its_content_is_held_against_its_name(Place { dir, store }: &Place) {
    let file = dir.path().join("app.jar");
    fs::write(&file, "a JAR").expect("it can be written");
    let put = || store.put_addressed("jars", &file).expect("it answers");
    let (key, created) = put();
    assert_eq!((created, put().1), (Created::New, Created::Exists));
    let back = dir.path().join("back.jar");
    let get = |key: &str| store.get_addressed(key, &back).expect("it answers");
    assert_eq!(get(&key), Got::Whole);
    fs::remove_file(&back).expect("it is there");
    let other = format!("jars/{}", "0".repeat(64));
    store
        .create(&other, b"not that".to_vec())
        .expect("it is free");
    assert!(matches!(get(&other), Got::Broken(found) if found.bytes == 8));
    assert_eq!(get("jars/none"), Got::Missing);
    assert!(!back.exists());
}

fn a_listing_is_whole_and_in_order(Place { store, .. }: &Place) {
    for key in ["b/2", "a/1", "b/10", "b/c/d", "bb/x"] {
        store.create(key, key.into()).expect("it is free");
    }
    let keys = |objects: Vec<Object>| -> Vec<String> {
        objects.into_iter().map(|object| object.key).collect()
    };
    let listed = |prefix| keys(store.list(prefix).expect("it answers"));
    assert_eq!(listed(""), ["a/1", "b/10", "b/2", "b/c/d", "bb/x"]);
    assert_eq!(listed("b"), ["b/10", "b/2", "b/c/d"]);
    assert_eq!(listed("b/"), listed("b"));
    assert!(listed("nothing").is_empty());
    let after = store.list_after("b", "b/10").expect("it answers");
    assert_eq!(keys(after), ["b/2", "b/c/d"]);
    let found = store.list("a").expect("it answers");
    let age = jiff::Timestamp::now().as_second() - found[0].modified.as_second();
    assert!(
        (-60..600).contains(&age) && found[0].bytes == 3,
        "{found:?}"
    );
}

fn of_many_who_create_a_key_at_once_one_wins(Place { store, .. }: &Place) {
    let outcomes: Vec<Created> = std::thread::scope(|scope| {
        let racers: Vec<_> = (0..32)
            .map(|racer: usize| {
                let store = store.clone();
                let bytes = racer.to_string().into_bytes();
                scope.spawn(move || store.create("state/hello/00000001.json", bytes))
            })
            .collect();
        let joined = racers
            .into_iter()
            .map(|racer| racer.join().expect("no panic"));
        joined.map(|created| created.expect("it answers")).collect()
    });
    let winners: Vec<usize> = (0..32).filter(|at| outcomes[*at] == Created::New).collect();
    let [winner] = winners.as_slice() else {
        panic!("{winners:?} won");
    };
    let kept = store.get("state/hello/00000001.json").expect("it answers");
    assert_eq!(kept, Some(winner.to_string().into_bytes()));
}

fn it_can_be_shared_and_the_probe_leaves_nothing(Place { store, .. }: &Place) {
    let probe = store.probe().expect("it answers");
    assert!(probe.can_be_shared(), "{probe:?}");
    assert_eq!(store.list("").expect("it answers"), []);
    store.ready_to_share().expect("it can be");
    store.ready_to_share().expect("it still can be");
    let marks = store.list("").expect("it answers").len();
    assert_eq!(
        marks,
        usize::from(!store.is_local()),
        "tried once, and noted"
    );
}

fn whoever_may_only_pull_writes_nothing(Place { store, .. }: &Place) {
    store.create("a", b"1".to_vec()).expect("it is free");
    let mut reader = store.clone();
    reader.pull_only = true;
    assert_eq!(
        reader.get("a").expect("it answers").as_deref(),
        Some(&b"1"[..])
    );
    for error in [
        reader.create("b", Vec::new()).err(),
        reader.create_from_file("b", Path::new("/none")).err(),
        reader.delete("a").err(),
    ] {
        let error = error.expect("it is refused");
        assert!(error.to_string().contains("may not write"), "{error}");
    }
    assert_eq!(store.list("").expect("it answers").len(), 1);
}

fn it_is_called_from_any_thread_and_from_a_runtime_too(Place { store, .. }: &Place) {
    let runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = { runtime }.build().expect("it can be made");
    let created = runtime.block_on(async { store.create("a", b"1".to_vec()) });
    assert_eq!(created.expect("it answers"), Created::New);
}

#[test]
fn a_folder_shows_nothing_half_made_and_is_not_made_by_who_only_pulls() {
    let Ok(Place { dir, store }) = folder() else {
        return;
    };
    store.create("b/1", b"1".to_vec()).expect("it is free");
    fs::write(dir.path().join("store/b/.tmp-1-x"), "half").expect("it can be written");
    fs::write(dir.path().join("store/b/3#1"), "half").expect("it can be written");
    assert_eq!(store.list("").expect("it answers").len(), 1);
    let none = text(&dir.path().join("none"));
    Store::open_to_pull(&none, &Credentials::default()).expect_err("it is not there");
    assert!(!Path::new(&none).exists());
    let there = text(&dir.path().join("store"));
    let reader = Store::open_to_pull(&there, &Credentials::default()).expect("it is there");
    assert!(reader.is_pull_only());
}

#[test]
fn a_folder_without_rights_and_a_file_say_so() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let file = dir.path().join("file");
    fs::write(&file, "x").expect("it can be written");
    let error = Store::open(&text(&file), &Credentials::default()).expect_err("it is a file");
    assert!(error.to_string().contains(&text(&file)), "{error}");
}

#[test]
fn a_store_that_is_away_is_told_from_other_failures_and_can_be_interrupted() {
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let address = nobody.local_addr().expect("it has one");
    drop(nobody);
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let credentials = credentials(&[
        pair("AWS_ACCESS_KEY_ID", "AKIAHIDDEN"),
        pair("AWS_SECRET_ACCESS_KEY", "hunter2"),
        pair("AWS_ENDPOINT_URL", &format!("http://{address}")),
    ]);
    let store = Store::open("s3://profiles", &credentials).expect("nothing is sent yet");
    let stop = Stop::default();
    let waiting = store.clone().heeding(&stop);
    let waiting = std::thread::spawn(move || waiting.get("a").expect_err("nobody is there"));
    stop.ask();
    let interrupted = waiting.join().expect("no panic");
    assert_eq!(interrupted.kind(), ErrorKind::Interrupted);
    let store = hurried(store);
    let error = store.get("a").expect_err("nobody is there");
    assert_eq!(error.kind(), ErrorKind::StoreAway, "{error}");
    let all = format!("{error} {error:?} {store:?}");
    assert!(
        all.contains(&format!("s3://profiles at http://{address}")),
        "{all}"
    );
    assert!(all.contains("refused"), "{all}");
    assert!(
        !all.contains("hunter2") && !all.contains("AKIAHIDDEN"),
        "{all}"
    );
}

#[test]
fn every_variable_that_is_read_is_one_that_is_told_of() {
    let asked = std::sync::Mutex::new(BTreeSet::new());
    let read = Credentials::read(&|name| {
        asked.lock().expect("nobody panics").insert(name.to_owned());
        None
    });
    read.expect("nothing is asked for");
    let asked = asked.into_inner().expect("nobody panics");
    let page = include_str!("../../docs/profile-store.md");
    for name in asked.iter().filter(|name| *name != "HOME") {
        assert!(
            page.contains(&format!("`{name}`")),
            "{name} is not in docs/profile-store.md"
        );
    }
    assert!(asked.len() > 10);
}
