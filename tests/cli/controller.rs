//! A controller for tests: `pgoctl serve` on a free port, asked by a client of a few lines, ended in order or killed.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use super::sandbox::{DEADLINE, Sandbox, wait_within};

/// A running controller.
pub struct Controller {
    child: Child,
    pub address: String,
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: BTreeMap<String, String>,
    pub body: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

/// One connection that is kept.
pub struct Client {
    address: String,
    stream: Option<BufReader<TcpStream>>,
}

impl Client {
    /// Sends a request and reads its answer; a connection that the other end closed is opened anew once.
    pub fn ask(&mut self, method: &str, path: &str, headers: &str, body: &[u8]) -> Answer {
        let mut request = format!(
            "{method} {path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: {}\r\n{headers}\r\n",
            body.len()
        )
        .into_bytes();
        request.extend_from_slice(body);
        let stream = self.stream.get_or_insert_with(|| {
            let stream = TcpStream::connect(&self.address).unwrap();
            stream.set_nodelay(true).unwrap();
            stream
                .set_read_timeout(Some(Duration::from_secs(100)))
                .unwrap();
            BufReader::new(stream)
        });
        stream.get_mut().write_all(&request).unwrap();
        let answer = read_answer(stream).unwrap();
        if answer
            .headers
            .get("connection")
            .is_some_and(|it| it == "close")
        {
            self.stream = None;
        }
        answer
    }

    pub fn post(&mut self, path: &str) -> Answer {
        self.ask("POST", path, "", b"{}")
    }
}

/// Reads one answer; an end before it is an error.
pub fn read_answer(stream: &mut BufReader<TcpStream>) -> std::io::Result<Answer> {
    let mut line = String::new();
    stream.read_line(&mut line)?;
    let status = line.split(' ').nth(1).unwrap_or_default().parse();
    let status = status.map_err(|_| std::io::Error::other(format!("no answer, but {line:?}")))?;
    let mut headers = BTreeMap::new();
    loop {
        line.clear();
        stream.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(": ") else {
            break;
        };
        headers.insert(name.to_lowercase(), value.to_owned());
    }
    let mut body = Vec::new();
    if let Some(length) = headers.get("content-length") {
        body.resize(length.parse().unwrap(), 0);
        stream.read_exact(&mut body)?;
    } else if headers.contains_key("transfer-encoding") {
        loop {
            line.clear();
            stream.read_line(&mut line)?;
            let size = usize::from_str_radix(line.trim(), 16).unwrap();
            let at = body.len();
            body.resize(at + size + 2, 0);
            stream.read_exact(&mut body[at..])?;
            body.truncate(at + size);
            if size == 0 {
                break;
            }
        }
    }
    Ok(Answer {
        status,
        headers,
        body: String::from_utf8(body).unwrap(),
    })
}

impl Controller {
    /// Starts one in the sandbox's folder and waits until it listens.
    pub fn start(sandbox: &Sandbox, words: &str) -> Self {
        let mut command = sandbox.command(&format!("serve --listen 127.0.0.1:0 {words}"));
        let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap());
        let mut said = String::new();
        let address = loop {
            let mut line = String::new();
            assert_ne!(lines.read_line(&mut line).unwrap(), 0, "{said}");
            if let Some((_, rest)) = line.split_once("serving on http://") {
                break rest.split(',').next().unwrap().trim().to_owned();
            }
            said.push_str(&line);
        };
        // Whatever it says later must not block it.
        std::thread::spawn(move || std::io::copy(&mut lines, &mut std::io::sink()));
        Self { child, address }
    }

    pub fn client(&self) -> Client {
        Client {
            address: self.address.clone(),
            stream: None,
        }
    }

    /// One request on a connection of its own.
    pub fn ask(&self, method: &str, path: &str, headers: &str, body: &[u8]) -> Answer {
        self.client().ask(method, path, headers, body)
    }

    pub fn get(&self, path: &str) -> Value {
        let answer = self.ask("GET", path, "", b"");
        assert_eq!(answer.status, 200, "{path}: {answer:?}");
        answer.json()
    }

    pub fn status(&self, function: &str) -> Value {
        self.get(&format!("/v1/functions/{function}"))
    }

    /// The kinds of all events of a function, with their sentences.
    pub fn events(&self, function: &str) -> Vec<(String, String)> {
        let events = self.get(&format!("/v1/functions/{function}/events"));
        let word = |value: &Value| value.as_str().unwrap().to_owned();
        let events = events.as_array().unwrap().iter();
        events
            .map(|event| {
                let kind = word(&event["type"]).replace("io.pgoctl.", "");
                (kind, word(&event["message"]))
            })
            .collect()
    }

    /// `pgoctl` as its client.
    pub fn command(&self, sandbox: &Sandbox, line: &str) -> super::sandbox::Said {
        sandbox.pgoctl(format!("{line} --server http://{}", self.address))
    }

    fn signal(&self, signal: Signal) {
        let pid = Pid::from_raw(i32::try_from(self.child.id()).unwrap()).unwrap();
        kill_process(pid, signal).unwrap();
    }

    /// The number of its process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Its resident memory, in KiB.
    pub fn resident(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmRSS:"));
        let kib = line.and_then(|line| line.split_whitespace().nth(1));
        kib.unwrap().parse().unwrap()
    }

    /// Ends it in order; its exit status.
    pub fn end(self) -> Option<i32> {
        self.terminate();
        self.wait()
    }

    /// Asks it to end.
    pub fn terminate(&self) {
        self.signal(Signal::TERM);
    }

    /// Waits until it has ended; its exit status.
    pub fn wait(mut self) -> Option<i32> {
        self.child.wait().unwrap().code()
    }

    /// SIGKILL.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Waits until a function's status is as it should be, calling it all the while; panics at an answer that is not 200.
    pub fn drive(
        &self,
        function: &str,
        what: &str,
        done: impl Fn(&Value) -> bool,
    ) -> BTreeMap<String, u64> {
        self.drive_for(DEADLINE, function, what, done)
    }

    /// [`Controller::drive`] for at most so long.
    pub fn drive_for(
        &self,
        limit: Duration,
        function: &str,
        what: &str,
        done: impl Fn(&Value) -> bool,
    ) -> BTreeMap<String, u64> {
        let over = AtomicBool::new(false);
        let path = format!("/f/{function}/");
        std::thread::scope(|scope| {
            let calls = scope.spawn(|| {
                let mut client = self.client();
                let mut seen: BTreeMap<String, u64> = BTreeMap::new();
                while !over.load(Ordering::Relaxed) {
                    let answer = client.post(&path);
                    assert_eq!(answer.status, 200, "{answer:?}");
                    let variant = answer.headers["pgoctl-variant"].clone();
                    *seen.entry(variant).or_default() += 1;
                }
                seen
            });
            let ends = Ends(&over);
            wait_within(limit, what, || {
                calls.is_finished() || done(&self.status(function))
            });
            drop(ends);
            calls.join().unwrap()
        })
    }
}

/// Ends calls when it is dropped, by a test that fails too.
pub struct Ends<'a>(pub &'a AtomicBool);

impl Drop for Ends<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl Drop for Controller {
    fn drop(&mut self) {
        // A test that failed must not leave it behind.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
