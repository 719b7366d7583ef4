//! How much two profiles agree, by names: the overlap of `llvm-profdata`.
//!
//! Every counter is divided by the sum of its profile, so that a long run and a short one compare; the overlap is the sum
//! of the smaller of each pair (LLVM, `llvm-profdata overlap`: sum of min(count1/total1, count2/total2)). 1 is the same
//! distribution, 0 nothing in common. A counter is a cell in a context: a successor, a receiver type, a call count.

use std::path::PathBuf;

use serde::Serialize;

use super::agreement::pair_overlap;
use super::sources::Sources;
use crate::profile::iprof::counts::profile::Counts;
use crate::profile::iprof::text::section::Section;

/// The overlap of several profiles.
#[derive(Clone, Debug, Serialize)]
pub struct OverlapReport {
    /// The version of this report's keys.
    pub schema_version: u32,
    /// The profiles, in the order of rows and columns.
    pub profiles: Vec<PathBuf>,
    /// Everything that instrumentation counts, taken together (samples run on another clock and are not in it).
    pub total: Matrix,
    /// Each section that at least one profile has counts in.
    pub sections: Vec<SectionOverlap>,
    /// Where two profiles differ because one was made on HotSpot and one by an image; `None` if that is not so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sources: Option<Sources>,
}

/// The overlap of every pair, 0 to 1; `None` where neither side has counts.
pub type Matrix = Vec<Vec<Option<f64>>>;

/// The overlap in one section.
#[derive(Clone, Debug, Serialize)]
pub struct SectionOverlap {
    /// Which section.
    pub section: Section,
    /// The sum of counts of each profile.
    pub sums: Vec<u128>,
    /// The overlap of every pair.
    pub overlap: Matrix,
}

/// Compares every pair of profiles, which share their symbols.
pub fn overlap(paths: Vec<PathBuf>, profiles: &[Counts]) -> OverlapReport {
    let sections = Section::ALL.map(|section| SectionOverlap {
        section,
        sums: profiles
            .iter()
            .map(|counts| counts.totals(section).sum)
            .collect(),
        overlap: matrix(profiles, &[section]),
    });
    let counted = |section: &SectionOverlap| section.sums.iter().any(|sum| *sum > 0);
    OverlapReport {
        schema_version: 1,
        profiles: paths,
        total: matrix(profiles, &EVENTS),
        sections: sections.into_iter().filter(counted).collect(),
        sources: None,
    }
}

/// The sections that count events.
pub const EVENTS: [Section; 5] = [
    Section::CallCount,
    Section::Conditional,
    Section::VirtualInvoke,
    Section::Instanceof,
    Section::Monitor,
];

fn matrix(profiles: &[Counts], sections: &[Section]) -> Matrix {
    let pair = |row: usize, column: usize| {
        // The same sums in the same order on both sides of the diagonal.
        let (first, second) = (row.min(column), row.max(column));
        pair_overlap(&profiles[first], &profiles[second], sections)
    };
    let numbers = 0..profiles.len();
    numbers
        .clone()
        .map(|row| numbers.clone().map(|column| pair(row, column)).collect())
        .collect()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use crate::profile::iprof::counts::profile::from_bytes;
    use crate::profile::iprof::names::symbols::Symbols;
    use crate::profile::iprof::testing::{self, LENBORJE, SMALL, TOMMY};
    use crate::profile::iprof::text::source::Packing;

    fn overlap_of(texts: &[&str]) -> OverlapReport {
        let mut symbols = Symbols::default();
        let mut all = Vec::new();
        for text in texts {
            let mut counts = Counts::default();
            from_bytes(text.as_bytes(), Packing::Plain, &mut symbols, &mut counts).unwrap();
            all.push(counts);
        }
        overlap(vec![PathBuf::new(); texts.len()], &all)
    }

    fn of(report: &OverlapReport, section: Section) -> Option<f64> {
        let found = report
            .sections
            .iter()
            .find(|found| found.section == section);
        found.and_then(|found| found.overlap[0][1])
    }

    #[test]
    fn a_profile_agrees_with_itself_and_with_its_double() {
        let double = SMALL
            .replace("[80]", "[160]")
            .replace("[15]", "[30]")
            .replace("[5]", "[10]");
        let report = overlap_of(&[SMALL, &double]);
        for section in &report.sections {
            let agreement = section.overlap[0][1].unwrap();
            assert!((agreement - 1.0).abs() < 1e-12, "{section:?}");
        }
        assert!((report.total[0][0].unwrap() - 1.0).abs() < 1e-12);
    }

    #[test]
    fn the_smaller_of_normalized_counts_is_summed() {
        let other = SMALL
            .replace("[80]", "[10]")
            .replace("[15]", "[10]")
            .replace("[5]", "[20]");
        // 0.80 0.15 0.05 against 0.25 0.25 0.50
        let agreement = of(&overlap_of(&[SMALL, &other]), Section::Sampling).unwrap();
        assert!(
            (agreement - (0.25 + 0.15 + 0.05)).abs() < 1e-12,
            "{agreement}"
        );
    }

    #[test]
    fn a_branch_with_other_successors_agrees_in_those_it_shares() {
        let other = SMALL.replace("11,0,20000,22,1,20", "22,1,20,33,2,20000");
        let agreement = of(&overlap_of(&[SMALL, &other]), Section::Conditional).unwrap();
        assert!(
            (agreement - (1000.0 + 20.0) / 21_020.0).abs() < 1e-12,
            "{agreement}"
        );
        let swapped = SMALL.replace("11,0,20000,22,1,20", "22,1,20,11,0,20000");
        let agreement = of(&overlap_of(&[SMALL, &swapped]), Section::Conditional).unwrap();
        assert!((agreement - 1.0).abs() < 1e-12, "{agreement}");
    }

    #[test]
    fn nothing_against_something_is_zero_and_nothing_against_nothing_is_unknown() {
        let empty = r#"{"version":"1.0.0","types":[],"methods":[]}"#;
        let report = overlap_of(&[SMALL, empty, empty]);
        assert_eq!(report.total[0][1], Some(0.0));
        assert_eq!(report.total[1][2], None);
    }

    #[test]
    fn a_sum_agrees_with_its_part_as_algebra_says() {
        let (Some(a), Some(b)) = (testing::real(LENBORJE), testing::real(TOMMY)) else {
            return;
        };
        let (a, b) = (
            std::fs::read_to_string(a).unwrap(),
            std::fs::read_to_string(b).unwrap(),
        );
        let (mut symbols, mut both) = (Symbols::default(), Counts::default());
        let mut parts = [Counts::default(), Counts::default()];
        for (text, part) in [&a, &b].into_iter().zip(&mut parts) {
            from_bytes(text.as_bytes(), Packing::Plain, &mut symbols, &mut both).unwrap();
            from_bytes(text.as_bytes(), Packing::Plain, &mut symbols, part).unwrap();
        }
        let section = Section::CallCount;
        let found = pair_overlap(&parts[0], &both, &[section]).unwrap();
        let a_sum = parts[0].totals(section).sum as f64;
        let both_sum = both.totals(section).sum as f64;
        let expected: f64 = parts[0]
            .section(section)
            .entries()
            .map(|entry| {
                let more = parts[1].section(section).find(entry.frames);
                let more = more.map_or(0, |more| more.counts[0]);
                let own = entry.counts[0] as f64;
                (own / a_sum).min((own + more as f64) / both_sum)
            })
            .sum();
        assert!((found - expected).abs() < 1e-12, "{found} {expected}");
    }
}
