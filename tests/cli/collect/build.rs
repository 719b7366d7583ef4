//! Whose profile it is: the image, its build, and who ran it.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};

use rustix::process::Signal;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::super::needs::Needed;
use super::super::profile_store::backing::Backing;
use super::super::sandbox::{Sandbox, quoted, wait_for};
use super::{FUNCTION, said, sandbox, served, signal, start, stored};

/// An instrumented image of the double's, which serves, ends when it is asked to, and leaves a profile that others can use.
fn an_image_serves_and_leaves_its_profile(store: &Backing) -> Needed<()> {
    let mut sandbox = Sandbox::project("hello")?;
    sandbox.graalvm("");
    let report = sandbox.json("run --no-bench --variant native-pgo --runs 1 --format json");
    let folder = sandbox
        .path()
        .join(".pgoctl/images/hello/native-instrumented");
    let folder = std::fs::read_dir(&folder).unwrap().next().unwrap().unwrap();
    let build = folder.file_name().into_string().unwrap();
    assert!(!report.is_null());
    store.used_by(&mut sandbox);
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let image = quoted(folder.path().join("hello"));
    let child = start(
        &sandbox,
        &format!("collect --worker pod-1 -- {image} --port {}", port.port()),
    );
    wait_for("it listens", || TcpStream::connect(port).is_ok());
    let mut stream = TcpStream::connect(port).unwrap();
    stream
        .write_all(
            b"POST / HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 2\r\n\r\n{}",
        )
        .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.contains("Hello World"), "{answer}");
    signal(&child, Signal::TERM);
    let said = said(child);
    assert_eq!(said.status, 143, "{}", said.stderr);
    assert!(
        said.stderr.contains("the profile is in "),
        "{}",
        said.stderr
    );

    let keys = store.keys("iprof");
    let beginning = format!("profiles/hello/{build}/pod-1/");
    assert!(keys[0].starts_with(&beginning), "{keys:?}");
    let sheet: Value = serde_json::from_slice(&store.get(&store.keys("json")[0])).unwrap();
    assert_eq!(sheet["gathered_by"], "collect");
    assert_eq!(sheet["provenance"]["ending"], "exited with status 143");
    sandbox.succeeds("store verify");
    let mut other = Sandbox::project("hello")?;
    store.used_by(&mut other);
    other.graalvm("");
    other.succeeds("profile pull");
    other.succeeds("build --variant native-pgo --profile-from hello");
    Ok(())
}

#[test]
fn an_image_serves_and_leaves_its_profile_in_a_folder() {
    let _ = Backing::folder().and_then(|store| an_image_serves_and_leaves_its_profile(&store));
}

#[test]
fn an_image_serves_and_leaves_its_profile_in_a_bucket() {
    let _ = Backing::bucket().and_then(|store| an_image_serves_and_leaves_its_profile(&store));
}

#[test]
fn several_starts_give_several_profiles() {
    let sandbox = sandbox();
    for _ in 0..3 {
        let said = served(&sandbox, "collect --function hello --worker pod-1 -- ./fn");
        assert_eq!(said.status, 143, "{}", said.stderr);
    }
    let keys = stored(&sandbox);
    assert_eq!(keys.len(), 3, "{keys:?}");
    let is_of_one = |key: &String| {
        key.starts_with("profiles/hello/sha256-") && key.split('/').nth(3) == Some("pod-1")
    };
    assert!(keys.iter().all(is_of_one), "{keys:?}");
}

#[test]
fn the_build_is_that_of_build_json_or_the_one_that_was_said_or_the_files_digest() {
    let Ok(mut project) = Sandbox::project("hello") else {
        return;
    };
    project.graalvm("");
    project.succeeds("build --variant native");
    project.set("PGOCTL_STORE", project.path().join("store"));
    let images = project.path().join(".pgoctl/images/hello/native");
    let folder = std::fs::read_dir(images).unwrap().next().unwrap().unwrap();
    let native = quoted(folder.path().join("hello"));
    // An image that is known to leave none is not started.
    project
        .pgoctl(format!("collect -- {native} --port 0"))
        .fails(
            2,
            &[
                "leaves no profile",
                "it is a native image",
                "--variant native-instrumented",
            ],
        );
    // The same file, said to be an instrumented one.
    let sandbox = sandbox();
    let said: Value =
        serde_json::from_str(&std::fs::read_to_string(folder.path().join("build.json")).unwrap())
            .unwrap();
    let write = |file: &Value, bytes: &[u8]| {
        let mut said = said.clone();
        said["variant"] = "native-instrumented".into();
        said["file"] = file.clone();
        sandbox.write("build.json", &said.to_string());
        sandbox.write_program("fn", std::str::from_utf8(bytes).unwrap());
    };
    let digest = Sha256::digest(FUNCTION);
    let digest: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    let file = serde_json::json!({ "name": "fn", "bytes": FUNCTION.len(), "sha256": digest, "modified_ns": "0" });
    write(&file, FUNCTION.as_bytes());
    let build = said["identity"].as_str().unwrap();
    let key = || stored(&sandbox).pop().unwrap();
    assert_eq!(served(&sandbox, "collect -- ./fn").status, 143);
    assert!(
        key().starts_with(&format!("profiles/fn/{build}/")),
        "{}",
        key()
    );
    // Whatever starts the image.
    let script = "collect --image ./fn -- sh -c 'exec ./fn -XX:ProfilesDumpFile={profile}'";
    assert_eq!(served(&sandbox, script).status, 143);
    assert_eq!(stored(&sandbox).len(), 2);
    sandbox
        .pgoctl("collect --build other -- ./fn")
        .fails(2, &["is not the build `other`", build]);
    // Other bytes than it says.
    write(&file, FUNCTION.replace("0.05", "0.06").as_bytes());
    let said = served(&sandbox, "collect -- ./fn");
    assert!(
        said.stderr.contains("is of another file"),
        "{}",
        said.stderr
    );
    assert_eq!(stored(&sandbox).len(), 3);
    std::fs::remove_file(sandbox.path().join("build.json")).unwrap();
    served(&sandbox, "collect --build v1.2 --function said -- ./fn");
    let keys = stored(&sandbox).join("\n");
    assert!(keys.contains("profiles/fn/sha256-"), "{keys}");
    assert!(keys.contains("profiles/said/v1.2/"), "{keys}");
}
