//! What to install, from where, and how long to wait for it.

use std::path::PathBuf;
use std::time::Duration;

use super::platform::{self, Arch, Os};
use crate::error::Result;

/// What to install, from where, to where.
#[derive(Clone, Debug)]
pub struct InstallPlan {
    /// The Java line: 21, 25. The latest release of the line is installed.
    pub major: u32,
    /// The system to install for.
    pub os: Os,
    /// The processor to install for.
    pub arch: Arch,
    /// The site; [`DEFAULT_BASE_URL`] unless the user has a mirror.
    pub base_url: String,
    /// The user's data folder, as from [`user_data_dir`]; `pgoctl/toolchains` is made below it.
    pub data_dir: PathBuf,
    /// Whether the user accepted the licence (`--accept-licence`).
    pub accept_licence: bool,
    /// How long to wait for the site, and how often to try again.
    pub patience: Patience,
}

impl InstallPlan {
    /// A plan for the machine that this runs on, from Oracle's own site.
    ///
    /// # Errors
    /// [`ErrorKind::Toolchain`] where Oracle GraalVM is not made for this machine, or only as an archive of another
    /// kind (Windows).
    pub fn for_this_machine(major: u32, data_dir: PathBuf, accept_licence: bool) -> Result<Self> {
        let (os, arch) = platform::this_machine()?;
        Ok(Self {
            major,
            os,
            arch,
            base_url: DEFAULT_BASE_URL.to_owned(),
            data_dir,
            accept_licence,
            patience: Patience::default(),
        })
    }
}

/// How long an install waits for the site, and how often it tries again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// For a connection; an unreachable site is given up on after this, without another try.
    pub connect: Duration,
    /// For the next byte of an answer that has begun, or is due.
    pub silence: Duration,
    /// Tries in a row that bring nothing new.
    pub tries_in_vain: u32,
    /// Tries altogether: a site that cuts every connection after a few bytes is not worth a day.
    pub tries: u32,
    /// Before the second try; doubles each time in a row, up to [`Patience::LONGEST_PAUSE`].
    pub pause: Duration,
}

impl Patience {
    /// No pause between two tries is longer.
    pub const LONGEST_PAUSE: Duration = Duration::from_secs(8);
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            silence: Duration::from_secs(15),
            tries_in_vain: 5,
            tries: 60,
            pause: Duration::from_millis(500),
        }
    }
}

/// Where Oracle publishes Oracle GraalVM.
pub const DEFAULT_BASE_URL: &str = "https://download.oracle.com/graalvm";
