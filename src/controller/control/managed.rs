//! A function as the loop knows it.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::search::{Called, Search};
use crate::controller::decide::Can;
use crate::controller::image::Runnable;
use crate::controller::pool::Pool;
use crate::controller::served::Served;
use crate::controller::settings::Serving;
use crate::controller::state::{Stage, State};
use crate::controller::trial::Trial;
use crate::variant::Variant;

/// The pause after a step that failed; doubled after each one.
const PAUSE: Duration = Duration::from_millis(200);
/// The longest one.
const LONGEST: Duration = Duration::from_secs(60);

/// The document that a switch writes, from the one that holds then; `None` where that is not to be done any more.
pub(super) type Then = Box<dyn Fn(&State) -> Option<State> + Send>;

/// A switch to an image whose first workers get ready.
pub(super) struct Switch {
    pub(super) image: Runnable,
    pub(super) pool: Arc<Pool>,
    pub(super) workers: usize,
    /// What is written once they are, where the switch is a decision.
    pub(super) then: Option<Then>,
    /// It only follows what was decided about the version that serves.
    pub(super) follows: bool,
}

/// A function as the loop knows it.
pub(super) struct Managed {
    pub(super) served: Arc<Served>,
    pub(super) state: State,
    pub(super) serving: Arc<Serving>,
    pub(super) project: PathBuf,
    pub(super) can: Can,
    pub(super) images: BTreeMap<Variant, Runnable>,
    /// Which set of profiles made the optimized image in `images`.
    pub(super) loaded: Option<String>,
    pub(super) candidate: Option<Runnable>,
    pub(super) building: Option<Variant>,
    /// The version whose JAR is being gotten from the store.
    pub(super) preparing: Option<String>,
    /// An image that other controllers may have made.
    pub(super) search: Option<Search>,
    /// Whether this controller has the function's lease: nobody else builds its images or tries them.
    pub(super) leased: bool,
    /// When the lease was asked for last.
    pub(super) asked: Option<Instant>,
    /// What is waited for that another controller does.
    pub(super) waits: Option<String>,
    pub(super) called: Called,
    /// A trial that was interrupted here.
    pub(super) left_trial: Option<Trial>,
    pub(super) switch: Option<Switch>,
    /// Pools that take no calls any more, and when they are closed.
    pub(super) leaving: Vec<(Instant, Arc<Pool>)>,
    pub(super) counted: Option<Instant>,
    /// Keys of the profiles in the store that are new, in order.
    pub(super) profiles: Vec<String>,
    pub(super) read: Read,
    /// Traces that are being kept.
    pub(super) traces: u64,
    /// Something serves, or is about to.
    pub(super) awake: bool,
    /// Nothing is tried before, after something that failed; and how often that was in a row.
    pub(super) patience: Patience,
}

/// What the profiles say together, as far as they were read.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Read {
    /// How many of them the reader was told of.
    pub(super) told: usize,
    /// How many of the last ones changed nothing.
    pub(super) unchanged: u32,
}

/// Pauses that grow while something fails.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Patience {
    pub(super) until: Option<Instant>,
    pub(super) times: u32,
}

impl Patience {
    pub(super) fn is_over(self) -> bool {
        self.until.is_none_or(|until| Instant::now() >= until)
    }

    pub(super) fn failed(&mut self) {
        let pause = PAUSE.saturating_mul(1 << self.times.min(9)).min(LONGEST);
        self.times += 1;
        self.until = Some(Instant::now() + pause);
    }

    pub(super) fn worked(&mut self) {
        *self = Self::default();
    }
}

/// Whether tracing workers are there, or what they left is not kept yet.
pub(super) fn is_tracing(managed: &Managed) -> bool {
    let traces = |pool: &Arc<Pool>| pool.image.records == Some("trace");
    let serves = managed.served.now.borrow().stable.clone();
    managed.traces > 0
        || managed.leaving.iter().any(|(_, pool)| traces(pool))
        || (managed.state.stage > Stage::Trace && serves.as_ref().is_some_and(traces))
}
