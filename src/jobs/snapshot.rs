//! The files that a command needs: to the store by their content, and from there to where they were.

use std::collections::BTreeSet;
use std::fs::{File, FileTimes};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

use super::unexpected;
use crate::error::{Error, Result};
use crate::function::Function;
use crate::identity::collect_files;
use crate::store::{Got, Store};
use crate::workdir::create_dir;
use crate::workload::Workload;

/// A file of an order or of an outcome.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Packed {
    /// Its place in the folder; absolute where it is elsewhere.
    pub name: PathBuf,
    /// Where its bytes are: `images/<sha256>`.
    pub key: String,
    /// Whether it can be executed.
    pub executable: bool,
    /// When it was changed, in nanoseconds since 1970, as text: a JVM compares that.
    pub modified_ns: String,
}

/// Files of a folder.
#[derive(Clone, Debug, Default)]
pub struct Snapshot(BTreeSet<PathBuf>);

impl Snapshot {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file, or every file of a folder; what is not there is passed over.
    pub fn add(&mut self, path: &Path) -> Result<()> {
        let mut files = Vec::new();
        if path.exists() {
            collect_files(path, &mut files)?;
        }
        self.0.extend(files);
        Ok(())
    }

    /// Adds everything that the function is made of, is made to do, and that builds of it are told.
    pub fn add_function(&mut self, function: &Function) -> Result<()> {
        self.0.extend(function.code_files()?);
        let options = [&function.jvm_options, &function.native_options];
        let named = options.into_iter().flat_map(|options| &options.files);
        for path in named.map(|named| &named.path).chain(&function.files) {
            self.add(path)?;
        }
        let workloads = [Some(&function.workload), function.train_workload.as_ref()];
        for workload in workloads.into_iter().flatten() {
            if let Some(assets) = workload.assets() {
                self.add(assets.folder())?;
            }
            if let Workload::Invoke(work) = workload {
                work.invoke
                    .stdin_file
                    .iter()
                    .try_for_each(|file| self.add(file))?;
            }
        }
        Ok(())
    }

    /// Puts the files into the store, those of `dir` by their place in it.
    pub fn pack(&self, dir: &Path, store: &Store) -> Result<Vec<Packed>> {
        self.0.iter().map(|path| pack(path, dir, store)).collect()
    }
}

/// Puts one file into the store.
pub(super) fn pack(path: &Path, dir: &Path, store: &Store) -> Result<Packed> {
    let data = std::fs::metadata(path).map_err(|error| Error::io("read", path, &error))?;
    let (key, _) = store.put_addressed("images", path)?;
    let since = data.modified().ok();
    let since = since.and_then(|at| at.duration_since(SystemTime::UNIX_EPOCH).ok());
    Ok(Packed {
        name: path.strip_prefix(dir).unwrap_or(path).to_owned(),
        key,
        executable: data.permissions().mode() & 0o100 != 0,
        modified_ns: since.unwrap_or_default().as_nanos().to_string(),
    })
}

/// Puts a file of the store where it was; one that is there with the same bytes is left alone.
pub(super) fn unpack(file: &Packed, dir: &Path, store: &Store) -> Result<()> {
    let broken = |why: &str| {
        unexpected(format!("`{}` in {} is broken", file.key, store.place())).because(why)
    };
    if file.name.components().any(|part| part.as_os_str() == "..") {
        return Err(broken("its place leads elsewhere"));
    }
    let path = dir.join(&file.name);
    let digest = file.key.rsplit('/').next().unwrap_or_default();
    if path.is_file() && crate::identity::file_digest(&path).is_ok_and(|found| found == digest) {
        return Ok(());
    }
    create_dir(path.parent().unwrap_or(dir))?;
    match store.get_addressed(&file.key, &path)? {
        Got::Whole => {}
        Got::Missing => return Err(broken("it is not there")),
        Got::Broken(_) => return Err(broken("it has other bytes")),
    }
    let write = |error: std::io::Error| Error::io("write", &path, &error);
    if file.executable {
        std::fs::set_permissions(&path, PermissionsExt::from_mode(0o755)).map_err(write)?;
    }
    let modified = file.modified_ns.parse().unwrap_or_default();
    let modified = SystemTime::UNIX_EPOCH + Duration::from_nanos(modified);
    let times = FileTimes::new().set_modified(modified);
    File::open(&path)
        .and_then(|open| open.set_times(times))
        .map_err(write)
}
