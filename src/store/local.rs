//! A folder as a store, and what of a store goes through files.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use futures_util::TryStreamExt;
use object_store::local::LocalFileSystem;
use object_store::{ObjectStore, ObjectStoreExt};
use sha2::{Digest, Sha256};
use tempfile::NamedTempFile;
use walkdir::WalkDir;

use super::object::{Created, Digested};
use crate::error::{Error, Result};
use crate::identity::hex;
use crate::workdir::{create_dir, half_made, sync_folder};

/// The first parts of all keys of ours.
const FOLDERS: [&str; 12] = [
    "changes",
    "decisions",
    "images",
    "jars",
    "jobs",
    "leases",
    "probe",
    "products",
    "profiles",
    "replicas",
    "state",
    "trials",
];

/// Opens the folder, made where it is not there and may be.
pub fn open(folder: &Path, must_be_there: bool) -> Result<Arc<dyn ObjectStore>> {
    if must_be_there && !folder.is_dir() {
        return Err(
            Error::usage(format!("there is no store in `{}`", folder.display()))
                .hint("the first `profile push` makes it"),
        );
    }
    create_dir(folder)?;
    let store = LocalFileSystem::new_with_prefix(folder).map_err(|error| {
        Error::usage(format!("`{}` cannot be a store", folder.display())).source(&error)
    })?;
    Ok(Arc::new(store.with_fsync(true)))
}

/// Whether a listed file is one that a writer has not finished, or left behind when it died.
pub fn is_half_made(key: &str) -> bool {
    key.rsplit('/')
        .next()
        .is_some_and(|name| name.starts_with(".tmp-"))
}

/// Removes what writers left behind that died: files that are not whole and older than `age` at `now`.
pub fn sweep(folder: &Path, now: SystemTime, age: Duration) -> Result<()> {
    // Whatever else lies in the folder is not ours.
    let all = FOLDERS
        .iter()
        .flat_map(|own| WalkDir::new(folder.join(own)).min_depth(1));
    for entry in all {
        let Ok(entry) = entry else { continue };
        let name = entry.file_name().to_string_lossy();
        // `object_store` marks them with a number behind the name.
        let is_numbered = name.rsplit_once('#').is_some_and(|(_, number)| {
            !number.is_empty() && number.bytes().all(|digit| digit.is_ascii_digit())
        });
        let made = entry.metadata().ok().and_then(|data| data.modified().ok());
        let is_old = made.is_some_and(|made| now.duration_since(made).is_ok_and(|old| old >= age));
        if entry.file_type().is_file() && is_old && (is_half_made(&name) || is_numbered) {
            match fs::remove_file(entry.path()) {
                Ok(()) => {}
                // Somebody else sweeps too.
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                Err(error) => return Err(Error::io("remove", entry.path(), &error)),
            }
        }
    }
    Ok(())
}

/// Copies a file to its place in the folder, aside first; what is there already is left as it is.
pub fn copy_in(path: &Path, target: &Path) -> Result<Created> {
    let folder = target.parent().unwrap_or(target);
    create_dir(folder)?;
    let copy = || -> std::io::Result<Created> {
        let aside = aside(folder)?;
        fs::copy(path, aside.path())?;
        aside.as_file().sync_all()?;
        publish(&aside)?;
        match aside.persist_noclobber(target) {
            Ok(_) => {}
            Err(error) if error.error.kind() == std::io::ErrorKind::AlreadyExists => {
                return Ok(Created::Exists);
            }
            Err(error) => return Err(error.error),
        }
        sync_folder(folder)?;
        Ok(Created::New)
    };
    copy().map_err(|error| Error::io("write", target, &error))
}

/// Writes an object to a file, aside first; not where it was to have another SHA-256.
pub async fn fetch(
    objects: Arc<dyn ObjectStore>,
    source: object_store::path::Path,
    path: PathBuf,
    sha256: Option<String>,
) -> object_store::Result<Digested> {
    let mut chunks = objects.get(&source).await?.into_stream();
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new(".")).to_owned();
    fs::create_dir_all(&folder).map_err(of_this_machine)?;
    let mut aside = aside(&folder).map_err(of_this_machine)?;
    let (mut hash, mut bytes) = (Sha256::new(), 0);
    while let Some(chunk) = chunks.try_next().await? {
        bytes += chunk.len() as u64;
        hash.update(&chunk);
        aside.write_all(&chunk).map_err(of_this_machine)?;
    }
    let found = Digested {
        bytes,
        sha256: hex(&hash.finalize()),
    };
    if sha256.is_some_and(|sha256| sha256 != found.sha256) {
        return Ok(found);
    }
    let keep = || -> std::io::Result<()> {
        aside.as_file().sync_all()?;
        publish(&aside)?;
        aside.persist(&path).map_err(|error| error.error)?;
        sync_folder(&folder)
    };
    keep().map_err(of_this_machine)?;
    Ok(found)
}

fn aside(folder: &Path) -> std::io::Result<NamedTempFile> {
    tempfile::Builder::new()
        .prefix(&half_made())
        .tempfile_in(folder)
}

/// A temporary file is private; what is in a store is not.
fn publish(file: &NamedTempFile) -> std::io::Result<()> {
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o644);
    File::set_permissions(file.as_file(), mode)
}

fn of_this_machine(source: std::io::Error) -> object_store::Error {
    object_store::Error::Generic {
        store: "file",
        source: Box::new(source),
    }
}
