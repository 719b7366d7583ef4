//! `profile`: looks into bare `.iprof` files, gzip or plain, no project needed; and shares them through a store.

mod builds;
mod check;
mod compare;
mod convert;
mod from_hotspot;
mod inputs;
mod merge;
mod output;
mod show;
mod store;
pub(super) mod text;

use clap::{Args, Subcommand};

use super::global::Global;
use crate::error::Result;
use crate::ui::Ui;

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
    /// Show which profiles are in the store, by function and build
    Ls(store::LsArgs),
    /// Put the profiles that training gathered here into the store; what is there is not sent again
    Push(store::PushArgs),
    /// Get profiles out of the store, checked, to where training's own lie
    Pull(store::PullArgs),
    /// Remove from the store what is no longer needed, never what is in use
    Gc(store::GcArgs),
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
        ProfileCommand::Ls(args) => store::ls(global, args, ui),
        ProfileCommand::Push(args) => store::push(global, args, ui),
        ProfileCommand::Pull(args) => store::pull(global, args, ui),
        ProfileCommand::Gc(args) => store::gc(global, args, ui),
    }
}
