//! What is measured instead of the project, as it was asked for.

use std::collections::BTreeMap;
use std::path::PathBuf;

use hyper::header::HeaderName;

use crate::error::{Error, Result};
use crate::http::{Connections, Protocol};
use crate::load::tls::Trust;

/// What the user named.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// Programs or JARs, each with its arguments as one would type them.
    pub commands: Vec<String>,
    /// The shell that reads them, if one is to.
    pub shell: Option<String>,
    /// What each invocation of them reads on stdin.
    pub input: Option<PathBuf>,
    /// Servers that run already.
    pub urls: Vec<String>,
    /// `POST /path BODY`.
    pub requests: Vec<String>,
    /// `Name: value`, sent with every request.
    pub headers: Vec<String>,
    /// Where all URLs listen, instead of at their hosts.
    pub unix_socket: Option<PathBuf>,
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
    /// The headers by name. One that is given several times is a list (RFC 9110, section 5.3).
    pub(super) fn headers(&self) -> Result<BTreeMap<String, String>> {
        let mut headers = BTreeMap::<String, String>::new();
        for text in &self.headers {
            let wrong = || {
                let name = text.split(':').next().unwrap_or_default();
                Error::usage(format!("`--header {name}` is not a header"))
                    .hint("write it like `--header 'Accept: text/plain'`")
            };
            let (name, value) = text.split_once(':').ok_or_else(wrong)?;
            let (name, value) = (name.to_ascii_lowercase(), value.trim());
            HeaderName::from_bytes(name.as_bytes()).map_err(|_| wrong())?;
            headers
                .entry(name)
                .and_modify(|before| *before += &format!(", {value}"))
                .or_insert_with(|| value.to_owned());
        }
        Ok(headers)
    }

    pub(super) fn trust(&self) -> Result<Trust> {
        match &self.cacert {
            _ if self.insecure => Ok(Trust::Anyone),
            Some(file) => Trust::also(file),
            None => Ok(Trust::System),
        }
    }
}
