//! The door on a folder. `tests/cli` has the same on real servers.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use super::*;
use crate::error::ErrorKind;

fn folder() -> (tempfile::TempDir, Store) {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let place = dir.path().join("store");
    let store = Store::open(
        place.to_str().expect("it is UTF-8"),
        &Credentials::default(),
    );
    (dir, store.expect("it can be made"))
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let walk = walkdir::WalkDir::new(folder).into_iter();
    let files = walk.map(|entry| entry.expect("it can be walked"));
    let files = files.filter(|entry| entry.file_type().is_file());
    files.map(walkdir::DirEntry::into_path).collect()
}

#[test]
fn a_key_is_written_once_and_stays_as_it_is() {
    let (dir, store) = folder();
    assert_eq!(store.get("a/b").expect("it answers"), None);
    assert_eq!(
        store.create("a/b", b"one".to_vec()).expect("it is free"),
        Created::New
    );
    assert_eq!(
        store.create("a/b", b"two".to_vec()).expect("it answers"),
        Created::Exists
    );
    assert_eq!(
        store.get("a/b").expect("it answers").as_deref(),
        Some(&b"one"[..])
    );
    let large = dir.path().join("large");
    fs::write(&large, vec![7; 100_000]).expect("it can be written");
    let created = |key| store.create_from_file(key, &large).expect("it answers");
    assert_eq!(created("a/b"), Created::Exists);
    assert_eq!(created("images/x"), Created::New);
    assert_eq!(created("images/x"), Created::Exists);
    let back = dir.path().join("new folder/back");
    assert!(store.get_to_file("images/x", &back).expect("it answers"));
    assert_eq!(fs::read(back).expect("it is there"), vec![7; 100_000]);
    let none = dir.path().join("none");
    assert!(!store.get_to_file("images/y", &none).expect("it answers"));
    assert!(!none.exists());
    store.delete("a/b").expect("it can be removed");
    store
        .delete("a/b")
        .expect("it is gone, which is what was asked for");
    assert_eq!(files(&dir.path().join("store")).len(), 1);
}

#[test]
fn a_listing_is_whole_and_in_order_and_shows_nothing_half_made() {
    let (dir, store) = folder();
    for key in ["b/2", "a/1", "b/10", "b/c/d", "bb/x"] {
        store.create(key, key.into()).expect("it is free");
    }
    fs::write(dir.path().join("store/b/.tmp-1-x"), "half").expect("it can be written");
    fs::write(dir.path().join("store/b/3#1"), "half").expect("it can be written");
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
}

#[test]
fn of_many_who_create_a_key_at_once_one_wins() {
    let (_dir, store) = folder();
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

#[test]
fn a_folder_can_be_shared_and_the_probe_leaves_nothing() {
    let (dir, store) = folder();
    let probe = store.probe().expect("it answers");
    assert!(probe.can_be_shared(), "{probe:?}");
    assert_eq!(files(dir.path()), Vec::<PathBuf>::new());
}

#[test]
fn whoever_may_only_pull_writes_nothing() {
    let (dir, store) = folder();
    store.create("a", b"1".to_vec()).expect("it is free");
    let place = dir.path().join("store");
    let place = place.to_str().expect("it is UTF-8");
    let reader = Store::open_to_pull(place, &Credentials::default()).expect("it is there");
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
    let none = dir.path().join("none");
    let none = none.to_str().expect("it is UTF-8");
    Store::open_to_pull(none, &Credentials::default()).expect_err("it is not there");
    assert!(!Path::new(none).exists());
}

#[test]
fn a_store_that_is_away_is_told_from_other_failures_and_can_be_interrupted() {
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let address = nobody.local_addr().expect("it has one");
    drop(nobody);
    let credentials = Credentials::read(&|name| {
        let value = match name {
            "AWS_ACCESS_KEY_ID" => "AKIAHIDDEN".to_owned(),
            "AWS_SECRET_ACCESS_KEY" => "hunter2".to_owned(),
            "AWS_ENDPOINT_URL" => format!("http://{address}"),
            _ => return None,
        };
        Some(value.into())
    });
    let store = Store::open("s3://profiles", &credentials.expect("they are whole"));
    let mut store = store.expect("nothing is sent yet");
    let stop = Stop::default();
    let waiting = store.clone().heeding(&stop);
    let waiting = std::thread::spawn(move || waiting.get("a").expect_err("nobody is there"));
    stop.ask();
    let interrupted = waiting.join().expect("no panic");
    assert_eq!(interrupted.kind(), ErrorKind::Interrupted);
    let inner = Arc::get_mut(&mut store.inner).expect("it is the only one");
    inner.patience = Patience::of(std::time::Duration::from_millis(300));
    let error = store.get("a").expect_err("nobody is there");
    assert_eq!(error.kind(), ErrorKind::StoreAway, "{error}");
    let all = format!("{error} {error:?} {store:?}");
    assert!(
        all.contains(&format!("s3://profiles at http://{address}")),
        "{all}"
    );
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
    let mut asked = asked.into_inner().expect("nobody panics");
    assert!(asked.remove("HOME"));
    let told: BTreeSet<String> = VARIABLES.map(str::to_owned).into();
    assert_eq!(asked, told);
}
