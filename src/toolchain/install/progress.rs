//! How far an installation is, and what it put in place.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::error::{Error, ErrorKind, Result};

/// How far an install is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InstallProgress {
    /// Another install runs; this one waits for it.
    Waiting,
    /// Bytes that are on disk, and how many there will be, where the site says so.
    Downloading { done: u64, total: Option<u64> },
    /// The site failed; the next try comes after a pause.
    Retrying { cause: String, pause: Duration },
    /// Bytes of the archive whose SHA-256 is computed.
    Checking { done: u64, total: u64 },
    /// The archive is damaged although it came in parts that were whole; it is downloaded once more.
    StartingOver,
    /// Bytes of the archive that are unpacked.
    Unpacking { done: u64, total: u64 },
}

/// Who is told how far things are, and who may end them.
pub(crate) struct Watch<'a> {
    pub(super) progress: &'a dyn Fn(InstallProgress),
    pub(super) stop: &'a AtomicBool,
}

impl Watch<'_> {
    pub(super) fn tell(&self, progress: InstallProgress) {
        (self.progress)(progress);
    }

    pub(super) fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// Ends the work where somebody asked for it.
    pub(super) fn go_on(&self) -> Result<()> {
        if self.is_stopped() {
            return Err(interrupted());
        }
        Ok(())
    }
}

/// What an install put in place, or found there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Installed {
    /// The folder with `bin/native-image`: what `GRAALVM_HOME` would name.
    pub home: PathBuf,
    /// The version in the name of the archive's top folder: `25.0.1+8.1`.
    pub version: String,
    /// SHA-256 of the archive, in lower-case hexadecimal.
    pub sha256: String,
    /// Whether it was there before, so that nothing was downloaded.
    pub already_there: bool,
}

pub(crate) fn interrupted() -> Error {
    Error::new(ErrorKind::Interrupted, "interrupted")
        .hint("the same command goes on where this one stopped")
}
