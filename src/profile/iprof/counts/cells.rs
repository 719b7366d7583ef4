//! What is counted in one context: a list of cells, each a key and a count.
//!
//! - Call counts and samples have one cell.
//! - Receiver types have a cell for each type, kept in the order of type symbols.
//! - Branches have a cell for each successor, keyed by its index and byte code index. That key may occur twice in one
//!   entry; equal keys are told apart by their order.

use crate::profile::iprof::names::symbols::TypeSym;

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
    pub fn sort_types(&mut self) -> Result<(), Overflow> {
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

    /// The cells.
    pub fn pairs(&self) -> impl Iterator<Item = (CellKey, u64)> + '_ {
        self.keys.iter().copied().zip(self.counts.iter().copied())
    }
}

/// The cells of two entries, sorted by key; the nth of equal keys meets the nth on the other side.
pub fn union(
    left: impl Iterator<Item = (CellKey, u64)>,
    right: impl Iterator<Item = (CellKey, u64)>,
) -> Result<Cells, Overflow> {
    let [left, right] = [sorted(left), sorted(right)];
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

/// Cells by key; equal keys keep their order.
pub fn sorted(cells: impl Iterator<Item = (CellKey, u64)>) -> Vec<(CellKey, u64)> {
    let mut cells: Vec<_> = cells.collect();
    cells.sort_by_key(|(key, _)| *key);
    cells
}

/// The sum, if it fits a count.
pub fn add(sum: u64, count: u64) -> Result<u64, Overflow> {
    sum.checked_add(count)
        .filter(|sum| *sum <= MAX_COUNT)
        .ok_or(Overflow)
}
