//! `evaluate`: the evaluation of the thesis on the functions of a project.

use clap::Args;

use super::environment::variable;
use super::global::Global;
use super::work::{Work, refuse};
use crate::config::Settings;
use crate::error::{Error, Result};
use crate::experiment::evaluate::{self, Evaluated, Order};
use crate::report::{Format, evaluation_page};
use crate::ui::Ui;

#[derive(Debug, Args)]
pub(super) struct EvaluateArgs {
    /// The functions [default: all of the file]
    #[arg(value_name = "FUNCTION")]
    pub(super) functions: Vec<String>,
    /// How many profiles the images are made with; one is always among them
    #[arg(
        long,
        value_name = "N,N…",
        value_delimiter = ',',
        default_value = "1,10,100,1000"
    )]
    profiles: Vec<u64>,
    #[command(flatten)]
    pub(super) work: Work,
    #[command(flatten)]
    pub(super) settings: Settings,
}

pub(super) fn evaluate(global: &Global, args: &EvaluateArgs, ui: &Ui) -> Result<()> {
    if global.format == Format::Csv {
        return Err(Error::usage(
            "`pgoctl evaluate` answers in `--format table`, `json`, `markdown` or `html`",
        ));
    }
    let train = &args.settings.train;
    let decided = [
        (
            "--runs",
            train.runs.is_some() && variable("PGOCTL_RUNS").is_none(),
        ),
        (
            "--stop",
            train.stop.is_some() && variable("PGOCTL_TRAIN_STOP").is_none(),
        ),
        ("--output", args.work.names_outputs()),
    ];
    refuse(
        &decided,
        "an evaluation",
        "`--profiles` says how many profiles each image is made with, and each image is an executable",
    )?;
    let order = Order {
        request: args.work.request(global, args.settings.clone())?,
        functions: args.functions.clone(),
        counts: args.profiles.clone(),
        dry_run: args.work.dry_run,
        explain: args.work.explain,
        force: args.work.force,
    };
    let (report, folder) = match evaluate::evaluate(&order, ui)? {
        Evaluated::Preview(text) => return ui.result(&text),
        Evaluated::Report { report, folder } => (report, folder),
    };
    let text = match global.format {
        Format::Table | Format::Csv => report.table(Global::style(ui)),
        Format::Json => {
            serde_json::to_string_pretty(&report).expect("it has only string keys") + "\n"
        }
        Format::Markdown => report.markdown(),
        Format::Html => evaluation_page(&report),
    };
    ui.result(&text)?;
    ui.note(&format!("evaluation: {}", folder.display()));
    Ok(())
}
