//! `profile`: looks at bare `.iprof` files; no project needed.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::common::Global;
use crate::error::{Error, ErrorKind, Result};
use crate::profile::iprof::check::{CheckReport, check_file};
use crate::profile::iprof::merge::{MergeInput, MergeOptions, MergeReport, Normalize, merge_files};
use crate::profile::iprof::source::Packing;
use crate::profile::iprof::verdict::Verdict;
use crate::report::{Format, bytes};
use crate::ui::Ui;

#[derive(Debug, Args)]
pub(super) struct ProfileArgs {
    #[command(subcommand)]
    command: ProfileCommand,
}

#[derive(Debug, Subcommand)]
enum ProfileCommand {
    /// Say whether profiles are whole and worth using: good, suspect or broken, with the reasons
    Check(CheckArgs),
    /// Merge profiles by name; the same set gives the same bytes, whatever its order
    Merge(MergeArgs),
}

#[derive(Debug, Args)]
struct CheckArgs {
    /// `.iprof` files, gzip or plain
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
}

#[derive(Debug, Args)]
struct MergeArgs {
    /// `.iprof` files; a number after a colon is a weight
    #[arg(required = true, value_name = "FILE[:WEIGHT]")]
    files: Vec<String>,
    /// Where the merged profile goes
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
}

pub(super) fn profile(global: &Global, args: &ProfileArgs, ui: &Ui) -> Result<()> {
    match &args.command {
        ProfileCommand::Check(args) => check(global, args, ui),
        ProfileCommand::Merge(args) => merge(global, args, ui),
    }
}

fn check(global: &Global, args: &CheckArgs, ui: &Ui) -> Result<()> {
    let reports: Vec<CheckReport> = args.files.iter().map(|path| check_file(path)).collect();
    let text = match global.format {
        Format::Json => {
            serde_json::to_string_pretty(&reports).expect("it has only string keys") + "\n"
        }
        Format::Table | Format::Csv | Format::Markdown => reports.iter().map(check_text).collect(),
    };
    ui.result(&text)?;
    let broken = reports
        .iter()
        .filter(|report| report.verdict == Verdict::Broken)
        .count();
    if broken > 0 {
        return Err(Error::new(
            ErrorKind::Training,
            format!("{broken} of {} profiles are broken", reports.len()),
        ));
    }
    Ok(())
}

fn check_text(report: &CheckReport) -> String {
    let contents = report
        .contents
        .as_ref()
        .map_or_else(String::new, |contents| {
            format!(
                "  {}, {}, {} types, {} methods",
                contents.version,
                bytes(contents.size_bytes),
                contents.types,
                contents.methods
            )
        });
    let mut text = format!(
        "{:<8}{}{contents}\n",
        report.verdict.word(),
        report.path.display()
    );
    for reason in &report.reasons {
        text += &format!("        {}\n", reason.message);
    }
    text
}

fn merge(global: &Global, args: &MergeArgs, ui: &Ui) -> Result<()> {
    let inputs = args
        .files
        .iter()
        .map(|word| input(word))
        .collect::<Result<Vec<_>>>()?;
    let options = MergeOptions {
        normalize: args.normalize,
        strict: args.strict,
        packing: if args.gzip {
            Packing::Gzip
        } else {
            Packing::Plain
        },
        ..MergeOptions::default()
    };
    let report = merge_files(&inputs, &options, &args.output)?;
    match global.format {
        Format::Json => ui.result(
            &(serde_json::to_string_pretty(&report).expect("it has only string keys") + "\n"),
        ),
        Format::Table | Format::Csv | Format::Markdown => ui.result(&merge_text(&report)),
    }
}

/// `a.iprof:3` counts three times; a file whose own name ends like that can be given as `a.iprof:3:1`.
fn input(word: &str) -> Result<MergeInput> {
    let Some((path, weight)) = word.rsplit_once(':') else {
        return Ok(MergeInput::new(word));
    };
    match weight.parse::<u64>() {
        Ok(0) => {
            Err(Error::usage(format!("the weight of `{path}` is 0"))
                .hint("leave the file out instead"))
        }
        Ok(weight) => Ok(MergeInput {
            weight,
            ..MergeInput::new(path)
        }),
        Err(_) => Ok(MergeInput::new(word)),
    }
}

fn merge_text(report: &MergeReport) -> String {
    let mut text = format!(
        "merged {} profiles: {}, {}, {} types, {} methods\n",
        report.used.len(),
        report.version,
        bytes(report.size_bytes),
        report.types,
        report.methods
    );
    for aside in &report.set_aside {
        text += &format!(
            "set aside {}: {}\n",
            aside.path.display(),
            aside.reason.message
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_after_a_colon_is_a_weight() {
        let of = |word: &str| {
            input(word)
                .map(|input| (input.path.display().to_string(), input.weight))
                .ok()
        };
        assert_eq!(of("a.iprof:3"), Some(("a.iprof".into(), 3)));
        assert_eq!(of("C:a.iprof"), Some(("C:a.iprof".into(), 1)));
        assert_eq!(of("a.iprof:0"), None);
    }
}
