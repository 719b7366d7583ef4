//! An idle worker that is alive and does not answer: it is found out before a call is given to it.

use rustix::process::{Pid, Signal, kill_process};

use super::installed;
use crate::sandbox::{Sandbox, wait_for};

#[test]
fn an_idle_worker_that_does_not_answer_any_more_is_replaced_before_a_call_meets_it() {
    let Ok(sandbox) = Sandbox::project("hello") else {
        return;
    };
    sandbox.append("pgoctl.toml", "\n[function.hello.serve]\nmax-workers = 1\n");
    let controller = installed(&sandbox, "");
    let call = || controller.ask("POST", "/f/hello/", "", b"{}");
    assert_eq!(call().status, 200);
    let folder = sandbox.path().to_string_lossy().into_owned();
    let is_worker = |command: &str| command.contains("--port") && command.contains(&folder);
    let worker = std::fs::read_dir("/proc").unwrap().flatten().find(|entry| {
        let command = std::fs::read(entry.path().join("cmdline")).unwrap_or_default();
        is_worker(&String::from_utf8_lossy(&command))
    });
    let name = worker.unwrap().file_name();
    let pid = Pid::from_raw(name.to_string_lossy().parse().unwrap()).unwrap();
    kill_process(pid, Signal::STOP).unwrap();
    wait_for("its replacement", || {
        let events = controller.events("hello");
        let is_said = |(_, message): &(String, String)| message.contains("did not answer");
        events.iter().any(is_said)
    });
    let answer = call();
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(controller.end(), Some(0));
}
