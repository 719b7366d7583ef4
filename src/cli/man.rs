//! `man`: pages for `man`, from the definition of the command line.

use std::path::PathBuf;

use clap::{Args, Command};
use clap_mangen::Man;

use crate::error::{Error, Result};
use crate::ui::Ui;

#[derive(Debug, Args)]
pub(super) struct ManArgs {
    /// Write a page for each command into this folder, instead of pgoctl's own to standard output
    #[arg(value_name = "DIR")]
    dir: Option<PathBuf>,
}

/// Writes the pages of `command`, the whole command line.
pub(super) fn man(args: &ManArgs, command: Command, ui: &Ui) -> Result<()> {
    let Some(dir) = &args.dir else {
        let mut page = Vec::new();
        Man::new(command)
            .render(&mut page)
            .map_err(|error| Error::io("write", "the page".as_ref(), &error))?;
        return ui.result_bytes(&page);
    };
    crate::workdir::create_dir(dir)?;
    clap_mangen::generate_to(command, dir).map_err(|error| Error::io("write to", dir, &error))?;
    ui.note(&format!("pages: {}", dir.display()));
    Ok(())
}
