//! `collect -- PROGRAM`: the entry point of a container. The program's end is what the caller sees, whatever becomes of its profile.

mod away;
mod build;

use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use rustix::process::{Pid, Signal, kill_process};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

use super::needs::{Need, or_skip};
use super::sandbox::{Said, Sandbox, drain, wait_for};

/// A program that leaves `iprof` as its profile when it is asked to end, and says what it does in `log`.
const FUNCTION: &str = r#"#!/bin/sh
for word; do case $word in -XX:ProfilesDumpFile=*) profile=${word#*=} ;; esac; done
end() { echo TERM >> log; cp iprof "$profile"; exit 143; }
trap end TERM
for signal in HUP INT QUIT USR1 USR2; do trap "echo $signal >> log" $signal; done
echo ready >> log
while :; do sleep 0.05; done
"#;

/// A folder with that program, `fn`, and a profile for it to leave.
fn sandbox() -> Sandbox {
    let mut sandbox = Sandbox::new();
    sandbox.write_program("fn", FUNCTION);
    let profile = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/iprof/small.iprof");
    std::fs::copy(profile, sandbox.path().join("iprof")).unwrap();
    sandbox.set("PGOCTL_STORE", sandbox.path().join("store"));
    sandbox
}

/// What a program says that leaves a profile at once and ends so.
fn ends(how: &str) -> String {
    format!("-- sh -c 'cp iprof \"$0\"; {how}' '{{profile}}'")
}

fn start(sandbox: &Sandbox, line: &str) -> Child {
    let mut command = sandbox.command(line);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().unwrap()
}

fn signal(child: &Child, signal: Signal) {
    kill_process(Pid::from_child(child), signal).unwrap();
}

fn said(child: Child) -> Said {
    Said::of(&child.wait_with_output().unwrap())
}

fn log(sandbox: &Sandbox) -> String {
    std::fs::read_to_string(sandbox.path().join("log")).unwrap_or_default()
}

/// Starts the program, asks it to end once it is there, and says what came of it.
fn served(sandbox: &Sandbox, line: &str) -> Said {
    let _ = std::fs::remove_file(sandbox.path().join("log"));
    let child = start(sandbox, line);
    wait_for("the program is there", || log(sandbox).contains("ready"));
    signal(&child, Signal::TERM);
    said(child)
}

/// The profiles in a sandbox's own store.
fn stored(sandbox: &Sandbox) -> Vec<String> {
    files(&sandbox.path().join("store"), "iprof")
}

fn files(folder: &Path, ending: &str) -> Vec<String> {
    let entries = walkdir::WalkDir::new(folder).into_iter().flatten();
    let mut files: Vec<String> = entries
        .filter(|entry| entry.path().extension().is_some_and(|it| it == ending))
        .map(|entry| {
            entry
                .path()
                .strip_prefix(folder)
                .unwrap()
                .display()
                .to_string()
        })
        .collect();
    files.sort();
    files
}

#[test]
fn each_signal_reaches_the_program_once() {
    let sandbox = sandbox();
    let child = start(&sandbox, "collect -- ./fn");
    wait_for("the program is there", || log(&sandbox).contains("ready"));
    let mut expected = "ready\n".to_owned();
    for (sent, name) in [
        (Signal::HUP, "HUP"),
        (Signal::INT, "INT"),
        (Signal::QUIT, "QUIT"),
        (Signal::USR1, "USR1"),
        (Signal::USR2, "USR2"),
        // As often as it comes: nothing is ended for being asked twice.
        (Signal::INT, "INT"),
    ] {
        signal(&child, sent);
        expected += &format!("{name}\n");
        wait_for(name, || log(&sandbox) == expected);
    }
    signal(&child, Signal::TERM);
    assert_eq!(said(child).status, 143);
    assert_eq!(log(&sandbox), expected + "TERM\n");
    assert_eq!(stored(&sandbox).len(), 1);
}

#[test]
fn ctrl_c_reaches_the_program_once_which_may_read_the_terminal() {
    let sandbox = sandbox();
    sandbox.write_program(
        "typed",
        &FUNCTION.replace(
            "while :;",
            "read line; echo \"read $line\" >> log\nwhile :;",
        ),
    );
    let terminal = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&terminal).unwrap();
    unlockpt(&terminal).unwrap();
    let name = ptsname(&terminal, Vec::new()).unwrap();
    let mut options = std::fs::File::options();
    options.read(true).write(true);
    let open = || options.open(name.to_str().unwrap()).unwrap();
    let of_ours = sandbox.command("collect -- ./typed");
    let mut command = Command::new("setsid");
    command.arg("--ctty").arg(of_ours.get_program());
    command.args(of_ours.get_args()).current_dir(sandbox.path());
    for (name, value) in of_ours.get_envs() {
        command.env(name, value.unwrap_or_default());
    }
    command
        .stdin(open())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let mut child = command.spawn().unwrap();
    let mut terminal = std::fs::File::from(terminal);
    let mut comes = |typed: &str, expected: &str| {
        terminal.write_all(typed.as_bytes()).unwrap();
        wait_for(expected, || log(&sandbox) == expected);
    };
    comes("", "ready\n");
    comes("hello\n", "ready\nread hello\n");
    comes("\x03", "ready\nread hello\nINT\n");
    comes("\x03", "ready\nread hello\nINT\nINT\n");
    signal(&child, Signal::TERM);
    assert_eq!(child.wait().unwrap().code(), Some(143));
    assert_eq!(log(&sandbox), "ready\nread hello\nINT\nINT\nTERM\n");
}

#[test]
fn the_streams_are_the_programs() {
    let sandbox = sandbox();
    let script = "-- sh -c 'cat; echo err >&2; cp iprof \"$0\"' '{profile}'";
    let mut command = sandbox.command(&format!("collect --quiet {script}"));
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let bytes: Vec<u8> = (0..=255).cycle().take(200_000).collect();
    let mut stdin = child.stdin.take().unwrap();
    let sent = bytes.clone();
    let writer = std::thread::spawn(move || stdin.write_all(&sent).unwrap());
    let stderr = drain(child.stderr.take().unwrap());
    let mut stdout = Vec::new();
    child
        .stdout
        .take()
        .unwrap()
        .read_to_end(&mut stdout)
        .unwrap();
    writer.join().unwrap();
    assert!(child.wait().unwrap().success());
    assert!(stdout == bytes, "every byte came through");
    assert_eq!(stderr.join().unwrap(), "err\n");
    assert_eq!(stored(&sandbox).len(), 1);
}

#[test]
fn the_programs_end_is_the_callers_to_see() {
    let sandbox = sandbox();
    for (how, status) in [
        ("exit 0", 0),
        ("exit 7", 7),
        ("exit 255", 255),
        ("kill -9 $$", 137),
        ("kill -15 $$", 143),
    ] {
        let said = sandbox.pgoctl(format!("collect {}", ends(how)));
        assert_eq!(said.status, status, "{how}: {}", said.stderr);
    }
    assert_eq!(stored(&sandbox).len(), 5, "a profile each time");
    for (program, status) in [
        ("./not-there", 127),
        ("no-such-program", 127),
        ("./iprof", 126),
    ] {
        let said = sandbox.pgoctl(format!("collect -- {program}"));
        said.fails(status, &[&format!("could not start `{program}`")]);
    }
}

#[test]
fn what_is_not_a_profile_is_said_and_not_sent() {
    let sandbox = sandbox();
    let collected = |program: &str| sandbox.pgoctl(format!("collect --keep kept {program}"));
    let said = collected("-- sh -c 'kill -9 $$' '{profile}'");
    assert_eq!(said.status, 137);
    let words = "no profile was written (the program was ended by signal 9 (SIGKILL))";
    assert!(said.stderr.contains(words), "{}", said.stderr);
    for (what, words) in [
        ("head -c 700 iprof", "broken"),
        ("true", "the profile is empty"),
    ] {
        let said = collected(&format!("-- sh -c '{what} > \"$0\"; exit 3' '{{profile}}'"));
        assert_eq!(said.status, 3, "{}", said.stderr);
        assert!(said.stderr.contains(words), "{words}: {}", said.stderr);
        assert!(said.stderr.contains("it is at "), "{}", said.stderr);
    }
    // And it does not stand in the way of others.
    assert!(stored(&sandbox).is_empty());
    sandbox.succeeds(format!("collect --keep kept {}", ends("exit 0")));
    assert_eq!(stored(&sandbox).len(), 1);
}

#[test]
fn what_can_never_go_well_is_said_before_anything_starts() {
    let mut sandbox = sandbox();
    let refused = |sandbox: &Sandbox, line: &str, words: &[&str]| {
        let said = sandbox.pgoctl(format!("collect {line} -- sh -c ': > started'"));
        said.fails(2, words);
        assert!(!sandbox.path().join("started").exists(), "{line}");
    };
    refused(
        &sandbox,
        "--function ../up",
        &["cannot be the name of the function"],
    );
    refused(
        &sandbox,
        "--build a/b",
        &["cannot be the name of the build"],
    );
    refused(&sandbox, "hello", &["cannot be used with"]);
    sandbox.set("PGOCTL_STORE_PULL_ONLY", "1");
    refused(&sandbox, "", &["may not write", "PGOCTL_STORE_PULL_ONLY"]);
    sandbox.set("PGOCTL_STORE_PULL_ONLY", "0");
    sandbox.set("PGOCTL_STORE", "s3://bucket");
    sandbox.set("AWS_ACCESS_KEY_ID", "id");
    refused(&sandbox, "", &["not whole", "AWS_SECRET_ACCESS_KEY"]);
    let without = Sandbox::new();
    refused(&without, "", &["no store is named"]);
    without.pgoctl("collect").fails(2, &["<NAME>"]);
}

/// The first process of a container reaps what is left without a parent.
#[test]
fn as_the_first_process_it_reaps_and_passes_signals_on() {
    let sandbox = sandbox();
    let unshare = |words: &[&str]| {
        let mut command = Command::new("unshare");
        command.args(["--pid", "--fork", "--mount-proc", "--kill-child"]);
        command.args(words);
        command
    };
    let can = unshare(&["true"])
        .output()
        .is_ok_and(|output| output.status.success());
    let Ok(()) = or_skip(
        can.then_some(()),
        Need::Mount,
        "no process namespace can be made here",
    ) else {
        return;
    };
    sandbox.write_program(
        "orphans",
        r#"#!/bin/sh
for i in 1 2 3 4 5 6 7 8 9; do (: &); done
# Only the first process and this one are left.
until set -- /proc/[0-9]*; [ $# = 2 ]; do sleep 0.05; done
exec ./fn "-XX:ProfilesDumpFile=$PROFILE"
"#,
    );
    let line = "collect --image fn -- env 'PROFILE={profile}' ./orphans";
    let of_ours = sandbox.command(line);
    let mut command = unshare(&[]);
    command.arg(of_ours.get_program()).args(of_ours.get_args());
    command.current_dir(sandbox.path()).stdin(Stdio::null());
    for (name, value) in of_ours.get_envs() {
        command.env(name, value.unwrap_or_default());
    }
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let outer = command.spawn().unwrap();
    wait_for("the orphans are gone", || log(&sandbox).contains("ready"));
    let children = format!("/proc/{0}/task/{0}/children", outer.id());
    let first = std::fs::read_to_string(children).unwrap();
    let first = Pid::from_raw(first.trim().parse().unwrap()).unwrap();
    kill_process(first, Signal::TERM).unwrap();
    let said = said(outer);
    assert_eq!(said.status, 143, "{}", said.stderr);
    assert_eq!(stored(&sandbox).len(), 1);
}
