//! Figures with their intervals.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The confidence of every interval.
pub const CONFIDENCE: f64 = 0.95;

/// A figure with its 95 % interval, where there is one.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Estimate {
    /// The figure.
    pub value: f64,
    /// Lower end of its 95 % interval; `null` if unknown.
    pub low: Option<f64>,
    /// Upper end.
    pub high: Option<f64>,
    /// How many measured values it comes from.
    pub n: u64,
}

impl Estimate {
    /// A figure that is known, not estimated: a size in bytes. `None` if it is not finite.
    pub fn exact(value: f64) -> Option<Self> {
        value.is_finite().then_some(Self {
            value,
            low: None,
            high: None,
            n: 1,
        })
    }
}
