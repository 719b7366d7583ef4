//! How the profile of a variant settled while it was trained.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::profile::stability::Point;
use crate::variant::Variant;

/// One variant's training that was to go on until its profile is stable.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TrainingReport {
    /// Which variant.
    pub variant: Variant,
    /// How many runs in a row had to change nothing.
    pub stable_runs: u32,
    /// How many runs there could be.
    pub most_runs: u32,
    /// How many there were, those without a good profile included.
    pub runs: u32,
    /// Whether it ended because the profile was stable, and not because there could be no more runs.
    pub stable: bool,
    /// What each run changed.
    pub curve: Vec<Point>,
}

impl TrainingReport {
    /// The overlap of each run's sum with the sum before it, in percent, with the run's number.
    pub fn overlaps(&self) -> Vec<(u32, f64)> {
        let known = |point: &Point| Some((point.run, point.overlap? * 100.0));
        self.curve.iter().filter_map(known).collect()
    }

    /// For readers: `stable after 5 runs: overlap 98.1, 99.9, 100.0 %`.
    pub fn words(&self) -> String {
        let overlaps = self.overlaps();
        let last = overlaps.len().saturating_sub(self.stable_runs as usize + 1);
        let overlaps: Vec<String> = overlaps[last..]
            .iter()
            .map(|(_, overlap)| format!("{overlap:.1}"))
            .collect();
        let overlap = match overlaps.is_empty() {
            true => String::new(),
            false => format!(": overlap {} %", overlaps.join(", ")),
        };
        match self.stable {
            true => format!("stable after {} runs{overlap}", self.runs),
            false => format!("not stable after {} runs{overlap}", self.runs),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_the_curve_is_told() {
        let point = |(run, overlap)| Point {
            run,
            overlap,
            new: 0,
            heaviest_new: None,
        };
        let overlaps = [None, Some(0.7), Some(0.98), Some(0.995), Some(1.0)];
        let report = TrainingReport {
            variant: Variant::NativePgo,
            stable_runs: 2,
            most_runs: 10,
            runs: 5,
            stable: true,
            curve: (1..).zip(overlaps).map(point).collect(),
        };
        assert_eq!(
            report.words(),
            "stable after 5 runs: overlap 98.0, 99.5, 100.0 %"
        );
    }
}
