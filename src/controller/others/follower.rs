//! What others decide, heard of within seconds: a thread that reads the row of decisions, and every few minutes all documents.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use super::changes;
use crate::controller::journal;
use crate::controller::state::State;
use crate::error::{Error, ErrorKind, Result};
use crate::profile::shared::side_by_side;
use crate::store::Store;

/// How often the row is read.
const OFTEN: Duration = Duration::from_secs(2);
/// It is not read again so soon, whoever asks.
const NOT_AGAIN: Duration = Duration::from_millis(250);
/// How often all documents are listed: for what a controller wrote that died before it could add it to the row.
const ALL: Duration = Duration::from_secs(120);
/// Listing them may take this part of the time.
const PART: u32 = 50;

/// What is heard.
#[derive(Debug)]
pub enum Heard {
    /// Newest documents that others wrote.
    Decided(Vec<State>),
    /// Everything is told that was there when somebody asked.
    Looked(oneshot::Sender<()>),
}

#[derive(Debug)]
enum Order {
    /// This controller wrote a document.
    Wrote {
        function: String,
        generation: u64,
        /// It is in the row.
        published: bool,
    },
    /// Somebody wants to know what is new.
    Look {
        /// However short a time ago somebody looked.
        now: bool,
        reply: oneshot::Sender<()>,
    },
}

/// Reads what others decide, on a thread of its own. Clones ask the same one.
#[derive(Clone, Debug)]
pub struct Follower {
    orders: Sender<Order>,
    store: Store,
    /// The last entry of the row that is known.
    last: Arc<AtomicU64>,
}

impl Follower {
    /// Follows after entry `last` of the row; `known` are the newest documents that were read after that.
    pub fn start(
        store: Store,
        last: u64,
        known: BTreeMap<String, u64>,
        tell: impl Fn(Heard) + Send + 'static,
    ) -> Result<Self> {
        let (orders, inbox) = channel();
        let last = Arc::new(AtomicU64::new(last));
        let follower = Self {
            orders,
            store: store.clone(),
            last: Arc::clone(&last),
        };
        let mut reader = Reader {
            store,
            last,
            known,
            written: Vec::new(),
            waiting: Vec::new(),
            looked: Instant::now(),
            listed: Instant::now(),
            listing: ALL,
            missed: false,
            tell,
        };
        std::thread::Builder::new()
            .name("follower".to_owned())
            .spawn(move || reader.run(&inbox))
            .map_err(|error| {
                Error::new(ErrorKind::Unexpected, "could not start the controller")
                    .because(error.to_string())
            })?;
        Ok(follower)
    }

    /// This controller wrote that document: the others hear of it once this returns, or once the store takes it.
    pub fn wrote(&self, function: &str, generation: u64) {
        let last = self.last.load(Ordering::Relaxed);
        let order = Order::Wrote {
            function: function.to_owned(),
            generation,
            published: changes::append(&self.store, last, function, generation).is_ok(),
        };
        // The thread lives as long as the controller.
        let _ = self.orders.send(order);
    }

    /// Waits until everything is heard of that others decided before; with `now` however short a time ago somebody looked.
    pub async fn look(&self, now: bool) {
        let (reply, looked) = oneshot::channel();
        if self.orders.send(Order::Look { now, reply }).is_ok() {
            let _ = looked.await;
        }
    }
}

struct Reader<T> {
    store: Store,
    last: Arc<AtomicU64>,
    /// The newest document of each function that was told of, or written here.
    known: BTreeMap<String, u64>,
    /// Documents of this controller that are not in the row yet.
    written: Vec<(String, u64)>,
    /// Who wants to know what is new.
    waiting: Vec<oneshot::Sender<()>>,
    looked: Instant,
    listed: Instant,
    /// When all documents are listed next.
    listing: Duration,
    /// Entries of the row were cleared away that nobody here had read.
    missed: bool,
    tell: T,
}

impl<T: Fn(Heard)> Reader<T> {
    fn run(&mut self, inbox: &Receiver<Order>) {
        loop {
            let pause = match self.waiting.is_empty() {
                true => OFTEN,
                false => NOT_AGAIN,
            };
            let rest = pause.saturating_sub(self.looked.elapsed());
            if rest.is_zero() {
                self.look();
                continue;
            }
            match inbox.recv_timeout(rest) {
                Ok(Order::Wrote {
                    function,
                    generation,
                    published,
                }) => {
                    let known = self.known.entry(function.clone()).or_default();
                    *known = generation.max(*known);
                    if !published {
                        self.written.push((function, generation));
                    }
                }
                Ok(Order::Look { now, reply }) => {
                    self.waiting.push(reply);
                    if now {
                        self.look();
                    }
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    /// A store that is away is asked again the next time: what serves goes on serving.
    fn look(&mut self) {
        self.publish();
        let before = self.last.load(Ordering::Relaxed);
        if let Ok(after) = changes::after(&self.store, before)
            && self.read(after.changed).is_ok()
        {
            self.last.store(after.last, Ordering::Relaxed);
            self.missed |= !after.is_whole;
        }
        if self.missed {
            self.missed = self.list_all().is_err();
        }
        for reply in self.waiting.drain(..) {
            (self.tell)(Heard::Looked(reply));
        }
        self.looked = Instant::now();
        if self.listed.elapsed() >= self.listing {
            // The next time, where the store is away.
            let _ = self.list_all();
        }
    }

    /// Reads the documents that are newer than those that are known, whatever the row says.
    fn list_all(&mut self) -> Result<()> {
        let begun = Instant::now();
        let all = journal::generations(&self.store);
        let read = all.and_then(|all| self.read(all));
        self.listed = Instant::now();
        self.listing = ALL.max(begun.elapsed() * PART);
        read
    }

    fn publish(&mut self) {
        let store = &self.store;
        let last = self.last.load(Ordering::Relaxed);
        let mut failed = false;
        self.written.retain(|(function, generation)| {
            failed = failed || changes::append(store, last, function, *generation).is_err();
            failed
        });
    }

    /// Reads the documents that are newer than those that are known, and tells of them.
    fn read(&mut self, newest: BTreeMap<String, u64>) -> Result<()> {
        let known = &self.known;
        let is_new = |(function, generation): &(String, u64)| {
            known.get(function).is_none_or(|known| known < generation)
        };
        let newer: Vec<(String, u64)> = newest.into_iter().filter(is_new).collect();
        if newer.is_empty() {
            return Ok(());
        }
        let read = side_by_side(&newer, |(function, generation)| {
            journal::document(&self.store, function, *generation)
        });
        let mut states = Vec::new();
        let mut failed = None;
        for state in read {
            match state {
                Ok(state) => states.extend(state),
                // One that a newer version wrote must not keep the others back.
                Err(error) if error.kind() == ErrorKind::StoreAway => failed = Some(error),
                Err(_) => {}
            }
        }
        for state in &states {
            self.known.insert(state.function.clone(), state.generation);
        }
        if !states.is_empty() {
            (self.tell)(Heard::Decided(states));
        }
        failed.map_or(Ok(()), Err)
    }
}
