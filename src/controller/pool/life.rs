//! How workers of a pool begin and end.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

use super::slots::{NoWorker, Slot, failed, retire};
use super::{FAILURES, Pool, WORKERS};
use crate::controller::image::RECORD;
use crate::controller::worker::{self, Ended, Start, Worker};

impl Pool {
    pub(super) fn start(self: &Arc<Self>) {
        let id = WORKERS.fetch_add(1, Ordering::Relaxed);
        let name = format!("{:x}-{id:06}", std::process::id());
        let image = &self.image;
        let record = image
            .records
            .map(|extension| image.recordings.join(format!("{name}.{extension}")));
        let mut launch = image.launch.clone();
        if let Some(path) = &record {
            for arg in &mut launch.runtime_args {
                let filled = arg
                    .to_string_lossy()
                    .replace(RECORD, &path.to_string_lossy());
                *arg = filled.into();
            }
        }
        let start = Start {
            process: image.process.clone(),
            launch,
            log: image.logs.join(format!("{}-{name}.log", image.variant)),
            record,
            unproved: self.is_once()
                && image.records != Some("trace")
                && !self.proved.load(Ordering::Relaxed),
        };
        let begins = Arc::clone(self);
        let (at_ready, at_end) = (Arc::clone(self), Arc::clone(self));
        let announced = start.record.clone();
        let started = worker::start(
            id,
            start,
            move || {
                if let Some(path) = announced {
                    begins.watcher.starts(&begins.image, &path);
                }
            },
            move |ready| match ready {
                Ok(worker) => at_ready.arrived(worker),
                Err(error) => {
                    let mut words = error.to_string();
                    if let Some(last) = error.failed_log().and_then(|log| log.tail.last()) {
                        words = format!("{words}: {last}");
                    }
                    at_ready.did_not_start(&words);
                }
            },
            move |ended| at_end.ended(ended),
        );
        if let Err(error) = started {
            self.did_not_start(&error.to_string());
        }
    }

    fn arrived(self: &Arc<Self>, worker: Arc<Worker>) {
        self.watcher.started(self, &worker);
        self.proved.store(true, Ordering::Relaxed);
        {
            let mut inner = self.inner();
            inner.starting -= 1;
            inner.slots.push(Slot {
                worker: Arc::clone(&worker),
                busy: 0,
                given: 0,
                idle_since: Instant::now(),
            });
            if inner.closed {
                retire(&mut inner, worker.id);
            }
        }
        self.hand_out();
    }

    fn did_not_start(self: &Arc<Self>, why: &str) {
        if self.is_open() {
            self.watcher.failed(self, why);
        }
        let mut inner = self.inner();
        inner.starting -= 1;
        failed(&mut inner, why);
        let broken = inner.failures >= FAILURES && inner.slots.is_empty();
        let waiting = match broken {
            true => std::mem::take(&mut inner.waiting),
            false => VecDeque::new(),
        };
        drop(inner);
        for hand in waiting {
            let _ = hand.send(Err(NoWorker::Failed(why.to_owned())));
        }
    }

    fn ended(self: &Arc<Self>, ended: Ended) {
        let failed_anew = !ended.asked && !ended.blamed;
        let (id, words) = (ended.id, ended.ending.to_string());
        // What it left is told first: a pool that is over has left all that it leaves.
        self.watcher.ended(self, ended);
        {
            let mut inner = self.inner();
            let before = inner.slots.len();
            inner.slots.retain(|slot| slot.worker.id != id);
            if before == inner.slots.len() {
                inner.ending = inner.ending.saturating_sub(1);
            }
            if failed_anew {
                failed(&mut inner, &words);
            }
        }
        self.grow(false);
    }
}
