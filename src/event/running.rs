//! Something that takes time, from its beginning to its end.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use super::{Event, Listener, Work};
use crate::warning::Warning;

/// The number of the next one.
static NEXT: AtomicU64 = AtomicU64::new(1);

/// Something that is under way; where it is dropped before it is done, it is broken off.
pub struct Running<'a> {
    listener: &'a dyn Listener,
    task: u64,
    work: Work,
    started: Instant,
    ended: bool,
}

/// Tells that `work` begins.
pub fn begin(listener: &dyn Listener, work: Work) -> Running<'_> {
    let task = NEXT.fetch_add(1, Ordering::Relaxed);
    listener.hear(Event::Began {
        task,
        work: work.clone(),
    });
    Running {
        listener,
        task,
        work,
        started: Instant::now(),
        ended: false,
    }
}

impl Running<'_> {
    /// Whether anybody looks at [`Running::progress`].
    pub fn is_followed(&self) -> bool {
        self.listener.follows_progress()
    }

    /// Tells how far it is: `done` of `total`, with what it does right now.
    pub fn progress(&self, done: u64, total: u64, now: &str) {
        if self.is_followed() {
            self.listener.hear(Event::Progressed {
                task: self.task,
                done,
                total,
                now: now.to_owned(),
            });
        }
    }

    /// Tells something that the user should know while it goes on.
    pub fn warn(&self, warning: &Warning) {
        super::warn(self.listener, warning);
    }

    /// It ended well; `outcome` says what came of it.
    pub fn done(mut self, outcome: &str) {
        self.ended = true;
        self.listener.hear(Event::Done {
            task: self.task,
            work: self.work.clone(),
            outcome: outcome.to_owned(),
            seconds: self.started.elapsed().as_secs_f64(),
        });
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        if !self.ended {
            self.listener.hear(Event::Broken { task: self.task });
        }
    }
}
