//! What is measured instead of the project, as it was asked for.

use std::path::PathBuf;

use crate::error::Result;
use crate::http::{Connections, Protocol};
use crate::load::tls::Trust;

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
    pub(super) fn trust(&self) -> Result<Trust> {
        match &self.cacert {
            _ if self.insecure => Ok(Trust::Anyone),
            Some(file) => Trust::also(file),
            None => Ok(Trust::System),
        }
    }
}
