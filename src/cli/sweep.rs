//! `sweep`: how many profiles are enough?

use clap::{ArgGroup, Args};

use super::answer::show;
use super::environment::variable;
use super::global::Global;
use super::work::{Work, refuse};
use crate::config::Settings;
use crate::error::Result;
use crate::experiment::sweep::{self, Order};
use crate::report::experiment::Over;
use crate::ui::Ui;

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("counts").required(true))]
pub(super) struct SweepArgs {
    /// How many profiles the images are made with: 1,10,100,1000
    #[arg(long, value_name = "N,N…", value_delimiter = ',', group = "counts")]
    profiles: Vec<u64>,
    /// How many requests each training run has: 10,100,1000
    #[arg(
        id = "swept_requests",
        long = "requests",
        value_name = "N,N…",
        value_delimiter = ',',
        group = "counts"
    )]
    requests: Vec<u64>,
    #[command(flatten)]
    pub(super) work: Work,
    #[command(flatten)]
    pub(super) settings: Settings,
}

/// `--requests` means those of training here: those of measuring have another name.
pub(super) fn rename(command: clap::Command) -> clap::Command {
    let names = command.get_subcommands();
    let names: Vec<String> = names.map(|one| one.get_name().to_owned()).collect();
    // Each goes to the end as it is touched: all of them keep their order.
    names.iter().fold(command, |command, name| {
        command.mut_subcommand(name, |one| match one.get_name() {
            "sweep" => one.mut_arg("requests", |requests| requests.long("bench-requests")),
            _ => one,
        })
    })
}

pub(super) fn sweep(global: &Global, args: &SweepArgs, ui: &Ui) -> Result<()> {
    let train = &args.settings.train;
    let decided = [
        (
            "--runs",
            train.runs.is_some() && !args.profiles.is_empty() && variable("PGOCTL_RUNS").is_none(),
        ),
        (
            "--stop",
            train.stop.is_some() && variable("PGOCTL_TRAIN_STOP").is_none(),
        ),
        ("--output", args.work.names_outputs()),
    ];
    refuse(
        &decided,
        "a sweep",
        "each count has its image, an executable, and its training goes on until it has its profiles",
    )?;
    let (over, counts) = match args.profiles.is_empty() {
        false => (Over::Profiles, args.profiles.clone()),
        true => (Over::Requests, args.requests.clone()),
    };
    let order = Order {
        request: args.work.request(global, args.settings.clone())?,
        over,
        counts,
        dry_run: args.work.dry_run,
        explain: args.work.explain,
        force: args.work.force,
    };
    show(sweep::sweep(&order, ui)?, global, ui)
}
