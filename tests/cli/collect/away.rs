//! A store that is away, for a while or for good.

use std::net::{SocketAddr, TcpListener};
use std::path::Path;

use rustix::process::Signal;

use super::super::sandbox::Sandbox;
use super::{ends, files, said, sandbox, signal, start, stored};

/// A store that takes connections and says nothing.
fn hanging() -> TcpListener {
    TcpListener::bind("127.0.0.1:0").unwrap()
}

fn at(sandbox: &mut Sandbox, address: SocketAddr) {
    sandbox.set("PGOCTL_STORE", "s3://bucket");
    sandbox.set("AWS_ENDPOINT_URL", format!("http://{address}"));
    sandbox.set("AWS_ACCESS_KEY_ID", "id");
    sandbox.set("AWS_SECRET_ACCESS_KEY", "secret");
}

/// A store that nobody listens for.
fn away(sandbox: &mut Sandbox) {
    let address = hanging().local_addr().unwrap();
    at(sandbox, address);
}

#[test]
fn a_store_that_is_away_costs_the_program_nothing_and_the_next_start_sends_its_profile() {
    let mut sandbox = sandbox();
    away(&mut sandbox);
    let line = "collect --keep kept --patience 1s";
    let said = sandbox.pgoctl(format!("{line} {}", ends("exit 7")));
    assert_eq!(said.status, 7, "{}", said.stderr);
    for words in [
        "warning: the profile stays at ",
        "Connection refused",
        "hint: the next start",
    ] {
        assert!(said.stderr.contains(words), "{words}: {}", said.stderr);
    }
    assert_eq!(files(&sandbox.path().join("kept"), "iprof").len(), 1);
    // Its program waits for it: what waited is sent before anything ends.
    let store = sandbox.path().join("store");
    sandbox.set("PGOCTL_STORE", &store);
    let waits =
        "until ls store/profiles/*/*/*/*.json; do sleep 0.05; done 2> /dev/null > /dev/null";
    let said = sandbox.succeeds(format!("{line} {}", ends(waits)));
    assert!(
        said.stderr.contains("1 of earlier starts"),
        "{}",
        said.stderr
    );
    assert_eq!(stored(&sandbox).len(), 2);
    assert!(files(&sandbox.path().join("kept"), "iprof").is_empty());
    assert!(files(&sandbox.path().join("kept"), "json").is_empty());
}

#[test]
fn without_a_folder_to_keep_it_in_it_is_said_where_the_profile_is_left() {
    let mut sandbox = sandbox();
    away(&mut sandbox);
    let said = sandbox.pgoctl(format!("collect --patience 1s {}", ends("exit 0")));
    assert_eq!(said.status, 0, "{}", said.stderr);
    let at = said.stderr.split("stays at ").nth(1).unwrap();
    let file = at.split(": ").next().unwrap();
    assert!(Path::new(file).is_file(), "{file}");
    assert!(said.stderr.contains("`--keep DIR`"), "{}", said.stderr);
    std::fs::remove_dir_all(Path::new(file).parent().unwrap()).unwrap();
}

#[test]
fn a_store_that_hangs_is_not_waited_for_longer_than_was_said() {
    let mut sandbox = sandbox();
    let listener = hanging();
    at(&mut sandbox, listener.local_addr().unwrap());
    let said = sandbox.pgoctl(format!("collect --keep . --patience 1s {}", ends("exit 7")));
    assert_eq!(said.status, 7, "{}", said.stderr);
    assert!(
        said.stderr.contains("did not take it in time"),
        "{}",
        said.stderr
    );
}

#[test]
fn a_signal_after_the_programs_end_ends_the_waiting() {
    let mut sandbox = sandbox();
    let listener = hanging();
    at(&mut sandbox, listener.local_addr().unwrap());
    let line = format!("collect --keep . --patience 10h {}", ends("exit 7"));
    let child = start(&sandbox, &line);
    // It is being sent: the program has ended.
    let _sent = listener.accept().unwrap();
    signal(&child, Signal::TERM);
    let said = said(child);
    assert_eq!(said.status, 7, "{}", said.stderr);
    assert!(said.stderr.contains("stays at"), "{}", said.stderr);
}
