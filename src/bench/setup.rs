//! What is measured, and how, for one pass.

use super::plan::BenchPlan;
use super::subject::Subject;
use super::twins;
use crate::host::pinning::Pinning;
use crate::interrupt::Stop;
use crate::variant::Variant;

/// What is measured, and how.
pub(crate) struct Bench<'a> {
    pub(super) plan: &'a BenchPlan,
    pub(super) subjects: &'a [Subject],
    pub(super) pinning: Option<&'a Pinning>,
    pub(super) coins: twins::Coins,
    pub(super) stop: &'a Stop,
}

impl Bench<'_> {
    pub(super) fn subject(&self, variant: Variant) -> &Subject {
        self.subjects
            .iter()
            .find(|subject| subject.variant == variant)
            .expect("the order names only variants that are measured")
    }
}
