//! What the environment says about S3: keys, region, endpoint; the variables and files that every S3 program reads.
//!
//! The environment itself is read by `cli`; here is only what it means. Nothing of it is ever shown.

mod files;

use std::ffi::OsString;
use std::fmt;
use std::path::PathBuf;

use url::{Host, Url};

use crate::error::{Error, Result};
use files::Files;

/// A pair of keys, and the token that temporary ones come with.
#[derive(Clone, PartialEq, Eq)]
pub struct Keys {
    pub id: String,
    pub secret: String,
    pub token: Option<String>,
}

/// Where keys come from that are not written down: a role that the platform gives. The names are those of `object_store`.
pub type Role = Vec<(&'static str, String)>;

/// What the environment says about S3.
#[derive(Clone, Default)]
pub struct Credentials {
    keys: Option<Keys>,
    role: Role,
    region: Option<String>,
    endpoint: Option<String>,
    allow_http: bool,
    ca_bundle: Option<PathBuf>,
}

impl fmt::Debug for Credentials {
    /// Says what is there, never what it is.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials")
            .field("keys", &self.keys.is_some())
            .field("role", &!self.role.is_empty())
            .field("region", &self.region)
            .finish_non_exhaustive()
    }
}

impl Credentials {
    /// Reads them through `variable`, and the files of a profile where that is how they are given (`~/.aws/credentials` and
    /// `~/.aws/config`, as `AWS_PROFILE` chooses); what stands in variables comes first.
    ///
    /// # Errors
    ///
    /// Half a pair of keys; a profile that is asked for and not there; a file that cannot be read.
    pub fn read(variable: &dyn Fn(&str) -> Option<OsString>) -> Result<Self> {
        let text = |name: &str| -> Option<String> {
            let value = variable(name)?.to_string_lossy().trim().to_owned();
            Some(value).filter(|value| !value.is_empty())
        };
        let (id, secret) = (text("AWS_ACCESS_KEY_ID"), text("AWS_SECRET_ACCESS_KEY"));
        let written = pair(id, secret, text("AWS_SESSION_TOKEN"), "the environment")?;
        let files = Files::read(&text)?;
        let role = ROLE
            .iter()
            .filter_map(|name| Some((*name, text(name)?)))
            .collect();
        let profile = |key: &str| files.value(key);
        let keys = match written {
            Some(keys) => Some(keys),
            None => pair(
                profile("aws_access_key_id"),
                profile("aws_secret_access_key"),
                profile("aws_session_token"),
                files.words(),
            )?,
        };
        let first = |names: &[&str], key: &str| {
            let said = names.iter().find_map(|name| text(name));
            said.or_else(|| profile(key))
        };
        Ok(Self {
            keys,
            role,
            region: first(&["AWS_REGION", "AWS_DEFAULT_REGION"], "region"),
            endpoint: first(&["AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"], "endpoint_url"),
            allow_http: text("AWS_ALLOW_HTTP").is_some_and(|value| is_yes(&value)),
            ca_bundle: first(&["AWS_CA_BUNDLE"], "ca_bundle").map(PathBuf::from),
        })
    }

    /// The server to speak to, where it is not Amazon's.
    ///
    /// # Errors
    ///
    /// An address that is not one; `http://` to another machine that nobody allowed.
    pub fn endpoint(&self) -> Result<Option<Url>> {
        let Some(written) = &self.endpoint else {
            return Ok(None);
        };
        let url = Url::parse(written).ok().filter(|url| {
            matches!(url.scheme(), "http" | "https")
                && url.host().is_some()
                && url.query().is_none()
        });
        let Some(url) = url else {
            // It may hold anything.
            return Err(
                Error::usage("`AWS_ENDPOINT_URL` is not the address of a server")
                    .hint("it looks like `https://minio.example.org` or `http://127.0.0.1:9000`"),
            );
        };
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Error::usage("`AWS_ENDPOINT_URL` may not hold keys")
                .hint("put them into `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`"));
        }
        if url.scheme() == "http" && !self.allow_http && !is_loopback(&url) {
            return Err(Error::usage(format!("`{url}` is not encrypted"))
                .because("everybody on the way can read the profiles and change the images")
                .hint("in a network that you trust: `AWS_ALLOW_HTTP=true`"));
        }
        Ok(Some(url))
    }

    /// The keys that are written down.
    pub fn keys(&self) -> Option<&Keys> {
        self.keys.as_ref()
    }

    /// The role that gives keys.
    pub fn role(&self) -> &[(&'static str, String)] {
        &self.role
    }

    /// The region; Amazon's first one where none is said, which servers of one's own do not look at.
    pub fn region(&self) -> &str {
        self.region.as_deref().unwrap_or("us-east-1")
    }

    /// Certificates to trust instead of the system's.
    pub fn ca_bundle(&self) -> Option<&std::path::Path> {
        self.ca_bundle.as_deref()
    }
}

/// What a platform sets where it gives a role: EKS, ECS.
const ROLE: [&str; 6] = [
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_ROLE_ARN",
    "AWS_ROLE_SESSION_NAME",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
];

fn pair(
    id: Option<String>,
    secret: Option<String>,
    token: Option<String>,
    place: &str,
) -> Result<Option<Keys>> {
    match (id, secret) {
        (Some(id), Some(secret)) => Ok(Some(Keys { id, secret, token })),
        (None, None) => Ok(None),
        (Some(_), None) => Err(Error::usage(format!(
            "the store's credentials are not whole: {place} has a key id and no secret key"
        ))
        .hint("set `AWS_SECRET_ACCESS_KEY`")),
        (None, Some(_)) => Err(Error::usage(format!(
            "the store's credentials are not whole: {place} has a secret key and no key id"
        ))
        .hint("set `AWS_ACCESS_KEY_ID`")),
    }
}

fn is_yes(value: &str) -> bool {
    ["1", "true", "yes", "on"]
        .iter()
        .any(|yes| value.eq_ignore_ascii_case(yes))
}

/// Whether an address leads to this very machine.
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests;
