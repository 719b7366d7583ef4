//! Numbers of training, of measuring and of gates.

use clap::Args;

use crate::bench::Gating;
use crate::config::TrainOn;
use crate::host::pinning::Pin;
use crate::plan::Settings;
use crate::run::Deciding;
use crate::units::Span;

/// Numbers of training, and of everything that asks.
#[derive(Debug, Default, Args)]
pub(crate) struct TrainNumbers {
    /// Training runs, one profile each
    #[arg(long, value_name = "N", env = "PGOCTL_RUNS", hide_env = true)]
    runs: Option<u32>,
    /// Requests in each training run
    #[arg(long, value_name = "N", env = "PGOCTL_TRAIN_REQUESTS", hide_env = true)]
    train_requests: Option<u64>,
    /// Good profiles needed to go on [default: nine in ten runs]
    #[arg(long, value_name = "N", env = "PGOCTL_AT_LEAST", hide_env = true)]
    at_least: Option<u32>,
    /// What does the work of native-pgo's training [default: image where the GraalVM has PGO, else hotspot]
    #[arg(long = "on", value_enum, env = "PGOCTL_TRAIN_ON", hide_env = true)]
    train_on: Option<TrainOn>,
    /// How long an answer may take, from when its request was due: 500ms, 10s, 2m [default: 10s]
    #[arg(long, value_name = "TIME", env = "PGOCTL_TIMEOUT", hide_env = true)]
    timeout: Option<Span>,
}

impl TrainNumbers {
    pub(super) fn settings(&self, others: Settings) -> Settings {
        Settings {
            runs: self.runs,
            train_requests: self.train_requests,
            at_least: self.at_least,
            train_on: self.train_on,
            timeout: self.timeout.map(|span| span.0),
            ..others
        }
    }
}

/// Numbers of measuring.
#[derive(Debug, Default, Args)]
pub(crate) struct BenchNumbers {
    /// Rounds of each variant, a fresh process each
    #[arg(long, value_name = "N", env = "PGOCTL_ROUNDS", hide_env = true)]
    pub(super) rounds: Option<u32>,
    /// Measured requests in each round
    #[arg(long, value_name = "N", env = "PGOCTL_REQUESTS", hide_env = true)]
    requests: Option<u64>,
    /// Requests before those, in the same process
    #[arg(long, value_name = "N", env = "PGOCTL_WARMUP", hide_env = true)]
    warmup: Option<u64>,
    /// Connections
    #[arg(long, value_name = "N", env = "PGOCTL_CONCURRENCY", hide_env = true)]
    concurrency: Option<u32>,
    /// Requests per second (open loop); 0: as fast as answers come
    #[arg(long, value_name = "N", env = "PGOCTL_RATE", hide_env = true)]
    rate: Option<f64>,
    /// Cold starts of each variant
    #[arg(long, value_name = "N", env = "PGOCTL_COLD_STARTS", hide_env = true)]
    cold_starts: Option<u32>,
    /// Cold starts of each variant with its files dropped from the page cache [default: as many as cold starts]
    #[arg(
        long,
        value_name = "N",
        env = "PGOCTL_DROPPED_COLD_STARTS",
        hide_env = true
    )]
    dropped_cold_starts: Option<u32>,
    /// Load generator and function on cores of their own [default: auto]
    #[arg(long, value_enum, env = "PGOCTL_PIN", hide_env = true)]
    pin: Option<Pin>,
    /// Seed of the order of the rounds
    #[arg(long, value_name = "N", env = "PGOCTL_SEED", hide_env = true)]
    seed: Option<u64>,
}

impl BenchNumbers {
    pub(super) fn settings(&self) -> Settings {
        Settings {
            rounds: self.rounds,
            requests: self.requests,
            warmup: self.warmup,
            concurrency: self.concurrency,
            rate: self.rate,
            cold_starts: self.cold_starts,
            dropped_cold_starts: self.dropped_cold_starts,
            pin: self.pin,
            seed: self.seed,
            ..Settings::default()
        }
    }
}

/// How long to go on measuring.
#[derive(Debug, Args)]
pub(crate) struct DecidingArgs {
    /// Add rounds until every gated metric is decided, or the budget is spent
    #[arg(long)]
    decide: bool,
    /// How long that may take, all rounds together
    #[arg(long, value_name = "TIME", default_value = "5m", requires = "decide")]
    budget: Span,
    /// Keep this run as a baseline of that name
    #[arg(long, value_name = "NAME")]
    save_baseline: Option<String>,
}

impl DecidingArgs {
    pub(super) fn deciding(&self) -> Deciding {
        Deciding {
            budget: self.decide.then_some(self.budget.0),
            save_baseline: self.save_baseline.clone(),
        }
    }
}

/// What is asked of a gate.
#[derive(Debug, Default, Args)]
pub(crate) struct GateOptions {
    /// The saved baseline to hold it against [default: that of the file, else each variant's own in the same run]
    #[arg(long, value_name = "NAME")]
    baseline: Option<String>,
    /// Do not measure the noise of a machine that is not known yet
    #[arg(long)]
    no_calibrate: bool,
}

impl GateOptions {
    pub(super) fn gating(&self) -> Gating {
        Gating {
            baseline: self.baseline.clone(),
            calibrate: !self.no_calibrate,
        }
    }
}
