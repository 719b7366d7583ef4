//! A trial as text: for a terminal, as CSV, as Markdown.

use super::markdown::{cell, rows};
use super::table::{Rows, Style, new_table};
use super::trial::{Outcome, TrialReport};
use crate::variant::Variant;

/// For a terminal.
pub(super) fn table(trial: &TrialReport, style: Style) -> String {
    let mut figures = new_table(style, Rows::OneLine);
    figures.set_header(trial.header());
    figures.add_rows(trial.figures());
    let mut text = format!(
        "{}\n  {}\n  {}\n\n{}\n",
        trial.function,
        trial.title(),
        trial.verdict_line(),
        figures.trim_fmt()
    );
    if !trial.pairs().is_empty() {
        let mut pairs = new_table(style, Rows::OneLine);
        pairs.set_header(trial.pairs_header());
        pairs.add_rows(trial.pair_rows());
        text += &format!("\n{}\n", pairs.trim_fmt());
    }
    text
}

/// One line for each pair of workers; one without a pair where there is none. Unknown is an empty field.
pub(super) fn csv(trial: &TrialReport) -> String {
    let mut text = String::from(
        "function,generation,baseline,candidate,outcome,latency_percent,low,high,max_worse_percent,calls,failed_baseline,failed_candidate,pair,baseline_ms,candidate_ms,baseline_start_ms,candidate_start_ms\n",
    );
    let number = |value: Option<f64>| value.map_or_else(String::new, |value| value.to_string());
    let verdict = &trial.verdict;
    let same = [
        trial.function.clone(),
        trial.generation.to_string(),
        trial.baseline.map_or("", Variant::name).to_owned(),
        verdict.variant.name().to_owned(),
        verdict.outcome.words().to_owned(),
        number(verdict.latency_percent),
        number(verdict.low),
        number(verdict.high),
        number(trial.max_worse_percent),
        verdict.calls.to_string(),
        verdict.failed[0].to_string(),
        verdict.failed[1].to_string(),
    ]
    .join(",");
    for (place, (baseline, candidate)) in trial.pairs().iter().enumerate() {
        let starts = trial.starts_ms.as_ref().and_then(|all| all.get(place));
        let [one, other] = [starts.map(|it| it.0), starts.map(|it| it.1)].map(number);
        text += &format!(
            "{same},{},{baseline},{candidate},{one},{other}\n",
            place + 1
        );
    }
    if trial.pairs().is_empty() {
        text += &format!("{same},,,,,\n");
    }
    text
}

/// For a page.
pub(super) fn markdown(trial: &TrialReport) -> String {
    let mark = match trial.verdict.outcome {
        Outcome::Better | Outcome::NotWorse => "✅",
        Outcome::Worse => "❌",
        Outcome::CannotTell => "❔",
    };
    let mut text = format!(
        "### `{}`: {}\n\n{mark} **{}**\n\n",
        trial.function,
        trial.title(),
        cell(&trial.verdict_line())
    );
    text += &rows(&trial.header(), &trial.figures());
    if !trial.pairs().is_empty() {
        text += "<details><summary>Pair by pair</summary>\n\n";
        text += &rows(&trial.pairs_header(), &trial.pair_rows());
        text += "</details>\n";
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::trial::Verdict;
    use crate::report::{Format, render_trial as render};

    /// One that failed before the first pair was whole, as older versions kept it.
    fn failed_at_once() -> TrialReport {
        let mut trial = TrialReport::for_tests();
        trial.verdict = Verdict {
            outcome: Outcome::Worse,
            latency_percent: None,
            low: None,
            high: None,
            why: "the new image failed 3 of 3 calls".to_owned(),
            ..trial.verdict
        };
        (trial.ended, trial.baseline) = (None, None);
        (trial.max_worse_percent, trial.max_worse_start_percent) = (None, None);
        (trial.block_means_ms, trial.starts_ms) = (None, None);
        trial
    }

    #[test]
    fn every_format_says_the_verdict_and_the_pairs() {
        let trial = TrialReport::for_tests();
        for format in [Format::Table, Format::Markdown, Format::Html] {
            let text = render(&trial, format, Style::default());
            for word in [
                "better in 6 pairs of workers; the new image took over",
                "native-pgo beside native, generation 9, ended 2027-01-15 10:00:00 UTC",
                "-10.0 % [-12.0, -8.0]",
                "+3.0 %",
                "12.3 ms",
                "+20.0 %",
                "12.3, 15.0",
                "0.900",
            ] {
                assert!(text.contains(word), "{format:?}: {word}\n{text}");
            }
        }
        let csv = render(&trial, Format::Csv, Style::default());
        assert_eq!(csv.lines().count(), 7);
        let line = "hello,9,native,native-pgo,better,-10,-12,-8,3,300,0,1,6,1,0.9,,";
        assert_eq!(csv.lines().last(), Some(line));
        let json = render(&trial, Format::Json, Style::default());
        let again: TrialReport = serde_json::from_str(&json).expect("it is one");
        assert_eq!(again, trial);
    }

    #[test]
    fn what_is_unknown_is_not_a_number() {
        let trial = failed_at_once();
        for format in [
            Format::Table,
            Format::Csv,
            Format::Markdown,
            Format::Html,
            Format::Json,
        ] {
            let text = render(&trial, format, Style::default());
            assert!(!text.contains("NaN") && !text.contains("inf"), "{text}");
        }
        let csv = render(&trial, Format::Csv, Style::default());
        let line = "hello,9,,native-pgo,worse,,,,,300,0,1,,,,,";
        assert_eq!(csv.lines().last(), Some(line));
        let text = render(&trial, Format::Table, Style::default());
        let words = "worse: the new image failed 3 of 3 calls; the present image stayed";
        assert!(text.contains(words), "{text}");
    }

    #[test]
    fn the_page_needs_nothing_from_elsewhere_and_a_name_is_only_text() {
        let mut trial = TrialReport::for_tests();
        trial.verdict.why = "<img src=x onerror=alert(1)>".to_owned();
        let page = render(&trial, Format::Html, Style::default());
        for word in ["<img", "http:", "https:", "<script", "<link", "url("] {
            assert!(!page.contains(word), "{word}");
        }
        assert_eq!(page.matches("<svg").count(), 2, "{page}");
    }
}
