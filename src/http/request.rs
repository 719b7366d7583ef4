//! One request, compiled for one server: what never changes is made once.

use bytes::Bytes;
use hyper::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderName, HeaderValue};
use hyper::{Method, Uri};

use super::answer::{Expect, Received};
use super::template::Template;
use super::{Connections, RequestTemplate, Variables};
use crate::error::{Error, Result};

/// One request.
#[derive(Clone, Debug)]
pub struct Request {
    method: Method,
    authority: String,
    path: Template,
    headers: Vec<(HeaderName, Template)>,
    body: Template,
    /// The whole HTTP/1.1 message, where nothing in it changes from request to request.
    fixed: Option<Bytes>,
    connections: Connections,
    weight: u32,
    expect: Expect,
    name: String,
}

impl Request {
    /// Compiles one request; fails on what is no method, path or header.
    pub fn compile(
        request: &RequestTemplate,
        variables: &Variables,
        connections: Connections,
    ) -> Result<Self> {
        let wrong = |what: &str, error: &dyn std::fmt::Display| {
            Error::usage(format!("`{}` is no request", request.name()))
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
        let mut compiled = Self {
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

    /// Whether it is the last one on its connection, whatever the answer says (RFC 9112, section 9.6).
    pub fn ends_connection(&self) -> bool {
        self.connections == Connections::Fresh
    }

    fn is_fixed(&self) -> bool {
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
            if let Ok(value) = HeaderValue::from_str(&value.text(n)) {
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
