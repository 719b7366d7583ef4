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
use crate::process::{Launch, Process, READY_TIMEOUT, STOP_TIMEOUT};
use crate::toolchain::{Info, Search, Toolchains};
use crate::variant::OptimizerChoice;
use crate::variant::Variant;
use crate::workdir::Workdir;
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
    function: Option<FunctionFile>,
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
        let words = shlex::split(text).ok_or_else(|| cannot("its quotes do not match"))?;
        let (program, own_args) = words.split_first().ok_or_else(|| cannot("it is empty"))?;
        let file = find(program, dir, &request.search).ok_or_else(|| {
            cannot(&format!("there is no `{program}` here and none on PATH"))
                .hint("build it first, or correct the path")
        })?;
        let function = self.function.as_ref();
        let args = match function {
            Some(function) if own_args.is_empty() => function.args.clone(),
            _ => own_args.to_vec(),
        };
        let env = function.map_or_else(BTreeMap::new, |function| function.env.clone());
        let port = function.and_then(|function| function.port);
        let told = args
            .iter()
            .chain(env.values())
            .any(|word| word.contains("{port}"));
        let workload = self.workload(asked, None, told || port.is_some())?;
        if matches!(workload, Workload::Http(_)) && !told && port.is_none() {
            return Err(cannot("it is asked over HTTP, and never told its port")
                .hint(format!("write it like `'{program} --port {{port}}'`")));
        }
        let launch = match file.extension() {
            Some(extension) if extension == "jar" => self.jar(&file, request, java)?,
            _ => Launch {
                program: file.clone(),
                runtime_args: Vec::new(),
                code_args: Vec::new(),
            },
        };
        let timeout = |span: Option<crate::units::Span>, default| span.map_or(default, |s| s.0);
        let process = Process {
            name: program.clone(),
            dir: match function {
                Some(_) => self.dir.clone(),
                None => dir.to_owned(),
            },
            args,
            env,
            port,
            ready_timeout: timeout(function.and_then(|f| f.ready_timeout), READY_TIMEOUT),
            stop_timeout: timeout(function.and_then(|f| f.stop_timeout), STOP_TIMEOUT),
            workload: workload.clone(),
            stop: request.stop.clone(),
        };
        Ok(Unnamed {
            names: [base_name(&file, program), text.to_owned()],
            runs: Runs::Process(process, launch),
            workload,
            file: Some(file),
            files: match function {
                Some(function) => files::find(&function.files, &self.dir)?,
                None => Vec::new(),
            },
        })
    }

    /// `java -jar`, on the JDK of the HotSpot variants.
    fn jar(&self, jar: &Path, request: &Request, java: &mut Option<Info>) -> Result<Launch> {
        let search = request.search.with_file(
            self.config.toolchain.graalvm_home.as_deref(),
            self.config.toolchain.java_home.as_deref(),
            &self.dir,
        );
        let mut cache = Workdir::of(&self.dir).cache();
        let toolchains = Toolchains::find(
            &search,
            &[Variant::Hotspot],
            OptimizerChoice::Off,
            &mut cache,
        )?;
        let Some(toolchain) = toolchains.of(Variant::Hotspot) else {
            let missing = toolchains.why_none(Variant::Hotspot);
            return Err(missing.error(format!("cannot run `{}`", jar.display())));
        };
        let info = java.insert(toolchain.info().clone());
        let function = self.function.as_ref();
        Ok(Launch {
            program: info.home.join("bin/java"),
            runtime_args: function
                .map(|function| function.jvm_args.iter().map(Into::into).collect())
                .unwrap_or_default(),
            code_args: vec!["-jar".into(), jar.into()],
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

/// The file of a program: a path, something in the folder, or on `PATH`.
fn find(program: &str, dir: &Path, search: &Search) -> Option<PathBuf> {
    let here = dir.join(program);
    if program.contains('/') || (here.is_file() && program.ends_with(".jar")) {
        return here
            .is_file()
            .then(|| std::path::absolute(&here).unwrap_or(here));
    }
    search
        .path
        .iter()
        .map(|folder| folder.join(program))
        .find(|file| file.is_file())
}

fn base_name(file: &Path, program: &str) -> String {
    file.file_name().map_or_else(
        || program.to_owned(),
        |name| name.to_string_lossy().into_owned(),
    )
}
