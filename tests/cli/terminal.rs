//! What somebody at a terminal sees while pgoctl works: the progress line, on a pseudo-terminal as stderr.

use std::fs::OpenOptions;
use std::io::Read;
use std::process::Stdio;

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

use super::bench_anything::server;
use super::sandbox::Sandbox;

/// Everything that a command draws on a terminal, without the escape sequences that place it.
fn drawn(sandbox: &Sandbox, line: &str) -> String {
    let terminal = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&terminal).unwrap();
    unlockpt(&terminal).unwrap();
    let name = ptsname(&terminal, Vec::new()).unwrap();
    let open = OpenOptions::new()
        .read(true)
        .write(true)
        .open(name.to_str().unwrap())
        .unwrap();
    let mut child = sandbox
        .command(line)
        .env("TERM", "xterm")
        .stdout(Stdio::null())
        .stderr(open)
        .spawn()
        .unwrap();
    // Once the last writer is gone, a terminal answers with an error.
    let (mut screen, mut block) = (Vec::new(), [0; 4096]);
    let mut terminal = std::fs::File::from(terminal);
    while let Ok(n @ 1..) = terminal.read(&mut block) {
        screen.extend_from_slice(&block[..n]);
    }
    assert!(child.wait().unwrap().success());
    String::from_utf8_lossy(&screen).into_owned()
}

#[test]
fn a_round_shows_its_rate_and_p90_while_it_goes_on() {
    let sandbox = Sandbox::new();
    let url = format!("http://{}", server());
    // One round of a second, so whatever is shown is of the round that goes on.
    let line = format!("bench --url {url} --rate 200 --rounds 1 --requests 200 --warmup 0");
    let screen = drawn(&sandbox, &line);
    assert!(screen.contains("/s, P90 "), "{screen}");
    assert!(screen.contains("0/1"), "{screen}");
}
