//! HTTP requests of a workload.

use std::path::Path;

use serde::Deserialize;

use crate::error::{Error, Result};

/// One request of the workload.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RequestTemplate {
    pub method: String,
    pub path: String,
    pub body: Option<String>,
    #[serde(default = "one")]
    pub weight: u32,
    #[serde(default)]
    pub expect: Expect,
}

fn one() -> u32 { 1 }

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Expect { pub status: Option<u16> }

impl RequestTemplate {
    pub fn new(method: &str, path: &str) -> Self {
        Self { method: method.into(), path: path.into(), body: None, weight: 1, expect: Expect::default() }
    }
}

#[derive(Clone, Debug)]
pub struct Variables { pub port: u16, pub assets_url: Option<String> }

#[derive(Clone, Debug)]
pub struct HttpWorkload { pub(crate) requests: Vec<RequestTemplate> }

impl HttpWorkload {
    pub fn compile(requests: &[RequestTemplate], variables: &Variables) -> Result<Self> {
        let fill = |text: &str| super::fill(text, Some(variables.port), variables.assets_url.as_deref());
        Ok(Self { requests: requests.iter().map(|r| RequestTemplate { path: fill(&r.path), body: r.body.as_deref().map(fill), ..r.clone() }).collect() })
    }
}

pub fn read_requests_file(path: &Path) -> Result<Vec<RequestTemplate>> {
    let text = std::fs::read_to_string(path).map_err(|error| Error::io("read", path, &error))?;
    text.lines().map(|line| serde_json::from_str(line).map_err(|error| Error::usage(format!("{}: {error}", path.display())))).collect()
}
