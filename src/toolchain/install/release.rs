//! Names and addresses of Oracle GraalVM's releases.
//!
//! The pattern is Oracle's: `<base>/<major>/latest/graalvm-jdk-<major>_<os>-<arch>_bin.tar.gz`, and the SHA-256 of
//! an archive at the same address with `.sha256` behind it.

use std::net::IpAddr;

use reqwest::Url;

use super::plan::InstallPlan;
use super::platform::{Arch, Os};
use crate::error::{Error, Result};

/// The latest release of one line for one kind of machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Release {
    base: Url,
    major: u32,
    os: Os,
    arch: Arch,
}

impl Release {
    pub fn of(plan: &InstallPlan) -> Result<Self> {
        let wrong = |why: String| {
            Error::usage(format!("`{}` is not the URL of a site", plan.base_url))
                .because(why)
                .hint(format!(
                    "the default is `{}`",
                    crate::toolchain::install::plan::DEFAULT_BASE_URL
                ))
        };
        let base = Url::parse(plan.base_url.trim_end_matches('/'))
            .map_err(|source| wrong(source.to_string()))?;
        if !matches!(base.scheme(), "http" | "https") || base.host_str().is_none() {
            return Err(wrong("it has to begin with `https://` or `http://`".into()));
        }
        if base.query().is_some() || base.fragment().is_some() {
            return Err(wrong("it must not have a `?` or `#`".into()));
        }
        Ok(Self {
            base,
            major: plan.major,
            os: plan.os,
            arch: plan.arch,
        })
    }

    /// The file name of the archive.
    pub fn archive_name(&self) -> String {
        format!("graalvm-jdk-{}_{}_bin.tar.gz", self.major, self.machine())
    }

    /// The address of the archive.
    pub fn url(&self) -> String {
        format!(
            "{}/{}/latest/{}",
            self.base.as_str().trim_end_matches('/'),
            self.major,
            self.archive_name()
        )
    }

    /// The address of the archive's SHA-256.
    pub fn checksum_url(&self) -> String {
        format!("{}.sha256", self.url())
    }

    /// `linux-x64`.
    pub fn machine(&self) -> String {
        format!("{}-{}", self.os.name(), self.arch.name())
    }

    /// `download.oracle.com`, with the port where it is not the usual one.
    pub fn site(&self) -> String {
        let host = self.base.host_str().unwrap_or_default();
        match self.base.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        }
    }

    /// The Java line.
    pub const fn major(&self) -> u32 {
        self.major
    }

    /// Whether the site is on this machine.
    pub fn is_loopback(&self) -> bool {
        self.base.host_str().is_some_and(|host| {
            let address = host.trim_matches(['[', ']']).parse::<IpAddr>();
            host == "localhost" || address.is_ok_and(|address| address.is_loopback())
        })
    }

    /// Whether the site is spoken to through TLS; then no redirection may lead out of it.
    pub fn is_secure(&self) -> bool {
        self.base.scheme() == "https"
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests may stop at a surprise")]
    use super::*;
    use crate::error::ErrorKind;

    fn release(base_url: &str) -> Result<Release> {
        let mut plan = InstallPlan::for_this_machine(25, "/data".into(), true).unwrap();
        (plan.os, plan.arch) = (Os::Linux, Arch::X64);
        plan.base_url = base_url.to_owned();
        Release::of(&plan)
    }

    #[test]
    fn the_addresses_are_oracles() {
        let release = release(crate::toolchain::install::plan::DEFAULT_BASE_URL).unwrap();
        assert_eq!(
            release.url(),
            "https://download.oracle.com/graalvm/25/latest/graalvm-jdk-25_linux-x64_bin.tar.gz"
        );
        assert_eq!(release.checksum_url(), format!("{}.sha256", release.url()));
        assert_eq!(release.site(), "download.oracle.com");
        assert!(release.is_secure() && !release.is_loopback());
    }

    #[test]
    fn a_mirror_may_end_in_a_slash_and_have_a_port() {
        let release = release("http://127.0.0.1:8080/mirror/").unwrap();
        assert_eq!(
            release.url(),
            "http://127.0.0.1:8080/mirror/25/latest/graalvm-jdk-25_linux-x64_bin.tar.gz"
        );
        assert_eq!(release.site(), "127.0.0.1:8080");
        assert!(release.is_loopback() && !release.is_secure());
    }

    #[test]
    fn only_web_addresses_are_sites() {
        for wrong in ["", "mirror", "ftp://x/y", "file:///etc", "https://x/?a=b"] {
            let error = release(wrong).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Usage, "{wrong}");
        }
    }
}
