//! Peace with the clock: CPU time for each request, and rounds in slices that take turns.

use std::process::Command;

use serde_json::Value;

use super::bench_anything::server;
use super::needs::{Need, Needed, or_skip};
use super::sandbox::{Sandbox, config, jars, quoted};

/// Serves `GET /` and uses so many milliseconds of CPU time for each: by the clock of its own thread.
const BURNS: &str = r#"
import http.server, sys, time
class Burns(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_GET(self):
        end = time.thread_time() + float(sys.argv[2]) / 1000
        while time.thread_time() < end: pass
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()
    def log_message(self, *words): pass
http.server.HTTPServer.allow_reuse_address = True
http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Burns).serve_forever()
"#;

const PLAN: &str = "--warmup 2 --cold-starts 0 --dropped-cold-starts 0 --format json";

fn burners() -> Needed<Sandbox> {
    let python = Command::new("python3").arg("--version").output().ok();
    or_skip(python, Need::Python, "there is no `python3`")?;
    let sandbox = Sandbox::new();
    sandbox.write("burns.py", BURNS);
    Ok(sandbox)
}

fn cpu_ms(report: &Value, variant: usize) -> &Value {
    &report["variants"][variant]["metrics"]["cpu_ms_per_request"]["value"]
}

/// The samples of each round of the last run, by name.
fn rounds(sandbox: &Sandbox) -> Vec<Value> {
    let runs = std::fs::read_dir(sandbox.path().join(".pgoctl/runs")).unwrap();
    let last = runs.flatten().map(|run| run.path()).max().unwrap();
    let mut files: Vec<_> = std::fs::read_dir(last.join("samples"))
        .unwrap()
        .flatten()
        .map(|file| file.path())
        .filter(|path| path.is_file() && !path.ends_with("cold-starts.json"))
        .collect();
    files.sort();
    files
        .iter()
        .map(|path| serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap())
        .collect()
}

fn places(round: &Value) -> Vec<u64> {
    let slices = round["slices"].as_array().unwrap();
    slices
        .iter()
        .map(|slice| slice["place"].as_u64().unwrap())
        .collect()
}

#[test]
fn cpu_time_per_request_is_what_the_function_burns() {
    let Ok(sandbox) = burners() else { return };
    let four = quoted("python3 burns.py {port} 4");
    let eight = quoted("sh -c 'python3 burns.py {port} 8; true'");
    let report = sandbox.json(format!(
        "bench {four} {eight} --request 'GET /' --rounds 6 --requests 20 --slices 4 {PLAN}"
    ));
    for (variant, burnt) in [(0, 4.0), (1, 8.0)] {
        let found = cpu_ms(&report, variant).as_f64().unwrap();
        assert!((burnt..burnt + 3.0).contains(&found), "{burnt}: {found}");
    }
    let comparisons = report["comparisons"].as_array().unwrap();
    let of = comparisons
        .iter()
        .find(|one| one["metric"] == "cpu_ms_per_request")
        .unwrap();
    assert_eq!(of["verdict"], "worse");
    let table = sandbox.pgoctl("report");
    assert!(
        table.stdout.contains("CPU time per request"),
        "{}",
        table.stdout
    );
}

#[test]
fn slices_of_both_sides_take_turns_there_and_back() {
    let Ok(sandbox) = burners() else { return };
    let (one, other) = (
        quoted("python3 burns.py {port} 0.1"),
        quoted("python3 burns.py {port} 0.2"),
    );
    let report = sandbox.json(format!(
        "bench {one} {other} --request 'GET /' --rounds 2 --requests 22 --slices 4 {PLAN}"
    ));
    assert_eq!(report["plan"]["slices"], 4);
    let rounds = rounds(&sandbox);
    assert_eq!(rounds.len(), 4);
    for block in [1, 2] {
        let of: Vec<&Value> = rounds.iter().filter(|one| one["block"] == block).collect();
        let (one, other) = (places(of[0]), places(of[1]));
        for turn in [0, 2] {
            let sum = |of: &[u64]| of[turn] + of[turn + 1];
            assert_eq!(sum(&one), sum(&other), "{one:?} {other:?}");
        }
        let mut all = [one, other].concat();
        all.sort_unstable();
        assert_eq!(all, (0..8).collect::<Vec<_>>());
        for round in of {
            let slices = round["slices"].as_array().unwrap();
            let requests = |slice: &Value| slice["requests"].as_u64().unwrap();
            assert_eq!(slices.iter().map(requests).sum::<u64>(), 22);
            assert!(round["waiting"]["elapsed_ns"].as_u64().unwrap() > 0);
        }
    }
}

#[test]
fn one_slice_is_a_process_at_a_time() {
    let Ok(sandbox) = burners() else { return };
    let (one, other) = (
        quoted("python3 burns.py {port} 0.1"),
        quoted("python3 burns.py {port} 0.2"),
    );
    sandbox.json(format!(
        "bench {one} {other} --request 'GET /' --rounds 1 --requests 20 --slices 1 {PLAN}"
    ));
    for round in rounds(&sandbox) {
        assert_eq!(places(&round), [0]);
        assert_eq!(round["slices"][0]["lead"], 0);
        assert!(round["waiting"].is_null());
    }
}

#[test]
fn what_works_while_it_waits_is_said() {
    let Ok(sandbox) = burners() else { return };
    let works_on = "import threading\ndef work():\n    while True: pass\nthreading.Thread(target=work, daemon=True).start()\n";
    sandbox.write("restless.py", &(works_on.to_owned() + BURNS));
    let report = sandbox.json(format!(
        "bench 'python3 burns.py {{port}} 1' 'env python3 restless.py {{port}} 1' --request 'GET /' \
         --rounds 1 --requests 20 --slices 4 {PLAN}"
    ));
    let warnings = report["warnings"].as_array().unwrap();
    let said: Vec<_> = warnings
        .iter()
        .filter(|one| one["kind"] == "not-at-rest")
        .map(|one| one["message"].as_str().unwrap())
        .collect();
    assert!(
        said.len() == 1 && said[0].starts_with("env was not at rest"),
        "{said:?}"
    );
}

#[test]
fn an_invocation_has_cpu_time_too_and_takes_turns() {
    let sandbox = Sandbox::new();
    let loops = |n: u32| {
        quoted(format!(
            "sh -c 'i=0; while [ $i -lt {n} ]; do i=$((i+1)); done'"
        ))
    };
    let report = sandbox.json(format!(
        "bench {} {} --rounds 6 --requests 4 {PLAN}",
        loops(1),
        loops(20_000)
    ));
    let of = |variant| cpu_ms(&report, variant).as_f64().unwrap();
    assert!(of(0) > 0.0 && of(1) > 3.0 * of(0), "{} {}", of(0), of(1));
    assert_eq!(report["plan"]["slices"], 4);
}

#[test]
fn the_cpu_time_of_somebody_elses_server_is_unknown() {
    let sandbox = Sandbox::new();
    let url = format!("http://{}/", server());
    let report = sandbox.json(format!(
        "bench --url {url} --rounds 2 --requests 20 --slices 2 {PLAN}"
    ));
    assert!(cpu_ms(&report, 0).is_null());
    assert!(report["variants"][0]["metrics"]["throughput_rps"].is_object());
}

#[test]
fn functions_with_one_port_are_measured_one_after_the_other_and_that_is_said() {
    let Ok(jars) = jars() else { return };
    let sandbox = Sandbox::new();
    std::fs::copy(jars.join("hello.jar"), sandbox.path().join("app.jar")).unwrap();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let config = config("hello", &format!("port = {port}"));
    sandbox.write("pgoctl.toml", &config.replace("{port}", &port.to_string()));
    let report = sandbox.json(format!(
        "run --variant hotspot,hotspot-cds --rounds 1 --requests 20 --slices 2 {PLAN}"
    ));
    let warnings = report["warnings"].as_array().unwrap();
    assert!(
        warnings.iter().any(|one| one["kind"] == "one-at-a-time"),
        "{warnings:?}"
    );
    for round in rounds(&sandbox) {
        assert_eq!(places(&round), [0, 1]);
    }
}

#[test]
fn a_gate_can_name_cpu_time_and_stops_prove_nothing_about_it() {
    let Ok(sandbox) = Sandbox::project("hello") else {
        return;
    };
    sandbox.append(
        "pgoctl.toml",
        "\n[gate.metrics]\ncpu_ms_per_request = \"20%\"\n",
    );
    let said = sandbox.pgoctl("gate --self-test 50% --variant hotspot");
    assert_eq!(said.status, 2, "{said:?}");
    assert!(
        said.stderr.contains("there is nothing to prove"),
        "{said:?}"
    );
}
