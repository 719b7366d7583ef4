//! `run`: the whole pipeline, then the comparison.

use clap::Args;

use super::answer::carry_out;
use super::deciding::{DecidingArgs, GateOptions};
use super::global::Global;
use super::work::{Borrowing, Work};
use crate::config::Settings;
use crate::error::Result;
use crate::run::{Goal, Order};
use crate::ui::Ui;

#[derive(Debug, Args)]
pub(super) struct RunArgs {
    #[command(flatten)]
    pub(super) work: Work,
    #[command(flatten)]
    pub(super) settings: Settings,
    #[command(flatten)]
    pub(super) borrowing: Borrowing,
    #[command(flatten)]
    deciding: DecidingArgs,
    /// Stop before measuring
    #[arg(long, conflicts_with_all = ["gate", "decide", "save_baseline"])]
    pub(super) no_bench: bool,
    /// Fail if a gated metric got worse by more than its limit
    #[arg(long)]
    gate: bool,
    #[command(flatten)]
    options: GateOptions,
}

pub(super) fn run(global: &Global, args: &RunArgs, ui: &Ui) -> Result<()> {
    let goal = Goal::Run {
        bench: !args.no_bench,
    };
    let order = Order {
        deciding: args.deciding.deciding(),
        gating: args.gate.then(|| args.options.gating()),
        ..args.work.order(global, goal, args.settings.clone())?
    };
    carry_out(&args.borrowing.order(order), global, ui)
}
