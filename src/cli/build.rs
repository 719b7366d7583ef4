//! `build`: images, reused where they are there and whole.

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
pub(super) struct BuildArgs {
    #[command(flatten)]
    work: Work,
    #[command(flatten)]
    train: TrainNumbers,
}

pub(super) fn build(global: &Global, args: &BuildArgs, ui: &Ui) -> Result<()> {
    let goal = Goal::Build;
    let settings = args.train.settings(Settings::default());
    carry_out(&args.work.order(global, goal, settings), global, ui)
}
