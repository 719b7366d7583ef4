//! What is measured, and how, for one pass.

use super::aa;
use super::plan::BenchPlan;
use super::subject::Subject;
use crate::compare::Side;
use crate::host::pinning::Pinning;
use crate::interrupt::Stop;

/// What is measured, and how.
pub(crate) struct Bench<'a> {
    pub(super) plan: &'a BenchPlan,
    pub(super) subjects: &'a [Subject],
    pub(super) pinning: Option<&'a Pinning>,
    pub(super) split: aa::Split,
    pub(super) stop: &'a Stop,
}

impl Bench<'_> {
    pub(super) fn subject(&self, side: &Side) -> &Subject {
        self.subjects
            .iter()
            .find(|subject| subject.side == *side)
            .expect("the order names only sides that are measured")
    }
}
