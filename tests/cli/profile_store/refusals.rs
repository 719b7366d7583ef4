//! What goes wrong with a store: each with its message and its next step, and never with a secret in it.

use std::process::Stdio;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::json;

use super::{other, trained};
use crate::needs::Needed;
use crate::odd_s3::{Does, OddServer};
use crate::places::Mount;
use crate::profile_store::backing::Backing;
use crate::s3_servers::seaweedfs;
use crate::sandbox::{Said, Sandbox};

const SECRET: &str = "hunter2hunter2";

/// A project that uses `place` at `endpoint`, with a secret of its own.
fn at(endpoint: &str, place: &str) -> Sandbox {
    let mut sandbox = Sandbox::new();
    sandbox.set("AWS_ENDPOINT_URL", endpoint);
    sandbox.set("AWS_ACCESS_KEY_ID", "pgoctl");
    sandbox.set("AWS_SECRET_ACCESS_KEY", SECRET);
    sandbox.set("PGOCTL_STORE", place);
    sandbox
}

/// Fails with this status and these words, and nothing of it is secret, however much is said.
fn fails(sandbox: &Sandbox, line: &str, status: i32, words: &[&str]) {
    for more in ["", " --verbose", " --progress json"] {
        let said = sandbox.pgoctl(format!("{line}{more}"));
        said.fails(status, words);
        assert!(!said.stderr.contains(SECRET), "{}", said.stderr);
    }
}

#[test]
fn wrong_credentials_and_a_wrong_bucket_are_told_apart() {
    let Ok(server) = seaweedfs() else {
        return;
    };
    let bucket = server.bucket("refusals");
    let wrong = at(server.endpoint(), &format!("s3://{bucket}"));
    fails(
        &wrong,
        "profile ls",
        2,
        &["does not know these credentials", "AWS_SECRET_ACCESS_KEY"],
    );
    let mut right = at(server.endpoint(), "s3://no-such-bucket");
    for (name, value) in &server.variables {
        right.set(name, value);
    }
    right.pgoctl("profile ls").fails(
        2,
        &["s3://no-such-bucket", "no such bucket", "create the bucket"],
    );
}

#[test]
fn a_store_that_is_away_says_where_it_should_be_and_that_nothing_is_lost() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let sandbox = at(&endpoint, "s3://profiles/team");
    let said = sandbox.pgoctl("profile ls");
    let place = format!("could not reach the store s3://profiles/team at {endpoint}");
    said.fails(3, &[&place, "refused", "nothing that was stored is lost"]);
    assert!(!said.stderr.contains(SECRET), "{}", said.stderr);
}

#[test]
fn what_is_not_allowed_is_said() {
    let server = OddServer::start(|_| Does::Says(403, "AccessDenied"));
    let sandbox = at(&format!("http://{}", server.address), "s3://profiles");
    fails(&sandbox, "profile ls", 2, &["not allowed", "AccessDenied"]);
}

#[test]
fn no_credentials_half_of_them_and_a_place_that_is_none_are_refused_before_anything_is_sent() {
    let mut sandbox = Sandbox::new();
    sandbox.set("AWS_ENDPOINT_URL", "http://127.0.0.1:1");
    sandbox.pgoctl("profile ls --store s3://profiles").fails(
        2,
        &["no credentials for s3://profiles", "AWS_ACCESS_KEY_ID"],
    );
    sandbox.set("AWS_SECRET_ACCESS_KEY", SECRET);
    fails(
        &sandbox,
        "profile ls --store s3://profiles",
        2,
        &["not whole"],
    );
    for place in ["gs://profiles", "s3://", "s3://me:hunter2hunter2@profiles"] {
        fails(
            &sandbox,
            &format!("profile ls --store {place}"),
            2,
            &["store"],
        );
    }
    Sandbox::new()
        .pgoctl("profile ls --store none --pull-only")
        .fails(2, &["there is no store in", "profile push"]);
}

/// A server that takes the condition of a write and pays no attention to it.
fn careless() -> OddServer {
    OddServer::start(|_| Does::Overwrites)
}

#[test]
fn a_store_that_overwrites_is_refused_for_sharing() {
    let refused = || -> Needed<()> {
        let server = careless();
        let mut hello = trained(&Backing::folder()?)?;
        hello.set("AWS_ENDPOINT_URL", format!("http://{}", server.address));
        hello.set("AWS_ACCESS_KEY_ID", "pgoctl");
        hello.set("AWS_SECRET_ACCESS_KEY", SECRET);
        fails(
            &hello,
            "profile push --store s3://profiles",
            3,
            &["cannot be shared", "overwrites", "If-None-Match"],
        );
        let said = hello.pgoctl("doctor --store s3://profiles");
        assert_eq!(said.status, 3, "{}", said.stderr);
        let line = said
            .stdout
            .lines()
            .find(|line| line.contains("cannot be shared"));
        assert!(
            line.is_some_and(|line| line.starts_with("problem")),
            "{}",
            said.stdout
        );
        Ok(())
    };
    let _ = refused();
}

#[test]
fn the_file_names_the_store_and_the_project_has_one_of_its_own() {
    let Ok(sandbox) = Backing::folder().and_then(|store| other(&store)) else {
        return;
    };
    let line = |sandbox: &Sandbox| {
        let mut command = sandbox.command("profile ls");
        let output = command.env_remove("PGOCTL_STORE").output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let own = format!(
        "no profiles in {}/.pgoctl/serve/store\n",
        sandbox.path().display()
    );
    assert_eq!(line(&sandbox), own);
    sandbox.append("pgoctl.toml", "\n[store]\nurl = \"shared profiles\"\n");
    let named = format!(
        "no profiles in {}/shared profiles\n",
        sandbox.path().display()
    );
    assert_eq!(line(&sandbox), named);
    let said = sandbox.succeeds("profile ls --store elsewhere").stdout;
    assert!(said.contains("/elsewhere\n"), "{said}");
}

#[test]
fn a_second_push_asks_twice_and_sends_nothing() {
    let Ok(mut hello) = Backing::folder().and_then(|store| trained(&store)) else {
        return;
    };
    let server = OddServer::start(|_| Does::Right);
    hello.set("AWS_ENDPOINT_URL", format!("http://{}", server.address));
    hello.set("AWS_ACCESS_KEY_ID", "pgoctl");
    hello.set("AWS_SECRET_ACCESS_KEY", SECRET);
    hello.succeeds("profile push --store s3://profiles");
    let seen = || std::mem::take(&mut *server.seen.lock().unwrap());
    let puts = seen()
        .iter()
        .filter(|line| line.contains("/profiles/profiles/"))
        .count();
    assert_eq!(puts, 6, "a profile and its sheet each");
    hello.succeeds("profile push --store s3://profiles");
    assert_eq!(
        seen(),
        ["GET /profiles/store.json 200", "GET /profiles 200"]
    );
}

#[test]
fn an_endpoint_without_tls_needs_no_certificates_and_one_with_tls_says_how_to_get_them() {
    let server = OddServer::start(|_| Does::Right);
    let mut sandbox = at(&format!("http://{}", server.address), "s3://profiles");
    // As in an image that has none.
    sandbox.set("SSL_CERT_FILE", "/none");
    sandbox.set("SSL_CERT_DIR", "/none");
    sandbox.succeeds("profile ls");
    sandbox.set("AWS_ENDPOINT_URL", format!("https://{}", server.address));
    let words = [
        "could not prepare the connection",
        "AWS_CA_BUNDLE",
        "ca-certificates",
    ];
    fails(&sandbox, "profile ls", 3, &words);
}

#[test]
fn waiting_for_a_store_that_is_away_ends_with_ctrl_c() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    // It takes connections and never answers.
    let sandbox = at(&endpoint, "s3://profiles");
    let mut command = sandbox.command("profile ls");
    let child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let (_waiting, _) = listener.accept().unwrap();
    kill_process(Pid::from_child(&child), Signal::INT).unwrap();
    let said = Said::of(&child.wait_with_output().unwrap());
    assert_eq!(said.status, 130, "{}", said.stderr);
}

#[test]
fn a_store_on_a_full_disk_says_so_and_goes_on_once_there_is_space() {
    let pushed = || -> Needed<()> {
        let mut hello = trained(&Backing::folder()?)?;
        let place = hello.path().join("store");
        let disk = Mount::new(&place, 16)?;
        hello.set("PGOCTL_STORE", &place);
        hello
            .pgoctl("profile push")
            .fails(1, &["could not write", "the disk is full"]);
        let verified = hello.json("store verify --format json");
        assert_eq!(verified["broken"], json!([]));
        disk.again("size=1m");
        hello.succeeds("profile push");
        assert_eq!(hello.json("store verify --format json")["profiles"], 3);
        disk.again("ro");
        hello.succeeds("profile ls");
        hello
            .pgoctl("profile gc --older-than 0s")
            .fails(1, &["read-only"]);
        Ok(())
    };
    let _ = pushed();
}
