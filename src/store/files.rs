//! Files in a store: their bytes by their content, their place, mode and time in whatever document lists them.

use std::fs::{File, FileTimes};
use std::os::unix::fs::PermissionsExt;
use std::path::{Component, Path, PathBuf};
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

use super::{Got, Store};
use crate::error::{Error, ErrorKind, Result};
use crate::identity::file_digest;
use crate::workdir::create_dir;

/// A file whose bytes are in a store.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Packed {
    /// Its place in a folder; absolute where it is elsewhere.
    pub name: PathBuf,
    /// Where its bytes are: `images/<sha256>`.
    pub key: String,
    /// Whether it can be executed.
    pub executable: bool,
    /// When it was changed, in nanoseconds since 1970, as text (beyond what JSON numbers carry).
    pub modified_ns: String,
}

impl Packed {
    /// Its place, mode, time and content in a line: what tells it from any other one.
    pub fn line(&self) -> String {
        let Self {
            name,
            key,
            executable,
            modified_ns,
        } = self;
        format!("{} {key} {executable} {modified_ns}", name.display())
    }

    fn digest(&self) -> &str {
        self.key.rsplit('/').next().unwrap_or_default()
    }

    /// Whether it belongs into the folder that it is unpacked in.
    fn is_inside(&self) -> bool {
        let mut parts = self.name.components();
        parts.all(|part| matches!(part, Component::Normal(_)))
    }
}

impl Store {
    /// Puts the file at `path` into the store, named by its place in `dir`.
    ///
    /// # Errors
    ///
    /// As [`Store::put_addressed`]; a name that is not UTF-8.
    pub fn pack(&self, path: &Path, dir: &Path) -> Result<Packed> {
        if path.to_str().is_none() {
            return Err(
                Error::usage(format!("`{}` cannot be put into a store", path.display()))
                    .because("its name is not UTF-8"),
            );
        }
        let data = std::fs::metadata(path).map_err(|error| Error::io("read", path, &error))?;
        let (key, _) = self.put_addressed("images", path)?;
        let since = data.modified().ok();
        let since = since.and_then(|at| at.duration_since(SystemTime::UNIX_EPOCH).ok());
        Ok(Packed {
            name: path.strip_prefix(dir).unwrap_or(path).to_owned(),
            key,
            executable: data.permissions().mode() & 0o100 != 0,
            modified_ns: since.unwrap_or_default().as_nanos().to_string(),
        })
    }

    /// Puts a file where it belongs in `dir`; nowhere else.
    ///
    /// # Errors
    ///
    /// A place that leads elsewhere; an object that is not there, or that has other bytes, which is removed: whoever needs it puts
    /// it there again. As [`Store::get_to_file`].
    pub fn unpack(&self, file: &Packed, dir: &Path) -> Result<()> {
        if !file.is_inside() {
            let why = format!("`{}` would be written elsewhere", file.name.display());
            return Err(self.broken(&file.key, &why));
        }
        self.unpack_to(file, &dir.join(&file.name))
    }

    /// Puts a file at `path`; one that is there with the same bytes keeps them.
    ///
    /// # Errors
    ///
    /// As [`Store::unpack`].
    pub fn unpack_to(&self, file: &Packed, path: &Path) -> Result<()> {
        let is_there =
            path.is_file() && file_digest(path).is_ok_and(|found| found == file.digest());
        if !is_there {
            create_dir(path.parent().unwrap_or(Path::new("/")))?;
            match self.get_addressed(&file.key, path)? {
                Got::Whole => {}
                Got::Missing => return Err(self.broken(&file.key, "it is not there")),
                Got::Broken(_) => {
                    if !self.is_pull_only() {
                        self.delete(&file.key)?;
                    }
                    return Err(self.broken(&file.key, "it has other bytes"));
                }
            }
        }
        let write = |error: std::io::Error| Error::io("write", path, &error);
        if file.executable {
            std::fs::set_permissions(path, PermissionsExt::from_mode(0o755)).map_err(write)?;
        }
        let modified = Duration::from_nanos(file.modified_ns.parse().unwrap_or_default());
        let times = FileTimes::new().set_modified(SystemTime::UNIX_EPOCH + modified);
        File::open(path)
            .and_then(|open| open.set_times(times))
            .map_err(write)
    }

    /// The error of an object that cannot be used.
    pub fn broken(&self, key: &str, why: &str) -> Error {
        let goal = format!("`{key}` in {} is broken", self.place());
        Error::new(ErrorKind::BrokenObject, goal).because(why)
    }
}
