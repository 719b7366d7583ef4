//! `files = […]` of a function: what ships with it besides its code, by paths, folders and patterns.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use crate::error::{Error, Result};

/// Every file that `patterns` mean, each once however it is reached; relative ones are relative to `dir`.
///
/// A folder means all files in it and below. Fails where one means no file, or is no pattern.
pub(super) fn find(patterns: &[String], dir: &Path) -> Result<Vec<PathBuf>> {
    let mut found = BTreeSet::new();
    for pattern in patterns {
        let here = glob::Pattern::escape(&dir.to_string_lossy());
        let whole = Path::new(&here).join(pattern);
        let paths = glob::glob(&whole.to_string_lossy()).map_err(|error| {
            Error::usage(format!("`{pattern}` in `files` is not a pattern"))
                .because(error.to_string())
        })?;
        let mut any = false;
        for path in paths {
            let path = path.map_err(|error| {
                let place = error.path().to_owned();
                Error::io("read", &place, &error.into())
            })?;
            let files = files_at(&path)?;
            any |= !files.is_empty();
            // `libx.so` and `libx.so.1` are often links to one file.
            found.extend(
                files
                    .into_iter()
                    .map(|file| file.canonicalize().unwrap_or(file)),
            );
        }
        if !any {
            return Err(Error::usage(format!(
                "there is no file `{}`, which `files` names",
                dir.join(pattern).display()
            ))
            .hint("build it first, or correct `files` in the configuration file"));
        }
    }
    Ok(found.into_iter().collect())
}

/// The file at `path`, or all in that folder. Links to folders are not followed: they may lead back.
fn files_at(path: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in WalkDir::new(path) {
        let entry = entry.map_err(|error| {
            let place = error.path().unwrap_or(path).to_owned();
            Error::io("read", &place, &error.into())
        })?;
        if entry.path().is_file() {
            files.push(entry.into_path());
        }
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_folders_and_patterns_are_files_each_once() {
        let dir = tempfile::Builder::new()
            .prefix("[odd] ")
            .tempdir()
            .expect("a temporary directory");
        let root = dir.path().canonicalize().expect("it is there");
        std::fs::create_dir_all(root.join("lib/deep")).expect("it can be created");
        for name in ["lib/liba.so.1", "lib/deep/b.dat", "lib/readme.txt"] {
            std::fs::write(root.join(name), name).expect("it can be written");
        }
        std::os::unix::fs::symlink("liba.so.1", root.join("lib/liba.so")).expect("a link");
        let names = |patterns: &[&str]| {
            let patterns: Vec<String> = patterns.iter().map(ToString::to_string).collect();
            let found = find(&patterns, &root)?;
            let short = |path: &PathBuf| {
                path.strip_prefix(&root)
                    .map(|path| path.to_string_lossy().into_owned())
            };
            Ok::<_, Error>(found.iter().flat_map(short).collect::<Vec<_>>())
        };
        let of = |patterns: &[&str]| names(patterns).expect("they are there");
        assert_eq!(of(&["lib/*.so*"]), ["lib/liba.so.1"]);
        assert_eq!(
            of(&["lib/liba.so", "lib"]),
            ["lib/deep/b.dat", "lib/liba.so.1", "lib/readme.txt"]
        );
        assert_eq!(of(&["lib/**/*.dat"]), ["lib/deep/b.dat"]);
        assert!(of(&[]).is_empty());
        for wrong in ["lib/*.dll", "none", "lib/***"] {
            assert!(names(&["lib", wrong]).is_err(), "{wrong}");
        }
    }
}
