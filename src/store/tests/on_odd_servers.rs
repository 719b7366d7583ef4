//! Servers that do wrong: they are found out, or waited for, and never believed.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::odd_server::{Does, OddServer, Request};
use super::*;

fn odd(decide: impl Fn(&Request) -> Does + Send + Sync + 'static) -> (Store, OddServer) {
    let server = OddServer::start(decide);
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let credentials = credentials(&[
        pair("AWS_ACCESS_KEY_ID", "AKIAHIDDEN"),
        pair("AWS_SECRET_ACCESS_KEY", "hunter2"),
        pair("AWS_ENDPOINT_URL", &format!("http://{}", server.address)),
    ]);
    let store = Store::open("s3://bucket", &credentials).expect("nothing is sent yet");
    (store, server)
}

/// The same, as long as it does wrong only so many times.
fn at_first(times: usize, does: fn(&Request) -> Does) -> impl Fn(&Request) -> Does + Send + Sync {
    let count = AtomicUsize::new(0);
    move |request| match count.fetch_add(1, Ordering::SeqCst) < times {
        true => does(request),
        false => Does::Right,
    }
}

#[test]
fn a_server_that_does_right_can_be_shared() {
    let (store, _) = odd(|_| Does::Right);
    let probe = store.probe().expect("it answers");
    assert!(probe.can_be_shared(), "{probe:?}");
}

#[test]
fn a_server_that_takes_the_condition_and_ignores_it_is_refused_for_sharing() {
    let (store, server) = odd(|_| Does::Overwrites);
    assert_eq!(
        store.probe().expect("it answers").conditional,
        Conditional::Ignored
    );
    let error = store.ready_to_share().expect_err("it cannot be shared");
    assert!(error.to_string().contains("cannot be shared"), "{error}");
    assert!(error.hints()[0].contains("If-None-Match"), "{error:?}");
    let seen = server.seen.lock().expect("nobody panics");
    let is_mark = |line: &&String| line.starts_with("PUT /bucket/store.json");
    assert_eq!(seen.iter().find(is_mark), None, "it got the mark");
}

#[test]
fn a_server_that_ignores_it_for_what_is_large_is_refused_too() {
    let (store, _) = odd(|request| match request.method.as_str() {
        "POST" => Does::Overwrites,
        _ => Does::Right,
    });
    assert_eq!(
        store.probe().expect("it answers").conditional,
        Conditional::Ignored
    );
}

#[test]
fn a_server_that_knows_no_conditions_is_refused_for_sharing() {
    let (store, _) = odd(|request| match request.only_create {
        true => Does::Says(501, "NotImplemented"),
        false => Does::Right,
    });
    assert_eq!(
        store.probe().expect("it answers").conditional,
        Conditional::Refused
    );
}

#[test]
fn a_conflict_of_two_writers_is_tried_again() {
    let busy = |_: &Request| Does::Says(409, "ConditionalRequestConflict");
    let (store, _) = odd(at_first(2, busy));
    assert_eq!(
        store.create("a", b"1".to_vec()).expect("it passes"),
        Created::New
    );
    assert_eq!(
        store.create("a", b"2".to_vec()).expect("it answers"),
        Created::Exists
    );
}

#[test]
fn trouble_that_passes_is_waited_for_and_trouble_that_stays_is_told() {
    let trouble = |_: &Request| Does::Says(503, "SlowDown");
    let (store, _) = odd(at_first(2, trouble));
    assert_eq!(
        store.create("a", b"1".to_vec()).expect("it passes"),
        Created::New
    );
    let (store, server) = odd(trouble);
    let error = hurried(store).list("").expect_err("it stays");
    assert_eq!(error.kind(), ErrorKind::StoreAway);
    assert!(error.to_string().contains("503 SlowDown"), "{error}");
    assert!(server.seen.lock().expect("nobody panics").len() > 1);
}

#[test]
fn what_was_created_although_the_answer_was_lost_is_ours() {
    let (store, _) = odd(at_first(1, |_| Does::Cuts));
    assert_eq!(
        store.create("a", b"ours".to_vec()).expect("it passes"),
        Created::New
    );
    assert_eq!(
        store.create("a", b"ours".to_vec()).expect("it answers"),
        Created::Exists
    );
}

#[test]
fn an_answer_that_is_cut_short_is_never_taken_for_the_whole() {
    let halves = |request: &Request| match request.method.as_str() {
        "GET" => Does::Halves,
        _ => Does::Right,
    };
    let (store, _) = odd(at_first(2, halves));
    store.create("a", vec![7; 100_000]).expect("it is free");
    let found = store.get("a").expect("it passes");
    assert!(found == Some(vec![7; 100_000]));
    let (store, _) = odd(halves);
    store.create("a", vec![7; 100_000]).expect("it is free");
    let dir = tempfile::tempdir().expect("a temporary directory");
    let store = hurried(store);
    let error = store
        .get_to_file("a", &dir.path().join("a"))
        .expect_err("it stays");
    assert_eq!(error.kind(), ErrorKind::StoreAway, "{error}");
    assert_eq!(fs::read_dir(dir.path()).expect("it is there").count(), 0);
}

#[test]
fn what_we_may_not_is_said_once_and_not_tried_again() {
    let (store, server) = odd(|_| Does::Says(403, "AccessDenied"));
    let error = store
        .create("a", b"1".to_vec())
        .expect_err("it is not allowed");
    assert!(
        error
            .to_string()
            .contains("could not write `a` in s3://bucket"),
        "{error}"
    );
    assert!(error.to_string().contains("not allowed"), "{error}");
    assert_eq!(server.seen.lock().expect("nobody panics").len(), 1);
    let (store, _) = odd(|_| Does::Says(301, "PermanentRedirect"));
    let error = store.get("a").expect_err("it is elsewhere");
    assert!(error.hints()[0].contains("AWS_REGION"), "{error:?}");
}
