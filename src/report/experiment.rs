//! What an experiment came to: how many profiles are enough. Data, and the rows that every format shows of it.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::compare::{Comparison, Side, seconds};
use crate::gate::{Check, Outcome};
use crate::variant::Variant;

/// What differs from image to image.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Over {
    /// How many profiles it was made with.
    Profiles,
    /// How many requests each training run had.
    Requests,
}

impl Over {
    /// `1 profile`, `100 requests`.
    pub fn words(self, count: u64) -> String {
        let noun = match self {
            Self::Profiles => "profile",
            Self::Requests => "request",
        };
        let plural = if count == 1 { "" } else { "s" };
        format!("{count} {noun}{plural}")
    }

    /// The plural alone.
    pub const fn noun(self) -> &'static str {
        match self {
            Self::Profiles => "profiles",
            Self::Requests => "requests in each run",
        }
    }
}

/// One image for each count, measured against each other and the baseline.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SweepReport {
    /// What differs.
    pub over: Over,
    /// What the images are.
    pub variant: Variant,
    /// What they are measured against besides each other.
    pub baseline: Variant,
    /// The counts, smallest first.
    pub cells: Vec<SweepCell>,
    /// The smallest count that is as good as the largest; `null` if only the largest is.
    pub smallest: Option<u64>,
    /// Every side against every other.
    pub comparisons: Vec<Comparison>,
}

/// One count.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SweepCell {
    /// How many.
    pub count: u64,
    /// The side whose image it is: that of a smaller count where both have the same merged profile.
    pub side: Side,
    /// How many good profiles there were.
    pub profiles: u64,
    /// SHA-256 of the merged profile.
    pub profile_sha256: String,
    /// How long the training of these profiles took, in seconds.
    pub training_seconds: f64,
    /// Whether it is as good as the largest count: throughput and P90 latency, each with its interval against the limit. Empty for
    /// the largest, and where the image is the same.
    pub against_largest: Vec<Check>,
    /// What these come to.
    pub as_good: Outcome,
}

impl SweepReport {
    /// What was found out, in a sentence.
    pub fn words(&self) -> String {
        let Some(largest) = self.cells.last() else {
            return String::new();
        };
        let smallest = self
            .cells
            .iter()
            .find(|cell| Some(cell.count) == self.smallest);
        let Some(smallest) = smallest else {
            return format!(
                "no count below {} is shown to be as good",
                self.over.words(largest.count)
            );
        };
        let how = match smallest.against_largest.is_empty() {
            true => "the image is the same".to_owned(),
            false => checks_in_words(&smallest.against_largest),
        };
        format!(
            "{} as good as {}: {how}; training took {} instead of {}",
            match smallest.count {
                1 => format!("{} is", self.over.words(1)),
                count => format!("{} are", self.over.words(count)),
            },
            largest.count,
            seconds(smallest.training_seconds),
            seconds(largest.training_seconds),
        )
    }
}

/// `throughput -0.4 % [-1.2, +0.5] (limit 3 %)`
pub fn checks_in_words(checks: &[Check]) -> String {
    let words = |check: &Check| format!("{} {}", check.metric.title(), check.change());
    let limits: BTreeMap<String, ()> = checks
        .iter()
        .map(|check| (format!("{} %", check.max_worse_percent), ()))
        .collect();
    let limits: Vec<String> = limits.into_keys().collect();
    format!(
        "{} (limit {})",
        checks.iter().map(words).collect::<Vec<_>>().join(", "),
        limits.join(" and ")
    )
}

/// The smallest count that is as good as the largest, as are all between them; `None` if the next below the largest is not.
pub fn smallest(cells: &[SweepCell]) -> Option<u64> {
    let (_, below) = cells.split_last()?;
    let from_above = below.iter().rev();
    let good = from_above.take_while(|cell| cell.as_good == Outcome::Pass);
    good.last().map(|cell| cell.count)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(count: u64, as_good: Outcome) -> SweepCell {
        SweepCell {
            count,
            side: Side::of_name(&Over::Profiles.words(count)),
            profiles: count,
            profile_sha256: String::new(),
            training_seconds: count as f64,
            against_largest: Vec::new(),
            as_good,
        }
    }

    #[test]
    fn the_smallest_count_that_passes_is_enough_and_the_largest_proves_nothing_by_itself() {
        use Outcome::{CannotTell, Pass, Worse};
        let of = |outcomes: [Outcome; 3]| {
            let counts = [1, 10, 100].into_iter().zip(outcomes);
            let cells: Vec<_> = counts
                .map(|(count, outcome)| cell(count, outcome))
                .collect();
            smallest(&cells)
        };
        assert_eq!(of([Worse, Pass, Pass]), Some(10));
        assert_eq!(of([CannotTell, CannotTell, Pass]), None);
        assert_eq!(of([Pass, Worse, Pass]), None, "one lucky pass is no proof");
    }

    #[test]
    fn what_was_found_out_is_a_sentence() {
        let mut report = SweepReport {
            over: Over::Profiles,
            variant: Variant::NativePgo,
            baseline: Variant::Native,
            cells: vec![cell(1, Outcome::Pass), cell(100, Outcome::Pass)],
            smallest: Some(1),
            comparisons: Vec::new(),
        };
        assert_eq!(
            report.words(),
            "1 profile is as good as 100: the image is the same; training took 1.0 s instead of 100.0 s"
        );
        report.smallest = None;
        assert_eq!(
            report.words(),
            "no count below 100 profiles is shown to be as good"
        );
    }
}
