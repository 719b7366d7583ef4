//! The loop that decides: for each function it gathers facts, asks [`decide`] and does the next step. It is one thread, and nothing in
//! it waits for a call, a build or a profile.

mod asked;
mod building;
mod documents;
mod elsewhere;
mod following;
mod images;
mod living;
mod managed;
mod pins;
mod profiles;
mod search;
mod sweeping;
mod switching;
mod trials;
mod waking;
mod watcher;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use serde_json::json;

use super::builder::{Builder, Done};
use super::collector::Collector;
use super::decide::{Decision, Facts, Step, decide};
use super::events::Events;
use super::fetcher::Fetcher;
use super::messages::Message;
use super::others::Others;
use super::registry::Registry;
use super::runnable::Tools;
use super::settler::Settler;
use crate::error::Result;
use crate::store::Store;
use living::Living;
use managed::{Managed, Patience, Switch, Then, is_tracing};

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
    /// Gets what is in the store.
    pub fetcher: Fetcher,
    /// Reads profiles.
    pub settler: Settler,
    /// The controllers that share the store; `None`: there are none.
    pub others: Option<Others>,
    /// Messages to this loop.
    pub messages: Sender<Message>,
    /// How many cores a function may use where its manifest says nothing.
    pub cores: usize,
    managed: BTreeMap<String, Managed>,
    /// When functions were removed.
    forgotten: BTreeMap<String, Instant>,
    /// The workers that live.
    living: Living,
    /// This controller ends soon.
    leaving: bool,
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
        fetcher: Fetcher,
        settler: Settler,
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
            fetcher,
            settler,
            others: None,
            messages,
            cores,
            managed: BTreeMap::new(),
            forgotten: BTreeMap::new(),
            living: Living::default(),
            leaving: false,
        }
    }

    /// Works until it is told to end.
    pub fn run(mut self, messages: &Receiver<Message>) {
        let all: Vec<String> = self.managed.keys().cloned().collect();
        for name in all {
            self.wake_if_wanted(&name);
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
            Message::Done(Done::Built(built)) => self.built(built),
            Message::Done(Done::Kept(name, failed)) => self.trace_kept(&name, failed),
            Message::Fetched(fetched) => self.fetched(fetched),
            Message::Heard(heard) => self.heard(heard),
            Message::Lapsed => self.lapsed(),
            Message::Leaving => self.hand_over(),
            Message::Traced(left) => self.traced(left),
            Message::Profile(told) => self.profile(told),
            Message::Settled(settled) => self.settled(settled),
            Message::Failed(name) => self.look_at(&name),
            // Whoever asked may have gone.
            Message::Sweep(asked) => _ = asked.reply.send(self.set_aside(&asked.removed)),
            Message::End(_) => {}
        }
    }

    fn tell(&self, function: &str, name: &str, message: &str, data: serde_json::Value) {
        self.events.tell(function, name, message, data);
    }

    fn look(&mut self) {
        let all: Vec<String> = self.managed.keys().cloned().collect();
        for name in all {
            self.look_at(&name);
        }
    }

    /// Gathers facts about `name`, decides, and does the step.
    fn look_at(&mut self, name: &str) {
        self.tidy(name);
        let Some(managed) = self.managed.get(name) else {
            return;
        };
        let now = managed.served.now.borrow().clone();
        if !managed.awake {
            // Another version that could not be loaded, while the last one serves, is tried again.
            if now.broken.is_some() {
                self.wake(name);
            }
            return;
        }
        if managed.switch.is_some() {
            self.go_on_switching(name);
            return;
        }
        if !managed.patience.is_over() {
            return;
        }
        if now.stable.as_ref().is_some_and(|pool| pool.is_broken()) && self.demote(name) {
            return;
        }
        if let Err(error) = self.step(name) {
            let message = format!("the next step waits: {error}");
            if let Some(managed) = self.managed.get_mut(name) {
                managed.patience.failed();
            }
            self.tell(name, "function.waits", &message, json!(null));
        } else if let Some(managed) = self.managed.get_mut(name) {
            managed.patience.worked();
        }
    }

    /// Closes what has had its time, and ends workers that are idle or gone.
    fn tidy(&mut self, name: &str) {
        let Some(managed) = self.managed.get_mut(name) else {
            return;
        };
        managed.leaving.retain(|(at, pool)| {
            if Instant::now() >= *at {
                pool.close();
            }
            !pool.is_over()
        });
        let now = managed.served.now.borrow().clone();
        for pool in now.pools() {
            pool.reap();
        }
    }

    fn step(&mut self, name: &str) -> Result<()> {
        self.catch_up(name)?;
        if !self.managed.get(name).is_some_and(|managed| managed.awake) {
            return Ok(());
        }
        self.arrange(name);
        self.leave_trial(name);
        let mut decision = self.decision(name);
        let step = decision.step.clone();
        if let Some(managed) = self.managed.get_mut(name) {
            let waits = managed.waits.take();
            let goes_on = matches!(
                step,
                Step::Build(_) | Step::BuildCandidate(_) | Step::Try(_)
            );
            managed.waits = waits.filter(|_| goes_on);
            if let Some(waits) = &managed.waits {
                decision.why.clone_from(waits);
            }
            let mut shown = managed
                .served
                .decision
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            *shown = Some(decision);
        }
        self.carry_out(name, step)?;
        self.let_go_if_done(name)
    }

    fn decision(&self, name: &str) -> Decision {
        let managed = &self.managed[name];
        let now = managed.served.now.borrow().clone();
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
            tracing: is_tracing(managed),
            profiling_broken: now.profiling.is_some_and(|pool| pool.is_broken()),
            optimized_ready: managed.state.optimized.as_ref().is_none_or(|optimized| {
                let image = managed.images.get(&optimized.variant);
                image.is_some_and(|_| managed.loaded.as_deref() == Some(optimized.id.as_str()))
            }),
            calls: managed.served.calls.load(Ordering::Relaxed),
            profiles: managed.profiles.len() as u64,
            unchanged: managed.read.unchanged,
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
            Step::Build(variant) => self.get_or_build(name, variant, None),
            Step::Freeze => self.freeze(name),
            Step::BuildCandidate(candidate) => {
                if self.others.is_none()
                    && let Ok(image) = self.load_optimized(name, &candidate)
                {
                    self.take_image(name, &candidate, image);
                    return Ok(());
                }
                self.get_or_build(name, candidate.variant, Some(&candidate))
            }
            Step::Try(candidate) => {
                if self.may_try(name)? {
                    self.begin_trial(name, candidate);
                }
                Ok(())
            }
            Step::Promote(verdict) => {
                self.promote(name, Some(verdict));
                Ok(())
            }
            Step::Drop(verdict) => self.drop_candidate(name, verdict),
        }
    }
}
