//! `doctor`.
use clap::Args;
use super::common::{Global, Homes};
use crate::error::Result;
use crate::ui::Ui;
#[derive(Debug, Args)]
pub(super) struct DoctorArgs { #[command(flatten)] homes: Homes }
pub(super) fn doctor(_global: &Global, args: &DoctorArgs, ui: &Ui) -> Result<()> { let _ = super::toolchain::find(&args.homes.search(), ui); Ok(()) }
