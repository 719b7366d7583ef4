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

/// What waits in `folder`, in the order of names.
pub fn waiting(folder: &Path) -> Vec<(PathBuf, Sheet)> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut profiles: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    profiles.retain(|path| path.extension().is_some_and(|ending| ending == "iprof"));
    profiles.sort();
    let sheet = |path: PathBuf| {
        let text = fs::read(path.with_extension("json")).ok()?;
        Some((path, serde_json::from_slice(&text).ok()?))
    };
    profiles.into_iter().filter_map(sheet).collect()
}

/// Puts a waiting profile into its store, and takes it away here; its key, and whether it was new there.
///
/// # Errors
///
/// As [`put`]: then it waits on.
pub fn hand_over(store: &Store, file: &Path, sheet: &Sheet) -> Result<(String, Created)> {
    let handed = put(store, sheet, file)?;
    // The sheet first: a profile without one does not wait.
    let _ = fs::remove_file(file.with_extension("json"));
    let _ = fs::remove_file(file);
    Ok(handed)
}
