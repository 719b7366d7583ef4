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

use super::builder::{Builder, Done};
use super::collector::Collector;
use super::decide::{Can, Decision, Facts, Step, decide};
use super::events::Events;
use super::image::Runnable;
use super::messages::Message;
use super::pool::Pool;
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
/// The longest pause after a step that failed.
const LONGEST_TICK: Duration = Duration::from_secs(60);
/// How often the store is asked how many profiles there are: other controllers put some there too.
const COUNTS: Duration = Duration::from_secs(5);
/// How long the last image's workers are kept after a switch: whoever goes back finds them warm.
const HOLD: Duration = Duration::from_secs(10);
/// The pause after the first failed build; doubled after each one.
const PAUSE: Duration = Duration::from_secs(30);
/// The longest one.
const LONGEST: Duration = Duration::from_secs(3600);

/// The document that a switch writes, from the one that holds then; `None` where that is not to be done any more.
type Then = Box<dyn Fn(&State) -> Option<State> + Send>;

/// A switch to an image whose first workers get ready.
struct Switch {
    image: Runnable,
    pool: Arc<Pool>,
    workers: usize,
    /// What is written once they are, where the switch is a decision.
    then: Option<Then>,
}

/// A function as the loop knows it.
struct Managed {
    served: Arc<Served>,
    state: State,
    serving: Arc<Serving>,
    project: PathBuf,
    can: Can,
    images: BTreeMap<Variant, Runnable>,
    /// Which set of profiles made the optimized image in `images`.
    loaded: Option<String>,
    candidate: Option<Runnable>,
    building: Option<Variant>,
    switch: Option<Switch>,
    /// Pools that take no calls any more, and when they are closed.
    leaving: Vec<(Instant, Arc<Pool>)>,
    counted: Option<Instant>,
    /// Keys of the profiles in the store that are new, in order.
    profiles: Vec<String>,
    /// Traces that are being kept.
    traces: u64,
    /// Something serves, or is about to.
    awake: bool,
    /// Nothing is tried before, after something that failed; and how often that was in a row.
    patience: Patience,
}

/// Pauses that grow while something fails.
#[derive(Clone, Copy, Debug, Default)]
struct Patience {
    until: Option<Instant>,
    times: u32,
}

impl Patience {
    fn is_over(self) -> bool {
        self.until.is_none_or(|until| Instant::now() >= until)
    }

    fn failed(&mut self) {
        let pause = TICK
            .saturating_mul(1 << self.times.min(9))
            .min(LONGEST_TICK);
        self.times += 1;
        self.until = Some(Instant::now() + pause);
    }

    fn worked(&mut self) {
        *self = Self::default();
    }
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
            Message::Done(Done::Built(built)) => self.built(built),
            Message::Done(Done::Kept(name, failed)) => self.trace_kept(&name, failed),
            Message::Traced(left) => self.traced(left),
            Message::Profile(told) => self.profile(told),
            Message::Failed(name) => self.look_at(&name),
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

    /// Loads what serves `name`, so that its first call can be answered.
    fn wake(&mut self, name: &str) {
        let Some(managed) = self.managed.get_mut(name) else {
            return;
        };
        if managed.awake || !managed.patience.is_over() {
            return;
        }
        managed.awake = true;
        let loaded = self.load(name);
        let Some(managed) = self.managed.get_mut(name) else {
            return;
        };
        match loaded {
            Ok(()) => {
                managed.patience.worked();
                self.publish(name, |now| now.broken = None);
                self.look_at(name);
            }
            Err(error) => {
                managed.awake = false;
                managed.patience.failed();
                let why = error.to_string();
                let message = format!("`{name}` cannot be started: {why}");
                self.tell(name, "function.broken", &message, json!(null));
                self.publish(name, |now| now.broken = Some(why));
            }
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
        let pools = now.stable.iter().chain(&now.profiling);
        for pool in pools.chain(now.trial.iter().flatten()) {
            pool.reap();
        }
    }

    fn step(&mut self, name: &str) -> Result<()> {
        self.catch_up(name)?;
        if !self.managed.get(name).is_some_and(|managed| managed.awake) {
            return Ok(());
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
        self.carry_out(name, step)
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
                    self.take_image(name, &candidate, image);
                    return Ok(());
                }
                self.build(name, candidate.variant, Some(&candidate));
                Ok(())
            }
            Step::Try(candidate) => {
                self.begin_trial(name, candidate);
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

/// Whether tracing workers are there, or what they left is not kept yet.
fn is_tracing(managed: &Managed) -> bool {
    let traces = |pool: &Arc<Pool>| pool.image.records == Some("trace");
    managed.traces > 0 || managed.leaving.iter().any(|(_, pool)| traces(pool))
}
