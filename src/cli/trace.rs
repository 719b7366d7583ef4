//! `trace`: what the function reaches by reflection, for its native images.

use clap::Args;

use super::answer::show;
use super::global::Global;
use super::homes::Homes;
use super::work::Work;
use crate::config::{Settings, TrainSettings};
use crate::error::Result;
use crate::run::{Goal, TraceAmount, trace};
use crate::ui::Ui;
use crate::units::Span;

#[derive(Debug, Args)]
pub(super) struct TraceArgs {
    #[command(flatten)]
    homes: Homes,
    /// Runs of each workload; those that are there already count
    #[arg(long, value_name = "N", default_value_t = 1)]
    runs: u32,
    /// Requests in each run [default: as in training]
    #[arg(long, value_name = "N")]
    requests: Option<u64>,
    /// How long an answer may take, from when its request was due: 500ms, 10s, 2m [default: 10s]
    #[arg(long, value_name = "TIME", env = "PGOCTL_TIMEOUT", hide_env = true)]
    timeout: Option<Span>,
    /// Start over instead of merging with what was traced before
    #[arg(long)]
    fresh: bool,
    /// Print each external command, run none
    #[arg(long)]
    dry_run: bool,
    /// Say why tracing is reused or redone
    #[arg(long)]
    explain: bool,
    /// Trace again, also what has not changed
    #[arg(long)]
    force: bool,
}

pub(super) fn trace(global: &Global, args: &TraceArgs, ui: &Ui) -> Result<()> {
    let work = Work {
        homes: args.homes.clone(),
        dry_run: args.dry_run,
        explain: args.explain,
        force: args.force,
        ..Work::default()
    };
    let amount = TraceAmount {
        runs: args.runs,
        requests: args.requests,
        fresh: args.fresh,
    };
    let settings = Settings::from(TrainSettings {
        timeout: args.timeout,
        ..TrainSettings::default()
    });
    let order = work.order(global, Goal::Trace(amount), settings)?;
    show(trace::trace(&order, amount, ui)?, global, ui)
}
