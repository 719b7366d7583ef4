//! The evaluation's tables, as text and Markdown.

use super::{EvaluateReport, Figure, Warned};
use crate::compare;
use crate::report::method::host_in_words;
use crate::report::table::{Rows, Style, new_table};

impl EvaluateReport {
    /// For a terminal.
    pub fn table(&self, style: Style) -> String {
        let mut text = format!("{}\n", self.title());
        for line in self.about() {
            text += &format!("  {line}\n");
        }
        for figure in &self.figures {
            text += &format!("\n{}\n", figure.heading());
            let mut table = new_table(style, Rows::SeveralLines);
            table.set_header(figure.header());
            table.add_rows(figure.rows());
            text += &format!("{}\n", table.trim_fmt());
        }
        text.push('\n');
        for line in self.answers() {
            text += &format!("{line}\n");
        }
        text
    }

    /// For a page.
    pub fn markdown(&self) -> String {
        let mut text = format!("# {}\n\n", self.title());
        for line in self.about() {
            text += &format!("- {line}\n");
        }
        text += "\n## Answers\n\n";
        for line in self.answers() {
            text += &format!("- {line}\n");
        }
        for figure in &self.figures {
            let line = |cells: &[String]| {
                let cells: Vec<String> = cells
                    .iter()
                    .map(|cell| cell.replace('|', "\\|").replace('\n', "<br>"))
                    .collect();
                format!("| {} |\n", cells.join(" | "))
            };
            text += &format!("\n## {}\n\n", figure.heading());
            let header = figure.header();
            text += &line(&header);
            text += &format!("|{}\n", "---|".repeat(header.len()));
            for row in figure.rows() {
                text += &line(&row);
            }
        }
        text
    }

    pub(in crate::report) fn title(&self) -> String {
        let state = match &self.finished {
            Some(_) => "",
            None => " (not finished)",
        };
        format!(
            "Evaluation of {}: {} against {}{state}",
            self.functions.join(", "),
            self.variant,
            self.baseline
        )
    }

    /// How it was measured, and what a reader should know.
    pub(in crate::report) fn about(&self) -> Vec<String> {
        let measured = format!(
            "{} rounds × {} requests and {} cold starts of each image; 95 % intervals",
            self.rounds, self.requests, self.cold_starts
        );
        let mut lines = vec![host_in_words(&self.host), measured];
        lines.extend(self.notes.iter().cloned());
        lines.extend(self.warnings.iter().map(Warned::words));
        lines
    }

    /// What was found out, and what is still to be.
    pub(in crate::report) fn answers(&self) -> Vec<String> {
        let mut lines: Vec<String> = self
            .enough
            .iter()
            .map(|enough| format!("{}: {}", enough.function, enough.words))
            .collect();
        lines.extend(self.foretold.as_ref().map(|foretold| foretold.words()));
        let open = self.runs.iter().filter(|row| row.run.is_none());
        let open: Vec<String> = open.map(|row| row.words()).collect();
        if !open.is_empty() {
            lines.push(format!("not measured yet: {}", open.join(", ")));
        }
        lines
    }
}

impl Figure {
    /// The names of its bars: those of its first function, then what others have besides.
    fn labels(&self) -> Vec<&str> {
        let mut labels: Vec<&str> = Vec::new();
        for bar in &self.bars {
            if !labels.contains(&bar.label.as_str()) {
                labels.push(&bar.label);
            }
        }
        labels
    }

    pub(in crate::report) fn header(&self) -> Vec<String> {
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        let first: Vec<String> = words(&["function"]);
        let last: Vec<String> = words(&["found here", "published", "published against ours"]);
        let labels = self.labels().into_iter().map(str::to_owned);
        first.into_iter().chain(labels).chain(last).collect()
    }

    /// One row a claim; the figures stand in the first of a function.
    pub(in crate::report) fn rows(&self) -> Vec<Vec<String>> {
        let labels = self.labels();
        let mut rows = Vec::new();
        let mut before = None;
        for claim in &self.claims {
            let is_first = before != Some(&claim.function);
            before = Some(&claim.function);
            let figure = |label: &&str| match is_first {
                true => self.value(&claim.function, label),
                false => String::new(),
            };
            let name = match is_first {
                true => claim.function.clone(),
                false => String::new(),
            };
            let published = claim.published.as_ref();
            let last = [
                claim.ours.clone(),
                published.map_or_else(|| "–".to_owned(), |published| published.words.clone()),
                claim.agreement.words().to_owned(),
            ];
            let figures = labels.iter().map(figure);
            rows.push(std::iter::once(name).chain(figures).chain(last).collect());
        }
        for function in &self.open {
            let rest = labels.iter().map(|_| "–".to_owned());
            let last = ["not measured yet", "", ""].map(str::to_owned);
            let name = std::iter::once(function.clone());
            rows.push(name.chain(rest).chain(last).collect());
        }
        rows
    }

    fn value(&self, function: &str, label: &str) -> String {
        let bar = self.bars_of(function).find(|bar| bar.label == label);
        let estimate = bar.and_then(|bar| bar.estimate.as_ref());
        estimate.map_or_else(
            || "–".to_owned(),
            |estimate| compare::estimate(self.metric, estimate).0,
        )
    }
}
