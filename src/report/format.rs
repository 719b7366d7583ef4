//! One report, several formats.

use super::Report;
use super::csv::csv;
use super::html::{html, trial_page};
use super::markdown::markdown;
use super::table::{Style, table};
use super::trial::TrialReport;
use super::trial_text;

/// The formats of a result.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// For a person at a terminal.
    #[default]
    Table,
    /// The contract, for programs.
    Json,
    /// One line for each variant and metric.
    Csv,
    /// For a pull request.
    Markdown,
    /// One page with plots that needs nothing else.
    Html,
}

/// Renders `report`.
pub fn render(report: &Report, format: Format, style: Style) -> String {
    match format {
        Format::Table => table(report, style),
        Format::Json => {
            let mut text =
                serde_json::to_string_pretty(report).expect("a report has only string keys");
            text.push('\n');
            text
        }
        Format::Csv => csv(report),
        Format::Markdown => markdown(report),
        Format::Html => html(report),
    }
}

/// Renders what a trial came to.
pub fn render_trial(report: &TrialReport, format: Format, style: Style) -> String {
    match format {
        Format::Table => trial_text::table(report, style),
        Format::Json => {
            let text = serde_json::to_string_pretty(report).expect("a report has only string keys");
            text + "\n"
        }
        Format::Csv => trial_text::csv(report),
        Format::Markdown => trial_text::markdown(report),
        Format::Html => trial_page(report),
    }
}
