//! Plots of experiments: bars with their intervals, and a figure against the number of profiles.

use super::lettering::{TEXT, width};
use super::svg::{Anchor, Plot, Scale, WIDTH, column, left_of, short};
use crate::compare::{self, Metric};
use crate::stats::Estimate;

const RIGHT: f64 = WIDTH - 12.0;
/// From one bar to the next.
const ROW: f64 = 26.0;

/// A bar each: its label, its colour, its figure.
pub(super) fn bars(title: &str, metric: Metric, bars: &[(String, usize, Estimate)]) -> String {
    let top = |figure: &Estimate| figure.high.unwrap_or(figure.value);
    let most = bars
        .iter()
        .map(|(.., figure)| top(figure))
        .max_by(f64::total_cmp);
    let Some(most) = most else {
        return String::new();
    };
    let words = |figure: &Estimate| compare::estimate(metric, figure);
    let mut plot = Plot::new(ROW * bars.len() as f64 + 6.0, title);
    let (room, names) = column(bars.iter().map(|(label, ..)| label.as_str()));
    let widths = bars
        .iter()
        .map(|(.., figure)| width(&words(figure).0, TEXT));
    let widest = widths.fold(0.0, f64::max);
    let scale = Scale::linear((0.0, most), (names, RIGHT - widest - 6.0));
    for (row, (label, color, figure)) in bars.iter().enumerate() {
        let y = ROW.mul_add(row as f64, 4.0);
        let (from, to) = (scale.at(0.0), scale.at(figure.value));
        let (value, range) = words(figure);
        let said = format!("{label}: {value} {}", range.unwrap_or_default());
        plot.label(y + (ROW - 8.0) / 2.0, room, label);
        let class = format!("bar c{}", color % 6);
        plot.rect((from, y), (to - from, ROW - 8.0), &class, &said);
        let middle = y + (ROW - 8.0) / 2.0;
        if let (Some(low), Some(high)) = (figure.low, figure.high) {
            let (low, high) = (scale.at(low), scale.at(high));
            plot.line((low, middle), (high, middle), "interval open");
        }
        let end = scale.at(top(figure)).max(to);
        plot.text((end + 6.0, y + 14.0), Anchor::Start, "value", &value);
    }
    plot.finish()
}

/// A figure against counts, each with its interval; `level` is that of the baseline.
pub(super) fn over_counts(
    title: &str,
    metric: Metric,
    points: &[(u64, Estimate)],
    level: Option<(&str, f64)>,
) -> String {
    let ends = |figure: &Estimate| {
        [figure.low, Some(figure.value), figure.high]
            .into_iter()
            .flatten()
    };
    let all = || {
        let of_points = points.iter().flat_map(|(_, figure)| ends(figure));
        of_points.chain(level.map(|(_, value)| value))
    };
    let (Some(low), Some(high), Some((first, _)), Some((last, _))) = (
        all().min_by(f64::total_cmp),
        all().max_by(f64::total_cmp),
        points.first(),
        points.last(),
    ) else {
        return String::new();
    };
    let (top, bottom) = (8.0, 150.0);
    let y = Scale::fitting((low, high), (bottom, top));
    let words = |value: f64| match metric {
        Metric::ImageSizeBytes => format!("{} MB", short(value / 1e6)),
        _ => short(value),
    };
    let left = left_of(&y, words);
    let ends = (*first as f64, (*last).max(first + 1) as f64);
    let x = Scale::logarithmic(ends, (left + 14.0, RIGHT - 14.0));
    let mut plot = Plot::new(bottom + 34.0, title);
    plot.y_axis(&y, (left, RIGHT), words);
    if let Some((name, value)) = level {
        plot.path(&[(left, y.at(value)), (RIGHT, y.at(value))], "thread c0");
        let word = format!("{name}: {}", compare::value(metric, value));
        plot.circle((left + 3.0, y.at(value)), 2.6, "dot c0", &word);
    }
    for (count, figure) in points {
        let at = x.at(*count as f64);
        if let (Some(low), Some(high)) = (figure.low, figure.high) {
            plot.line((at, y.at(low)), (at, y.at(high)), "interval c1");
        }
        let (value, range) = compare::estimate(metric, figure);
        let word = format!("{count}: {value} {}", range.unwrap_or_default());
        plot.circle((at, y.at(figure.value)), 4.0, "dot c1", &word);
        plot.text(
            (at, bottom + 14.0),
            Anchor::Middle,
            "tick",
            &count.to_string(),
        );
    }
    plot.text(
        ((left + RIGHT) / 2.0, bottom + 29.0),
        Anchor::Middle,
        "tick",
        title,
    );
    plot.finish()
}
