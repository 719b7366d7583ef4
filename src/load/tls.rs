//! TLS with a server that is measured: whose certificate is accepted, what is offered, and why there is no agreement.
//!
//! Nothing here opens a connection; both clients of the load generator do, with the [`Tls`] of their target.

#[cfg(test)]
mod tests;
mod trust;

use std::io;
use std::sync::Arc;
use std::time::Duration;

use rustls::client::Resumption;
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::ServerName;
use rustls::{
    AlertDescription, CertificateError, ClientConfig, ClientConnection, Error as RustlsError,
};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::error::{Error, ErrorKind, Result};
use crate::http::Protocol;

pub use trust::Trust;

/// How long the first connections may take, and their handshakes.
pub(super) const CONNECT_LIMIT: Duration = Duration::from_secs(10);

/// How to speak TLS with one server.
#[derive(Clone, Debug)]
pub struct Tls {
    host: String,
    name: ServerName<'static>,
    protocol: Protocol,
    config: Arc<ClientConfig>,
}

impl Tls {
    /// Decides how to speak with `host`, a name or an address; only `protocol` is offered (ALPN, RFC 7301).
    ///
    /// Every connection makes a whole handshake, as a new client's would: sessions are not resumed.
    pub fn decide(host: &str, protocol: Protocol, trust: &Trust) -> Result<Self> {
        let cannot = |kind, error: &RustlsError| {
            Error::new(kind, format!("could not prepare TLS with `{host}`"))
                .because(error.to_string())
        };
        let name = ServerName::try_from(host.to_owned()).map_err(|error| {
            Error::usage(format!("there is no certificate for `{host}`")).because(error.to_string())
        })?;
        let provider: Arc<CryptoProvider> = ring::default_provider().into();
        let verifier = trust.verifier(&provider).map_err(|error| {
            cannot(ErrorKind::Benchmark, &error).hint(
                "install `ca-certificates`, or name the certificates to trust with `--cacert FILE`",
            )
        })?;
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| cannot(ErrorKind::Unexpected, &error))?
            .dangerous()
            .with_custom_certificate_verifier(verifier)
            .with_no_client_auth();
        config.alpn_protocols = vec![alpn(protocol).to_vec()];
        config.resumption = Resumption::disabled();
        Ok(Self {
            host: host.to_owned(),
            name,
            protocol,
            config: config.into(),
        })
    }

    /// Whose certificate is expected.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// A session that has not begun.
    pub(super) fn session(&self) -> io::Result<ClientConnection> {
        ClientConnection::new(Arc::clone(&self.config), self.name.clone()).map_err(invalid_data)
    }

    /// Shakes hands over `stream`, and insists on the protocol that was offered.
    pub(super) async fn shake_hands<S: AsyncRead + AsyncWrite + Unpin>(
        &self,
        stream: S,
    ) -> Result<TlsStream<S>, TlsError> {
        let connector = TlsConnector::from(Arc::clone(&self.config));
        let handshake = connector.connect(self.name.clone(), stream);
        let stream = tokio::time::timeout(CONNECT_LIMIT, handshake)
            .await
            .unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
            .map_err(|error| self.explain(error))?;
        match stream.get_ref().1.alpn_protocol() {
            Some(agreed) if agreed == alpn(self.protocol) => Ok(stream),
            _ => Err(TlsError::NoProtocol(self.protocol)),
        }
    }

    /// What the error of a handshake means.
    pub(super) fn explain(&self, error: io::Error) -> TlsError {
        let of_rustls = error.get_ref().and_then(|inner| inner.downcast_ref());
        match (of_rustls, error.kind()) {
            (Some(RustlsError::InvalidCertificate(why)), _) => self.distrust(why),
            (Some(RustlsError::AlertReceived(AlertDescription::NoApplicationProtocol)), _) => {
                TlsError::NoProtocol(self.protocol)
            }
            (Some(RustlsError::InvalidMessage(_)), _) => TlsError::NotTls,
            (None, io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) => TlsError::Silent,
            (None, io::ErrorKind::UnexpectedEof) => TlsError::HungUp,
            _ => TlsError::Failed(error),
        }
    }

    fn distrust(&self, why: &CertificateError) -> TlsError {
        use CertificateError::*;
        let words = match why {
            // The second: somebody else has signed it under a trusted name, such as an older self of the same server.
            UnknownIssuer | BadSignature => return TlsError::UnknownIssuer,
            Expired | ExpiredContext { .. } => "it has expired".to_owned(),
            NotValidYet | NotValidYetContext { .. } => "it is not valid yet".to_owned(),
            NotValidForNameContext { presented, .. } => {
                // `DnsName("localhost")`, `IpAddress(127.0.0.1)`.
                let bare = |name: &String| match name.split_once('(') {
                    Some((_, name)) => name.trim_matches(['"', ')']).to_owned(),
                    None => name.clone(),
                };
                let names: Vec<_> = presented.iter().map(bare).collect();
                match names.as_slice() {
                    [] => format!("it is not for `{}`", self.host),
                    names => format!("it is for {}, not for `{}`", names.join(", "), self.host),
                }
            }
            // That of webpki, which rustls passes on by its name alone: what `openssl req -x509` makes.
            Other(other) if format!("{other:?}").contains("CaUsedAsEndEntity") => {
                return TlsError::UnknownIssuer;
            }
            other => other.to_string(),
        };
        TlsError::Untrusted(words)
    }
}

/// The protocol's name in TLS.
fn alpn(protocol: Protocol) -> &'static [u8] {
    match protocol {
        Protocol::Http1 => b"http/1.1",
        Protocol::Http2 => b"h2",
    }
}

/// An error of the protocol, as the standard library's streams give it.
pub(super) fn invalid_data(error: RustlsError) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error)
}

/// Why there is no TLS with a server.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// Its certificate was signed by a stranger.
    #[error("its certificate is not trusted: nobody that is trusted here has signed it")]
    UnknownIssuer,
    /// There is something else about its certificate.
    #[error("its certificate is not trusted: {0}")]
    Untrusted(String),
    /// It does not speak what was asked for.
    #[error("it did not agree on {} (ALPN)", .0.title())]
    NoProtocol(Protocol),
    /// It speaks something else.
    #[error("what it answers is not TLS")]
    NotTls,
    /// It says nothing.
    #[error("it did not finish the handshake within {} s", CONNECT_LIMIT.as_secs())]
    Silent,
    /// It went away.
    #[error("it closed the connection during the handshake")]
    HungUp,
    /// Something else.
    #[error(transparent)]
    Failed(io::Error),
}

impl TlsError {
    /// What may help.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::UnknownIssuer => Some(
                "`--cacert FILE` trusts the certificates of a PEM file too, `--insecure` accepts any",
            ),
            Self::Untrusted(_) => Some("`--insecure` accepts any certificate"),
            Self::NoProtocol(Protocol::Http2) => Some("try `--protocol http/1.1`"),
            Self::NoProtocol(Protocol::Http1) => Some("try `--protocol http/2`"),
            Self::NotTls => Some("if it speaks clear text, its URL begins with `http://`"),
            Self::Silent | Self::HungUp | Self::Failed(_) => None,
        }
    }
}
