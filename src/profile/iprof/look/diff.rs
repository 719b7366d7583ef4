//! What changed between two profiles, by names: methods that came, went and moved, the biggest movers, branches that
//! flipped.

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;

use serde::Serialize;

use super::agreement::pair_overlap;
use super::flips::{Flipped, flipped};
use super::leaves::{DiffOptions, by_method, share};
use crate::profile::iprof::counts::cells::Overflow;
use crate::profile::iprof::counts::profile::Counts;
use crate::profile::iprof::counts::resolve::Totals;
use crate::profile::iprof::names::java_name::{readable_method, readable_method_and_type};
use crate::profile::iprof::names::symbols::{MethodSym, Symbols};
use crate::profile::iprof::text::section::Section;

/// What changed from the first profile to the second.
#[derive(Clone, Debug, Serialize)]
pub struct DiffReport {
    /// The version of this report's keys.
    pub schema_version: u32,
    /// The first profile.
    pub before: PathBuf,
    /// The second.
    pub after: PathBuf,
    /// The sizes of each section on both sides, and how much of it is the same.
    pub sections: Vec<SectionDiff>,
    /// Methods called only after, moved ones left out.
    pub gained: Listed<MethodCalls>,
    /// Methods called only before, moved ones left out.
    pub lost: Listed<MethodCalls>,
    /// Methods that are gone under one name or signature and there under another.
    pub moved: Listed<Moved>,
    /// The methods whose share of calls changed most.
    pub movers: Listed<Mover>,
    /// Branches that mostly went one way before and mostly go another way now.
    pub flipped: Listed<Flipped>,
}

/// The first of a list.
#[derive(Clone, Debug, Serialize)]
pub struct Listed<T> {
    /// How long the list is.
    pub count: usize,
    /// Its beginning.
    pub first: Vec<T>,
}

impl<T> Listed<T> {
    fn new(mut all: Vec<T>, top: usize) -> Self {
        let count = all.len();
        all.truncate(top);
        Self { count, first: all }
    }
}

/// One section on both sides.
#[derive(Clone, Debug, Serialize)]
pub struct SectionDiff {
    /// Which section.
    pub section: Section,
    /// Its size before.
    pub before: Totals,
    /// Its size after.
    pub after: Totals,
    /// How much of it is the same, 0 to 1; `None` if it is empty on both sides.
    pub overlap: Option<f64>,
}

/// A method with its calls on the side that it is on.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MethodCalls {
    /// As a Java person reads it.
    pub method: String,
    /// How often it was called.
    pub calls: u128,
    /// Of all calls on that side.
    pub share: f64,
}

/// A method that went from one place to another.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Moved {
    /// Where it was.
    pub from: String,
    /// Where it is.
    pub to: String,
    /// Its calls before.
    pub calls_before: u128,
    /// Its calls after.
    pub calls_after: u128,
}

/// A method whose share of calls changed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Mover {
    /// As a Java person reads it.
    pub method: String,
    /// Its share before.
    pub share_before: f64,
    /// Its share after.
    pub share_after: f64,
}

/// Compares two profiles that share their symbols.
///
/// Fails if the counts of one place overflow when its contexts are added up.
pub fn diff(
    symbols: &Symbols,
    (before_path, before): (PathBuf, &Counts),
    (after_path, after): (PathBuf, &Counts),
    options: &DiffOptions,
) -> Result<DiffReport, Overflow> {
    let sections = Section::ALL.map(|section| SectionDiff {
        section,
        before: before.totals(section),
        after: after.totals(section),
        overlap: pair_overlap(before, after, &[section]),
    });
    let there = |diff: &SectionDiff| diff.before.entries + diff.after.entries > 0;
    let calls = Calls::new(symbols, before, after, options);
    let (mut gained, mut lost) = (calls.only_after(), calls.only_before());
    let moved = calls.moved(&mut lost, &mut gained);
    let top = options.top;
    Ok(DiffReport {
        schema_version: 1,
        before: before_path,
        after: after_path,
        sections: sections.into_iter().filter(there).collect(),
        moved: Listed::new(moved, top),
        gained: Listed::new(calls.named(&gained, calls.after_sum), top),
        lost: Listed::new(calls.named(&lost, calls.before_sum), top),
        movers: Listed::new(calls.movers(), top),
        flipped: Listed::new(flipped(symbols, before, after, options)?, top),
    })
}

/// The calls of every method on both sides.
struct Calls<'s> {
    symbols: &'s Symbols,
    before: HashMap<MethodSym, u128>,
    after: HashMap<MethodSym, u128>,
    before_sum: u128,
    after_sum: u128,
}

impl<'s> Calls<'s> {
    fn new(symbols: &'s Symbols, before: &Counts, after: &Counts, options: &DiffOptions) -> Self {
        let mut before = by_method(before, Section::CallCount);
        let mut after = by_method(after, Section::CallCount);
        let (before_sum, after_sum) = (before.values().sum(), after.values().sum());
        for side in [&mut before, &mut after] {
            side.retain(|method, _| options.filter.takes(symbols, *method));
        }
        Self {
            symbols,
            before,
            after,
            before_sum,
            after_sum,
        }
    }

    fn only_after(&self) -> Vec<(MethodSym, u128)> {
        self.only(&self.after, &self.before)
    }

    fn only_before(&self) -> Vec<(MethodSym, u128)> {
        self.only(&self.before, &self.after)
    }

    /// Most called first; equals by name.
    fn only(
        &self,
        here: &HashMap<MethodSym, u128>,
        there: &HashMap<MethodSym, u128>,
    ) -> Vec<(MethodSym, u128)> {
        let only = here
            .iter()
            .filter(|(method, _)| !there.contains_key(method));
        let mut only: Vec<_> = only.map(|(method, calls)| (*method, *calls)).collect();
        only.sort_by_cached_key(|(method, calls)| {
            (
                std::cmp::Reverse(*calls),
                readable_method(self.symbols, *method),
            )
        });
        only
    }

    fn named(&self, methods: &[(MethodSym, u128)], whole: u128) -> Vec<MethodCalls> {
        let named = methods.iter().map(|(method, calls)| MethodCalls {
            method: readable_method(self.symbols, *method),
            calls: *calls,
            share: share(*calls, whole),
        });
        named.collect()
    }

    /// A lost and a gained method are the same one if exactly one of each has the same name in the same class (its
    /// signature changed), or the same name and parameters (its class changed). Such pairs leave both lists.
    fn moved(
        &self,
        lost: &mut Vec<(MethodSym, u128)>,
        gained: &mut Vec<(MethodSym, u128)>,
    ) -> Vec<Moved> {
        let symbols = self.symbols;
        let same_class = |method: MethodSym| {
            let key = vec![symbols.signature(method)[0]];
            (symbols.method_name(method), key)
        };
        let same_signature = |method: MethodSym| {
            let key = symbols.signature(method)[1..].to_vec();
            (symbols.method_name(method), key)
        };
        let mut moved = pairs(lost, gained, same_class);
        let ends = |pair: &Pair| [pair.0.0, pair.1.0];
        let taken: HashSet<MethodSym> = moved.iter().flat_map(ends).collect();
        let more = pairs(lost, gained, same_signature).into_iter();
        moved.extend(more.filter(|pair| {
            // Constructors and other common names say nothing across classes.
            let common = symbols.method_name(pair.0.0).starts_with('<');
            !common && !ends(pair).iter().any(|method| taken.contains(method))
        }));
        let taken: HashSet<MethodSym> = moved.iter().flat_map(ends).collect();
        for side in [lost, gained] {
            side.retain(|(method, _)| !taken.contains(method));
        }
        moved.sort_by_cached_key(|(from, to)| {
            (
                std::cmp::Reverse(from.1.max(to.1)),
                readable_method(symbols, from.0),
            )
        });
        moved.iter().map(|pair| self.moved_pair(pair)).collect()
    }

    fn moved_pair(&self, (from, to): &Pair) -> Moved {
        let ends = [from.0, to.0];
        let mut names = ends.map(|method| readable_method(self.symbols, method));
        if names[0] == names[1] {
            // Only what it returns has changed.
            names = ends.map(|method| readable_method_and_type(self.symbols, method));
        }
        let [from_name, to_name] = names;
        Moved {
            from: from_name,
            to: to_name,
            calls_before: from.1,
            calls_after: to.1,
        }
    }

    fn movers(&self) -> Vec<Mover> {
        let common = self.before.iter().filter_map(|(method, before)| {
            let after = self.after.get(method)?;
            let before = share(*before, self.before_sum);
            let after = share(*after, self.after_sum);
            (before != after).then_some((*method, before, after))
        });
        let mut common: Vec<(MethodSym, f64, f64)> = common.collect();
        let change = |mover: &(MethodSym, f64, f64)| (mover.2 - mover.1).abs();
        common.sort_by(|a, b| {
            let names = || [a, b].map(|mover| readable_method(self.symbols, mover.0));
            change(b).total_cmp(&change(a)).then_with(|| {
                let [a, b] = names();
                a.cmp(&b)
            })
        });
        let named = common
            .into_iter()
            .map(|(method, share_before, share_after)| Mover {
                method: readable_method(self.symbols, method),
                share_before,
                share_after,
            });
        named.collect()
    }
}

type Pair = ((MethodSym, u128), (MethodSym, u128));

/// Pairs those that have a key of their own on both sides.
fn pairs<K: std::hash::Hash + Eq>(
    lost: &[(MethodSym, u128)],
    gained: &[(MethodSym, u128)],
    key: impl Fn(MethodSym) -> K,
) -> Vec<Pair> {
    let mut sides: HashMap<K, (Vec<_>, Vec<_>)> = HashMap::new();
    for method in lost {
        sides.entry(key(method.0)).or_default().0.push(*method);
    }
    for method in gained {
        sides.entry(key(method.0)).or_default().1.push(*method);
    }
    let single = |(lost, gained): &(Vec<_>, Vec<_>)| match (lost.as_slice(), gained.as_slice()) {
        ([lost], [gained]) => Some((*lost, *gained)),
        _ => None,
    };
    sides.values().filter_map(single).collect()
}

#[cfg(test)]
mod tests;
