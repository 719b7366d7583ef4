//! The function under test, made to work: started, waited for, asked, stopped.

pub mod assets;
pub mod invoke;

use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::Deserialize;

use crate::error::{Error, Result};
use crate::http;
use crate::http::{Connections, HttpWorkload, Protocol, RequestTemplate, Variables};
use crate::identity::{Inputs, bytes_digest, collect_files};
use crate::load::LoadPlan;
use crate::workdir::Cache;
use assets::Assets;
use invoke::Invoke;

/// `[function.NAME.workload]`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct WorkloadFile {
    /// HTTP requests, chosen by weight.
    #[serde(default)]
    pub requests: Vec<RequestTemplate>,
    /// More of them, one JSON object a line.
    pub requests_file: Option<PathBuf>,
    /// Or one process per invocation.
    pub invoke: Option<Invoke>,
    /// A folder that is served on loopback as `{assets_url}`.
    pub assets: Option<PathBuf>,
    /// `http/1.1` or `http/2`.
    #[serde(default)]
    pub protocol: Protocol,
    /// `keep-alive` or `fresh`.
    #[serde(default)]
    pub connections: Connections,
}

/// What we make the function do.
#[derive(Clone, Debug)]
pub enum Workload {
    /// Requests against a server.
    Http(HttpWork),
    /// One process per invocation.
    Invoke(InvokeWork),
}

/// Requests against a server.
#[derive(Clone, Debug)]
pub struct HttpWork {
    /// The requests, chosen by weight.
    pub requests: Vec<RequestTemplate>,
    /// The first 2xx answer to this means up.
    pub ready: RequestTemplate,
    /// What the function may fetch.
    pub assets: Option<Assets>,
    /// How to speak to it.
    pub protocol: Protocol,
    /// Whether connections are kept.
    pub connections: Connections,
}

/// One process per invocation.
#[derive(Clone, Debug, Default)]
pub struct InvokeWork {
    /// What each process is given.
    pub invoke: Invoke,
    /// What the function may fetch.
    pub assets: Option<Assets>,
}

impl Workload {
    /// Whether each piece of it is a process of its own.
    pub const fn is_invoked(&self) -> bool {
        matches!(self, Self::Invoke(_))
    }

    /// Decides what the file asks for; `ready` is the function's `ready = "GET /path"`.
    pub fn decide(file: &WorkloadFile, ready: Option<&str>, project_dir: &Path) -> Result<Self> {
        let assets = file
            .assets
            .as_ref()
            .map(|folder| assets(&project_dir.join(folder)))
            .transpose()?;
        let mut requests = file.requests.clone();
        if let Some(path) = &file.requests_file {
            requests.extend(http::read_requests_file(&project_dir.join(path))?);
        }
        for request in &mut requests {
            request.read_body(project_dir)?;
            request.check()?;
        }
        match (&file.invoke, requests.first()) {
            (Some(_), Some(_)) => {
                Err(Error::usage("a workload has requests or `invoke`, not both").hint("requests go to a server, `invoke` starts one process each"))
            }
            (None, None) => Err(Error::usage("the workload is empty").hint("add `requests` for a server, or `invoke` for a function that does its work and ends")),
            (Some(_), None) if ready.is_some() => Err(Error::usage("`ready` is for servers; `invoke` starts one process for each invocation")),
            (Some(invoke), None) => Ok(Self::Invoke(InvokeWork { invoke: invoke.found(project_dir)?, assets })),
            (None, Some(first)) => {
                let ready = match ready {
                    Some(words) => ready_request(words)?,
                    None => first.clone(),
                };
                Ok(Self::Http(HttpWork { requests, ready, assets, protocol: file.protocol, connections: file.connections }))
            }
        }
    }

    /// Whether it is one process per invocation.
    pub fn is_invoke(&self) -> bool {
        matches!(self, Self::Invoke(_))
    }

    /// The file that each invocation reads on stdin.
    pub fn input_file(&self) -> Option<&Path> {
        match self {
            Self::Http(_) => None,
            Self::Invoke(work) => work.invoke.stdin_file.as_deref(),
        }
    }

    /// What the function may fetch while it works.
    pub fn assets(&self) -> Option<&Assets> {
        match self {
            Self::Http(work) => work.assets.as_ref(),
            Self::Invoke(work) => work.assets.as_ref(),
        }
    }

    /// How many measured requests in a round: a process is slower than a request, and its rounds would last.
    pub fn default_requests(&self) -> u64 {
        match self {
            Self::Http(_) => 1000,
            Self::Invoke(_) => 100,
        }
    }

    /// In how many slices a round of so many requests is measured: of a hundred requests or more each, so that what comes with a
    /// new connection does not count much; processes that end by themselves just take turns.
    pub fn default_slices(&self, requests: u64, concurrency: u32) -> u32 {
        let least = match self {
            Self::Http(_) => 100.max(10 * u64::from(concurrency)),
            Self::Invoke(_) => 1,
        };
        u32::try_from((requests / least).clamp(1, 10)).unwrap_or(1)
    }

    /// How many requests before the measured ones: two in ten of a round, for servers only.
    pub fn default_warmup(&self, requests: u64) -> u64 {
        match self {
            Self::Http(_) => requests.div_ceil(5),
            Self::Invoke(_) => 0,
        }
    }

    /// How many requests a training run of `requests` carries out: a process that ends by itself is one run.
    pub fn requests_in_a_run(&self, requests: u64) -> u64 {
        match self {
            Self::Http(_) => requests,
            Self::Invoke(_) => 1,
        }
    }

    /// Everything that shapes what the function is made to do.
    pub fn inputs(&self, inputs: Inputs, cache: &mut Cache) -> Result<Inputs> {
        let inputs = match self {
            Self::Http(work) => {
                let requests: Vec<String> = work
                    .requests
                    .iter()
                    .map(|request| format!("{request:?}"))
                    .collect();
                inputs
                    .with("workload", bytes_digest(requests.join("\n").as_bytes()))
                    .with("ready", format!("{:?}", work.ready))
                    .with(
                        "protocol",
                        format!("{:?} {:?}", work.protocol, work.connections),
                    )
            }
            Self::Invoke(work) => work.invoke.inputs(inputs, cache)?,
        };
        match self.assets() {
            Some(assets) => Ok(inputs.with("assets", digest_of_folder(assets.folder(), cache)?)),
            None => Ok(inputs),
        }
    }

    #[cfg(test)]
    pub(crate) fn for_tests() -> Self {
        let ready = ready_request("GET /health").expect("it is a request");
        Self::Http(HttpWork::asking(vec![ready]))
    }
}

impl InvokeWork {
    /// The same, each process of which reads `file` on stdin, found from `dir`.
    pub fn reading(self, file: &Path, dir: &Path) -> Result<Self> {
        let invoke = Invoke {
            stdin: None,
            stdin_file: Some(file.to_owned()),
            ..self.invoke
        };
        Ok(Self {
            invoke: invoke.found(dir)?,
            ..self
        })
    }
}

impl HttpWork {
    /// Asks `requests`, of which there is at least one; the first 2xx to the first of them means up.
    pub fn asking(requests: Vec<RequestTemplate>) -> Self {
        Self {
            ready: requests[0].clone(),
            requests,
            assets: None,
            protocol: Protocol::default(),
            connections: Connections::default(),
        }
    }

    /// The requests, compiled for one server.
    pub fn compile(&self, variables: &Variables) -> Result<HttpWorkload> {
        HttpWorkload::compile(&self.requests, variables, self.connections)
    }

    /// A closed loop of so many requests over one connection, spoken to as the function is.
    pub fn load_plan(&self, requests: u64) -> LoadPlan {
        LoadPlan {
            protocol: self.protocol,
            connections: self.connections,
            ..LoadPlan::closed(requests)
        }
    }
}

fn assets(folder: &Path) -> Result<Assets> {
    if folder.is_dir() {
        return Ok(Assets::new(folder.to_owned()));
    }
    Err(Error::usage(format!(
        "there is no folder `{}` to serve",
        folder.display()
    ))
    .hint("correct `assets` in the configuration file"))
}

fn digest_of_folder(folder: &Path, cache: &mut Cache) -> Result<String> {
    let mut files = Vec::new();
    collect_files(folder, &mut files)?;
    let mut text = String::new();
    for file in files {
        text += &format!(
            "{} {}\n",
            file.strip_prefix(folder).unwrap_or(&file).display(),
            cache.digest(&file)?
        );
    }
    Ok(bytes_digest(text.as_bytes()))
}

/// `GET /health` as a request.
fn ready_request(words: &str) -> Result<RequestTemplate> {
    match words.split_once(' ') {
        Some((method, path)) if path.starts_with('/') => Ok(RequestTemplate::new(method, path)),
        _ => Err(
            Error::usage(format!("`ready = \"{words}\"` is not a request"))
                .hint("write it like `ready = \"GET /health\"`"),
        ),
    }
}
