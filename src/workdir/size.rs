//! How large a product is: files, each once, and what they are, in words that a reader can check.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};

/// Bytes on disk, and what they count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Size {
    /// The files together.
    pub bytes: u64,
    /// What they are: `the executable, 2 shared libraries beside it, 3 files (`files`)`.
    pub counts: String,
    seen: BTreeSet<PathBuf>,
}

impl Size {
    /// What is counted of a native image.
    pub const EXECUTABLE: &str = "the executable";
    /// Of a native image that a host loads: the host is not shipped.
    pub const LIBRARY: &str = "the shared library";
    /// What is counted where nothing is built.
    pub const CODE: &str = "the JARs and classes";
    /// What is counted where that has an archive.
    pub const CODE_AND_ARCHIVE: &str = "the JARs and classes, and the archive";

    /// Whether these words say nothing that needs to be said: all that was asked for is one of the above.
    pub fn is_ordinary(counts: &str) -> bool {
        [
            Self::EXECUTABLE,
            Self::LIBRARY,
            Self::CODE,
            Self::CODE_AND_ARCHIVE,
        ]
        .contains(&counts)
    }

    /// The size of `files`, which are called `what`.
    pub fn of<'a>(files: impl IntoIterator<Item = &'a Path>, what: &str) -> Result<Self> {
        let mut size = Self {
            bytes: 0,
            counts: what.to_owned(),
            seen: BTreeSet::new(),
        };
        for file in files {
            size.add(file)?;
        }
        Ok(size)
    }

    /// With `files` too, which are called `what` in the plural; those that are counted already count no second time.
    pub fn and(mut self, files: &[PathBuf], what: &str) -> Result<Self> {
        let before = self.seen.len();
        for file in files {
            self.add(file)?;
        }
        match self.seen.len() - before {
            0 => {}
            more => self.counts += &format!(", {more} {what}"),
        }
        Ok(self)
    }

    /// With what the configuration file names in `files`.
    pub fn and_files(self, files: &[PathBuf]) -> Result<Self> {
        self.and(files, "of `files`")
    }

    fn add(&mut self, file: &Path) -> Result<()> {
        let fail = |error: std::io::Error| Error::io("read", file, &error);
        if self.seen.insert(file.canonicalize().map_err(fail)?) {
            self.bytes += std::fs::metadata(file).map_err(fail)?.len();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_counts_once_and_is_told() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let file = |name: &str, bytes: usize| {
            let path = dir.path().join(name);
            std::fs::write(&path, vec![0; bytes]).expect("it can be written");
            path
        };
        let (app, library, data) = (file("app", 100), file("libx.so", 30), file("data", 7));
        let app = Size::of([app.as_path()], "the named file").expect("it is there");
        assert_eq!((app.bytes, app.counts.as_str()), (100, "the named file"));
        let files = [data, library.clone()];
        let more = app
            .and(&[library], "shared libraries beside it")
            .expect("they are there");
        let more = more.and_files(&files).expect("they are there");
        assert_eq!(more.bytes, 137);
        assert_eq!(
            more.counts,
            "the named file, 1 shared libraries beside it, 1 of `files`"
        );
        assert!(more.and_files(&[dir.path().join("gone")]).is_err());
    }
}
