//! Adding up cells of one context.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::*;
use crate::profile::iprof::counts::cells::{CellKey, MAX_COUNT};
use crate::profile::iprof::names::symbols::TypeSym;

/// Adds one contribution in a batch of its own.
fn add(
    section: &mut SectionCounts,
    frames: &[Frame<MethodSym>],
    cells: &mut Cells,
) -> Result<u32, Overflow> {
    let mut batch = section.batch();
    let number = batch.add(frames, cells)?;
    batch.finish()?;
    Ok(number)
}

fn branches(list: &[(i32, i32, u64)]) -> Cells {
    let mut cells = Cells::default();
    for (bci, index, count) in list {
        cells.push(CellKey::successor(*bci, *index), *count);
    }
    cells
}

fn after(contributions: &[&[(i32, i32, u64)]]) -> Vec<(i32, i32, u64)> {
    let mut section = SectionCounts::new(Section::Conditional);
    for list in contributions {
        add(&mut section, &[], &mut branches(list)).unwrap();
    }
    let cells = section.entry(0).cells();
    let cells = cells.map(|(key, count)| (key.branch().0, key.branch().1, count));
    cells.collect()
}

#[test]
fn equal_successors_keep_their_order() {
    let list: &[_] = &[(116, 1, 9), (36, 0, 5), (253, 2, 84)];
    assert_eq!(
        after(&[list, list]),
        [(116, 1, 18), (36, 0, 10), (253, 2, 168)]
    );
}

#[test]
fn the_same_successor_twice_is_told_apart_by_order() {
    let list: &[_] = &[(-1, 0, 3), (-1, 0, 1)];
    assert_eq!(after(&[list, list]), [(-1, 0, 6), (-1, 0, 2)]);
    let longer: &[_] = &[(-1, 0, 10), (-1, 0, 20), (-1, 0, 30), (7, 1, 5)];
    assert_eq!(
        after(&[list, longer]),
        [(-1, 0, 13), (-1, 0, 21), (-1, 0, 30), (7, 1, 5)]
    );
}

#[test]
fn different_successors_are_united_in_one_order_whoever_comes_first() {
    let a: &[_] = &[(9, 1, 1), (5, 0, 2)];
    let b: &[_] = &[(5, 0, 10), (8, 1, 20)];
    let union = vec![(5, 0, 12), (8, 1, 20), (9, 1, 1)];
    assert_eq!(after(&[a, b]), union);
    assert_eq!(after(&[b, a]), union);
    assert_eq!(after(&[a, b, b]), after(&[b, b, a]));
}

#[test]
fn types_are_added_whatever_their_order() {
    let mut section = SectionCounts::new(Section::VirtualInvoke);
    for list in [[(7, 1), (3, 2)], [(3, 10), (9, 20)], [(3, 1), (3, 1)]] {
        let mut cells = Cells::default();
        for (symbol, count) in list {
            cells.push(CellKey::of_type(TypeSym(symbol)), count);
        }
        add(&mut section, &[], &mut cells).unwrap();
    }
    let cells: Vec<_> = section.entry(0).cells().collect();
    assert_eq!(
        cells,
        [3, 7, 9]
            .map(|symbol| CellKey::of_type(TypeSym(symbol)))
            .into_iter()
            .zip([14, 1, 20])
            .collect::<Vec<_>>()
    );
}

#[test]
fn a_sum_over_the_highest_count_is_an_error() {
    let mut section = SectionCounts::new(Section::CallCount);
    let mut cells = Cells::default();
    cells.push(CellKey::ONLY, MAX_COUNT);
    assert_eq!(add(&mut section, &[], &mut cells), Ok(0));
    cells.counts[0] = 1;
    assert_eq!(add(&mut section, &[], &mut cells), Err(Overflow));
}

#[test]
fn contexts_differ_by_every_frame() {
    let mut section = SectionCounts::new(Section::CallCount);
    let frame = |method, bci| Frame {
        method: MethodSym(method),
        bci,
    };
    let mut cells = Cells::default();
    cells.push(CellKey::ONLY, 1);
    for frames in [
        vec![frame(1, 0)],
        vec![frame(1, -1)],
        vec![frame(1, 0), frame(1, 0)],
    ] {
        add(&mut section, &frames, &mut cells).unwrap();
        add(&mut section, &frames, &mut cells).unwrap();
    }
    assert_eq!(section.len(), 3);
    assert_eq!(section.find(&[frame(1, -1)]).unwrap().counts, [2]);
    assert!(section.find(&[frame(2, 0)]).is_none());
}

#[test]
fn a_context_that_comes_again_and_again_with_other_successors_costs_no_more_than_it_has() {
    let contribution = |number: i32| branches(&[(number, 0, 1), (-1, 1, 2), (-1, 1, 3)]);
    let (mut at_once, mut one_by_one) = (
        SectionCounts::new(Section::Conditional),
        SectionCounts::new(Section::Conditional),
    );
    let mut batch = at_once.batch();
    for number in (0..300).chain(0..300) {
        batch.add(&[], &mut contribution(number)).unwrap();
        add(&mut one_by_one, &[], &mut contribution(number)).unwrap();
    }
    batch.finish().unwrap();
    let cells = |section: &SectionCounts| section.entry(0).cells().collect::<Vec<_>>();
    assert_eq!(cells(&at_once), cells(&one_by_one));
    assert_eq!(cells(&at_once).len(), 302);
    assert_eq!(at_once.entry(0).total(), 600 * 6);
    assert!(one_by_one.keys.len() <= 2 * 302 + 3, "waste is thrown away");
}
