//! Counters by context, for one section: what is added up when profiles are merged.
//!
//! A context is a list of frames in symbols; under it lie [`crate::profile::iprof::counts::cells`]. Adding is commutative and associative,
//! branches included: as long as all contributions name the same successors in the same order, that order is kept; as
//! soon as two differ, the entry becomes the union, sorted by key.

use std::hash::{BuildHasher as _, Hasher as _};
use std::ops::Range;

use hashbrown::{DefaultHashBuilder, HashSet, HashTable};

use super::cells::{CellKey, Cells, Overflow, add, sorted, union};
use crate::profile::iprof::names::symbols::MethodSym;
use crate::profile::iprof::text::context::Frame;
use crate::profile::iprof::text::section::{Arity, Section};

/// The entries of one section.
#[derive(Debug)]
pub struct SectionCounts {
    arity: Arity,
    entries: Vec<EntrySpans>,
    frames: Vec<Frame<MethodSym>>,
    keys: Vec<CellKey>,
    counts: Vec<u64>,
    /// How many of `keys` no entry has any more.
    waste: usize,
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
            waste: 0,
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

    /// The entry with a number that [`Batch::add`] gave.
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
        self.number_of(hash, frames)
            .map(|number| self.entry(number))
    }

    /// Begins to add what one source has: a file, a profile.
    pub fn batch(&mut self) -> Batch<'_> {
        Batch {
            section: self,
            grown: HashSet::default(),
            later: Vec::new(),
        }
    }

    fn number_of(&self, hash: u64, frames: &[Frame<MethodSym>]) -> Option<u32> {
        let same = |number: &u32| self.entry(*number).frames == frames;
        self.table.find(hash, same).copied()
    }

    fn push(&mut self, hash: u64, frames: &[Frame<MethodSym>], cells: &Cells) -> u32 {
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
        number
    }

    /// Adds `cells` to the entry `number` if it has the same keys in the same order.
    fn add_in_step(&mut self, number: u32, cells: &Cells) -> Result<bool, Overflow> {
        let range = span(&self.entries[number as usize].cells);
        if self.keys[range.clone()] != cells.keys[..] {
            return Ok(false);
        }
        for (sum, count) in self.counts[range].iter_mut().zip(&cells.counts) {
            *sum = add(*sum, *count)?;
        }
        Ok(true)
    }

    /// Makes the entry `number` the union of its cells and `cells`. The old ones stay behind as waste, until half is.
    fn grow(&mut self, number: u32, cells: &Cells) -> Result<(), Overflow> {
        let entry = self.entry(number);
        let union = union(entry.cells(), cells.pairs())?;
        self.waste += entry.keys.len();
        self.entries[number as usize].cells = self.append(&union);
        if self.waste > self.keys.len() / 2 {
            self.throw_waste_away();
        }
        Ok(())
    }

    fn throw_waste_away(&mut self) {
        let keys = std::mem::take(&mut self.keys);
        let counts = std::mem::take(&mut self.counts);
        for entry in &mut self.entries {
            let range = span(&entry.cells);
            let start = self.keys.len() as u32;
            self.keys.extend_from_slice(&keys[range.clone()]);
            self.counts.extend_from_slice(&counts[range]);
            entry.cells = start..self.keys.len() as u32;
        }
        self.waste = 0;
    }

    fn append(&mut self, cells: &Cells) -> Range<u32> {
        let start = self.keys.len() as u32;
        self.keys.extend_from_slice(&cells.keys);
        self.counts.extend_from_slice(&cells.counts);
        start..self.keys.len() as u32
    }
}

/// What one source adds to a section; whole only after [`Batch::finish`].
///
/// An entry grows at most twice in a batch, however often its context comes with other keys: sound files have each
/// context once, and a file that has one a million times must not cost a million unions.
#[must_use = "it is whole only when it is finished"]
#[derive(Debug)]
pub struct Batch<'s> {
    section: &'s mut SectionCounts,
    grown: HashSet<u32>,
    later: Vec<Later>,
}

/// A cell for an entry that has grown already: sorts by entry, by key, then by the place among equal keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Later {
    number: u32,
    key: CellKey,
    place: u32,
    count: u64,
}

impl Batch<'_> {
    /// Adds `cells` under `frames` and gives the entry's number.
    pub fn add(&mut self, frames: &[Frame<MethodSym>], cells: &mut Cells) -> Result<u32, Overflow> {
        let hash = hash_frames(&self.section.hasher, frames);
        if let Some(number) = self.section.number_of(hash, frames) {
            self.add_to(number, cells)?;
            return Ok(number);
        }
        if self.section.arity == Arity::Pairs {
            cells.sort_types()?;
        }
        Ok(self.section.push(hash, frames, cells))
    }

    /// Adds `cells` to the entry `number`.
    pub fn add_to(&mut self, number: u32, cells: &mut Cells) -> Result<(), Overflow> {
        if self.section.arity == Arity::Pairs {
            cells.sort_types()?;
        }
        if self.section.add_in_step(number, cells)? {
            return Ok(());
        }
        if self.grown.insert(number) {
            return self.section.grow(number, cells);
        }
        let mut place = 0;
        let mut last = None;
        for (key, count) in sorted(cells.pairs()) {
            place = if last == Some(key) { place + 1 } else { 0 };
            last = Some(key);
            self.later.push(Later {
                number,
                key,
                place,
                count,
            });
        }
        Ok(())
    }

    /// Adds what was put off.
    pub fn finish(mut self) -> Result<(), Overflow> {
        self.later.sort_unstable();
        let mut cells = Cells::default();
        for entry in self.later.chunk_by(|a, b| a.number == b.number) {
            cells.clear();
            for equal in entry.chunk_by(|a, b| (a.key, a.place) == (b.key, b.place)) {
                let sum = equal.iter().try_fold(0, |sum, cell| add(sum, cell.count))?;
                cells.push(equal[0].key, sum);
            }
            self.section.grow(entry[0].number, &cells)?;
        }
        Ok(())
    }
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
mod tests;
