//! How long to go on measuring, and what is asked of a gate.

use clap::Args;

use crate::bench::Gating;
use crate::run::Deciding;
use crate::units::Span;

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
