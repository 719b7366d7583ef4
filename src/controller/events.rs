//! What happened, for whoever watches: numbered, kept in memory for a while and in `events.jsonl` for good, sent to those who listen.

use std::collections::VecDeque;
use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tokio::sync::broadcast;

use crate::error::{Error, Result};

/// How many are kept in memory.
const KEPT: usize = 10_000;
/// How many a slow listener may lag behind.
const LAG: usize = 1000;

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Happened {
    /// Its number, from 1; later ones are higher.
    pub id: u64,
    /// When.
    pub time: Timestamp,
    /// `io.pgoctl.NAME`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The function.
    pub function: String,
    /// In a sentence.
    pub message: String,
    /// Figures, where there are any.
    #[serde(default, skip_serializing_if = "serde_json::Value::is_null")]
    pub data: serde_json::Value,
}

#[derive(Debug)]
struct Inner {
    next: u64,
    kept: VecDeque<Arc<Happened>>,
    file: File,
}

/// All of them.
#[derive(Debug)]
pub struct Events {
    inner: Mutex<Inner>,
    listeners: broadcast::Sender<Arc<Happened>>,
}

impl Events {
    /// Goes on in the file at `path`.
    pub fn open(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path).unwrap_or_default();
        // A line that a death cut is left out.
        let before = text
            .lines()
            .filter_map(|line| serde_json::from_str::<Happened>(line).ok());
        let mut kept: VecDeque<Arc<Happened>> = VecDeque::new();
        for event in before {
            if kept.len() == KEPT {
                kept.pop_front();
            }
            kept.push_back(Arc::new(event));
        }
        let mut file = File::options()
            .create(true)
            .append(true)
            .open(path)
            .map_err(|error| Error::io("write", path, &error))?;
        if !text.is_empty() && !text.ends_with('\n') {
            let _ = file.write_all(b"\n");
        }
        Ok(Self {
            inner: Mutex::new(Inner {
                next: kept.back().map_or(1, |last| last.id + 1),
                kept,
                file,
            }),
            listeners: broadcast::channel(LAG).0,
        })
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells that something happened.
    pub fn tell(&self, function: &str, name: &str, message: &str, data: serde_json::Value) {
        let mut inner = self.inner();
        let event = Arc::new(Happened {
            id: inner.next,
            time: Timestamp::now(),
            kind: format!("io.pgoctl.{name}"),
            function: function.to_owned(),
            message: message.to_owned(),
            data,
        });
        inner.next += 1;
        if let Ok(mut line) = serde_json::to_vec(&*event) {
            line.push(b'\n');
            // The log is for people; a full disk must not stop what serves.
            let _ = inner.file.write_all(&line);
        }
        if inner.kept.len() == KEPT {
            inner.kept.pop_front();
        }
        inner.kept.push_back(Arc::clone(&event));
        // Nobody listens: fine.
        let _ = self.listeners.send(event);
    }

    /// Those after number `after`, of `function` or of all.
    pub fn after(&self, after: u64, function: Option<&str>) -> Vec<Arc<Happened>> {
        let inner = self.inner();
        let wanted = |event: &&Arc<Happened>| {
            event.id > after && function.is_none_or(|name| event.function == name)
        };
        inner.kept.iter().filter(wanted).cloned().collect()
    }

    /// Hears all that happens from now on.
    pub fn listen(&self) -> broadcast::Receiver<Arc<Happened>> {
        self.listeners.subscribe()
    }
}
