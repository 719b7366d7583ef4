//! `build`: images, reused where they are there and whole.

use clap::Args;

use super::answer::carry_out;
use super::global::Global;
use super::work::{Borrowing, Work};
use crate::config::TrainSettings;
use crate::error::Result;
use crate::run::Goal;
use crate::ui::Ui;

#[derive(Debug, Args)]
pub(super) struct BuildArgs {
    #[command(flatten)]
    pub(super) work: Work,
    #[command(flatten)]
    pub(super) train: TrainSettings,
    #[command(flatten)]
    pub(super) borrowing: Borrowing,
}

pub(super) fn build(global: &Global, args: &BuildArgs, ui: &Ui) -> Result<()> {
    let goal = Goal::Build;
    let order = args.work.order(global, goal, args.train.clone().into())?;
    let order = args.borrowing.order(order);
    carry_out(&order, global, ui)
}
