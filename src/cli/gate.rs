//! `gate`: measures, judges against `[gate]`, and says so with its exit code. `run --gate` ends with the same.

use clap::Args;

use super::answer::carry_out;
use super::deciding::{DecidingArgs, GateOptions};
use super::global::Global;
use super::work::{Borrowing, Work};
use crate::config::Settings;
use crate::error::Result;
use crate::run::{Goal, Order};
use crate::ui::Ui;
use crate::units::Percent;

#[derive(Debug, Args)]
pub(super) struct GateArgs {
    #[command(flatten)]
    pub(super) work: Work,
    #[command(flatten)]
    pub(super) settings: Settings,
    #[command(flatten)]
    pub(super) borrowing: Borrowing,
    #[command(flatten)]
    deciding: DecidingArgs,
    #[command(flatten)]
    options: GateOptions,
    /// Slow the baseline's own image down by so much and prove that the gate fails [default: twice its limit]
    #[arg(long, value_name = "PERCENT", num_args = 0..=1, conflicts_with = "baseline")]
    self_test: Option<Option<Percent>>,
}

pub(super) fn gate(global: &Global, args: &GateArgs, ui: &Ui) -> Result<()> {
    let goal = match args.self_test {
        Some(percent) => Goal::SelfTest {
            percent: percent.map(|percent| percent.0),
        },
        None => Goal::Gate,
    };
    let order = Order {
        deciding: args.deciding.deciding(),
        gating: Some(args.options.gating()),
        ..args.work.order(global, goal, args.settings.clone())?
    };
    carry_out(&args.borrowing.order(order), global, ui)
}
