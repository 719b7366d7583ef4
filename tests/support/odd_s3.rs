//! A small S3 server of ours that can do wrong: it takes objects, lists them, and lets a test decide about each request.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// A request, as far as it matters.
pub struct Request {
    pub method: String,
    pub path: String,
    pub query: String,
    pub only_create: bool,
    body: Vec<u8>,
}

/// What the server does with a request.
#[allow(dead_code, reason = "not every test program needs all of them")]
pub enum Does {
    /// What it should.
    Right,
    /// It pays no attention to `If-None-Match`.
    Overwrites,
    /// It answers this and does nothing.
    Says(u16, &'static str),
    /// It does what it should and cuts the connection instead of saying so.
    Cuts,
    /// It does what it should and cuts the connection in the middle of its answer.
    Halves,
}

/// A server on a port of its own; it is there until the process ends.
pub struct OddServer {
    pub address: SocketAddr,
    /// Every request so far, with its answer: `PUT /bucket/key 200`.
    #[allow(dead_code, reason = "not every test program looks")]
    pub seen: Arc<Mutex<Vec<String>>>,
}

type Objects = Arc<Mutex<BTreeMap<String, Vec<u8>>>>;

impl OddServer {
    /// Starts one; `decide` is asked about each request.
    pub fn start(decide: impl Fn(&Request) -> Does + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let address = listener.local_addr().expect("it has one");
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (decide, objects) = (Arc::new(decide), Objects::default());
        let noted = Arc::clone(&seen);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (decide, objects) = (Arc::clone(&decide), Arc::clone(&objects));
                let noted = Arc::clone(&noted);
                std::thread::spawn(move || serve(stream, &*decide, &objects, &noted));
            }
        });
        Self { address, seen }
    }
}

fn serve(
    stream: TcpStream,
    decide: &dyn Fn(&Request) -> Does,
    objects: &Objects,
    seen: &Mutex<Vec<String>>,
) -> Option<()> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    let mut stream = stream;
    loop {
        let request = read(&mut reader)?;
        let does = decide(&request);
        let (status, headers, body) = match does {
            Does::Says(status, code) => {
                let body = format!("<Error><Code>{code}</Code><Message>no</Message></Error>");
                (status, "", body.into_bytes())
            }
            Does::Overwrites => carry_out(&request, objects, false),
            Does::Right | Does::Cuts | Does::Halves => {
                carry_out(&request, objects, request.only_create)
            }
        };
        let line = format!("{} {} {status}", request.method, request.path);
        seen.lock().expect("nobody panics").push(line);
        if matches!(does, Does::Cuts) {
            return None;
        }
        let head = format!(
            "HTTP/1.1 {status} X\r\n{headers}last-modified: Thu, 01 Oct 2026 10:00:00 GMT\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        stream.write_all(head.as_bytes()).ok()?;
        if matches!(does, Does::Halves) {
            stream.write_all(&body[..body.len() / 2]).ok()?;
            return None;
        }
        stream.write_all(&body).ok()?;
    }
}

fn read(reader: &mut BufReader<TcpStream>) -> Option<Request> {
    let mut line = String::new();
    let mut next = || {
        let mut line = String::new();
        (reader.read_line(&mut line).ok()? > 0).then_some(line)
    };
    line.push_str(&next()?);
    let (mut length, mut only_create) = (0, false);
    loop {
        let header = next()?.trim().to_ascii_lowercase();
        match header.split_once(": ") {
            Some(("content-length", value)) => length = value.parse().ok()?,
            Some(("if-none-match", "*")) => only_create = true,
            None if header.is_empty() => break,
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let mut words = line.split(' ');
    let method = words.next()?.to_owned();
    let target = words.next()?;
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    Some(Request {
        method,
        path: path.to_owned(),
        query: query.to_owned(),
        only_create,
        body,
    })
}

/// The answer: its status, more headers, its body.
fn carry_out(
    request: &Request,
    objects: &Objects,
    only_create: bool,
) -> (u16, &'static str, Vec<u8>) {
    let mut objects = objects.lock().expect("nobody panics");
    let there = objects.contains_key(&request.path);
    const TAG: &str = "etag: \"1\"\r\n";
    match (request.method.as_str(), request.query.as_str()) {
        ("GET", query) if query.contains("list-type=2") => {
            let objects = objects.iter().map(|(path, bytes)| {
                let key = path.splitn(3, '/').nth(2).unwrap_or_default();
                format!("<Contents><Key>{key}</Key><Size>{}</Size><LastModified>2026-10-01T10:00:00Z</LastModified></Contents>", bytes.len())
            });
            let all: String = objects.collect();
            let body = format!(
                "<ListBucketResult>{all}<IsTruncated>false</IsTruncated></ListBucketResult>"
            );
            (200, "", body.into_bytes())
        }
        ("GET", _) => match objects.get(&request.path) {
            Some(bytes) => (200, TAG, bytes.clone()),
            None => (404, "", b"<Error><Code>NoSuchKey</Code></Error>".to_vec()),
        },
        ("POST", "uploads=") => {
            let body = b"<R><Bucket>b</Bucket><Key>k</Key><UploadId>1</UploadId></R>";
            (200, "", body.to_vec())
        }
        ("PUT", query) if query.contains("uploadId=") => (200, TAG, Vec::new()),
        ("PUT" | "POST", _) if only_create && there => (
            412,
            "",
            b"<Error><Code>PreconditionFailed</Code></Error>".to_vec(),
        ),
        ("PUT", _) => {
            objects.insert(request.path.clone(), request.body.clone());
            (200, TAG, Vec::new())
        }
        ("POST", _) => {
            objects.insert(request.path.clone(), b"in parts".to_vec());
            (200, "", b"<R><ETag>1</ETag></R>".to_vec())
        }
        ("DELETE", query) if query.contains("uploadId=") => (204, "", Vec::new()),
        _ => {
            objects.remove(&request.path);
            (204, "", Vec::new())
        }
    }
}
