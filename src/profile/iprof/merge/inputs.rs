//! Which files a command line means: files, folders of profiles, standard input, and weights.

use std::path::{Path, PathBuf};

use super::options::MergeInput;
use crate::error::{Error, Result};

/// How far folders are followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// The files in a folder.
    Flat,
    /// Those of its folders too.
    Recursive,
}

/// The files that `path` stands for: itself, or if it is a folder, every `.iprof` and `.iprof.gz` in it by name.
///
/// Fails if there is no such file, or if a folder cannot be read or has no profile.
pub fn expand(path: &Path, depth: Depth) -> Result<Vec<PathBuf>> {
    if !path.is_dir() {
        return match path == Path::new("-") || path.exists() {
            true => Ok(vec![path.to_owned()]),
            false => Err(Error::usage(format!(
                "there is no file `{}`",
                path.display()
            ))),
        };
    }
    let mut files = Vec::new();
    gather(path, depth, &mut files)?;
    if files.is_empty() {
        let goal = format!("there is no profile in `{}`", path.display());
        let error = Error::usage(goal).because("no file in it ends in `.iprof` or `.iprof.gz`");
        return Err(match depth {
            Depth::Flat => error.hint("`--recursive` looks into its folders too"),
            Depth::Recursive => error,
        });
    }
    files.sort_unstable();
    Ok(files)
}

fn gather(folder: &Path, depth: Depth, files: &mut Vec<PathBuf>) -> Result<()> {
    let failed = |error: std::io::Error| Error::io("read", folder, &error);
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let path = entry.path();
        // A link to a folder is not followed: it may lead back here.
        if entry.file_type().map_err(failed)?.is_dir() {
            if depth == Depth::Recursive {
                gather(&path, depth, files)?;
            }
            continue;
        }
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if !name.starts_with('.') && (name.ends_with(".iprof") || name.ends_with(".iprof.gz")) {
            files.push(path);
        }
    }
    Ok(())
}

/// Reads `FILE` or `FILE:WEIGHT`, a folder giving its weight to every profile in it.
///
/// A file that is really called `x:3` is that file.
pub fn weighted(word: &str, depth: Depth) -> Result<Vec<MergeInput>> {
    let (path, weight) = match word.rsplit_once(':') {
        Some((path, weight)) if !Path::new(word).exists() => match weight.parse::<u64>() {
            Ok(0) => {
                return Err(Error::usage(format!("the weight of `{path}` is 0"))
                    .hint("leave the file out instead"));
            }
            Ok(weight) => (path, weight),
            Err(_) => (word, 1),
        },
        _ => (word, 1),
    };
    let files = expand(Path::new(path), depth)?.into_iter();
    Ok(files.map(|path| MergeInput { path, weight }).collect())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    fn folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("deep")).unwrap();
        for name in [
            "b.iprof",
            "a.iprof.gz",
            "notes.txt",
            ".tmp-x.iprof",
            "deep/c.iprof",
        ] {
            std::fs::write(folder.path().join(name), "").unwrap();
        }
        folder
    }

    #[test]
    fn a_folder_is_its_profiles_by_name() {
        let folder = folder();
        let names = |depth| {
            let files = expand(folder.path(), depth).unwrap();
            let names = files
                .iter()
                .map(|file| file.strip_prefix(folder.path()).unwrap().to_owned());
            names
                .map(|name| name.to_string_lossy().into_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(names(Depth::Flat), ["a.iprof.gz", "b.iprof"]);
        assert_eq!(
            names(Depth::Recursive),
            ["a.iprof.gz", "b.iprof", "deep/c.iprof"]
        );
    }

    #[test]
    fn a_folder_without_profiles_is_a_mistake() {
        let folder = tempfile::tempdir().unwrap();
        assert!(expand(folder.path(), Depth::Flat).is_err());
    }

    #[test]
    fn a_weight_follows_a_colon_unless_the_file_is_called_so() {
        let folder = folder();
        let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
        let one = |word: &str| weighted(word, Depth::Flat).unwrap().swap_remove(0);
        assert_eq!(one(&path("b.iprof:7")).weight, 7);
        std::fs::write(path("b.iprof:7"), "").unwrap();
        assert_eq!(one(&path("b.iprof:7")), MergeInput::new(path("b.iprof:7")));
        assert_eq!(
            weighted(&format!("{}:2", folder.path().display()), Depth::Flat)
                .unwrap()
                .len(),
            2
        );
        for word in [
            "b.iprof:0",
            "b.iprof:x",
            "b.iprof:-1",
            "b.iprof:",
            "missing",
            "missing:3",
        ] {
            assert!(weighted(&path(word), Depth::Flat).is_err(), "{word}");
        }
    }
}
