//! HTTP requests of a workload: as written in the file, and compiled for one server.

mod template;

use std::path::{Path, PathBuf};

use bytes::Bytes;
use hyper::header::{CONTENT_TYPE, HOST, HeaderMap, HeaderName, HeaderValue};
use hyper::{Method, StatusCode, Uri};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::Deserialize;

use crate::error::{Error, Result};

pub use template::Template;

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

/// What counts as answered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Expect {
    /// This status; any 2xx if not given.
    pub status: Option<u16>,
    /// Text that the body must contain.
    pub contains: Option<String>,
}

impl RequestTemplate {
    /// A request without body, headers or expectations.
    pub fn new(method: &str, path: &str) -> Self {
        Self {
            method: method.to_owned(),
            path: path.to_owned(),
            headers: Default::default(),
            body: None,
            weight: 1,
            expect: Expect::default(),
        }
    }

    /// `POST /path`.
    pub fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    /// Fails if no server could be sent this.
    pub fn check(&self) -> Result<()> {
        Request::compile(
            self,
            &Variables {
                port: 1,
                assets_url: Some("http://127.0.0.1:1".to_owned()),
            },
        )
        .map(|_| ())
    }
}

/// What requests may refer to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variables {
    /// `{port}`: where the function listens.
    pub port: u16,
    /// `{assets_url}`: where its assets are served, if it has any.
    pub assets_url: Option<String>,
}

/// The requests of a workload, compiled for one server.
#[derive(Clone, Debug)]
pub struct HttpWorkload {
    requests: Vec<Request>,
    weights: u32,
}

impl HttpWorkload {
    /// Compiles `requests`; fails on what is no method, path or header.
    pub fn compile(requests: &[RequestTemplate], variables: &Variables) -> Result<Self> {
        let requests = requests
            .iter()
            .map(|request| Request::compile(request, variables))
            .collect::<Result<Vec<_>>>()?;
        let weights = requests.iter().map(|request| request.weight).sum();
        match weights {
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
        let mut left = self.random.random_range(0..self.workload.weights);
        for request in requests {
            match left.checked_sub(request.weight) {
                Some(rest) => left = rest,
                None => return request,
            }
        }
        unreachable!("the number is below the sum of the weights")
    }
}

/// One request, compiled: what never changes is made once.
#[derive(Clone, Debug)]
pub struct Request {
    method: Method,
    path: Template,
    /// The path as a whole, where nothing in it changes from request to request.
    uri: Option<Uri>,
    headers: HeaderMap,
    body: Template,
    weight: u32,
    expect: Expect,
    name: String,
}

impl Request {
    /// Compiles one request.
    pub fn compile(request: &RequestTemplate, variables: &Variables) -> Result<Self> {
        let wrong = |what: &str, error: &dyn std::fmt::Display| {
            Error::usage(format!("`{}` is no request", request.name()))
                .because(format!("{what}: {error}"))
        };
        let method = Method::from_bytes(request.method.as_bytes())
            .map_err(|error| wrong("the method", &error))?;
        let path = Template::new(&request.path, variables);
        let parse = |text: String| {
            text.parse::<Uri>()
                .map_err(|error| wrong("the path", &error))
        };
        if !request.path.starts_with('/') {
            return Err(wrong("the path", &"it does not begin with `/`"));
        }
        let first = parse(path.text(0))?;
        let mut headers = HeaderMap::new();
        headers.insert(
            HOST,
            value(&format!("127.0.0.1:{}", variables.port))
                .map_err(|error| wrong("the header `host`", &error))?,
        );
        if request
            .body
            .as_deref()
            .is_some_and(|body| body.trim_start().starts_with(['{', '[']))
        {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        for (name, text) in &request.headers {
            let key = HeaderName::from_bytes(name.as_bytes())
                .map_err(|error| wrong("a header's name", &error))?;
            let text = Template::new(text, variables).text(0);
            headers.insert(
                key,
                value(&text).map_err(|error| wrong(&format!("the header `{name}`"), &error))?,
            );
        }
        Ok(Self {
            method,
            uri: path.is_fixed().then_some(first),
            path,
            headers,
            body: Template::new(request.body.as_deref().unwrap_or_default(), variables),
            weight: request.weight,
            expect: request.expect.clone(),
            name: request.name(),
        })
    }

    /// The `n`th request to send.
    pub fn message(&self, n: u64) -> hyper::Request<http_body_util::Full<Bytes>> {
        let mut message = hyper::Request::new(http_body_util::Full::new(self.body.bytes(n)));
        *message.method_mut() = self.method.clone();
        *message.uri_mut() = match &self.uri {
            Some(uri) => uri.clone(),
            // What fills a path in are digits and a loopback address, and the path with 0 was checked.
            None => self.path.text(n).parse().unwrap_or_default(),
        };
        message.headers_mut().clone_from(&self.headers);
        message
    }

    /// Whether the body must be kept to judge the answer.
    pub fn reads_body(&self) -> bool {
        self.expect.contains.is_some()
    }

    /// Why an answer is not what was expected.
    pub fn objection(&self, status: StatusCode, body: &[u8]) -> Option<String> {
        let as_expected = match self.expect.status {
            Some(expected) => status.as_u16() == expected,
            None => status.is_success(),
        };
        if !as_expected {
            let expected = self
                .expect
                .status
                .map_or_else(|| "a 2xx".to_owned(), |status| status.to_string());
            return Some(format!(
                "`{}` was answered with {}, not with {expected}",
                self.name,
                status.as_u16()
            ));
        }
        let text = self.expect.contains.as_ref()?;
        let found = body
            .windows(text.len().max(1))
            .any(|window| window == text.as_bytes())
            || text.is_empty();
        (!found).then(|| format!("the answer to `{}` does not contain `{text}`", self.name))
    }
}

fn value(text: &str) -> std::result::Result<HeaderValue, hyper::header::InvalidHeaderValue> {
    HeaderValue::from_str(text)
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
            port: 8080,
            assets_url: Some("http://127.0.0.1:9".into()),
        }
    }

    fn request(template: RequestTemplate) -> Request {
        Request::compile(&template, &variables()).expect("it is a request")
    }

    #[test]
    fn only_our_placeholders_are_filled_in() {
        let template = RequestTemplate {
            body: Some(r#"{"name":"{n}","url":"{assets_url}/a"}"#.into()),
            ..RequestTemplate::new("POST", "/x?n={n}")
        };
        let request = request(template);
        assert_eq!(
            request
                .message(7)
                .uri()
                .path_and_query()
                .map(|path| path.as_str()),
            Some("/x?n=7")
        );
        assert_eq!(
            request.body.text(7),
            r#"{"name":"7","url":"http://127.0.0.1:9/a"}"#
        );
    }

    #[test]
    fn what_is_no_request_is_said_before_anything_starts() {
        let of = |method: &str, path: &str| RequestTemplate::new(method, path).check().is_err();
        assert!(of("G ET", "/") && of("GET", "no-slash") && of("GET", "/a b"));
        assert!(!of("GET", "/"));
    }

    #[test]
    fn answers_are_held_against_what_is_expected() {
        let expect = Expect {
            status: Some(201),
            contains: Some("ok".into()),
        };
        let request = request(RequestTemplate {
            expect,
            ..RequestTemplate::new("GET", "/")
        });
        assert_eq!(request.objection(StatusCode::CREATED, b"all ok"), None);
        assert!(
            request
                .objection(StatusCode::OK, b"ok")
                .is_some_and(|why| why.contains("200, not with 201"))
        );
        assert!(
            request
                .objection(StatusCode::CREATED, b"no")
                .is_some_and(|why| why.contains("does not contain"))
        );
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
        let workload = HttpWorkload::compile(&requests, &variables()).expect("they are requests");
        let names = |seed| {
            let mut chooser = workload.chooser(seed);
            (0..4000)
                .map(|_| chooser.choose().name.clone())
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
