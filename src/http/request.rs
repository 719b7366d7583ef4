//! One request, compiled for one server: what never changes is made once.

use std::path::{Path, PathBuf};

use bytes::Bytes;
use hyper::header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HeaderName, HeaderValue};
use hyper::{Method, Uri};
use schemars::JsonSchema;
use serde::Deserialize;

use super::answer::{Expect, Received};
use super::connections::Connections;
use super::template::{Template, Variables};
use crate::error::{Error, Result};

/// One request.
#[derive(Clone, Debug)]
pub struct Request {
    pub(super) method: Method,
    pub(super) authority: String,
    pub(super) path: Template,
    pub(super) headers: Vec<(HeaderName, Template)>,
    pub(super) body: Template,
    /// The whole HTTP/1.1 message, where nothing in it changes from request to request.
    pub(super) fixed: Option<Bytes>,
    pub(super) connections: Connections,
    is_repeatable: bool,
    pub(super) weight: u32,
    pub(super) expect: Expect,
    pub(super) name: String,
}

impl Request {
    /// Compiles one request; fails on what is no method, path or header.
    pub fn compile(
        request: &RequestTemplate,
        variables: &Variables,
        connections: Connections,
    ) -> Result<Self> {
        let wrong = |what: &str, error: &dyn std::fmt::Display| {
            Error::usage(format!("`{}` is not a request", request.name()))
                .because(format!("{what}: {error}"))
        };
        let method = Method::from_bytes(request.method.as_bytes())
            .map_err(|error| wrong("the method", &error))?;
        if !request.path.starts_with('/') {
            return Err(wrong("the path", &"it does not begin with `/`"));
        }
        let path = Template::new(&request.path, variables);
        path.text(0)
            .parse::<Uri>()
            .map_err(|error| wrong("the path", &error))?;
        let mut headers = Vec::new();
        for (name, text) in &request.headers {
            let key = HeaderName::from_bytes(name.as_bytes())
                .map_err(|error| wrong("a header's name", &error))?;
            let text = Template::new(text, variables);
            HeaderValue::from_str(&text.text(0))
                .map_err(|error| wrong(&format!("the header `{name}`"), &error))?;
            headers.push((key, text));
        }
        let body = request.body(variables);
        if body.begins_like_json() && !headers.iter().any(|(name, _)| name == CONTENT_TYPE) {
            headers.push((CONTENT_TYPE, Template::new("application/json", variables)));
        }
        if let Some(secret) = &variables.authorization
            && !headers.iter().any(|(name, _)| name == AUTHORIZATION)
        {
            headers.push((AUTHORIZATION, Template::fixed(secret.bytes())));
        }
        let has_key = headers.iter().any(|(name, _)| name == "idempotency-key");
        let mut compiled = Self {
            is_repeatable: method.is_idempotent() || has_key,
            method,
            authority: variables.authority.clone(),
            path,
            headers,
            body,
            fixed: None,
            connections,
            weight: request.weight,
            expect: request.expect.clone(),
            name: request.name(),
        };
        if compiled.is_fixed() {
            let mut message = Vec::new();
            compiled.write(0, &mut message);
            compiled.fixed = Some(message.into());
        }
        Ok(compiled)
    }

    /// How often it is chosen, against the others' weights.
    pub(super) fn weight(&self) -> u32 {
        self.weight
    }

    /// `POST /path`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether an answer to it has no body whatever its headers say (RFC 9112, section 6.3).
    pub fn is_head(&self) -> bool {
        self.method == Method::HEAD
    }

    /// Whether carrying it out twice is the same as once: its method says so (RFC 9110, section 9.2.2), or a header by which the
    /// server knows it again.
    pub fn is_repeatable(&self) -> bool {
        self.is_repeatable
    }

    /// Whether it is the last one on its connection, whatever the answer says (RFC 9112, section 9.6).
    pub fn ends_connection(&self) -> bool {
        self.connections == Connections::Fresh
    }

    pub(super) fn is_fixed(&self) -> bool {
        let parts = self.headers.iter().map(|(_, value)| value);
        parts
            .chain([&self.path, &self.body])
            .all(Template::is_fixed)
    }

    /// Appends the `n`th request as an HTTP/1.1 message.
    pub fn write(&self, n: u64, message: &mut Vec<u8>) {
        if let Some(fixed) = &self.fixed {
            message.extend_from_slice(fixed);
            return;
        }
        let mut word = |word: &[u8]| message.extend_from_slice(word);
        word(self.method.as_str().as_bytes());
        word(b" ");
        word(&self.path.bytes(n));
        word(b" HTTP/1.1\r\n");
        if !self.headers.iter().any(|(name, _)| name == "host") {
            word(b"host: ");
            word(self.authority.as_bytes());
            word(b"\r\n");
        }
        if self.ends_connection() {
            word(b"connection: close\r\n");
        }
        for (name, value) in &self.headers {
            word(name.as_str().as_bytes());
            word(b": ");
            word(&value.bytes(n));
            word(b"\r\n");
        }
        let body = self.body.bytes(n);
        let has_length = self.headers.iter().any(|(name, _)| name == CONTENT_LENGTH);
        // A request whose method means a body says so even when it is empty (RFC 9110, section 8.6).
        let means_body = matches!(self.method, Method::POST | Method::PUT | Method::PATCH);
        if !has_length && (!body.is_empty() || means_body) {
            word(format!("content-length: {}\r\n", body.len()).as_bytes());
        }
        word(b"\r\n");
        word(&body);
    }

    /// The `n`th request for hyper, which speaks HTTP/2 for us.
    pub fn message(&self, scheme: &str, n: u64) -> hyper::Request<http_body_util::Full<Bytes>> {
        let mut message = hyper::Request::new(http_body_util::Full::new(self.body.bytes(n)));
        *message.method_mut() = self.method.clone();
        // What fills a path in are digits and a loopback address, and the path with 0 was checked.
        *message.uri_mut() = format!("{scheme}://{}{}", self.authority, self.path.text(n))
            .parse()
            .unwrap_or_default();
        for (name, value) in &self.headers {
            if let Ok(value) = HeaderValue::from_maybe_shared(value.bytes(n)) {
                message.headers_mut().append(name, value);
            }
        }
        message
    }

    /// What must be kept of an answer's body to judge it.
    pub fn receive(&self, received: &mut Received) {
        received.begin(&self.expect);
    }

    /// Why an answer is not what was expected.
    pub fn objection(&self, status: u16, received: &mut Received) -> Option<String> {
        self.expect.objection(&self.name, status, received)
    }
}

/// One request as the configuration file or a line of a requests file gives it.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
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
    pub(super) fn body(&self, variables: &Variables) -> Template {
        match &self.body_bytes {
            Some(bytes) => Template::fixed(bytes.clone()),
            None => Template::new(self.body.as_deref().unwrap_or_default(), variables),
        }
    }
}

pub(crate) fn get() -> String {
    "GET".to_owned()
}

pub(crate) fn one() -> u32 {
    1
}
