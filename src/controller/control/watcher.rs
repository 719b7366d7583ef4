//! What hears of workers: events, profiles, trials.

use std::sync::mpsc::Sender;
use std::sync::{Arc, PoisonError};

use serde_json::json;

use crate::controller::collector::{Collector, Left};
use crate::controller::events::Events;
use crate::controller::messages::Message;
use crate::controller::pool::{Pool, Watcher};
use crate::controller::served::Served;
use crate::controller::trial::{Trial, TrialSide};
use crate::controller::worker::{Ended, Worker};

/// What hears of workers: events, profiles, trials.
#[derive(Debug)]
pub(super) struct Workers {
    pub(super) served: Arc<Served>,
    pub(super) version: String,
    pub(super) events: Arc<Events>,
    pub(super) collector: Collector,
    pub(super) messages: Sender<Message>,
    pub(super) side: Option<TrialSide>,
}

impl Watcher for Workers {
    fn started(&self, _: &Pool, worker: &Worker) {
        let milliseconds = worker.start.as_secs_f64() * 1000.0;
        if let (Some(side), Some(trial)) = (self.side, self.trial().as_mut()) {
            trial.started(side, milliseconds);
        }
    }

    fn ended(&self, pool: &Pool, ended: Ended) {
        if !ended.asked {
            let message = format!("a worker of {} {}", pool.image.variant, ended.ending);
            self.tell("worker.failed", &message);
            let _ = self
                .messages
                .send(Message::Failed(self.served.name.clone()));
        }
        let Some(profile) = ended.profile else { return };
        if ended.calls == 0 {
            // Nobody called it: there is nothing in it.
            let _ = std::fs::remove_file(&profile);
            return;
        }
        self.collector.take(Left {
            function: self.served.name.clone(),
            version: self.version.clone(),
            build: pool.image.build.clone(),
            variant: pool.image.variant,
            calls: Some(ended.calls),
            profile,
            ending: match ended.killed {
                true => "did not end after SIGTERM and was killed".to_owned(),
                false => ended.ending.to_string(),
            },
        });
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
