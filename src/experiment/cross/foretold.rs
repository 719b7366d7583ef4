//! Whether the profiles' overlap foretold what they brought.

use crate::compare::{Comparison, Metric};
use crate::report::cross::{CrossCell, CrossRow, Foretold};
use crate::stats::concordance;

/// Whether a larger overlap went with a larger gain, within each function.
pub(in crate::experiment) fn foretold(rows: &[CrossRow]) -> Foretold {
    let gain = |cell: &&CrossCell| {
        let of = |one: &&Comparison| one.metric == Metric::ThroughputRps;
        let found = cell.comparisons.iter().find(of)?;
        Some((cell.overlap?, found.change_percent))
    };
    let block = |row: &CrossRow| {
        let mut images: Vec<&CrossCell> = Vec::new();
        for cell in &row.cells {
            // Sources with the same merged profile were measured once.
            if images.iter().all(|known| known.side != cell.side) {
                images.push(cell);
            }
        }
        images.iter().filter_map(gain).collect()
    };
    let blocks: Vec<Vec<(f64, f64)>> = rows.iter().map(block).collect();
    let found = concordance(&blocks);
    Foretold {
        concordant: found.concordant,
        discordant: found.discordant,
        p: found.p,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::{Side, Verdict};
    use crate::variant::Variant;

    fn cell(source: &str, side: &str, overlap: Option<f64>, gain: Option<f64>) -> CrossCell {
        let compared = |gain: f64| Comparison {
            baseline: Variant::Native.into(),
            saved_baseline: None,
            candidate: Side::instance(side, Variant::NativePgo),
            metric: Metric::ThroughputRps,
            change_percent: gain,
            low: Some(gain - 1.0),
            high: Some(gain + 1.0),
            verdict: Some(Verdict::Better),
        };
        CrossCell {
            source: source.to_owned(),
            side: Side::instance(side, Variant::NativePgo),
            overlap,
            weight_in_code: None,
            comparisons: gain.map(compared).into_iter().collect(),
        }
    }

    fn row(function: &str, cells: Vec<CrossCell>) -> CrossRow {
        CrossRow {
            function: function.to_owned(),
            run: function.into(),
            cells,
            comparisons: Vec::new(),
        }
    }

    #[test]
    fn pairs_are_counted_within_a_function_and_gains_of_two_functions_are_not_compared() {
        let rows = [
            row(
                "hello",
                vec![
                    cell("sleep", "profile of sleep", Some(0.4), Some(1.0)),
                    cell("own", "own profile", Some(1.0), Some(3.0)),
                    cell("all", "all profiles", Some(0.8), Some(2.0)),
                ],
            ),
            row(
                "sleep",
                vec![
                    cell("hello", "profile of hello", Some(0.3), Some(20.0)),
                    cell("own", "own profile", Some(1.0), Some(10.0)),
                    cell("all", "all profiles", Some(0.7), Some(15.0)),
                ],
            ),
        ];
        let found = foretold(&rows);
        assert_eq!((found.concordant, found.discordant), (3, 3));
        assert!(found.p.is_some_and(|p| (p - 1.0).abs() < 1e-9), "{found:?}");
        let alone = foretold(&rows[..1]);
        assert_eq!((alone.concordant, alone.discordant), (3, 0));
        // Two of the six orders of three are so clear.
        assert!(
            alone.p.is_some_and(|p| (p - 1.0 / 3.0).abs() < 1e-9),
            "{alone:?}"
        );
    }

    #[test]
    fn an_image_counts_once_and_what_was_not_measured_not_at_all() {
        let rows = [row(
            "hello",
            vec![
                cell("sleep", "profile of sleep", Some(0.4), Some(1.0)),
                cell("own", "own profile", Some(1.0), Some(3.0)),
                cell("all", "own profile", Some(1.0), Some(3.0)),
                cell("filehash", "profile of filehash", Some(0.2), None),
                cell("empty", "profile of empty", None, Some(9.0)),
            ],
        )];
        let found = foretold(&rows);
        assert_eq!((found.concordant, found.discordant), (1, 0));
    }
}
