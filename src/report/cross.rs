//! What the matrix of functions and profile sources came to: data, and its table as text and Markdown.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::table::{Rows, Style, new_table};
use crate::compare::{Comparison, Metric, Side};

/// Functions with each other's profiles.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CrossReport {
    /// 1.
    pub schema_version: u32,
    /// One row a function.
    pub rows: Vec<CrossRow>,
    /// Whether the profiles' overlap foretold what they brought.
    pub foretold: Foretold,
}

/// One function with every profile.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CrossRow {
    /// Which function.
    pub function: String,
    /// The run that measured it.
    pub run: PathBuf,
    /// Whose profile, and what it brought against the image without one.
    pub cells: Vec<CrossCell>,
    /// Every side against every other.
    pub comparisons: Vec<Comparison>,
}

/// One profile.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CrossCell {
    /// Whose: `own`, `all`, or a function's name.
    pub source: String,
    /// The side whose image it is: another one's where both have the same merged profile.
    pub side: Side,
    /// The overlap of the profile with the function's own, 0 to 1; `null` where neither counted anything.
    pub overlap: Option<f64>,
    /// Which share of the profile's calls of application methods goes to methods that the function's code has, 0 to 1.
    pub weight_in_code: Option<f64>,
    /// The image against that without a profile, metric by metric.
    pub comparisons: Vec<Comparison>,
}

/// Whether a larger overlap went with a larger gain in throughput, within each function.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Foretold {
    /// Pairs of profiles of which the one that overlaps more brought more.
    pub concordant: u64,
    /// Pairs of which it brought less.
    pub discordant: u64,
    /// The chance of so clear an answer if there is no relation; `null` where it cannot be computed.
    pub p: Option<f64>,
}

impl Foretold {
    /// In a sentence.
    pub fn words(&self) -> String {
        let pairs = self.concordant + self.discordant;
        if pairs == 0 {
            return "there is nothing to foretell a gain from: no two profiles differ in it"
                .to_owned();
        }
        let p = self
            .p
            .map_or_else(String::new, |p| format!(" (p = {p:.2})"));
        let counts = format!(
            "in {} of {pairs} pairs of profiles, a function's own included, the one that overlaps more brought more throughput{p}",
            self.concordant
        );
        let is_clear = self.p.is_some_and(|p| p <= 0.05);
        match (is_clear, self.concordant > self.discordant) {
            (true, true) => format!("overlap foretold the gain: {counts}"),
            (true, false) => format!("overlap foretold the opposite of the gain: {counts}"),
            (false, _) => format!("overlap is not shown to foretell the gain: {counts}"),
        }
    }
}

const HEADER: [&str; 6] = [
    "function",
    "profile",
    "overlap",
    "weight in its code",
    "throughput against none",
    "P90 latency against none",
];

impl CrossReport {
    /// For a terminal.
    pub fn table(&self, style: Style) -> String {
        let mut table = new_table(style, Rows::OneLine);
        table.set_header(HEADER);
        table.add_rows(self.lines());
        format!("{}\n\n{}\n", table.trim_fmt(), self.foretold.words())
    }

    /// For a page.
    pub fn markdown(&self) -> String {
        let mut text = format!(
            "**{}**\n\n| {} |\n",
            self.foretold.words(),
            HEADER.join(" | ")
        );
        text += &format!("|{}\n", "---|".repeat(HEADER.len()));
        for line in self.lines() {
            text += &format!("| {} |\n", line.join(" | "));
        }
        text
    }

    fn lines(&self) -> Vec<Vec<String>> {
        let percent = |share: Option<f64>| {
            share.map_or_else(|| "–".to_owned(), |share| format!("{:.1} %", share * 100.0))
        };
        let change = |cell: &CrossCell, metric| {
            let of = |comparison: &&Comparison| comparison.metric == metric;
            let found = cell.comparisons.iter().find(of);
            found.map_or_else(|| "–".to_owned(), Comparison::change_in_words)
        };
        let line = |row: &CrossRow, cell: &CrossCell| {
            vec![
                row.function.clone(),
                cell.source.clone(),
                percent(cell.overlap),
                percent(cell.weight_in_code),
                change(cell, Metric::ThroughputRps),
                change(cell, Metric::LatencyMsP90),
            ]
        };
        self.rows
            .iter()
            .flat_map(|row| row.cells.iter().map(move |cell| line(row, cell)))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_clear_answer_is_one() {
        let words = |concordant, discordant, p| {
            Foretold {
                concordant,
                discordant,
                p,
            }
            .words()
        };
        assert!(words(17, 1, Some(0.001)).starts_with("overlap foretold the gain: in 17 of 18"));
        assert!(words(1, 17, Some(0.001)).starts_with("overlap foretold the opposite"));
        assert!(words(10, 8, Some(0.6)).contains("is not shown to foretell the gain"));
        assert!(words(9, 0, None).contains("is not shown to foretell"));
        assert!(words(0, 0, None).contains("nothing to foretell"));
    }
}
