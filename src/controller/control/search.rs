//! What is known of an image that other controllers may have made, and of a function's calls.

use std::time::{Duration, Instant};

use crate::controller::state::Optimized;
use crate::variant::Variant;

/// An image that is needed here.
#[derive(Debug)]
pub(super) struct Search {
    variant: Variant,
    /// The set of profiles that it is made of.
    id: Option<String>,
    /// Whether the lease was ours when it was looked for.
    pub(super) leased: bool,
    /// When it was not there; `None`: it is being looked for.
    pub(super) missing: Option<Instant>,
}

impl Search {
    /// One that begins.
    pub(super) fn begin(variant: Variant, set: Option<&Optimized>, leased: bool) -> Self {
        Self {
            variant,
            id: set.map(|set| set.id.clone()),
            leased,
            missing: None,
        }
    }

    /// Whether it is for that image.
    pub(super) fn is_for(&self, variant: Variant, set: Option<&Optimized>) -> bool {
        self.variant == variant && self.id.as_ref() == set.map(|set| &set.id)
    }
}

/// When a function was called last, as far as anybody looked.
#[derive(Debug, Default)]
pub(super) struct Called {
    calls: u64,
    at: Option<Instant>,
}

impl Called {
    /// There were so many calls by now: how long ago the last one was; `None`: there was none.
    pub(super) fn look(&mut self, calls: u64) -> Option<Duration> {
        if calls != self.calls {
            self.calls = calls;
            self.at = Some(Instant::now());
        }
        self.at.map(|at| at.elapsed())
    }
}
