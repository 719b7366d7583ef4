//! A download site on the loopback interface, for the tests: serves what it is told to, as badly as it is told to.

#![expect(clippy::unwrap_used, reason = "tests may stop at a surprise")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};

use sha2::{Digest, Sha256};

/// A request as far as a download site looks at it.
#[derive(Clone, Debug)]
pub struct Asked {
    pub method: String,
    pub path: String,
    pub range_from: Option<usize>,
    pub if_range: Option<String>,
}

/// An answer, and how it goes wrong.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(&'static str, String)>,
    pub body: Vec<u8>,
    /// After so many bytes of the body nothing more comes.
    pub stop_after: Option<usize>,
    /// Whether the connection then stays open, until the other side gives up.
    pub hang: bool,
}

impl Answer {
    pub fn ok(body: impl Into<Vec<u8>>) -> Self {
        Self {
            status: 200,
            headers: Vec::new(),
            body: body.into(),
            stop_after: None,
            hang: false,
        }
    }

    pub fn status(status: u16) -> Self {
        Self {
            status,
            ..Self::ok("")
        }
    }

    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    pub fn cut_after(mut self, bytes: usize) -> Self {
        self.stop_after = Some(bytes);
        self
    }

    pub fn hang_after(mut self, bytes: usize) -> Self {
        self.hang = true;
        self.cut_after(bytes)
    }

    /// What a good server says when asked for `body`, whole or from some byte on.
    pub fn part_of(body: &[u8], tag: &str, asked: &Asked) -> Self {
        let same = asked.if_range.as_deref().is_none_or(|wanted| wanted == tag);
        let answer = match asked.range_from {
            Some(from) if from >= body.len() => Self::status(416),
            Some(from) if same => Self {
                status: 206,
                ..Self::ok(&body[from..])
            }
            .with(
                "Content-Range",
                format!("bytes {from}-{}/{}", body.len() - 1, body.len()),
            ),
            _ => Self::ok(body),
        };
        answer.with("ETag", tag)
    }
}

type Handler = dyn Fn(usize, &Asked) -> Answer + Send + Sync;

/// The site; it goes away with the value.
pub struct Site {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<Asked>>>,
    closed: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Site {
    /// Serves with a function of how many archive requests came before, and of the request.
    pub fn serve(handler: impl Fn(usize, &Asked) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let closed = Arc::new(AtomicBool::new(false));
        let handler: Arc<Handler> = Arc::new(handler);
        let (journal, end) = (Arc::clone(&asked), Arc::clone(&closed));
        let thread = thread::spawn(move || {
            for stream in listener.incoming() {
                if end.load(Ordering::SeqCst) {
                    return;
                }
                let (handler, journal) = (Arc::clone(&handler), Arc::clone(&journal));
                // A client that hangs up is part of the tests.
                thread::spawn(move || stream.and_then(|stream| talk(stream, &*handler, &journal)));
            }
        });
        Self {
            address,
            asked,
            closed,
            thread: Some(thread),
        }
    }

    /// Serves an archive with its right checksum; `answer` decides about the archive itself.
    pub fn with_archive(
        archive: &[u8],
        answer: impl Fn(&[u8], usize, &Asked) -> Answer + Send + Sync + 'static,
    ) -> Self {
        let archive = archive.to_vec();
        let sum = sum(&archive);
        Self::serve(move |before, asked| {
            if asked.path.ends_with(".sha256") {
                Answer::ok(sum.clone())
            } else {
                answer(&archive, before, asked)
            }
        })
    }

    /// Serves an archive as a good site does.
    pub fn good(archive: &[u8]) -> Self {
        Self::with_archive(archive, |archive, _, asked| {
            Answer::part_of(archive, "\"1\"", asked)
        })
    }

    pub fn url(&self) -> String {
        format!("http://{}/graalvm", self.address)
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What was asked for, in order.
    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    /// How often the archive, or some of it, was asked for.
    pub fn downloads(&self) -> Vec<Asked> {
        let mut asked = self.asked();
        asked.retain(|asked| asked.path.ends_with(".tar.gz") && asked.method == "GET");
        asked
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.closed.store(true, Ordering::SeqCst);
        // Wakes the listener.
        let _ = TcpStream::connect(self.address);
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap();
        }
    }
}

fn talk(
    mut stream: TcpStream,
    handler: &Handler,
    journal: &Mutex<Vec<Asked>>,
) -> std::io::Result<()> {
    let Some(asked) = read_request(&stream)? else {
        return Ok(());
    };
    let before = {
        let mut journal = journal.lock().unwrap();
        let before = journal
            .iter()
            .filter(|asked| asked.path.ends_with(".tar.gz"))
            .count();
        journal.push(asked.clone());
        before
    };
    let answer = handler(before, &asked);
    let mut head = format!("HTTP/1.1 {} x\r\nConnection: close\r\n", answer.status);
    let chosen = |name: &str| answer.headers.iter().any(|(key, _)| *key == name);
    if !chosen("Content-Length") && !chosen("Transfer-Encoding") {
        head += &format!("Content-Length: {}\r\n", answer.body.len());
    }
    for (name, value) in &answer.headers {
        head += &format!("{name}: {value}\r\n");
    }
    head += "\r\n";
    let silent = answer.hang && answer.stop_after == Some(0);
    if !silent {
        stream.write_all(head.as_bytes())?;
        if asked.method != "HEAD" {
            let end = answer.stop_after.unwrap_or(answer.body.len());
            stream.write_all(&answer.body[..end.min(answer.body.len())])?;
        }
    }
    if answer.hang {
        // Ends when the client hangs up.
        let _ = stream.read(&mut [0]);
    }
    Ok(())
}

fn read_request(stream: &TcpStream) -> std::io::Result<Option<Asked>> {
    let mut lines = BufReader::new(stream).lines();
    let Some(first) = lines.next().transpose()? else {
        return Ok(None);
    };
    let mut words = first.split(' ');
    let mut asked = Asked {
        method: words.next().unwrap_or_default().to_owned(),
        path: words.next().unwrap_or_default().to_owned(),
        range_from: None,
        if_range: None,
    };
    for line in lines {
        let line = line?;
        if line.is_empty() {
            break;
        }
        let (name, value) = line.split_once(':').unwrap();
        match name.to_ascii_lowercase().as_str() {
            "range" => {
                let from = value.trim().strip_prefix("bytes=").unwrap();
                asked.range_from = Some(from.trim_end_matches('-').parse().unwrap());
            }
            "if-range" => asked.if_range = Some(value.trim().to_owned()),
            _ => {}
        }
    }
    Ok(Some(asked))
}

/// The SHA-256 of an archive, as its checksum file has it.
pub fn sum(archive: &[u8]) -> String {
    let digest = Sha256::digest(archive);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A `.tar.gz` in the making. Names and targets are written as they are, however bad.
pub struct Tarball(tar::Builder<flate2::write::GzEncoder<Vec<u8>>>);

impl Tarball {
    pub fn new() -> Self {
        let packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        Self(tar::Builder::new(packer))
    }

    /// What an archive of Oracle's looks like from afar. `filler` are bytes that gzip cannot make smaller.
    pub fn graalvm(top: &str, inner: &str, filler: usize) -> Vec<u8> {
        let mut noise = vec![0; filler];
        rand::Rng::fill_bytes(&mut seeded(), &mut noise);
        let at = |name: &str| format!("{top}/{inner}{name}");
        Self::new()
            .folder(&format!("{top}/"))
            .file(&at("bin/java"), 0o755, b"#!/bin/sh\n")
            .file(&at("lib/svm/bin/native-image"), 0o755, b"#!/bin/sh\n")
            .link(&at("bin/native-image"), "../lib/svm/bin/native-image")
            .file(&at("release"), 0o644, b"JAVA_VERSION=\"25.0.1\"\n")
            .file(&at("lib/modules"), 0o444, &noise)
            .pack()
    }

    pub fn folder(self, name: &str) -> Self {
        self.entry(name, tar::EntryType::Directory, 0o755, "", b"")
    }

    pub fn file(self, name: &str, mode: u32, content: &[u8]) -> Self {
        self.entry(name, tar::EntryType::Regular, mode, "", content)
    }

    pub fn link(self, name: &str, target: &str) -> Self {
        self.entry(name, tar::EntryType::Symlink, 0o777, target, b"")
    }

    pub fn hard_link(self, name: &str, target: &str) -> Self {
        self.entry(name, tar::EntryType::Link, 0o644, target, b"")
    }

    pub fn entry(
        mut self,
        name: &str,
        kind: tar::EntryType,
        mode: u32,
        target: &str,
        content: &[u8],
    ) -> Self {
        let mut header = tar::Header::new_gnu();
        header.set_entry_type(kind);
        header.set_mode(mode);
        header.set_mtime(1_700_000_000);
        header.set_size(content.len() as u64);
        // The crate's own setters would refuse what the tests are about.
        let gnu = header.as_gnu_mut().unwrap();
        gnu.name[..name.len()].copy_from_slice(name.as_bytes());
        gnu.linkname[..target.len()].copy_from_slice(target.as_bytes());
        if kind == tar::EntryType::GNUSparse {
            gnu.set_real_size(content.len() as u64);
        }
        header.set_cksum();
        self.0.append(&header, content).unwrap();
        self
    }

    pub fn pack(self) -> Vec<u8> {
        self.0.into_inner().unwrap().finish().unwrap()
    }
}

fn seeded() -> impl rand::Rng {
    use rand::SeedableRng;
    rand_chacha::ChaCha8Rng::seed_from_u64(25)
}
