//! `profile check`.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::Args;

use super::super::common::Global;
use super::text::percent;
use super::{Limit, answer};
use crate::error::{Error, ErrorKind, Result};
use crate::profile::iprof::check::{CheckReport, Contents, check_files};
use crate::profile::iprof::inputs::{Depth, expand};
use crate::profile::iprof::profile::Profile;
use crate::profile::iprof::staleness::{ClassFiles, Freshness, freshness};
use crate::profile::iprof::verdict::Verdict;
use crate::report::bytes;
use crate::ui::Ui;

/// Exits with 5 if a profile is broken or says nothing (with `--strict`: if one is suspect).
#[derive(Debug, Args)]
pub(super) struct CheckArgs {
    /// `.iprof` files, gzip or plain, or folders of them; `-` is standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// A JAR (or folder of classes) that the profile should fit: says which share of the calls went to methods that are
    /// still there. Name the JARs of its libraries too (repeat)
    #[arg(long, value_name = "JAR")]
    against: Vec<PathBuf>,
    /// Look into folders of folders too
    #[arg(long)]
    recursive: bool,
    /// A suspect profile fails the check too
    #[arg(long)]
    strict: bool,
    #[command(flatten)]
    limit: Limit,
}

pub(super) fn check(global: &Global, args: &CheckArgs, ui: &Ui) -> Result<()> {
    let depth = match args.recursive {
        true => Depth::Recursive,
        false => Depth::Flat,
    };
    let mut files = Vec::new();
    for path in &args.files {
        files.extend(expand(path, depth)?);
    }
    let mut reports = check_files(&files, args.limit.bytes(), 0);
    if !args.against.is_empty() {
        date(&mut reports, args)?;
    }
    answer(global, ui, &reports, || reports.iter().map(text).collect())?;
    let fails = |report: &&CheckReport| match args.strict {
        true => report.verdict != Verdict::Good,
        false => !report.is_usable(),
    };
    let failed: Vec<&CheckReport> = reports.iter().filter(fails).collect();
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
    let (count, all) = (failed.len(), reports.len());
    let goal = format!("{count} of {all} profiles are {what}");
    Err(Error::new(ErrorKind::Training, goal))
}

/// Says of every readable profile how well it fits the code.
fn date(reports: &mut [CheckReport], args: &CheckArgs) -> Result<()> {
    let classes = ClassFiles::read(&args.against)?;
    for report in reports
        .iter_mut()
        .filter(|report| report.verdict != Verdict::Broken)
    {
        if report.path == Path::new("-") {
            let goal = "`--against` reads every profile twice, and standard input can be read once";
            return Err(Error::usage(goal).hint("put the profile into a file"));
        }
        let (profile, _) = Profile::read(&report.path, args.limit.bytes())
            .map_err(|damage| super::unreadable(&report.path, &damage))?;
        report.add_freshness(freshness(&profile, &classes, &args.against));
    }
    Ok(())
}

fn text(report: &CheckReport) -> String {
    let mut text = format!("{:<8}{}", report.verdict.word(), report.path.display());
    if let Some(contents) = &report.contents {
        text += &format!("  {}", contents_text(contents));
    }
    text.push('\n');
    for reason in &report.reasons {
        writeln!(text, "        {}", reason.message).expect("writing into a string cannot fail");
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
        contents.types,
        contents.methods
    );
    if let Some(share) = contents.application_call_share {
        let share = percent(Some(share));
        text += &format!(", {share} of calls in application code");
    }
    text
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
        let calls = super::text::count(gone.calls);
        text += &format!("        gone: {} ({calls} calls)\n", gone.method);
    }
    if freshness.unreadable_classes > 0 {
        let classes = freshness.unreadable_classes;
        text += &format!("        {classes} class files could not be read\n");
    }
    text
}
