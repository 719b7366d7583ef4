//! The report: everything a run found out, as data. `run.json` is this, rewritten after every stage.
//!
//! The JSON keys are a contract (`schema_version` 1): more may be added, none changes its meaning. Unknown is `null`.

mod chart;
pub mod cross;
mod csv;
pub mod evaluate;
pub mod experiment;
mod experiment_rows;
mod format;
mod html;
mod markdown;
mod method;
mod metrics;
mod plan;
mod series;
pub(crate) mod table;
mod training;
pub mod trial;
mod trial_text;

use std::collections::BTreeMap;
use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::compare::{Comparison, Metric, Side, side};
use crate::gate::GateReport;
use crate::host::Host;
use crate::host::conditions::Conditions;
use crate::toolchain::{ArchivedClasses, Info, ProfileUse};
use crate::variant::{Optimizer, Variant};
use crate::warning::Warning;

use experiment::SweepReport;

pub use format::{Format, render, render_trial};
pub use html::evaluation_page;
pub use metrics::Metrics;
pub use plan::{Aa, PlanReport, TrainedWith};
pub use series::{Bin, Series, histogram};
pub use table::Style;
pub use training::TrainingReport;

/// The version of the JSON below.
pub const SCHEMA_VERSION: u32 = 1;

/// Everything that one run found out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Report {
    /// The version of these keys: more may be added, none changes its meaning.
    #[schemars(extend("const" = SCHEMA_VERSION))]
    pub schema_version: u32,
    /// The function's name.
    pub function: String,
    /// When the run began, RFC 3339 in UTC.
    pub started: String,
    /// When it ended; `null` while it goes on, or if it was killed.
    pub finished: Option<String>,
    /// The machine.
    pub host: Host,
    /// The tools that took part.
    pub toolchains: Vec<Info>,
    /// What was done, reused, left out or failed, in order.
    pub stages: Vec<Stage>,
    /// The sides and their figures.
    #[serde(rename = "variants")]
    pub sides: Vec<SideReport>,
    /// Candidates against their baselines, metric by metric.
    pub comparisons: Vec<Comparison>,
    /// What the gates came to; absent if nothing was gated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gate: Option<GateReport>,
    /// Percent by which two runs of the same image differ, by metric; empty where it was not measured.
    pub noise_floor: BTreeMap<Metric, f64>,
    /// What trained variants did in training, against what is measured; absent where none is trained.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trained_with: Option<TrainedWith>,
    /// How profiles settled; absent where training was not to end once they are stable.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub training: Vec<TrainingReport>,
    /// How many profiles are enough; absent where that was not the question.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sweep: Option<SweepReport>,
    /// What a reader should know.
    pub warnings: Vec<Warning>,
    /// How it was measured; `null` if it was not.
    pub plan: Option<PlanReport>,
}

impl Report {
    /// The throughput of each round of a variant, each with its place in the order of all rounds, from 1.
    pub fn rates(&self, side: &SideReport) -> Vec<(u32, f64)> {
        let order = self.plan.iter().flat_map(|plan| &plan.order);
        let places: Vec<(u32, &Side)> = (1..)
            .zip(order)
            .flat_map(|(block, sides)| sides.iter().map(move |side| (block, side)))
            .collect();
        let place = |block| places.iter().position(|of| *of == (block, &side.side));
        let rate = |round: &RoundReport| {
            let place = u32::try_from(place(round.block)? + 1).ok()?;
            Some((place, round.throughput_rps?))
        };
        side.rounds.iter().filter_map(rate).collect()
    }

    /// The metrics of tables: no details, and nothing that no side has a figure of.
    pub fn shown_metrics(&self) -> Vec<Metric> {
        let known = |metric: &Metric| {
            self.sides
                .iter()
                .any(|side| side.metrics.get(*metric).is_some())
        };
        Metric::ALL
            .iter()
            .copied()
            .filter(|metric| !metric.is_detail() && known(metric))
            .collect()
    }
}

/// One stage.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Stage {
    /// `train`, `merge`, `build`, `bench`.
    pub name: String,
    /// For which variant, where it is for one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub variant: Option<Variant>,
    /// What became of it.
    pub status: StageStatus,
    /// How long it took, in seconds.
    pub seconds: f64,
    /// Why it was reused, redone, left out, or failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// What became of a stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum StageStatus {
    /// Done in this run.
    Done,
    /// An earlier run's product was used.
    Reused,
    /// Not done, for the reason given.
    Skipped,
    /// Tried, and failed.
    Failed,
}

impl StageStatus {
    /// The word in tables.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Reused => "reused",
            Self::Skipped => "skipped",
            Self::Failed => "failed",
        }
    }
}

/// One side.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SideReport {
    /// Which one.
    #[serde(flatten, with = "side::keys")]
    #[schemars(with = "side::keys::Keys")]
    pub side: Side,
    /// Its image.
    pub image: ImageReport,
    /// Its figures; `null` where nothing was measured.
    pub metrics: Metrics,
    /// What plots show beside the rounds.
    #[serde(default)]
    pub series: Series,
    /// Round by round, in the order in which they were measured.
    #[serde(default)]
    pub rounds: Vec<RoundReport>,
}

/// One round of one side: what a reader needs to see drift, and to judge whether the round can be believed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RoundReport {
    /// Which block of the order, from 1.
    pub block: u32,
    /// Answered requests per second: in an open loop the rate that was achieved.
    pub throughput_rps: Option<f64>,
    /// Mean latency in milliseconds.
    pub latency_ms_mean: Option<f64>,
    /// Requests that were not answered as expected.
    pub failed: u64,
    /// Requests that met a kept connection which the server had closed, and were sent again on a new one.
    #[serde(default)]
    pub resent: u64,
    /// Open loop only: requests that were not yet answered when the last one became due.
    pub in_flight: Option<u64>,
    /// Of commands that a shell reads: what its start took before the round, which is taken off each time, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shell_start_ms: Option<f64>,
    /// CPU time of the load generator as a share of one core, in percent.
    pub generator_percent: Option<f64>,
    /// Whether that is so much (over 80 %) that the generator may be what was measured.
    pub generator_bound: Option<bool>,
    /// What the machine was like.
    #[serde(flatten)]
    pub conditions: Conditions,
}

/// One image.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ImageReport {
    /// The executable, the archive, or the JAR; of a server that ran already, its URL.
    pub path: PathBuf,
    /// Everything that must be shipped: the executable and the shared libraries that native-image put beside it, or JARs and
    /// archive, and the `files` of the function; of a program that was named, its file and those. `null` for a server that ran
    /// already.
    pub size_bytes: Option<u64>,
    /// What `size_bytes` counts, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size_counts: Option<String>,
    /// Digest over everything that shaped it; `null` for a server that ran already.
    pub identity: Option<String>,
    /// What the build said about PGO, in its own words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pgo: Option<String>,
    /// Who used the profile that it was optimized with; absent where there was none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub optimizer: Option<Optimizer>,
    /// How much of it pgoctl's optimizer used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile_use: Option<ProfileUse>,
    /// What the build said about the optimization level.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub optimization_level: Option<String>,
    /// The profiles that it was optimized with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profiles: Option<Vec<PathBuf>>,
    /// Of a CDS archive or an AOT cache: how many of the application's classes came out of it when it was last started for that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub archived_classes: Option<ArchivedClasses>,
}

impl ImageReport {
    /// Which PGO there was: `PGO: user-provided (oracle)`, `PGO: pgoctl, found 655 of 669 methods, …`. `None`: none at all.
    pub fn pgo_in_words(&self) -> Option<String> {
        match (&self.pgo, self.optimizer, self.profile_use) {
            (_, Some(Optimizer::Pgoctl), Some(used)) => {
                Some(format!("PGO: pgoctl, {}", used.words()))
            }
            (Some(pgo), Some(optimizer), _) => Some(format!("PGO: {pgo} ({})", optimizer.name())),
            (Some(pgo), None, _) => Some(format!("PGO: {pgo}")),
            (None, Some(optimizer), _) => Some(format!("PGO: {}", optimizer.name())),
            (None, None, _) => None,
        }
    }
}

#[cfg(test)]
impl Report {
    /// A measured run of `hello` on an unknown machine.
    pub(crate) fn for_tests() -> Self {
        Self {
            schema_version: SCHEMA_VERSION,
            function: "hello".to_owned(),
            started: "2027-01-15T10:00:00Z".to_owned(),
            finished: None,
            host: Host::default(),
            toolchains: Vec::new(),
            stages: Vec::new(),
            sides: [Variant::Native, Variant::NativePgo]
                .map(SideReport::for_tests)
                .to_vec(),
            comparisons: Vec::new(),
            gate: None,
            noise_floor: BTreeMap::new(),
            trained_with: None,
            training: Vec::new(),
            sweep: None,
            warnings: Vec::new(),
            plan: Some(PlanReport {
                rounds: 6,
                requests: 1000,
                slices: 1,
                concurrency: 1,
                rate: 0.0,
                order: Vec::new(),
                seed: 1,
                warmup: 200,
                cold_starts: 20,
                workload: "workload".to_owned(),
                looks: Vec::new(),
                aa: None,
                shell: None,
                protocol: None,
                tls: Vec::new(),
                connections: None,
                timeout_seconds: None,
                dropped_cold_starts: 0,
                governor: None,
                layout: Default::default(),
                pinning: None,
            }),
        }
    }
}

#[cfg(test)]
impl SideReport {
    /// A variant of which nothing was measured.
    pub(crate) fn for_tests(variant: Variant) -> Self {
        Self {
            side: variant.into(),
            image: ImageReport {
                path: "/project/image".into(),
                size_bytes: Some(1000),
                ..ImageReport::default()
            },
            metrics: Metrics::default(),
            series: Series::default(),
            rounds: Vec::new(),
        }
    }
}
