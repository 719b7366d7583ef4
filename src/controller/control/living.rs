//! Which workers live: what they write is theirs.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The numbers of the workers that live.
#[derive(Clone, Debug, Default)]
pub(super) struct Living(Arc<Mutex<BTreeSet<u64>>>);

impl Living {
    /// A worker answers.
    pub(super) fn is_born(&self, worker: u64) {
        self.inner().insert(worker);
    }

    /// It has ended.
    pub(super) fn is_gone(&self, worker: u64) {
        self.inner().remove(&worker);
    }

    /// All of them.
    pub(super) fn numbers(&self) -> BTreeSet<u64> {
        self.inner().clone()
    }

    fn inner(&self) -> MutexGuard<'_, BTreeSet<u64>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
