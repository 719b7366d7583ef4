//! What the stages of one command share.

use std::cell::Cell;
use std::path::PathBuf;

use super::image::Image;
use crate::error::{Error, Result};
use crate::event::{self, Event, Listener};
use crate::plan::Plan;
use crate::record::Record;
use crate::warning::Warning;
use crate::workdir::{Cache, Workdir};

/// What is reused of the products that are there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reuse {
    /// What is whole and was made from the same; the rest is made.
    #[default]
    WhereWhole,
    /// Nothing: everything is made anew.
    Never,
    /// Everything: whatever would have to be made is an error.
    Only,
}

/// What is shared by the stages of one command.
pub struct Pipeline<'a> {
    /// What was decided.
    pub plan: &'a Plan,
    /// Who hears what happens.
    pub listener: &'a dyn Listener,
    pub(super) reuse: Reuse,
    explains: bool,
    /// What became of each stage so far.
    pub record: Record,
    /// The project whose traced metadata its native images are built with.
    pub(super) traced_in: Workdir,
    pub(super) cache: Cache,
    pub(super) images: Vec<Image>,
    /// The store of products did not answer: it is asked no more.
    pub(super) store_is_away: Cell<bool>,
}

impl<'a> Pipeline<'a> {
    /// A pipeline that has done nothing yet; `record` keeps what it does.
    pub fn new(plan: &'a Plan, listener: &'a dyn Listener, record: Record) -> Self {
        Self {
            plan,
            listener,
            reuse: Reuse::default(),
            explains: false,
            record,
            traced_in: plan.workdir.clone(),
            cache: plan.workdir.cache(),
            images: Vec::new(),
            store_is_away: Cell::new(false),
        }
    }

    /// It with another rule of what is reused.
    #[must_use]
    pub fn reusing(self, reuse: Reuse) -> Self {
        Self { reuse, ..self }
    }

    /// It with the metadata that was traced in another project: revisions are built with what their project knows.
    #[must_use]
    pub fn traced_in(self, workdir: &Workdir) -> Self {
        let traced_in = workdir.clone();
        Self { traced_in, ..self }
    }

    /// It saying why each stage is reused or redone, if `explains`.
    #[must_use]
    pub fn explaining(self, explains: bool) -> Self {
        Self { explains, ..self }
    }

    /// Tells the user, and keeps it for the report; once.
    pub(super) fn warn(&mut self, warning: Warning) {
        let listener = self.listener;
        if let Some(warning) = self.record.warn(warning) {
            event::warn(listener, warning);
        }
    }

    /// Fails if `what` would have to be made and only reuse was asked for.
    pub(super) fn may_make(&self, what: &str, why: &str) -> Result<()> {
        if self.reuse != Reuse::Only {
            return Ok(());
        }
        Err(Error::new(
            crate::error::ErrorKind::Benchmark,
            format!("cannot measure: {what} is not up to date"),
        )
        .because(why.to_owned())
        .hint("`pgoctl build` makes it, `pgoctl run` does all of it"))
    }

    /// Where logs of this run go.
    pub(super) fn log(&self, name: &str) -> Result<PathBuf> {
        self.record.log(name)
    }

    /// Says why a stage is reused or redone, if that was asked for.
    pub(super) fn explain(&self, what: &str, why: &str) {
        self.listener.hear(Event::Explained {
            what: what.to_owned(),
            why: why.to_owned(),
            asked: self.explains,
        });
    }
}
