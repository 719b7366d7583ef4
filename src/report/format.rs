//! One report, several formats.

use super::Report;
use super::csv::csv;
use super::html::html;
use super::markdown::markdown;
use super::table::{Style, table};

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
