//! How it was measured: numbers, order, seeds, and what training saw of it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::compare::Side;
use crate::host::Layout;
use crate::host::pinning::Pinning;
use crate::http::{Connections, Protocol};
use crate::stats;

/// How it was measured.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PlanReport {
    /// Rounds of each side.
    pub rounds: u32,
    /// Measured requests in each round.
    pub requests: u64,
    /// In how many slices those were measured, in turns with the other sides; 1: each round by itself.
    #[serde(default = "one")]
    pub slices: u32,
    /// Connections.
    pub concurrency: u32,
    /// Requests per second asked for; 0 is a closed loop.
    pub rate: f64,
    /// The order in which the rounds were measured, block by block.
    pub order: Vec<Vec<Side>>,
    /// The seed of that order.
    pub seed: u64,
    /// The shell that read the commands, whose start is taken off their times; absent where none did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shell: Option<String>,
    /// `http/1.1` or `http/2`; `null` for one process per invocation.
    #[serde(default)]
    pub protocol: Option<Protocol>,
    /// Who of them was spoken to over TLS.
    #[serde(default)]
    pub tls: Vec<Side>,
    /// Whether connections are kept or made for each request; `null` where there are none.
    #[serde(default)]
    pub connections: Option<Connections>,
    /// How long an answer may take, from when its request was due; `null` for one process per invocation.
    #[serde(default)]
    pub timeout_seconds: Option<f64>,
    /// Cold starts of each side with its files dropped from the page cache.
    #[serde(default)]
    pub dropped_cold_starts: u32,
    /// Frequency governor of the processors; `null` where it cannot be read.
    #[serde(default)]
    pub governor: Option<String>,
    /// Huge pages, and whether each round's process has a memory layout of its own.
    #[serde(default, flatten)]
    pub layout: Layout,
    /// Which cores generator and function had; `null` where both had all.
    #[serde(default)]
    pub pinning: Option<Pinning>,
    /// Requests before the measured ones, in the same process.
    #[serde(default)]
    pub warmup: u64,
    /// Cold starts of each side.
    #[serde(default)]
    pub cold_starts: u32,
    /// Digest over everything that shapes what the function is made to do.
    #[serde(default)]
    pub workload: String,
    /// Rounds at each look, where rounds were added until it was decided; empty otherwise.
    #[serde(default)]
    pub looks: Vec<u32>,
    /// Whether each side was measured against itself.
    #[serde(default, rename = "same_image")]
    pub aa: Option<Aa>,
}

/// Plans that are older than slices had none.
fn one() -> u32 {
    1
}

impl PlanReport {
    /// The confidence of each interval of a change: 95 %, or more where several looks share the error.
    pub fn confidence(&self) -> f64 {
        match self.looks.len() {
            0 => stats::CONFIDENCE,
            looks => stats::sequential::confidence(looks as u32),
        }
    }
}

/// What trained variants did in training.
///
/// A profile of the very requests that are measured shows the most that can be gained (measuring rule 15).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum TrainedWith {
    /// The workload that is measured.
    MeasuredWorkload,
    /// One of its own.
    OwnWorkload,
}

impl TrainedWith {
    /// For readers.
    pub fn words(self) -> &'static str {
        match self {
            Self::MeasuredWorkload => {
                "trained with the workload that is measured: what is gained is the most that can be"
            }
            Self::OwnWorkload => "trained with another workload than the one that is measured",
        }
    }
}

/// A/A: each side is measured against itself: rounds come in pairs, and one of each pair counts as the candidate's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Aa {
    /// By how many percent the candidate's rounds are slowed down; `null`: not at all.
    pub injected_slowdown_percent: Option<f64>,
}
