//! `completions`: scripts for shells, from the definition of the command line.

use clap::{Args, Command};
use clap_complete::Shell;

use crate::error::Result;
use crate::ui::Ui;

#[derive(Debug, Args)]
pub(super) struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

/// Writes the script of `command`, the whole command line.
pub(super) fn completions(args: &CompletionsArgs, mut command: Command, ui: &Ui) -> Result<()> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command, "pgoctl", &mut script);
    ui.result_bytes(&script)
}
