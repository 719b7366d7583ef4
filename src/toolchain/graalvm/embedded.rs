//! Java sources in this binary, which a home's own `javac` compiles on first use.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use include_dir::{Dir, DirEntry};

use crate::error::{Error, Result};
use crate::identity::bytes_digest;
use crate::workdir;

/// Every source file below `dir`: its path there, and its bytes.
pub(super) fn sources(dir: &'static Dir<'static>) -> Vec<(&'static Path, &'static [u8])> {
    fn walk(dir: &'static Dir<'static>, files: &mut Vec<(&'static Path, &'static [u8])>) {
        for entry in dir.entries() {
            match entry {
                DirEntry::Dir(dir) => walk(dir, files),
                DirEntry::File(file) => files.push((file.path(), file.contents())),
            }
        }
    }
    let mut files = Vec::new();
    walk(dir, &mut files);
    files.sort();
    files
}

/// A digest over all of them and `more` that shapes what is compiled.
pub(super) fn digest(dir: &'static Dir<'static>, more: &str) -> String {
    let mut all = more.to_owned();
    for (path, bytes) in sources(dir) {
        write!(all, "\n{} {}", path.display(), bytes_digest(bytes))
            .expect("a string takes everything");
    }
    bytes_digest(all.as_bytes())
}

/// Writes them below `folder`; returns where each one is.
pub(super) fn write(dir: &'static Dir<'static>, folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for (path, bytes) in sources(dir) {
        let file = folder.join(path);
        workdir::create_dir(file.parent().unwrap_or(folder))?;
        std::fs::write(&file, bytes).map_err(|error| Error::io("write", &file, &error))?;
        files.push(file);
    }
    Ok(files)
}
