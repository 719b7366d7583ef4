//! What the thesis's evaluation came to on this machine: its figures with the published numbers beside ours. Data; `rows` has its
//! tables, `html` its page.

mod rows;

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::cross::Foretold;
use crate::compare::{Comparison, Metric};
use crate::host::Host;
use crate::stats::Estimate;
use crate::variant::Variant;
use crate::warning::Warning;

/// The evaluation so far; rewritten after every row that is measured.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EvaluateReport {
    /// 1.
    pub schema_version: u32,
    /// When it began, RFC 3339 in UTC.
    pub started: String,
    /// When it ended; `null` while it goes on, or if it was killed.
    pub finished: Option<String>,
    /// The machine.
    pub host: Host,
    /// What the candidate is measured against.
    pub baseline: Variant,
    /// The candidate.
    pub variant: Variant,
    /// The functions, in order.
    pub functions: Vec<String>,
    /// How many profiles the images of the figures over profiles are made with.
    pub profiles: Vec<u64>,
    /// Rounds of each image.
    pub rounds: u32,
    /// Measured requests in each round.
    pub requests: u64,
    /// Cold starts of each image.
    pub cold_starts: u32,
    /// The figures, in the thesis's order.
    pub figures: Vec<Figure>,
    /// How many profiles are enough, function by function; of those that were measured.
    pub enough: Vec<Enough>,
    /// Whether the profiles' overlap foretold what they brought; `null` until every function was measured with every profile.
    pub foretold: Option<Foretold>,
    /// The runs that measured it.
    pub runs: Vec<Measured>,
    /// What those runs warn of, each warning once.
    #[serde(default)]
    pub warnings: Vec<Warned>,
    /// What differs from the thesis's evaluation, and what was left out and why.
    pub notes: Vec<String>,
}

/// A figure of the thesis.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Figure {
    /// `5.1`
    pub number: String,
    /// What it shows.
    pub title: String,
    /// In what.
    pub metric: Metric,
    /// What its bars are.
    pub over: FigureOver,
    /// The functions that it is about.
    pub functions: Vec<String>,
    /// What was measured.
    pub bars: Vec<Bar>,
    /// What was published, what was found here, and whether that agrees.
    pub claims: Vec<Claim>,
    /// The functions that are not measured yet.
    pub open: Vec<String>,
}

/// What the bars of a figure are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FigureOver {
    /// The baseline, and the candidate with one profile.
    Variants,
    /// The candidate with so many profiles.
    Profiles,
    /// The candidate with no profile, each other function's, its own, and all.
    Sources,
}

/// One bar.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bar {
    /// Whose.
    pub function: String,
    /// The image: `native`, `10`, `sleep`, `own`.
    pub label: String,
    /// The figure with its interval; `null` where there is none.
    pub estimate: Option<Estimate>,
    /// Against the baseline, where it is not that itself.
    pub against_baseline: Option<Comparison>,
}

/// What was published about a function in a figure, beside what was found here.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Claim {
    /// About which function.
    pub function: String,
    /// What was published.
    pub published: Option<Published>,
    /// What was found here, in words.
    pub ours: String,
    /// Whether that agrees, as far as our intervals say.
    pub agreement: Agreement,
}

/// What the thesis says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Published {
    /// By how much the candidate differs, or images among each other, in percent; `null` where there is no number.
    pub percent: Option<f64>,
    /// In its words.
    pub words: String,
}

/// Whether what was published agrees with what was measured here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Agreement {
    /// The published number lies inside our interval, which excludes no change.
    Inside,
    /// It lies inside our interval, and so does no change: ours does not tell the two apart.
    InsideAsIsZero,
    /// It lies outside.
    Outside,
    /// What is said in words holds here.
    Holds,
    /// It does not.
    DoesNotHold,
    /// We have no interval, or one that is too wide to say.
    CannotTell,
    /// There is no number to hold ours against.
    NothingPublished,
}

impl Agreement {
    /// The words in tables.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Inside => "inside our interval",
            Self::InsideAsIsZero => "inside our interval, as is no change",
            Self::Outside => "outside our interval",
            Self::Holds => "holds",
            Self::DoesNotHold => "does not hold",
            Self::CannotTell => "cannot tell",
            Self::NothingPublished => "no number published",
        }
    }

    /// Whether `percent` lies inside the interval of `comparison`.
    pub fn of(percent: f64, comparison: &Comparison) -> Self {
        match (comparison.low, comparison.high) {
            (Some(low), Some(high)) if (low..=high).contains(&percent) => {
                match (low..=high).contains(&0.0) {
                    true => Self::InsideAsIsZero,
                    false => Self::Inside,
                }
            }
            (Some(_), Some(_)) => Self::Outside,
            _ => Self::CannotTell,
        }
    }
}

/// How many profiles are enough for a function.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Enough {
    /// Which function.
    pub function: String,
    /// The smallest count that is as good as the largest; `null` if only the largest is.
    pub smallest: Option<u64>,
    /// In a sentence.
    pub words: String,
}

/// A row of images that are measured against each other.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measured {
    /// Of which function.
    pub function: String,
    /// What its images differ in.
    pub over: FigureOver,
    /// The run's folder; `null` if it is not measured yet.
    pub run: Option<PathBuf>,
}

/// A warning of the runs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Warned {
    /// What of.
    pub warning: Warning,
    /// The rows whose runs say so, in words.
    pub rows: Vec<String>,
}

impl Warned {
    /// `warning: the machine is busy … (hello over the number of its profiles)`
    pub fn words(&self) -> String {
        format!(
            "warning: {} ({})",
            self.warning.message,
            self.rows.join("; ")
        )
    }
}

impl Measured {
    /// `hello over profiles`
    pub fn words(&self) -> String {
        let over = match self.over {
            FigureOver::Variants | FigureOver::Profiles => "the number of its profiles",
            FigureOver::Sources => "whose profiles it has",
        };
        format!("{} over {over}", self.function)
    }
}

impl Figure {
    /// The bars of a function.
    pub fn bars_of<'a>(&'a self, function: &'a str) -> impl Iterator<Item = &'a Bar> {
        self.bars.iter().filter(move |bar| bar.function == function)
    }

    /// `Figure 5.1: throughput`
    pub fn heading(&self) -> String {
        format!("Figure {}: {}", self.number, self.title)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_published_number_is_held_against_the_interval_and_nothing_else() {
        let ours = |interval: Option<(f64, f64)>| Comparison {
            baseline: Variant::Native.into(),
            saved_baseline: None,
            candidate: Variant::NativePgo.into(),
            metric: Metric::ThroughputRps,
            change_percent: 2.58,
            low: interval.map(|(low, _)| low),
            high: interval.map(|(_, high)| high),
            verdict: None,
        };
        let of = |interval| Agreement::of(2.58, &ours(interval));
        assert_eq!(of(Some((1.0, 4.0))), Agreement::Inside);
        assert_eq!(of(Some((3.0, 4.0))), Agreement::Outside);
        assert_eq!(of(Some((-30.0, 40.0))), Agreement::InsideAsIsZero);
        assert_eq!(
            of(None),
            Agreement::CannotTell,
            "an equal value is no proof"
        );
    }
}
