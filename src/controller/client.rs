//! The other end of the REST side, for the commands: asks a controller, and turns its problem documents into errors.

use std::path::Path;
use std::time::Duration;

use reqwest::{Client as Http, Method};
use serde_json::Value;

use crate::error::{Error, ErrorKind, Result};

/// How long a connection may take.
const CONNECT: Duration = Duration::from_secs(5);

/// A controller that can be asked.
#[derive(Debug)]
pub struct Client {
    http: Http,
    runtime: tokio::runtime::Runtime,
    server: String,
    token: Option<String>,
}

/// What is sent along.
#[derive(Debug)]
pub enum Sent<'a> {
    /// Nothing.
    Nothing,
    /// A document.
    Json(&'a Value),
    /// A JAR.
    Jar(&'a Path),
    /// Bytes as they are.
    Bytes(Vec<u8>),
}

/// What was answered.
#[derive(Debug)]
pub struct Answered {
    /// The status.
    pub status: u16,
    /// `pgoctl-variant`, where a function answered.
    pub variant: Option<String>,
    /// The body.
    pub body: Vec<u8>,
}

impl Client {
    /// A client of the controller at `server`, `http://HOST:PORT`. Nothing is sent yet.
    pub fn new(server: &str, token: Option<String>) -> Result<Self> {
        // An error means that one is chosen already, which does as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let secure = server.starts_with("https://");
        if !secure && !server.starts_with("http://") {
            return Err(
                Error::usage(format!("`{server}` is not the address of a controller"))
                    .hint("write it like `http://127.0.0.1:7700`"),
            );
        }
        let mut builder = Http::builder().connect_timeout(CONNECT);
        if !secure {
            // A machine without certificates must not fail for their sake.
            builder = builder.no_proxy().tls_certs_only([]);
        }
        let fail = |goal: &str, why: String| Error::new(ErrorKind::Unexpected, goal).because(why);
        Ok(Self {
            http: builder
                .build()
                .map_err(|error| fail("could not prepare the request", error.to_string()))?,
            runtime: tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .map_err(|error| fail("could not prepare the request", error.to_string()))?,
            server: server.trim_end_matches('/').to_owned(),
            token,
        })
    }

    /// Asks; whatever the answer is.
    pub fn ask(
        &self,
        method: Method,
        path: &str,
        headers: &[(String, String)],
        sent: Sent<'_>,
    ) -> Result<Answered> {
        let mut request = self.http.request(method, format!("{}{path}", self.server));
        if let Some(token) = self.token.as_ref().filter(|_| !path.starts_with("/f/")) {
            // A function must not learn it.
            request = request.bearer_auth(token);
        }
        for (name, value) in headers {
            request = request.header(name, value);
        }
        request = match sent {
            Sent::Nothing => request,
            Sent::Json(value) => request
                .header("content-type", "application/json")
                .body(value.to_string()),
            Sent::Jar(path) => {
                let bytes = std::fs::read(path).map_err(|error| Error::io("read", path, &error))?;
                request
                    .header("content-type", "application/java-archive")
                    .body(bytes)
            }
            Sent::Bytes(bytes) => request.body(bytes),
        };
        let answer = async {
            let response = request.send().await?;
            Ok(Answered {
                status: response.status().as_u16(),
                variant: response
                    .headers()
                    .get("pgoctl-variant")
                    .and_then(|value| value.to_str().ok())
                    .map(str::to_owned),
                body: response.bytes().await?.to_vec(),
            })
        };
        self.runtime
            .block_on(answer)
            .map_err(|error: reqwest::Error| {
                Error::new(
                    ErrorKind::Unexpected,
                    format!("the controller at {} could not be asked", self.server),
                )
                .source(&error.without_url())
                .hint("`pgoctl serve` starts one; `--server` or PGOCTL_SERVER says where it is")
            })
    }

    /// Asks for a document; an answer that is not a success is an error.
    pub fn json(&self, method: Method, path: &str, sent: Sent<'_>) -> Result<Value> {
        let answered = self.ask(method, path, &[], sent)?;
        if !(200..300).contains(&answered.status) {
            return Err(problem(&answered));
        }
        if answered.body.is_empty() {
            return Ok(Value::Null);
        }
        serde_json::from_slice(&answered.body).map_err(|error| {
            Error::new(
                ErrorKind::Unexpected,
                format!("{} answered with something else than JSON", self.server),
            )
            .because(error.to_string())
            .hint("is it a controller of pgoctl?")
        })
    }
}

/// The error that a problem document tells of.
pub fn problem(answered: &Answered) -> Error {
    let document: Value = serde_json::from_slice(&answered.body).unwrap_or_default();
    let word = |key: &str| document[key].as_str().map(str::to_owned);
    let kind = match answered.status {
        400 | 401 | 404 | 409 | 412 | 413 | 415 | 422 => ErrorKind::Usage,
        _ => ErrorKind::Unexpected,
    };
    let goal = word("detail").unwrap_or_else(|| format!("the answer was {}", answered.status));
    let error = Error::new(kind, goal);
    match answered.status {
        401 => error.hint("`--token` or PGOCTL_TOKEN says it"),
        _ => error,
    }
}
