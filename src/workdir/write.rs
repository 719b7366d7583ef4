//! Files written aside and renamed, so that any death leaves the old one or the new one.

use std::fs;
use std::fs::File;
use std::io::Write;
use std::path::Path;

use crate::error::{Error, Result};

/// Writes `bytes` to `path` so that after any death there is the old file or the whole new one.
pub fn write_atomically(path: &Path, bytes: &[u8]) -> Result<()> {
    write(path, bytes, true)
}

/// [`write_atomically`] without waiting for the disk: for files that are rewritten often and can be made again.
pub fn write_soon(path: &Path, bytes: &[u8]) -> Result<()> {
    write(path, bytes, false)
}

pub(crate) fn write(path: &Path, bytes: &[u8], durable: bool) -> Result<()> {
    // A bare file name has an empty parent.
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let write = || -> std::io::Result<()> {
        let mut file = tempfile::Builder::new()
            .prefix(HALF_MADE)
            .tempfile_in(folder)?;
        file.write_all(bytes)?;
        if durable {
            file.as_file().sync_all()?;
        }
        // A temporary file is private; a product is as readable as anything else that the user makes.
        fs::set_permissions(
            file.path(),
            std::os::unix::fs::PermissionsExt::from_mode(0o644),
        )?;
        file.persist(path).map_err(|error| error.error)?;
        if durable { sync_folder(folder) } else { Ok(()) }
    };
    write().map_err(|error| Error::io("write", path, &error))
}

pub(crate) fn sync_folder(folder: &Path) -> std::io::Result<()> {
    File::open(folder)?.sync_all()
}

/// How the names of things begin that are not whole yet.
pub const HALF_MADE: &str = ".tmp-";
