//! From the ids of one file to the rows of its tables.
//!
//! Ids are unique in their table, neither dense nor sorted, and mostly small: a plain array answers fastest. Files
//! with wild ids get a hash map instead, so memory follows the number of rows and never the largest id.

use std::collections::HashMap;

/// Where an id has no row.
const NONE: u32 = u32::MAX;

/// An index of ids.
#[derive(Debug)]
pub enum Ids {
    /// `rows[id]`, for small ids.
    Dense(Vec<u32>),
    /// For the rest.
    Sparse(HashMap<i64, u32>),
}

impl Ids {
    /// An index over `ids` in row order; the error is the first id that occurs twice.
    pub fn new(ids: impl ExactSizeIterator<Item = i64> + Clone) -> Result<Self, i64> {
        let room = 4 * ids.len() as i64 + 65_536;
        let small = |id: i64| (0..room).contains(&id);
        if ids.clone().all(small) {
            let length = ids.clone().max().map_or(0, |max| max as usize + 1);
            let mut rows = vec![NONE; length];
            for (row, id) in ids.enumerate() {
                if std::mem::replace(&mut rows[id as usize], row as u32) != NONE {
                    return Err(id);
                }
            }
            return Ok(Self::Dense(rows));
        }
        let mut rows = HashMap::with_capacity(ids.len());
        for (row, id) in ids.enumerate() {
            if rows.insert(id, row as u32).is_some() {
                return Err(id);
            }
        }
        Ok(Self::Sparse(rows))
    }

    /// Makes `id` lead nowhere.
    pub fn forget(&mut self, id: i64) {
        match self {
            Self::Dense(rows) => {
                if let Some(row) = usize::try_from(id).ok().and_then(|id| rows.get_mut(id)) {
                    *row = NONE;
                }
            }
            Self::Sparse(rows) => {
                rows.remove(&id);
            }
        }
    }

    /// The row of `id`, if it has one.
    pub fn row(&self, id: i64) -> Option<u32> {
        match self {
            Self::Dense(rows) => usize::try_from(id)
                .ok()
                .and_then(|id| rows.get(id).copied())
                .filter(|row| *row != NONE),
            Self::Sparse(rows) => rows.get(&id).copied(),
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn small_and_wild_ids_are_found() {
        for ids in [vec![5, 0, 9], vec![-1, i64::MAX, i64::MIN, 7]] {
            let index = Ids::new(ids.iter().copied()).unwrap();
            for (row, id) in ids.iter().enumerate() {
                assert_eq!(index.row(*id), Some(row as u32));
            }
            assert_eq!(index.row(3), None);
        }
    }

    #[test]
    fn an_id_given_twice_is_named() {
        assert_eq!(Ids::new([1, 2, 1].into_iter()).unwrap_err(), 1);
        assert_eq!(Ids::new([-5, 2, -5].into_iter()).unwrap_err(), -5);
    }

    #[test]
    fn a_huge_id_costs_no_memory() {
        assert!(matches!(
            Ids::new([i64::MAX].into_iter()),
            Ok(Ids::Sparse(_))
        ));
    }
}
