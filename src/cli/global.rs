//! Flags of every command.

use std::path::PathBuf;

use clap::Args;

use crate::report::{Format, Style};
use crate::ui::{Color, Progress, Ui, Verbosity};

/// Flags of every command.
#[derive(Debug, Args)]
pub struct Global {
    /// The configuration file, or its folder [default: pgoctl.toml]
    #[arg(
        long,
        global = true,
        env = "PGOCTL_CONFIG",
        value_name = "FILE",
        hide_env = true
    )]
    pub config: Option<PathBuf>,
    /// The function, where the file has several
    #[arg(
        long,
        global = true,
        env = "PGOCTL_FUNCTION",
        value_name = "NAME",
        hide_env = true
    )]
    pub function: Option<String>,
    /// The format of the result
    #[arg(
        long,
        global = true,
        env = "PGOCTL_FORMAT",
        value_enum,
        default_value_t,
        hide_env = true
    )]
    pub format: Format,
    /// When to colour
    #[arg(
        long,
        global = true,
        env = "PGOCTL_COLOR",
        value_enum,
        default_value_t,
        hide_env = true
    )]
    pub color: Color,
    /// How to show on stderr what goes on
    #[arg(
        long,
        global = true,
        env = "PGOCTL_PROGRESS",
        value_enum,
        default_value_t,
        hide_env = true
    )]
    pub progress: Progress,
    /// Errors and warnings only
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Each external command too
    #[arg(short, long, global = true)]
    pub verbose: bool,
}

impl Global {
    pub(super) fn verbosity(&self) -> Verbosity {
        match (self.quiet, self.verbose) {
            (true, _) => Verbosity::Quiet,
            (_, true) => Verbosity::Verbose,
            _ => Verbosity::Normal,
        }
    }

    /// How a table is drawn on this terminal.
    pub(super) fn style(ui: &Ui) -> Style {
        Style {
            color: ui.color_stdout(),
            width: ui.width(),
        }
    }
}
