//! What may be worse for a while.

use crate::compare::Metric;
use crate::units::Day;
use crate::variant::Variant;

/// Something that may be worse for a while.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiver {
    /// In what.
    pub metric: Metric,
    /// Of which variant; `None`: of every one.
    pub candidate: Option<Variant>,
    /// The last day (UTC) on which it holds.
    pub until: Day,
    /// Why.
    pub reason: String,
}
