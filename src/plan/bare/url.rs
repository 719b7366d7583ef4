//! The URL of a server that runs already: where it listens, what it is called, what it is asked.

use std::net::{SocketAddr, ToSocketAddrs};

use crate::error::{Error, Result};

/// A URL of http or https, looked up.
#[derive(Debug)]
pub(super) struct Url {
    /// Where it listens.
    pub(super) address: SocketAddr,
    /// A name or an address, without the brackets of IPv6.
    pub(super) host: String,
    /// The port, said or usual.
    pub(super) port: u16,
    /// Host and port, both always.
    pub(super) name: String,
    /// The `Host` of its requests: without the usual port, as browsers do, since a server may look its names up by it.
    pub(super) authority: String,
    /// Whether it is https.
    pub(super) is_https: bool,
    /// Path and query, where it has any.
    pub(super) path: Option<String>,
}

impl Url {
    /// Reads `url` and looks its host up.
    pub(super) fn find(url: &str) -> Result<Self> {
        let cannot = |why: String| cannot_measure(url, &why);
        let uri: hyper::Uri = url.parse().map_err(|error| cannot(format!("{error}")))?;
        let (is_https, usual_port) = match uri.scheme_str() {
            Some("http") => (false, 80),
            Some("https") => (true, 443),
            _ => {
                let why = "it does not begin with `http://` or `https://`";
                return Err(cannot(why.to_owned()));
            }
        };
        let bracketed = uri.host().ok_or_else(|| cannot("it has no host".into()))?;
        let host = bracketed.trim_matches(['[', ']']);
        let port = uri.port_u16().unwrap_or(usual_port);
        let address = (host, port)
            .to_socket_addrs()
            .map_err(|error| cannot(error.to_string()))?
            .next()
            .ok_or_else(|| cannot(format!("`{host}` has no address")))?;
        let name = format!("{bracketed}:{port}");
        // `http://host` has no path of its own; hyper reads it as `/`.
        let has_path = url.splitn(4, '/').nth(3).is_some();
        let path = uri.path_and_query().map(ToString::to_string);
        Ok(Self {
            address,
            host: host.to_owned(),
            port,
            authority: match port {
                port if port == usual_port => bracketed.to_owned(),
                _ => name.clone(),
            },
            name,
            is_https,
            path: path.filter(|_| has_path),
        })
    }
}

/// The error of a URL that cannot be measured.
pub(super) fn cannot_measure(url: &str, why: &str) -> Error {
    Error::usage(format!("cannot measure `{url}`")).because(why)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn https_is_on_port_443_and_the_usual_port_is_left_out_of_the_host() {
        for (url, name, host, authority) in [
            (
                "https://127.0.0.1/",
                "127.0.0.1:443",
                "127.0.0.1",
                "127.0.0.1",
            ),
            ("https://[::1]", "[::1]:443", "::1", "[::1]"),
            (
                "https://127.0.0.1:80/",
                "127.0.0.1:80",
                "127.0.0.1",
                "127.0.0.1:80",
            ),
            (
                "http://127.0.0.1/",
                "127.0.0.1:80",
                "127.0.0.1",
                "127.0.0.1",
            ),
        ] {
            let found = Url::find(url).expect("it is a URL");
            let words = [&found.name, &found.host, &found.authority];
            assert_eq!(words, [name, host, authority]);
            assert_eq!(found.is_https, url.starts_with("https"));
            assert_eq!(found.address.to_string(), name);
        }
    }

    #[test]
    fn only_a_path_that_was_written_counts() {
        let path = |url: &str| Url::find(url).expect("it is a URL").path;
        assert_eq!(path("http://127.0.0.1"), None);
        assert_eq!(path("http://127.0.0.1/").as_deref(), Some("/"));
        assert_eq!(path("https://127.0.0.1/a?b=c").as_deref(), Some("/a?b=c"));
        assert!(Url::find("ftp://127.0.0.1/").is_err());
    }
}
