//! Profiles by name: what merging adds up, and what is shown, compared and written.

use std::path::Path;

use super::cells::{CellKey, Cells, MAX_COUNT, Overflow};
use super::memo::{Known, Memo};
use super::resolve::{Place, Resolved, Stats, Totals};
use super::section_counts::SectionCounts;
use super::tables::{RowSymbols, Tables};
use crate::profile::iprof::names::symbols::Symbols;
use crate::profile::iprof::text::damage::{Damage, DamageKind};
use crate::profile::iprof::text::raw::{RawMethods, RawProfile, RawSection, RawTypes};
use crate::profile::iprof::text::section::{Arity, Section};
use crate::profile::iprof::text::source::Packing;
use crate::profile::iprof::text::version::Version;
use crate::profile::iprof::text::{parse, source};

/// The counters of a profile, by section.
#[derive(Debug)]
pub struct Counts([SectionCounts; Section::COUNT]);

impl Default for Counts {
    fn default() -> Self {
        Self(Section::ALL.map(SectionCounts::new))
    }
}

impl Counts {
    /// One section.
    pub fn section(&self, section: Section) -> &SectionCounts {
        &self.0[section.index()]
    }

    /// One section, to add to.
    pub fn section_mut(&mut self, section: Section) -> &mut SectionCounts {
        &mut self.0[section.index()]
    }

    /// The size of a section.
    pub fn totals(&self, section: Section) -> Totals {
        let mut totals = Totals::default();
        for entry in self.section(section).entries() {
            totals.entries += 1;
            totals.cells += entry.keys.len() as u64;
            totals.sum += entry.total();
        }
        totals
    }
}

/// A profile by name: symbols and what was counted of them.
#[derive(Debug, Default)]
pub struct Profile {
    /// The types and methods, whether counted or not.
    pub symbols: Symbols,
    /// The counters.
    pub counts: Counts,
}

/// How the counts of one file are taken: a weight, and a factor for each of the two clocks (events and samples).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scale {
    /// Everything counted by instrumentation.
    pub events: Ratio,
    /// Samples.
    pub samples: Ratio,
}

/// A factor as two whole numbers, so that results do not depend on rounding order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ratio {
    /// Multiplied by this.
    pub times: u64,
    /// Divided by this, which is not zero; rounded half up.
    pub over: u64,
}

impl Ratio {
    /// Counts as they are.
    pub const ONE: Self = Self { times: 1, over: 1 };

    fn of(self, count: u64) -> Result<u64, Overflow> {
        if self.times == self.over {
            return Ok(count);
        }
        let over = u128::from(self.over);
        let scaled = (u128::from(count) * u128::from(self.times) + over / 2) / over;
        match u64::try_from(scaled) {
            Ok(scaled) if scaled <= MAX_COUNT => Ok(scaled),
            _ => Err(Overflow),
        }
    }
}

impl Scale {
    /// Counts as they are.
    pub const ONE: Self = Self {
        events: Ratio::ONE,
        samples: Ratio::ONE,
    };

    fn of(self, section: Section) -> Ratio {
        match section {
            Section::Sampling => self.samples,
            _ => self.events,
        }
    }
}

/// Everything that is known about one file beside its counts.
#[derive(Debug)]
pub struct FileFacts {
    /// The format version.
    pub version: Version,
    /// How it was packed.
    pub packing: Packing,
    /// Bytes of the text, unpacked.
    pub bytes: u64,
    /// Rows of the type table.
    pub types: u64,
    /// Rows of the method table.
    pub methods: u64,
    /// Methods whose signature leads nowhere.
    pub dangling_methods: u64,
    /// Top-level keys that no known version has.
    pub unknown_sections: Vec<String>,
    /// How much resolves, and the sizes of its sections.
    pub stats: Stats,
}

impl Profile {
    /// Reads the profile at `path` (`-` is standard input), by name.
    ///
    /// Entries with ids that lead nowhere are left out and counted in the facts; a file in which most do is damage.
    pub fn read(path: &Path, max_bytes: u64) -> Result<(Self, FileFacts), Damage> {
        let mut profile = Self::default();
        let mut counts = Counts::default();
        let facts = read_with(path, max_bytes, &mut profile.symbols, &mut counts)?;
        profile.counts = counts;
        Ok((profile, facts))
    }

    /// Adds every count of `other`.
    pub fn absorb(&mut self, other: &Self) -> Result<(), (Section, Overflow)> {
        let symbols = self.symbols.absorb(&other.symbols);
        for section in Section::ALL {
            let mut batch = self.counts.section_mut(section).batch();
            let overflowed = |overflow| (section, overflow);
            let (mut frames, mut cells) = (Vec::new(), Cells::default());
            for entry in other.counts.section(section).entries() {
                frames.clear();
                frames.extend(entry.frames.iter().map(|frame| symbols.frame(*frame)));
                cells.clear();
                for (key, count) in entry.cells() {
                    let key = match section.arity() {
                        Arity::Pairs => CellKey::of_type(symbols.type_sym(key.type_sym())),
                        Arity::Single | Arity::Triples => key,
                    };
                    cells.push(key, count);
                }
                batch.add(&frames, &mut cells).map_err(overflowed)?;
            }
            batch.finish().map_err(overflowed)?;
        }
        Ok(())
    }
}

/// Reads the profile at `path` into `counts`, with names in `symbols`: so that several files become comparable.
pub fn read_with(
    path: &Path,
    max_bytes: u64,
    symbols: &mut Symbols,
    counts: &mut Counts,
) -> Result<FileFacts, Damage> {
    let mut bytes = Vec::new();
    let packing = source::read_into(path, max_bytes, &mut bytes)?;
    from_bytes(&bytes, packing, symbols, counts)
}

/// Reads the profile in `bytes` (unpacked) into `counts`.
pub fn from_bytes(
    bytes: &[u8],
    packing: Packing,
    symbols: &mut Symbols,
    counts: &mut Counts,
) -> Result<FileFacts, Damage> {
    let raw = parse::parse(bytes)?;
    let (types, methods) = whole_tables(&raw);
    let tables = Tables::new(types, methods)?;
    let mut resolved = Resolved::default();
    resolved.fill(&raw, &tables, None, bytes)?;
    mostly_resolved(&resolved.stats)?;
    let rows = tables.intern(types, methods, symbols);
    let adding = Adding {
        raw: &raw,
        resolved: &resolved,
        tables: &tables,
        rows: &rows,
        scale: Scale::ONE,
    };
    adding.to(counts, None).map_err(|(section, _)| {
        let message = format!("the counts of one context in `{}` overflow", section.key());
        Damage::without_place(DamageKind::Shape, message)
    })?;
    Ok(FileFacts {
        version: raw.version.expect("a parsed profile has a version"),
        packing,
        bytes: bytes.len() as u64,
        types: types.0.len() as u64,
        methods: methods.rows.len() as u64,
        dangling_methods: tables.dangling_methods as u64,
        unknown_sections: raw.unknown.iter().cloned().collect(),
        stats: resolved.stats,
    })
}

/// The tables of a profile that was parsed from its beginning.
pub fn whole_tables<'r, 'a>(raw: &'r RawProfile<'a>) -> (&'r RawTypes<'a>, &'r RawMethods<'a>) {
    (
        raw.types.as_ref().expect("a parsed profile has types"),
        raw.methods.as_ref().expect("a parsed profile has methods"),
    )
}

/// Refuses a file of which less than half resolves.
pub fn mostly_resolved(stats: &Stats) -> Result<(), Damage> {
    match stats.resolved_share() {
        Some(share) if share < 0.5 => {
            let lost = stats.frames - stats.frames_resolved + stats.types - stats.types_resolved;
            let message = format!(
                "{lost} of {} ids in contexts and records lead nowhere: the tables do not belong to the counts",
                stats.frames + stats.types
            );
            Err(Damage::without_place(DamageKind::Dangling, message))
        }
        _ => Ok(()),
    }
}

/// One resolved file, about to be added.
pub struct Adding<'r, 'a> {
    /// The file.
    pub raw: &'r RawProfile<'a>,
    /// Where its entries belong.
    pub resolved: &'r Resolved,
    /// Which row its ids mean.
    pub tables: &'r Tables,
    /// The symbols of those rows.
    pub rows: &'r RowSymbols,
    /// How its counts are taken.
    pub scale: Scale,
}

impl Adding<'_, '_> {
    /// Adds the file to `counts`, and its new contexts to the memos of its build.
    pub fn to(
        &self,
        counts: &mut Counts,
        mut memos: Option<&mut [Memo; Section::COUNT]>,
    ) -> Result<(), (Section, Overflow)> {
        for section in Section::ALL {
            if let Some(raw) = &self.raw.sections[section.index()] {
                let memo = memos.as_mut().map(|memos| &mut memos[section.index()]);
                self.section(section, raw, counts.section_mut(section), memo)
                    .map_err(|overflow| (section, overflow))?;
            }
        }
        Ok(())
    }

    fn section(
        &self,
        section: Section,
        raw: &RawSection<'_>,
        into: &mut SectionCounts,
        mut memo: Option<&mut Memo>,
    ) -> Result<(), Overflow> {
        let places = &self.resolved.places[section.index()];
        let ratio = self.scale.of(section);
        let mut batch = into.batch();
        let (mut frames, mut cells) = (Vec::new(), Cells::default());
        for (entry, place) in raw.entries.iter().zip(places) {
            if *place == Place::Dangling {
                continue;
            }
            self.cells(section.arity(), raw.record(entry), ratio, &mut cells)?;
            match *place {
                Place::Known(number) => batch.add_to(number, &mut cells)?,
                Place::Dangling => {}
                Place::Frames(start, end) => {
                    let local = &self.resolved.frames[start as usize..end as usize];
                    frames.clear();
                    frames.extend(local.iter().map(|frame| {
                        crate::profile::iprof::text::context::Frame {
                            method: self.rows.methods[frame.method as usize]
                                .expect("a resolved frame's method has a whole signature"),
                            bci: frame.bci,
                        }
                    }));
                    let number = batch.add(&frames, &mut cells)?;
                    if let Some(memo) = &mut memo {
                        let known = Known {
                            entry: number,
                            frames: end - start,
                        };
                        memo.remember(&entry.context, known);
                    }
                }
            }
        }
        batch.finish()
    }

    fn cells(
        &self,
        arity: Arity,
        record: &[i64],
        ratio: Ratio,
        cells: &mut Cells,
    ) -> Result<(), Overflow> {
        cells.clear();
        for cell in record.chunks_exact(arity.width()) {
            let key = match (arity, cell) {
                (Arity::Pairs, [id, _]) => match self.tables.types.row(*id) {
                    Some(row) => CellKey::of_type(self.rows.types[row as usize]),
                    None => continue,
                },
                // Both were held to the range of `i32` when they were read.
                (Arity::Triples, [bci, index, _]) => CellKey::successor(*bci as i32, *index as i32),
                _ => CellKey::ONLY,
            };
            let count = cell[arity.width() - 1].unsigned_abs();
            cells.push(key, ratio.of(count)?);
        }
        Ok(())
    }
}
