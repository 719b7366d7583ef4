//! From one file's entries to rows of its tables, before anything is added up: a file is believed whole or not at all.
//!
//! Finds contexts that do not parse (the file is broken), and counts ids that lead nowhere.

use std::borrow::Cow;

use serde::Serialize;

use super::memo::Memo;
use super::tables::Tables;
use crate::profile::iprof::text::context;
use crate::profile::iprof::text::context::{Frame, MONITOR_CONTEXT};
use crate::profile::iprof::text::damage::{Damage, DamageKind};
use crate::profile::iprof::text::raw::{RawEntry, RawProfile};
use crate::profile::iprof::text::section::{Arity, Section};

/// Where an entry belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// An entry of the merged section, known from an earlier file of the build.
    Known(u32),
    /// A context: `frames[start..end]`.
    Frames(u32, u32),
    /// A context with an id that leads nowhere.
    Dangling,
}

/// What was found in one file. Reused from file to file.
#[derive(Debug, Default)]
pub struct Resolved {
    /// The frames of all contexts, by row of the method table.
    pub frames: Vec<Frame<u32>>,
    /// For each entry of each section, in file order.
    pub places: [Vec<Place>; Section::COUNT],
    /// What was counted on the way.
    pub stats: Stats,
}

/// How much of a file resolves, and what it adds up to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Frames of all contexts (monitors have none).
    pub frames: u64,
    /// Those whose method is in the table.
    pub frames_resolved: u64,
    /// Entries with a frame that leads nowhere.
    pub entries_dangling: u64,
    /// Types named in records.
    pub types: u64,
    /// Those in the table.
    pub types_resolved: u64,
    /// Entries, cells and counts by [`Section::index`], of what resolves; `None` where the file has no such section.
    pub sections: [Option<Totals>; Section::COUNT],
}

/// The size of a section.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Totals {
    /// Contexts.
    pub entries: u64,
    /// Counts: one for each type or successor.
    pub cells: u64,
    /// All counts together.
    pub sum: u128,
}

impl Stats {
    /// The totals of a section, zero where there is none.
    pub fn totals(&self, section: Section) -> Totals {
        self.sections[section.index()].unwrap_or_default()
    }

    /// The share of ids in contexts and records that lead somewhere; `None` if there are none.
    pub fn resolved_share(&self) -> Option<f64> {
        let all = self.frames + self.types;
        (all > 0).then(|| (self.frames_resolved + self.types_resolved) as f64 / all as f64)
    }
}

impl Resolved {
    /// Resolves every entry of `raw`, which was read from `bytes`; `memos` are those of the file's build.
    ///
    /// Fails with the first context that is none.
    pub fn fill(
        &mut self,
        raw: &RawProfile<'_>,
        tables: &Tables,
        memos: Option<&[Memo; Section::COUNT]>,
        bytes: &[u8],
    ) -> Result<(), Damage> {
        self.frames.clear();
        self.stats = Stats::default();
        for section in Section::ALL {
            self.places[section.index()].clear();
            let Some(entries) = &raw.sections[section.index()] else {
                continue;
            };
            let mut totals = Totals::default();
            let mut next = 0;
            for entry in &entries.entries {
                let known =
                    memos.and_then(|memos| memos[section.index()].find(&entry.context, &mut next));
                let place = match known {
                    Some(known) => {
                        self.stats.frames += u64::from(known.frames);
                        self.stats.frames_resolved += u64::from(known.frames);
                        Place::Known(known.entry)
                    }
                    None => self.place(section, entry, tables, bytes)?,
                };
                self.places[section.index()].push(place);
                if place == Place::Dangling {
                    self.stats.entries_dangling += 1;
                    continue;
                }
                totals.entries += 1;
                self.count(section.arity(), entries.record(entry), tables, &mut totals);
            }
            self.stats.sections[section.index()] = Some(totals);
        }
        Ok(())
    }

    fn place(
        &mut self,
        section: Section,
        entry: &RawEntry<'_>,
        tables: &Tables,
        bytes: &[u8],
    ) -> Result<Place, Damage> {
        let start = self.frames.len();
        if section == Section::Monitor {
            return match entry.context == MONITOR_CONTEXT {
                true => Ok(Place::Frames(start as u32, start as u32)),
                false => Err(no_context(entry, "no monitor's context (`0:0`)", bytes)),
            };
        }
        let mut all = 0;
        let frames = &mut self.frames;
        context::frames(&entry.context, |frame| {
            all += 1;
            frames.extend(tables.methods.row(frame.method).map(|method| Frame {
                method,
                bci: frame.bci,
            }));
        })
        .map_err(|_| no_context(entry, "no context (`method:bci<method:bci`)", bytes))?;
        let resolved = self.frames.len() - start;
        self.stats.frames += all as u64;
        self.stats.frames_resolved += resolved as u64;
        if resolved < all {
            self.frames.truncate(start);
            return Ok(Place::Dangling);
        }
        Ok(Place::Frames(start as u32, self.frames.len() as u32))
    }

    fn count(&mut self, arity: Arity, record: &[i64], tables: &Tables, totals: &mut Totals) {
        for cell in record.chunks_exact(arity.width()) {
            if arity == Arity::Pairs {
                self.stats.types += 1;
                if tables.types.row(cell[0]).is_none() {
                    continue;
                }
                self.stats.types_resolved += 1;
            }
            totals.cells += 1;
            totals.sum += u128::from(cell[arity.width() - 1].unsigned_abs());
        }
    }
}

fn no_context(entry: &RawEntry<'_>, what: &str, bytes: &[u8]) -> Damage {
    let shown: String = entry.context.chars().take(60).collect();
    let message = format!("`{shown}` is {what}");
    let place = match &entry.context {
        Cow::Borrowed(text) => offset_in(bytes, text),
        Cow::Owned(_) => None,
    };
    match place {
        Some(offset) => Damage::new(DamageKind::Context, offset, message),
        None => Damage::without_place(DamageKind::Context, message),
    }
}

/// Where in `bytes` a text lies that was borrowed from them.
fn offset_in(bytes: &[u8], text: &str) -> Option<usize> {
    let offset = (text.as_ptr() as usize).checked_sub(bytes.as_ptr() as usize)?;
    (offset < bytes.len()).then_some(offset)
}

/// The size of one section.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct SectionTotals {
    /// Which section.
    pub section: Section,
    /// Its size.
    #[serde(flatten)]
    pub totals: Totals,
}

/// The sections that a file has, with their sizes.
pub fn section_totals(stats: &Stats) -> Vec<SectionTotals> {
    let all = Section::ALL.into_iter().zip(stats.sections);
    all.filter_map(|(section, totals)| totals.map(|totals| SectionTotals { section, totals }))
        .collect()
}
