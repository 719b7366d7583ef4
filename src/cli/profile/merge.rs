//! `profile merge`.

use std::path::Path;

use clap::Args;

use super::inputs::{Folders, Limit, is_stdio, passed_over, stdin_once};
use super::output::Output;
use super::text::{Columns, count, harmless};
use crate::cli::global::Global;
use crate::error::Result;
use crate::profile::iprof::merge::inputs::{choose_to_merge, folder_around};
use crate::profile::iprof::merge::report::{MergeReport, MergeWarning};
use crate::profile::iprof::merge::{MergeOptions, Normalize, merge_to_bytes};
use crate::ui::Ui;
use crate::units::bytes;

#[derive(Debug, Args)]
pub(super) struct MergeArgs {
    /// `.iprof` files, gzip or plain, or folders of them; a number after a colon is a weight; `-` is standard input
    #[arg(required = true, value_name = "FILE[:WEIGHT]")]
    files: Vec<String>,
    #[command(flatten)]
    output: Output,
    /// What every run is worth
    #[arg(long, value_enum, default_value_t)]
    normalize: Normalize,
    /// Fail on a broken input instead of setting it aside
    #[arg(long)]
    strict: bool,
    #[command(flatten)]
    folders: Folders,
    /// Threads that read (0: one for each core); the result does not depend on it
    #[arg(long, value_name = "N", default_value_t = 0)]
    threads: usize,
    #[command(flatten)]
    limit: Limit,
}

pub(super) fn merge(global: &Global, args: &MergeArgs, ui: &Ui) -> Result<()> {
    let output = &args.output.output;
    let file = (!is_stdio(output)).then_some(output.as_path());
    let chosen = choose_to_merge(&args.files, args.folders.depth(), file)?;
    let inputs = chosen.inputs;
    stdin_once(inputs.iter().map(|input| &input.path))?;
    passed_over(&chosen.passed_over, ui);
    warn_of_place(args, file, ui);
    let options = MergeOptions {
        threads: args.threads,
        normalize: args.normalize,
        strict: args.strict,
        packing: args.output.packing(),
        version: None,
        max_bytes: args.limit.bytes(),
    };
    let (merged, mut report) = merge_to_bytes(&inputs, &options)?;
    warn(&report, ui);
    report.output = file.map(Path::to_owned);
    report.passed_over = chosen.passed_over;
    args.output
        .write(&merged, global, ui, &report, || text(&report))
}

/// Another command may count again what this one writes.
fn warn_of_place(args: &MergeArgs, file: Option<&Path>, ui: &Ui) {
    let Some(output) = file.filter(|output| !output.exists()) else {
        return;
    };
    if let Some(folder) = folder_around(&args.files, args.folders.depth(), output) {
        let (output, folder) = (output.display(), folder.display());
        ui.warn(
            &format!("`{output}` lies among the profiles of `{folder}`: a merge of `{folder}` into another file counts it again"),
            Some("`-o` a file elsewhere"),
        );
    }
}

fn warn(report: &MergeReport, ui: &Ui) {
    for aside in &report.set_aside {
        let (path, why) = (aside.path.display(), harmless(&aside.reason.message));
        ui.warn(&format!("set aside `{path}`: {why}"), aside.reason.hint);
    }
    for used in &report.used {
        for doubt in &used.doubts {
            let (path, why) = (used.path.display(), harmless(&doubt.message));
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
                harmless(&keys.join(", "))
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
