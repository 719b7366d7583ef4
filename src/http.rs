//! HTTP requests of a workload: as written in the file, and compiled for one server.

mod answer;
mod request;
mod template;

use std::path::{Path, PathBuf};

use bytes::Bytes;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

pub use answer::{Expect, Received};
pub use request::Request;
pub use template::Template;
pub(crate) use template::fill;

/// How to speak to the function.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
pub enum Protocol {
    /// HTTP/1.1.
    #[default]
    #[serde(rename = "http/1.1")]
    #[value(name = "http/1.1")]
    Http1,
    /// HTTP/2, agreed on over TLS (ALPN); in clear text without asking first (RFC 9113, section 3.3: prior knowledge).
    #[serde(rename = "http/2")]
    #[value(name = "http/2")]
    Http2,
}

impl Protocol {
    /// For readers.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Http1 => "HTTP/1.1",
            Self::Http2 => "HTTP/2",
        }
    }
}

/// Whether connections are kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Connections {
    /// One request after the other on each.
    #[default]
    KeepAlive,
    /// A new one for each request; connecting is part of the latency.
    Fresh,
}

/// One request as the configuration file or a line of a requests file gives it.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RequestTemplate {
    /// The method.
    #[serde(default = "get")]
    pub method: String,
    /// Path and query; `{n}`, `{port}` and `{assets_url}` are filled in.
    pub path: String,
    /// Headers by name; values are filled in like the path.
    #[serde(default)]
    pub headers: std::collections::BTreeMap<String, String>,
    /// The body; filled in like the path.
    pub body: Option<String>,
    /// Or a file whose bytes are the body, as they are.
    pub body_file: Option<PathBuf>,
    /// Those bytes, once they are read.
    #[serde(skip)]
    pub body_bytes: Option<Bytes>,
    /// How often it is chosen, against the others' weights.
    #[serde(default = "one")]
    pub weight: u32,
    /// What counts as answered.
    #[serde(default)]
    pub expect: Expect,
}

fn get() -> String {
    "GET".to_owned()
}

fn one() -> u32 {
    1
}

impl RequestTemplate {
    /// A request without body, headers or expectations.
    pub fn new(method: &str, path: &str) -> Self {
        Self {
            method: method.to_owned(),
            path: path.to_owned(),
            headers: Default::default(),
            body: None,
            body_file: None,
            body_bytes: None,
            weight: 1,
            expect: Expect::default(),
        }
    }

    /// `POST /path`.
    pub fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    /// Fails if no server could be sent this, or no answer could be as expected.
    pub fn check(&self) -> Result<()> {
        if self.body.is_some() && self.body_file.is_some() {
            return Err(Error::usage(format!(
                "`{}` has `body` and `body-file`: one of them is meant",
                self.name()
            )));
        }
        self.expect.check()?;
        let variables = Variables {
            assets_url: Some("http://127.0.0.1:1".to_owned()),
            ..Variables::loopback(1)
        };
        Request::compile(self, &variables, Connections::default()).map(|_| ())
    }

    /// Reads `body-file`, relative to `folder`.
    pub fn read_body(&mut self, folder: &Path) -> Result<()> {
        if let Some(file) = &self.body_file {
            let path = folder.join(file);
            let bytes = std::fs::read(&path).map_err(|error| {
                Error::usage(format!("could not read the body of `{}`", self.name()))
                    .because(format!("`{}`: {error}", path.display()))
            })?;
            self.body_bytes = Some(bytes.into());
        }
        Ok(())
    }

    /// The body as it is sent to one server.
    fn body(&self, variables: &Variables) -> Template {
        match &self.body_bytes {
            Some(bytes) => Template::fixed(bytes.clone()),
            None => Template::new(self.body.as_deref().unwrap_or_default(), variables),
        }
    }
}

/// What requests may refer to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variables {
    /// The `Host` of each request: `127.0.0.1:8080`.
    pub authority: String,
    /// `{port}`: where the function listens.
    pub port: u16,
    /// `{assets_url}`: where its assets are served, if it has any.
    pub assets_url: Option<String>,
}

impl Variables {
    /// A function on `port` of loopback, without assets.
    pub fn loopback(port: u16) -> Self {
        Self {
            authority: format!("127.0.0.1:{port}"),
            port,
            assets_url: None,
        }
    }
}

/// The requests of a workload, compiled for one server.
#[derive(Clone, Debug)]
pub struct HttpWorkload {
    requests: Vec<Request>,
    /// The sum of the weights up to and with each request.
    weights: Vec<u64>,
}

impl HttpWorkload {
    /// Compiles `requests`; fails on what is no method, path or header.
    pub fn compile(
        requests: &[RequestTemplate],
        variables: &Variables,
        connections: Connections,
    ) -> Result<Self> {
        let requests = requests
            .iter()
            .map(|request| Request::compile(request, variables, connections))
            .collect::<Result<Vec<_>>>()?;
        let mut sum = 0;
        let weights: Vec<u64> = requests
            .iter()
            .map(|request| {
                sum += u64::from(request.weight());
                sum
            })
            .collect();
        match sum {
            0 => Err(Error::usage("every request of the workload has weight 0")),
            _ => Ok(Self { requests, weights }),
        }
    }

    /// A chooser whose choices follow from `seed` alone.
    pub fn chooser(&self, seed: u64) -> Chooser<'_> {
        Chooser {
            workload: self,
            random: ChaCha8Rng::seed_from_u64(seed),
        }
    }
}

/// Chooses requests by weight.
#[derive(Debug)]
pub struct Chooser<'a> {
    workload: &'a HttpWorkload,
    random: ChaCha8Rng,
}

impl<'a> Chooser<'a> {
    /// The next request.
    pub fn choose(&mut self) -> &'a Request {
        let requests = &self.workload.requests;
        if let [only] = requests.as_slice() {
            return only;
        }
        let weights = &self.workload.weights;
        let all = *weights.last().expect("a workload has requests");
        let chosen = self.random.random_range(0..all);
        &requests[weights.partition_point(|upto| *upto <= chosen)]
    }
}

/// Reads a requests file: one JSON object a line, empty lines skipped.
pub fn read_requests_file(path: &Path) -> Result<Vec<RequestTemplate>> {
    let text = std::fs::read_to_string(path).map_err(|error| {
        Error::usage(format!("could not read `{}`", path.display())).because(error.to_string())
    })?;
    let lines = (1..)
        .zip(text.lines())
        .filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(number, line): (usize, &str)| {
            serde_json::from_str(line).map_err(|error| {
                Error::usage(format!(
                    "`{}`, line {number} is no request",
                    PathBuf::from(path).display()
                ))
                .because(error.to_string())
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variables() -> Variables {
        Variables {
            assets_url: Some("http://127.0.0.1:9".into()),
            ..Variables::loopback(8080)
        }
    }

    fn message(template: &RequestTemplate, n: u64) -> String {
        let request = Request::compile(template, &variables(), Connections::KeepAlive)
            .expect("it is a request");
        let mut message = Vec::new();
        request.write(n, &mut message);
        String::from_utf8(message).expect("it is text")
    }

    #[test]
    fn only_our_placeholders_are_filled_in() {
        let template = RequestTemplate {
            body: Some(r#"{"name":"{n}","url":"{assets_url}/a"}"#.into()),
            headers: [("x-n".to_owned(), "{n}".to_owned())].into(),
            ..RequestTemplate::new("POST", "/x?n={n}")
        };
        assert_eq!(
            message(&template, 7),
            "POST /x?n=7 HTTP/1.1\r\nhost: 127.0.0.1:8080\r\nx-n: 7\r\n\
             content-type: application/json\r\ncontent-length: 41\r\n\r\n\
             {\"name\":\"7\",\"url\":\"http://127.0.0.1:9/a\"}"
        );
    }

    #[test]
    fn a_body_comes_from_a_file_as_it_is() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        std::fs::write(dir.path().join("body.bin"), b"{n}\x00\xff").expect("it can be written");
        let mut template = RequestTemplate {
            body_file: Some("body.bin".into()),
            ..RequestTemplate::new("PUT", "/")
        };
        template.read_body(dir.path()).expect("it is there");
        let body = template.body(&variables());
        assert_eq!(body.bytes(7), &b"{n}\x00\xff"[..]);
        template.body_file = Some("gone".into());
        let error = template.read_body(dir.path()).expect_err("it is not there");
        assert!(error.to_string().contains("gone"), "{error}");
    }

    #[test]
    fn what_is_no_request_is_said_before_anything_starts() {
        let of = |method: &str, path: &str| RequestTemplate::new(method, path).check().is_err();
        assert!(of("G ET", "/") && of("GET", "no-slash") && of("GET", "/a b"));
        assert!(!of("GET", "/"));
    }

    #[test]
    fn choices_follow_the_weights_and_the_seed() {
        let requests = [
            RequestTemplate {
                weight: 3,
                ..RequestTemplate::new("GET", "/often")
            },
            RequestTemplate::new("GET", "/seldom"),
        ];
        let workload = HttpWorkload::compile(&requests, &variables(), Connections::KeepAlive)
            .expect("they are requests");
        let names = |seed| {
            let mut chooser = workload.chooser(seed);
            (0..4000)
                .map(|_| chooser.choose().name().to_owned())
                .collect::<Vec<_>>()
        };
        let often = names(1).iter().filter(|name| *name == "GET /often").count();
        assert!((2850..3150).contains(&often), "{often}");
        assert_eq!(names(1), names(1));
    }

    #[test]
    fn a_requests_file_names_the_line_that_is_wrong() {
        let mut file = tempfile::NamedTempFile::new().expect("a temporary file");
        std::io::Write::write_all(&mut file, b"{\"path\":\"/\"}\n\n{\"pth\":\"/\"}\n")
            .expect("it can be written");
        let error = read_requests_file(file.path()).expect_err("line 3 is wrong");
        assert!(error.summary().contains("line 3"), "{error}");
    }
}
