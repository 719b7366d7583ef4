//! Counters by context, for one section: what is added up when profiles are merged.
//!
//! A context is a list of frames in symbols. Under it lies a list of cells, each a key and a count:
//! - call counts and samples have one cell;
//! - receiver types have a cell for each type, kept in the order of type symbols;
//! - branches have a cell for each successor, keyed by its index and byte code index. That key may occur twice in one
//!   entry; equal keys are told apart by their order.
//!
//! Adding is commutative and associative, branches included: as long as all contributions name the same successors in
//! the same order, that order is kept; as soon as two differ, the entry becomes the union, sorted by key.

use std::hash::{BuildHasher as _, Hasher as _};
use std::ops::Range;

use hashbrown::{DefaultHashBuilder, HashTable};

use super::context::Frame;
use super::section::{Arity, Section};
use super::symbols::{MethodSym, TypeSym};

/// The highest count: GraalVM reads counts as Java's `long`.
pub const MAX_COUNT: u64 = i64::MAX as u64;

/// What tells the cells of one entry apart. Branches sort by index, then by byte code index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CellKey {
    /// Branches: the successor's index. Types: the symbol. Else 0.
    first: i32,
    /// Branches: the successor's byte code index. Else 0.
    second: i32,
}

impl CellKey {
    /// The only cell of its entry.
    pub const ONLY: Self = Self {
        first: 0,
        second: 0,
    };

    /// The cell of a branch's successor.
    pub const fn successor(bci: i32, index: i32) -> Self {
        Self {
            first: index,
            second: bci,
        }
    }

    /// The cell of a type.
    pub const fn of_type(symbol: TypeSym) -> Self {
        Self {
            first: symbol.0 as i32,
            second: 0,
        }
    }

    /// The type, in sections that count types.
    pub const fn type_sym(self) -> TypeSym {
        TypeSym(self.first as u32)
    }

    /// The successor's byte code index and its index, in the section of branches.
    pub const fn branch(self) -> (i32, i32) {
        (self.second, self.first)
    }
}

/// A sum that does not fit a count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Overflow;

/// The cells of an entry on their way in; used again and again to save allocations.
#[derive(Debug, Default)]
pub struct Cells {
    /// What the cells are of.
    pub keys: Vec<CellKey>,
    /// How often; as long as `keys`.
    pub counts: Vec<u64>,
}

impl Cells {
    /// Empties both lists.
    pub fn clear(&mut self) {
        self.keys.clear();
        self.counts.clear();
    }

    /// Adds a cell.
    pub fn push(&mut self, key: CellKey, count: u64) {
        self.keys.push(key);
        self.counts.push(count);
    }

    /// Brings cells of types into the order of their symbols and adds up those of one type.
    fn sort_types(&mut self) -> Result<(), Overflow> {
        if self.keys.is_sorted_by(|a, b| a < b) {
            return Ok(());
        }
        let mut sorted: Vec<(CellKey, u64)> = self.pairs().collect();
        sorted.sort_unstable();
        self.clear();
        for (key, count) in sorted {
            match (self.keys.last(), self.counts.last_mut()) {
                (Some(last), Some(sum)) if *last == key => *sum = add(*sum, count)?,
                _ => self.push(key, count),
            }
        }
        Ok(())
    }

    fn pairs(&self) -> impl Iterator<Item = (CellKey, u64)> + '_ {
        self.keys.iter().copied().zip(self.counts.iter().copied())
    }
}

/// The entries of one section.
#[derive(Debug)]
pub struct SectionCounts {
    arity: Arity,
    entries: Vec<EntrySpans>,
    frames: Vec<Frame<MethodSym>>,
    keys: Vec<CellKey>,
    counts: Vec<u64>,
    table: HashTable<u32>,
    hasher: DefaultHashBuilder,
}

#[derive(Clone, Debug)]
struct EntrySpans {
    frames: Range<u32>,
    cells: Range<u32>,
}

/// One entry: where, and how often what.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    /// The context, leaf first; empty for monitors.
    pub frames: &'a [Frame<MethodSym>],
    /// What the cells are of.
    pub keys: &'a [CellKey],
    /// How often; as long as `keys`.
    pub counts: &'a [u64],
}

impl<'a> Entry<'a> {
    /// The cells.
    pub fn cells(self) -> impl Iterator<Item = (CellKey, u64)> + 'a {
        self.keys.iter().copied().zip(self.counts.iter().copied())
    }

    /// All counts together.
    pub fn total(self) -> u128 {
        self.counts.iter().map(|count| u128::from(*count)).sum()
    }
}

impl SectionCounts {
    /// An empty section.
    pub fn new(section: Section) -> Self {
        Self {
            arity: section.arity(),
            entries: Vec::new(),
            frames: Vec::new(),
            keys: Vec::new(),
            counts: Vec::new(),
            table: HashTable::new(),
            hasher: DefaultHashBuilder::default(),
        }
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The entry with a number that [`Self::add`] gave.
    pub fn entry(&self, number: u32) -> Entry<'_> {
        let spans = &self.entries[number as usize];
        Entry {
            frames: &self.frames[span(&spans.frames)],
            keys: &self.keys[span(&spans.cells)],
            counts: &self.counts[span(&spans.cells)],
        }
    }

    /// All entries, in the order they came.
    pub fn entries(&self) -> impl ExactSizeIterator<Item = Entry<'_>> {
        (0..self.entries.len() as u32).map(|number| self.entry(number))
    }

    /// The entry of a context.
    pub fn find(&self, frames: &[Frame<MethodSym>]) -> Option<Entry<'_>> {
        let hash = hash_frames(&self.hasher, frames);
        self.table
            .find(hash, |number| self.entry(*number).frames == frames)
            .map(|number| self.entry(*number))
    }

    /// Adds `cells` under `frames` and gives the entry's number.
    pub fn add(&mut self, frames: &[Frame<MethodSym>], cells: &mut Cells) -> Result<u32, Overflow> {
        let hash = hash_frames(&self.hasher, frames);
        let (entries, all) = (&self.entries, &self.frames);
        let same = |number: &u32| &all[span(&entries[*number as usize].frames)] == frames;
        if let Some(number) = self.table.find(hash, same) {
            let number = *number;
            self.add_to(number, cells)?;
            return Ok(number);
        }
        if self.arity == Arity::Pairs {
            cells.sort_types()?;
        }
        let number = self.entries.len() as u32;
        let start = self.frames.len() as u32;
        self.frames.extend_from_slice(frames);
        let cells = self.append(cells);
        self.entries.push(EntrySpans {
            frames: start..self.frames.len() as u32,
            cells,
        });
        let (entries, all, hasher) = (&self.entries, &self.frames, &self.hasher);
        self.table.insert_unique(hash, number, |number| {
            hash_frames(hasher, &all[span(&entries[*number as usize].frames)])
        });
        Ok(number)
    }

    /// Adds `cells` to the entry `number`.
    pub fn add_to(&mut self, number: u32, cells: &mut Cells) -> Result<(), Overflow> {
        if self.arity == Arity::Pairs {
            cells.sort_types()?;
        }
        let range = span(&self.entries[number as usize].cells);
        if self.keys[range.clone()] == cells.keys[..] {
            for (sum, count) in self.counts[range].iter_mut().zip(&cells.counts) {
                *sum = add(*sum, *count)?;
            }
            return Ok(());
        }
        let union = self.union(range, cells)?;
        // The old cells stay behind as waste: an entry grows at most once for each key that it has.
        self.entries[number as usize].cells = self.append(&union);
        Ok(())
    }

    /// The cells of two entries, sorted by key; the nth of equal keys meets the nth on the other side.
    fn union(&self, range: Range<usize>, cells: &Cells) -> Result<Cells, Overflow> {
        let by_key = |cell: &(CellKey, u64)| cell.0;
        let (keys, counts) = (&self.keys[range.clone()], &self.counts[range]);
        let mut left: Vec<_> = keys.iter().copied().zip(counts.iter().copied()).collect();
        let mut right: Vec<_> = cells.pairs().collect();
        left.sort_by_key(by_key);
        right.sort_by_key(by_key);
        let mut union = Cells::default();
        let mut right = right.into_iter().peekable();
        for (key, count) in left {
            while let Some((other, count)) = right.next_if(|cell| cell.0 < key) {
                union.push(other, count);
            }
            let more = right.next_if(|cell| cell.0 == key);
            union.push(key, add(count, more.map_or(0, |cell| cell.1))?);
        }
        for (key, count) in right {
            union.push(key, count);
        }
        Ok(union)
    }

    fn append(&mut self, cells: &Cells) -> Range<u32> {
        let start = self.keys.len() as u32;
        self.keys.extend_from_slice(&cells.keys);
        self.counts.extend_from_slice(&cells.counts);
        start..self.keys.len() as u32
    }
}

fn add(sum: u64, count: u64) -> Result<u64, Overflow> {
    sum.checked_add(count)
        .filter(|sum| *sum <= MAX_COUNT)
        .ok_or(Overflow)
}

fn span(range: &Range<u32>) -> Range<usize> {
    range.start as usize..range.end as usize
}

fn hash_frames(hasher: &DefaultHashBuilder, frames: &[Frame<MethodSym>]) -> u64 {
    let mut state = hasher.build_hasher();
    for frame in frames {
        state.write_u64(u64::from(frame.method.0) << 32 | u64::from(frame.bci as u32));
    }
    state.finish()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

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
            section.add(&[], &mut branches(list)).unwrap();
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
            section.add(&[], &mut cells).unwrap();
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
        assert_eq!(section.add(&[], &mut cells), Ok(0));
        cells.counts[0] = 1;
        assert_eq!(section.add(&[], &mut cells), Err(Overflow));
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
            section.add(&frames, &mut cells).unwrap();
            section.add(&frames, &mut cells).unwrap();
        }
        assert_eq!(section.len(), 3);
        assert_eq!(section.find(&[frame(1, -1)]).unwrap().counts, [2]);
        assert!(section.find(&[frame(2, 0)]).is_none());
    }
}
