//! `store`: looks after the store that profiles are shared in; and how every command is told which one that is.

use std::time::Duration;

use clap::{Args, Subcommand};

use super::answer::answer_as;
use super::environment::variable;
use super::global::Global;
use crate::config::{Config, Project};
use crate::error::{Error, ErrorKind, Result};
use crate::interrupt::Stop;
use crate::profile::shared::{VerifyReport, verify};
use crate::store::{Credentials, Store};
use crate::ui::Ui;
use crate::units::bytes;

/// How long a Job waits for a store that is away: nobody sits before it.
pub(super) const PATIENT: Duration = Duration::from_secs(300);

/// Which store, and what may be done with it.
#[derive(Debug, Args)]
pub(super) struct Place {
    /// The store: a folder, or s3://BUCKET[/PREFIX] [default: .pgoctl/serve/store]
    #[arg(
        long = "store",
        value_name = "PLACE",
        env = "PGOCTL_STORE",
        hide_env = true
    )]
    store: Option<String>,
    /// Refuse whatever would write to the store, before it is tried
    #[arg(long, env = "PGOCTL_STORE_PULL_ONLY", hide_env = true,
          value_parser = clap::builder::FalseyValueParser::new())]
    pull_only: bool,
}

impl Place {
    /// A place that was named, where none else says what may be done with it.
    pub(super) fn named(store: Option<String>) -> Self {
        let pull_only = variable("PGOCTL_STORE_PULL_ONLY").is_some_and(|value| {
            !["", "0", "false", "no", "off"]
                .iter()
                .any(|no| value == *no)
        });
        Self { store, pull_only }
    }

    /// Opens it: what was said here, else in the environment, else in the file, else the project's own.
    pub(super) fn open(&self, global: &Global) -> Result<Store> {
        let place = self.place(global)?;
        let credentials = Credentials::read(&variable)?;
        let store = match self.pull_only {
            true => Store::open_to_pull(&place, &credentials),
            false => Store::open(&place, &credentials),
        };
        Ok(store?.heeding(&Stop::default()))
    }

    /// Whether writing is to be refused.
    pub(super) fn is_pull_only(&self) -> bool {
        self.pull_only
    }

    fn place(&self, global: &Global) -> Result<String> {
        if let Some(store) = &self.store {
            return Ok(store.clone());
        }
        Ok(match in_file(global)? {
            Some(place) => place,
            None => {
                let project = Project::find(global.config.as_deref())?;
                project.workdir().store().display().to_string()
            }
        })
    }
}

/// The store that the file names, if there is a file and it names one.
pub(super) fn in_file(global: &Global) -> Result<Option<String>> {
    let Some(project) = Project::if_any(global.config.as_deref())? else {
        return Ok(None);
    };
    Ok(Config::read(&project.file)?
        .store
        .url
        .map(|url| match url.contains("://") {
            true => url,
            // As every path in the file.
            false => project.dir.join(url).display().to_string(),
        }))
}

/// The store of the environment, of the file, or of the project.
pub(super) fn shared(global: &Global) -> Result<Store> {
    let named = variable("PGOCTL_STORE").map(|place| place.to_string_lossy().into_owned());
    Place::named(named).open(global)
}

/// The store that images and training profiles are shared through, where that is asked for here, or by the file of a project.
pub(super) fn products(asked: bool, global: &Global) -> Result<Option<Store>> {
    let in_file = || {
        let project = Project::if_any(global.config.as_deref()).ok().flatten()?;
        // What is wrong with the file is said by whoever reads it for more.
        let config = Config::read(&project.file).ok()?;
        Some(config.store.products)
    };
    if !asked && !in_file().unwrap_or(false) {
        return Ok(None);
    }
    let mut store = shared(global)?;
    if variable("PGOCTL_POD").is_some() {
        // What is lost here costs another build.
        store = store.within(PATIENT);
    }
    Ok(Some(store))
}

#[derive(Debug, Args)]
pub(super) struct StoreArgs {
    #[command(subcommand)]
    command: StoreCommand,
}

#[derive(Debug, Subcommand)]
enum StoreCommand {
    /// Read everything in the store, and say what is not as it should be
    Verify(VerifyArgs),
}

#[derive(Debug, Args)]
struct VerifyArgs {
    #[command(flatten)]
    place: Place,
}

pub(super) fn store(global: &Global, args: &StoreArgs, ui: &Ui) -> Result<()> {
    let StoreCommand::Verify(args) = &args.command;
    let store = args.place.open(global)?;
    let report = verify(&store)?;
    answer_as("store verify", global, ui, &report, || text(&report))?;
    match report.broken.len() {
        0 => Ok(()),
        broken => Err(Error::new(
            ErrorKind::Training,
            format!("{broken} objects in {} are broken", report.store),
        )
        .hint("remove them by hand, and `pgoctl profile push` again where the profiles are")),
    }
}

fn text(report: &VerifyReport) -> String {
    let mut text = format!(
        "{}: {} profiles, {} images, {} JARs, {} documents, {}\n",
        report.store,
        report.profiles,
        report.images,
        report.jars,
        report.documents,
        bytes(report.bytes)
    );
    for broken in &report.broken {
        text += &format!("broken      {}: {}\n", broken.key, broken.why);
    }
    for key in &report.unfinished {
        text += &format!("unfinished  {key}: it has no `.json` yet\n");
    }
    for key in &report.unknown {
        text += &format!("unknown     {key}\n");
    }
    text
}
