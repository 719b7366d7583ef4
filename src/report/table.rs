//! The table for a person: stages, metrics with change and verdict, the images' own words, what was left out.

use comfy_table::{
    Attribute, Cell, CellAlignment, Color, ContentArrangement, LineStyle, Table, TableStyle,
    presets,
};

use super::method::{host_in_words, noise_in_words, plan_in_words, size_in_words};
use super::{Report, SideReport, StageStatus, chart};
use crate::compare::{self, Comparison, Metric, Verdict, seconds};
use crate::variant::Variant;
use crate::workdir::Size;

/// How a table is drawn.
#[derive(Clone, Copy, Debug, Default)]
pub struct Style {
    /// With colours.
    pub color: bool,
    /// To fit so many columns; as wide as it needs otherwise.
    pub width: Option<u16>,
}

/// Renders the report as text for a terminal.
pub(super) fn table(report: &Report, style: Style) -> String {
    let mut text = heading(report);
    for part in [
        stages(report, style),
        training(report, style),
        sweep(report, style),
        metrics(report, style),
        shapes(report, style),
        images(report, style),
        notes(report),
    ] {
        if !part.is_empty() {
            text.push('\n');
            text.push_str(&part);
        }
    }
    text
}

fn heading(report: &Report) -> String {
    let mut text = format!("{}\n", report.function);
    for info in &report.toolchains {
        let pgo = if info.pgo { ", PGO" } else { "" };
        text += &format!(
            "  {} {}{pgo} ({})\n",
            info.edition,
            info.version,
            info.home.display()
        );
    }
    text += &format!("  {}\n", host_in_words(&report.host));
    if let Some(plan) = &report.plan {
        text += &format!("  {}\n", plan_in_words(plan));
    }
    if let Some(trained) = report.trained_with {
        text += &format!("  {}\n", trained.words());
    }
    if !report.noise_floor.is_empty() {
        text += &format!("  {}\n", noise_in_words(&report.noise_floor));
    }
    text
}

/// Columns of a histogram.
const COLUMNS: usize = 32;

/// How latencies are distributed, and how the rounds went one after the other.
fn shapes(report: &Report, style: Style) -> String {
    let bins = || {
        report
            .sides
            .iter()
            .flat_map(|side| &side.series.latency_histogram)
    };
    let (Some(low), Some(high)) = (
        bins().map(|bin| bin.from_ms).min_by(f64::total_cmp),
        bins().map(|bin| bin.to_ms).max_by(f64::total_cmp),
    ) else {
        return String::new();
    };
    let mut table = new_table(style, Rows::OneLine);
    table.set_header([
        "shape".to_owned(),
        format!("latencies from {low:.3} to {high:.3} ms"),
        "throughput, round by round".to_owned(),
    ]);
    for side in &report.sides {
        let counts = chart::columns(&side.series.latency_histogram, (low, high), COLUMNS);
        let rates: Vec<f64> = report
            .rates(side)
            .into_iter()
            .map(|(_, rate)| rate)
            .collect();
        table.add_row([
            side.side.name().to_owned(),
            chart::histogram(&counts),
            chart::sparkline(&rates),
        ]);
    }
    format!("{}\n", table.trim_fmt())
}

/// Whether rows need a line between them.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Rows {
    OneLine,
    SeveralLines,
}

const LINES_ABOVE_AND_BELOW: TableStyle = TableStyle::new()
    .top_border(LineStyle::none().fill('─').junction('─'))
    .header_separator(LineStyle::none().fill('─').junction('─'))
    .bottom_border(LineStyle::none().fill('─').junction('─'));

pub(super) fn new_table(style: Style, rows: Rows) -> Table {
    let mut table = Table::new();
    table.load_style(presets::UTF8_HORIZONTAL_ONLY);
    table.set_content_arrangement(ContentArrangement::Dynamic);
    // Fixed, so that the same report is the same text whatever the terminal of the process that renders it.
    table.set_width(style.width.unwrap_or(u16::MAX).max(40));
    if rows == Rows::OneLine {
        table.load_style(LINES_ABOVE_AND_BELOW);
    }
    if style.color {
        table.enforce_styling();
    } else {
        table.force_no_tty();
    }
    table
}

fn stages(report: &Report, style: Style) -> String {
    if report.stages.is_empty() {
        return String::new();
    }
    let mut table = new_table(style, Rows::OneLine);
    table.set_header(["stage", "variant", "state", "time", "why"]);
    for stage in &report.stages {
        let color = match stage.status {
            StageStatus::Done => Color::Green,
            StageStatus::Reused => Color::Cyan,
            StageStatus::Skipped => Color::DarkGrey,
            StageStatus::Failed => Color::Red,
        };
        let variant = stage.variant.map_or("", Variant::name);
        let time = match stage.status {
            StageStatus::Skipped => "–".to_owned(),
            _ => seconds(stage.seconds),
        };
        table.add_row([
            Cell::new(&stage.name),
            Cell::new(variant),
            Cell::new(stage.status.word()).fg(color),
            Cell::new(time).set_alignment(CellAlignment::Right),
            Cell::new(stage.reason.as_deref().unwrap_or_default()),
        ]);
    }
    format!("{}\n", table.trim_fmt())
}

/// How profiles settled, run by run.
fn training(report: &Report, style: Style) -> String {
    if report.training.is_empty() {
        return String::new();
    }
    let mut table = new_table(style, Rows::OneLine);
    table.set_header([
        "training",
        "overlap with one run less, run by run",
        "outcome",
    ]);
    for training in &report.training {
        let overlaps = training.overlaps();
        let overlaps: Vec<f64> = overlaps.iter().map(|(_, overlap)| *overlap).collect();
        table.add_row([
            training.variant.name().to_owned(),
            chart::sparkline(&overlaps),
            training.words(),
        ]);
    }
    format!("{}\n", table.trim_fmt())
}

/// Whether fewer profiles are enough, count by count.
fn sweep(report: &Report, style: Style) -> String {
    let Some(sweep) = &report.sweep else {
        return String::new();
    };
    let mut table = new_table(style, Rows::SeveralLines);
    table.set_header(sweep.header());
    table.add_rows(sweep.rows(report));
    format!("{}\n\n{}\n", table.trim_fmt(), sweep.words())
}

fn metrics(report: &Report, style: Style) -> String {
    if report.plan.is_none() {
        return String::new();
    }
    let mut table = new_table(style, Rows::SeveralLines);
    let header = |side: &SideReport| {
        let of = |comparison: &&Comparison| comparison.candidate == side.side;
        let against = report.comparisons.iter().find(of);
        let against = against.map_or_else(String::new, |first| {
            format!("\nagainst {}", first.against())
        });
        Cell::new(format!("{}{against}", side.side))
            .add_attribute(Attribute::Bold)
            .set_alignment(CellAlignment::Right)
    };
    let names = report.sides.iter().map(header);
    table.set_header(
        std::iter::once(Cell::new("metric"))
            .chain(names)
            .collect::<Vec<_>>(),
    );
    for metric in report.shown_metrics() {
        let cells = report.sides.iter().map(|side| figure(report, side, metric));
        table.add_row(
            std::iter::once(Cell::new(metric.title()))
                .chain(cells)
                .collect::<Vec<_>>(),
        );
    }
    format!("{}\n", table.trim_fmt())
}

/// Value, then change with its interval, then verdict, one under the other.
fn figure(report: &Report, side: &SideReport, metric: Metric) -> Cell {
    let Some(estimate) = side.metrics.get(metric) else {
        return Cell::new("–").set_alignment(CellAlignment::Right);
    };
    let (value, range) = compare::estimate(metric, estimate);
    let matches =
        |comparison: &&Comparison| comparison.candidate == side.side && comparison.metric == metric;
    let Some(comparison) = report.comparisons.iter().find(matches) else {
        let range = range.map_or_else(String::new, |range| format!("\n{range}"));
        return Cell::new(format!("{value}{range}")).set_alignment(CellAlignment::Right);
    };
    let change = change(comparison);
    let cell = match comparison.verdict {
        Some(verdict) => Cell::new(format!("{value}\n{change}\n{}", verdict.word())),
        None => Cell::new(format!("{value}\n{change}")),
    };
    let cell = match comparison.verdict {
        Some(Verdict::Better) => cell.fg(Color::Green),
        Some(Verdict::Worse) => cell.fg(Color::Red),
        Some(Verdict::NoDifferenceShown | Verdict::CannotTell) | None => cell,
    };
    cell.set_alignment(CellAlignment::Right)
}

/// From here on a factor reads better than a percentage.
const FACTOR_PERCENT: f64 = 900.0;

pub(super) fn change(comparison: &Comparison) -> String {
    if comparison.low.is_none() && comparison.change_percent > FACTOR_PERCENT {
        return format!("× {:.0}", comparison.change_percent / 100.0 + 1.0);
    }
    let change = format!("{:+.1} %", comparison.change_percent);
    match (comparison.low, comparison.high) {
        (Some(low), Some(high)) => format!("{change} [{low:+.1}, {high:+.1}]"),
        _ => change,
    }
}

fn images(report: &Report, style: Style) -> String {
    let mut table = new_table(style, Rows::OneLine);
    table.set_header(["image", "in the build's own words", "profiles", "file"]);
    for side in &report.sides {
        let image = &side.image;
        let level = image
            .optimization_level
            .as_ref()
            .map(|level| format!("-O{level}"));
        let words: Vec<String> = level.into_iter().chain(image.pgo_in_words()).collect();
        let profiles = image
            .profiles
            .as_ref()
            .map_or_else(|| "–".to_owned(), |profiles| profiles.len().to_string());
        let words = if words.is_empty() {
            "–".to_owned()
        } else {
            words.join(", ")
        };
        table.add_row([
            side.side.name().to_owned(),
            words,
            profiles,
            image.path.display().to_string(),
        ]);
    }
    if report.sides.is_empty() {
        String::new()
    } else {
        format!("{}\n", table.trim_fmt())
    }
}

fn notes(report: &Report) -> String {
    let mut text = String::new();
    let counts = report
        .sides
        .iter()
        .filter_map(|side| side.image.size_counts.as_deref());
    if counts.into_iter().any(|counts| !Size::is_ordinary(counts))
        && let Some(words) = size_in_words(report)
    {
        text += &format!("{words}\n");
    }
    if let Some(gate) = &report.gate {
        text += &format!("{}\n", gate.line);
    }
    for stage in report
        .stages
        .iter()
        .filter(|stage| stage.status == StageStatus::Skipped)
    {
        let variant = stage.variant.map_or("", Variant::name);
        text += &format!(
            "left out: {variant}: {}\n",
            stage.reason.as_deref().unwrap_or("no reason given")
        );
    }
    for warning in &report.warnings {
        text += &format!("warning: {}\n", warning.message);
        if let Some(hint) = &warning.hint {
            text += &format!("   hint: {hint}\n");
        }
    }
    text
}
