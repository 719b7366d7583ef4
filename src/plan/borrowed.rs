//! `--profile-from`: the profiles of another function, or those at a path, for `native-pgo`.

use std::path::Path;

use crate::error::{Error, Result};
use crate::profile::stored::{self, Stored};
use crate::warning::{Warning, WarningKind};
use crate::workdir::Workdir;

/// The stored profiles of the function that was named, and what is to be said about them.
pub(super) fn borrowed(name: &str, workdir: &Workdir, function: &str) -> Result<(Stored, Warning)> {
    if name.contains('/') {
        return borrowed_files(Path::new(name), function);
    }
    let stored = stored::newest(&workdir.profiles(name)).ok_or_else(|| {
        Error::usage(format!("there are no stored profiles of `{name}`"))
            .hint("`pgoctl suggest` says whose profiles there are, and how well they fit")
    })?;
    let message = format!(
        "native-pgo of `{function}` is built with {} profiles of `{name}`, not with its own",
        stored.profiles.len()
    );
    let warning = Warning::new(WarningKind::BorrowedProfile, message)
        .hint("without `--profile-from` it is trained itself");
    Ok((stored, warning))
}

/// A profile that is named by its path, or all those of a folder.
fn borrowed_files(path: &Path, function: &str) -> Result<(Stored, Warning)> {
    let stored = stored::at(path).ok_or_else(|| {
        Error::usage(format!("`{}` has no `.iprof` profile", path.display()))
            .hint("name one file, or a folder of them; a name without `/` means a function")
    })?;
    let message = format!(
        "native-pgo of `{function}` is built with the {} in `{}`, not with its own training",
        match stored.profiles.len() {
            1 => "profile".to_owned(),
            profiles => format!("{profiles} profiles"),
        },
        path.display()
    );
    let warning = Warning::new(WarningKind::BorrowedProfile, message)
        .hint("without `--profile-from` it is trained itself");
    Ok((stored, warning))
}
