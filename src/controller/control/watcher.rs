//! What hears of workers: events, profiles, trials.

use std::path::{Path, PathBuf};
use std::sync::mpsc::Sender;
use std::sync::{Arc, PoisonError};

use jiff::Timestamp;
use serde_json::json;

use super::living::Living;
use crate::controller::collector::{Collector, Left};
use crate::controller::events::Events;
use crate::controller::image::Runnable;
use crate::controller::messages::Message;
use crate::controller::pool::{Pool, Watcher};
use crate::controller::runnable::TraceLeft;
use crate::controller::served::Served;
use crate::controller::trial::{Trial, TrialSide};
use crate::controller::worker::{Ended, Worker};

/// What hears of workers: events, profiles, trials.
#[derive(Debug)]
pub(super) struct Workers {
    pub(super) served: Arc<Served>,
    pub(super) version: String,
    pub(super) project: PathBuf,
    pub(super) events: Arc<Events>,
    pub(super) collector: Collector,
    pub(super) messages: Sender<Message>,
    pub(super) living: Living,
    pub(super) side: Option<TrialSide>,
}

impl Watcher for Workers {
    fn starts(&self, image: &Runnable, record: &Path) {
        if image.records != Some("iprof") {
            return;
        }
        // Where it cannot be written, a death of ours would lose what the worker leaves, and nothing else would go wrong.
        let _ = self.left(image, record, 0, "was left alone").announce();
    }

    fn started(&self, _: &Pool, worker: &Worker) {
        self.living.is_born(worker.id);
        if let (Some(start), Some(side)) = (worker.start, self.side)
            && let Some(trial) = self.trial().as_mut()
        {
            trial.started(side, start.as_secs_f64() * 1000.0);
        }
    }

    fn ended(&self, pool: &Pool, ended: Ended) {
        self.living.is_gone(ended.id);
        if !ended.asked {
            let why = match (ended.hung, ended.out_of_memory) {
                (true, _) => "did not answer while it was idle, and was replaced".to_owned(),
                (_, true) => format!("{} for want of memory (`memory-mib`)", ended.ending),
                (false, false) => ended.ending.to_string(),
            };
            let message = format!("a worker of {} {why}", pool.image.variant);
            self.tell("worker.failed", &message);
            let _ = self
                .messages
                .send(Message::Failed(self.served.name.clone()));
        }
        if ended.asked && !ended.killed {
            // Only of one that failed somebody wants to read what it said.
            let _ = std::fs::remove_file(&ended.log);
        }
        let Some(record) = ended.record else { return };
        if pool.image.records == Some("trace") {
            let _ = self.messages.send(Message::Traced(TraceLeft {
                function: self.served.name.clone(),
                project: self.project.clone(),
                record,
                log: ended.log,
                calls: ended.calls,
            }));
            return;
        }
        let ending = match ended.killed {
            true => "did not end after SIGTERM and was killed".to_owned(),
            false => ended.ending.to_string(),
        };
        let left = self.left(&pool.image, &record, ended.calls, &ending);
        match ended.calls {
            // Nobody called it: there is nothing in it.
            0 => left.forget(),
            _ => self.collector.take(left),
        }
    }

    fn failed(&self, pool: &Pool, why: &str) {
        let message = format!("a worker of {} did not start: {why}", pool.image.variant);
        self.tell("worker.failed", &message);
        let _ = self
            .messages
            .send(Message::Failed(self.served.name.clone()));
    }
}

impl Workers {
    fn left(&self, image: &Runnable, record: &Path, calls: u64, ending: &str) -> Left {
        Left {
            function: self.served.name.clone(),
            version: self.version.clone(),
            build: image.build.clone(),
            variant: image.variant,
            calls,
            started: Timestamp::now(),
            profile: record.to_owned(),
            ending: ending.to_owned(),
        }
    }

    fn trial(&self) -> std::sync::MutexGuard<'_, Option<Trial>> {
        self.served
            .trial
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn tell(&self, name: &str, message: &str) {
        let function = &self.served.name;
        self.events.tell(function, name, message, json!(null));
    }
}
