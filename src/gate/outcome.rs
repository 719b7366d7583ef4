//! What a gate says.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::compare::{Direction, Metric};
use crate::exit_code::ExitCode;
use crate::stats::Change;

/// What the interval of a change says about a limit, in the metric's direction.
///
/// A size without an interval is known exactly; whatever else has none cannot be told.
pub fn outcome(metric: Metric, change: &Change, limit: f64) -> Outcome {
    let (low, high) = match (change.low, change.high) {
        (Some(low), Some(high)) => (low, high),
        _ if metric == Metric::ImageSizeBytes => (change.percent, change.percent),
        _ => return Outcome::CannotTell,
    };
    // By how much it is worse, at least and at most.
    let (least, most) = match metric.direction() {
        Direction::Down => (low, high),
        Direction::Up => (-high, -low),
    };
    if most <= limit {
        Outcome::Pass
    } else if least > limit {
        Outcome::Worse
    } else {
        Outcome::CannotTell
    }
}

/// What a gate came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Outcome {
    /// Not worse than the limit allows.
    #[serde(rename = "pass")]
    Pass,
    /// Worse than that.
    #[serde(rename = "worse")]
    Worse,
    /// The interval does not say.
    #[serde(rename = "cannot tell")]
    CannotTell,
}

impl Outcome {
    /// The word in reports.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Worse => "worse",
            Self::CannotTell => "cannot tell",
        }
    }

    /// How the process ends.
    pub const fn exit_code(self) -> ExitCode {
        match self {
            Self::Pass => ExitCode::Done,
            Self::Worse => ExitCode::GateWorse,
            Self::CannotTell => ExitCode::GateUndecided,
        }
    }
}
