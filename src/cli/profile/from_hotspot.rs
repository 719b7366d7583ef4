//! `profile from-hotspot`.

use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;

use super::inputs::{not_onto, passed_over, stdin_once};
use super::output::answer;
use super::text::{Columns, count, percent};
use crate::cli::global::Global;
use crate::error::{Error, ErrorKind, Result};
use crate::identity::bytes_digest;
use crate::java_version::OLDEST;
use crate::profile::hotspot::{self, Conversion};
use crate::profile::iprof::counts::profile::Counts;
use crate::profile::iprof::merge::inputs::once;
use crate::profile::iprof::text::damage::{Damage, DamageKind};
use crate::profile::iprof::text::section::Section;
use crate::profile::iprof::text::source::Packing;
use crate::profile::iprof::text::version::Version;
use crate::profile::iprof::write::pack;
use crate::toolchain::hotspot::typed_out;
use crate::ui::Ui;
use crate::units::bytes;
use crate::workdir::write_atomically;

/// The command that makes a JVM count and say so, with the options of training on HotSpot.
fn how() -> String {
    format!(
        "The log comes from any JDK {OLDEST} or later that ends in order:\n\n  java {} …\n\n\
         Experimental: whether native-image gains by such a profile is for a measurement to say.",
        typed_out().join(" \\\n       ")
    )
}

#[derive(Debug, Args)]
#[command(after_help = how())]
pub(super) struct FromHotspotArgs {
    /// What JVMs logged with -XX:+PrintMethodData, gzip or plain; counts of several logs add up; `-` is standard input
    #[arg(required = true, value_name = "LOG")]
    logs: Vec<PathBuf>,
    /// Where the profile goes; `-` is standard output (the report then goes to stderr). Packed if it ends in `.gz`
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// The version to write: 1.0.0, or 1.1.0, which also has the types that `instanceof` and casts saw
    #[arg(long, value_name = "VERSION", default_value = "1.0.0", value_parser = version)]
    to: Version,
    /// Compress the output
    #[arg(long)]
    gzip: bool,
}

fn version(text: &str) -> Result<Version, String> {
    let version: Version = text.parse()?;
    match version {
        Version::V1_0_0 | Version::V1_1_0 => Ok(version),
        other => Err(format!(
            "a profile is written as 1.0.0 or 1.1.0, not as {other}"
        )),
    }
}

/// The answer in `--format json`.
#[derive(Debug, Serialize)]
struct Report<'a> {
    schema_version: u32,
    experimental: bool,
    version: Version,
    size_bytes: u64,
    sha256: String,
    #[serde(flatten)]
    conversion: &'a Conversion,
}

pub(super) fn from_hotspot(global: &Global, args: &FromHotspotArgs, ui: &Ui) -> Result<()> {
    let packed = args.gzip || args.output.extension().is_some_and(|ending| ending == "gz");
    let packing = match packed {
        true => Packing::Gzip,
        false => Packing::Plain,
    };
    for log in &args.logs {
        not_onto(log, &args.output)?;
    }
    // A log that is named twice is one run, not two.
    let chosen = once(args.logs.iter().cloned());
    stdin_once(chosen.inputs.iter())?;
    passed_over(&chosen.passed_over, ui);
    let converted = hotspot::convert(&chosen.inputs, args.to)
        .map_err(|(path, damage)| unreadable(&path, &damage))?;
    let text =
        pack(converted.json(), packing).map_err(|error| Error::io("pack", &args.output, &error))?;
    let report = Report {
        schema_version: 1,
        experimental: true,
        version: converted.version,
        size_bytes: text.len() as u64,
        sha256: bytes_digest(&text),
        conversion: &converted.conversion,
    };
    for warning in converted.conversion.left_out.warnings() {
        ui.warn(&warning, None);
    }
    let table = || table(&report, &converted.profile.counts);
    if args.output == Path::new("-") {
        ui.note(table().trim_end());
        return ui.result_bytes(&text);
    }
    let whole = std::path::absolute(&args.output)
        .map_err(|error| Error::io("write", &args.output, &error))?;
    write_atomically(&whole, &text)?;
    answer(global, ui, &report, table)
}

fn unreadable(path: &Path, damage: &Damage) -> Error {
    let goal = format!("could not make a profile of `{}`", path.display());
    match damage.kind {
        DamageKind::Unreadable => Error::usage(goal).source(damage),
        _ => Error::new(ErrorKind::Training, goal)
            .source(damage)
            .hint("`pgoctl profile from-hotspot --help` shows the options that the JVM needs"),
    }
}

fn table(report: &Report<'_>, counts: &Counts) -> String {
    let conversion = report.conversion;
    let jvm = match &conversion.jvm {
        Some(jvm) => format!("JVM {}", jvm.version),
        None => "a JVM that the log does not name".to_owned(),
    };
    let mut columns = Columns::new(&["section", ">entries", ">cells", ">sum of counts"]);
    for section in Section::ALL {
        let totals = counts.totals(section);
        if totals.entries > 0 {
            columns.row(vec![
                section.key().to_owned(),
                count(totals.entries.into()),
                count(totals.cells.into()),
                count(totals.sum),
            ]);
        }
    }
    let share = |part: u64, whole: u64| percent((whole > 0).then(|| part as f64 / whole as f64));
    format!(
        "{} from {jvm}: {}, {} methods, {} of them the application's (experimental)\n{}\
         reached: {} of {} branches; {} of {} virtual calls have receiver types\n{}sha256 {}\n",
        report.version,
        bytes(report.size_bytes),
        count(conversion.methods.into()),
        count(conversion.application_methods.into()),
        columns.text(),
        share(conversion.branches_reached, conversion.branches),
        count(conversion.branches.into()),
        share(conversion.call_sites_typed, conversion.call_sites),
        count(conversion.call_sites.into()),
        left_out(conversion),
        report.sha256
    )
}

fn left_out(conversion: &Conversion) -> String {
    let left_out = &conversion.left_out;
    let mut rows: Vec<(u64, String)> = vec![
        (
            left_out.hidden_methods,
            "methods of hidden classes (lambdas and the like)".into(),
        ),
        (
            left_out.hidden_receivers,
            "virtual calls on hidden classes".into(),
        ),
        (
            left_out.untyped_calls,
            "virtual calls without a receiver type".into(),
        ),
        (
            left_out.type_checks,
            "places that check types (only 1.1.0 has a section for them)".into(),
        ),
    ];
    let without_place = left_out.without_place.iter();
    rows.extend(
        without_place.map(|(kind, records)| (*records, format!("{kind}: no section is about it"))),
    );
    let mut columns = Columns::new(&[">left out", "what"]);
    let counted = rows.into_iter().filter(|(number, _)| *number > 0);
    let counted: Vec<_> = counted.collect();
    if counted.is_empty() {
        return String::new();
    }
    for (number, what) in counted {
        columns.row(vec![count(number.into()), what]);
    }
    columns.text()
}
