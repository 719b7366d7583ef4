//! `profile convert`.

use std::path::PathBuf;

use clap::Args;

use super::inputs::{Limit, not_onto, unreadable};
use super::output::Output;
use super::text::harmless;
use crate::cli::global::Global;
use crate::error::Result;
use crate::profile::iprof::text::source::Packing;
use crate::profile::iprof::write::convert::{ConvertReport, Target, convert as rewrite};
use crate::ui::Ui;
use crate::units::bytes as size;

#[derive(Debug, Args)]
pub(super) struct ConvertArgs {
    /// An `.iprof` file, gzip or plain; `-` is standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The version to write (0.2.0, 0.4.0, 1.0.0, 1.1.0), or `jsonl`: one context a line, with names instead of ids
    /// [default: the version that it has]
    #[arg(long, value_name = "VERSION")]
    to: Option<Target>,
    #[command(flatten)]
    output: Output,
    #[command(flatten)]
    limit: Limit,
}

pub(super) fn convert(global: &Global, args: &ConvertArgs, ui: &Ui) -> Result<()> {
    not_onto(&args.file, &args.output.output)?;
    let target = args.to.unwrap_or(Target::Same);
    let converted = rewrite(
        &args.file,
        target,
        args.output.packing(),
        args.limit.bytes(),
    );
    let (bytes, report) = converted.map_err(|damage| unreadable(&args.file, &damage))?;
    if !report.sections_dropped.is_empty() {
        let keys = harmless(&report.sections_dropped.join(", "));
        ui.warn(&format!("not in the output: {keys}"), None);
    }
    if report.entries_dropped > 0 {
        let entries = report.entries_dropped;
        ui.warn(
            &format!("{entries} entries have ids that lead nowhere and are not in the output"),
            None,
        );
    }
    args.output
        .write(&bytes, global, ui, &report, || text(&report))
}

fn text(report: &ConvertReport) -> String {
    let to = match report.to {
        Some(version) => version.to_string(),
        None => "JSON lines".to_owned(),
    };
    let packed = match report.packing {
        Packing::Gzip => ", gzip",
        Packing::Plain => "",
    };
    format!(
        "converted {} to {to}{packed}: {}\nsha256 {}\n",
        report.from,
        size(report.size_bytes),
        report.sha256
    )
}
