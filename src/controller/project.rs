//! The projects of functions' versions: a folder each, with the JAR and a `pgoctl.toml` that every other command understands.

use std::path::PathBuf;

use super::manifest::{JAR, Manifest};
use super::runnable::Tools;
use super::state::State;
use crate::error::{Error, Result};
use crate::store::{Got, Store};
use crate::workdir::create_dir;

/// The file of the project of the version in `state`; `None` where its JAR is not here.
pub fn here(tools: &Tools, state: &State) -> Result<Option<PathBuf>> {
    let folder = tools.version_folder(&state.function, &state.version);
    let jar = folder.join(JAR);
    if !jar.is_file() {
        return Ok(None);
    }
    let manifest = Manifest {
        function: state.manifest.clone(),
        jar: state.jar.clone(),
    };
    let engine = tools.engine.as_ref();
    manifest
        .write(&state.function, &folder, &jar, engine)
        .map(Some)
}

/// Gets the JAR of that version from the store, where it is not here.
pub fn fetch(tools: &Tools, store: &Store, state: &State) -> Result<()> {
    let folder = tools.version_folder(&state.function, &state.version);
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
