//! What happened, for whoever watches: numbered, kept in memory for a while and in `events.jsonl` for longer, sent to those who listen.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tokio::sync::broadcast;

use crate::error::{Error, Result};

/// How many are kept in memory.
const KEPT: usize = 10_000;
/// So large the file gets. Then it is `events.1.jsonl`, and the one that was that is gone: the newest [`KEPT`] are in the two.
const LARGEST: u64 = 16 << 20;
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
    path: PathBuf,
    file: File,
    /// How large the file is.
    bytes: u64,
}

/// All of them.
#[derive(Debug)]
pub struct Events {
    inner: Mutex<Inner>,
    listeners: broadcast::Sender<Arc<Happened>>,
}

fn appended(path: &Path) -> std::io::Result<File> {
    File::options().create(true).append(true).open(path)
}

/// The file that was `path` before.
fn before(path: &Path) -> PathBuf {
    path.with_extension("1.jsonl")
}

/// What a file ends with: it may be larger than it gets here.
fn end_of(path: &Path) -> String {
    let read = || -> std::io::Result<Vec<u8>> {
        let mut file = File::open(path)?;
        let bytes = file.metadata()?.len();
        file.seek(SeekFrom::Start(bytes.saturating_sub(2 * LARGEST)))?;
        let mut text = Vec::new();
        file.read_to_end(&mut text)?;
        Ok(text)
    };
    String::from_utf8_lossy(&read().unwrap_or_default()).into_owned()
}

impl Inner {
    /// Begins a new file. Where that cannot be done the old one grows on.
    fn turn(&mut self) {
        self.bytes = 0;
        let turned = std::fs::rename(&self.path, before(&self.path)).is_ok();
        if (turned || !self.path.exists())
            && let Ok(file) = appended(&self.path)
        {
            self.file = file;
        }
    }
}

impl Events {
    /// Goes on in the file at `path`.
    pub fn open(path: &Path) -> Result<Self> {
        let text = end_of(path);
        let older = end_of(&before(path));
        // A line that a death cut is left out.
        let lines = older.lines().chain(text.lines());
        let happened = lines.filter_map(|line| serde_json::from_str::<Happened>(line).ok());
        let mut kept: VecDeque<Arc<Happened>> = VecDeque::new();
        for event in happened {
            if kept.len() == KEPT {
                kept.pop_front();
            }
            kept.push_back(Arc::new(event));
        }
        let mut file = appended(path).map_err(|error| Error::io("write", path, &error))?;
        if !text.is_empty() && !text.ends_with('\n') {
            let _ = file.write_all(b"\n");
        }
        Ok(Self {
            inner: Mutex::new(Inner {
                next: kept.back().map_or(1, |last| last.id + 1),
                kept,
                path: path.to_owned(),
                bytes: file.metadata().map_or(0, |data| data.len()),
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
            inner.bytes += line.len() as u64;
        }
        if inner.bytes > LARGEST {
            inner.turn();
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_file_is_turned_and_the_numbers_go_on() {
        let folder = tempfile::tempdir().expect("a temporary directory");
        let path = folder.path().join("events.jsonl");
        let events = Events::open(&path).expect("it can be opened");
        let long = "x".repeat(1 << 20);
        for _ in 0..40 {
            events.tell("hello", "told", &long, json!(null));
        }
        drop(events);
        let size = |path: &Path| path.metadata().expect("it is there").len();
        assert!(size(&path) + size(&before(&path)) < 2 * LARGEST + (4 << 20));
        let events = Events::open(&path).expect("it can be opened");
        events.tell("hello", "told", "and on", json!(null));
        let last: Vec<u64> = events.after(38, None).iter().map(|it| it.id).collect();
        assert_eq!(last, [39, 40, 41]);
    }

    #[test]
    fn bytes_that_are_no_text_cost_a_line_and_not_the_numbers() {
        let folder = tempfile::tempdir().expect("a temporary directory");
        let path = folder.path().join("events.jsonl");
        let events = Events::open(&path).expect("it can be opened");
        events.tell("hello", "told", "one", json!(null));
        let mut file = appended(&path).expect("it can be opened");
        file.write_all(b"\xff\xfe\n").expect("it can be written");
        let events = Events::open(&path).expect("it can be opened");
        events.tell("hello", "told", "two", json!(null));
        assert_eq!(events.after(0, None).len(), 2);
        assert_eq!(events.after(1, None)[0].id, 2);
    }
}
