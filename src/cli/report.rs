//! `report`: a finished run again, or what a controller's trial came to, in any format.

use std::path::PathBuf;

use clap::Args;
use reqwest::Method;

use super::global::Global;
use super::install::path;
use super::server::Server;
use crate::config::Project;
use crate::controller::Sent;
use crate::error::{Error, ErrorKind, Result};
use crate::record::Record;
use crate::report::trial::TrialReport;
use crate::report::{render, render_trial};
use crate::ui::Ui;

#[derive(Debug, Args)]
pub(super) struct ReportArgs {
    /// The run's folder, or its name under .pgoctl/runs [default: the newest that measured something]
    #[arg(value_name = "RUN")]
    run: Option<PathBuf>,
    /// A trial at a controller instead: a function's last one, or that of a generation
    #[arg(long, value_name = "NAME[/GENERATION]", conflicts_with = "run")]
    trial: Option<String>,
    /// Write to a file instead of stdout
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    server: Server,
}

pub(super) fn report(global: &Global, args: &ReportArgs, ui: &Ui) -> Result<()> {
    let style = Global::style(ui);
    let text = match &args.trial {
        Some(named) => render_trial(&trial(named, &args.server)?, global.format, style),
        None => {
            let dir = find(global, args.run.as_deref())?;
            render(&Record::read(&dir)?, global.format, style)
        }
    };
    match &args.output {
        Some(path) => crate::workdir::write_atomically(path, text.as_bytes()),
        None => ui.result(&text),
    }
}

/// The trial that `named` names, `NAME` or `NAME/GENERATION`, from a controller.
fn trial(named: &str, server: &Server) -> Result<TrialReport> {
    let (name, generation) = match named.split_once('/') {
        Some((name, generation)) => (name, Some(generation)),
        None => (named, None),
    };
    let trials = format!("{}/trials", path(name)?);
    let ask = |path: &str| server.client()?.json(Method::GET, path, Sent::Nothing);
    let found = match generation {
        Some(generation) if generation.parse::<u64>().is_err() => {
            return Err(Error::usage(format!("`{generation}` is not a generation"))
                .hint(format!("`GET {trials}` lists them")));
        }
        Some(generation) => Some(ask(&format!("{trials}/{generation}"))?),
        None => ask(&trials)?.as_array().and_then(|all| all.last().cloned()),
    };
    let Some(found) = found else {
        return Err(Error::usage(format!("no trial of `{name}` has ended yet"))
            .hint("`pgoctl status --explain` says what it waits for"));
    };
    serde_json::from_value(found).map_err(|error| {
        Error::new(
            ErrorKind::Unexpected,
            format!("the trial of `{name}` cannot be read"),
        )
        .because(error.to_string())
        .hint("is the controller of another version?")
    })
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
