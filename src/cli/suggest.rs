//! `suggest`: whose stored profiles would fit?

use clap::Args;

use super::answer::answer_as;
use super::global::Global;
use super::profile::text::{Columns, count, percent};
use crate::error::Result;
use crate::experiment::suggest::{SuggestReport, suggest as rank};
use crate::plan::Request;
use crate::ui::Ui;

#[derive(Debug, Args)]
pub(super) struct SuggestArgs {}

pub(super) fn suggest(global: &Global, _args: &SuggestArgs, ui: &Ui) -> Result<()> {
    let request = Request {
        config: global.config.clone(),
        function: global.function.clone(),
        ..Request::default()
    };
    let report = rank(&request)?;
    answer_as("pgoctl suggest", global, ui, &report, || text(&report))?;
    if let Some(best) = report.suggestions.first() {
        ui.note(&format!(
            "next: pgoctl build --function {} --variant native-pgo --profile-from {}",
            report.function, best.function
        ));
    }
    Ok(())
}

fn text(report: &SuggestReport) -> String {
    if report.suggestions.is_empty() {
        return format!("no other function than {} has profiles\n", report.function);
    }
    let mut columns = Columns::new(&[
        "profiles of",
        ">profiles",
        ">weight in the code",
        ">methods in it",
        ">of",
    ]);
    for suggestion in &report.suggestions {
        columns.row(vec![
            suggestion.function.clone(),
            count(suggestion.profiles.into()),
            percent(suggestion.call_share),
            percent(suggestion.method_share),
            count(suggestion.methods.into()),
        ]);
    }
    columns.text()
}
