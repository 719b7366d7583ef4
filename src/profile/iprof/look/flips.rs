//! Branches that mostly went one way in one profile and mostly go another way in the other.

use serde::Serialize;

use super::leaves::{DiffOptions, by_place, share};
use crate::profile::iprof::counts::cells::{CellKey, Overflow};
use crate::profile::iprof::counts::profile::Counts;
use crate::profile::iprof::names::java_name::readable_method;
use crate::profile::iprof::names::symbols::Symbols;
use crate::profile::iprof::text::section::Section;

/// A branch that goes another way.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Flipped {
    /// The method it is in.
    pub method: String,
    /// Where in the method.
    pub bci: i32,
    /// How often it was reached before.
    pub count_before: u128,
    /// How often it was reached after.
    pub count_after: u128,
    /// The byte code index it mostly went to.
    pub to_before: i32,
    /// The byte code index it mostly goes to.
    pub to_after: i32,
    /// The share that went there before, 0 to 1.
    pub share_before: f64,
    /// The share that goes there now, 0 to 1.
    pub share_after: f64,
}

/// The branches that flipped, most reached first; fails if the counts of one place overflow.
pub fn flipped(
    symbols: &Symbols,
    before: &Counts,
    after: &Counts,
    options: &DiffOptions,
) -> Result<Vec<Flipped>, Overflow> {
    let before = by_place(before, Section::Conditional)?;
    let after = by_place(after, Section::Conditional)?;
    let mut flipped = Vec::new();
    for was in before.entries() {
        let frame = was.frames[0];
        let Some(is) = after.find(was.frames) else {
            continue;
        };
        let (count_before, count_after) = (was.total(), is.total());
        let enough = count_before.min(count_after) >= u128::from(options.least_count);
        if !enough || !options.filter.takes(symbols, frame.method) {
            continue;
        }
        let (Some(to_before), Some(to_after)) = (mostly(was.cells()), mostly(is.cells())) else {
            continue;
        };
        if to_before.0 != to_after.0 {
            flipped.push(Flipped {
                method: readable_method(symbols, frame.method),
                bci: frame.bci,
                count_before,
                count_after,
                to_before: to_before.0.branch().0,
                to_after: to_after.0.branch().0,
                share_before: share(to_before.1.into(), count_before),
                share_after: share(to_after.1.into(), count_after),
            });
        }
    }
    let weight = |flip: &Flipped| flip.count_before.min(flip.count_after);
    flipped.sort_by(|a, b| {
        let names = (&a.method, a.bci).cmp(&(&b.method, b.bci));
        weight(b).cmp(&weight(a)).then(names)
    });
    Ok(flipped)
}

/// The successor that took more than half.
fn mostly(cells: impl Iterator<Item = (CellKey, u64)>) -> Option<(CellKey, u64)> {
    let cells: Vec<_> = cells.collect();
    let whole: u128 = cells.iter().map(|(_, count)| u128::from(*count)).sum();
    let half = |(_, count): &(CellKey, u64)| u128::from(*count) * 2 > whole;
    cells.into_iter().find(half)
}
