//! Checks a profile: can it be read, does it hold together, did the training run record anything worth using.

use std::path::{Path, PathBuf};

use serde::Serialize;

use super::staleness::{ClassFiles, Freshness, Grade, freshness};
use super::verdict::{Doubt, Reason, ReasonKind, Verdict, doubts};
use crate::profile::iprof::counts::profile::{Profile, from_bytes, mostly_resolved, whole_tables};
use crate::profile::iprof::counts::resolve::{
    Place, Resolved, SectionTotals, Stats, section_totals,
};
use crate::profile::iprof::counts::tables::Tables;
use crate::profile::iprof::names::application::is_application;
use crate::profile::iprof::text::damage::Damage;
use crate::profile::iprof::text::raw::{RawMethods, RawProfile, RawTypes};
use crate::profile::iprof::text::section::Section;
use crate::profile::iprof::text::source::Packing;
use crate::profile::iprof::text::version::Version;
use crate::profile::iprof::text::{parse, source};
use crate::profile::iprof::threads;

/// What was found out about several files.
#[derive(Clone, Debug, Serialize)]
pub struct CheckReports {
    /// The version of this report's keys.
    pub schema_version: u32,
    /// One for each file, in the order they were given.
    pub profiles: Vec<CheckReport>,
}

/// What was found out about one file.
#[derive(Clone, Debug, Serialize)]
pub struct CheckReport {
    /// The file.
    pub path: PathBuf,
    /// The sum of the reasons.
    pub verdict: Verdict,
    /// Why it is not good; empty if it is.
    pub reasons: Vec<Reason>,
    /// What the file holds; `None` if it could not be read that far.
    pub contents: Option<Contents>,
    /// How well it fits the code; `None` if nobody asked, or if it could not be read.
    pub freshness: Option<Freshness>,
}

/// What a readable file holds.
#[derive(Clone, Debug, Serialize)]
pub struct Contents {
    /// The format version.
    pub version: Version,
    /// How the file is packed.
    pub packing: Packing,
    /// Bytes of the text, unpacked.
    pub size_bytes: u64,
    /// Rows of the type table.
    pub types: u64,
    /// Rows of the method table.
    pub methods: u64,
    /// The sections that are there.
    pub sections: Vec<SectionTotals>,
    /// What it means for `--pgo` that some sections have nothing, where that is worth a word.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remark: Option<&'static str>,
    /// Keys that no known version has.
    pub unknown_sections: Vec<String>,
    /// Frames in contexts.
    pub frames: u64,
    /// The share of frames whose method is in the table, 0 to 1; `None` if there are no frames.
    pub frames_resolved_share: Option<f64>,
    /// The share of receiver types that are in the table, 0 to 1; `None` if there are none.
    pub types_resolved_share: Option<f64>,
    /// The share of distinct called methods that belong to the application, 0 to 1; `None` if none was called.
    pub application_method_share: Option<f64>,
    /// The share of calls that went to such methods, 0 to 1; `None` if there were none.
    pub application_call_share: Option<f64>,
}

impl CheckReport {
    fn new(path: &Path, reasons: Vec<Reason>, contents: Option<Contents>) -> Self {
        let verdict = match (contents.is_some(), reasons.is_empty()) {
            (false, _) => Verdict::Broken,
            (true, false) => Verdict::Suspect,
            (true, true) => Verdict::Good,
        };
        Self {
            path: path.to_owned(),
            verdict,
            reasons,
            contents,
            freshness: None,
        }
    }

    /// A report on a file that cannot be used.
    pub fn broken(path: &Path, damage: Damage) -> Self {
        Self::new(path, vec![damage.into()], None)
    }

    /// Whether a build can use the file: it is not broken, and it says something.
    pub fn is_usable(&self) -> bool {
        let nothing = |reason: &Reason| matches!(reason.kind, ReasonKind::Doubt(doubt) if doubt.says_nothing());
        self.verdict != Verdict::Broken && !self.reasons.iter().any(nothing)
    }

    /// Adds how well the profile fits the code; one that does not fit is suspect.
    pub fn add_freshness(&mut self, freshness: Freshness) {
        if let (Some(grade @ (Grade::Stale | Grade::Foreign)), Some(share)) =
            (freshness.grade, freshness.call_share)
        {
            let message = format!(
                "{}: only {:.1} % of the application's calls went to methods that are still there",
                grade.word(),
                share * 100.0
            );
            self.reasons.push(Reason::doubt(Doubt::Stale, message));
            self.verdict = self.verdict.max(Verdict::Suspect);
        }
        self.freshness = Some(freshness);
    }
}

/// Checks the file at `path` (`-` is standard input); what is wrong with it is in the report.
pub fn check_file(path: &Path) -> CheckReport {
    Checker::new(source::DEFAULT_MAX_BYTES, None).check(path)
}

/// Checks files on all cores, each core with the memory of one file; reports in the files' order.
///
/// With `against`, every readable profile is dated by these class files too.
pub fn check_files(
    paths: &[PathBuf],
    max_bytes: u64,
    against: Option<&ClassFiles>,
) -> CheckReports {
    let profiles = threads::each(paths, 0, || {
        let mut checker = Checker::new(max_bytes, against);
        move |_, path: &PathBuf| checker.check(path)
    });
    CheckReports {
        schema_version: 1,
        profiles,
    }
}

/// Checks files one after another, with the memory of one.
pub struct Checker<'c> {
    max_bytes: u64,
    against: Option<&'c ClassFiles>,
    bytes: Vec<u8>,
    resolved: Resolved,
}

impl<'c> Checker<'c> {
    /// A checker that refuses files of more than `max_bytes`, and dates the others by `against`.
    pub fn new(max_bytes: u64, against: Option<&'c ClassFiles>) -> Self {
        source::keep_pages();
        Self {
            max_bytes,
            against,
            bytes: Vec::new(),
            resolved: Resolved::default(),
        }
    }

    /// Checks one file.
    pub fn check(&mut self, path: &Path) -> CheckReport {
        let read = source::read_into(path, self.max_bytes, &mut self.bytes);
        let checked = read.and_then(|packing| {
            let (contents, reasons) = check_bytes(&self.bytes, packing, &mut self.resolved)?;
            let mut report = CheckReport::new(path, reasons, Some(contents));
            if let Some(classes) = self.against {
                let mut profile = Profile::default();
                let Profile { symbols, counts } = &mut profile;
                from_bytes(&self.bytes, packing, symbols, counts)?;
                report.add_freshness(freshness(&profile, classes));
            }
            Ok(report)
        });
        checked.unwrap_or_else(|damage| CheckReport::broken(path, damage))
    }
}

/// Checks unpacked bytes.
pub fn check_bytes(
    bytes: &[u8],
    packing: Packing,
    resolved: &mut Resolved,
) -> Result<(Contents, Vec<Reason>), Damage> {
    let raw = parse::parse(bytes)?;
    let (types, methods) = whole_tables(&raw);
    let tables = Tables::new(types, methods)?;
    resolved.fill(&raw, &tables, None, bytes)?;
    let stats = &resolved.stats;
    mostly_resolved(stats)?;
    let version = raw.version.expect("a parsed profile has a version");
    let dangling = tables.dangling_methods as u64;
    let mut reasons = doubts(version, methods.rows.len() as u64, dangling, stats);
    reasons.extend(duplicate_types(types));
    reasons.extend(duplicate_contexts(&raw));
    reasons.extend(calls_not_at_entry(&raw, resolved));
    let application = application_shares(&raw, resolved, &tables, types, methods);
    let (method_share, call_share) = application;
    if method_share == Some(0.0) {
        let message = "no method of the application was called, only the JDK's and GraalVM's own";
        reasons.push(Reason::doubt(Doubt::NoApplication, message));
    }
    let contents = Contents {
        version,
        packing,
        size_bytes: bytes.len() as u64,
        types: types.0.len() as u64,
        methods: methods.rows.len() as u64,
        sections: section_totals(stats),
        remark: remark(stats),
        unknown_sections: raw.unknown.iter().cloned().collect(),
        frames: stats.frames,
        frames_resolved_share: share(stats.frames_resolved, stats.frames),
        types_resolved_share: share(stats.types_resolved, stats.types),
        application_method_share: method_share,
        application_call_share: call_share,
    };
    Ok((contents, reasons))
}

/// Samples alone are what `--pgo-sampling` leaves behind, the other sections being there and empty (graal's `mx_sdk_benchmark.py`).
fn remark(stats: &Stats) -> Option<&'static str> {
    let has = |section: &Section| stats.totals(*section).entries > 0;
    let counted = Section::ALL
        .into_iter()
        .filter(|section| *section != Section::Sampling);
    (has(&Section::Sampling) && !counted.into_iter().any(|section| has(&section))).then_some(
        "samples and nothing else, as `--pgo-sampling` leaves them: `--pgo` learns from it where time is spent, but not how often \
         methods are called, which way branches go or which types calls see; an image built with `--pgo-instrument` counts those",
    )
}

fn share(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// Type names are unique in every real file; the larger tables are not looked at, since merging adds such rows up.
fn duplicate_types(types: &RawTypes<'_>) -> Option<Reason> {
    let mut seen = hashbrown::HashSet::with_capacity(types.0.len());
    let twice = types.0.iter().find(|row| !seen.insert(row.name.as_ref()))?;
    let message = format!("the type `{}` is in the table twice", twice.name);
    Some(Reason::doubt(Doubt::DuplicateName, message))
}

/// Contexts are unique in their section in every real file.
fn duplicate_contexts(raw: &RawProfile<'_>) -> Option<Reason> {
    let mut seen = hashbrown::HashSet::new();
    for section in Section::ALL {
        let Some(entries) = &raw.sections[section.index()] else {
            continue;
        };
        seen.clear();
        seen.reserve(entries.entries.len());
        for entry in &entries.entries {
            if !seen.insert(entry.context.as_ref()) {
                let (context, key) = (&entry.context, section.key());
                let message = format!("the context `{context}` is in `{key}` twice");
                return Some(Reason::doubt(Doubt::DuplicateContext, message));
            }
        }
    }
    None
}

/// A call is counted where its method begins: the published schemas want `id:0` as the innermost frame.
fn calls_not_at_entry(raw: &RawProfile<'_>, resolved: &Resolved) -> Option<Reason> {
    let section = Section::CallCount;
    raw.sections[section.index()].as_ref()?;
    let inside = |place: &&Place| matches!(place, Place::Frames(start, _) if resolved.frames[*start as usize].bci != 0);
    let count = resolved.places[section.index()]
        .iter()
        .filter(inside)
        .count();
    let message = format!(
        "{count} contexts in `{}` do not begin where a method does",
        section.key()
    );
    (count > 0).then(|| Reason::doubt(Doubt::Schema, message))
}

/// The share of called methods, and of calls, that belong to the application.
fn application_shares(
    raw: &RawProfile<'_>,
    resolved: &Resolved,
    tables: &Tables,
    types: &RawTypes<'_>,
    methods: &RawMethods<'_>,
) -> (Option<f64>, Option<f64>) {
    let index = Section::CallCount.index();
    let Some(section) = &raw.sections[index] else {
        return (None, None);
    };
    let mut calls_of = vec![None::<u128>; methods.rows.len()];
    for (entry, place) in section.entries.iter().zip(&resolved.places[index]) {
        if let Place::Frames(start, _) = *place {
            let leaf = resolved.frames[start as usize].method as usize;
            let count = u128::from(section.record(entry)[0].unsigned_abs());
            *calls_of[leaf].get_or_insert(0) += count;
        }
    }
    let (mut called, mut ours, mut calls, mut our_calls) = (0, 0, 0, 0);
    for (row, count) in methods.rows.iter().zip(calls_of) {
        let Some(count) = count else { continue };
        let declaring = tables.types.row(methods.signature(row)[0]);
        called += 1;
        calls += count;
        if declaring.is_some_and(|declaring| is_application(&types.0[declaring as usize].name)) {
            ours += 1;
            our_calls += count;
        }
    }
    let call_share = (calls > 0).then(|| our_calls as f64 / calls as f64);
    (share(ours, called), call_share)
}

#[cfg(test)]
mod tests;
