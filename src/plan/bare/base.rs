//! What stands in the configuration file and on the command line → sides: programs, JARs, servers that run already.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::asked::Asked;
use super::side::Unnamed;
use super::url::{Url, cannot_measure, redacted};
use crate::bench::subject::{RunningServer, Runs};
use crate::config::{Config, FunctionFile, Project};
use crate::error::{Error, Result};
use crate::http::{RequestTemplate, Variables};
use crate::load::Target;
use crate::load::tls::{Tls, Trust};
use crate::plan::{Request, choose, files};
use crate::process::{Process, READY_TIMEOUT, STOP_TIMEOUT};
use crate::toolchain::Info;
use crate::workload::invoke::Invoke;
use crate::workload::{HttpWork, InvokeWork, Workload};

/// What the configuration file says, if there is one.
pub(super) struct Base {
    /// The name in the report.
    pub(super) name: String,
    /// The project, or where one stands.
    pub(super) dir: PathBuf,
    /// The file.
    pub(super) config: Config,
    pub(super) function: Option<FunctionFile>,
}

impl Base {
    /// The file that was named must be there; the usual one may be.
    pub(super) fn read(request: &Request, dir: &Path) -> Result<Self> {
        let Some(project) = Project::if_any(request.config.as_deref())? else {
            return Ok(Self {
                name: "bench".to_owned(),
                dir: dir.to_owned(),
                config: Config::default(),
                function: None,
            });
        };
        let config = Config::read(&project.file)?;
        let (name, function) = choose(&config, request.function.as_deref(), &project.file)?;
        Ok(Self {
            name: name.to_owned(),
            dir: project.dir,
            function: Some(function.clone()),
            config,
        })
    }

    pub(super) fn command(
        &self,
        text: &str,
        asked: &Asked,
        request: &Request,
        dir: &Path,
        java: &mut Option<Info>,
    ) -> Result<Unnamed> {
        let shown = redacted(text);
        let cannot = |why: &str| Error::usage(format!("cannot measure `{shown}`")).because(why);
        if text.starts_with("http://") || text.starts_with("https://") {
            return Err(
                cannot("it is a URL, and a program is meant").hint(format!("`--url {shown}`"))
            );
        }
        let started = match &asked.shell {
            Some(shell) => self.by_shell(text, shell, request)?,
            None => self.by_itself(text, request, dir, java)?,
        };
        let function = self.function.as_ref();
        let env = function.map_or_else(BTreeMap::new, |function| function.env.clone());
        let port = function.and_then(|function| function.port);
        let told = started
            .args
            .iter()
            .chain(env.values())
            .any(|word| word.contains("{port}"));
        let workload = self.workload(asked, None, told || port.is_some())?;
        if matches!(workload, Workload::Http(_)) && !told && port.is_none() {
            return Err(
                cannot("it is asked over HTTP, and never told its port").hint(format!(
                    "write it like `'{} --port {{port}}'`",
                    started.name
                )),
            );
        }
        let in_dir = match function {
            Some(_) => self.dir.clone(),
            None => dir.to_owned(),
        };
        let mut workload = match (workload, &asked.input) {
            (Workload::Invoke(work), Some(file)) => Workload::Invoke(work.reading(file, dir)?),
            (Workload::Http(_), Some(_)) => {
                return Err(
                    cannot("it is asked over HTTP, and a server reads no `--input`")
                        .hint("`--request 'POST /path BODY'` says what to send"),
                );
            }
            (workload, None) => workload,
        };
        // What a shell reads is whole: nothing is added to it.
        if let (Workload::Invoke(work), Some(_)) = (&mut workload, &started.shell) {
            work.invoke.args.clear();
        }
        let timeout = |span: Option<crate::units::Span>, default| span.map_or(default, |s| s.0);
        let process = Process {
            name: started.name.clone(),
            dir: in_dir,
            args: started.args,
            shell: started.shell,
            env,
            port,
            ready_timeout: timeout(function.and_then(|f| f.ready_timeout), READY_TIMEOUT),
            stop_timeout: timeout(function.and_then(|f| f.stop_timeout), STOP_TIMEOUT),
            memory: None,
            workload: workload.clone(),
            stop: request.stop.clone(),
        };
        Ok(Unnamed {
            names: [started.name, text.to_owned()],
            runs: Runs::Process(process, started.launch),
            workload,
            file: started.file,
            files: match function {
                Some(function) => files::find(&function.files, &self.dir)?,
                None => Vec::new(),
            },
        })
    }

    pub(super) fn server(&self, text: &str, asked: &Asked, trust: &Trust) -> Result<Unnamed> {
        let url = Url::find(text, asked.unix_socket.as_deref())?;
        let workload = self.workload(asked, url.path.as_deref(), true)?;
        let Workload::Http(work) = workload.clone() else {
            let why = "the workload starts processes, and a URL has none";
            return Err(
                cannot_measure(&url.shown, why).hint("`--request 'GET /path'` says what to ask")
            );
        };
        let tls = url
            .is_https
            .then(|| Tls::decide(&url.host, work.protocol, trust));
        let assets_url = work.assets.as_ref().map(|assets| assets.url());
        Ok(Unnamed {
            names: [url.name, url.shown],
            runs: Runs::Already(RunningServer {
                target: Target {
                    places: url.places,
                    tls: tls.transpose()?,
                },
                variables: Variables {
                    authority: url.authority,
                    port: url.port,
                    assets_url: assets_url.transpose()?,
                    authorization: url.authorization,
                },
                work,
            }),
            workload,
            file: None,
            files: Vec::new(),
        })
    }

    /// Requests on the command line, a URL's path, the file's workload; otherwise `GET /` of a server, or one process each.
    fn workload(&self, asked: &Asked, path: Option<&str>, is_server: bool) -> Result<Workload> {
        let of_file = || {
            let function = self.function.as_ref()?;
            let ready = function.ready.as_deref();
            Some(Workload::decide(&function.workload, ready, &self.dir))
        };
        let mut workload = if !asked.requests.is_empty() {
            let requests = asked.requests.iter().map(|text| request(text));
            Workload::Http(HttpWork::asking(requests.collect::<Result<_>>()?))
        } else if let Some(path) = path {
            Workload::Http(HttpWork::asking(vec![RequestTemplate::new("GET", path)]))
        } else if let Some(workload) = of_file() {
            workload?
        } else if is_server {
            Workload::Http(HttpWork::asking(vec![RequestTemplate::new("GET", "/")]))
        } else {
            Workload::Invoke(InvokeWork {
                invoke: Invoke::default(),
                assets: None,
            })
        };
        if let Workload::Http(work) = &mut workload {
            work.protocol = asked.protocol.unwrap_or(work.protocol);
            work.connections = asked.connections.unwrap_or(work.connections);
            let headers = asked.headers()?;
            for request in work.requests.iter_mut().chain([&mut work.ready]) {
                let is_said = |name: &String| headers.contains_key(&name.to_ascii_lowercase());
                request.headers.retain(|name, _| !is_said(name));
                request.headers.extend(headers.clone());
                request.check()?;
            }
        } else if !asked.headers.is_empty() {
            return Err(Error::usage("`--header` is for servers")
                .because("what is measured is run once for each sample, and asked nothing")
                .hint("a program that is told its port is asked over HTTP: `'./program --port {port}'`"));
        }
        Ok(workload)
    }
}

/// `POST /path BODY`; the method may be left out.
pub(super) fn request(text: &str) -> Result<RequestTemplate> {
    let (method, rest) = match text.split_once(' ') {
        Some((method, rest)) if !method.starts_with('/') => (method, rest),
        _ => ("GET", text),
    };
    let (path, body) = match rest.split_once(' ') {
        Some((path, body)) => (path, Some(body.to_owned())),
        None => (rest, None),
    };
    let template = RequestTemplate {
        body,
        ..RequestTemplate::new(method, path)
    };
    let hint = "write it like `--request 'POST /path {\"name\":\"{n}\"}'`";
    template.check().map_err(|error| error.hint(hint))?;
    Ok(template)
}
