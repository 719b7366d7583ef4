//! Where a project is: the one rule of every command.

use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::workdir::Workdir;

/// The configuration file's usual name.
pub const FILE_NAME: &str = "pgoctl.toml";

/// A project: its configuration file, and the folder that paths in it are relative to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Project {
    /// The configuration file, absolute. Whether it is there shows when it is read.
    pub file: PathBuf,
    /// Its folder, absolute.
    pub dir: PathBuf,
}

impl Project {
    /// The project whose file or folder was named with `--config`; otherwise that of the folder that we are in.
    pub fn find(named: Option<&Path>) -> Result<Self> {
        let file = config_file(named);
        let file = std::path::absolute(&file).map_err(|error| Error::io("find", &file, &error))?;
        let dir = file.parent().unwrap_or(Path::new("/")).to_owned();
        Ok(Self { file, dir })
    }

    /// The same for commands that can do without: `None` if none was named and there is none here.
    pub fn if_any(named: Option<&Path>) -> Result<Option<Self>> {
        let project = Self::find(named)?;
        Ok((named.is_some() || project.file.is_file()).then_some(project))
    }

    /// Where its products are kept.
    pub fn workdir(&self) -> Workdir {
        Workdir::of(&self.dir)
    }
}

/// The file that `--config` means, which may name its folder; as it was written.
pub fn config_file(named: Option<&Path>) -> PathBuf {
    match named {
        Some(folder) if folder.is_dir() => folder.join(FILE_NAME),
        Some(file) => file.to_owned(),
        None => FILE_NAME.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_project_is_named_by_its_file_or_by_its_folder() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let by_folder = Project::find(Some(dir.path())).expect("it is there");
        let by_file = Project::find(Some(&dir.path().join("pgoctl.toml"))).expect("it may be");
        assert_eq!(by_folder, by_file);
        assert_eq!(by_folder.dir, dir.path());
        let other = Project::find(Some(&dir.path().join("ci.toml"))).expect("it may be");
        assert_eq!(
            (&other.dir, other.workdir()),
            (&by_file.dir, by_file.workdir())
        );
    }

    #[test]
    fn what_was_named_is_a_project_even_if_nothing_is_there() {
        let named = Project::if_any(Some(Path::new("/no/such/pgoctl.toml")));
        assert!(named.expect("it is only looked for").is_some());
    }
}
