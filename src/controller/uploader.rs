//! From profiles that are kept to profiles in the store: however long it is away or silent, keeping others does not wait for that.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::Duration;

use crate::error::{Error, ErrorKind, Result};
use crate::profile::shared::{Sheet, hand_over};
use crate::store::Store;

/// The shortest pause between two tries.
const PAUSE: Duration = Duration::from_millis(500);
/// The longest one.
const LONGEST: Duration = Duration::from_secs(30);
/// How many go to the store between two looks at what else is asked for.
const AT_ONCE: usize = 8;

/// What became of a profile.
#[derive(Debug)]
pub enum Told {
    /// It waits for the store.
    Pending(Box<Sheet>),
    /// It is in the store.
    Stored(Box<Sheet>),
    /// It is not one.
    Useless {
        /// Whose.
        function: String,
        /// Why.
        why: String,
    },
    /// It cannot be kept here, or the store does not take it now.
    Waits {
        /// Whose.
        function: String,
        /// Why.
        why: String,
    },
}

/// What the thread is asked for.
pub enum Upload {
    /// A profile that is kept in that file.
    Kept(PathBuf, Box<Sheet>),
    /// Try everything once more, then say so.
    Flush(Sender<()>),
}

struct Uploader {
    store: Store,
    tell: Arc<dyn Fn(Told) + Send + Sync>,
    /// Not in the store yet.
    waiting: VecDeque<(PathBuf, Sheet)>,
}

/// Starts the thread with what an earlier life has kept.
pub fn start(
    waiting: VecDeque<(PathBuf, Sheet)>,
    store: Store,
    tell: Arc<dyn Fn(Told) + Send + Sync>,
) -> Result<Sender<Upload>> {
    let (uploads, queue) = channel();
    let mut uploader = Uploader {
        store,
        tell,
        waiting,
    };
    std::thread::Builder::new()
        .name("uploader".to_owned())
        .spawn(move || uploader.run(&queue))
        .map_err(|error| {
            Error::new(ErrorKind::Unexpected, "could not start the uploader")
                .because(error.to_string())
        })?;
    Ok(uploads)
}

impl Uploader {
    fn run(&mut self, queue: &Receiver<Upload>) {
        for (_, sheet) in &self.waiting {
            (self.tell)(Told::Pending(Box::new(sheet.clone())));
        }
        let mut pause = Duration::ZERO;
        loop {
            let idle = self.waiting.is_empty();
            let message = match idle {
                true => queue.recv().map_err(|_| RecvTimeoutError::Disconnected),
                false => queue.recv_timeout(pause),
            };
            let mut flushed = None;
            match message {
                Ok(Upload::Kept(file, sheet)) => self.waiting.push_back((file, *sheet)),
                Ok(Upload::Flush(done)) => flushed = Some(done),
                Err(RecvTimeoutError::Disconnected) => return,
                Err(RecvTimeoutError::Timeout) => {}
            }
            pause = match self.put_some() {
                true => Duration::ZERO,
                false => (pause * 2).clamp(PAUSE, LONGEST),
            };
            if let Some(done) = flushed {
                while self.put_some() && !self.waiting.is_empty() {}
                let _ = done.send(());
            }
        }
    }

    /// Puts some of what is kept into the store; whether that took them.
    fn put_some(&mut self) -> bool {
        for _ in 0..AT_ONCE.min(self.waiting.len()) {
            let Some((file, sheet)) = self.waiting.pop_front() else {
                break;
            };
            if let Err(error) = hand_over(&self.store, &file, &sheet) {
                (self.tell)(Told::Waits {
                    function: sheet.function.clone(),
                    why: error.to_string(),
                });
                // One that cannot be put must not stand before the others.
                self.waiting.push_back((file, sheet));
                return false;
            }
            (self.tell)(Told::Stored(Box::new(sheet)));
        }
        true
    }
}
