//! The evaluation as one page: the answers, then every figure with its plots and its table.

use super::figures::{bars, over_counts};
use super::svg::escape;
use super::{FOOT, head};
use crate::report::evaluate::{Bar, EvaluateReport, Figure, FigureOver};
use crate::stats::Estimate;

/// Renders the whole page.
pub fn evaluation_page(report: &EvaluateReport) -> String {
    let list = |lines: Vec<String>| -> String {
        let items = lines.into_iter();
        items
            .map(|line| format!("<li>{}</li>\n", escape(line)))
            .collect()
    };
    let mut page = head(&report.title());
    page += &format!("<h1>{}</h1>\n", escape(report.title()));
    page += &format!("<ul class=\"soft\">\n{}</ul>\n", list(report.about()));
    page += &format!(
        "<section class=\"card\">\n<h2>Answers</h2>\n<ul>\n{}</ul>\n</section>\n",
        list(report.answers())
    );
    for figure in &report.figures {
        page += &format!(
            "<section class=\"card\">\n<h2>{}</h2>\n{}{}</section>\n",
            escape(figure.heading()),
            plots(figure),
            table(figure)
        );
    }
    page + FOOT
}

fn plots(figure: &Figure) -> String {
    let plots: Vec<String> = match figure.over {
        FigureOver::Profiles => {
            let functions = figure.functions.iter();
            functions.map(|function| counts(figure, function)).collect()
        }
        FigureOver::Variants | FigureOver::Sources => vec![all_bars(figure)],
    };
    let cards = plots.into_iter().filter(|plot| !plot.is_empty());
    let cards: String = cards.map(|plot| format!("<div>{plot}</div>\n")).collect();
    match cards.is_empty() {
        true => String::new(),
        false => format!("<div class=\"grid\">\n{cards}</div>\n"),
    }
}

fn counts(figure: &Figure, function: &str) -> String {
    let point = |bar: &Bar| Some((bar.label.parse().ok()?, bar.estimate?));
    let points: Vec<(u64, Estimate)> = figure.bars_of(function).filter_map(point).collect();
    let title = format!("{function}: {} by profiles", figure.metric.title());
    over_counts(&title, figure.metric, &points, None)
}

fn all_bars(figure: &Figure) -> String {
    let mut all = Vec::new();
    for function in &figure.functions {
        for (place, bar) in figure.bars_of(function).enumerate() {
            let label = match figure.functions.len() {
                1 => bar.label.clone(),
                _ => format!("{function}, {}", bar.label),
            };
            all.extend(bar.estimate.map(|estimate| (label, place, estimate)));
        }
    }
    bars(&figure.heading(), figure.metric, &all)
}

fn table(figure: &Figure) -> String {
    let row = |cells: Vec<String>, tag: &str| {
        let cells = cells
            .iter()
            .map(|cell| format!("<{tag}>{}</{tag}>", escape(cell)));
        format!("<tr>{}</tr>\n", cells.collect::<String>())
    };
    let rows = figure.rows().into_iter().map(|cells| row(cells, "td"));
    format!(
        "<div class=\"scroll\"><table>\n{}{}</table></div>\n",
        row(figure.header(), "th"),
        rows.collect::<String>()
    )
}
