//! How to speak to a server.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How to speak to the function.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum, JsonSchema,
)]
pub enum Protocol {
    /// HTTP/1.1.
    #[default]
    #[serde(rename = "http/1.1")]
    #[value(name = "http/1.1")]
    Http1,
    /// HTTP/2, agreed on over TLS (ALPN); in clear text without asking first (RFC 9113, section 3.3: prior knowledge).
    #[serde(rename = "http/2")]
    #[value(name = "http/2")]
    Http2,
}

impl Protocol {
    /// For readers.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Http1 => "HTTP/1.1",
            Self::Http2 => "HTTP/2",
        }
    }
}

/// Whether connections are kept.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Connections {
    /// One request after the other on each.
    #[default]
    KeepAlive,
    /// A new one for each request; connecting is part of the latency.
    Fresh,
}
