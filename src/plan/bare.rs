//! `pgoctl bench` of what the user names: commands and servers that run already, without a pipeline.
//!
//! Where there is a configuration file, its function says arguments, environment and workload; what is on the command line
//! comes first.

mod url;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::{BenchPlan, Request, Search, Toolchains, choose, config_path, settings};
use crate::bench::Subject;
use crate::bench::load::Target;
use crate::bench::load::tls::{Tls, Trust};
use crate::bench::subject::{RunningServer, Runs};
use crate::config::{Config, FunctionFile};
use crate::error::{Error, Result};
use crate::identity::file_digest;
use crate::report::{ImageReport, Metrics, VariantReport, Warning, WarningKind};
use crate::stats::Estimate;
use crate::toolchain::{Info, Launch};
use crate::variant::{Label, Variant};
use crate::workdir::Workdir;
use crate::workload::http::{Connections, Protocol, RequestTemplate, Variables};
use crate::workload::invoke::Invoke;
use crate::workload::process::{Process, READY_TIMEOUT, STOP_TIMEOUT};
use crate::workload::{HttpWork, InvokeWork, Workload};

use url::{Url, cannot_measure};

/// What the user named.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// Programs or JARs, each with its arguments as one would type them.
    pub commands: Vec<String>,
    /// Servers that run already.
    pub urls: Vec<String>,
    /// `POST /path BODY`.
    pub requests: Vec<String>,
    /// HTTP/1.1 or HTTP/2.
    pub protocol: Option<Protocol>,
    /// Kept or fresh connections.
    pub connections: Option<Connections>,
    /// Certificates to trust besides the system's, in PEM.
    pub cacert: Option<PathBuf>,
    /// Whether any certificate will do.
    pub insecure: bool,
}

impl Asked {
    fn trust(&self) -> Result<Trust> {
        match &self.cacert {
            _ if self.insecure => Ok(Trust::Anyone),
            Some(file) => Trust::also(file),
            None => Ok(Trust::System),
        }
    }
}

/// Everything decided.
#[derive(Debug)]
pub struct Bare {
    /// Where the run is kept.
    pub workdir: Workdir,
    /// The name in the report.
    pub name: String,
    /// What is measured.
    pub subjects: Vec<Subject>,
    /// What is known of each without measuring.
    pub reports: Vec<VariantReport>,
    /// The JDK that runs the JARs.
    pub toolchains: Vec<Info>,
    /// How it is measured.
    pub bench: BenchPlan,
    /// What a reader of the figures should know.
    pub warnings: Vec<Warning>,
}

/// Decides; nothing is started but `java -version`.
pub fn decide(request: &Request, asked: &Asked, dir: &Path) -> Result<Bare> {
    let base = Base::read(request, dir)?;
    let workdir = Workdir::of(&base.dir);
    let mut java = None;
    let mut sides = Vec::new();
    for command in &asked.commands {
        sides.push(base.command(command, asked, request, dir, &mut java)?);
    }
    let trust = asked.trust()?;
    for url in &asked.urls {
        sides.push(base.server(url, asked, &trust)?);
    }
    let first = sides.first().ok_or_else(|| {
        Error::usage("there is nothing to measure")
            .hint("name a program, a JAR, or `--url http://127.0.0.1:8080/`")
    })?;
    let (_, bench) = settings::decide(&request.settings, &base.config, &first.workload, false)?;
    let names = names(&sides);
    let (mut subjects, mut reports) = (Vec::new(), Vec::new());
    for (side, name) in sides.into_iter().zip(names) {
        let variant = Variant::Named(Label::new(&name));
        reports.push(side.report(variant)?);
        subjects.push(Subject {
            variant,
            runs: side.runs,
        });
    }
    Ok(Bare {
        workdir,
        name: base.name,
        warnings: unchecked(&subjects, &trust).into_iter().collect(),
        subjects,
        reports,
        toolchains: java.into_iter().collect(),
        bench,
    })
}

/// Says whose certificates nobody looked at.
fn unchecked(subjects: &[Subject], trust: &Trust) -> Option<Warning> {
    let names: Vec<_> = subjects
        .iter()
        .filter(|subject| *trust == Trust::Anyone && subject.is_tls())
        .map(|subject| format!("`{}`", subject.variant.name()))
        .collect();
    let message = format!(
        "the certificate of {} was not checked (`--insecure`): anybody could have answered",
        names.join(" and ")
    );
    let warning = Warning::new(WarningKind::CertificateNotChecked, message)
        .hint("`--cacert FILE` trusts a server's own certificate, or who signed it");
    (!names.is_empty()).then_some(warning)
}

/// One side before it has a name of its own.
struct Side {
    /// The short name, and the long one where short ones are not distinct.
    names: [String; 2],
    runs: Runs,
    workload: Workload,
    /// The file that is measured.
    file: Option<PathBuf>,
}

impl Side {
    fn report(&self, variant: Variant) -> Result<VariantReport> {
        let size_bytes = match &self.file {
            Some(path) => Some(
                std::fs::metadata(path)
                    .map_err(|error| Error::io("read", path, &error))?
                    .len(),
            ),
            None => None,
        };
        let identity = match &self.file {
            Some(path) => Some(file_digest(path)?[..16].to_owned()),
            None => None,
        };
        Ok(VariantReport {
            variant,
            image: ImageReport {
                path: self
                    .file
                    .clone()
                    .unwrap_or_else(|| self.names[1].clone().into()),
                size_bytes,
                identity,
                ..ImageReport::default()
            },
            metrics: Metrics {
                image_size_bytes: size_bytes.and_then(|bytes| Estimate::exact(bytes as f64)),
                ..Metrics::default()
            },
            rounds: Vec::new(),
            series: Default::default(),
        })
    }
}

/// Short names where they are distinct, otherwise long ones; the same thing twice is told apart by a number.
fn names(sides: &[Side]) -> Vec<String> {
    let of = |kind: usize| sides.iter().map(move |side| side.names[kind].clone());
    let distinct = of(0).collect::<std::collections::BTreeSet<_>>().len() == sides.len();
    let mut seen = BTreeMap::new();
    of(usize::from(!distinct))
        .map(|name| {
            let times = seen.entry(name.clone()).or_insert(0);
            *times += 1;
            match *times {
                1 => name,
                n => format!("{name} ({n})"),
            }
        })
        .collect()
}

/// What the configuration file says, if there is one.
struct Base {
    name: String,
    dir: PathBuf,
    config: Config,
    function: Option<FunctionFile>,
}

impl Base {
    /// The file that was named must be there; the usual one may be.
    fn read(request: &Request, dir: &Path) -> Result<Self> {
        let path = config_path(request.config.as_deref())?;
        if request.config.is_none() && !path.is_file() {
            return Ok(Self {
                name: "bench".to_owned(),
                dir: dir.to_owned(),
                config: Config::default(),
                function: None,
            });
        }
        let config = Config::read(&path)?;
        let (name, function) = choose(&config, request.function.as_deref(), &path)?;
        Ok(Self {
            name: name.to_owned(),
            dir: path.parent().unwrap_or(Path::new("/")).to_owned(),
            function: Some(function.clone()),
            config,
        })
    }

    fn command(
        &self,
        text: &str,
        asked: &Asked,
        request: &Request,
        dir: &Path,
        java: &mut Option<Info>,
    ) -> Result<Side> {
        let cannot = |why: &str| Error::usage(format!("cannot measure `{text}`")).because(why);
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
        let timeout = |span: Option<crate::config::Span>, default| span.map_or(default, |s| s.0);
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
        };
        Ok(Side {
            names: [base_name(&file, program), text.to_owned()],
            runs: Runs::Process(process, launch),
            workload,
            file: Some(file),
        })
    }

    /// `java -jar`, on the JDK of the HotSpot variants.
    fn jar(&self, jar: &Path, request: &Request, java: &mut Option<Info>) -> Result<Launch> {
        let search = request.search.with_file(&self.config.toolchain, &self.dir);
        let mut cache = Workdir::of(&self.dir).cache();
        let toolchains = Toolchains::find(&search, &[Variant::Hotspot], &mut cache)?;
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

    fn server(&self, text: &str, asked: &Asked, trust: &Trust) -> Result<Side> {
        let url = Url::find(text)?;
        let workload = self.workload(asked, url.path.as_deref(), true)?;
        let Workload::Http(work) = workload.clone() else {
            let why = "the workload starts processes, and a URL has none";
            return Err(cannot_measure(text, why).hint("`--request 'GET /path'` says what to ask"));
        };
        let tls = url
            .is_https
            .then(|| Tls::decide(&url.host, work.protocol, trust));
        let assets_url = work.assets.as_ref().map(|assets| assets.url());
        Ok(Side {
            names: [url.name, text.to_owned()],
            runs: Runs::Already(RunningServer {
                target: Target {
                    address: url.address,
                    tls: tls.transpose()?,
                },
                variables: Variables {
                    authority: url.authority,
                    port: url.port,
                    assets_url: assets_url.transpose()?,
                },
                work,
            }),
            workload,
            file: None,
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
        }
        Ok(workload)
    }
}

/// `POST /path BODY`; the method may be left out.
fn request(text: &str) -> Result<RequestTemplate> {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn decided(asked: Asked) -> Result<Bare> {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let request = Request {
            search: Search {
                path: vec!["/bin".into()],
                ..Search::default()
            },
            ..Request::default()
        };
        decide(&request, &asked, dir.path())
    }

    fn commands(commands: &[&str]) -> Asked {
        Asked {
            commands: commands.iter().map(ToString::to_string).collect(),
            ..Asked::default()
        }
    }

    fn names_of(bare: &Bare) -> Vec<&'static str> {
        let subjects = bare.subjects.iter();
        subjects.map(|subject| subject.variant.name()).collect()
    }

    #[test]
    fn sides_are_named_as_shortly_as_they_can_be_told_apart() {
        let bare = decided(commands(&["true", "/bin/false"])).expect("they are there");
        assert_eq!(names_of(&bare), ["true", "false"]);
        let bare = decided(commands(&["sleep 0.1", "sleep 0.2"])).expect("it is there");
        assert_eq!(names_of(&bare), ["sleep 0.1", "sleep 0.2"]);
        let bare = decided(commands(&["true", "true"])).expect("it is there");
        assert_eq!(names_of(&bare), ["true", "true (2)"], "an A/A comparison");
        assert_eq!(bare.bench.requests, 100, "one process per invocation");
    }

    #[test]
    fn a_command_with_a_port_is_a_server() {
        let bare = decided(commands(&["true --port {port}"])).expect("it is there");
        let work = bare.subjects[0].http().expect("it is asked over HTTP");
        assert_eq!(work.ready.name(), "GET /");
        let asked = Asked {
            requests: vec!["/x".into()],
            ..commands(&["true"])
        };
        let error = decided(asked).expect_err("it cannot know its port");
        assert!(error.to_string().contains("never told its port"), "{error}");
    }

    #[test]
    fn a_url_says_where_and_what_to_ask() {
        let urls = |url: &str| Asked {
            urls: vec![url.to_owned()],
            ..Asked::default()
        };
        let bare = decided(urls("http://127.0.0.1:8080/a?b=c")).expect("it is a URL");
        let subject = &bare.subjects[0];
        assert_eq!(subject.variant.name(), "127.0.0.1:8080");
        assert_eq!(
            subject.http().map(|work| work.ready.name()),
            Some("GET /a?b=c".into())
        );
        assert!(!subject.has_cold_starts() && bare.reports[0].image.size_bytes.is_none());
    }

    #[test]
    fn https_is_spoken_over_tls_and_what_nobody_checks_is_said() {
        let asked = |url: &str| Asked {
            urls: vec![url.to_owned()],
            insecure: true,
            ..Asked::default()
        };
        let tls = decided(asked("https://[::1]/")).expect("it is a URL");
        let Runs::Already(server) = &tls.subjects[0].runs else {
            panic!("it runs already");
        };
        assert_eq!(server.target.tls.as_ref().map(Tls::host), Some("::1"));
        let kinds: Vec<_> = tls.warnings.iter().map(|warning| warning.kind).collect();
        assert_eq!(kinds, [WarningKind::CertificateNotChecked]);
        let clear = decided(asked("http://127.0.0.1/")).expect("it is a URL");
        assert!(!clear.subjects[0].is_tls() && clear.warnings.is_empty());
    }

    #[test]
    fn a_file_without_a_certificate_is_refused_before_anything_is_asked() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let begin = "-----BEGIN CERTIFICATE-----";
        let end = "-----END CERTIFICATE-----";
        for (text, why) in [
            ("", "no certificate in it"),
            ("no PEM at all", "no certificate in it"),
            (begin, "no whole PEM"),
            (&format!("{begin}\nAAAA\n{end}\n"), "certificate 1"),
        ] {
            let file = dir.path().join("ca.pem");
            std::fs::write(&file, text).expect("it can be written");
            let asked = Asked {
                urls: vec!["https://127.0.0.1/".to_owned()],
                cacert: Some(file),
                ..Asked::default()
            };
            let error = decided(asked).expect_err("nobody can be trusted by it");
            assert_eq!(error.kind(), crate::error::ErrorKind::Usage);
            assert!(error.to_string().contains(why), "{error}");
        }
    }

    #[test]
    fn a_request_is_method_path_and_body() {
        let post = request(r#"POST /x {"a": 1}"#).expect("it is a request");
        assert_eq!(post.name(), "POST /x");
        assert_eq!(post.body.as_deref(), Some(r#"{"a": 1}"#));
        assert_eq!(request("/x").expect("it is one").name(), "GET /x");
        assert!(request("GET x").is_err());
    }

    #[test]
    fn what_is_not_there_is_said_before_anything_starts() {
        let error = decided(commands(&["no-such-program"])).expect_err("it is not there");
        assert!(error.to_string().contains("no-such-program"));
        assert!(decided(commands(&["'open"])).is_err());
        assert!(decided(Asked::default()).is_err());
    }
}
