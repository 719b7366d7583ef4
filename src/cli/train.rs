//! `train`: one profile a run.

use clap::Args;

use super::answer::carry_out;
use super::global::Global;
use super::work::Work;
use crate::config::TrainSettings;
use crate::error::Result;
use crate::run::Goal;
use crate::ui::Ui;

#[derive(Debug, Args)]
pub(super) struct TrainArgs {
    #[command(flatten)]
    pub(super) work: Work,
    #[command(flatten)]
    pub(super) train: TrainSettings,
    /// Find the profiles over which the rebuild fails, by building with halves of them, and set them aside
    #[arg(long)]
    bisect: bool,
}

pub(super) fn train(global: &Global, args: &TrainArgs, ui: &Ui) -> Result<()> {
    let goal = Goal::Train {
        bisect: args.bisect,
    };
    let order = args.work.order(global, goal, args.train.clone().into())?;
    carry_out(&order, global, ui)
}
