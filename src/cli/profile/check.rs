//! `profile check`.

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use super::builds;
use super::inputs::{Folders, Limit, passed_over, stdin_once};
use super::output::answer;
use super::text::{count, harmless, percent};
use crate::cli::global::Global;
use crate::error::{Error, ErrorKind, Result};
use crate::profile::iprof::counts::resolve::SectionTotals;
use crate::profile::iprof::judge::check::{CheckReport, Contents, check_files};
use crate::profile::iprof::judge::staleness::{ClassFiles, Freshness};
use crate::profile::iprof::judge::verdict::Verdict;
use crate::profile::iprof::merge::inputs::choose;
use crate::profile::iprof::text::section::Section;
use crate::ui::Ui;
use crate::units::bytes;

/// Exits with 5 if a profile is broken or says nothing (with `--strict`: if one is suspect).
#[derive(Debug, Args)]
pub(super) struct CheckArgs {
    /// `.iprof` files, gzip or plain, or folders of them; `-` is standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// A JAR (or folder of classes) that the profile should fit: says which share of the calls went to methods that are
    /// still there. Name the JARs of its libraries too (repeat). The folder of an image that pgoctl's optimizer built:
    /// says how much of the profile the build took
    #[arg(long, value_name = "JAR|IMAGE-DIR")]
    against: Vec<PathBuf>,
    #[command(flatten)]
    folders: Folders,
    /// A suspect profile fails the check too
    #[arg(long)]
    strict: bool,
    #[command(flatten)]
    limit: Limit,
}

pub(super) fn check(global: &Global, args: &CheckArgs, ui: &Ui) -> Result<()> {
    let chosen = choose(&args.files, args.folders.depth())?;
    let files = chosen.inputs;
    stdin_once(files.iter())?;
    passed_over(&chosen.passed_over, ui);
    let (builds, code) = builds::split(&args.against)?;
    let classes = match code.as_slice() {
        [] => None,
        paths => Some(ClassFiles::read(paths)?),
    };
    let reports = check_files(&files, args.limit.bytes(), classes.as_ref());
    let checked = Checked {
        schema_version: reports.schema_version,
        profiles: reports
            .profiles
            .iter()
            .map(|report| builds::beside(report, &builds))
            .collect::<Result<_>>()?,
    };
    answer(global, ui, &checked, || {
        checked
            .profiles
            .iter()
            .map(|one| text(one.report) + &one.text())
            .collect()
    })?;
    let fails = |report: &&CheckReport| match args.strict {
        true => report.verdict != Verdict::Good,
        false => !report.is_usable(),
    };
    let failed: Vec<&CheckReport> = reports.profiles.iter().filter(fails).collect();
    if failed.is_empty() {
        return Ok(());
    }
    let broken = failed
        .iter()
        .all(|report| report.verdict == Verdict::Broken);
    let what = match (broken, args.strict) {
        (true, _) => "broken",
        (false, true) => "broken or suspect",
        (false, false) => "broken or say nothing",
    };
    let (count, all) = (failed.len(), reports.profiles.len());
    let goal = format!("{count} of {all} profiles are {what}");
    Err(Error::new(ErrorKind::Training, goal))
}

/// The answer as JSON.
#[derive(Debug, Serialize)]
struct Checked<'a> {
    schema_version: u32,
    profiles: Vec<builds::Beside<'a>>,
}

fn text(report: &CheckReport) -> String {
    let mut text = format!("{:<8}{}", report.verdict.word(), report.path.display());
    if let Some(contents) = &report.contents {
        text += &format!("  {}", contents_text(contents));
    }
    text.push('\n');
    if let Some(contents) = &report.contents {
        text += &format!("        has {}\n", sections_text(contents));
        if let Some(remark) = contents.remark {
            text += &format!("        note: {remark}\n");
        }
    }
    for reason in &report.reasons {
        writeln!(text, "        {}", harmless(&reason.message))
            .expect("writing into a string cannot fail");
        if let Some(hint) = reason.hint {
            text += &format!("        hint: {hint}\n");
        }
    }
    if let Some(freshness) = &report.freshness {
        text += &freshness_text(freshness);
    }
    text
}

fn contents_text(contents: &Contents) -> String {
    let mut text = format!(
        "{}, {}, {} types, {} methods",
        contents.version,
        bytes(contents.size_bytes),
        count(contents.types.into()),
        count(contents.methods.into())
    );
    for (share, what) in [
        (contents.frames_resolved_share, "of frames resolve"),
        (
            contents.application_method_share,
            "of called methods are the application's",
        ),
        (contents.application_call_share, "of calls"),
    ] {
        if share.is_some() {
            text += &format!(", {} {what}", percent(share));
        }
    }
    text
}

/// `7 call counts, 2 branches; no monitors`: how much is in each section.
fn sections_text(contents: &Contents) -> String {
    let (has, lacks): (Vec<&SectionTotals>, Vec<&SectionTotals>) = contents
        .sections
        .iter()
        .partition(|section| section.totals.entries > 0);
    let has = has.iter().map(|section| {
        // Monitors are one entry, with a type in each cell.
        let number = match section.section {
            Section::Monitor => section.totals.cells,
            _ => section.totals.entries,
        };
        let [one, several] = section.section.nouns();
        let noun = if number == 1 { one } else { several };
        format!("{} {noun}", count(number.into()))
    });
    let lacks = lacks.iter().map(|section| section.section.nouns()[1]);
    let (has, lacks) = (has.collect::<Vec<_>>(), lacks.collect::<Vec<_>>());
    match (has.as_slice(), lacks.as_slice()) {
        ([], []) => "no section".to_owned(),
        ([], lacks) => format!("no {}", lacks.join(", no ")),
        (has, []) => has.join(", "),
        (has, lacks) => format!("{}; no {}", has.join(", "), lacks.join(", no ")),
    }
}

fn freshness_text(freshness: &Freshness) -> String {
    let grade = freshness.grade.map_or("unknown", |grade| grade.word());
    let mut text = format!(
        "        {grade}: {} of calls and {} of {} called methods still exist\n",
        percent(freshness.call_share),
        percent(freshness.method_share),
        freshness.methods,
    );
    for gone in &freshness.gone {
        let (method, calls) = (harmless(&gone.method), count(gone.calls));
        text += &format!("        gone: {method} ({calls} calls)\n");
    }
    if freshness.unreadable_classes > 0 {
        let classes = freshness.unreadable_classes;
        text += &format!("        {classes} class files could not be read\n");
    }
    text
}
