//! Why an archive is not unpacked to the end.

use std::io;
use std::path::{Path, PathBuf};

use tar::EntryType;
use thiserror::Error as ThisError;

use crate::error::{Error, ErrorKind};

/// What is wrong with an archive, or with this side.
#[derive(Debug, ThisError)]
pub enum Refusal {
    #[error("`{}` leads outside the archive's folder", .0.display())]
    Outside(PathBuf),
    #[error("`{}` cannot name a file", .0.display())]
    Name(PathBuf),
    #[error("`{}` is not in the archive's one top folder", .0.display())]
    Top(PathBuf),
    #[error("the link `{}` -> `{}` leads outside the archive's folder, or nowhere", link.display(), target.display())]
    LinkOutside { link: PathBuf, target: PathBuf },
    #[error("the hard link `{}` is to `{}`, which is not a file of the archive", path.display(), target.display())]
    HardLink { path: PathBuf, target: PathBuf },
    #[error("`{}` would be written through the link `{}`", path.display(), link.display())]
    ThroughLink { path: PathBuf, link: PathBuf },
    #[error("`{}` is there twice", .0.display())]
    Twice(PathBuf),
    #[error("`{}` is neither file nor folder nor link: {}", path.display(), kind_name(*kind))]
    Special { path: PathBuf, kind: EntryType },
    #[error("it holds more than {0} files")]
    TooMany(u64),
    #[error("it holds more than a GraalVM can")]
    TooBig,
    #[error("it is empty")]
    Empty,
    #[error("it is damaged or ends early: {0}")]
    Damaged(io::Error),
    /// Not the archive's fault.
    #[error("{0}")]
    Ours(Error),
}

impl Refusal {
    /// The error that the user sees.
    pub fn into_error(self, archive: &Path) -> Error {
        match self {
            Self::Ours(error) => error,
            refusal => Error::new(
                ErrorKind::Toolchain,
                format!("could not unpack `{}`", archive.display()),
            )
            .because(refusal.to_string())
            .hint("nothing was installed; take this to whoever runs the site"),
        }
    }
}

fn kind_name(kind: EntryType) -> &'static str {
    match kind {
        EntryType::Char | EntryType::Block => "a device",
        EntryType::Fifo => "a pipe",
        EntryType::GNUSparse => "a file with holes",
        _ => "something unknown",
    }
}
