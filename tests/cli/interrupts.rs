//! Ctrl-C once and twice, SIGTERM, and a reader that goes away.

use std::io::Read;
use std::process::{Child, Stdio};

use rustix::process::{Pid, Signal, kill_process};

use super::needs::Needed;
use super::sandbox::{Sandbox, drain, wait_for};

fn signal(child: &Child, signal: Signal) {
    kill_process(Pid::from_raw(child.id().cast_signed()).unwrap(), signal).unwrap();
}

/// `pgoctl run` in the middle of a long benchmark of the double's native image.
fn running(sandbox: &Sandbox) -> Child {
    let child = sandbox
        .command("run --variant native --requests 100000000")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Its handlers are in place by then.
    wait_for("the function of the first round listens", || {
        let products = sandbox.products();
        let log = products
            .iter()
            .find(|path| path.contains("logs/bench-native"));
        log.is_some_and(|log| sandbox.read(log).contains("listening on"))
    });
    child
}

fn functions_of(sandbox: &Sandbox) -> usize {
    let root = sandbox.path().join(".pgoctl").canonicalize().unwrap();
    let running = |entry: std::fs::DirEntry| {
        std::fs::read_link(entry.path().join("exe")).is_ok_and(|exe| exe.starts_with(&root))
    };
    std::fs::read_dir("/proc")
        .unwrap()
        .flatten()
        .filter(|entry| entry.file_name().to_string_lossy().parse::<u32>().is_ok())
        .map(running)
        .filter(|is| *is)
        .count()
}

/// A project with the double, installed with these options.
fn project(options: &str) -> Needed<Sandbox> {
    let mut sandbox = Sandbox::project("hello")?;
    sandbox.graalvm(options);
    Ok(sandbox)
}

#[test]
fn one_ctrl_c_ends_in_order() {
    let Ok(sandbox) = project("") else { return };
    let mut child = running(&sandbox);
    let (stdout, stderr) = (
        drain(child.stdout.take().unwrap()),
        drain(child.stderr.take().unwrap()),
    );
    signal(&child, Signal::INT);
    assert_eq!(child.wait().unwrap().code(), Some(130));
    let stderr = stderr.join().unwrap();
    assert!(
        stderr.contains("press Ctrl-C again to end now") && stderr.contains("error: interrupted"),
        "{stderr}"
    );
    assert_eq!(stdout.join().unwrap(), "");
    assert_eq!(functions_of(&sandbox), 0);
}

#[test]
fn what_was_whole_at_a_ctrl_c_is_kept() {
    let Ok(sandbox) = project("") else { return };
    let mut child = running(&sandbox);
    signal(&child, Signal::INT);
    child.wait().unwrap();
    let again = sandbox.json("run --no-bench --variant native --format json");
    assert_eq!(again["stages"][0]["status"], "reused");
}

#[test]
fn a_terminal_that_goes_away_ends_in_order_too() {
    let Ok(sandbox) = project("") else { return };
    let mut child = running(&sandbox);
    let stderr = drain(child.stderr.take().unwrap());
    signal(&child, Signal::HUP);
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert!(stderr.join().unwrap().contains("the terminal is gone"));
    assert_eq!(functions_of(&sandbox), 0);
}

#[test]
fn a_second_ctrl_c_ends_at_once() {
    let Ok(sandbox) = project("--fault ignores-term") else {
        return;
    };
    let mut child = running(&sandbox);
    let stderr = drain(child.stderr.take().unwrap());
    signal(&child, Signal::INT);
    signal(&child, Signal::TERM);
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert!(stderr.join().unwrap().contains("ending now"));
    wait_for("the function is gone", || functions_of(&sandbox) == 0);
}

#[test]
fn sigterm_during_a_build_ends_the_builder_and_leaves_nothing_half_made() {
    let Ok(sandbox) = project("--fault hangs-at-stage=3") else {
        return;
    };
    let child = sandbox
        .command("build --variant native")
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let images = sandbox.path().join(".pgoctl/images/hello/native");
    let log = || {
        std::fs::read_dir(&images)
            .ok()?
            .flatten()
            .find_map(|entry| std::fs::read_to_string(entry.path().join("build.log")).ok())
    };
    wait_for("the build is in stage 3", || {
        log().is_some_and(|text| text.contains("[3/8]"))
    });
    signal(&child, Signal::TERM);
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130));
    assert_eq!(std::fs::read_dir(&images).unwrap().count(), 0);
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let mut command = Sandbox::new().command("completions bash");
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .current_dir("/")
        .spawn()
        .unwrap();
    let mut first = [0; 1];
    let mut stdout = child.stdout.take().unwrap();
    stdout.read_exact(&mut first).unwrap();
    drop(stdout);
    let output = child.wait_with_output().unwrap();
    assert_eq!(
        (
            output.status.code(),
            String::from_utf8_lossy(&output.stderr).into_owned()
        ),
        (Some(0), String::new())
    );
}

#[test]
fn a_second_pgoctl_in_the_same_project_says_whom_it_waits_for() {
    let Ok(sandbox) = project("") else {
        return;
    };
    let mut first = running(&sandbox);
    let mut second = sandbox
        .command("build --variant native")
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    std::io::BufRead::read_line(
        &mut std::io::BufReader::new(second.stderr.as_mut().unwrap()),
        &mut line,
    )
    .unwrap();
    assert!(
        line.starts_with("waiting for `pgoctl run`, process "),
        "{line}"
    );
    signal(&first, Signal::INT);
    first.wait().unwrap();
    assert_eq!(second.wait().unwrap().code(), Some(0));
}
