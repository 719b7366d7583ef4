//! One file as it is written: its own ids, its own order, names borrowed from its text.
//!
//! Numbers lie flat in one array for each table, so a file of 60,000 rows costs a handful of allocations.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ops::Range;

use super::section::Section;
use super::version::Version;

/// A file's tables and sections, before ids are resolved.
#[derive(Debug, Default)]
pub struct RawProfile<'a> {
    /// The version; `None` until it was read (a whole file has one).
    pub version: Option<Version>,
    /// The type table; `None` where it was not read (a file whose tables are known already).
    pub types: Option<RawTypes<'a>>,
    /// The method table, likewise.
    pub methods: Option<RawMethods<'a>>,
    /// The sections, by [`Section::index`]; `None` where the file has no such key.
    pub sections: [Option<RawSection<'a>>; Section::COUNT],
    /// Top-level keys that no version known here has.
    pub unknown: BTreeSet<String>,
    /// Where the first section begins (the offset behind both tables), if version and tables come first.
    pub tables_end: Option<usize>,
}

/// The type table.
#[derive(Debug, Default)]
pub struct RawTypes<'a>(pub Vec<RawType<'a>>);

/// One type.
#[derive(Debug)]
pub struct RawType<'a> {
    /// The id in this file.
    pub id: i64,
    /// As `Class.getName()` writes it.
    pub name: Cow<'a, str>,
}

/// The method table.
#[derive(Debug, Default)]
pub struct RawMethods<'a> {
    /// The methods.
    pub rows: Vec<RawMethod<'a>>,
    /// Type ids of all signatures: declaring type, return type, parameters.
    pub signatures: Vec<i64>,
}

/// One method.
#[derive(Debug)]
pub struct RawMethod<'a> {
    /// The id in this file.
    pub id: i64,
    /// The simple name.
    pub name: Cow<'a, str>,
    /// Where its signature lies.
    pub signature: Range<u32>,
}

/// One section.
#[derive(Debug, Default)]
pub struct RawSection<'a> {
    /// The entries, in file order.
    pub entries: Vec<RawEntry<'a>>,
    /// The numbers of all records.
    pub records: Vec<i64>,
}

/// One context with its record.
#[derive(Debug)]
pub struct RawEntry<'a> {
    /// The context as written.
    pub context: Cow<'a, str>,
    /// Where its record lies.
    pub record: Range<u32>,
}

impl RawMethods<'_> {
    /// The type ids of a method: declaring type, return type, parameters.
    pub fn signature(&self, row: &RawMethod<'_>) -> &[i64] {
        &self.signatures[row.signature.start as usize..row.signature.end as usize]
    }
}

impl RawSection<'_> {
    /// The numbers of an entry.
    pub fn record(&self, entry: &RawEntry<'_>) -> &[i64] {
        &self.records[entry.record.start as usize..entry.record.end as usize]
    }
}
