//! A client of several controllers, as whoever shares calls out among them: each call goes to the next one that takes connections.
//!
//! A call is made once more only where nothing of it was sent: a connection was refused. Calls that one had that was killed are made
//! once more as well, for whoever makes them knows that they may be: that is counted.

use std::collections::BTreeMap;
use std::io::{BufReader, ErrorKind, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, RwLock};
use std::time::Duration;

use super::controller::{Controller, read_answer};
use super::sandbox::wait_for;

/// What calls came to.
#[derive(Debug, Default)]
pub struct Tally {
    pub answered: u64,
    /// Connections that were refused before anything was sent.
    pub refused: u64,
    /// Calls of one that was killed, made once more.
    pub repeated: u64,
    /// By what went wrong.
    pub failed: BTreeMap<String, u64>,
    pub by_variant: BTreeMap<String, u64>,
}

impl Tally {
    pub fn and(mut self, other: Self) -> Self {
        self.answered += other.answered;
        self.refused += other.refused;
        self.repeated += other.repeated;
        for (into, from) in [
            (&mut self.failed, other.failed),
            (&mut self.by_variant, other.by_variant),
        ] {
            for (what, times) in from {
                *into.entry(what).or_default() += times;
            }
        }
        self
    }
}

/// Where controllers listen.
pub struct Fleet {
    addresses: RwLock<Vec<String>>,
    /// Those that are killed.
    killed: Mutex<Vec<String>>,
}

impl Fleet {
    pub fn of(controllers: &[Controller]) -> Self {
        let addresses = controllers.iter().map(|it| it.address.clone());
        Self {
            addresses: RwLock::new(addresses.collect()),
            killed: Mutex::default(),
        }
    }

    /// Is called from now on; those that were killed are not any more.
    pub fn joins(&self, controller: &Controller) {
        let mut killed = self.killed.lock().unwrap();
        killed.retain(|address| *address != controller.address);
        let mut addresses = self.addresses.write().unwrap();
        addresses.retain(|address| !killed.contains(address));
        addresses.push(controller.address.clone());
    }

    /// It is about to be killed: nobody is told.
    pub fn leaves(&self, controller: &Controller) {
        self.killed.lock().unwrap().push(controller.address.clone());
    }

    /// Sends it no more calls once it says that it ends.
    pub fn waits_for_unready(&self, controller: &Controller) {
        wait_for("the word that it ends", || {
            controller.ask("GET", "/readyz", "", b"").status == 503
        });
        let mut addresses = self.addresses.write().unwrap();
        addresses.retain(|address| *address != controller.address);
    }

    fn next(&self, nth: usize) -> String {
        let addresses = self.addresses.read().unwrap();
        addresses[nth % addresses.len()].clone()
    }

    /// Calls one after the other until it is `over`, and counts `calls`.
    pub fn call(&self, path: &str, calls: &AtomicU64, over: &AtomicBool) -> Tally {
        let mut kept: BTreeMap<String, BufReader<TcpStream>> = BTreeMap::new();
        let mut tally = Tally::default();
        let mut nth = 0;
        while !over.load(Ordering::Relaxed) {
            let address = self.next(nth);
            nth += 1;
            let stream = match kept.remove(&address) {
                Some(stream) => stream,
                None => match connect(&address) {
                    Ok(stream) => stream,
                    Err(error) if error.kind() == ErrorKind::ConnectionRefused => {
                        tally.refused += 1;
                        continue;
                    }
                    Err(error) => panic!("{address}: {error}"),
                },
            };
            match one(stream, path) {
                Ok((answer, stream)) => {
                    if answer.status == 200 {
                        tally.answered += 1;
                        let variant = answer.headers["pgoctl-variant"].clone();
                        *tally.by_variant.entry(variant).or_default() += 1;
                    } else {
                        *tally.failed.entry(format!("{answer:?}")).or_default() += 1;
                    }
                    if answer
                        .headers
                        .get("connection")
                        .is_none_or(|it| it != "close")
                    {
                        kept.insert(address, stream);
                    }
                }
                Err(_) if self.killed.lock().unwrap().contains(&address) => {
                    tally.repeated += 1;
                    continue;
                }
                Err(error) => *tally.failed.entry(error.to_string()).or_default() += 1,
            }
            calls.fetch_add(1, Ordering::Relaxed);
        }
        tally
    }
}

/// A connection for one call after the other.
pub fn connect(address: &str) -> std::io::Result<BufReader<TcpStream>> {
    let stream = TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(Duration::from_secs(100)))?;
    Ok(BufReader::new(stream))
}

/// One call of `path` on it.
pub fn one(
    mut stream: BufReader<TcpStream>,
    path: &str,
) -> std::io::Result<(super::controller::Answer, BufReader<TcpStream>)> {
    let request =
        format!("POST {path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 2\r\n\r\n{{}}");
    stream.get_mut().write_all(request.as_bytes())?;
    let answer = read_answer(&mut stream)?;
    Ok((answer, stream))
}
