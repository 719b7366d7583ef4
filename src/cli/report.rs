//! `report`: a finished run again, in any format.

use std::path::PathBuf;

use clap::Args;

use super::global::Global;
use crate::error::{Error, Result};
use crate::record::Record;
use crate::report::render;
use crate::ui::Ui;
use crate::workdir::Workdir;

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

/// The project's folder of products.
pub(super) fn workdir(global: &Global) -> Result<Workdir> {
    let config = global.config.clone().unwrap_or_default();
    let project = if config.is_dir() || config.as_os_str().is_empty() {
        config
    } else {
        config.parent().map(PathBuf::from).unwrap_or_default()
    };
    let project = std::path::absolute(if project.as_os_str().is_empty() {
        ".".as_ref()
    } else {
        project.as_path()
    })
    .map_err(|error| Error::io("find", &project, &error))?;
    Ok(Workdir::of(&project))
}

/// The folder of the run that was named, or of the newest that measured something.
pub(super) fn find(global: &Global, named: Option<&std::path::Path>) -> Result<PathBuf> {
    let workdir = workdir(global)?;
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
