//! How much two profiles agree, section by section.

use crate::profile::iprof::counts::cells::{CellKey, sorted};
use crate::profile::iprof::counts::profile::Counts;
use crate::profile::iprof::counts::section_counts::{Entry, SectionCounts};
use crate::profile::iprof::text::section::{Arity, Section};

/// The overlap of two lists of counters of one section, whose symbols are shared.
pub fn section_overlap(section: Section, a: &SectionCounts, b: &SectionCounts) -> Option<f64> {
    let sum = |counts: &SectionCounts| -> u128 { counts.entries().map(Entry::total).sum() };
    let (a_sum, b_sum) = (sum(a), sum(b));
    match (a_sum, b_sum) {
        (0, 0) => return None,
        (0, _) | (_, 0) => return Some(0.0),
        _ => {}
    }
    let mut overlap = 0.0;
    each_common(section.arity(), a, b, |a_count, b_count| {
        overlap += (a_count as f64 / a_sum as f64).min(b_count as f64 / b_sum as f64);
    });
    Some(overlap.min(1.0))
}

/// The overlap of two profiles that share their symbols, in `sections` taken together.
pub fn pair_overlap(a: &Counts, b: &Counts, sections: &[Section]) -> Option<f64> {
    let sum = |counts: &Counts| -> u128 {
        let sums = sections.iter().map(|section| counts.totals(*section).sum);
        sums.sum()
    };
    let (a_sum, b_sum) = (sum(a), sum(b));
    match (a_sum, b_sum) {
        (0, 0) => return None,
        (0, _) | (_, 0) => return Some(0.0),
        _ => {}
    }
    let mut overlap = 0.0;
    for section in sections {
        let (a, b) = (a.section(*section), b.section(*section));
        each_common(section.arity(), a, b, |a_count, b_count| {
            overlap += (a_count as f64 / a_sum as f64).min(b_count as f64 / b_sum as f64);
        });
    }
    Some(overlap.min(1.0))
}

/// Calls `each` with the counts of every counter that both sides have.
pub(crate) fn each_common(
    arity: Arity,
    a: &SectionCounts,
    b: &SectionCounts,
    mut each: impl FnMut(u64, u64),
) {
    for left in a.entries() {
        let Some(right) = b.find(left.frames) else {
            continue;
        };
        // Branches whose successors differ are matched by key, equal keys by their order, as merging matches them.
        if arity != Arity::Triples || left.keys == right.keys {
            common_sorted(left.cells(), right.cells(), &mut each);
        } else {
            common_sorted(
                sorted(left.cells()).into_iter(),
                sorted(right.cells()).into_iter(),
                &mut each,
            );
        }
    }
}

pub(crate) fn common_sorted(
    left: impl Iterator<Item = (CellKey, u64)>,
    right: impl Iterator<Item = (CellKey, u64)>,
    each: &mut impl FnMut(u64, u64),
) {
    let mut right = right.peekable();
    for (key, count) in left {
        // Lists of branches with equal keys are not sorted, but then both go in step and nothing is skipped.
        while right
            .next_if(|other| other.0 < key && other.0 != key)
            .is_some()
        {}
        if let Some((_, other)) = right.next_if(|other| other.0 == key) {
            each(count, other);
        }
    }
}
