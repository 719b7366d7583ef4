//! What is in a profile: sizes, and the hottest of everything, by names.

use std::path::{Path, PathBuf};

use serde::Serialize;

use super::leaves::{Filter, by_method, by_place};
use crate::profile::iprof::counts::cells::Overflow;
use crate::profile::iprof::counts::profile::{FileFacts, Profile};
use crate::profile::iprof::counts::resolve::{SectionTotals, section_totals};
use crate::profile::iprof::counts::section_counts::Entry;
use crate::profile::iprof::names::java_name::{readable_method, readable_type};
use crate::profile::iprof::names::symbols::{MethodSym, Symbols};
use crate::profile::iprof::text::section::Section;
use crate::profile::iprof::text::source::Packing;
use crate::profile::iprof::text::version::Version;

/// What to show.
#[derive(Clone, Debug)]
pub struct ShowOptions {
    /// How many of each kind.
    pub top: usize,
    /// Of whose methods.
    pub filter: Filter,
}

impl Default for ShowOptions {
    fn default() -> Self {
        Self {
            top: 10,
            filter: Filter::All,
        }
    }
}

/// What is in a profile. Lists are hottest first; shares are of the whole profile, 0 to 1.
#[derive(Clone, Debug, Serialize)]
pub struct ShowReport {
    /// The version of this report's keys.
    pub schema_version: u32,
    /// The file.
    pub path: PathBuf,
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
    /// Keys that no known version has.
    pub unknown_sections: Vec<String>,
    /// Entries left out because their ids lead nowhere.
    pub entries_dangling: u64,
    /// The methods that were called most.
    pub top_calls: Vec<MethodCount>,
    /// The methods that were running most often when a sample was taken.
    pub top_samples: Vec<MethodCount>,
    /// The branches that were taken most.
    pub branches: Vec<Branch>,
    /// The virtual calls that were made most.
    pub call_sites: Vec<TypedSite>,
    /// The `instanceof` checks that were made most.
    pub instanceof_checks: Vec<TypedSite>,
    /// The types that were synchronized on most.
    pub monitors: Vec<TypeCount>,
}

/// A method and how often.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MethodCount {
    /// As a Java person reads it.
    pub method: String,
    /// How often, all contexts together.
    pub count: u128,
    /// Of all there were.
    pub share: f64,
}

/// A branch, in all contexts that its method was inlined into.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Branch {
    /// The method it is in.
    pub method: String,
    /// Where in the method.
    pub bci: i32,
    /// How often it was reached.
    pub count: u128,
    /// Where it went.
    pub successors: Vec<Successor>,
}

/// Where a branch went.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Successor {
    /// The byte code index it goes to; below zero: leaves by an exception, or unknown.
    pub bci: i32,
    /// The successor's index.
    pub index: i32,
    /// How often it was taken.
    pub count: u64,
    /// Of all times the branch was reached; `None` if it never was.
    pub share: Option<f64>,
}

/// A place where types were seen, in all contexts that its method was inlined into.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TypedSite {
    /// The method it is in.
    pub method: String,
    /// Where in the method.
    pub bci: i32,
    /// How often it was reached with a type that is known.
    pub count: u128,
    /// Which types, most frequent first.
    pub types: Vec<TypeCount>,
}

/// A type and how often.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TypeCount {
    /// As a Java person reads it.
    #[serde(rename = "type")]
    pub name: String,
    /// How often.
    pub count: u64,
    /// Of all at this place; `None` if there were none.
    pub share: Option<f64>,
}

/// Looks into a profile. Fails if the counts of one place overflow when contexts are added up.
pub fn show(
    path: &Path,
    profile: &Profile,
    facts: &FileFacts,
    options: &ShowOptions,
) -> Result<ShowReport, Overflow> {
    let methods = |section| top_methods(profile, section, options);
    Ok(ShowReport {
        schema_version: 1,
        path: path.to_owned(),
        version: facts.version,
        packing: facts.packing,
        size_bytes: facts.bytes,
        types: facts.types,
        methods: facts.methods,
        sections: section_totals(&facts.stats),
        unknown_sections: facts.unknown_sections.clone(),
        entries_dangling: facts.stats.entries_dangling,
        top_calls: methods(Section::CallCount),
        top_samples: methods(Section::Sampling),
        branches: hottest(profile, Section::Conditional, options, branch)?,
        call_sites: hottest(profile, Section::VirtualInvoke, options, typed_site)?,
        instanceof_checks: hottest(profile, Section::Instanceof, options, typed_site)?,
        monitors: monitors(profile, options.top),
    })
}

/// Drops what cannot be among the first `top` (ties stay), so that only few names are made.
fn keep_top<T>(items: &mut Vec<T>, top: usize, count: impl Fn(&T) -> u128) {
    let mut counts: Vec<u128> = items.iter().map(&count).collect();
    counts.sort_unstable_by(|a, b| b.cmp(a));
    match top.checked_sub(1).and_then(|last| counts.get(last)) {
        Some(least) => items.retain(|item| count(item) >= *least),
        None if top == 0 => items.clear(),
        None => {}
    }
}

fn top_methods(profile: &Profile, section: Section, options: &ShowOptions) -> Vec<MethodCount> {
    let counts = by_method(&profile.counts, section);
    let whole: u128 = counts.values().sum();
    let mut counts: Vec<(MethodSym, u128)> = counts.into_iter().collect();
    counts.retain(|(method, _)| options.filter.takes(&profile.symbols, *method));
    keep_top(&mut counts, options.top, |(_, count)| *count);
    let named = counts.into_iter().map(|(method, count)| MethodCount {
        method: readable_method(&profile.symbols, method),
        count,
        share: count as f64 / whole.max(1) as f64,
    });
    let mut named: Vec<MethodCount> = named.collect();
    named.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.method.cmp(&b.method)));
    named.truncate(options.top);
    named
}

fn monitors(profile: &Profile, top: usize) -> Vec<TypeCount> {
    let entries = profile.counts.section(Section::Monitor).entries();
    let mut types: Vec<TypeCount> = entries
        .flat_map(|entry| type_counts(&profile.symbols, entry))
        .collect();
    types.truncate(top);
    types
}

fn type_counts(symbols: &Symbols, entry: Entry<'_>) -> Vec<TypeCount> {
    let whole = entry.total();
    let types = entry.cells().map(|(key, count)| TypeCount {
        name: readable_type(symbols.type_name(key.type_sym())),
        count,
        share: share(count, whole),
    });
    let mut types: Vec<TypeCount> = types.collect();
    types.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.name.cmp(&b.name)));
    types
}

fn share(part: u64, whole: u128) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// The hottest places of a section, hottest first.
fn hottest<T>(
    profile: &Profile,
    section: Section,
    options: &ShowOptions,
    each: impl Fn(&Symbols, Entry<'_>) -> T,
) -> Result<Vec<T>, Overflow> {
    let symbols = &profile.symbols;
    let places = by_place(&profile.counts, section)?;
    let taken = |entry: &Entry<'_>| options.filter.takes(symbols, entry.frames[0].method);
    let mut entries: Vec<Entry<'_>> = places.entries().filter(taken).collect();
    keep_top(&mut entries, options.top, |entry| entry.total());
    entries.sort_by_cached_key(|entry| {
        let frame = entry.frames[0];
        let name = readable_method(symbols, frame.method);
        (std::cmp::Reverse(entry.total()), name, frame.bci)
    });
    entries.truncate(options.top);
    Ok(entries
        .into_iter()
        .map(|entry| each(symbols, entry))
        .collect())
}

fn branch(symbols: &Symbols, entry: Entry<'_>) -> Branch {
    let count = entry.total();
    let successors = entry.cells().map(|(key, taken)| {
        let (bci, index) = key.branch();
        Successor {
            bci,
            index,
            count: taken,
            share: share(taken, count),
        }
    });
    Branch {
        method: readable_method(symbols, entry.frames[0].method),
        bci: entry.frames[0].bci,
        count,
        successors: successors.collect(),
    }
}

fn typed_site(symbols: &Symbols, entry: Entry<'_>) -> TypedSite {
    TypedSite {
        method: readable_method(symbols, entry.frames[0].method),
        bci: entry.frames[0].bci,
        count: entry.total(),
        types: type_counts(symbols, entry),
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use crate::profile::iprof::testing::{self, SMALL};
    use crate::profile::iprof::text::source::DEFAULT_MAX_BYTES;

    fn shown(options: &ShowOptions) -> ShowReport {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), SMALL).unwrap();
        let (profile, facts) = Profile::read(file.path(), DEFAULT_MAX_BYTES).unwrap();
        show(file.path(), &profile, &facts, options).unwrap()
    }

    #[test]
    fn the_hottest_come_first_by_name_and_by_all_contexts() {
        let report = shown(&ShowOptions::default());
        assert_eq!(report.top_calls[0].method, "shop.Cart.Item.price()");
        assert_eq!(report.top_calls[0].count, 20_007);
        assert_eq!(report.top_samples[0].share, 0.8);
        assert_eq!(
            (report.branches[0].bci, report.branches[0].count),
            (8, 20_020)
        );
        assert_eq!(
            report.branches[0].successors[1].share,
            Some(20.0 / 20_020.0)
        );
        assert_eq!(report.call_sites[0].types[0].name, "java.util.HashMap");
        assert_eq!(report.call_sites[0].types[0].share, Some(0.9));
        assert_eq!(report.monitors[0].count, 12);
    }

    #[test]
    fn a_package_and_a_number_narrow_it() {
        let report = shown(&ShowOptions {
            top: 1,
            filter: Filter::Package("java.util".to_owned()),
        });
        let names: Vec<_> = report
            .top_calls
            .iter()
            .map(|top| top.method.as_str())
            .collect();
        assert_eq!(names, ["java.util.HashMap.put(Object, Object)"]);
        assert!(report.branches.is_empty());
        assert_eq!(report.top_calls[0].share, 1000.0 / 23_028.0);
    }

    #[test]
    fn a_real_profile_shows_its_hot_method() {
        let Some(path) = testing::real(testing::TOMMY) else {
            return;
        };
        let (profile, facts) = Profile::read(&path, DEFAULT_MAX_BYTES).unwrap();
        let report = show(&path, &profile, &facts, &ShowOptions::default()).unwrap();
        assert!(
            report.top_calls[0]
                .method
                .starts_with("net.adoptopenjdk.bumblebench.")
        );
    }
}
