//! Markdown for a pull request: the verdict first, then a table that fits, then how it was measured, folded away.

use super::Report;
use super::method::how_it_was_measured;
use super::table::change;
use crate::compare::{self, Comparison, Metric, Side};
use crate::gate::{GateReport, Outcome};

/// Renders the report.
pub(super) fn markdown(report: &Report) -> String {
    let mut text = format!("### `{}`\n\n", report.function);
    if let Some(gate) = &report.gate {
        text += &verdict(gate);
    }
    if let Some(sweep) = &report.sweep {
        text += &format!("**{}**\n\n", sweep.words());
        text += &rows(&sweep.header(), &sweep.rows(report));
    }
    text += "| metric |";
    for side in &report.sides {
        text += &format!(" {} |", cell(side.side.name()));
    }
    text += &format!("\n|---|{}\n", "---:|".repeat(report.sides.len()));
    for metric in report.shown_metrics() {
        text += &format!("| {} |", metric.title());
        for side in &report.sides {
            text += &format!(" {} |", figure(report, &side.side, metric));
        }
        text.push('\n');
    }
    for warning in &report.warnings {
        text += &format!("\n> **warning:** {}\n", warning.message);
    }
    text += "\n<details><summary>How it was measured</summary>\n\n";
    for line in how_it_was_measured(report) {
        text += &format!("- {line}\n");
    }
    text + "\n</details>\n"
}

/// The line of the gate, and what each check came to.
fn verdict(gate: &GateReport) -> String {
    let mark = match gate.outcome {
        Outcome::Pass => "✅",
        Outcome::Worse => "❌",
        Outcome::CannotTell => "❔",
    };
    let mut text = format!("{mark} **{}**\n\n", gate.line);
    let is_empty = gate.checks.is_empty() && gate.unchecked.is_empty();
    if !is_empty {
        text += "| gate | change | limit | outcome |\n|---|---:|---:|---|\n";
    }
    for check in &gate.checks {
        let outcome = match &check.reason {
            Some(reason) => format!("{} ({reason})", check.outcome.word()),
            None => check.outcome.word().to_owned(),
        };
        text += &format!(
            "| {} of {} against {} | {} | {} % | {} |\n",
            check.metric.title(),
            cell(check.candidate.name()),
            cell(&check.against()),
            check.change(),
            check.max_worse_percent,
            cell(&outcome)
        );
    }
    for unchecked in &gate.unchecked {
        let outcome = format!("{} ({})", Outcome::CannotTell.word(), unchecked.reason);
        text += &format!(
            "| {} | – | – | {} |\n",
            cell(unchecked.side.name()),
            cell(&outcome)
        );
    }
    if is_empty { text } else { text + "\n" }
}

/// A table of text.
pub(super) fn rows(header: &[String], rows: &[Vec<String>]) -> String {
    let line = |cells: &[String]| {
        let cells: Vec<String> = cells.iter().map(|text| cell(text)).collect();
        format!("| {} |\n", cells.join(" | "))
    };
    let mut text = line(header) + &format!("|{}\n", "---|".repeat(header.len()));
    for row in rows {
        text += &line(row);
    }
    text + "\n"
}

/// Text that cannot end a cell.
pub(super) fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

fn figure(report: &Report, side: &Side, metric: Metric) -> String {
    let known = report.sides.iter().find(|known| known.side == *side);
    let Some(estimate) = known.and_then(|known| known.metrics.get(metric)) else {
        return "–".to_owned();
    };
    let (figure, _) = compare::estimate(metric, estimate);
    let of =
        |comparison: &&Comparison| comparison.candidate == *side && comparison.metric == metric;
    let Some(comparison) = report.comparisons.iter().find(of) else {
        return figure;
    };
    let verdict = comparison
        .verdict
        .map_or_else(String::new, |verdict| format!("<br>**{}**", verdict.word()));
    format!(
        "{figure}<br>{} vs {}{verdict}",
        change(comparison),
        cell(&comparison.against())
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::Pair;
    use crate::gate::{Check, NoiseFloor};
    use crate::variant::Variant;

    #[test]
    fn a_verdict_comes_first_and_reasons_cannot_break_the_table() {
        let mut report = Report::for_tests();
        let floor = NoiseFloor {
            percent: 4.0,
            rounds: 6,
            rounds_needed: None,
        };
        let sides = Pair {
            baseline: Variant::Native.into(),
            candidate: Variant::NativePgo.into(),
        };
        let mut check = Check::refused(sides, Metric::ThroughputRps, 1.0, floor);
        check.reason = Some("a | b".to_owned());
        report.gate = Some(GateReport::new("hello", vec![check]));
        let text = markdown(&report);
        let lines: Vec<&str> = text.lines().collect();
        assert!(lines[2].starts_with("❔ **VERDICT: cannot tell:"), "{text}");
        assert!(text.contains("cannot tell (a \\| b)"), "{text}");
        assert!(text.contains("| metric | native | native-pgo |"), "{text}");
    }
}
