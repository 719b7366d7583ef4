//! What a controller's trial of a new image beside the present one came to: data, and the rows that every format shows of it.

use serde::{Deserialize, Serialize};

use crate::compare::{self, Metric};
use crate::stats::mean;
use crate::variant::Variant;

/// What became of an image that was tried beside the present one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Shown to be faster.
    Better,
    /// Shown not to be slower than the limit allows.
    NotWorse,
    /// Shown to be slower than the limit allows, or it failed.
    Worse,
    /// Nothing was shown with as many calls as a trial may have.
    CannotTell,
}

impl Outcome {
    /// Whether the image takes over.
    pub const fn promotes(self) -> bool {
        matches!(self, Self::Better | Self::NotWorse)
    }

    /// In words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Better => "better",
            Self::NotWorse => "not worse",
            Self::Worse => "worse",
            Self::CannotTell => "cannot tell",
        }
    }
}

/// What a trial came to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    /// What was tried.
    pub id: String,
    /// Which variant that is.
    pub variant: Variant,
    /// What became of it.
    pub outcome: Outcome,
    /// By how much its calls took longer, in percent of the present image's.
    pub latency_percent: Option<f64>,
    /// The lower end of the interval that holds at every look, in percent.
    pub low: Option<f64>,
    /// Its upper end.
    pub high: Option<f64>,
    /// Calls that each of the two answered.
    pub calls: u64,
    /// Calls that the present image's fresh worker failed, and those that the new one failed.
    pub failed: [u64; 2],
    /// From spawn to the first answer, in milliseconds, the median of its workers: the present image's, the new one's.
    pub start_ms: [Option<f64>; 2],
    /// In one sentence.
    pub why: String,
}

/// What a trial saw, as it is kept in the store.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrialReport {
    /// 1.
    pub schema_version: u32,
    /// The function.
    pub function: String,
    /// Its version: digest over JAR and manifest.
    pub version: String,
    /// The document of the function that held when it ended.
    #[serde(default)]
    pub generation: u64,
    /// When it ended, RFC 3339 in UTC; `null` in what was kept before this was.
    #[serde(default)]
    pub ended: Option<String>,
    /// The present image's variant; `null` in what was kept before this was.
    #[serde(default)]
    pub baseline: Option<Variant>,
    /// How much slower the new image was allowed to be, in percent; `null` in what was kept before this was.
    #[serde(default)]
    pub max_worse_percent: Option<f64>,
    /// How much later its first answer was allowed to come, in percent; `null` in what was kept before this was.
    #[serde(default)]
    pub max_worse_start_percent: Option<f64>,
    /// What it came to.
    pub verdict: Verdict,
    /// Mean latencies of each pair of workers, in milliseconds: the present image's, the new one's.
    pub block_means_ms: Option<Vec<(f64, f64)>>,
    /// From spawn to the first answer of each pair of workers, in milliseconds; one may have had no calls after it. `null` in what was
    /// kept before this was.
    #[serde(default)]
    pub starts_ms: Option<Vec<(f64, f64)>>,
}

/// Unknown.
const NONE: &str = "–";

fn unknown(words: Option<String>) -> String {
    words.unwrap_or_else(|| NONE.to_owned())
}

/// `+1.2 %`
fn signed(percent: f64) -> String {
    format!("{percent:+.1} %")
}

impl TrialReport {
    /// The pairs of workers.
    pub(super) fn pairs(&self) -> &[(f64, f64)] {
        self.block_means_ms.as_deref().unwrap_or_default()
    }

    /// The sides' names.
    pub(super) fn sides(&self) -> [String; 2] {
        let baseline = self.baseline.map_or("present", Variant::name);
        let candidate = self.verdict.variant.name();
        match baseline == candidate {
            true => [
                format!("{baseline} (present)"),
                format!("{candidate} (new)"),
            ],
            false => [baseline.to_owned(), candidate.to_owned()],
        }
    }

    /// Which trial it is, in a line.
    pub(super) fn title(&self) -> String {
        let [baseline, candidate] = self.sides();
        let ended = self.ended.as_ref();
        let ended = ended.map(|it| it.split('.').next().unwrap_or(it).replace('T', " "));
        let ended = ended.map_or_else(String::new, |it| {
            format!(", ended {} UTC", it.trim_end_matches('Z'))
        });
        format!(
            "{candidate} beside {baseline}, generation {}{ended}",
            self.generation
        )
    }

    /// What it came to, in a sentence.
    pub(super) fn verdict_line(&self) -> String {
        let outcome = self.verdict.outcome;
        let then = match outcome.promotes() {
            true => "the new image took over",
            false => "the present image stayed",
        };
        let why = &self.verdict.why;
        match why.starts_with(outcome.words()) {
            true => format!("{why}; {then}"),
            false => format!("{}: {why}; {then}", outcome.words()),
        }
    }

    pub(super) fn header(&self) -> Vec<String> {
        let [baseline, candidate] = self.sides();
        vec!["".to_owned(), baseline, candidate]
    }

    /// What the sides came to, figure by figure.
    pub(super) fn figures(&self) -> Vec<Vec<String>> {
        let verdict = &self.verdict;
        let milliseconds = |values: Vec<f64>| {
            let mean = mean(&values);
            unknown(mean.map(|mean| compare::value(Metric::LatencyMsMean, mean)))
        };
        let pairs = self.pairs();
        let change = verdict.latency_percent.map(|percent| {
            let end = |end: Option<f64>| end.map_or("?".to_owned(), |end| format!("{end:+.1}"));
            let ends = format!("[{}, {}]", end(verdict.low), end(verdict.high));
            format!("{} {ends}", signed(percent))
        });
        let start = |ms: Option<f64>| unknown(ms.map(|ms| format!("{ms:.1} ms")));
        let row = |title: &str, baseline: String, candidate: String| {
            vec![title.to_owned(), baseline, candidate]
        };
        vec![
            row(
                "mean latency",
                milliseconds(pairs.iter().map(|(baseline, _)| *baseline).collect()),
                milliseconds(pairs.iter().map(|(_, candidate)| *candidate).collect()),
            ),
            row("change", NONE.to_owned(), unknown(change)),
            row(
                "limit",
                NONE.to_owned(),
                unknown(self.max_worse_percent.map(signed)),
            ),
            row("pairs", pairs.len().to_string(), pairs.len().to_string()),
            row(
                "calls, warm-up included",
                verdict.calls.to_string(),
                verdict.calls.to_string(),
            ),
            row(
                "failed",
                verdict.failed[0].to_string(),
                verdict.failed[1].to_string(),
            ),
            row(
                "first answer",
                start(verdict.start_ms[0]),
                start(verdict.start_ms[1]),
            ),
            row(
                "its limit",
                NONE.to_owned(),
                unknown(self.max_worse_start_percent.map(signed)),
            ),
        ]
    }

    pub(super) fn pairs_header(&self) -> Vec<String> {
        let [baseline, candidate] = self.sides();
        vec![
            "pair".to_owned(),
            format!("{baseline}, ms"),
            format!("{candidate}, ms"),
            "change".to_owned(),
            "first answers, ms".to_owned(),
        ]
    }

    /// What each pair of workers came to.
    pub(super) fn pair_rows(&self) -> Vec<Vec<String>> {
        let starts = self.starts_ms.as_deref().unwrap_or_default();
        let start = |place: usize| {
            let start = starts.get(place);
            unknown(start.map(|(baseline, candidate)| format!("{baseline:.1}, {candidate:.1}")))
        };
        let pairs = self.pairs().iter().enumerate();
        pairs
            .map(|(place, (baseline, candidate))| {
                vec![
                    (place + 1).to_string(),
                    format!("{baseline:.3}"),
                    format!("{candidate:.3}"),
                    signed((candidate / baseline - 1.0) * 100.0),
                    start(place),
                ]
            })
            .collect()
    }
}

#[cfg(test)]
impl TrialReport {
    /// Six pairs that were better.
    pub(crate) fn for_tests() -> Self {
        Self {
            schema_version: 1,
            function: "hello".to_owned(),
            version: "v".to_owned(),
            generation: 9,
            ended: Some("2027-01-15T10:00:00.5Z".to_owned()),
            baseline: Some(Variant::Native),
            max_worse_percent: Some(3.0),
            max_worse_start_percent: Some(20.0),
            verdict: Verdict {
                id: "set".to_owned(),
                variant: Variant::NativePgo,
                outcome: Outcome::Better,
                latency_percent: Some(-10.0),
                low: Some(-12.0),
                high: Some(-8.0),
                calls: 300,
                failed: [0, 1],
                start_ms: [Some(12.34), None],
                why: "better in 6 pairs of workers".to_owned(),
            },
            block_means_ms: Some((0..6).map(|_| (1.0, 0.9)).collect()),
            starts_ms: Some((0..5).map(|_| (12.34, 15.0)).collect()),
        }
    }
}
