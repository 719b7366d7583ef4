//! `bench` of what is named: programs, JARs, git revisions, servers that run already.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use serde_json::Value;

use super::sandbox::{Sandbox, config, jars};

const SMALL: [&str; 8] = [
    "--rounds",
    "6",
    "--requests",
    "10",
    "--warmup",
    "2",
    "--format",
    "json",
];

fn words<'a>(more: &[&'a str]) -> Vec<&'a str> {
    ["bench"]
        .iter()
        .chain(more)
        .chain(&SMALL)
        .copied()
        .collect()
}

fn names(report: &Value) -> Vec<&str> {
    let variants = report["variants"].as_array().unwrap();
    variants
        .iter()
        .map(|variant| variant["variant"].as_str().unwrap())
        .collect()
}

/// A server on loopback that answers every request alike, with the first line of the request.
pub fn server() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            std::thread::spawn(move || answer_all(stream));
        }
    });
    address
}

fn answer_all(mut stream: impl Read + Write) {
    let mut block = [0; 4096];
    while let Ok(n @ 1..) = stream.read(&mut block) {
        let text = String::from_utf8_lossy(&block[..n]).into_owned();
        let line = text.lines().next().unwrap_or_default();
        let answer = format!(
            "HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{line}",
            line.len()
        );
        if stream.write_all(answer.as_bytes()).is_err() {
            return;
        }
    }
}

/// The same server over TLS, and its certificate in PEM, which it has signed itself.
fn tls_server() -> (SocketAddr, String) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let identity = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
    let pem = identity.cert.pem();
    let ring = rustls::crypto::ring::default_provider();
    let config = rustls::ServerConfig::builder_with_provider(ring.into())
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![identity.cert.into()], identity.signing_key.into())
        .unwrap();
    let config = Arc::new(config);
    std::thread::spawn(move || {
        for socket in listener.incoming().flatten() {
            let session = rustls::ServerConnection::new(config.clone()).unwrap();
            std::thread::spawn(move || answer_all(rustls::StreamOwned::new(session, socket)));
        }
    });
    (address, pem)
}

#[test]
fn programs_are_measured_by_invocation_and_compared_with_the_first() {
    let sandbox = Sandbox::new();
    let starts = ["--cold-starts", "6", "--dropped-cold-starts", "0"];
    let report = sandbox.json(&words(&[&["true", "sh -c 'exit 0'"][..], &starts].concat()));
    assert_eq!(names(&report), ["true", "sh"]);
    assert_eq!(report["function"], "bench");
    let metrics = &report["variants"][0]["metrics"];
    assert_eq!(metrics["latency_ms_p50"]["n"], 60);
    assert!(metrics["cold_start_cpu_ms"]["value"].as_f64().unwrap() > 0.0);
    assert!(metrics["cold_start_page_faults"]["value"].as_f64().unwrap() > 1.0);
    assert!(metrics["cold_start_ms_dropped"].is_null());
    assert!(
        metrics["cold_start_ms_accepts"].is_null(),
        "nothing listens"
    );
    let comparisons = report["comparisons"].as_array().unwrap();
    assert!(comparisons.iter().any(|c| c["candidate"] == "sh"
        && c["baseline"] == "true"
        && c["metric"] == "latency_ms_mean"));
    let rounds = report["variants"][1]["rounds"].as_array().unwrap();
    assert_eq!(rounds.len(), 6);
    assert!(rounds[0]["load_1m"].is_number());
    // The same figures come from the samples on disk.
    let again = sandbox.json(&["compare", "--format", "json"]);
    assert_eq!(again["comparisons"], report["comparisons"]);
}

#[test]
fn a_server_that_runs_already_is_asked_and_left_alone() {
    let sandbox = Sandbox::new();
    let url = format!("http://{}/hello", server());
    let report = sandbox.json(&words(&["--url", &url, "--rate", "500"]));
    let variant = &report["variants"][0];
    assert_eq!(variant["image"]["path"], url.as_str());
    assert!(variant["image"]["size_bytes"].is_null());
    for unknown in ["cold_start_ms", "peak_memory_bytes", "image_size_bytes"] {
        assert!(variant["metrics"][unknown].is_null(), "{unknown}");
    }
    assert_eq!(variant["metrics"]["service_ms_p50"]["n"], 60);
    assert!(variant["rounds"][0]["in_flight"].is_number());
    assert!(variant["rounds"][0]["generator_percent"].is_number());
    assert_eq!(report["plan"]["protocol"], "http/1.1");
    assert_eq!(report["plan"]["rate"], 500.0);
}

#[test]
fn what_is_asked_can_be_said_on_the_command_line() {
    let sandbox = Sandbox::new();
    let url = format!("http://{}", server());
    let request = ["--request", "DELETE /thing/{n}", "--connections", "fresh"];
    let report = sandbox.json(&words(&[&["--url", &url][..], &request].concat()));
    assert_eq!(report["plan"]["connections"], "fresh");
    sandbox
        .pgoctl(&words(&["--request", "GET /"]))
        .fails(2, &["`--request`"]);
    sandbox
        .pgoctl(&words(&["./not-there"]))
        .fails(2, &["./not-there"]);
}

#[test]
fn https_is_measured_where_its_certificate_is_trusted() {
    let sandbox = Sandbox::new();
    let (address, pem) = tls_server();
    let url = format!("https://{address}/hello");
    let (own, other) = (
        sandbox.write("own.pem", &pem),
        sandbox.write("other.pem", &tls_server().1),
    );
    let ask = |more: &[&str]| sandbox.pgoctl(&words(&[&["--url", &url], more].concat()));
    let [own, other] = [&own, &other].map(|file| file.to_str().unwrap());

    let stranger = ask(&["--cacert", other]);
    stranger.fails(
        6,
        &[
            "could not speak TLS with `127.0.0.1`",
            "its certificate is not trusted: nobody that is trusted here has signed it",
            "`--cacert FILE`",
        ],
    );
    let report = sandbox.json(&words(&["--url", &url, "--cacert", own]));
    let name = address.to_string();
    assert_eq!(report["plan"]["tls"], serde_json::json!([name]));
    assert_eq!(report["variants"][0]["metrics"]["latency_ms_p50"]["n"], 60);
    let is_unchecked = |report: &Value| {
        let warnings = report["warnings"].as_array().unwrap();
        warnings
            .iter()
            .any(|warning| warning["kind"] == "certificate-not-checked")
    };
    assert!(!is_unchecked(&report));

    // Beside the same in clear text; the table says who was spoken to how.
    let both = Sandbox::new();
    let clear = format!("http://{}/hello", server());
    let report = both.json(&words(&["--url", &clear, "--url", &url, "--insecure"]));
    assert!(is_unchecked(&report));
    let table = both.pgoctl(&["report"]).stdout;
    assert!(table.contains(&format!("(over TLS to {name})")), "{table}");
    assert!(table.contains("(`--insecure`)"), "{table}");

    sandbox.write("empty.pem", "");
    ask(&["--cacert", "empty.pem"]).fails(2, &["`empty.pem`", "no certificate in it"]);
    ask(&["--cacert", "none.pem"]).fails(2, &["`none.pem`", "No such file"]);
    ask(&["--cacert", own, "--insecure"]).fails(2, &["cannot be used with"]);
    ask(&["--protocol", "http/2", "--insecure"]).fails(6, &["HTTP/2", "--protocol http/1.1"]);
    sandbox
        .pgoctl(&words(&["true", "--insecure"]))
        .fails(2, &["--url"]);
}

#[test]
fn an_unexpected_answer_ends_the_benchmark_with_its_words() {
    let sandbox = Sandbox::new();
    sandbox.write(
        "pgoctl.toml",
        r#"
[function.echo]
jar = "never-looked-at.jar"
[function.echo.workload]
requests = [ { path = "/a", expect = { equals = "something else" } } ]
"#,
    );
    let url = format!("http://{}", server());
    let said = sandbox.pgoctl(&words(&["--url", &url]));
    said.fails(6, &["could not measure", "is not `something else`"]);
}

#[test]
fn jars_are_run_as_the_projects_function_and_dropped_caches_are_a_metric_of_their_own() {
    let Some(sandbox) = Sandbox::project("hello") else {
        return;
    };
    std::fs::copy(
        sandbox.path().join("app.jar"),
        sandbox.path().join("old.jar"),
    )
    .unwrap();
    let report = sandbox.json(&[
        "bench",
        "old.jar",
        "app.jar",
        "--rounds",
        "1",
        "--cold-starts",
        "2",
        "--dropped-cold-starts",
        "2",
        "--format",
        "json",
    ]);
    assert_eq!(names(&report), ["old.jar", "app.jar"]);
    assert_eq!(report["toolchains"][0]["kind"], "hotspot");
    let metrics = &report["variants"][0]["metrics"];
    assert!(metrics["cold_start_ms"]["value"].is_number());
    assert!(metrics["cold_start_ms_accepts"]["value"].is_number());
    // Where the temporary folder is in memory or the JDK in use elsewhere there is a warning in its place.
    let dropped = metrics["cold_start_ms_dropped"]["value"].is_number();
    let warned = report["warnings"]
        .as_array()
        .unwrap()
        .iter()
        .any(|warning| warning["kind"] == "page-cache-kept");
    assert!(dropped || warned, "{report}");
}

fn git(folder: &Path, words: &[&str]) {
    let output = Command::new("git")
        .args(["-c", "user.name=Test", "-c", "user.email=test@example.com"])
        .args(words)
        .current_dir(folder)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
fn revisions_are_checked_out_built_and_measured() {
    let Some(jars) = jars() else { return };
    if Command::new("git").arg("--version").output().is_err() {
        eprintln!("skipped: no git");
        return;
    }
    let sandbox = Sandbox::new();
    // The JAR is not in the history: it has to be made.
    let made = format!("cp '{}' app.jar", jars.join("hello.jar").display());
    sandbox.write("pgoctl.toml", &config("hello", ""));
    git(sandbox.path(), &["init", "-q"]);
    git(sandbox.path(), &["add", "pgoctl.toml"]);
    git(sandbox.path(), &["commit", "-qm", "one"]);
    git(sandbox.path(), &["tag", "v1"]);
    git(sandbox.path(), &["commit", "-qm", "two", "--allow-empty"]);
    std::fs::copy(jars.join("hello.jar"), sandbox.path().join("app.jar")).unwrap();
    let revisions = [
        "--revision",
        "v1",
        "--revision",
        "HEAD",
        "--variant",
        "hotspot",
    ];
    let few = ["--make", &made, "--cold-starts", "0", "--rounds", "1"];
    let report = sandbox.json(
        &[
            &["bench", "--format", "json", "--requests", "5"][..],
            &revisions,
            &few,
        ]
        .concat(),
    );
    assert_eq!(names(&report), ["v1", "HEAD"]);
    assert!(report["variants"][1]["metrics"]["throughput_rps"]["value"].is_number());
    sandbox
        .pgoctl(&["bench", "--revision", "no-such", "--variant", "hotspot"])
        .fails(2, &["there is no revision `no-such`"]);
}
