//! Several controllers over one store: which of them are alive, which one works on a function, and what the others decided.
//!
//! ```text
//! replicas/<controller>/<n>.json   beats      who is alive: everybody looks, by a clock of their own
//! leases/<function>/<n>.json       lease      who builds a function's images and tries them; nothing where the holder is dead
//! changes/<n>.json                 changes    what was decided, about all functions in one row
//! ```
//!
//! Nothing of it decides about a function: that is what its numbered documents do. Where two work on one function all the same (one
//! was taken for dead and was asleep), the same image is made twice, and one of two decisions is written.

mod alive;
mod beats;
mod changes;
mod follower;
mod lease;

use std::collections::BTreeMap;
use std::path::Path;

use super::state::State;
use crate::error::Result;
use crate::store::Store;
use beats::Beats;
use lease::Lease;

pub use follower::{Follower, Heard};

/// Clears away what of all this has had its time: old entries of the row of decisions, and the leases of functions that are gone, as
/// `is_gone` says. Any controller may do it, several at a time too.
pub fn clear(store: &Store, is_gone: impl Fn(&str) -> Result<bool>) -> Result<()> {
    if let Some(now) = beats::clock(store)? {
        changes::clear(store, now)?;
    }
    for function in lease::functions(store)? {
        if is_gone(&function)? {
            lease::clear(store, &function)?;
        }
    }
    Ok(())
}

/// Who works on a function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Taken {
    /// This controller, by that document.
    Mine(u64),
    /// Another one.
    By(String),
}

/// The place in the row of decisions from which on this controller follows: asked for before the documents are read.
#[derive(Clone, Copy, Debug)]
pub struct Place(u64);

impl Place {
    /// Where the row ends now.
    pub fn now(store: &Store) -> Result<Self> {
        changes::end(store).map(Self)
    }
}

/// This controller among those that share its store.
#[derive(Debug)]
pub struct Others {
    store: Store,
    beats: Beats,
    follower: Follower,
}

impl Others {
    /// Joins them: says that this controller of `home` lives, and follows from `place` on, where `known` are the documents that were
    /// read since. `lapsed` hears that the others may have taken this one for dead, `heard` what they decide.
    pub fn join(
        home: &Path,
        store: Store,
        place: Place,
        known: &BTreeMap<String, u64>,
        lapsed: impl Fn() + Send + 'static,
        heard: impl Fn(Heard) + Send + 'static,
    ) -> Result<Self> {
        Ok(Self {
            beats: Beats::start(home, store.clone(), lapsed)?,
            follower: Follower::start(store.clone(), place.0, known.clone(), heard)?,
            store,
        })
    }

    /// Who hears of what others decide.
    pub fn follower(&self) -> &Follower {
        &self.follower
    }

    /// Takes the lease of `function` where nobody has it, or who had it is dead.
    pub fn take(&self, function: &str) -> Result<Taken> {
        let me = self.beats.name();
        let newest = Lease::newest(&self.store, function)?;
        if let Some(lease) = &newest
            && let Some(holder) = &lease.holder
        {
            if holder == me {
                return Ok(Taken::Mine(lease.generation));
            }
            if !self.beats.is_dead(holder)? {
                return Ok(Taken::By(holder.clone()));
            }
        }
        let mine = Lease::after(newest.as_ref(), function, Some(me));
        Ok(match mine.add(&self.store)? {
            true => Taken::Mine(mine.generation),
            false => Taken::By("another controller".to_owned()),
        })
    }

    /// Lets the lease of `function` go; one that somebody else took meanwhile is not touched.
    pub fn let_go(&self, function: &str) -> Result<()> {
        let newest = Lease::newest(&self.store, function)?;
        let is_mine = |lease: &Lease| lease.holder.as_deref() == Some(self.beats.name());
        match newest.filter(is_mine) {
            Some(lease) => {
                let next = Lease::after(Some(&lease), function, None);
                next.add(&self.store).map(|_| ())
            }
            None => Ok(()),
        }
    }

    /// This controller wrote that document.
    pub fn wrote(&self, state: &State) {
        self.follower.wrote(&state.function, state.generation);
    }

    /// Says that this controller is gone.
    pub fn end(&self) {
        self.beats.end();
    }
}

#[cfg(test)]
mod tests;
