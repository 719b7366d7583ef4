//! `profile merge`.

use std::path::{Path, PathBuf};

use clap::Args;

use super::super::common::Global;
use super::text::{Columns, count};
use super::{Limit, answer};
use crate::error::{Error, Result};
use crate::profile::iprof::inputs::{Depth, weighted};
use crate::profile::iprof::merge::{
    MergeOptions, MergeReport, MergeWarning, Normalize, merge_files, merge_to_bytes,
};
use crate::profile::iprof::source::Packing;
use crate::report::bytes;
use crate::ui::Ui;

#[derive(Debug, Args)]
pub(super) struct MergeArgs {
    /// `.iprof` files, gzip or plain, or folders of them; a number after a colon is a weight; `-` is standard input
    #[arg(required = true, value_name = "FILE[:WEIGHT]")]
    files: Vec<String>,
    /// Where the merged profile goes; `-` is standard output (the report then goes to stderr). Packed if it ends in `.gz`
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// What every run is worth
    #[arg(long, value_enum, default_value_t)]
    normalize: Normalize,
    /// Fail on a broken input instead of setting it aside
    #[arg(long)]
    strict: bool,
    /// Compress the output
    #[arg(long)]
    gzip: bool,
    /// Look into folders of folders too
    #[arg(long)]
    recursive: bool,
    /// Threads that read (0: one for each core); the result does not depend on it
    #[arg(long, value_name = "N", default_value_t = 0)]
    threads: usize,
    #[command(flatten)]
    limit: Limit,
}

pub(super) fn merge(global: &Global, args: &MergeArgs, ui: &Ui) -> Result<()> {
    let depth = match args.recursive {
        true => Depth::Recursive,
        false => Depth::Flat,
    };
    let mut inputs = Vec::new();
    for word in &args.files {
        inputs.extend(weighted(word, depth)?);
    }
    let stdin = inputs.iter().filter(|input| input.path == Path::new("-"));
    if stdin.count() > 1 {
        return Err(Error::usage("standard input can be read once"));
    }
    let packed = args.gzip || args.output.extension().is_some_and(|ending| ending == "gz");
    let options = MergeOptions {
        threads: args.threads,
        normalize: args.normalize,
        strict: args.strict,
        packing: if packed {
            Packing::Gzip
        } else {
            Packing::Plain
        },
        version: None,
        max_bytes: args.limit.bytes(),
    };
    if args.output == Path::new("-") {
        let (merged, report) = merge_to_bytes(&inputs, &options)?;
        warn(&report, ui);
        ui.note(text(&report).trim_end());
        return ui.result_bytes(&merged);
    }
    let report = merge_files(&inputs, &options, &args.output)?;
    warn(&report, ui);
    answer(global, ui, &report, || text(&report))
}

fn warn(report: &MergeReport, ui: &Ui) {
    for aside in &report.set_aside {
        let (path, why) = (aside.path.display(), &aside.reason.message);
        ui.warn(&format!("set aside `{path}`: {why}"), None);
    }
    for used in &report.used {
        for doubt in &used.doubts {
            let (path, why) = (used.path.display(), &doubt.message);
            ui.warn(&format!("`{path}` is suspect: {why}"), None);
        }
    }
    for warning in &report.warnings {
        ui.warn(&warning_text(warning), None);
    }
}

fn warning_text(warning: &MergeWarning) -> String {
    match warning {
        MergeWarning::SectionsDropped { keys } => {
            format!(
                "sections of unknown meaning are not merged: {}",
                keys.join(", ")
            )
        }
        MergeWarning::EntriesDropped { entries } => {
            format!("{entries} entries have ids that lead nowhere and are not merged")
        }
        MergeWarning::MixedVersions {
            versions,
            unstable_types,
        } => {
            let versions: Vec<String> = versions.iter().map(ToString::to_string).collect();
            let versions = versions.join(", ");
            format!(
                "these profiles are of different GraalVMs (versions {versions}): \
                 {unstable_types} types are numbered by each build anew and may be mixed up"
            )
        }
    }
}

fn text(report: &MergeReport) -> String {
    let mut columns = Columns::new(&["section", ">entries", ">cells", ">sum of counts"]);
    for section in &report.sections {
        let totals = section.totals;
        columns.row(vec![
            section.section.key().to_owned(),
            count(totals.entries.into()),
            count(totals.cells.into()),
            count(totals.sum),
        ]);
    }
    let aside = match report.set_aside.len() {
        0 => String::new(),
        n => format!(" ({n} set aside)"),
    };
    format!(
        "merged {} profiles{aside}: {}, {}, {} types, {} methods\n{}sha256 {}\n",
        report.used.len(),
        report.version,
        bytes(report.size_bytes),
        count(report.types.into()),
        count(report.methods.into()),
        columns.text(),
        report.sha256
    )
}
