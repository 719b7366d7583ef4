//! The profiles that an image is made of, here as files.

use std::path::Path;

use crate::error::{Error, ErrorKind, Result};
use crate::identity::file_digest;
use crate::profile::shared::Sheet;
use crate::store::Store;
use crate::workdir::create_dir;

/// Gets the profiles that are not there yet, and checks all of them.
pub fn fetch(store: &Store, folder: &Path, keys: &[String]) -> Result<()> {
    create_dir(folder)?;
    for (number, key) in keys.iter().enumerate() {
        let file = folder.join(format!("{:06}.iprof", number + 1));
        fetch_one(store, key, &file)?;
    }
    Ok(())
}

/// Gets the profile `key` into `file`, unless it is there, and checks it.
pub fn fetch_one(store: &Store, key: &str, file: &Path) -> Result<()> {
    let origin = format!("{}.json", key.trim_end_matches(".iprof"));
    let missing = || {
        Error::new(
            ErrorKind::Training,
            format!("`{key}` is not in the store any more"),
        )
    };
    let origin = store.get(&origin)?.ok_or_else(missing)?;
    let origin: Sheet = serde_json::from_slice(&origin).map_err(|error| {
        Error::new(
            ErrorKind::Training,
            format!("the origin of `{key}` cannot be read"),
        )
        .because(error.to_string())
    })?;
    let whole =
        |file: &Path| file_digest(file).is_ok_and(|digest| digest == origin.provenance.sha256);
    if whole(file) {
        return Ok(());
    }
    if !store.get_to_file(key, file)? {
        return Err(missing());
    }
    if !whole(file) {
        return Err(Error::new(
            ErrorKind::Training,
            format!("`{key}` has other bytes than it had when it was stored"),
        )
        .hint("`pgoctl store verify` finds all such objects"));
    }
    Ok(())
}
