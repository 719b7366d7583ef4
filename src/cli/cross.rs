//! `cross`: do the profiles of other functions help?

use clap::Args;

use super::answer::table_or_json;
use super::global::Global;
use super::work::{Work, refuse};
use crate::config::Settings;
use crate::error::Result;
use crate::experiment::cross::{self, Crossed, Order};
use crate::report::Format;
use crate::ui::Ui;

#[derive(Debug, Args)]
pub(super) struct CrossArgs {
    /// The functions, two or more [default: all of the file]
    #[arg(value_name = "FUNCTION")]
    pub(super) functions: Vec<String>,
    #[command(flatten)]
    pub(super) work: Work,
    #[command(flatten)]
    pub(super) settings: Settings,
}

pub(super) fn cross(global: &Global, args: &CrossArgs, ui: &Ui) -> Result<()> {
    let decided = [
        ("--variant", args.work.names_variants()),
        ("--output", args.work.names_outputs()),
    ];
    refuse(&decided, "a cross", "it is about native-pgo against native")?;
    let order = Order {
        request: args.work.request(global, args.settings.clone())?,
        functions: args.functions.clone(),
        dry_run: args.work.dry_run,
        explain: args.work.explain,
        force: args.work.force,
    };
    let report = match cross::cross(&order, ui)? {
        Crossed::Preview(text) => return ui.result(&text),
        Crossed::Report(report) => report,
    };
    let text = match global.format {
        Format::Markdown => report.markdown(),
        _ => {
            let table = || report.table(Global::style(ui));
            table_or_json("pgoctl cross", global, &report, table)?
        }
    };
    ui.result(&text)?;
    for row in &report.rows {
        ui.note(&format!("run: {}", row.run.display()));
    }
    Ok(())
}
