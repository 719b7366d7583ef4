//! Merges profiles by names: what `native-image-utils merge-pgo-profiles` does, with weights, checks and a report.
//!
//! Each thread reads files into a profile of its own, and those are added up at the end. Adding is commutative and
//! associative and the written order depends on names only, so the output is the same bytes whatever the order of the
//! inputs and the number of threads. Memory: the merged profile once for each thread, beside up to three input files
//! for each thread; the number of inputs does not matter.

use std::path::Path;

use super::options::{MergeInput, MergeOptions, Normalize};
use super::report::{MergeReport, MergeWarning, SetAside, UsedInput};
use super::worker;
use super::worker::Outcome;
use crate::error::{Error, ErrorKind, Result};
use crate::identity::bytes_digest;
use crate::profile::iprof::counts::cells::Overflow;
use crate::profile::iprof::counts::profile::{Profile, Ratio, Scale};
use crate::profile::iprof::counts::resolve::{SectionTotals, section_totals};
use crate::profile::iprof::judge::verdict::ReasonKind;
use crate::profile::iprof::text::section::Section;
use crate::profile::iprof::text::version::Version;
use crate::profile::iprof::write;
use crate::workdir::write_atomically;

/// A merged profile and what went into it.
pub struct Merged {
    /// The sum.
    pub profile: Profile,
    /// The version to write.
    pub version: Version,
    used: Vec<UsedInput>,
    set_aside: Vec<SetAside>,
    warnings: Vec<MergeWarning>,
}

/// Merges `inputs` into `out`, which is written aside, synced and renamed.
///
/// Broken inputs are set aside and named in the report; if one is no profile at all ([`DamageKind::is_no_profile`]), if none is left, or if any is broken under
/// [`MergeOptions::strict`], or if a sum does not fit a Java `long`, that is an error of [`ErrorKind::Training`] and
/// `out` is not touched.
pub fn merge_files(
    inputs: &[MergeInput],
    options: &MergeOptions,
    out: &Path,
) -> Result<MergeReport> {
    let (bytes, mut report) = merge_to_bytes(inputs, options)?;
    let path = std::path::absolute(out).map_err(|error| Error::io("write", out, &error))?;
    write_atomically(&path, &bytes)?;
    report.output = Some(out.to_owned());
    Ok(report)
}

/// Merges `inputs` into bytes to be written.
pub fn merge_to_bytes(
    inputs: &[MergeInput],
    options: &MergeOptions,
) -> Result<(Vec<u8>, MergeReport)> {
    let merged = merge(inputs, options)?;
    let text = write::to_json(&merged.profile, merged.version);
    let bytes = write::pack(text, options.packing).map_err(|error| {
        Error::new(ErrorKind::Unexpected, "could not pack the merged profile").source(&error)
    })?;
    let counts = &merged.profile.counts;
    let sections = Section::ALL.map(|section| SectionTotals {
        section,
        totals: counts.totals(section),
    });
    let kept = |totals: &SectionTotals| {
        totals.section != Section::Instanceof || merged.version >= Version::V1_1_0
    };
    let report = MergeReport {
        schema_version: 1,
        output: None,
        version: merged.version,
        size_bytes: bytes.len() as u64,
        sha256: bytes_digest(&bytes),
        used: merged.used,
        set_aside: merged.set_aside,
        passed_over: Vec::new(),
        types: merged.profile.symbols.types().len() as u64,
        methods: merged.profile.symbols.methods().len() as u64,
        sections: sections.into_iter().filter(kept).collect(),
        warnings: merged.warnings,
    };
    Ok((bytes, report))
}

/// Merges `inputs` in memory.
pub fn merge(inputs: &[MergeInput], options: &MergeOptions) -> Result<Merged> {
    if inputs.is_empty() {
        return Err(Error::usage("there is nothing to merge").hint("name at least one profile"));
    }
    let scales = match options.normalize {
        Normalize::Counts => weights_only(inputs),
        Normalize::Runs => equal_runs(inputs, options)?,
    };
    let run = worker::run(inputs, &scales, options).map_err(overflow)?;
    let (used, set_aside) = sort_out(inputs, run.outcomes);
    refuse(&set_aside, used.len(), options.strict)?;
    let highest = used.iter().map(|used| used.facts.version).max();
    let highest = highest.expect("at least one input was used");
    let version = write::version_to_hold(&run.profile, options.version.unwrap_or(highest));
    let warnings = warnings(&used, &run.profile);
    Ok(Merged {
        profile: run.profile,
        version,
        used: used.into_iter().map(Used::report).collect(),
        set_aside,
        warnings,
    })
}

struct Used<'i> {
    input: &'i MergeInput,
    facts: Box<worker::Facts>,
}

impl Used<'_> {
    fn report(self) -> UsedInput {
        UsedInput {
            path: self.input.path.clone(),
            weight: self.input.weight,
            version: self.facts.version,
            sections: section_totals(&self.facts.stats),
            doubts: self.facts.doubts,
        }
    }
}

fn sort_out(inputs: &[MergeInput], outcomes: Vec<Outcome>) -> (Vec<Used<'_>>, Vec<SetAside>) {
    let (mut used, mut set_aside) = (Vec::new(), Vec::new());
    for (input, outcome) in inputs.iter().zip(outcomes) {
        match outcome {
            Outcome::Used(facts) => used.push(Used { input, facts }),
            Outcome::Broken(damage) => set_aside.push(SetAside {
                path: input.path.clone(),
                reason: damage.into(),
            }),
        }
    }
    (used, set_aside)
}

fn refuse(set_aside: &[SetAside], used: usize, strict: bool) -> Result<()> {
    let Some(first) = set_aside.first() else {
        return Ok(());
    };
    let is_none = |aside: &&SetAside| matches!(aside.reason.kind, ReasonKind::Damage(kind) if kind.is_no_profile());
    if let Some(none) = set_aside.iter().find(is_none) {
        return Err(no_profile(none));
    }
    let (path, why) = (first.path.display(), &first.reason.message);
    if used == 0 {
        let goal = format!(
            "could not merge: none of {} profiles is usable",
            set_aside.len()
        );
        let error = Error::new(ErrorKind::Training, goal);
        return Err(error
            .because(format!("`{path}`: {why}"))
            .hint("`pgoctl profile check FILE…` says what is wrong with each"));
    }
    if strict {
        let goal = format!(
            "could not merge: {} of the profiles are broken",
            set_aside.len()
        );
        let error = Error::new(ErrorKind::Training, goal);
        return Err(error
            .because(format!("`{path}`: {why}"))
            .hint("without `--strict`, broken profiles are set aside"));
    }
    Ok(())
}

/// Something else in a profile's place is a mistake of whoever put it there; what would be merged without it is not what was meant.
fn no_profile(aside: &SetAside) -> Error {
    let goal = format!(
        "could not merge: `{}` is not a profile",
        aside.path.display()
    );
    let error = Error::new(ErrorKind::Training, goal).because(&aside.reason.message);
    aside.reason.hint.into_iter().fold(error, Error::hint)
}

fn overflow((section, Overflow): (Section, Overflow)) -> Error {
    let goal = "could not merge: a sum of counts does not fit into 63 bits";
    Error::new(ErrorKind::Training, goal)
        .because(format!("in `{}`", section.key()))
        .hint("lower the weights, or merge fewer profiles at once")
}

fn weights_only(inputs: &[MergeInput]) -> Vec<Scale> {
    let weight = |input: &MergeInput| {
        let ratio = Ratio {
            times: input.weight,
            over: 1,
        };
        Scale {
            events: ratio,
            samples: ratio,
        }
    };
    inputs.iter().map(weight).collect()
}

/// Reads every file once for its totals, so that all can be scaled up to the largest.
fn equal_runs(inputs: &[MergeInput], options: &MergeOptions) -> Result<Vec<Scale>> {
    if inputs.iter().any(|input| input.path == Path::new("-")) {
        let goal =
            "`--normalize runs` reads every profile twice, and standard input can be read once";
        return Err(Error::usage(goal).hint("put the profile into a file"));
    }
    let totals = |outcome: &Outcome, section| match outcome {
        Outcome::Used(facts) => facts.stats.totals(section).sum,
        Outcome::Broken(_) => 0,
    };
    let outcomes = worker::survey(inputs, options);
    let most = |section| {
        outcomes
            .iter()
            .map(|outcome| totals(outcome, section))
            .max()
    };
    let (calls, samples) = (most(Section::CallCount), most(Section::Sampling));
    let ratio = |most: Option<u128>, own: u128, weight: u64| {
        let most = u64::try_from(most.unwrap_or(0)).map_err(|_| Overflow)?;
        match u64::try_from(own).map_err(|_| Overflow)? {
            0 => Ok(Ratio {
                times: weight,
                over: 1,
            }),
            own => Ok(Ratio {
                times: most.checked_mul(weight).ok_or(Overflow)?,
                over: own,
            }),
        }
    };
    let scale = |(input, outcome): (&MergeInput, &Outcome)| {
        let events = ratio(calls, totals(outcome, Section::CallCount), input.weight);
        let samples = ratio(samples, totals(outcome, Section::Sampling), input.weight);
        Ok(Scale {
            events: events.map_err(|error| overflow((Section::CallCount, error)))?,
            samples: samples.map_err(|error| overflow((Section::Sampling, error)))?,
        })
    };
    inputs.iter().zip(&outcomes).map(scale).collect()
}

fn warnings(used: &[Used<'_>], profile: &Profile) -> Vec<MergeWarning> {
    let mut warnings = Vec::new();
    let mut keys: Vec<String> = Vec::new();
    let mut versions: Vec<Version> = Vec::new();
    let mut entries = 0;
    for facts in used.iter().map(|used| &used.facts) {
        keys.extend(facts.unknown_sections.iter().cloned());
        versions.push(facts.version);
        entries += facts.stats.entries_dangling;
    }
    keys.sort_unstable();
    keys.dedup();
    versions.sort_unstable();
    versions.dedup();
    if !keys.is_empty() {
        warnings.push(MergeWarning::SectionsDropped { keys });
    }
    if entries > 0 {
        warnings.push(MergeWarning::EntriesDropped { entries });
    }
    if versions.len() > 1 {
        let symbols = &profile.symbols;
        let names = symbols.types().map(|symbol| symbols.type_name(symbol));
        let unstable_types = names.filter(|name| name.contains("/0x")).count() as u64;
        warnings.push(MergeWarning::MixedVersions {
            versions,
            unstable_types,
        });
    }
    warnings
}

#[cfg(test)]
mod tests;
