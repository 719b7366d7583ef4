//! `promote`, `rollback`, `collect`, `pause`, `resume`, `uninstall`: what can be asked of a function at a controller.

use clap::Args;
use reqwest::Method;

use super::install::path;
use super::server::Server;
use crate::controller::Sent;
use crate::error::Result;
use crate::ui::Ui;

#[derive(Debug, Args)]
pub(super) struct ChangeArgs {
    /// The function
    name: String,
    #[command(flatten)]
    server: Server,
}

/// Asks for `action`.
pub(super) fn change(action: &str, args: &ChangeArgs, ui: &Ui) -> Result<()> {
    let path = format!("{}/{action}", path(&args.name)?);
    let state = args
        .server
        .client()?
        .json(Method::POST, &path, Sent::Nothing)?;
    ui.note(&format!(
        "`{}`: {} (generation {})",
        args.name,
        state["message"].as_str().unwrap_or(action),
        state["generation"]
    ));
    Ok(())
}

/// Stops serving it.
pub(super) fn uninstall(args: &ChangeArgs, ui: &Ui) -> Result<()> {
    let path = path(&args.name)?;
    args.server
        .client()?
        .json(Method::DELETE, &path, Sent::Nothing)?;
    ui.note(&format!("`{}` is removed", args.name));
    Ok(())
}
