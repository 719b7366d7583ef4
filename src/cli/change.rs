//! `promote`, `rollback`, `pause`, `resume`, `uninstall`: what can be asked of a function at a controller.

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

impl ChangeArgs {
    /// Asks for `action`.
    pub(super) fn ask(&self, action: &str, ui: &Ui) -> Result<()> {
        change(action, &self.name, &self.server, ui)
    }
}

/// Asks for `action`.
pub(super) fn change(action: &str, name: &str, server: &Server, ui: &Ui) -> Result<()> {
    let path = format!("{}/{action}", path(name)?);
    let state = server.client()?.json(Method::POST, &path, Sent::Nothing)?;
    ui.note(&format!(
        "`{name}`: {} (generation {})",
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
