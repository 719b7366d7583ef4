//! `make demo`'s script where there is no GraalVM with PGO: it installs one, or says that it cannot and goes on.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use super::sandbox::{Said, Sandbox, config};

/// A copy of the demo with small numbers.
fn demo() -> Option<Sandbox> {
    let sandbox = Sandbox::project("hello").ok()?;
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/demo/run.sh");
    std::fs::copy(script, sandbox.path().join("run.sh")).unwrap();
    sandbox.write("pgoctl.toml", &config("hello", ""));
    Some(sandbox)
}

fn run(sandbox: &Sandbox, variables: &[(&str, &str)]) -> Said {
    // `pgoctl` gets its surroundings from the sandbox, the script from the same.
    let inner = sandbox.command("");
    let mut command = Command::new("bash");
    command
        .arg(sandbox.path().join("run.sh"))
        .arg(inner.get_program())
        .env_clear()
        .envs(
            inner
                .get_envs()
                .filter_map(|(name, value)| Some((name, value?))),
        )
        .envs(variables.iter().copied());
    Said::of(&command.output().unwrap())
}

#[test]
fn a_site_that_does_not_answer_is_said_and_the_demo_goes_on() {
    let Some(sandbox) = demo() else { return };
    // Bound and dropped: nobody listens there.
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let url = format!("http://127.0.0.1:{port}");
    let said = run(
        &sandbox,
        &[
            ("PGOCTL_DOWNLOAD_URL", url.as_str()),
            ("PGOCTL_ROUNDS", "1"),
        ],
    );
    assert_eq!(said.status, 0, "{}", said.stderr);
    for words in [
        "GraalVM Free Terms and Conditions",
        "going on with what there is",
        "the HotSpot variants carry the comparison",
    ] {
        assert!(said.stderr.contains(words), "`{words}`:\n{}", said.stderr);
    }
    assert!(said.stdout.contains("hotspot-cds"), "{}", said.stdout);
}

#[test]
fn download_no_asks_nobody() {
    let Some(sandbox) = demo() else { return };
    let said = run(
        &sandbox,
        &[
            ("DOWNLOAD", "no"),
            ("PGOCTL_DOWNLOAD_URL", "http://127.0.0.1:1"),
            ("PGOCTL_VARIANT", "hotspot"),
            ("PGOCTL_ROUNDS", "1"),
        ],
    );
    assert_eq!(said.status, 0, "{}", said.stderr);
    assert!(
        said.stderr.contains("DOWNLOAD=no: none is installed"),
        "{}",
        said.stderr
    );
}

#[test]
fn a_site_that_answers_brings_the_full_pipeline() {
    let Some(mut sandbox) = demo() else { return };
    let archive = archive_of_the_double(&sandbox);
    let url = serve(archive);
    sandbox.set("PGOCTL_DATA_DIR", sandbox.path().join("data"));
    let said = run(
        &sandbox,
        &[
            ("PGOCTL_DOWNLOAD_URL", url.as_str()),
            ("PGOCTL_ROUNDS", "1"),
            ("PGOCTL_VARIANT", "native,native-pgo"),
        ],
    );
    assert_eq!(said.status, 0, "{}", said.stderr);
    assert!(
        said.stderr.contains("has PGO: the full pipeline"),
        "{}",
        said.stderr
    );
    assert!(
        said.stdout.contains("PGO: user-provided"),
        "{}",
        said.stdout
    );

    // The second time it is there.
    let said = run(
        &sandbox,
        &[
            ("PGOCTL_DOWNLOAD_URL", "http://127.0.0.1:1"),
            ("PGOCTL_ROUNDS", "1"),
            ("PGOCTL_VARIANT", "native,native-pgo"),
        ],
    );
    assert_eq!(said.status, 0, "{}", said.stderr);
    assert!(!said.stderr.contains("installing"), "{}", said.stderr);
}

/// An archive as the real ones are laid out, with the double in it: its links become scripts, as links out of an archive are refused.
fn archive_of_the_double(sandbox: &Sandbox) -> Vec<u8> {
    let top = "graalvm-jdk-25.0.1+8.1";
    let home = sandbox.path().join("archive").join(top);
    let double = env!("CARGO_BIN_EXE_graalvm-double");
    let laid_out = Command::new(double)
        .arg("install")
        .arg(&home)
        .output()
        .unwrap();
    assert!(laid_out.status.success());
    let script = |name: &str, text: String| {
        let path = home.join("bin").join(name);
        let _ = std::fs::remove_file(&path);
        std::fs::write(&path, format!("#!/bin/bash\n{text}\n")).unwrap();
        std::fs::set_permissions(&path, PermissionsExt::from_mode(0o755)).unwrap();
    };
    for name in ["native-image", "native-image-configure"] {
        script(name, format!("exec -a \"$0\" '{double}' \"$@\""));
    }
    script("java", format!("exec '{}' \"$@\"", java().display()));
    let packed = Command::new("tar")
        .args(["-czf", "-", "-C"])
        .args([home.parent().unwrap(), Path::new(top)])
        .output()
        .unwrap();
    assert!(packed.status.success());
    packed.stdout
}

fn java() -> std::path::PathBuf {
    let path = std::env::var_os("PATH").unwrap();
    std::env::split_paths(&path)
        .map(|folder| folder.join("java"))
        .find(|java| java.is_file())
        .unwrap()
}

/// Serves the archive and its checksum under any address, for as long as the test lives.
fn serve(archive: Vec<u8>) -> String {
    use sha2::Digest;
    let sum: String = sha2::Sha256::digest(&archive)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
            let first = lines.next().unwrap().unwrap();
            while lines
                .next()
                .is_some_and(|line| line.is_ok_and(|line| !line.is_empty()))
            {}
            let body = if first.contains(".sha256 ") {
                sum.as_bytes()
            } else {
                &archive
            };
            let head = format!(
                "HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                body.len()
            );
            let _ = stream
                .write_all(head.as_bytes())
                .and_then(|()| stream.write_all(body));
        }
    });
    url
}
