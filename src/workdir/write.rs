//! Files written aside and renamed, so that any death leaves the old one or the new one.

use std::fs;
use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::LazyLock;
use std::time::{Duration, SystemTime};

use rustix::process::{Pid, test_kill_process};

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
            .prefix(&half_made())
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

/// Makes what was created or renamed in a folder durable.
pub fn sync_folder(folder: &Path) -> std::io::Result<()> {
    File::open(folder)?.sync_all()
}

/// How the names of things begin that are not whole yet; the number of the process that makes them follows.
const HALF_MADE: &str = ".tmp-";

/// Since when this process makes things: what bears its number and is older was left by a namesake.
static SINCE: LazyLock<SystemTime> = LazyLock::new(SystemTime::now);

/// How the names of things begin that this process has not made whole yet.
pub fn half_made() -> String {
    LazyLock::force(&SINCE);
    format!("{HALF_MADE}{}-", std::process::id())
}

/// Whether `path` is something half made whose maker is gone. Of what bears our own number only what is older than `own`: the clock of
/// a file system may be behind ours.
pub(super) fn is_left_over(path: &Path, own: Duration) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let Some(rest) = name.strip_prefix(HALF_MADE) else {
        return false;
    };
    let maker = rest.split('-').next().and_then(|maker| maker.parse().ok());
    let Some(maker) = maker.and_then(Pid::from_raw) else {
        // A function of the user's may call its own files so.
        return false;
    };
    if maker != rustix::process::getpid() {
        return test_kill_process(maker) == Err(rustix::io::Errno::SRCH);
    }
    let made = fs::metadata(path).and_then(|data| data.modified());
    let is_old = |made: &SystemTime| made.elapsed().is_ok_and(|age| age >= own);
    made.is_ok_and(|made| made < *SINCE && is_old(&made))
}
