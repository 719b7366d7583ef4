//! `report`: a finished run again, in any format.

use std::path::PathBuf;

use clap::Args;

use super::global::Global;
use crate::config::Project;
use crate::error::{Error, Result};
use crate::record::Record;
use crate::report::render;
use crate::ui::Ui;

#[derive(Debug, Args)]
pub(super) struct ReportArgs {
    /// The run's folder, or its name under .pgoctl/runs [default: the newest that measured something]
    #[arg(value_name = "RUN")]
    run: Option<PathBuf>,
    /// Write to a file instead of stdout
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

pub(super) fn report(global: &Global, args: &ReportArgs, ui: &Ui) -> Result<()> {
    let dir = find(global, args.run.as_deref())?;
    let text = render(&Record::read(&dir)?, global.format, Global::style(ui));
    match &args.output {
        Some(path) => crate::workdir::write_atomically(path, text.as_bytes()),
        None => ui.result(&text),
    }
}

/// The folder of the run that was named, or of the newest that measured something.
pub(super) fn find(global: &Global, named: Option<&std::path::Path>) -> Result<PathBuf> {
    let workdir = Project::find(global.config.as_deref())?.workdir();
    match named {
        Some(path) if path.join(crate::record::RUN_JSON).is_file() => Ok(path.to_owned()),
        Some(path) => {
            let dir = workdir.runs().join(path);
            match dir.join(crate::record::RUN_JSON).is_file() {
                true => Ok(dir),
                false => Err(
                    Error::usage(format!("there is no run `{}`", path.display())).hint(format!(
                        "the runs are the folders of `{}`",
                        workdir.runs().display()
                    )),
                ),
            }
        }
        None => Record::newest(&workdir, true).ok_or_else(|| {
            Error::usage("there is no finished measurement yet")
                .because(format!("`{}` has none", workdir.runs().display()))
                .hint("`pgoctl run` makes one")
        }),
    }
}
