//! The report as one HTML file that needs nothing else: plots as inline SVG, a style sheet for light, dark, wide and narrow.

mod evaluate;
mod figures;
mod lettering;
mod plots;
mod svg;
mod trial;

use std::fmt::Write;

use super::experiment::{SweepCell, SweepReport};
use super::method::{host_in_words, how_it_was_measured};
use super::table::change;
use super::{Report, StageStatus};
use crate::compare::{self, Comparison, Metric, Side, Verdict};
use crate::gate::Outcome;
use crate::variant::Variant;
use svg::escape;

pub use evaluate::evaluation_page;
pub(super) use trial::trial_page;

const STYLE: &str = include_str!("html/style.css");

/// A page up to its first element.
fn head(title: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{} – pgoctl</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n",
        escape(title)
    )
}

/// What ends it.
const FOOT: &str = "</main>\n</body>\n</html>\n";

/// Renders the whole page.
pub(super) fn html(report: &Report) -> String {
    let mut page = head(&report.function);
    page += &heading(report);
    page += &verdict(report);
    page += &sweep(report);
    page += &found(report);
    page += &cards(report);
    page += &figures(report);
    page += &how(report);
    page + FOOT
}

fn heading(report: &Report) -> String {
    format!(
        "<h1>{}</h1>\n<p class=\"soft\">{} UTC · {}</p>\n{}",
        escape(&report.function),
        escape(
            report
                .started
                .split('.')
                .next()
                .unwrap_or_default()
                .replace('T', " ")
        ),
        escape(host_in_words(&report.host)),
        key(report)
    )
}

/// Which colour is which side.
fn key(report: &Report) -> String {
    let mut text = String::from("<p class=\"key\">");
    for side in &report.sides {
        let color = plots::color(report, &side.side).replace('c', "k");
        text += &format!(
            "<span><i class=\"{color}\"></i>{}</span>",
            escape(&side.side)
        );
    }
    text + "</p>\n"
}

fn verdict(report: &Report) -> String {
    report.gate.as_ref().map_or_else(String::new, |gate| {
        let class = match gate.outcome {
            Outcome::Pass => "pass",
            Outcome::Worse => "worse",
            Outcome::CannotTell => "open",
        };
        format!(
            "<p class=\"card verdict {class}\">{}</p>\n",
            escape(&gate.line)
        )
    })
}

/// The candidates of the report in order, each with its comparisons.
fn candidates(report: &Report) -> Vec<(&Side, Vec<&Comparison>)> {
    report
        .sides
        .iter()
        .map(|side| {
            let of = |comparison: &&Comparison| {
                comparison.candidate == side.side && !comparison.metric.is_detail()
            };
            (&side.side, report.comparisons.iter().filter(of).collect())
        })
        .filter(|(_, comparisons): &(_, Vec<_>)| !comparisons.is_empty())
        .collect()
}

/// What was found, in a sentence for each candidate and verdict.
fn found(report: &Report) -> String {
    let candidates = candidates(report);
    if candidates.is_empty() {
        return String::new();
    }
    let mut text =
        String::from("<section class=\"card\">\n<h2>What was found</h2>\n<ul class=\"found\">\n");
    for (side, comparisons) in candidates {
        text += &format!("<li><b>{}</b>", escape(side));
        if let Some(first) = comparisons.first() {
            text += &format!(" against {}", escape(first.against()));
        }
        let groups = [
            (Verdict::Better, "better"),
            (Verdict::Worse, "worse"),
            (Verdict::NoDifferenceShown, "open"),
            (Verdict::CannotTell, "open"),
        ];
        for (verdict, class) in groups {
            let of: Vec<String> = comparisons
                .iter()
                .filter(|comparison| comparison.verdict == Some(verdict))
                .map(|comparison| format!("{} {}", comparison.metric.title(), change(comparison)))
                .collect();
            if !of.is_empty() {
                text += &format!(
                    "<br><span class=\"word {class}\">{}</span>: {}",
                    verdict.word(),
                    escape(of.join("; "))
                );
            }
        }
        text += "</li>\n";
    }
    text + "</ul>\n</section>\n"
}

/// Whether fewer profiles are enough, in a sentence and count by count.
fn sweep(report: &Report) -> String {
    let Some(sweep) = &report.sweep else {
        return String::new();
    };
    let row = |cells: Vec<String>, tag: &str| {
        let cells = cells
            .iter()
            .map(|cell| format!("<{tag}>{}</{tag}>", escape(cell)));
        format!("<tr>{}</tr>\n", cells.collect::<String>())
    };
    let rows = sweep.rows(report).into_iter().map(|cells| row(cells, "td"));
    let plots = [Metric::ThroughputRps, Metric::LatencyMsP90];
    let plots = plots.map(|metric| format!("<div>{}</div>\n", over_counts(report, sweep, metric)));
    format!(
        "<section class=\"card\">\n<h2>{}</h2>\n<div class=\"grid\">\n{}</div>\n\
         <div class=\"scroll\"><table>\n{}{}</table></div>\n</section>\n",
        escape(sweep.words()),
        plots.concat(),
        row(sweep.header(), "th"),
        rows.collect::<String>()
    )
}

/// A figure against the counts of a sweep.
fn over_counts(report: &Report, sweep: &SweepReport, metric: Metric) -> String {
    let known = |side: &Side| {
        let known = report.sides.iter().find(|known| known.side == *side)?;
        known.metrics.get(metric).copied()
    };
    let point = |cell: &SweepCell| Some((cell.count, known(&cell.side)?));
    let points: Vec<_> = sweep.cells.iter().filter_map(point).collect();
    let baseline = known(&sweep.baseline.into());
    let level = baseline.map(|figure| (sweep.baseline.name(), figure.value));
    let title = format!("{} by {}", metric.title(), sweep.over.noun());
    figures::over_counts(&title, metric, &points, level)
}

/// One plot with its heading and the sentence that says how to read it.
fn card(heading: &str, reading: &str, plot: &str) -> String {
    if plot.is_empty() {
        return String::new();
    }
    format!(
        "<figure class=\"card\">\n<h2>{}</h2>\n{plot}<figcaption>{}</figcaption>\n</figure>\n",
        escape(heading),
        escape(reading)
    )
}

fn cards(report: &Report) -> String {
    let mut text = String::from("<div class=\"grid\">\n");
    for (side, comparisons) in candidates(report) {
        let against = comparisons
            .first()
            .map(|first| first.against())
            .unwrap_or_default();
        text += &card(
            &format!("{side} against {against}"),
            "Each change with its 95 % interval: where it does not touch zero, the change is real. Grey bands are what this machine \
             cannot tell apart, where that was measured.",
            &plots::changes(report, &comparisons),
        );
    }
    for training in &report.training {
        text += &card(
            &format!("Training of {}", training.variant),
            &format!(
                "How much of the merged profile was the same before each run; from 99 % on it counts as unchanged. It was {}.",
                training.words()
            ),
            &plots::settling(training),
        );
    }
    text += &card(
        "Latency",
        "How often each latency was met; bars are P50, P90 and P99. Heights are square roots of counts, so that rare ones are seen.",
        &plots::distributions(report),
    );
    text += &card(
        "Rounds over time",
        "Requests per second of each round, a fresh process each, in the order in which they were measured: a slope is a machine that \
         changed.",
        &plots::rounds(report),
    );
    text += &card(
        "Within a round",
        "Median latency of each twentieth of a round, in the middle of all rounds: level once the function is warm. Where it still falls, \
         figures depend on how many requests a round has.",
        &plots::within_a_round(report),
    );
    text += &card(
        "Cold starts",
        "From before the spawn to the first byte of the first good answer; every start is a dot, the bar is the median.",
        &plots::cold_starts(report),
    );
    let sizes = [
        Metric::ImageSizeBytes,
        Metric::PeakMemoryBytes,
        Metric::BuildSeconds,
    ];
    for metric in sizes {
        let reading = match metric {
            Metric::ImageSizeBytes => {
                "What must be shipped of the function; the HotSpot variants need a JVM besides."
            }
            Metric::PeakMemoryBytes => "Largest resident set before the stop.",
            _ => "Wall-clock time of the build.",
        };
        let mut title = metric.title().to_owned();
        title[..1].make_ascii_uppercase();
        text += &card(&title, reading, &plots::bars(report, metric));
    }
    text + "</div>\n"
}

/// Every figure as a table.
fn figures(report: &Report) -> String {
    if report.plan.is_none() {
        return String::new();
    }
    let mut text = String::from(
        "<section class=\"card\">\n<h2>All figures</h2>\n<div class=\"scroll\"><table>\n<tr><th>metric</th>",
    );
    for side in &report.sides {
        text += &format!("<th class=\"number\">{}</th>", escape(&side.side));
    }
    text += "</tr>\n";
    for metric in report.shown_metrics() {
        text += &format!("<tr><td>{}</td>", metric.title());
        for side in &report.sides {
            text += &format!(
                "<td class=\"number\">{}</td>",
                figure(report, &side.side, metric)
            );
        }
        text += "</tr>\n";
    }
    text + "</table></div>\n</section>\n"
}

fn figure(report: &Report, side: &Side, metric: Metric) -> String {
    let known = report.sides.iter().find(|known| known.side == *side);
    let Some(estimate) = known.and_then(|known| known.metrics.get(metric)) else {
        return "–".to_owned();
    };
    let (value, range) = compare::estimate(metric, estimate);
    let mut text = escape(value);
    let of =
        |comparison: &&Comparison| comparison.candidate == *side && comparison.metric == metric;
    match report.comparisons.iter().find(of) {
        Some(comparison) => {
            let class = match comparison.verdict {
                Some(Verdict::Better) => "better",
                Some(Verdict::Worse) => "worse",
                _ => "open",
            };
            text += &format!("<br>{}", escape(change(comparison)));
            if let Some(verdict) = comparison.verdict {
                text += &format!("<br><span class=\"word {class}\">{}</span>", verdict.word());
            }
        }
        None => {
            if let Some(range) = range {
                text += &format!("<br><span class=\"soft\">{}</span>", escape(range));
            }
        }
    }
    text
}

/// How it was measured, on what, and what a reader should know.
fn how(report: &Report) -> String {
    let mut text = String::new();
    if !report.warnings.is_empty() {
        text += "<section class=\"card\">\n<h2>Worth knowing</h2>\n<ul>\n";
        for warning in &report.warnings {
            let hint = warning.hint.as_ref().map_or_else(String::new, |hint| {
                format!(" <span class=\"soft\">{}</span>", escape(hint))
            });
            writeln!(text, "<li>{}{hint}</li>", escape(&warning.message))
                .expect("a string takes everything");
        }
        text += "</ul>\n</section>\n";
    }
    text += "<details><summary>How it was measured</summary>\n<ul>\n";
    for line in how_it_was_measured(report) {
        text += &format!("<li>{}</li>\n", escape(line));
    }
    text += "</ul>\n";
    for side in &report.sides {
        text += &format!(
            "<p class=\"soft\"><b>{}</b>: <code>{}</code></p>\n",
            escape(&side.side),
            escape(side.image.path.display())
        );
    }
    for stage in report
        .stages
        .iter()
        .filter(|stage| stage.status == StageStatus::Skipped)
    {
        text += &format!(
            "<p class=\"soft\">left out: {}: {}</p>\n",
            escape(stage.variant.map_or("", Variant::name)),
            escape(stage.reason.as_deref().unwrap_or("no reason given"))
        );
    }
    text + "</details>\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_needs_nothing_from_elsewhere_and_a_name_is_only_text() {
        let mut report = Report::for_tests();
        report.function = "<img src=x onerror=alert(1)>".to_owned();
        let page = html(&report);
        assert!(!page.contains("<img"), "{page}");
        for word in ["http:", "https:", "<script", "<link", "url(", "@import"] {
            assert!(!page.contains(word), "{word}");
        }
    }

    #[test]
    fn what_was_not_measured_is_no_plot() {
        let page = html(&Report::for_tests());
        assert!(!page.contains("<svg"));
        assert!(!page.contains("NaN") && !page.contains("inf"));
    }
}
