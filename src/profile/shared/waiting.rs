//! Profiles that wait in a folder for their store: each with its sheet beside it, written last, as in the store itself.

use std::fs;
use std::path::{Path, PathBuf};

use super::push::put;
use super::sheet::Sheet;
use crate::error::{Error, Result};
use crate::store::{Created, Store};
use crate::workdir::write_atomically;

/// Lets a whole profile wait: from now on it is found by [`waiting`].
///
/// # Errors
///
/// A file that cannot be written.
pub fn wait(file: &Path, sheet: &Sheet) -> Result<()> {
    let text = serde_json::to_vec_pretty(sheet).expect("it has only string keys");
    fs::File::open(file)
        .and_then(|profile| profile.sync_all())
        .map_err(|error| Error::io("keep", file, &error))?;
    write_atomically(&file.with_extension("json"), &text)
}

/// What waits in `folder`, in the order of names; a sheet whose profile is gone, as a death leaves it, goes too.
pub fn waiting(folder: &Path) -> Vec<(PathBuf, Sheet)> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut found = Vec::new();
    for path in entries.map(|entry| entry.path()) {
        let sheet = path.with_extension("json");
        match path.extension().and_then(|extension| extension.to_str()) {
            Some("iprof") => {
                let text = fs::read(&sheet).ok();
                let sheet = text.and_then(|text| serde_json::from_slice(&text).ok());
                found.extend(sheet.map(|sheet| (path, sheet)));
            }
            Some("json") if !path.with_extension("iprof").is_file() => {
                let _ = fs::remove_file(&path);
            }
            _ => {}
        }
    }
    found.sort_by(|one: &(PathBuf, Sheet), other| one.0.cmp(&other.0));
    found
}

/// Puts a waiting profile into its store, and takes it away here; its key, and whether it was new there.
///
/// # Errors
///
/// As [`put`]: then it waits on.
pub fn hand_over(store: &Store, file: &Path, sheet: &Sheet) -> Result<(String, Created)> {
    let handed = put(store, sheet, file)?;
    let _ = fs::remove_file(file);
    let _ = fs::remove_file(file.with_extension("json"));
    Ok(handed)
}
