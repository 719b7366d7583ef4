//! The one door to the environment.

use std::ffi::OsString;
use std::path::PathBuf;

use crate::error::{Error, ErrorKind, Result};
use crate::plan::OPTION_VARIABLES;
use crate::toolchain::install::user_data_dir;

/// One variable of the environment.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the door to the environment"
)]
pub(crate) fn variable(name: &str) -> Option<OsString> {
    std::env::var_os(name)
}

/// This very program.
pub(super) fn this_program() -> Result<PathBuf> {
    std::env::current_exe().map_err(|error| {
        Error::new(ErrorKind::Unexpected, "could not find this very program")
            .because(error.to_string())
    })
}

/// The user's cache folder: `XDG_CACHE_HOME`, else `.cache` in the home folder (XDG Base Directory Specification).
pub(super) fn cache_dir() -> Option<PathBuf> {
    let folder = |name| {
        variable(name)
            .map(PathBuf::from)
            .filter(|folder| folder.is_absolute())
    };
    folder("XDG_CACHE_HOME").or_else(|| Some(folder("HOME")?.join(".cache")))
}

/// The user's data folder, from the environment.
pub(crate) fn data_dir() -> Result<PathBuf> {
    user_data_dir(&variable)
}

/// What the tools will find in the environment besides their command lines.
pub(crate) fn tool_options() -> Vec<String> {
    let set = |name: &&str| {
        let value = variable(name).filter(|value| !value.is_empty())?;
        Some(format!("{name}={}", value.to_string_lossy()))
    };
    OPTION_VARIABLES.iter().filter_map(set).collect()
}

/// What may be the user's home folder: a JVM and native-image ask the system's list of users; `HOME` is usually the same.
pub(crate) fn user_homes() -> Vec<PathBuf> {
    let listed = nix::unistd::User::from_uid(nix::unistd::getuid());
    let listed = listed.ok().flatten().map(|user| user.dir);
    let said = variable("HOME").map(PathBuf::from);
    listed
        .into_iter()
        .chain(said)
        .filter(|folder| folder.is_absolute())
        .collect()
}

pub(crate) fn absolute(path: PathBuf) -> PathBuf {
    std::path::absolute(&path).unwrap_or(path)
}
