//! Images that other controllers make: gotten from the store they share; made here where nobody has made them and nobody does.
//!
//! Who builds, and who tries an image, has the function's lease. It is let go once neither goes on.

use std::time::{Duration, Instant};

use serde_json::json;

use super::search::Search;
use super::{Control, is_tracing};
use crate::controller::fetcher::{Fetched, Wanted};
use crate::controller::image::Runnable;
use crate::controller::others::Taken;
use crate::controller::state::Optimized;
use crate::error::Result;
use crate::variant::Variant;

/// How often it is looked again for an image that another controller makes.
pub(super) const AGAIN: Duration = Duration::from_secs(3);
/// How often it is asked whether another controller still tries an image: a trial may take days.
const TRIES: Duration = Duration::from_secs(20);
/// Only who was called so short a time ago tries an image.
const CALLED: Duration = Duration::from_secs(10);
/// Who tries one and was not called for so long leaves it to others.
const UNCALLED: Duration = Duration::from_secs(600);

impl Control {
    /// Gets an image that some controller has made, or builds it.
    pub(super) fn get_or_build(
        &mut self,
        name: &str,
        variant: Variant,
        set: Option<&Optimized>,
    ) -> Result<()> {
        if self.others.is_none() {
            self.build(name, variant, set);
            return Ok(());
        }
        let managed = &self.managed[name];
        if is_tracing(managed) {
            return Ok(());
        }
        let search = managed.search.as_ref();
        let Some(search) = search.filter(|search| search.is_for(variant, set)) else {
            self.look_for(name, variant, set);
            return Ok(());
        };
        let Some(since) = search.missing else {
            return Ok(());
        };
        if search.leased && managed.leased {
            self.build(name, variant, set);
            return Ok(());
        }
        // Only who can begin at once takes the lease: another may be free.
        let is_busy = self.managed.values().any(|it| it.building.is_some());
        let done = format!("{variant} is made");
        let may_build = !self.leaving && !is_busy && self.take_lease(name, AGAIN, &done)?;
        // With the lease it is looked for once more: it may have been made meanwhile.
        if may_build || since.elapsed() >= AGAIN {
            self.look_for(name, variant, set);
        }
        Ok(())
    }

    fn look_for(&mut self, name: &str, variant: Variant, set: Option<&Optimized>) {
        let Some(managed) = self.managed.get_mut(name) else {
            return;
        };
        managed.search = Some(Search::begin(variant, set, managed.leased));
        self.fetcher.image(Wanted {
            function: name.to_owned(),
            version: managed.state.version.clone(),
            project: managed.project.clone(),
            variant,
            set: set.cloned(),
            decides: managed.leased,
        });
    }

    /// Takes the lease of `name`, if nobody has it; that is asked `every` so often. What is `done` by who has it is said to whoever
    /// wants to know what this one waits for.
    pub(super) fn take_lease(&mut self, name: &str, every: Duration, done: &str) -> Result<bool> {
        let Some(others) = &self.others else {
            return Ok(true);
        };
        let Some(managed) = self.managed.get_mut(name) else {
            return Ok(false);
        };
        if managed.leased || managed.asked.is_some_and(|at| at.elapsed() < every) {
            return Ok(managed.leased);
        }
        managed.asked = Some(Instant::now());
        managed.waits = match others.take(name)? {
            Taken::Mine(_) => {
                managed.leased = true;
                None
            }
            Taken::By(holder) => Some(format!("{done} by {holder}")),
        };
        Ok(managed.leased)
    }

    /// Lets the lease go once nothing is traced, built or tried any more.
    pub(super) fn let_go_if_done(&mut self, name: &str) -> Result<()> {
        let Some(managed) = self.managed.get(name).filter(|managed| managed.leased) else {
            return Ok(());
        };
        let tries = managed.served.now.borrow().trial.is_some();
        let looks = managed
            .search
            .as_ref()
            .is_some_and(|search| search.missing.is_none());
        let goes_on = managed.building.is_some() || managed.switch.is_some();
        match goes_on || tries || looks || is_tracing(managed) {
            true => Ok(()),
            false => self.let_go(name),
        }
    }

    pub(super) fn let_go(&mut self, name: &str) -> Result<()> {
        if let (Some(others), Some(managed)) = (&self.others, self.managed.get_mut(name))
            && managed.leased
        {
            others.let_go(name)?;
            managed.leased = false;
        }
        Ok(())
    }

    /// What the fetcher has found.
    pub(super) fn fetched(&mut self, fetched: Fetched) {
        match fetched {
            Fetched::Project {
                function,
                version,
                failed,
            } => self.project_fetched(&function, &version, failed),
            Fetched::Image {
                wanted,
                took,
                found,
            } => self.image_fetched(&wanted, took, found),
        }
    }

    fn image_fetched(
        &mut self,
        wanted: &Wanted,
        took: Duration,
        found: std::result::Result<Option<Box<Runnable>>, String>,
    ) {
        let name = &wanted.function;
        let variant = wanted.variant;
        let Some(managed) = self.managed.get_mut(name) else {
            return;
        };
        let is_it = |search: &Search| search.is_for(variant, wanted.set.as_ref());
        let is_wanted = managed.search.as_ref().is_some_and(is_it);
        if managed.state.version != wanted.version || !is_wanted {
            return;
        }
        match found {
            Ok(Some(image)) => {
                managed.search = None;
                managed.waits = None;
                let seconds = took.as_secs_f64();
                let message = format!("{variant} was made already, and gotten in {seconds:.1} s");
                let data = json!({ "variant": variant, "seconds": seconds, "build": image.build });
                self.tell(name, "image.fetched", &message, data);
                self.take_built(name, variant, *image);
            }
            Ok(None) => {
                if let Some(search) = &mut managed.search {
                    search.missing = Some(Instant::now());
                }
            }
            Err(why) => {
                managed.search = None;
                managed.patience.failed();
                let message = format!("{variant} cannot be looked for: {why}");
                self.tell(name, "function.waits", &message, json!(null));
            }
        }
        self.look_at(name);
    }

    /// Whether this controller is the one that tries the new image of `name`.
    pub(super) fn may_try(&mut self, name: &str) -> Result<bool> {
        if self.others.is_none() {
            return Ok(true);
        }
        if self.leaving {
            return Ok(false);
        }
        let Some(managed) = self.managed.get_mut(name) else {
            return Ok(false);
        };
        let calls = managed.served.router.calls();
        let called = managed.called.look(calls);
        if called.is_none_or(|ago| ago >= CALLED) {
            let why = "a new image is there, and who is called tries it: nobody calls here";
            managed.waits = Some(why.to_owned());
            return Ok(false);
        }
        self.take_lease(name, TRIES, "the new image is tried")
    }

    /// Leaves a trial to other controllers where nobody calls this one.
    pub(super) fn leave_trial(&mut self, name: &str) {
        if self.others.is_none() {
            return;
        }
        let Some(managed) = self.managed.get_mut(name) else {
            return;
        };
        let calls = managed.served.router.calls();
        let called = managed.called.look(calls);
        let tries = managed.served.now.borrow().trial.is_some();
        if tries && (self.leaving || called.is_none_or(|ago| ago >= UNCALLED)) {
            self.interrupt_trial(name);
            let message = "the trial is left to whoever is called";
            self.tell(name, "trial.left", message, json!(null));
        }
    }

    /// Others may have taken this controller for dead: what it had may be theirs.
    pub(super) fn lapsed(&mut self) {
        let held: Vec<String> = self
            .managed
            .iter()
            .filter(|(_, managed)| managed.leased)
            .map(|(name, _)| name.clone())
            .collect();
        for name in held {
            if let Some(managed) = self.managed.get_mut(&name) {
                managed.leased = false;
            }
            let is_ours = self.take_lease(&name, Duration::ZERO, "it is worked on");
            if !is_ours.unwrap_or(false) {
                self.interrupt_trial(&name);
            }
        }
    }

    /// Begins nothing any more that others could do, and lets go of what they could go on with.
    pub(super) fn hand_over(&mut self) {
        self.leaving = true;
        let names: Vec<String> = self.managed.keys().cloned().collect();
        for name in names {
            self.leave_trial(&name);
            // One that cannot be let go is free once this controller is gone.
            let _ = self.let_go(&name);
        }
    }
}
