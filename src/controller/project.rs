//! The projects of functions' versions: a folder each, with the JAR and a `pgoctl.toml` that every other command understands.

use std::path::{Path, PathBuf};

use super::manifest::{JAR, Manifest};
use super::state::State;
use crate::error::{Error, Result};
use crate::store::{Got, Store};
use crate::workdir::create_dir;

/// The folder of a version in the controller's folder.
pub fn folder(home: &Path, function: &str, version: &str) -> PathBuf {
    home.join("functions").join(function).join(version)
}

/// The file of the project of the version in `state`; `None` where its JAR is not here.
pub fn here(home: &Path, state: &State) -> Result<Option<PathBuf>> {
    let folder = folder(home, &state.function, &state.version);
    let jar = folder.join(JAR);
    if !jar.is_file() {
        return Ok(None);
    }
    let manifest = Manifest {
        function: state.manifest.clone(),
        jar: state.jar.clone(),
    };
    manifest.write(&state.function, &folder, &jar).map(Some)
}

/// Gets the JAR of that version from the store, where it is not here.
pub fn fetch(home: &Path, store: &Store, state: &State) -> Result<()> {
    let folder = folder(home, &state.function, &state.version);
    let jar = folder.join(JAR);
    if jar.is_file() {
        return Ok(());
    }
    create_dir(&folder)?;
    let key = format!("jars/{}", state.jar);
    match store.get_addressed(&key, &jar)? {
        Got::Whole => Ok(()),
        Got::Missing => Err(Error::usage(format!("`{key}` is not in {}", store.place()))
            .hint("install the function again")),
        Got::Broken(_) => Err(Error::usage(format!(
            "`{key}` in {} has other bytes",
            store.place()
        ))
        .hint("`pgoctl store verify` finds all such objects")),
    }
}
