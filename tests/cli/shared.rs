//! `--output shared`: native images as libraries, run by a host; real ones where `GRAALVM_HOME` holds a Community native-image.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use rustix::process::{Pid, Signal, kill_process};

use super::double::project;
use super::optimizer::{hello, image};

#[test]
fn a_library_is_measured_beside_the_executable_and_its_size_is_its_own() {
    let Some(built) = hello() else { return };
    let library = image(&built.report, "native-shared");
    let path = PathBuf::from(library["path"].as_str().unwrap());
    assert_eq!(path.file_name().unwrap(), "libhello.so");
    assert_eq!(library["size_counts"], "the shared library");
    let bytes = std::fs::metadata(&path).unwrap().len();
    assert_eq!(library["size_bytes"].as_u64(), Some(bytes));
    let variants = built.report["variants"].as_array().unwrap();
    let measured = variants
        .iter()
        .find(|one| one["variant"] == "native-shared");
    let metrics = &measured.unwrap()["metrics"];
    for metric in ["throughput_rps", "cold_start_ms", "peak_memory_bytes"] {
        assert!(metrics[metric]["value"].as_f64().unwrap() > 0.0, "{metric}");
    }
    let compared = built.report["comparisons"].as_array().unwrap();
    assert!(
        compared
            .iter()
            .any(|one| one["candidate"] == "native-shared" && one["baseline"] == "native"),
        "{compared:?}"
    );
}

#[test]
fn a_library_can_be_profile_guided_too() {
    let Some(built) = hello() else { return };
    assert_eq!(
        image(&built.report, "native-pgo-shared")["optimizer"],
        "pgoctl"
    );
}

#[test]
fn the_host_ends_as_the_program_does() {
    let Some(built) = hello() else { return };
    let library = image(&built.report, "native-shared");
    let library = PathBuf::from(library["path"].as_str().unwrap());
    let program = library.with_file_name("host");
    let host = |library: &Path, words: &[&str]| {
        let mut command = Command::new(&program);
        command.arg(library).arg("com/hello/Hello").args(words);
        command
    };
    let once = host(&library, &["--once", "{}"]).output().unwrap();
    assert!(once.status.success());
    assert!(String::from_utf8_lossy(&once.stdout).contains("Hello World"));
    let ends_with = |command: &mut Command| command.output().unwrap().status.code();
    assert_eq!(
        ends_with(&mut host(&library, &["--no-such"])),
        Some(2),
        "the program's own"
    );
    assert_eq!(ends_with(&mut host(&library, &["-XX:NoSuch=1"])), Some(125));
    assert_eq!(ends_with(&mut host(Path::new("/none.so"), &[])), Some(125));
    let mut server = host(&library, &["--port", "0"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut listening = String::new();
    let mut lines = BufReader::new(server.stdout.take().unwrap());
    lines.read_line(&mut listening).unwrap();
    kill_process(Pid::from_child(&server), Signal::TERM).unwrap();
    let ended = server.wait_with_output().unwrap();
    assert_eq!(ended.status.code(), Some(143));
    let said = String::from_utf8_lossy(&ended.stderr);
    assert!(said.contains("stopped"), "its shutdown hooks ran: {said}");
}

#[test]
fn output_chooses_the_form_of_what_is_native() {
    let Ok(sandbox) = project("") else { return };
    let built = |words: &str| {
        let said = sandbox
            .succeeds(format!("run --no-bench --dry-run {words}"))
            .stdout;
        let of = |line: &str| {
            line.strip_prefix("# build ")
                .map(|rest| rest.split(',').next().unwrap().to_owned())
        };
        said.lines().filter_map(of).collect::<Vec<_>>()
    };
    assert_eq!(built("--variant native --output shared"), ["native-shared"]);
    assert_eq!(
        built("--variant native --output executable,shared"),
        ["native", "native-shared"]
    );
    assert_eq!(
        built("--variant native-pgo --output shared"),
        ["native-instrumented", "native-pgo-shared"]
    );
    assert_eq!(built("--variant native-shared"), ["native-shared"]);
}

#[test]
fn a_dry_run_shows_how_the_library_and_its_host_are_built() {
    let Ok(sandbox) = project("") else { return };
    let said = sandbox
        .succeeds("run --no-bench --dry-run --variant native-shared")
        .stdout;
    assert!(said.contains(" --shared "), "{said}");
    assert!(said.contains("/host.c' -ldl"), "{said}");
}
