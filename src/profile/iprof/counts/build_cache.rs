//! Files of one build begin with the same bytes: version and tables, three quarters of the file. Read once, recognized
//! by comparing bytes afterwards.

use super::memo::Memo;
use super::tables::{RowSymbols, Tables};
use crate::profile::iprof::text::section::Section;
use crate::profile::iprof::text::version::Version;

/// How many builds one thread remembers. More would pay only where files of many builds come shuffled.
const REMEMBERED: usize = 2;

/// What the first file of a build taught us.
#[derive(Debug)]
pub struct Build {
    /// The first file of this build, whole; its first `tables_end` bytes are what makes the build.
    text: Vec<u8>,
    /// Where the tables end.
    pub tables_end: usize,
    /// The version.
    pub version: Version,
    /// What its ids mean.
    pub tables: Tables,
    /// The symbols of its rows.
    pub rows: RowSymbols,
    /// How many methods its table has.
    pub method_rows: u64,
    /// Where its contexts went; filled from the second file on, so that files of different builds do not pay for it.
    pub memos: [Memo; Section::COUNT],
}

/// The builds seen last, newest first.
#[derive(Debug, Default)]
pub struct Builds(Vec<Build>);

impl Build {
    /// Remembers the build of a file whose tables were read.
    pub fn new(tables_end: usize, version: Version, tables: Tables, rows: RowSymbols) -> Self {
        Self {
            text: Vec::new(),
            tables_end,
            version,
            tables,
            method_rows: rows.methods.len() as u64,
            rows,
            memos: Default::default(),
        }
    }
}

impl Builds {
    /// The build that `bytes` are of, moved to the front.
    pub fn find(&mut self, bytes: &[u8]) -> Option<&mut Build> {
        let same = |build: &Build| bytes.starts_with(&build.text[..build.tables_end]);
        let found = self.0.iter().position(same)?;
        self.0[..=found].rotate_right(1);
        self.0.first_mut()
    }

    /// Adds a build whose first file is in `bytes`, in exchange for the memory of the one seen longest ago.
    pub fn add(&mut self, mut build: Build, bytes: &mut Vec<u8>) {
        std::mem::swap(&mut build.text, bytes);
        self.0.insert(0, build);
        if self.0.len() > REMEMBERED
            && let Some(oldest) = self.0.pop()
        {
            *bytes = oldest.text;
        }
    }
}
