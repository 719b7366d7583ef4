//! `merge`: the gathered profiles become one.

use clap::Args;

use super::answer::carry_out;
use super::global::Global;
use super::numbers::TrainNumbers;
use super::work::Work;
use crate::error::Result;
use crate::plan::Settings;
use crate::run::Goal;
use crate::ui::Ui;

#[derive(Debug, Args)]
pub(super) struct MergeArgs {
    #[command(flatten)]
    work: Work,
    #[command(flatten)]
    train: TrainNumbers,
}

pub(super) fn merge(global: &Global, args: &MergeArgs, ui: &Ui) -> Result<()> {
    let goal = Goal::Merge;
    let settings = args.train.settings(Settings::default());
    carry_out(&args.work.order(global, goal, settings), global, ui)
}
