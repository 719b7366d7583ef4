//! Metrics, which way is better, and what a change with its interval means. Pure.

mod metric;
pub mod side;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::stats::Change;

pub use metric::{Direction, IntervalOf, Metric, estimate, seconds, value};
pub use side::{Pair, Side};

/// What a change means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Verdict {
    /// The whole interval is on the good side of zero.
    #[serde(rename = "better")]
    Better,
    /// The whole interval is on the bad side of zero.
    #[serde(rename = "worse")]
    Worse,
    /// The interval includes zero and is within the threshold: any difference is smaller than what matters.
    #[serde(rename = "no difference shown")]
    NoDifferenceShown,
    /// The interval includes zero and more than the threshold, or there is none.
    #[serde(rename = "cannot tell")]
    CannotTell,
}

impl Verdict {
    /// The words in reports.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Better => "better",
            Self::Worse => "worse",
            Self::NoDifferenceShown => "no difference shown",
            Self::CannotTell => "cannot tell",
        }
    }
}

/// Judges `change` of `metric`; a change of less than `threshold_percent` does not matter.
pub fn judge(metric: Metric, change: &Change, threshold_percent: f64) -> Verdict {
    let (Some(low), Some(high)) = (change.low, change.high) else {
        return Verdict::CannotTell;
    };
    match metric.direction() {
        _ if low <= 0.0 && high >= 0.0 => {
            let within = low >= -threshold_percent && high <= threshold_percent;
            if within {
                Verdict::NoDifferenceShown
            } else {
                Verdict::CannotTell
            }
        }
        Direction::Up if low > 0.0 => Verdict::Better,
        Direction::Down if high < 0.0 => Verdict::Better,
        Direction::Up | Direction::Down => Verdict::Worse,
    }
}

/// A candidate against its baseline in one metric.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Comparison {
    /// One side.
    pub baseline: Side,
    /// The saved baseline that it is of; absent if it was measured in the same run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub saved_baseline: Option<String>,
    /// The other.
    pub candidate: Side,
    /// In what.
    pub metric: Metric,
    /// By how much the candidate differs, in percent of the baseline.
    pub change_percent: f64,
    /// Lower end of the 95 % interval of that; `null` where there is none.
    pub low: Option<f64>,
    /// Upper end.
    pub high: Option<f64>,
    /// What that means; `null` where there is no interval to judge by.
    pub verdict: Option<Verdict>,
}

impl Comparison {
    /// What the candidate is held against, in words.
    pub fn against(&self) -> String {
        match &self.saved_baseline {
            Some(name) => format!("{name} (saved)"),
            None if self.baseline == self.candidate => "itself".to_owned(),
            None => self.baseline.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(metric: Metric, low: f64, high: f64) -> Verdict {
        judge(
            metric,
            &Change {
                percent: f64::midpoint(low, high),
                low: Some(low),
                high: Some(high),
            },
            3.0,
        )
    }

    #[test]
    fn directions_belong_to_metrics() {
        assert_eq!(verdict(Metric::ThroughputRps, 2.0, 8.0), Verdict::Better);
        assert_eq!(verdict(Metric::LatencyMsP90, 2.0, 8.0), Verdict::Worse);
        assert_eq!(verdict(Metric::ThroughputRps, -8.0, -2.0), Verdict::Worse);
        assert_eq!(verdict(Metric::ColdStartMs, -8.0, -2.0), Verdict::Better);
    }

    #[test]
    fn worse_has_a_size_in_each_direction() {
        let halved = 2.0_f64.ln();
        assert!((Metric::ThroughputRps.worse_percent(halved) - 50.0).abs() < 1e-9);
        assert!((Metric::LatencyMsP50.worse_percent(halved) - 100.0).abs() < 1e-9);
        for metric in [Metric::ThroughputRps, Metric::LatencyMsP50] {
            assert!((metric.worse_percent(metric.worse_log(3.0)) - 3.0).abs() < 1e-9);
        }
    }

    #[test]
    fn no_difference_is_a_result_and_not_knowing_is_another() {
        assert_eq!(
            verdict(Metric::ThroughputRps, -1.0, 2.0),
            Verdict::NoDifferenceShown
        );
        assert_eq!(
            verdict(Metric::ThroughputRps, -1.0, 20.0),
            Verdict::CannotTell
        );
        let unknown = Change {
            percent: 50.0,
            low: None,
            high: None,
        };
        assert_eq!(
            judge(Metric::ThroughputRps, &unknown, 3.0),
            Verdict::CannotTell
        );
    }

    #[test]
    fn names_in_json_are_the_contracts() {
        for &metric in Metric::ALL {
            assert_eq!(
                serde_json::to_value(metric).expect("it is a word"),
                metric.name()
            );
        }
        for verdict in [
            Verdict::Better,
            Verdict::Worse,
            Verdict::NoDifferenceShown,
            Verdict::CannotTell,
        ] {
            assert_eq!(
                serde_json::to_value(verdict).expect("it is a word"),
                verdict.word()
            );
        }
    }
}
