//! Leases and decisions between controllers that share a folder.

use std::sync::mpsc::{Receiver, channel};

use super::*;
use crate::controller::journal;
use crate::store::Credentials;

fn store(folder: &tempfile::TempDir) -> Store {
    let place = folder.path().join("store").display().to_string();
    Store::open(&place, &Credentials::default()).expect("a folder will do")
}

/// A controller whose home has this name, and what it hears.
fn controller(folder: &tempfile::TempDir, home: &str) -> (Others, Receiver<Heard>) {
    let home = folder.path().join(home);
    crate::workdir::create_dir(&home).expect("it can be made");
    let store = store(folder);
    let place = Place::now(&store).expect("it can be read");
    let (tell, heard) = channel();
    let others = Others::join(
        &home,
        store,
        place,
        &BTreeMap::new(),
        || {},
        move |it| drop(tell.send(it)),
    );
    (others.expect("it can join"), heard)
}

fn state(function: &str, before: Option<&State>) -> State {
    let manifest = serde_json::json!({});
    State::installed(function, "v".into(), "sha".into(), manifest, before)
}

#[test]
fn of_several_one_has_the_lease_until_it_lets_go() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let racers: Vec<_> = (0..4)
        .map(|number| controller(&folder, &format!("home{number}")).0)
        .collect();
    let taken: Vec<Taken> = std::thread::scope(|scope| {
        let threads: Vec<_> = racers
            .iter()
            .map(|racer| scope.spawn(|| racer.take("hello").expect("it can be asked for")))
            .collect();
        let joined = threads.into_iter().map(|it| it.join().expect("it ends"));
        joined.collect()
    });
    let mine = |taken: &Taken| matches!(taken, Taken::Mine(_));
    assert_eq!(taken.iter().filter(|it| mine(it)).count(), 1, "{taken:?}");
    let first = taken.iter().position(mine).expect("one has it");
    let other = (first + 1) % racers.len();
    assert_eq!(
        racers[other].take("hello").expect("it can be asked for"),
        Taken::By(racers[first].beats.name().to_owned())
    );
    // Who does not have it cannot let it go.
    racers[other].let_go("hello").expect("it can be asked for");
    assert_eq!(
        racers[first].take("hello").expect("it has it"),
        taken[first]
    );
    racers[first].let_go("hello").expect("it has it");
    let next = racers[other].take("hello").expect("it can be asked for");
    assert_eq!(next, Taken::Mine(3));
    assert!(mine(
        &racers[first]
            .take("greet")
            .expect("another function's is free")
    ));
}

#[test]
fn what_one_that_ended_or_its_life_before_had_is_free_at_once() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let (one, _one) = controller(&folder, "one");
    let (two, _two) = controller(&folder, "two");
    assert_eq!(one.take("hello").expect("it is free"), Taken::Mine(1));
    assert_eq!(one.take("greet").expect("it is free"), Taken::Mine(1));
    assert!(matches!(two.take("hello"), Ok(Taken::By(_))));
    // Killed and started again.
    let (again, _again) = controller(&folder, "one");
    assert_eq!(
        again.take("hello").expect("nobody lives who has it"),
        Taken::Mine(2)
    );
    again.end();
    let free = |taken| matches!(taken, Ok(Taken::Mine(_)));
    let until = std::time::Instant::now() + 4 * alive::BEAT;
    while !free(two.take("hello")) {
        assert!(
            std::time::Instant::now() < until,
            "who has ended has nothing"
        );
        std::thread::park_timeout(std::time::Duration::from_millis(20));
    }
}

#[test]
fn what_one_decides_the_others_hear_once() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let (one, said) = controller(&folder, "one");
    let (_two, heard) = controller(&folder, "two");
    let store = store(&folder);
    let first = state("hello", None);
    let second = state("hello", Some(&first));
    for state in [&first, &second] {
        assert!(journal::append(&store, state).expect("it can be written"));
        one.wrote(state);
    }
    let mut newest = 0;
    while newest < 2 {
        let Heard::Decided(states) = heard.recv().expect("they are told") else {
            panic!("nobody asked");
        };
        for state in states {
            assert!(state.generation > newest, "told once, in order");
            newest = state.generation;
        }
    }
    assert!(said.try_recv().is_err(), "it knows what it wrote");
}
