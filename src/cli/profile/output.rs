//! Where the answer goes.

use super::inputs::is_stdio;
use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;

use crate::cli::answer::table_or_json;
use crate::cli::global::Global;
use crate::error::{Error, Result};
use crate::profile::iprof::text::source::Packing;
use crate::ui::Ui;
use crate::workdir::write_atomically;

/// Where a profile that is written goes.
#[derive(Debug, Args)]
pub(crate) struct Output {
    /// Where the profile goes; `-` is standard output (what was done is then said on stderr). Packed if it ends in `.gz`
    #[arg(short, long, value_name = "FILE")]
    pub(super) output: PathBuf,
    /// Compress the output
    #[arg(long)]
    pub(super) gzip: bool,
}

impl Output {
    pub(super) fn packing(&self) -> Packing {
        match self.gzip || self.output.extension().is_some_and(|ending| ending == "gz") {
            true => Packing::Gzip,
            false => Packing::Plain,
        }
    }

    /// Writes the profile, then says what was done.
    pub(super) fn write(
        &self,
        bytes: &[u8],
        global: &Global,
        ui: &Ui,
        report: &impl Serialize,
        table: impl FnOnce() -> String,
    ) -> Result<()> {
        let said = said(global, report, table)?;
        if is_stdio(&self.output) {
            ui.note(said.trim_end());
            return ui.result_bytes(bytes);
        }
        write_file(&self.output, bytes)?;
        ui.result(&said)
    }
}

pub(crate) fn write_file(path: &Path, bytes: &[u8]) -> Result<()> {
    let whole = std::path::absolute(path).map_err(|error| Error::io("write", path, &error))?;
    write_atomically(&whole, bytes)
}

/// Answers with a table, or with the report itself as JSON.
pub(crate) fn answer(
    global: &Global,
    ui: &Ui,
    report: &impl Serialize,
    table: impl FnOnce() -> String,
) -> Result<()> {
    ui.result(&said(global, report, table)?)
}

pub(crate) fn said(
    global: &Global,
    report: &impl Serialize,
    table: impl FnOnce() -> String,
) -> Result<String> {
    table_or_json("profile", global, report, table)
}
