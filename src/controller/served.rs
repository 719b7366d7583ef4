//! A function in memory: what holds now, for calls to read, and what they left.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex};

use serde::Serialize;
use tokio::sync::watch;

use super::builds::Builds;
use super::counters::{Counters, Figures};
use super::decide::Decision;
use super::pool::{Counts, Pool};
use super::route::{Route, Router, Shares};
use super::settings::Serving;
use super::state::{Stage, State, Verdict};
use super::trial::{Trial, TrialSide};
use crate::identity::Identity;
use crate::variant::Variant;

/// What holds now. Clones share everything.
#[derive(Clone, Debug)]
pub struct Now {
    /// The newest document.
    pub state: Arc<State>,
    /// How it is served.
    pub serving: Arc<Serving>,
    /// The present image's workers; `None` until they are there.
    pub stable: Option<Arc<Pool>>,
    /// Workers that leave profiles.
    pub profiling: Option<Arc<Pool>>,
    /// Fresh workers of the present image, and those of the new one.
    pub trial: Option<[Arc<Pool>; 2]>,
    /// Workers of other images, for calls that ask for one.
    pub pins: Vec<Arc<Pool>>,
    /// The image whose profiles count now; `None`: none are gathered.
    pub counting: Option<Identity>,
    /// Calls are refused until there is a native image.
    pub disabled: bool,
    /// Why nothing serves, where it cannot be started.
    pub broken: Option<String>,
}

impl Now {
    /// Which shares are asked for.
    pub fn shares(&self) -> Shares {
        Shares {
            profiling: match self.profiling {
                Some(_) => self.serving.fraction,
                None => 0.0,
            },
            trial: match self.trial {
                Some(_) => self.serving.canary,
                None => 0.0,
            },
        }
    }

    /// All pools that calls could be given to.
    pub fn pools(&self) -> impl Iterator<Item = &Arc<Pool>> {
        let shared = self.stable.iter().chain(&self.profiling);
        shared.chain(self.trial.iter().flatten()).chain(&self.pins)
    }

    /// Whether a pool is shown: one for calls that ask for it only while it has workers.
    pub fn is_shown(&self, pool: &Arc<Pool>) -> bool {
        let counts = pool.counts();
        counts.workers + counts.starting > 0 || !self.pins.iter().any(|pin| Arc::ptr_eq(pin, pool))
    }

    /// Those that a call can ask for by their variant.
    pub fn pinnable(&self) -> impl Iterator<Item = &Arc<Pool>> {
        self.stable.iter().chain(&self.pins)
    }

    /// The pool of `route`; the present image's, where that one is not there, but for a call that asks for another one.
    pub fn pool(&self, route: Route) -> Option<(&Arc<Pool>, Route)> {
        let pool = match route {
            Route::Pinned(variant) => {
                let mut pools = self.pinnable();
                let pool = pools.find(|pool| pool.image.variant == variant)?;
                return Some((pool, route));
            }
            Route::Stable => None,
            Route::Profiling => self.profiling.as_ref(),
            Route::Baseline => self.trial.as_ref().map(|[baseline, _]| baseline),
            Route::Candidate => self.trial.as_ref().map(|[_, candidate]| candidate),
        };
        match pool {
            Some(pool) => Some((pool, route)),
            None => Some((self.stable.as_ref()?, Route::Stable)),
        }
    }
}

/// An installed function.
#[derive(Debug)]
pub struct Served {
    /// Its name.
    pub name: String,
    /// What holds now.
    pub now: watch::Sender<Now>,
    /// Counts its calls.
    pub router: Router,
    /// What they came to.
    pub counters: Counters,
    /// Calls answered since the stage began.
    pub calls: AtomicU64,
    /// What the trial that goes on has shown.
    pub trial: Mutex<Option<Trial>>,
    /// What was built of it here.
    pub builds: Builds,
    /// What was decided last.
    pub decision: Mutex<Option<Decision>>,
    /// Profiles of this version in the store, as far as is known.
    pub profiles: AtomicU64,
    /// Profiles that wait to be put there.
    pub pending: AtomicU64,
    /// Calls that were given to profiling workers.
    pub profiled: AtomicU64,
}

/// A function as `status` and the REST side show it.
#[derive(Debug, Serialize)]
pub struct Status {
    /// Its name.
    pub function: String,
    /// The number of its newest document.
    pub generation: u64,
    /// Digest over JAR and manifest.
    pub version: String,
    /// Where it stands.
    pub stage: Stage,
    /// What serves.
    pub variant: Option<Variant>,
    /// The identity of what serves.
    pub build: Option<String>,
    /// `serving`, `building`, `disabled`, `starting`.
    pub ready: &'static str,
    /// Profiles in the store against the threshold.
    pub profiles: Gathered,
    /// Calls since the stage began.
    pub stage_calls: u64,
    /// What was asked for and what came of it.
    pub shares: SharesShown,
    /// By variant.
    pub calls: BTreeMap<Variant, Figures>,
    /// By variant.
    pub workers: BTreeMap<Variant, Counts>,
    /// What the last trial came to.
    pub verdict: Option<Verdict>,
    /// Calls of both sides of the trial that goes on.
    pub trial_calls: Option<[u64; 2]>,
    /// Why it does not go on by itself.
    pub held: Option<String>,
    /// Nothing is decided.
    pub paused: bool,
    /// What is done or waited for next.
    pub next: String,
    /// What that was decided from.
    pub conditions: Vec<super::decide::Condition>,
}

/// Profiles against the threshold.
#[derive(Debug, Serialize)]
pub struct Gathered {
    /// In the store.
    pub stored: u64,
    /// Used up by an earlier image.
    pub used: u64,
    /// Waiting to be stored.
    pub pending: u64,
    /// How many new ones are needed.
    pub needed: u64,
    /// Calls that profiling workers got.
    pub calls: u64,
}

/// Shares asked for, in 0..1.
#[derive(Debug, Serialize)]
pub struct SharesShown {
    /// Of profiling workers.
    pub profiling: f64,
    /// Of a trial.
    pub trial: f64,
}

impl Served {
    /// A function of which nothing runs yet; logs of its builds are in `logs`.
    pub fn new(state: State, serving: Serving, logs: PathBuf) -> Self {
        let router = Router::new(serving.seed);
        let disabled = serving.disabled_while_building && state.stage < Stage::Native;
        let now = Now {
            state: Arc::new(state),
            serving: Arc::new(serving),
            stable: None,
            profiling: None,
            trial: None,
            pins: Vec::new(),
            counting: None,
            disabled,
            broken: None,
        };
        Self {
            name: now.state.function.clone(),
            now: watch::channel(now).0,
            router,
            counters: Counters::default(),
            calls: AtomicU64::new(0),
            trial: Mutex::new(None),
            builds: Builds::new(logs),
            decision: Mutex::new(None),
            profiles: AtomicU64::new(0),
            pending: AtomicU64::new(0),
            profiled: AtomicU64::new(0),
        }
    }

    /// Whether the side of a trial that `route` means waits for the other one.
    pub fn is_ahead(&self, route: Route) -> bool {
        let side = match route {
            Route::Baseline => TrialSide::Baseline,
            Route::Candidate => TrialSide::Candidate,
            Route::Stable | Route::Profiling | Route::Pinned(_) => return false,
        };
        let trial = self
            .trial
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        trial.as_ref().is_some_and(|trial| trial.is_ahead(side))
    }

    /// It as it is shown.
    pub fn status(&self) -> Status {
        use std::sync::PoisonError;
        use std::sync::atomic::Ordering::Relaxed;
        let now = self.now.borrow().clone();
        let state = &now.state;
        let decision = self.decision.lock().unwrap_or_else(PoisonError::into_inner);
        let trial = self.trial.lock().unwrap_or_else(PoisonError::into_inner);
        let mut workers: BTreeMap<Variant, Counts> = BTreeMap::new();
        for pool in now.pools().filter(|pool| now.is_shown(pool)) {
            let (counts, sum) = (
                pool.counts(),
                workers.entry(pool.image.variant).or_default(),
            );
            sum.workers += counts.workers;
            sum.starting += counts.starting;
            sum.busy += counts.busy;
            sum.waiting += counts.waiting;
        }
        let shares = now.shares();
        let image = now.stable.as_ref().map(|pool| &pool.image);
        Status {
            function: self.name.clone(),
            generation: state.generation,
            version: state.version.clone(),
            stage: state.stage,
            variant: image.map(|image| image.variant),
            build: image.map(|image| image.build.to_string()),
            ready: match (&now.stable, now.disabled) {
                (_, true) => "disabled",
                (Some(_), false) => "serving",
                (None, false) => "starting",
            },
            profiles: Gathered {
                stored: self.profiles.load(Relaxed),
                used: state.used.len() as u64,
                pending: self.pending.load(Relaxed),
                needed: now.serving.profiles,
                calls: self.profiled.load(Relaxed),
            },
            stage_calls: self.calls.load(Relaxed),
            shares: SharesShown {
                profiling: shares.profiling,
                trial: shares.trial,
            },
            calls: self.counters.figures(),
            workers,
            verdict: state.verdict.clone(),
            trial_calls: trial.as_ref().map(Trial::calls),
            held: state.held.clone(),
            paused: state.paused,
            next: decision
                .as_ref()
                .map_or_else(|| "not looked at yet".to_owned(), |it| it.why.clone()),
            conditions: decision
                .as_ref()
                .map(|it| it.conditions.clone())
                .unwrap_or_default(),
        }
    }
}
