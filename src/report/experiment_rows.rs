//! The rows that every format shows of an experiment.

use super::Report;
use super::experiment::{SweepCell, SweepReport, checks_in_words};
use crate::compare::{self, Comparison, Metric, Side, seconds};

impl SweepReport {
    /// The heads of the table's columns.
    pub(super) fn header(&self) -> Vec<String> {
        let largest = self.cells.last().map_or(0, |cell| cell.count);
        vec![
            self.over.noun().to_owned(),
            "trained in".to_owned(),
            "image".to_owned(),
            "throughput".to_owned(),
            format!("against {}", self.baseline),
            "P90 latency".to_owned(),
            format!("against {}", self.baseline),
            format!("as good as {largest}"),
        ]
    }

    /// The table's rows, one a count.
    pub(super) fn rows(&self, report: &Report) -> Vec<Vec<String>> {
        let last = self.cells.len().saturating_sub(1);
        let row = |(place, cell): (usize, &SweepCell)| {
            let own = self.over.words(cell.count);
            let image = match cell.side.name() == own {
                true => "its own".to_owned(),
                false => format!("that of {}", cell.side.name()),
            };
            let good = match (place == last, cell.against_largest.is_empty()) {
                (true, _) => "–".to_owned(),
                (false, true) => "the same".to_owned(),
                (false, false) => format!(
                    "{}: {}",
                    cell.as_good.word(),
                    checks_in_words(&cell.against_largest)
                ),
            };
            let figure = |metric| figure(report, &cell.side, metric);
            let change = |metric| self.against_baseline(&cell.side, metric);
            vec![
                cell.count.to_string(),
                seconds(cell.training_seconds),
                image,
                figure(Metric::ThroughputRps),
                change(Metric::ThroughputRps),
                figure(Metric::LatencyMsP90),
                change(Metric::LatencyMsP90),
                good,
            ]
        };
        self.cells.iter().enumerate().map(row).collect()
    }

    fn against_baseline(&self, side: &Side, metric: Metric) -> String {
        let of = |comparison: &&Comparison| {
            comparison.metric == metric
                && comparison.candidate == *side
                && comparison.baseline == self.baseline
        };
        let found = self.comparisons.iter().find(of);
        found.map_or_else(|| "–".to_owned(), Comparison::change_in_words)
    }
}

/// A figure of a side, without its interval.
fn figure(report: &Report, side: &Side, metric: Metric) -> String {
    let known = report.sides.iter().find(|known| known.side == *side);
    let estimate = known.and_then(|known| known.metrics.get(metric));
    estimate.map_or_else(
        || "–".to_owned(),
        |estimate| compare::estimate(metric, estimate).0,
    )
}
