//! Two clients that call all the time: what was answered must be right, and what broke is asked for after each kill.

use std::collections::BTreeSet;
use std::io::{BufReader, ErrorKind};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, RwLock};
use std::time::Duration;

use crate::fleet::{connect, one};
use crate::sandbox::wait_for;

/// How many there are.
pub const CLIENTS: usize = 2;
/// The pause of whoever finds that nobody listens.
const PAUSE: Duration = Duration::from_millis(5);

/// An image that answered: function, variant, build.
pub type Answered = (String, String, String);

/// What the clients share.
pub struct Clients {
    functions: Vec<String>,
    address: RwLock<String>,
    /// Good answers of each.
    answered: [AtomicU64; CLIENTS],
    broken: Mutex<Vec<String>>,
    images: Mutex<BTreeSet<Answered>>,
    pub over: AtomicBool,
}

impl Clients {
    /// Of these functions, at a controller that listens there.
    pub fn of(functions: &[String], address: &str) -> Self {
        Self {
            functions: functions.to_vec(),
            address: RwLock::new(address.to_owned()),
            answered: Default::default(),
            broken: Mutex::default(),
            images: Mutex::default(),
            over: AtomicBool::new(false),
        }
    }

    /// The controller listens there from now on.
    pub fn go_to(&self, address: &str) {
        address.clone_into(&mut self.address.write().unwrap());
    }

    /// How many calls were answered well.
    pub fn total(&self) -> u64 {
        self.answered
            .iter()
            .map(|it| it.load(Ordering::Relaxed))
            .sum()
    }

    /// Waits until every call that was under way has ended and each client got good answers of all functions since.
    pub fn wait_for_answers(&self) {
        let now = || {
            self.answered
                .each_ref()
                .map(|it| it.load(Ordering::Relaxed))
        };
        let before = now();
        let wanted = self.functions.len() as u64 + 1;
        wait_for("answers to both clients", || {
            let all = now().into_iter().zip(before);
            all.into_iter().all(|(now, before)| now >= before + wanted)
        });
    }

    /// The calls that broke since this was asked for last.
    pub fn broken(&self) -> Vec<String> {
        std::mem::take(&mut self.broken.lock().unwrap())
    }

    /// The images that answered since this was asked for last.
    pub fn images(&self) -> BTreeSet<Answered> {
        std::mem::take(&mut self.images.lock().unwrap())
    }

    /// Calls one function after the other until it is over.
    pub fn call(&self, client: usize) {
        let mut kept: Option<(String, BufReader<TcpStream>)> = None;
        let mut functions = self.functions.iter().cycle().skip(client);
        while !self.over.load(Ordering::Relaxed) {
            let address = self.address.read().unwrap().clone();
            let connection = match kept.take() {
                Some((at, stream)) if at == address => Ok(stream),
                _ => connect(&address),
            };
            let stream = match connection {
                Ok(stream) => stream,
                // Nothing of a call was sent.
                Err(error) if error.kind() == ErrorKind::ConnectionRefused => {
                    std::thread::park_timeout(PAUSE);
                    continue;
                }
                Err(error) => panic!("{address}: {error}"),
            };
            let function = functions.next().unwrap();
            match one(stream, &format!("/f/{function}/")) {
                Ok((answer, stream)) if answer.status == 200 => {
                    assert!(answer.body.contains(r#""Log":"Hello World""#), "{answer:?}");
                    let named = |header: &str| answer.headers[header].clone();
                    let image = (
                        function.clone(),
                        named("pgoctl-variant"),
                        named("pgoctl-build"),
                    );
                    self.images.lock().unwrap().insert(image);
                    self.answered[client].fetch_add(1, Ordering::Relaxed);
                    let closes = answer.headers.get("connection").map(String::as_str);
                    if closes != Some("close") {
                        kept = Some((address, stream));
                    }
                }
                Ok((answer, _)) => self.broke(format!("{} {}", answer.status, answer.body)),
                Err(error) => self.broke(error.to_string()),
            }
        }
    }

    fn broke(&self, why: String) {
        self.broken.lock().unwrap().push(why);
    }
}
