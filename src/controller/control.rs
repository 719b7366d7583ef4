//! The loop that decides: for each function it gathers facts, asks [`decide`] and does the next step. It is one thread, and nothing in
//! it waits for a call, a build or a profile.

mod asked;
mod building;
mod documents;
mod images;
mod profiles;
mod switching;
mod trials;
mod watcher;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use serde_json::json;

use super::builder::Builder;
use super::collector::Collector;
use super::decide::{Can, Decision, Facts, Step, decide};
use super::events::Events;
use super::messages::Message;
use super::pool::{Pool, Runnable};
use super::registry::Registry;
use super::runnable::Tools;
use super::served::Served;
use super::settings::Serving;
use super::state::State;
use crate::error::Result;
use crate::store::Store;
use crate::variant::Variant;

/// How often everything is looked at, whatever is told.
const TICK: Duration = Duration::from_millis(200);
/// How often the store is asked how many profiles there are: other controllers put some there too.
const COUNTS: Duration = Duration::from_secs(5);
/// How long the last image's workers are kept after a switch: whoever goes back finds them warm.
const HOLD: Duration = Duration::from_secs(10);
/// The pause after the first failed build; doubled after each one.
const PAUSE: Duration = Duration::from_secs(30);
/// The longest one.
const LONGEST: Duration = Duration::from_secs(3600);

/// A switch to an image whose first workers get ready.
#[derive(Debug)]
struct Switch {
    pool: Arc<Pool>,
    workers: usize,
    /// The document that is written once they are, where the switch is a decision.
    then: Option<State>,
}

/// A function as the loop knows it.
struct Managed {
    served: Arc<Served>,
    state: State,
    serving: Arc<Serving>,
    project: PathBuf,
    can: Can,
    images: BTreeMap<Variant, Runnable>,
    candidate: Option<Runnable>,
    building: Option<Variant>,
    switch: Option<Switch>,
    /// Pools that take no calls any more, and when they are closed.
    leaving: Vec<(Instant, Arc<Pool>)>,
    counted: Option<Instant>,
    /// Something serves, or is about to.
    awake: bool,
}

/// The loop.
pub struct Control {
    /// Functions by name, as calls find them.
    pub registry: Arc<Registry>,
    /// What happened.
    pub events: Arc<Events>,
    /// The documents and profiles.
    pub store: Store,
    /// How images are found.
    pub tools: Tools,
    /// Puts profiles into the store.
    pub collector: Collector,
    /// Builds.
    pub builder: Builder,
    /// Messages to this loop.
    pub messages: Sender<Message>,
    /// How many cores a function may use where its manifest says nothing.
    pub cores: usize,
    managed: BTreeMap<String, Managed>,
}

impl Control {
    /// A loop that knows no function yet.
    #[expect(
        clippy::too_many_arguments,
        reason = "each is a part of its own, put together once"
    )]
    pub fn new(
        registry: Arc<Registry>,
        events: Arc<Events>,
        store: Store,
        tools: Tools,
        collector: Collector,
        builder: Builder,
        messages: Sender<Message>,
        cores: usize,
    ) -> Self {
        Self {
            registry,
            events,
            store,
            tools,
            collector,
            builder,
            messages,
            cores,
            managed: BTreeMap::new(),
        }
    }

    /// Works until it is told to end.
    pub fn run(mut self, messages: &Receiver<Message>) {
        let wanted: Vec<String> = self
            .managed
            .iter()
            .filter(|(_, it)| it.serving.min_workers > 0 || it.state.candidate.is_some())
            .map(|(name, _)| name.clone())
            .collect();
        for name in wanted {
            self.wake(&name);
        }
        let mut looked = Instant::now();
        loop {
            match messages.recv_timeout(TICK) {
                Ok(Message::End(reply)) => {
                    self.end();
                    let _ = reply.send(());
                    return;
                }
                Ok(message) => self.hear(message),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return,
            }
            if looked.elapsed() >= TICK {
                self.look();
                looked = Instant::now();
            }
        }
    }

    fn hear(&mut self, message: Message) {
        match message {
            Message::Asked(asked) => {
                let answer = self.answer(&asked);
                let _ = asked.reply.send(answer);
                self.look_at(&asked.function);
            }
            Message::Wake(name) => self.wake(&name),
            Message::Built(built) => self.built(built),
            Message::Profile(told) => self.profile(told),
            Message::Failed(name) => self.look_at(&name),
            Message::End(_) => {}
        }
    }

    fn tell(&self, function: &str, name: &str, message: &str, data: serde_json::Value) {
        self.events.tell(function, name, message, data);
    }

    fn look(&mut self) {
        let awake: Vec<String> = self
            .managed
            .iter()
            .filter(|(_, it)| it.awake)
            .map(|(name, _)| name.clone())
            .collect();
        for name in awake {
            self.look_at(&name);
        }
    }

    /// Loads what serves `name`, so that its first call can be answered.
    fn wake(&mut self, name: &str) {
        let Some(managed) = self.managed.get_mut(name) else {
            return;
        };
        if managed.awake {
            return;
        }
        managed.awake = true;
        if let Err(error) = self.load(name) {
            let message = format!("`{name}` cannot be started: {error}");
            self.tell(name, "function.broken", &message, json!(null));
            if let Some(managed) = self.managed.get_mut(name) {
                managed.awake = false;
            }
            return;
        }
        self.look_at(name);
    }

    /// Gathers facts about `name`, decides, and does the step.
    fn look_at(&mut self, name: &str) {
        self.count_profiles(name);
        let Some(managed) = self.managed.get_mut(name) else {
            return;
        };
        if !managed.awake {
            return;
        }
        managed.leaving.retain(|(at, pool)| {
            if Instant::now() >= *at {
                pool.close();
            }
            !pool.is_over()
        });
        let now = managed.served.now.borrow().clone();
        for pool in now
            .stable
            .iter()
            .chain(&now.profiling)
            .chain(now.trial.iter().flatten())
        {
            pool.reap();
        }
        if managed.switch.is_some() {
            self.go_on_switching(name);
            return;
        }
        if let Some(pool) = &now.stable
            && pool.is_broken()
        {
            self.demote(name);
            return;
        }
        self.arrange(name);
        let decision = self.decision(name);
        let step = decision.step.clone();
        if let Some(managed) = self.managed.get(name) {
            let mut shown = managed
                .served
                .decision
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            *shown = Some(decision);
        }
        if let Err(error) = self.carry_out(name, step) {
            let message = format!("the next step waits: {error}");
            let again = self
                .managed
                .get(name)
                .is_some_and(|managed| waits(managed, &message));
            if !again {
                self.tell(name, "function.waits", &message, json!(null));
            }
        }
    }

    fn decision(&self, name: &str) -> Decision {
        let managed = &self.managed[name];
        let trial = managed
            .served
            .trial
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let facts = Facts {
            can: managed.can,
            ready: managed.images.keys().copied().collect::<BTreeSet<_>>(),
            candidate_ready: managed.candidate.is_some(),
            building: managed.building,
            calls: managed.served.calls.load(Ordering::Relaxed),
            profiles: managed.served.profiles.load(Ordering::Relaxed),
            trial: trial.is_some(),
            verdict: trial.as_ref().and_then(|trial| trial.verdict().cloned()),
            now: Timestamp::now(),
        };
        decide(&managed.state, &managed.serving, &facts)
    }

    fn carry_out(&mut self, name: &str, step: Step) -> Result<()> {
        match step {
            Step::Wait => Ok(()),
            Step::Advance(stage) => self.advance(name, stage),
            Step::Build(variant) => {
                self.build(name, variant, None);
                Ok(())
            }
            Step::Freeze => self.freeze(name),
            Step::BuildCandidate(candidate) => {
                if let Ok(image) = self.load_optimized(name, &candidate) {
                    if let Some(managed) = self.managed.get_mut(name) {
                        managed.candidate = Some(image);
                    }
                    return Ok(());
                }
                self.build(name, candidate.variant, Some(&candidate));
                Ok(())
            }
            Step::Try(candidate) => {
                self.begin_trial(name, candidate);
                Ok(())
            }
            Step::Promote(verdict) => self.promote(name, Some(verdict)),
            Step::Drop(verdict) => self.drop_candidate(name, verdict),
        }
    }
}

/// Whether that is what it waits for already; remembered otherwise.
fn waits(managed: &Managed, message: &str) -> bool {
    let mut decision = managed
        .served
        .decision
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    match decision.as_mut() {
        Some(decision) if decision.why == message => true,
        Some(decision) => {
            decision.why = message.to_owned();
            false
        }
        None => false,
    }
}
