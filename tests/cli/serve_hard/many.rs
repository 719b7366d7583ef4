//! Many functions on one controller, ten of them busy: what it takes, and that it stays of use.

use std::io::Write as _;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::json;

use super::asked;
use crate::controller::{Controller, Ends};
use crate::sandbox::Sandbox;

/// Functions; `PGOCTL_TEST_FUNCTIONS` asks for more.
const FUNCTIONS: u64 = 60;
/// Those that are called all the time.
const BUSY: usize = 10;
/// How long they are.
const CALLS: Duration = Duration::from_secs(5);
/// Clients that install at the same time.
const INSTALL: usize = 8;

#[test]
fn many_functions_are_installed_listed_and_taken_up_again_and_ten_are_busy() {
    let Ok(sandbox) = Sandbox::project("hello") else {
        return;
    };
    let count = usize::try_from(asked("PGOCTL_TEST_FUNCTIONS", FUNCTIONS)).unwrap();
    let mut report = Vec::new();
    let controller = Controller::start(&sandbox, "");
    let began = Instant::now();
    install(&controller, &sandbox, count);
    writeln!(
        report,
        "{count} functions installed in {:?}",
        began.elapsed()
    )
    .unwrap();
    // Killed: nothing that it had in memory is left.
    controller.kill();
    let began = Instant::now();
    let controller = Controller::start(&sandbox, "");
    writeln!(report, "start on them {:?}", began.elapsed()).unwrap();
    writeln!(report, "memory then {} KiB", controller.resident()).unwrap();
    shows_all(&controller, count, &mut report);
    let (over, calls) = (AtomicBool::new(false), AtomicU64::new(0));
    std::thread::scope(|scope| {
        let _ends = Ends(&over);
        for number in 0..BUSY.min(count) {
            let (controller, over, calls) = (&controller, &over, &calls);
            scope.spawn(move || {
                let (mut client, path) = (controller.client(), format!("/f/f{number}/"));
                while !over.load(Ordering::Relaxed) {
                    let answer = client.post(&path);
                    assert_eq!(answer.status, 200, "{answer:?}");
                    calls.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        // The first calls start their workers.
        let until = Instant::now() + CALLS;
        crate::sandbox::wait_for("the workers", || Instant::now() > until);
        let (before, began) = (calls.load(Ordering::Relaxed), Instant::now());
        shows_all(&controller, count, &mut report);
        crate::sandbox::wait_for("calls", || began.elapsed() > CALLS);
        let rate = (calls.load(Ordering::Relaxed) - before) as f64 / began.elapsed().as_secs_f64();
        writeln!(report, "{BUSY} busy: {rate:.0} calls/s").unwrap();
    });
    writeln!(report, "memory then {} KiB", controller.resident()).unwrap();
    let all = controller.get("/v1/functions");
    let busy = all.as_array().unwrap().iter();
    let busy = busy.filter(|it| it["stage_calls"].as_u64() > Some(0));
    assert_eq!(busy.count(), BUSY.min(count));
    assert_eq!(controller.end(), Some(0));
    eprintln!("{}", String::from_utf8(report).unwrap());
}

/// Installs `f0` to `fN` side by side, of one JAR.
fn install(controller: &Controller, sandbox: &Sandbox, count: usize) {
    let jar = std::fs::read(sandbox.path().join("app.jar")).unwrap();
    let sent = controller.ask("POST", "/v1/jars", "", &jar);
    assert_eq!(sent.status, 201, "{sent:?}");
    let manifest = json!({
        "jar": sent.json()["sha256"],
        "args": ["--port", "{port}"],
        "ready": "GET /health",
        "workload": { "requests": [ { "method": "POST", "path": "/", "body": "{}" } ] },
    });
    let manifest = manifest.to_string();
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..INSTALL {
            scope.spawn(|| {
                let mut client = controller.client();
                let is_json = "content-type: application/json\r\n";
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= count {
                        return;
                    }
                    let path = format!("/v1/functions/f{number}");
                    let answer = client.ask("PUT", &path, is_json, manifest.as_bytes());
                    assert_eq!(answer.status, 201, "{answer:?}");
                }
            });
        }
    });
}

/// Every function is listed, and the page is there.
fn shows_all(controller: &Controller, count: usize, report: &mut Vec<u8>) {
    for path in ["/v1/functions", "/metrics", "/"] {
        let began = Instant::now();
        let answer = controller.ask("GET", path, "", b"");
        let took = began.elapsed();
        assert_eq!(answer.status, 200);
        writeln!(report, "GET {path}: {took:?}, {} bytes", answer.body.len()).unwrap();
        if path == "/v1/functions" {
            assert_eq!(answer.json().as_array().map(Vec::len), Some(count));
        }
    }
}
