//! Text with `{n}`, `{port}` and `{assets_url}`; every other brace stays as it is, so JSON needs no escapes.

use std::net::{Ipv4Addr, SocketAddr};

use bytes::Bytes;

/// A text in which only `{n}`, the running number of the request, is still open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    /// The text around each `{n}`.
    parts: Vec<String>,
    /// The whole, where there is no `{n}`: shared by all requests.
    fixed: Option<Bytes>,
}

impl Template {
    /// Fills in what is the same for all requests to one server.
    pub fn new(text: &str, variables: &Variables) -> Self {
        let text = crate::http::template::fill(
            text,
            Some(variables.port),
            variables.assets_url.as_deref(),
        );
        let parts: Vec<String> = text.split("{n}").map(str::to_owned).collect();
        let fixed = (parts.len() == 1).then(|| Bytes::from(text));
        Self { parts, fixed }
    }

    /// These bytes, whatever is in them.
    pub fn fixed(bytes: Bytes) -> Self {
        Self {
            parts: Vec::new(),
            fixed: Some(bytes),
        }
    }

    /// Whether it looks like a JSON object or array.
    pub fn begins_like_json(&self) -> bool {
        let first = self.parts.first().map_or("", String::as_str);
        first.trim_start().starts_with(['{', '['])
    }

    /// Whether it is the same for every request.
    pub fn is_fixed(&self) -> bool {
        self.fixed.is_some()
    }

    /// The text of the `n`th request.
    pub fn text(&self, n: u64) -> String {
        self.parts.join(&n.to_string())
    }

    /// The bytes of the `n`th request; nothing is copied where they are always the same.
    pub fn bytes(&self, n: u64) -> Bytes {
        self.fixed
            .clone()
            .unwrap_or_else(|| Bytes::from(self.text(n)))
    }
}

/// Fills `{port}` and `{assets_url}` into a word of the command line or the environment.
pub(crate) fn fill(word: &str, port: Option<u16>, assets_url: Option<&str>) -> String {
    let word = port.map_or_else(
        || word.to_owned(),
        |port| word.replace("{port}", &port.to_string()),
    );
    assets_url.map_or(word.clone(), |url| word.replace("{assets_url}", url))
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
    /// The `Authorization` of every request that has none of its own.
    pub authorization: Option<Secret>,
}

/// Something that is sent and never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Bytes);

impl Secret {
    /// Keeps `text` from being shown.
    pub fn new(text: String) -> Self {
        Self(text.into())
    }

    /// What is sent.
    pub(super) fn bytes(&self) -> Bytes {
        self.0.clone()
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret")
    }
}

impl Variables {
    /// A server at `address`, without assets.
    pub fn at(address: SocketAddr) -> Self {
        Self {
            authority: address.to_string(),
            port: address.port(),
            assets_url: None,
            authorization: None,
        }
    }

    /// A function on `port` of loopback, without assets.
    pub fn loopback(port: u16) -> Self {
        Self::at((Ipv4Addr::LOCALHOST, port).into())
    }
}
