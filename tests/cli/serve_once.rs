//! Functions that do their work and end, served: a process for each call, profiled and tried like servers.

use std::time::Duration;

use super::controller::Controller;
use super::needs::Needed;
use super::sandbox::{Sandbox, wait_for};

/// A project whose function reads its input on stdin and ends.
fn project(function: &str, serve: &str) -> Needed<Sandbox> {
    let sandbox = Sandbox::project(function)?;
    let input = match function {
        "sleep" => "{\\\"memory\\\":\\\"1\\\",\\\"sleep\\\":\\\"1\\\"}",
        _ => "{}",
    };
    let text = format!(
        "[function.{function}]\njar = \"app.jar\"\n\
         [function.{function}.workload]\ninvoke = {{ args = [\"--once\", \"-\"], stdin = \"{input}\" }}\n\
         [function.{function}.serve]\n{serve}\n"
    );
    sandbox.write("pgoctl.toml", &text);
    Ok(sandbox)
}

fn install(controller: &Controller, sandbox: &Sandbox) {
    let said = controller.command(sandbox, "install");
    assert_eq!(said.status, 0, "{}", said.stderr);
}

#[test]
fn a_process_for_each_call_goes_through_the_stages() {
    let serve = "fraction = \"50%\"\nprofiles = 6\ncanary = \"100%\"\ntrace-calls = 2";
    let Ok(mut sandbox) = project("hello", serve) else {
        return;
    };
    sandbox.graalvm("");
    let controller = Controller::start(&sandbox, "");
    install(&controller, &sandbox);
    let seen = controller.drive("hello", "a trial", |status| {
        status["trial_calls"][1].as_u64() > Some(10) || !status["verdict"].is_null()
    });
    for variant in ["hotspot", "native", "native-instrumented", "native-pgo"] {
        assert!(seen.contains_key(variant), "{seen:?}");
    }
    // Each process leaves the profile of its one call.
    let status = controller.status("hello");
    assert_eq!(status["profiles"]["calls"], seen["native-instrumented"]);
    wait_for("all profiles in the store", || {
        let stored = controller.get("/v1/functions/hello/profiles");
        stored.as_array().unwrap().len() as u64 == seen["native-instrumented"]
    });
    assert_eq!(controller.end(), Some(0));
}

#[test]
fn what_a_process_says_is_the_answer_and_how_it_ends_its_status() {
    let Ok(sandbox) = project("hello", "") else {
        return;
    };
    let controller = Controller::start(&sandbox, "");
    install(&controller, &sandbox);
    let answer = controller.ask("POST", "/f/hello/", "", b"{}");
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.headers["content-type"], "application/json");
    assert_eq!(answer.headers["pgoctl-exit-status"], "0");
    assert_eq!(answer.json()["Log"], "Hello World", "{answer:?}");
    // It wants an object.
    let answer = controller.ask("POST", "/f/hello/", "", b"[");
    assert_eq!(answer.status, 500, "{answer:?}");
    assert_eq!(answer.headers["pgoctl-exit-status"], "1");
    assert!(answer.body.contains("error: "), "{answer:?}");
    let said = controller.command(&sandbox, "invoke hello -d {}");
    assert!(said.stdout.contains("Hello World"), "{}", said.stdout);
    // What no process can be told is its caller's fault, and nobody else's.
    let long = format!("content-type: {}\r\n", "x".repeat(40 << 10));
    for _ in 0..4 {
        let answer = controller.ask("GET", "/f/hello/", &long, b"");
        assert_eq!(answer.status, 400, "{answer:?}");
        assert!(answer.body.contains("32 KiB"), "{answer:?}");
    }
    assert_eq!(controller.ask("POST", "/f/hello/", "", b"{}").status, 200);
    // A large body goes through a file: this one is an object with a long name.
    let large = format!("{{\"{}\":1}}", "x".repeat(1 << 20));
    let answer = controller.ask("POST", "/f/hello/", "", large.as_bytes());
    assert_eq!(answer.status, 200, "{answer:?}");
}

#[test]
fn so_many_run_at_a_time_and_no_longer_than_a_call_may_take() {
    let Ok(sandbox) = project("sleep", "max-workers = 2\ncall-timeout = \"12s\"") else {
        return;
    };
    let controller = Controller::start(&sandbox, "");
    install(&controller, &sandbox);
    let call = |milliseconds: u32| {
        let body = format!("{{\"memory\":\"1\",\"sleep\":\"{milliseconds}\"}}");
        controller.ask("POST", "/f/sleep/", "", body.as_bytes())
    };
    std::thread::scope(|scope| {
        let calls: Vec<_> = (0..4).map(|_| scope.spawn(|| call(300))).collect();
        let mut most = 0;
        while !calls.iter().all(std::thread::ScopedJoinHandle::is_finished) {
            let workers = &controller.status("sleep")["workers"]["hotspot"];
            most = most.max(workers["busy"].as_u64().unwrap_or(0));
            std::thread::sleep(Duration::from_millis(5));
        }
        assert!(most <= 2, "{most} at a time");
        for call in calls {
            assert_eq!(call.join().unwrap().status, 200);
        }
    });
    let answer = call(60_000);
    assert_eq!(answer.status, 504, "{answer:?}");
    // Nothing of it goes on.
    wait_for("the process to end", || running(&sandbox) == 0);
}

/// Processes of the function.
fn running(sandbox: &Sandbox) -> usize {
    let folder = sandbox.path().to_string_lossy().into_owned();
    let all = std::fs::read_dir("/proc").unwrap().flatten();
    all.filter(|entry| {
        let command = std::fs::read(entry.path().join("cmdline")).unwrap_or_default();
        let command = String::from_utf8_lossy(&command).into_owned();
        command.contains("--once") && command.contains(&folder)
    })
    .count()
}

#[test]
fn a_worker_may_use_so_much_memory_and_the_kernel_knows_it() {
    let Ok(sandbox) = Sandbox::project("hello") else {
        return;
    };
    sandbox.append(
        "pgoctl.toml",
        "\n[function.hello.serve]\nmemory-mib = 300\n",
    );
    let controller = Controller::start(&sandbox, "");
    install(&controller, &sandbox);
    let answer = controller.ask("POST", "/f/hello/", "", b"{}");
    assert_eq!(answer.status, 200, "{answer:?}");
    let folder = sandbox.path().to_string_lossy().into_owned();
    let worker = std::fs::read_dir("/proc").unwrap().flatten().find(|entry| {
        let command = std::fs::read(entry.path().join("cmdline")).unwrap_or_default();
        let command = String::from_utf8_lossy(&command).into_owned();
        command.contains("--port") && command.contains(&folder)
    });
    let worker = worker.unwrap().path();
    let read = |name: &str| std::fs::read_to_string(worker.join(name)).unwrap();
    let (groups, limits) = (read("cgroup"), read("limits"));
    let in_a_group = groups.contains("/pgoctl-");
    let data = limits
        .lines()
        .find(|line| line.starts_with("Max data size"));
    let has_limit = data.unwrap().contains(&(300_u64 << 20).to_string());
    assert!(in_a_group != has_limit, "{groups}\n{limits}");
}
