//! `merge`: the gathered profiles become one.

use clap::Args;

use super::answer::carry_out;
use super::global::Global;
use super::work::Work;
use crate::config::TrainSettings;
use crate::error::Result;
use crate::run::Goal;
use crate::ui::Ui;

#[derive(Debug, Args)]
pub(super) struct MergeArgs {
    #[command(flatten)]
    pub(super) work: Work,
    #[command(flatten)]
    pub(super) train: TrainSettings,
}

pub(super) fn merge(global: &Global, args: &MergeArgs, ui: &Ui) -> Result<()> {
    let goal = Goal::Merge;
    let order = args.work.order(global, goal, args.train.clone().into())?;
    carry_out(&order, global, ui)
}
