//! How to train and how to measure, as far as it was said: one struct each for flags, environment and file.
//!
//! clap reads flags and `PGOCTL_*`, serde the file. [`Combine`] puts one over the other, and [`crate::plan`] fills in what
//! nobody said. A new setting is a field here and its default there.

use clap::Args;
use merge::Merge;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::host::pinning::Pin;
use crate::units::Span;

/// What one source says, completed by the next: flag, then environment (clap has put these together), then file.
pub trait Combine: Merge + Sized {
    /// Takes from `file` whatever `self` leaves open.
    #[must_use]
    fn combine(mut self, file: Self) -> Self {
        self.merge(file);
        self
    }
}

impl<T: Merge> Combine for T {}

/// How to train and how to measure, as far as it was said.
#[derive(Clone, Debug, Default, PartialEq, Args, Merge)]
pub struct Settings {
    #[command(flatten)]
    pub train: TrainSettings,
    #[command(flatten)]
    pub bench: BenchSettings,
}

impl From<TrainSettings> for Settings {
    fn from(train: TrainSettings) -> Self {
        Self {
            train,
            ..Self::default()
        }
    }
}

/// Flags of training, and `[train]`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Args, Deserialize, Merge, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[merge(strategy = merge::option::overwrite_none)]
pub struct TrainSettings {
    /// Training runs, one profile each
    #[arg(long, value_name = "N", env = "PGOCTL_RUNS", hide_env = true)]
    pub runs: Option<u32>,
    /// Requests in each training run
    #[arg(
        id = "train_requests",
        long = "train-requests",
        value_name = "N",
        env = "PGOCTL_TRAIN_REQUESTS",
        hide_env = true
    )]
    pub requests: Option<u64>,
    /// Good profiles needed to go on [default: nine in ten runs]
    #[arg(long, value_name = "N", env = "PGOCTL_AT_LEAST", hide_env = true)]
    pub at_least: Option<u32>,
    /// What does the work of native-pgo's training [default: image where the GraalVM has PGO, else hotspot]
    #[arg(
        id = "train_on",
        long = "on",
        value_enum,
        value_name = "TRAIN_ON",
        env = "PGOCTL_TRAIN_ON",
        hide_env = true
    )]
    pub on: Option<TrainOn>,
    /// When training ends
    #[arg(skip)]
    pub stop: Option<TrainStop>,
    /// How long an answer may take, from when its request was due: 500ms, 10s, 2m [default: 10s]
    #[arg(long, value_name = "TIME", env = "PGOCTL_TIMEOUT", hide_env = true)]
    #[serde(skip)]
    pub timeout: Option<Span>,
}

/// What does the work of `native-pgo`'s training.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, clap::ValueEnum, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum TrainOn {
    /// The instrumented image
    Image,
    /// An ordinary JDK, without an instrumented image (experimental)
    Hotspot,
}

/// When training ends: only after so many runs, so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum TrainStop {
    /// After `runs` runs.
    Count,
}

/// Flags of measuring, and `[bench]`.
#[derive(Clone, Debug, Default, PartialEq, Args, Deserialize, Merge, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[merge(strategy = merge::option::overwrite_none)]
pub struct BenchSettings {
    /// Rounds of each variant, a fresh process each
    #[arg(long, value_name = "N", env = "PGOCTL_ROUNDS", hide_env = true)]
    pub rounds: Option<u32>,
    /// Measured requests in each round
    #[arg(long, value_name = "N", env = "PGOCTL_REQUESTS", hide_env = true)]
    pub requests: Option<u64>,
    /// Slices of each round, measured in turns with those of the other variants while all run; 1: one process at a time
    /// [default: up to 10]
    #[arg(long, value_name = "N", env = "PGOCTL_SLICES", hide_env = true)]
    pub slices: Option<u32>,
    /// Requests before those, in the same process
    #[arg(long, value_name = "N", env = "PGOCTL_WARMUP", hide_env = true)]
    pub warmup: Option<u64>,
    /// Connections
    #[arg(long, value_name = "N", env = "PGOCTL_CONCURRENCY", hide_env = true)]
    pub concurrency: Option<u32>,
    /// Requests per second (open loop); 0: as fast as answers come
    #[arg(long, value_name = "N", env = "PGOCTL_RATE", hide_env = true)]
    pub rate: Option<f64>,
    /// How long an answer may take, from when its request was due; in training too
    #[arg(skip)]
    pub timeout: Option<Span>,
    /// Cold starts of each variant
    #[arg(long, value_name = "N", env = "PGOCTL_COLD_STARTS", hide_env = true)]
    pub cold_starts: Option<u32>,
    /// Cold starts of each variant with its files dropped from the page cache [default: as many as cold starts]
    #[arg(
        long,
        value_name = "N",
        env = "PGOCTL_DROPPED_COLD_STARTS",
        hide_env = true
    )]
    pub dropped_cold_starts: Option<u32>,
    /// Load generator and function on cores of their own [default: auto]
    #[arg(long, value_enum, env = "PGOCTL_PIN", hide_env = true)]
    pub pin: Option<Pin>,
    /// Seed of the order of the rounds
    #[arg(long, value_name = "N", env = "PGOCTL_SEED", hide_env = true)]
    pub seed: Option<u64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_first_wins_and_leaves_the_rest_to_what_comes_next() {
        let flags = Settings {
            train: TrainSettings {
                on: Some(TrainOn::Image),
                ..TrainSettings::default()
            },
            bench: BenchSettings {
                rounds: Some(9),
                ..BenchSettings::default()
            },
        };
        let file = Settings {
            train: toml::from_str("on = \"hotspot\"\nruns = 3\n").expect("it is valid"),
            bench: toml::from_str("rounds = 7\nwarmup = 5\n").expect("it is valid"),
        };
        let Settings { train, bench } = flags.combine(file);
        assert_eq!((train.on, train.runs), (Some(TrainOn::Image), Some(3)));
        assert_eq!((bench.rounds, bench.warmup), (Some(9), Some(5)));
        assert_eq!((train.requests, bench.seed), (None, None));
    }
}
