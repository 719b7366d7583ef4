//! Gates: which metrics of which comparisons may not get worse by more than a limit, and what came of it. Pure.
//!
//! A gate asks whether the candidate is worse by more than its limit, and answers from the interval of the change, not from its
//! middle: the whole interval within the limit passes, the whole interval beyond it is worse, anything else cannot be told (a
//! non-inferiority test; Schuirmann 1987, Piaggio et al. 2012 in JAMA 308). What fails is measured again before it counts, so the
//! chance that a candidate just at the limit is stopped by noise is 2.5 % squared for each metric.

mod outcome;
mod report;
mod scope;
#[cfg(test)]
mod tests;
mod unchecked;
mod waiver;

use crate::compare::{Comparison, Metric, Side};
use crate::units::Day;
use crate::variant::Variant;

pub use outcome::Outcome;
pub use report::{Check, GateReport, NoiseFloor, VERDICT_JSON};
pub use scope::{Saved, Scope};
pub use waiver::Waiver;

/// The rules of `[gate]`, decided.
#[derive(Clone, Debug, PartialEq)]
pub struct GatePlan {
    /// The gated metrics, each with the largest percentage by which it may be worse.
    pub limits: Vec<(Metric, f64)>,
    /// Whether the file names the gated metrics: one that is not measured is then missed.
    pub names_metrics: bool,
    /// Only these variants; empty: every candidate of the run.
    pub candidates: Vec<Variant>,
    /// Whether the command line says which variants take part: nobody misses the others.
    pub is_chosen: bool,
    /// The saved baseline that they are held against; otherwise each variant's own baseline of the same run.
    pub baseline: Option<String>,
    /// What may be worse for a while.
    pub waivers: Vec<Waiver>,
}

impl GatePlan {
    /// What is gated where the file does not say.
    pub const USUAL_METRICS: [Metric; 3] = [
        Metric::ThroughputRps,
        Metric::LatencyMsP90,
        Metric::ColdStartMs,
    ];

    /// The usual metrics with one limit, nothing waived.
    pub fn usual(limit: f64) -> Self {
        Self {
            limits: Self::USUAL_METRICS.map(|metric| (metric, limit)).to_vec(),
            names_metrics: false,
            candidates: Vec::new(),
            is_chosen: false,
            baseline: None,
            waivers: Vec::new(),
        }
    }

    /// By how many percent `metric` may be worse; `None` if it is not gated.
    pub fn limit(&self, metric: Metric) -> Option<f64> {
        self.limits
            .iter()
            .find(|(gated, _)| *gated == metric)
            .map(|(_, limit)| *limit)
    }

    /// Whether `side` is a candidate.
    pub fn concerns(&self, side: &Side) -> bool {
        let named = |variant| self.candidates.contains(&variant);
        self.candidates.is_empty() || side.variant().is_some_and(named)
    }

    /// Whether the rules say something about this comparison.
    pub fn covers(&self, comparison: &Comparison) -> bool {
        self.limit(comparison.metric).is_some() && self.concerns(&comparison.candidate)
    }

    /// Judges every comparison that the rules cover.
    pub fn judge(&self, comparisons: &[Comparison]) -> Vec<Check> {
        comparisons
            .iter()
            .filter(|comparison| self.covers(comparison))
            .filter_map(|comparison| {
                let limit = self.limit(comparison.metric)?;
                Some(Check::new(comparison, limit))
            })
            .collect()
    }

    /// Lets pass what a waiver covers on `today`; says where one has expired.
    pub fn waive(&self, checks: &mut [Check], today: Day) {
        for check in checks {
            if check.outcome == Outcome::Pass {
                continue;
            }
            let covers = |waiver: &&Waiver| {
                waiver.metric == check.metric
                    && waiver
                        .candidate
                        .is_none_or(|candidate| check.candidate == candidate)
            };
            // The longest one counts.
            match self.waivers.iter().filter(covers).max_by_key(|w| w.until) {
                Some(waiver) if waiver.until >= today => check.waive(waiver),
                Some(waiver) => check.say(format!("its waiver expired on {}", waiver.until)),
                None => {}
            }
        }
    }
}
