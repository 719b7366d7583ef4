//! Remembers which entry a context's text led to, for files of one build.
//!
//! Runs of one image write the same contexts, mostly in the same order. So the text that came next the last time is
//! tried first (a comparison), then a hash of the text; frames are parsed only for contexts never seen.

use std::hash::BuildHasher as _;

use hashbrown::{DefaultHashBuilder, HashTable};

/// The contexts of one section of one build.
#[derive(Debug, Default)]
pub struct Memo {
    text: String,
    rows: Vec<MemoRow>,
    table: HashTable<u32>,
    hasher: DefaultHashBuilder,
}

#[derive(Debug)]
struct MemoRow {
    end: usize,
    known: Known,
}

/// What a context's text led to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known {
    /// The number of the entry in the section that is added to.
    pub entry: u32,
    /// How many frames the context has (none for monitors).
    pub frames: u32,
}

impl Memo {
    /// The entry of `context`; `next` is the reader's own place, 0 at the start of a file.
    pub fn find(&self, context: &str, next: &mut u32) -> Option<Known> {
        if let Some(row) = self.rows.get(*next as usize)
            && self.text_of(*next) == context
        {
            *next += 1;
            return Some(row.known);
        }
        let hash = self.hasher.hash_one(context);
        let number = *self
            .table
            .find(hash, |number| self.text_of(*number) == context)?;
        *next = number + 1;
        Some(self.rows[number as usize].known)
    }

    /// Remembers that `context`, which was not found, led to `known`.
    pub fn remember(&mut self, context: &str, known: Known) {
        let number = self.rows.len() as u32;
        self.text.push_str(context);
        let end = self.text.len();
        self.rows.push(MemoRow { end, known });
        let Self {
            text,
            rows,
            table,
            hasher,
        } = self;
        table.insert_unique(hasher.hash_one(context), number, |number| {
            hasher.hash_one(text_of(text, rows, *number))
        });
    }

    fn text_of(&self, number: u32) -> &str {
        text_of(&self.text, &self.rows, number)
    }
}

fn text_of<'a>(text: &'a str, rows: &[MemoRow], number: u32) -> &'a str {
    let number = number as usize;
    let start = match number {
        0 => 0,
        _ => rows[number - 1].end,
    };
    &text[start..rows[number].end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contexts_are_found_in_order_and_out_of_order() {
        let mut memo = Memo::default();
        for (context, entry) in [("1:0", 10), ("2:0", 20), ("3:0", 30)] {
            memo.remember(context, Known { entry, frames: 1 });
        }
        let mut next = 0;
        let found = ["1:0", "3:0", "2:0", "3:0", "4:0", "1:0"]
            .map(|c| memo.find(c, &mut next).map(|known| known.entry));
        assert_eq!(
            found,
            [Some(10), Some(30), Some(20), Some(30), None, Some(10)]
        );
    }
}
