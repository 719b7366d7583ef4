//! What a command needs of a project, for whoever has nothing of it.

use std::path::PathBuf;

use super::sent::Sent;
use crate::cli::global::Global;
use crate::config::{Config, Project};
use crate::error::Result;
use crate::jobs::Snapshot;
use crate::plan::{Request, function_names, function_of};

/// What a command is about.
pub(in crate::cli) struct Needs {
    /// In a word.
    pub(in crate::cli) name: String,
    /// The functions.
    pub(in crate::cli) functions: Vec<String>,
    /// Every file that it needs.
    pub(in crate::cli) files: Snapshot,
}

/// What the command is about, and every file that it needs.
pub(in crate::cli) fn needs(
    global: &Global,
    sent: &Sent<'_>,
    project: &Project,
    config: &Config,
) -> Result<Needs> {
    let file = project
        .dir
        .join(project.file.file_name().unwrap_or_default());
    let request = Request {
        config: Some(file.clone()),
        function: global.function.clone(),
        native_image_args: sent.work.native_image_args.clone(),
        ..Request::default()
    };
    let workdir = project.workdir();
    let mut files = Snapshot::new();
    files.add(&file)?;
    let mut functions = Vec::new();
    for function in names(global, sent, &request)? {
        let request = Request {
            function,
            ..request.clone()
        };
        let (_, function) = function_of(&request)?;
        files.add_function(&function)?;
        files.add(&workdir.metadata(&function.name))?;
        files.add(&workdir.profiles(&function.name).join("set-aside"))?;
        for requests in requests_files(config, &function.name) {
            files.add(&project.dir.join(requests))?;
        }
        functions.push(function.name);
    }
    if sent.measures {
        files.add(&workdir.baselines())?;
    }
    if sent.has_command || config.train.command.is_some() {
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

/// The functions that are meant; `None` is the only one of the file.
fn names(global: &Global, sent: &Sent<'_>, request: &Request) -> Result<Vec<Option<String>>> {
    Ok(match (sent.functions, &global.function) {
        (None, one) => vec![one.clone()],
        (Some([]), Some(one)) => vec![Some(one.clone())],
        (Some([]), None) => function_names(request)?.into_iter().map(Some).collect(),
        (Some(named), _) => named.iter().cloned().map(Some).collect(),
    })
}

/// The files of more requests that a function's workloads name.
fn requests_files<'a>(config: &'a Config, function: &str) -> impl Iterator<Item = &'a PathBuf> {
    let written = config.function.get(function).into_iter();
    let workloads =
        written.flat_map(|written| [Some(&written.workload), written.train_workload.as_ref()]);
    workloads
        .flatten()
        .filter_map(|workload| workload.requests_file.as_ref())
}
