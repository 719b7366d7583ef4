//! `profile`: looks into bare `.iprof` files, gzip or plain; no project needed.

mod check;
mod compare;
mod convert;
mod from_hotspot;
mod merge;
mod show;
mod text;

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use serde::Serialize;

use super::global::Global;
use crate::error::{Error, ErrorKind, Result};
use crate::profile::iprof::merge::inputs::Depth;
use crate::profile::iprof::text::damage::{Damage, DamageKind};
use crate::profile::iprof::text::source;
use crate::profile::iprof::text::source::Packing;
use crate::report::Format;
use crate::ui::Ui;
use crate::workdir::write_atomically;

#[derive(Debug, Args)]
pub(super) struct ProfileArgs {
    #[command(subcommand)]
    command: ProfileCommand,
}

#[derive(Debug, Subcommand)]
enum ProfileCommand {
    /// Say whether profiles are whole and worth using: good, suspect or broken, with the reasons
    Check(check::CheckArgs),
    /// Look into a profile: sizes, hottest methods, branches, call sites, a flame graph
    Show(show::ShowArgs),
    /// Say what changed between two profiles: methods gained, lost and moved, branches that flipped
    Diff(compare::DiffArgs),
    /// Say how much profiles agree (0 to 100 %), as llvm-profdata counts it
    Overlap(compare::OverlapArgs),
    /// Merge profiles by name; the same set gives the same bytes, whatever its order
    Merge(merge::MergeArgs),
    /// Write a profile in another version, packed, or as JSON lines
    Convert(convert::ConvertArgs),
    /// Make a profile from what a JVM logged about a run with -XX:+PrintMethodData (experimental)
    FromHotspot(from_hotspot::FromHotspotArgs),
}

pub(super) fn profile(global: &Global, args: &ProfileArgs, ui: &Ui) -> Result<()> {
    match &args.command {
        ProfileCommand::Check(args) => check::check(global, args, ui),
        ProfileCommand::Show(args) => show::show(global, args, ui),
        ProfileCommand::Diff(args) => compare::diff(global, args, ui),
        ProfileCommand::Overlap(args) => compare::overlap(global, args, ui),
        ProfileCommand::Merge(args) => merge::merge(global, args, ui),
        ProfileCommand::Convert(args) => convert::convert(global, args, ui),
        ProfileCommand::FromHotspot(args) => from_hotspot::from_hotspot(global, args, ui),
    }
}

/// How large a profile may be.
#[derive(Debug, Args)]
struct Limit {
    /// Refuse profiles of more than this many MiB, unpacked (reading takes up to four times as much memory)
    #[arg(long, value_name = "MIB", default_value_t = source::DEFAULT_MAX_BYTES >> 20,
          value_parser = clap::value_parser!(u64).range(1..=source::HIGHEST_MAX_BYTES >> 20))]
    max_size: u64,
}

impl Limit {
    fn bytes(&self) -> u64 {
        self.max_size << 20
    }
}

/// How folders among the files are taken.
#[derive(Debug, Args)]
struct Folders {
    /// Look into folders of folders too
    #[arg(long)]
    recursive: bool,
}

impl Folders {
    fn depth(&self) -> Depth {
        match self.recursive {
            true => Depth::Recursive,
            false => Depth::Flat,
        }
    }
}

/// Where a profile that is written goes.
#[derive(Debug, Args)]
struct Output {
    /// Where the profile goes; `-` is standard output (what was done is then said on stderr). Packed if it ends in `.gz`
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// Compress the output
    #[arg(long)]
    gzip: bool,
}

impl Output {
    fn packing(&self) -> Packing {
        match self.gzip || self.output.extension().is_some_and(|ending| ending == "gz") {
            true => Packing::Gzip,
            false => Packing::Plain,
        }
    }

    /// Writes the profile, then says what was done.
    fn write(
        &self,
        bytes: &[u8],
        global: &Global,
        ui: &Ui,
        report: &impl Serialize,
        table: impl FnOnce() -> String,
    ) -> Result<()> {
        let said = said(global, report, table)?;
        if is_stdio(&self.output) {
            ui.note(said.trim_end());
            return ui.result_bytes(bytes);
        }
        write_file(&self.output, bytes)?;
        ui.result(&said)
    }
}

/// Whether a word means standard input or output.
fn is_stdio(path: &Path) -> bool {
    path == Path::new("-")
}

/// Refuses to read standard input twice.
fn stdin_once<'a>(paths: impl Iterator<Item = &'a PathBuf>) -> Result<()> {
    match paths.filter(|path| is_stdio(path)).count() {
        0 | 1 => Ok(()),
        _ => Err(Error::usage("standard input can be read once")),
    }
}

fn write_file(path: &Path, bytes: &[u8]) -> Result<()> {
    let whole = std::path::absolute(path).map_err(|error| Error::io("write", path, &error))?;
    write_atomically(&whole, bytes)
}

/// Answers with a table, or with the report itself as JSON.
fn answer(
    global: &Global,
    ui: &Ui,
    report: &impl Serialize,
    table: impl FnOnce() -> String,
) -> Result<()> {
    ui.result(&said(global, report, table)?)
}

fn said(
    global: &Global,
    report: &impl Serialize,
    table: impl FnOnce() -> String,
) -> Result<String> {
    match global.format {
        Format::Table => Ok(table()),
        Format::Json => {
            let text = serde_json::to_string_pretty(report).expect("it has only string keys");
            Ok(text + "\n")
        }
        Format::Csv | Format::Markdown | Format::Html => Err(Error::usage(
            "`profile` answers in `--format table` or `--format json`",
        )),
    }
}

/// A profile that cannot be read, as an error.
fn unreadable(path: &Path, damage: &Damage) -> Error {
    let goal = format!("could not read the profile `{}`", path.display());
    match damage.kind {
        DamageKind::Unreadable => Error::usage(goal).source(damage),
        DamageKind::TooLarge => Error::new(ErrorKind::Training, goal)
            .source(damage)
            .hint("`--max-size` raises the limit; reading takes up to four times as much memory"),
        _ => Error::new(ErrorKind::Training, goal).source(damage),
    }
}
