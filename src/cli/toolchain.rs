//! `toolchain`: which JDKs and GraalVMs are there, and which one would be used.

mod install;

use clap::{Args, Subcommand};
use comfy_table::{Table, presets};

use super::answer::answer_as;
use super::global::Global;
use super::homes::Homes;
use crate::error::{Error, ErrorKind, Result};
use crate::toolchain::inventory::{Found, find};
use crate::toolchain::{Kind, Search};
use crate::ui::Ui;

#[derive(Debug, Args)]
pub(super) struct ToolchainArgs {
    #[command(subcommand)]
    command: ToolchainCommand,
}

#[derive(Debug, Subcommand)]
enum ToolchainCommand {
    /// Show every JDK and GraalVM that pgoctl finds, in the order in which it would choose
    List(ListArgs),
    /// Print the home of the one that would be used
    Which(WhichArgs),
    /// Download an Oracle GraalVM, check it, and put it where pgoctl finds it
    Install(install::InstallArgs),
}

#[derive(Debug, Args)]
struct ListArgs {
    #[command(flatten)]
    homes: Homes,
}

#[derive(Debug, Args)]
struct WhichArgs {
    #[command(flatten)]
    homes: Homes,
    /// Which kind
    #[arg(value_enum, default_value = "graalvm")]
    kind: WhichKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum WhichKind {
    /// The GraalVM of the native variants
    Graalvm,
    /// The first GraalVM that has PGO of its own
    Pgo,
    /// The JDK of the HotSpot variants
    Java,
}

pub(super) fn toolchain(global: &Global, args: &ToolchainArgs, ui: &Ui) -> Result<()> {
    match &args.command {
        ToolchainCommand::List(args) => list(global, &args.homes.search(), ui),
        ToolchainCommand::Which(args) => which(args, ui),
        ToolchainCommand::Install(args) => install::install(args, ui),
    }
}

/// Every toolchain there is, best first; those that do not answer are said and left out.
pub(super) fn found(search: &Search, ui: &Ui) -> Vec<Found> {
    let (found, silent) = find(search);
    for error in silent {
        ui.warn(&error.to_string(), None);
    }
    found
}

fn list(global: &Global, search: &Search, ui: &Ui) -> Result<()> {
    let found = found(search, ui);
    answer_as("toolchain list", global, ui, &found, || table(&found))
}

fn table(found: &[Found]) -> String {
    let mut table = Table::new();
    table
        .load_style(presets::UTF8_HORIZONTAL_ONLY)
        .force_no_tty()
        .set_header(["kind", "version", "edition", "PGO", "found by", "home"]);
    for one in found {
        let (kind, pgo) = match (one.info.kind, one.optimizer) {
            (Kind::Graalvm, Some(optimizer)) => ("graalvm", optimizer.name()),
            (Kind::Graalvm, None) => ("graalvm", "no"),
            (Kind::Hotspot, _) => ("hotspot", "–"),
        };
        table.add_row([
            kind,
            &one.info.version,
            &one.info.edition,
            pgo,
            one.found_by,
            &one.info.home.display().to_string(),
        ]);
    }
    format!("{}\n", table.trim_fmt())
}

fn which(args: &WhichArgs, ui: &Ui) -> Result<()> {
    let fits = |found: &Found| match args.kind {
        WhichKind::Graalvm => found.info.kind == Kind::Graalvm,
        WhichKind::Pgo => found.info.kind == Kind::Graalvm && found.info.pgo,
        WhichKind::Java => found.info.kind == Kind::Hotspot,
    };
    let found = found(&args.homes.search(), ui);
    match found.iter().find(|found| fits(found)) {
        Some(found) => ui.result(&format!("{}\n", found.info.home.display())),
        None => {
            let what = match args.kind {
                WhichKind::Graalvm => "GraalVM",
                WhichKind::Pgo => "GraalVM with PGO",
                WhichKind::Java => "JDK",
            };
            Err(
                Error::new(ErrorKind::Toolchain, format!("there is no {what}"))
                    .hint("`pgoctl toolchain list` shows what is there"),
            )
        }
    }
}
