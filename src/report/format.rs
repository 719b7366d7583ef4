//! One report, several formats.

use super::table::{Style, table};
use super::{Metrics, Report};
use crate::compare::Metric;

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
    }
}

/// Unknown is an empty field, never a zero.
fn csv(report: &Report) -> String {
    let mut text = String::from(
        "function,variant,metric,value,low,high,n,baseline,change_percent,change_low,change_high,verdict\n",
    );
    let number = |value: Option<f64>| value.map_or_else(String::new, |value| value.to_string());
    for variant in &report.variants {
        for metric in Metric::ALL {
            let Some(estimate) = variant.metrics.get(metric) else {
                continue;
            };
            let comparison = report
                .comparisons
                .iter()
                .find(|c| c.candidate == variant.variant && c.metric == metric);
            let fields = [
                report.function.clone(),
                variant.variant.to_string(),
                metric.name().to_owned(),
                estimate.value.to_string(),
                number(estimate.low),
                number(estimate.high),
                estimate.n.to_string(),
                comparison.map_or_else(String::new, |c| c.baseline.to_string()),
                number(comparison.map(|c| c.change_percent)),
                number(comparison.and_then(|c| c.low)),
                number(comparison.and_then(|c| c.high)),
                comparison
                    .and_then(|c| c.verdict)
                    .map_or("", |verdict| verdict.word())
                    .to_owned(),
            ];
            text += &fields.join(",");
            text.push('\n');
        }
    }
    text
}

fn markdown(report: &Report) -> String {
    let mut text = format!("### `{}`\n\n| metric |", report.function);
    for variant in &report.variants {
        text += &format!(" {} |", variant.variant);
    }
    text += &format!("\n|---|{}\n", "---:|".repeat(report.variants.len()));
    for metric in report.shown_metrics() {
        text += &format!("| {} |", metric.title());
        for variant in &report.variants {
            text += &format!(
                " {} |",
                markdown_figure(report, variant.variant, &variant.metrics, metric)
            );
        }
        text.push('\n');
    }
    for warning in &report.warnings {
        text += &format!("\n> **warning:** {}\n", warning.message);
    }
    text
}

fn markdown_figure(
    report: &Report,
    variant: crate::variant::Variant,
    metrics: &Metrics,
    metric: Metric,
) -> String {
    let Some(estimate) = metrics.get(metric) else {
        return "–".to_owned();
    };
    let value = super::table::value(metric, estimate.value);
    match report
        .comparisons
        .iter()
        .find(|c| c.candidate == variant && c.metric == metric)
    {
        None => value,
        Some(comparison) => {
            let range = match (comparison.low, comparison.high) {
                (Some(low), Some(high)) => format!(" [{low:+.1}, {high:+.1}]"),
                _ => String::new(),
            };
            let verdict = comparison
                .verdict
                .map_or_else(String::new, |verdict| format!("<br>**{}**", verdict.word()));
            format!(
                "{value}<br>{:+.1} %{range} vs {}{verdict}",
                comparison.change_percent, comparison.baseline
            )
        }
    }
}
