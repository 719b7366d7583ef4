//! The threads behind a merge: each takes the next file, reads it, and adds it to a profile of its own.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use super::options::{MergeInput, MergeOptions};
use crate::profile::iprof::counts::build_cache::{Build, Builds};
use crate::profile::iprof::counts::cells::Overflow;
use crate::profile::iprof::counts::profile::{
    Adding, Profile, Scale, mostly_resolved, whole_tables,
};
use crate::profile::iprof::counts::resolve::{Resolved, Stats};
use crate::profile::iprof::counts::tables::Tables;
use crate::profile::iprof::judge::verdict::{Reason, doubts};
use crate::profile::iprof::text::damage::Damage;
use crate::profile::iprof::text::raw::RawProfile;
use crate::profile::iprof::text::section::Section;
use crate::profile::iprof::text::version::Version;
use crate::profile::iprof::text::{parse, source};
use crate::profile::iprof::threads;

/// What became of one input.
#[derive(Debug)]
pub enum Outcome {
    /// It is in the sum.
    Used(Box<Facts>),
    /// It is not.
    Broken(Damage),
}

/// What is remembered of a file that was used.
#[derive(Debug)]
pub struct Facts {
    /// Its version.
    pub version: Version,
    /// What is odd about it.
    pub doubts: Vec<Reason>,
    /// Its sizes.
    pub stats: Stats,
    /// Keys that no known version has.
    pub unknown_sections: Vec<String>,
}

/// The sum, and what became of each input, in the order of the inputs.
pub struct Run {
    /// The sum.
    pub profile: Profile,
    /// One for each input.
    pub outcomes: Vec<Outcome>,
}

/// Adds up all inputs.
pub fn run(
    inputs: &[MergeInput],
    scales: &[Scale],
    options: &MergeOptions,
) -> Result<Run, (Section, Overflow)> {
    let stop = AtomicBool::new(false);
    let parts = threads::share(inputs.len(), options.threads, |next| {
        let mut worker = Worker::new(options.max_bytes);
        let mut outcomes = Vec::new();
        while let Some(number) = next()
            && !stop.load(Ordering::Relaxed)
        {
            match worker.add(&inputs[number].path, scales[number]) {
                Ok(outcome) => outcomes.push((number, outcome)),
                Err(overflow) => {
                    stop.store(true, Ordering::Relaxed);
                    return Err(overflow);
                }
            }
        }
        Ok((worker.profile, outcomes))
    });
    let mut profile: Option<Profile> = None;
    let mut all = Vec::with_capacity(inputs.len());
    for part in parts {
        let (part, outcomes) = part?;
        all.extend(outcomes);
        match &mut profile {
            Some(profile) => profile.absorb(&part)?,
            None => profile = Some(part),
        }
    }
    Ok(Run {
        profile: profile.unwrap_or_default(),
        outcomes: in_order(all),
    })
}

/// Reads all inputs without adding them up.
pub fn survey(inputs: &[MergeInput], options: &MergeOptions) -> Vec<Outcome> {
    threads::each(inputs, options.threads, || {
        let mut worker = Worker::new(options.max_bytes);
        move |_, input: &MergeInput| worker.look(&input.path)
    })
}

fn in_order(mut outcomes: Vec<(usize, Outcome)>) -> Vec<Outcome> {
    outcomes.sort_unstable_by_key(|(number, _)| *number);
    outcomes.into_iter().map(|(_, outcome)| outcome).collect()
}

/// One thread's memory.
struct Worker {
    max_bytes: u64,
    bytes: Vec<u8>,
    resolved: Resolved,
    builds: Builds,
    profile: Profile,
}

impl Worker {
    fn new(max_bytes: u64) -> Self {
        source::keep_pages();
        Self {
            max_bytes,
            bytes: Vec::new(),
            resolved: Resolved::default(),
            builds: Builds::default(),
            profile: Profile::default(),
        }
    }

    /// Reads one file and adds it, if it is sound.
    fn add(&mut self, path: &Path, scale: Scale) -> Result<Outcome, (Section, Overflow)> {
        if let Err(damage) = source::read_into(path, self.max_bytes, &mut self.bytes) {
            return Ok(Outcome::Broken(damage));
        }
        let Self {
            bytes,
            resolved,
            builds,
            profile,
            ..
        } = self;
        if let Some(build) = builds.find(bytes) {
            let read = parse::parse_sections(bytes, build.tables_end, build.version);
            let raw = match read.and_then(|raw| build.look(&raw, resolved, bytes).map(|()| raw)) {
                Ok(raw) => raw,
                Err(damage) => return Ok(Outcome::Broken(damage)),
            };
            let adding = Adding {
                raw: &raw,
                resolved,
                tables: &build.tables,
                rows: &build.rows,
                scale,
            };
            adding.to(&mut profile.counts, Some(&mut build.memos))?;
            return Ok(Outcome::Used(facts(
                &raw,
                resolved,
                build.method_rows,
                &build.tables,
            )));
        }
        let (raw, tables) = match read_all(bytes, resolved) {
            Ok(read) => read,
            Err(damage) => return Ok(Outcome::Broken(damage)),
        };
        let (types, methods) = whole_tables(&raw);
        let rows = tables.intern(types, methods, &mut profile.symbols);
        let adding = Adding {
            raw: &raw,
            resolved,
            tables: &tables,
            rows: &rows,
            scale,
        };
        adding.to(&mut profile.counts, None)?;
        let facts = facts(&raw, resolved, methods.rows.len() as u64, &tables);
        if let Some(tables_end) = raw.tables_end {
            let build = Build::new(tables_end, facts.version, tables, rows);
            builds.add(build, bytes);
        }
        Ok(Outcome::Used(facts))
    }

    /// Reads one file and adds nothing.
    fn look(&mut self, path: &Path) -> Outcome {
        let read = source::read_into(path, self.max_bytes, &mut self.bytes);
        let read = read.and_then(|_| read_all(&self.bytes, &mut self.resolved));
        match read {
            Ok((raw, tables)) => {
                let methods = whole_tables(&raw).1.rows.len() as u64;
                Outcome::Used(facts(&raw, &self.resolved, methods, &tables))
            }
            Err(damage) => Outcome::Broken(damage),
        }
    }
}

impl Build {
    /// Resolves a file of this build.
    fn look(
        &self,
        raw: &RawProfile<'_>,
        resolved: &mut Resolved,
        bytes: &[u8],
    ) -> Result<(), Damage> {
        resolved.fill(raw, &self.tables, Some(&self.memos), bytes)?;
        mostly_resolved(&resolved.stats)
    }
}

/// Reads a file of a build not seen before.
fn read_all<'a>(
    bytes: &'a [u8],
    resolved: &mut Resolved,
) -> Result<(RawProfile<'a>, Tables), Damage> {
    let raw = parse::parse(bytes)?;
    let (types, methods) = whole_tables(&raw);
    let tables = Tables::new(types, methods)?;
    resolved.fill(&raw, &tables, None, bytes)?;
    mostly_resolved(&resolved.stats)?;
    Ok((raw, tables))
}

fn facts(raw: &RawProfile<'_>, resolved: &Resolved, methods: u64, tables: &Tables) -> Box<Facts> {
    let version = raw.version.expect("a parsed profile has a version");
    let dangling = tables.dangling_methods as u64;
    Box::new(Facts {
        version,
        doubts: doubts(version, methods, dangling, &resolved.stats),
        stats: resolved.stats.clone(),
        unknown_sections: raw.unknown.iter().cloned().collect(),
    })
}
