//! What a command answers: the result on stdout, where it is kept, a next command, and the verdict of a gate.

use serde::Serialize;

use super::global::Global;
use super::step_summary::step_summary;
use crate::error::{Error, Result};
use crate::report::{Format, render};
use crate::run::{Answer, Ended, Goal, Order, execute};
use crate::ui::Ui;

/// Carries `order` out and shows what became of it.
pub(super) fn carry_out(order: &Order, global: &Global, ui: &Ui) -> Result<()> {
    show(execute(order, ui)?, global, ui)
}

/// Shows what became of an order; fails as it did.
pub(super) fn show(answer: Answer, global: &Global, ui: &Ui) -> Result<()> {
    match answer {
        Answer::Preview(text) => ui.result(&text),
        Answer::Ended(ended) => show_ended(ended, global, ui),
    }
}

/// Answers with a table, or with `report` itself as JSON; no other format is made of it.
pub(super) fn answer_as(
    command: &str,
    global: &Global,
    ui: &Ui,
    report: &impl Serialize,
    table: impl FnOnce() -> String,
) -> Result<()> {
    ui.result(&table_or_json(command, global, report, table)?)
}

/// The text of [`answer_as`].
pub(super) fn table_or_json(
    command: &str,
    global: &Global,
    report: &impl Serialize,
    table: impl FnOnce() -> String,
) -> Result<String> {
    match global.format {
        Format::Table => Ok(table()),
        Format::Json => {
            let text = serde_json::to_string_pretty(report).expect("it has only string keys");
            Ok(text + "\n")
        }
        Format::Csv | Format::Markdown | Format::Html => Err(Error::usage(format!(
            "`{command}` answers in `--format table` or `--format json`"
        ))),
    }
}

fn show_ended(ended: Ended, global: &Global, ui: &Ui) -> Result<()> {
    let report = &ended.record.report;
    for warning in &report.warnings {
        ui.detail(&format!("warning: {}", warning.message));
    }
    match (ended.goal, global.format) {
        // Nothing to compare: what was made is said on stderr, and only programs want it on stdout too.
        (Goal::Train { .. } | Goal::Merge | Goal::Trace(_), Format::Table) => {}
        _ => ui.result(&render(report, global.format, Global::style(ui)))?,
    }
    if ended.goal.measures() {
        step_summary(report, ui);
    }
    ui.note(&format!("run: {}", ended.record.dir().display()));
    for side in &report.sides {
        ui.detail(&format!("image: {}", side.image.path.display()));
    }
    if let Some(next) = ended.next {
        ui.note(&format!("next: {next}"));
    }
    if let Some(line) = ended.conclusion? {
        ui.verdict(&line);
    }
    Ok(())
}
