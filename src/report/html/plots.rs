//! The plots: what changed, how latencies are distributed, rounds over time, cold starts, sizes.

use super::lettering::{TEXT, lines, width};
use super::svg::{Anchor, Plot, Scale, WIDTH, column, left_of, short};
use crate::compare::{self, Comparison, Metric, Side, Verdict};
use crate::report::{Bin, Report, SideReport};
use crate::stats;

const RIGHT: f64 = WIDTH - 12.0;
/// The height of a row of a variant.
const ROW: f64 = 34.0;

/// The class of a variant's colour.
pub(super) fn color(report: &Report, side: &Side) -> String {
    let place = report.sides.iter().position(|known| known.side == *side);
    format!("c{}", place.unwrap_or(0) % 6)
}

fn verdict_class(verdict: Option<Verdict>) -> &'static str {
    match verdict {
        Some(Verdict::Better) => "better",
        Some(Verdict::Worse) => "worse",
        Some(Verdict::NoDifferenceShown | Verdict::CannotTell) | None => "open",
    }
}

/// Every change of one candidate with its interval, and what the machine could not have told apart.
pub(super) fn changes(report: &Report, comparisons: &[&Comparison]) -> String {
    let ends = |comparison: &&&Comparison| Some((comparison.low?, comparison.high?));
    let known: Vec<(&Comparison, (f64, f64))> = comparisons
        .iter()
        .filter_map(|comparison| Some((*comparison, ends(&comparison)?)))
        .collect();
    if known.is_empty() {
        return String::new();
    }
    let low = known.iter().map(|(_, ends)| ends.0).fold(-2.0, f64::min);
    let high = known.iter().map(|(_, ends)| ends.1).fold(2.0, f64::max);
    let margin = (high - low) * 0.06;
    let (top, bottom) = (6.0, 6.0 + 30.0 * known.len() as f64);
    let titles = known
        .iter()
        .map(|(comparison, _)| comparison.metric.title());
    let (room, names) = column(titles);
    let scale = Scale::linear((low - margin, high + margin), (names, RIGHT));
    let mut plot = Plot::new(bottom + 22.0, "changes in percent with their intervals");
    plot.x_axis(&scale, (top, bottom), |percent| match percent {
        0.0 => "0".to_owned(),
        _ => format!("{percent:+.0} %"),
    });
    for (row, (comparison, (low, high))) in known.iter().enumerate() {
        let y = 30.0f64.mul_add(row as f64, top + 15.0);
        if let Some(floor) = report.noise_floor.get(&comparison.metric) {
            let (from, to) = (scale.at(-floor), scale.at(*floor));
            let word = format!("noise floor: ± {floor:.1} %");
            plot.rect((from, y - 11.0), (to - from, 22.0), "floor", &word);
        }
        let class = verdict_class(comparison.verdict);
        plot.label(y, room, comparison.metric.title());
        plot.line(
            (scale.at(*low), y),
            (scale.at(*high), y),
            &format!("interval {class}"),
        );
        let verdict = comparison.verdict.map_or("", Verdict::word);
        let word = format!(
            "{}: {:+.1} % [{low:+.1}, {high:+.1}] {verdict}",
            comparison.metric.title(),
            comparison.change_percent
        );
        let middle = (scale.at(comparison.change_percent), y);
        plot.circle(middle, 5.0, &format!("dot {class}"), &word);
    }
    let zero = scale.at(0.0);
    plot.line((zero, top), (zero, bottom), "zero");
    plot.finish()
}

/// The smallest and largest latency of all variants.
fn latency_range(report: &Report) -> Option<(f64, f64)> {
    let bins = || {
        report
            .sides
            .iter()
            .flat_map(|side| &side.series.latency_histogram)
    };
    let low = bins().map(|bin| bin.from_ms).min_by(f64::total_cmp)?;
    let high = bins().map(|bin| bin.to_ms).max_by(f64::total_cmp)?;
    Some((low, high))
}

/// A ridge a variant: how often each latency was met, with its percentiles below.
pub(super) fn distributions(report: &Report) -> String {
    let Some(range) = latency_range(report) else {
        return String::new();
    };
    let ridge = 62.0;
    let bottom = 8.0 + ridge * report.sides.len() as f64;
    let scale = Scale::logarithmic(range, (12.0, RIGHT));
    let mut plot = Plot::new(bottom + 22.0, "distribution of latencies by variant");
    plot.x_axis(&scale, (8.0, bottom), |ms| format!("{} ms", short(ms)));
    for (row, side) in report.sides.iter().enumerate() {
        let base = ridge.mul_add(row as f64 + 1.0, 0.0);
        let bins = &side.series.latency_histogram;
        let most = bins.iter().map(|bin| bin.count).max().unwrap_or(1) as f64;
        let class = color(report, &side.side);
        plot.path(
            &outline(bins, &scale, base, (ridge - 22.0) / most.sqrt()),
            &format!("area {class}"),
        );
        plot.line((12.0, base), (RIGHT, base), "base");
        let percentiles = [
            ("P50", Metric::LatencyMsP50),
            ("P90", Metric::LatencyMsP90),
            ("P99", Metric::LatencyMsP99),
        ];
        for (name, metric) in percentiles {
            if let Some(estimate) = side.metrics.get(metric) {
                let x = scale.at(estimate.value);
                let word = format!("{name} of {}: {:.3} ms", side.side, estimate.value);
                plot.rect((x - 1.0, base - 10.0), (2.0, 14.0), "percentile", &word);
            }
        }
        // Above the highest that its ridge can be.
        let name = lines(side.side.name(), RIGHT, 1).concat();
        plot.text((RIGHT, base - ridge + 18.0), Anchor::End, "name", &name);
    }
    plot.finish()
}

/// Square roots of counts as the upper edge of an area that stands on `base`: one in a thousand is still seen.
fn outline(bins: &[Bin], scale: &Scale, base: f64, unit: f64) -> Vec<(f64, f64)> {
    let mut points = Vec::new();
    for bin in bins {
        let (from, to) = (scale.at(bin.from_ms), scale.at(bin.to_ms));
        let y = unit.mul_add(-(bin.count as f64).sqrt(), base);
        // Between bins without any it returns to the base.
        if points
            .last()
            .is_none_or(|(x, _): &(f64, f64)| from - x > 0.01)
        {
            if let Some((x, _)) = points.last().copied() {
                points.push((x, base));
            }
            points.push((from, base));
        }
        points.extend([(from, y), (to, y)]);
    }
    if let Some((x, _)) = points.last().copied() {
        points.push((x, base));
    }
    points
}

/// Throughput of every round in the order of measurement.
pub(super) fn rounds(report: &Report) -> String {
    let of: Vec<(&SideReport, Vec<(u32, f64)>)> = report
        .sides
        .iter()
        .map(|side| (side, report.rates(side)))
        .collect();
    let all = || of.iter().flat_map(|(_, rates)| rates);
    let (Some(low), Some(high), Some(last)) = (
        all().map(|(_, rate)| *rate).min_by(f64::total_cmp),
        all().map(|(_, rate)| *rate).max_by(f64::total_cmp),
        all().map(|(place, _)| *place).max(),
    ) else {
        return String::new();
    };
    let (top, bottom) = (8.0, 190.0);
    let y = Scale::fitting((low, high), (bottom, top));
    let left = left_of(&y, short);
    let x = Scale::linear((1.0, f64::from(last.max(2))), (left + 8.0, RIGHT - 4.0));
    let mut plot = Plot::new(
        bottom + 20.0,
        "throughput of every round in the order of measurement",
    );
    plot.y_axis(&y, (left, RIGHT), short);
    for (side, line) in &of {
        let class = color(report, &side.side);
        let placed: Vec<(f64, f64)> = line
            .iter()
            .map(|(place, rate)| (x.at(f64::from(*place)), y.at(*rate)))
            .collect();
        plot.path(&placed, &format!("thread {class}"));
        for (point, (place, rate)) in placed.iter().zip(line) {
            let word = format!("{}, round {place} of all: {rate:.0}/s", side.side);
            plot.circle(*point, 3.6, &format!("dot {class}"), &word);
        }
    }
    plot.text(
        ((left + RIGHT) / 2.0, bottom + 15.0),
        Anchor::Middle,
        "tick",
        "requests per second; rounds in the order of measurement →",
    );
    plot.finish()
}

/// How the median latency of each variant moved from the first to the last requests of a round.
pub(super) fn within_a_round(report: &Report) -> String {
    let all = || {
        report
            .sides
            .iter()
            .flat_map(|side| side.series.within_round_ms.iter().copied())
    };
    let (Some(low), Some(high)) = (all().min_by(f64::total_cmp), all().max_by(f64::total_cmp))
    else {
        return String::new();
    };
    let (top, bottom) = (8.0, 150.0);
    let y = Scale::fitting((low, high), (bottom, top));
    let words = |ms| format!("{} ms", short(ms));
    let left = left_of(&y, words);
    let x = Scale::linear((0.0, 100.0), (left + 8.0, RIGHT - 4.0));
    let mut plot = Plot::new(
        bottom + 20.0,
        "median latency from the start to the end of a round",
    );
    plot.y_axis(&y, (left, RIGHT), words);
    for side in &report.sides {
        let medians = &side.series.within_round_ms;
        let share = |part: usize| (part as f64 + 0.5) / medians.len() as f64 * 100.0;
        let points: Vec<(f64, f64)> = medians
            .iter()
            .enumerate()
            .map(|(part, ms)| (x.at(share(part)), y.at(*ms)))
            .collect();
        let class = color(report, &side.side);
        plot.path(&points, &format!("course {class}"));
        for ((part, ms), point) in medians.iter().enumerate().zip(&points) {
            let word = format!(
                "{}, {:.0} % into a round: {ms:.3} ms",
                side.side,
                share(part)
            );
            plot.circle(*point, 2.2, &format!("dot {class}"), &word);
        }
    }
    plot.text(
        ((left + RIGHT) / 2.0, bottom + 15.0),
        Anchor::Middle,
        "tick",
        "first measured request of a round → last",
    );
    plot.finish()
}

/// Every cold start of every variant, with the median and its interval.
pub(super) fn cold_starts(report: &Report) -> String {
    let with: Vec<&SideReport> = report
        .sides
        .iter()
        .filter(|side| !side.series.cold_starts_ms.is_empty())
        .collect();
    let all = || {
        with.iter()
            .flat_map(|side| side.series.cold_starts_ms.iter().copied())
    };
    let (Some(low), Some(high)) = (all().min_by(f64::total_cmp), all().max_by(f64::total_cmp))
    else {
        return String::new();
    };
    let bottom = ROW.mul_add(with.len() as f64, 6.0);
    let (room, names) = column(with.iter().map(|side| side.side.name()));
    let scale = Scale::fitting((low, high), (names, RIGHT));
    let mut plot = Plot::new(bottom + 22.0, "every cold start in milliseconds");
    plot.x_axis(&scale, (6.0, bottom), |ms| format!("{} ms", short(ms)));
    for (row, side) in with.iter().enumerate() {
        let y = ROW.mul_add(row as f64 + 0.5, 6.0);
        let class = color(report, &side.side);
        plot.label(y, room, side.side.name());
        for (index, ms) in side.series.cold_starts_ms.iter().enumerate() {
            // Spread a little, always the same way, so that equal ones are seen.
            let spread = ((index * 7) % 11) as f64 - 5.0;
            let word = format!("{}: {ms:.1} ms", side.side);
            plot.circle(
                (scale.at(*ms), y + spread),
                2.6,
                &format!("dot faint {class}"),
                &word,
            );
        }
        if let Some(median) = side.metrics.get(Metric::ColdStartMs) {
            let x = scale.at(median.value);
            let word = format!("median of {}: {:.1} ms", side.side, median.value);
            plot.rect((x - 1.2, y - 13.0), (2.4, 26.0), "percentile", &word);
        }
    }
    plot.finish()
}

/// A bar a variant for one figure; nothing where no variant has it.
pub(super) fn bars(report: &Report, metric: Metric) -> String {
    let with: Vec<(&SideReport, stats::Estimate)> = report
        .sides
        .iter()
        .filter_map(|side| Some((side, *side.metrics.get(metric)?)))
        .collect();
    let Some(most) = with
        .iter()
        .map(|(_, figure)| figure.value)
        .max_by(f64::total_cmp)
    else {
        return String::new();
    };
    let height = 26.0;
    let mut plot = Plot::new(
        height * with.len() as f64 + 6.0,
        format!("{} by variant", metric.title()),
    );
    let (room, names) = column(with.iter().map(|(side, _)| side.side.name()));
    let values = with
        .iter()
        .map(|(_, figure)| compare::estimate(metric, figure).0);
    let widest = values.map(|words| width(&words, TEXT)).fold(0.0, f64::max);
    let scale = Scale::linear((0.0, most), (names, RIGHT - widest - 6.0));
    for (row, (side, figure)) in with.iter().enumerate() {
        let y = height.mul_add(row as f64, 4.0);
        let (from, to) = (scale.at(0.0), scale.at(figure.value));
        let (words, _) = compare::estimate(metric, figure);
        plot.label(y + (height - 8.0) / 2.0, room, side.side.name());
        let class = format!("bar {}", color(report, &side.side));
        plot.rect((from, y), (to - from, height - 8.0), &class, &words);
        plot.text((to + 6.0, y + 14.0), Anchor::Start, "value", &words);
    }
    plot.finish()
}

#[cfg(test)]
mod tests;
