//! `bench` of what is named: programs, JARs, git revisions, servers that run already.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use serde_json::Value;

use super::needs::{Need, Needed, or_skip};
use super::once::Once;
use super::sandbox::{Sandbox, config, jars, quoted};

const SMALL: &str = "--rounds 6 --requests 10 --warmup 2 --format json";

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

/// Two programs, measured: the report, and what its samples on disk give.
fn programs() -> &'static (Value, Value) {
    static MEASURED: Once<(Value, Value)> = Once::new();
    MEASURED.get(|| {
        let sandbox = Sandbox::new();
        let starts = "--cold-starts 6 --dropped-cold-starts 0";
        let report = sandbox.json(format!("bench true \"sh -c 'exit 0'\" {starts} {SMALL}"));
        (report, sandbox.json("compare --format json"))
    })
}

#[test]
fn programs_are_measured_by_invocation() {
    let (report, _) = programs();
    assert_eq!(names(report), ["true", "sh"]);
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
    let rounds = report["variants"][1]["rounds"].as_array().unwrap();
    assert_eq!(rounds.len(), 6);
    assert!(rounds[0]["load_1m"].is_number());
}

#[test]
fn programs_are_compared_with_the_first() {
    let (report, _) = programs();
    let comparisons = report["comparisons"].as_array().unwrap();
    assert!(comparisons.iter().any(|c| c["candidate"] == "sh"
        && c["baseline"] == "true"
        && c["metric"] == "latency_ms_mean"));
}

#[test]
fn the_samples_of_programs_give_the_same_figures_again() {
    let (report, again) = programs();
    assert_eq!(again["comparisons"], report["comparisons"]);
}

#[test]
fn a_server_that_runs_already_is_asked_and_left_alone() {
    let sandbox = Sandbox::new();
    let url = format!("http://{}/hello", server());
    let report = sandbox.json(format!("bench --url {url} --rate 500 {SMALL}"));
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
    let request = "--request 'DELETE /thing/{n}' --connections fresh";
    let report = sandbox.json(format!("bench --url {url} {request} {SMALL}"));
    assert_eq!(report["plan"]["connections"], "fresh");
}

#[test]
fn a_request_needs_something_to_ask() {
    Sandbox::new()
        .pgoctl(format!("bench --request 'GET /' {SMALL}"))
        .fails(2, &["`--request`"]);
}

#[test]
fn a_program_that_is_not_there_is_named() {
    Sandbox::new()
        .pgoctl(format!("bench ./not-there {SMALL}"))
        .fails(2, &["./not-there"]);
}

fn is_unchecked(report: &Value) -> bool {
    let warnings = report["warnings"].as_array().unwrap();
    warnings
        .iter()
        .any(|warning| warning["kind"] == "certificate-not-checked")
}

#[test]
fn https_is_measured_where_its_certificate_is_trusted() {
    let sandbox = Sandbox::new();
    let (address, pem) = tls_server();
    sandbox.write("own.pem", &pem);
    let report = sandbox.json(format!(
        "bench --url https://{address}/hello --cacert own.pem {SMALL}"
    ));
    assert_eq!(
        report["plan"]["tls"],
        serde_json::json!([address.to_string()])
    );
    assert_eq!(report["variants"][0]["metrics"]["latency_ms_p50"]["n"], 60);
    assert!(!is_unchecked(&report));
}

#[test]
fn a_certificate_that_nobody_trusted_has_signed_is_refused() {
    let sandbox = Sandbox::new();
    let (address, _) = tls_server();
    sandbox.write("other.pem", &tls_server().1);
    sandbox
        .pgoctl(format!(
            "bench --url https://{address}/hello --cacert other.pem {SMALL}"
        ))
        .fails(
            6,
            &[
                "could not speak TLS with `127.0.0.1`",
                "its certificate is not trusted: nobody that is trusted here has signed it",
                "`--cacert FILE`",
            ],
        );
}

#[test]
fn a_certificate_that_is_not_checked_is_warned_of_and_the_table_says_who_was_spoken_to_how() {
    let sandbox = Sandbox::new();
    let (address, _) = tls_server();
    let clear = format!("http://{}/hello", server());
    // Beside the same in clear text.
    let report = sandbox.json(format!(
        "bench --url {clear} --url https://{address}/hello --insecure {SMALL}"
    ));
    assert!(is_unchecked(&report));
    let table = sandbox.pgoctl("report").stdout;
    assert!(
        table.contains(&format!("(over TLS to {address})")),
        "{table}"
    );
    assert!(table.contains("(`--insecure`)"), "{table}");
}

#[test]
fn a_file_of_certificates_that_has_none_or_is_not_there_is_named() {
    let sandbox = Sandbox::new();
    sandbox.write("empty.pem", "");
    let with = |file| sandbox.pgoctl(format!("bench --url https://localhost:1/ --cacert {file}"));
    with("empty.pem").fails(2, &["`empty.pem`", "no certificate in it"]);
    with("none.pem").fails(2, &["`none.pem`", "No such file"]);
}

#[test]
fn a_certificate_is_either_trusted_or_not_checked() {
    let sandbox = Sandbox::new();
    sandbox.write("own.pem", &tls_server().1);
    sandbox
        .pgoctl("bench --url https://localhost:1/ --cacert own.pem --insecure")
        .fails(2, &["cannot be used with"]);
}

#[test]
fn a_server_without_http_2_is_said_with_what_it_takes() {
    let (address, _) = tls_server();
    Sandbox::new()
        .pgoctl(format!(
            "bench --url https://{address}/hello --protocol http/2 --insecure {SMALL}"
        ))
        .fails(6, &["HTTP/2", "--protocol http/1.1"]);
}

#[test]
fn not_checking_certificates_needs_an_address() {
    Sandbox::new()
        .pgoctl(format!("bench true --insecure {SMALL}"))
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
    let said = sandbox.pgoctl(format!("bench --url {url} {SMALL}"));
    said.fails(6, &["could not measure", "is not `something else`"]);
}

#[test]
fn jars_are_run_as_the_projects_function_and_dropped_caches_are_a_metric_of_their_own() {
    let Ok(sandbox) = Sandbox::project("hello") else {
        return;
    };
    std::fs::copy(
        sandbox.path().join("app.jar"),
        sandbox.path().join("old.jar"),
    )
    .unwrap();
    let report = sandbox.json(
        "bench old.jar app.jar --rounds 1 --cold-starts 2 --dropped-cold-starts 2 --format json",
    );
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

fn git(folder: &Path, line: &str) {
    let output = Command::new("git")
        .args(["-c", "user.name=Test", "-c", "user.email=test@example.com"])
        .args(line.split(' '))
        .current_dir(folder)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

/// A repository of two commits, the first of them tagged `v1`, and the command that makes its JAR, which is not in it.
fn repository() -> Needed<(Sandbox, String)> {
    let jars = jars()?;
    let git_there = Command::new("git").arg("--version").output();
    or_skip(git_there.ok(), Need::Git, "no git on PATH")?;
    let sandbox = Sandbox::new();
    sandbox.write("pgoctl.toml", &config("hello", ""));
    for line in [
        "init -q",
        "add pgoctl.toml",
        "commit -qm one",
        "tag v1",
        "commit -qm two --allow-empty",
    ] {
        git(sandbox.path(), line);
    }
    let jar = jars.join("hello.jar");
    std::fs::copy(&jar, sandbox.path().join("app.jar")).unwrap();
    Ok((sandbox, format!("cp {} app.jar", quoted(jar))))
}

#[test]
fn revisions_are_checked_out_built_and_measured() {
    let Ok((sandbox, make)) = repository() else {
        return;
    };
    let report = sandbox.json(format!(
        "bench --format json --requests 5 --revision v1 --revision HEAD --variant hotspot --make {} --cold-starts 0 \
         --rounds 1",
        quoted(make)
    ));
    assert_eq!(names(&report), ["v1", "HEAD"]);
    assert!(report["variants"][1]["metrics"]["throughput_rps"]["value"].is_number());
}

#[test]
fn a_revision_that_there_is_not_is_named() {
    let Ok((sandbox, _)) = repository() else {
        return;
    };
    sandbox
        .pgoctl("bench --revision no-such --variant hotspot")
        .fails(2, &["there is no revision `no-such`"]);
}
