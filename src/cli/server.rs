//! Flags of every command that asks a controller.

use clap::Args;

use crate::controller::Client;
use crate::error::Result;

/// Where a controller listens where nobody says otherwise.
pub(super) const DEFAULT: &str = "127.0.0.1:7700";

/// Which controller, and what it wants to hear.
#[derive(Debug, Args)]
pub(super) struct Server {
    /// The controller
    #[arg(
        long,
        env = "PGOCTL_SERVER",
        value_name = "URL",
        default_value = "http://127.0.0.1:7700",
        hide_env = true
    )]
    server: String,
    /// The token that it was started with
    #[arg(
        long,
        env = "PGOCTL_TOKEN",
        value_name = "TOKEN",
        hide_env = true,
        hide_env_values = true
    )]
    token: Option<String>,
}

impl Server {
    /// A client of it.
    pub(super) fn client(&self) -> Result<Client> {
        Client::new(&self.server, self.token.clone())
    }
}
