//! `fixtures/functions/build.sh`: the same bytes everywhere, nothing twice, and a word where there is no JDK.

use std::process::Command;

use super::functions::{build, sources};
use super::sandbox::jars;

#[test]
fn building_elsewhere_gives_the_same_bytes() {
    let Ok(out) = jars() else { return };
    let other = tempfile::tempdir().unwrap();
    assert!(build(other.path()).status.success());
    for file in ["hello.jar", "sleep.jar", "filehash.jar", "assets/snap.bin"] {
        assert!(
            std::fs::read(out.join(file)).unwrap()
                == std::fs::read(other.path().join(file)).unwrap(),
            "{file} differs"
        );
    }
}

#[test]
fn building_again_keeps_what_is_there() {
    let Ok(out) = jars() else { return };
    let again = build(out);
    assert_eq!(
        (again.status.success(), again.stdout.len()),
        (true, 0),
        "nothing was built"
    );
}

#[test]
fn without_a_jdk_the_build_says_what_is_missing() {
    let out = tempfile::tempdir().unwrap();
    let script = sources().join("build.sh");
    let output = Command::new("bash")
        .arg(script)
        .arg(out.path())
        .env("JAVA_HOME", out.path())
        .output()
        .unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        stderr.contains("bin/javac") && stderr.contains("hint: set JAVA_HOME"),
        "{stderr}"
    );
}
