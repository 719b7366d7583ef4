//! `--engine kubernetes`: the same command, as a Job of a cluster.

mod needs;
mod sent;
mod words;

use std::path::{Path, PathBuf};

use clap::ValueEnum;

use super::environment::variable;
use super::global::Global;
use super::store::{PATIENT, shared};
use crate::config::{Config, EngineKind, Project};
use crate::error::{Error, ErrorKind, Log, Result};
use crate::identity::bytes_digest;
use crate::interrupt::Stop;
use crate::jobs::{self, Asked, Cluster, Outcome};
use crate::ui::Ui;
use needs::needs;
use words::{arguments, environment, within};

pub(super) use sent::Sent;

/// Has `sent` done by a cluster where that is asked for; `None` where it is to be done here.
pub(super) fn elsewhere(global: &Global, sent: &Sent<'_>, ui: &Ui) -> Option<Result<()>> {
    let work = sent.work;
    // What is wrong with the file is said by whoever reads it for more.
    let config = project_config(global).ok().flatten();
    match engine(work.engine, config.as_ref()) {
        EngineKind::Kubernetes if sent.is_bare && work.engine.is_none() => None,
        EngineKind::Kubernetes if !work.dry_run => Some(send(global, sent, ui)),
        EngineKind::Local if work.cancel => Some(Err(Error::usage(
            "`--cancel` ends a Job, and this command is done on this machine",
        )
        .hint("add `--engine kubernetes`"))),
        _ => None,
    }
}

/// The cluster that the project's long work is sent to, where it is.
pub(super) fn cluster(global: &Global) -> Result<Option<Cluster>> {
    let config = project_config(global)?;
    let said =
        variable("PGOCTL_ENGINE").and_then(|kind| EngineKind::from_str(kind.to_str()?, true).ok());
    Ok(match engine(said, config.as_ref()) {
        EngineKind::Kubernetes => config.as_ref().map(cluster_of),
        EngineKind::Local => None,
    })
}

fn project_config(global: &Global) -> Result<Option<Config>> {
    let project = Project::if_any(global.config.as_deref())?;
    project
        .map(|project| Config::read(&project.file))
        .transpose()
}

/// Who does long work: what was said, else the file.
fn engine(said: Option<EngineKind>, config: Option<&Config>) -> EngineKind {
    said.or_else(|| config?.engine.kind).unwrap_or_default()
}

fn cluster_of(config: &Config) -> Cluster {
    let image = variable("PGOCTL_ENGINE_IMAGE").map(|image| image.to_string_lossy().into_owned());
    Cluster::of(&config.engine, image.as_deref())
}

fn send(global: &Global, sent: &Sent<'_>, ui: &Ui) -> Result<()> {
    if sent.is_bare {
        return Err(Error::usage("a cluster measures the project's images only")
            .because("programs, revisions and servers that are named are on this machine")
            .hint("leave out `--engine kubernetes`"));
    }
    let mut project = Project::find(global.config.as_deref())?;
    let config = Config::read(&project.file)?;
    project.dir = place(&project.dir)?;
    let cluster = cluster_of(&config);
    let store = shared(global)?;
    if store.is_local() && !sent.work.cancel {
        return Err(jobs::not_shared(&store));
    }
    cluster.check()?;
    let needs = needs(global, sent, &project, &config)?;
    let client = client(&project.dir);
    if sent.work.cancel {
        let ended = jobs::cancel(&needs.name, sent.stage, &client, &cluster)?;
        for job in &ended {
            ui.note(&format!("Job {job}: ended"));
        }
        if ended.is_empty() {
            ui.note("there is no such Job");
        }
        return Ok(());
    }
    let command = jobs::Command {
        stage: sent.stage.to_owned(),
        args: arguments(std::env::args_os().skip(1)),
        env: environment(),
        config: project
            .file
            .file_name()
            .map(PathBuf::from)
            .unwrap_or_default(),
        folder: within(&project.dir),
        measures: sent.measures,
    };
    store.ready_to_share()?;
    let order = jobs::Order {
        schema_version: 1,
        function: needs.name,
        files: needs.files.pack(&project.dir, &store)?,
        dir: project.dir.clone(),
        command,
        by: format!("{} {}", cluster.image, env!("CARGO_PKG_VERSION")),
        store: store.named(),
        client,
    };
    let stop = Stop::default();
    let workdir = project.workdir();
    // It answered just now: whatever it does while the Job goes on may pass.
    let patient = store.clone().within(PATIENT);
    let asked = Asked {
        order,
        functions: needs.functions,
        cluster: &cluster,
        store: &patient,
        workdir: &workdir,
        anew: sent.work.force,
        stop: &stop,
    };
    let job = asked.order.job_name();
    let outcome = jobs::run(&asked, ui)?;
    ui.result(&outcome.stdout)?;
    ui.note(&format!(
        "Job {job}: {:.1} s on {}, {:.1} s for its files",
        outcome.seconds, outcome.node, outcome.seconds_for_files
    ));
    conclude(sent.stage, &job, &outcome, asked.log())
}

/// The end of the command as it was in the pod.
fn conclude(stage: &str, job: &str, outcome: &Outcome, path: PathBuf) -> Result<()> {
    let Some(kind) = ErrorKind::of_exit_code(outcome.exit_code) else {
        return Ok(());
    };
    // Its lines were heard already.
    let tail = Vec::new();
    let error = Error::new(kind, format!("`pgoctl {stage}` failed in the Job `{job}`"))
        .because(format!(
            "it ended with exit code {} in the pod `{}` on {}",
            outcome.exit_code, outcome.pod, outcome.node
        ))
        .log(Log { path, tail });
    let verdict = outcome
        .said
        .iter()
        .rev()
        .find(|line| line.starts_with("VERDICT:"));
    Err(match verdict {
        Some(verdict) => error.verdict(verdict.clone()),
        None => error,
    })
}

/// The folder of the project as everybody calls it: a link to it is another name.
fn place(dir: &Path) -> Result<PathBuf> {
    dir.canonicalize()
        .map_err(|error| Error::io("find", dir, &error))
}

/// A digest of this machine and the project's folder on it.
fn client(dir: &Path) -> String {
    let host = rustix::system::uname();
    let host = host.nodename().to_string_lossy().into_owned();
    let digest = bytes_digest(format!("{host} {}", dir.display()).as_bytes());
    digest[..16].to_owned()
}
