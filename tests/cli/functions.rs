//! Holds the three Java functions of `fixtures/functions` to what their README promises, as JARs on the JDK at hand.
//!
//! Needs `javac`, `jar` and `java` (`JAVA_HOME`, else `PATH`).

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};

use super::sandbox::{jars, words};

const DEADLINE: Duration = Duration::from_secs(30);
/// What `md5sum` says of `snap.bin`.
const SNAP_MD5: &str = "86D164183EC152A4FCE54C9D05520036";

pub fn sources() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/functions")
}

fn tool(name: &str) -> PathBuf {
    match std::env::var_os("JAVA_HOME") {
        Some(home) if !home.is_empty() => Path::new(&home).join("bin").join(name),
        _ => name.into(),
    }
}

pub fn build(out: &Path) -> Output {
    let script = sources().join("build.sh");
    Command::new("bash").arg(script).arg(out).output().unwrap()
}

/// The directory with the built JARs, or `None` on a machine without a JDK.
pub fn built() -> Option<&'static Path> {
    static OUT: OnceLock<Option<PathBuf>> = OnceLock::new();
    let out = OUT.get_or_init(|| {
        for name in ["javac", "jar", "java"] {
            if !matches!(Command::new(tool(name)).arg("--version").output(), Ok(o) if o.status.success()) {
                return None;
            }
        }
        let out = Path::new(env!("CARGO_TARGET_TMPDIR")).join("functions");
        let output = build(&out);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        Some(out)
    });
    out.as_deref()
}

/// One of the functions with its arguments, as one line.
fn java(out: &Path, line: &str) -> Command {
    let words = words(line);
    let jar = out.join(&words[0]).with_extension("jar");
    let mut command = Command::new(tool("java"));
    command.arg("-jar").arg(jar).args(&words[1..]);
    command
        .env_remove("PORT")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

fn run(out: &Path, line: &str) -> (Option<i32>, String, String) {
    let output = java(out, line).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (
        output.status.code(),
        text(output.stdout),
        text(output.stderr),
    )
}

/// A function that serves; killed when the test ends before it was stopped.
struct Server {
    child: Child,
    port: u16,
}

impl Server {
    fn start(out: &Path, function: &str) -> Self {
        let mut child = java(out, &format!("{function} --port 0")).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap())
            .read_line(&mut line)
            .unwrap();
        let port = line
            .trim()
            .strip_prefix("listening on ")
            .unwrap()
            .parse()
            .unwrap();
        Self { child, port }
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.set_read_timeout(Some(DEADLINE)).unwrap();
        stream
    }

    fn post(&self, body: &str) -> (u16, Value) {
        let mut stream = self.connect();
        send_post(&mut stream, body);
        let (status, body) = read_answer(&mut stream).unwrap();
        (status, serde_json::from_str(&body).unwrap())
    }

    fn ask_to_end(&self) {
        let pid = Pid::from_child(&self.child);
        kill_process(pid, Signal::TERM).unwrap();
    }

    /// Waits for the end; returns the exit code and stderr.
    fn wait(mut self) -> (Option<i32>, String) {
        let mut stderr = String::new();
        self.child
            .stderr
            .take()
            .unwrap()
            .read_to_string(&mut stderr)
            .unwrap();
        (self.child.wait().unwrap().code(), stderr)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It has usually ended already; both calls only matter for a test that failed halfway.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

fn send_post(stream: &mut TcpStream, body: &str) {
    let length = body.len();
    write!(
        stream,
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n{body}"
    )
    .unwrap();
}

/// Reads a head up to its empty line; `None` where the connection was closed instead.
fn read_head(stream: &mut TcpStream) -> Option<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        if !matches!(stream.read(&mut byte), Ok(1)) {
            return None;
        }
        head.push(byte[0]);
    }
    Some(String::from_utf8(head).unwrap())
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    let lines = head.lines().filter_map(|line| line.split_once(": "));
    lines
        .into_iter()
        .find(|(key, _)| key.eq_ignore_ascii_case(name))
        .map(|(_, value)| value)
}

fn read_answer(stream: &mut TcpStream) -> Option<(u16, String)> {
    let head = read_head(stream)?;
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    let mut body = vec![0; header(&head, "Content-Length").unwrap().parse().unwrap()];
    stream.read_exact(&mut body).unwrap();
    Some((status, String::from_utf8(body).unwrap()))
}

/// Serves `snap.bin` on a free port until the test program ends; returns its address. `/missing` is 404.
pub fn file_server(out: &Path, ranges: bool) -> String {
    let bytes = std::fs::read(out.join("assets/snap.bin")).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let (mut stream, bytes) = (stream.unwrap(), bytes.clone());
            std::thread::spawn(move || {
                let head = read_head(&mut stream).unwrap();
                stream.write_all(&file_answer(&head, &bytes, ranges)).ok();
            });
        }
    });
    address
}

fn file_answer(head: &str, bytes: &[u8], ranges: bool) -> Vec<u8> {
    let range = header(head, "Range")
        .filter(|_| ranges)
        .and_then(|range| range.strip_prefix("bytes=")?.split_once('-'));
    let (status, extra, body) = match range {
        _ if head.starts_with("GET /missing") => ("404 Not Found", String::new(), &b"no"[..]),
        None => ("200 OK", String::new(), bytes),
        Some((first, last)) => {
            let (first, last): (usize, usize) = (first.parse().unwrap(), last.parse().unwrap());
            let last = last.min(bytes.len() - 1);
            let extra = format!("Content-Range: bytes {first}-{last}/{}\r\n", bytes.len());
            ("206 Partial Content", extra, &bytes[first..=last])
        }
    };
    let length = body.len();
    let head = format!(
        "HTTP/1.1 {status}\r\nConnection: close\r\n{extra}Content-Length: {length}\r\n\r\n"
    );
    [head.as_bytes(), body].concat()
}

#[test]
fn one_invocation_prints_its_answer() {
    let Ok(out) = jars() else { return };
    let (code, stdout, _) = run(out, "hello --once {}");
    let answer: Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!((code, &answer["Log"]), (Some(0), &json!("Hello World")));
    assert!(answer["VM Context"].is_string(), "{answer}");
}

#[test]
fn sleep_sleeps_as_long_as_it_is_told() {
    let Ok(out) = jars() else { return };
    let slept = run(out, r#"sleep --once '{"memory":"128","sleep":"3"}'"#);
    assert_eq!(
        slept,
        (Some(0), "{\"Log\":\"slept 3 ms\"}\n".into(), String::new())
    );
}

#[test]
fn bad_input_fails_and_is_named() {
    let Ok(out) = jars() else { return };
    let (code, stdout, stderr) = run(out, r#"sleep --once '{"sleep":"soon"}'"#);
    assert_eq!((code, stdout.as_str()), (Some(1), ""));
    assert!(stderr.contains("`sleep`"), "{stderr}");
}

#[test]
fn an_unknown_argument_is_a_usage_error() {
    let Ok(out) = jars() else { return };
    let (code, stdout, stderr) = run(out, "hello --prot 0");
    assert_eq!((code, stdout.as_str()), (Some(2), ""));
    assert!(stderr.contains("`--prot`"), "{stderr}");
}

#[test]
fn a_connection_takes_several_requests() {
    let Ok(out) = jars() else { return };
    let server = Server::start(out, "hello");
    let mut stream = server.connect();
    for _ in 0..3 {
        write!(stream, "GET /health HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
        assert_eq!(read_answer(&mut stream), Some((200, "ok".into())));
    }
}

#[test]
fn a_request_that_is_not_json_is_a_bad_one() {
    let Ok(out) = jars() else { return };
    let server = Server::start(out, "hello");
    assert_eq!(server.post("{}").0, 200);
    let (status, answer) = server.post("{");
    assert_eq!(status, 400);
    assert!(answer["error"].is_string(), "{answer}");
}

#[test]
fn an_idle_server_ends_in_order_on_term() {
    let Ok(out) = jars() else { return };
    let server = Server::start(out, "hello");
    // A connection that is kept open keeps nothing.
    let mut stream = server.connect();
    write!(stream, "GET /health HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
    assert!(read_answer(&mut stream).is_some());
    server.ask_to_end();
    assert_eq!(server.wait(), (Some(143), "stopped\n".into()));
}

#[test]
fn a_request_in_flight_is_answered_after_term() {
    let Ok(out) = jars() else { return };
    let server = Server::start(out, "hello");
    let mut stream = server.connect();
    write!(
        stream,
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n"
    )
    .unwrap();
    assert!(
        read_head(&mut stream).unwrap().starts_with("HTTP/1.1 100"),
        "the request has arrived"
    );

    server.ask_to_end();
    let asked = Instant::now();
    loop {
        let mut late = server.connect();
        write!(late, "GET /health HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
        if read_answer(&mut late).is_none() {
            break;
        }
        assert!(
            asked.elapsed() < DEADLINE,
            "a server that was asked to end still takes requests"
        );
    }
    stream.write_all(b"{}").unwrap();
    assert_eq!(
        read_answer(&mut stream).map(|(status, _)| status),
        Some(200)
    );
    assert_eq!(server.wait(), (Some(143), "stopped\n".into()));
}

#[test]
fn a_busy_port_is_named() {
    let Ok(out) = jars() else { return };
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let (code, _, stderr) = run(out, &format!("hello --port {port}"));
    assert_eq!(code, Some(1));
    assert!(stderr.contains(&format!("127.0.0.1:{port}")), "{stderr}");
}

/// Has `snap.bin` hashed from a server that knows ranges or does not, in this many portions.
fn hashed(ranges: bool, portions: usize) {
    let Ok(out) = jars() else { return };
    let server = Server::start(out, "filehash");
    let url = format!("{}/snap.bin", file_server(out, ranges));
    let (status, answer) = server.post(&json!({ "url": url }).to_string());
    assert_eq!(
        (status, &answer["hash"]),
        (200, &json!(SNAP_MD5)),
        "{answer}"
    );
    assert_eq!(answer["portions"].as_array().unwrap().len(), portions);
}

#[test]
fn filehash_hashes_portions_where_the_server_knows_ranges() {
    hashed(true, 4);
}

#[test]
fn filehash_hashes_all_at_once_where_the_server_knows_no_ranges() {
    hashed(false, 1);
}

#[test]
fn a_download_that_fails_is_a_bad_gateway() {
    let Ok(out) = jars() else { return };
    let server = Server::start(out, "filehash");
    let url = format!("{}/missing", file_server(out, true));
    let (status, answer) = server.post(&json!({ "url": url }).to_string());
    assert_eq!(status, 502);
    assert!(
        answer["error"].as_str().unwrap().contains("404"),
        "{answer}"
    );
}
