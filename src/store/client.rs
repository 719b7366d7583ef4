//! The HTTP client of an S3 store: whom it trusts, how long it waits, and what it adds.
//!
//! Three things are done here that `object_store` leaves open. Answers that refuse something are kept with their code, which tells
//! a wrong bucket from a key that is not there. The last request of an upload in parts says that it may only create, as the one of
//! a small object does; that header is not part of the signature. And an endpoint without TLS needs no certificates, so that an
//! image without any can use it.

use std::path::Path;
use std::time::Duration;

use async_trait::async_trait;
use object_store::ClientOptions;
use object_store::client::{
    HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpResponse, HttpService,
};
use reqwest::header::{HeaderValue, IF_NONE_MATCH};
use reqwest::{Certificate, Client, Method, StatusCode};
use url::Url;

use super::answer::Refusal;
use super::credentials::{Credentials, is_loopback};
use crate::error::{Error, ErrorKind, Result};

/// A server that does not take a connection for so long is away.
const CONNECT: Duration = Duration::from_secs(5);

/// A server that is silent for so long is away; it covers the sending of one part too.
const SILENCE: Duration = Duration::from_secs(60);

/// Makes clients for `object_store`: all of them are the one that was prepared.
#[derive(Debug)]
pub struct Connector(Client);

impl Connector {
    /// Sets up proxies, certificates and limits. Nothing is sent yet.
    ///
    /// # Errors
    ///
    /// No certificates to trust, where some are needed.
    pub fn new(endpoint: Option<&Url>, credentials: &Credentials) -> Result<Self> {
        // An error means that one is chosen already, which does as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut builder = Client::builder()
            .user_agent(concat!("pgoctl/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(CONNECT)
            .read_timeout(SILENCE)
            .redirect(reqwest::redirect::Policy::none());
        if endpoint.is_some_and(is_loopback) {
            builder = builder.no_proxy();
        }
        let is_plain = endpoint.is_some_and(|url| url.scheme() == "http");
        if let Some(path) = credentials.ca_bundle() {
            builder = builder.tls_certs_only(certificates(path)?);
        } else if is_plain {
            builder = builder.tls_certs_only([]);
        }
        let client = builder.build().map_err(|source| {
            Error::new(ErrorKind::Toolchain, "could not prepare the connection to the store")
                .source(&source)
                .hint("https needs certificates to trust: install `ca-certificates`, or name a file with `AWS_CA_BUNDLE`")
        })?;
        Ok(Self(client))
    }
}

fn certificates(path: &Path) -> Result<Vec<Certificate>> {
    let text = std::fs::read(path).map_err(|error| Error::io("read", path, &error))?;
    Certificate::from_pem_bundle(&text).map_err(|source| {
        Error::usage(format!("`{}` does not hold certificates", path.display()))
            .source(&source)
            .hint("`AWS_CA_BUNDLE` names a PEM file")
    })
}

impl HttpConnector for Connector {
    fn connect(&self, _: &ClientOptions) -> object_store::Result<HttpClient> {
        Ok(HttpClient::new(Service(self.0.clone())))
    }
}

#[derive(Debug)]
struct Service(Client);

#[async_trait]
impl HttpService for Service {
    async fn call(&self, mut request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let query = request.uri().query().unwrap_or_default();
        let completes = request.method() == Method::POST && query.starts_with("uploadId=");
        if completes {
            let only_create = HeaderValue::from_static("*");
            request.headers_mut().insert(IF_NONE_MATCH, only_create);
        }
        let answer = self.0.call(request).await?;
        let status = answer.status();
        if status.is_success() && !completes {
            return Ok(answer);
        }
        let (parts, body) = answer.into_parts();
        let body = body.bytes().await?;
        let text = String::from_utf8_lossy(&body);
        // The end of an upload in parts can fail after its status was sent.
        let status = match status.is_success() {
            true if !text.contains("<Error>") => {
                return Ok(HttpResponse::from_parts(parts, body.into()));
            }
            true => StatusCode::INTERNAL_SERVER_ERROR,
            false => status,
        };
        let refusal = Refusal::read(status, &text);
        Err(HttpError::new(HttpErrorKind::Unknown, refusal))
    }
}
