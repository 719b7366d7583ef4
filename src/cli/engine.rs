//! `--engine kubernetes`: the same command, as a Job of a cluster.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::environment::variable;
use super::global::Global;
use super::store::{PATIENT, shared};
use super::work::Work;
use crate::config::{Config, EngineKind, Project};
use crate::error::{Error, ErrorKind, Log, Result};
use crate::identity::bytes_digest;
use crate::interrupt::Stop;
use crate::jobs::{self, Asked, Cluster, Outcome, Snapshot};
use crate::plan::{Request, function_names, function_of};
use crate::ui::Ui;

/// Flags with a value that say where or how something is shown, not what is done.
const SHOWN_WITH: [&str; 5] = ["--engine", "--config", "--color", "--progress", "--store"];
/// The same without one.
const SHOWN: [&str; 6] = ["--cancel", "--products", "-q", "--quiet", "-v", "--verbose"];
/// The variables that say what is done; the others are about this machine.
const SENT: [&str; 23] = [
    "FUNCTION",
    "FORMAT",
    "VARIANT",
    "OUTPUT",
    "OPTIMIZER",
    "RUNS",
    "TRAIN_REQUESTS",
    "AT_LEAST",
    "TRAIN_STOP",
    "STABLE_RUNS",
    "TRAIN_COMMAND",
    "TRAIN_ON",
    "ROUNDS",
    "REQUESTS",
    "SLICES",
    "WARMUP",
    "CONCURRENCY",
    "RATE",
    "TIMEOUT",
    "COLD_STARTS",
    "DROPPED_COLD_STARTS",
    "PIN",
    "SEED",
];

/// A command that a cluster can do.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sent<'a> {
    /// `build`
    pub(super) stage: &'static str,
    /// Its flags.
    pub(super) work: &'a Work,
    /// Its functions, where it has several.
    pub(super) functions: Option<&'a [String]>,
    /// Whether its figures are about the machine.
    pub(super) measures: bool,
    /// Whose profiles it builds with, where they are not the function's own.
    pub(super) profile_from: Option<&'a str>,
    /// Whether what it measures is nowhere but here.
    pub(super) is_bare: bool,
}

/// Has `sent` done by a cluster where that is asked for; `None` where it is to be done here.
pub(super) fn elsewhere(global: &Global, sent: &Sent<'_>, ui: &Ui) -> Option<Result<()>> {
    let work = sent.work;
    let in_file = || {
        // What is wrong with the file is said by whoever reads it for more.
        let project = Project::if_any(global.config.as_deref()).ok().flatten()?;
        Config::read(&project.file).ok()?.engine.kind
    };
    let kind = work.engine.or_else(in_file).unwrap_or_default();
    match kind {
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
    let Some(project) = Project::if_any(global.config.as_deref())? else {
        return Ok(None);
    };
    let config = Config::read(&project.file)?;
    let file = &config.engine;
    let is_sent = variable("PGOCTL_ENGINE").is_some_and(|kind| kind == "kubernetes")
        || file.kind == Some(EngineKind::Kubernetes);
    Ok(is_sent.then(|| cluster_of(&config)))
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
    let store = shared(global)?.within(PATIENT);
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
    let asked = Asked {
        order,
        functions: needs.functions,
        cluster: &cluster,
        store: &store,
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
    let kind = match outcome.exit_code {
        0 => return Ok(()),
        2 => ErrorKind::Usage,
        3 => ErrorKind::Toolchain,
        4 => ErrorKind::Build,
        5 => ErrorKind::Training,
        6 => ErrorKind::Benchmark,
        7 => ErrorKind::GateWorse,
        8 => ErrorKind::GateUndecided,
        _ => ErrorKind::Unexpected,
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

/// What a command is about.
struct Needs {
    /// In a word.
    name: String,
    functions: Vec<String>,
    files: Snapshot,
}

/// What the command is about, and every file that it needs.
fn needs(global: &Global, sent: &Sent<'_>, project: &Project, config: &Config) -> Result<Needs> {
    let request = Request {
        config: Some(
            project
                .dir
                .join(project.file.file_name().unwrap_or_default()),
        ),
        function: global.function.clone(),
        native_image_args: sent.work.native_image_args.clone(),
        ..Request::default()
    };
    let names: Vec<Option<String>> = match (sent.functions, &global.function) {
        (None, one) => vec![one.clone()],
        (Some([]), Some(one)) => vec![Some(one.clone())],
        (Some([]), None) => function_names(&request)?.into_iter().map(Some).collect(),
        (Some(named), _) => named.iter().cloned().map(Some).collect(),
    };
    let workdir = project.workdir();
    let mut files = Snapshot::new();
    files.add(
        &project
            .dir
            .join(project.file.file_name().unwrap_or_default()),
    )?;
    let mut functions = Vec::new();
    for name in names {
        let request = Request {
            function: name,
            ..request.clone()
        };
        let (_, function) = function_of(&request)?;
        files.add_function(&function)?;
        files.add(&workdir.metadata(&function.name))?;
        files.add(&workdir.profiles(&function.name).join("set-aside"))?;
        let written = config.function.get(&function.name);
        let workloads = written
            .into_iter()
            .flat_map(|written| [Some(&written.workload), written.train_workload.as_ref()]);
        for file in workloads
            .flatten()
            .filter_map(|workload| workload.requests_file.as_ref())
        {
            files.add(&project.dir.join(file))?;
        }
        functions.push(function.name);
    }
    if sent.measures {
        files.add(&workdir.baselines())?;
    }
    let is_command = |word: OsString| word.to_string_lossy().starts_with("--command");
    if config.train.command.is_some()
        || variable("PGOCTL_TRAIN_COMMAND").is_some()
        || std::env::args_os().any(is_command)
    {
        files.add_project(&project.dir)?;
    }
    if let Some(from) = sent.profile_from {
        let path = std::path::absolute(from).unwrap_or_else(|_| from.into());
        match path.exists() {
            true => files.add(&path)?,
            false => files.add(&workdir.profiles(from))?,
        }
    }
    let name = match &functions[..] {
        [only] => only.clone(),
        _ => project
            .dir
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default(),
    };
    Ok(Needs {
        name,
        functions,
        files,
    })
}

/// What follows `pgoctl`, without where it is done and how it is shown.
fn arguments(given: impl Iterator<Item = OsString>) -> Vec<String> {
    let mut kept = Vec::new();
    let mut given = given.map(|word| word.to_string_lossy().into_owned());
    while let Some(word) = given.next() {
        if word == "--" {
            kept.push(word);
            kept.extend(given);
            break;
        }
        let flag = word.split('=').next().unwrap_or_default();
        if SHOWN_WITH.contains(&flag) {
            if flag == word {
                given.next();
            }
        } else if !SHOWN.contains(&word.as_str()) {
            kept.push(word);
        }
    }
    kept
}

/// The variables that shape what a command does.
fn environment() -> BTreeMap<String, String> {
    let set = |name: &&str| {
        let name = format!("PGOCTL_{name}");
        let value = variable(&name)?.into_string().ok()?;
        Some((name, value))
    };
    SENT.iter().filter_map(set).collect()
}

/// The folder of the project as everybody calls it: a link to it is another name.
fn place(dir: &Path) -> Result<PathBuf> {
    dir.canonicalize()
        .map_err(|error| Error::io("find", dir, &error))
}

/// Where in the project we are, or where else: relative paths on the command line begin there.
fn within(dir: &Path) -> PathBuf {
    let here = std::env::current_dir().unwrap_or_default();
    here.strip_prefix(dir).map_or(here.clone(), Path::to_owned)
}

/// A digest of this machine and the project's folder on it.
fn client(dir: &Path) -> String {
    let host = rustix::system::uname();
    let host = host.nodename().to_string_lossy().into_owned();
    let digest = bytes_digest(format!("{host} {}", dir.display()).as_bytes());
    digest[..16].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sent_is_what_is_done_and_not_where_or_how_it_is_shown() {
        let words = |line: &str| arguments(line.split(' ').map(OsString::from));
        assert_eq!(
            words("-v build --engine kubernetes --function hello --color=never --variant native"),
            ["build", "--function", "hello", "--variant", "native"]
        );
        assert_eq!(
            words("--config ../x build --cancel -- -O3 --verbose"),
            ["build", "--", "-O3", "--verbose"]
        );
    }
}
