//! The file of properties that `native-image` reads before everything else: `NATIVE_IMAGE_CONFIG_FILE`, otherwise
//! `.native-image/native-image.properties` in the user's home folder
//! (graalvm.org, Native Image, "Order of Arguments Evaluation" and "User-defined configuration").

use std::path::{Path, PathBuf};

use super::words::{Expanded, Reader, Word, expanded, split};
use crate::error::Result;

/// The variable that names another file.
const VARIABLE: &str = "NATIVE_IMAGE_CONFIG_FILE";
/// The usual file, below the home folder.
const USUAL: &str = ".native-image/native-image.properties";
/// Who names that one.
pub(crate) const HOME: &str = "~";
/// The property that gives options.
const ARGUMENTS: &str = "NativeImageArgs";

/// The files that are read, each with whoever names it: none that is not there, for the driver passes over such a one.
///
/// `homes` are the folders that may be the user's home: the driver asks the system's list of users, not `HOME`.
fn files(environment: &[String], dir: &Path, homes: &[PathBuf]) -> Vec<(&'static str, PathBuf)> {
    let named = environment.iter().find_map(|one| {
        let value = one.strip_prefix(VARIABLE)?.strip_prefix('=')?;
        (!value.is_empty()).then(|| dir.join(value))
    });
    let mut files: Vec<_> = match named {
        Some(path) => vec![(VARIABLE, path)],
        None => homes.iter().map(|home| (HOME, home.join(USUAL))).collect(),
    };
    files.retain(|(_, path)| path.is_file());
    files.dedup();
    files
}

/// The options that it gives and the files that they come from.
pub(super) fn options(environment: &[String], dir: &Path, homes: &[PathBuf]) -> Result<Expanded> {
    let mut all = Expanded::default();
    for (named_by, path) in files(environment, dir, homes) {
        let bytes = std::fs::read(&path).unwrap_or_default();
        let from = path.display().to_string();
        let words = split(&arguments(&String::from_utf8_lossy(&bytes)));
        let word = |text| Word {
            text,
            from: from.clone(),
        };
        let words = words.into_iter().map(word).collect();
        let inner = expanded(words, Reader::NativeImage, dir)?;
        let named_by = Word {
            text: named_by.to_owned(),
            from: "native-image".to_owned(),
        };
        all.files.push((named_by, path));
        all.files.extend(inner.files);
        all.words.extend(inner.words);
    }
    Ok(all)
}

/// The value of `NativeImageArgs` in a file of properties: `\` at the end of a line continues it.
fn arguments(text: &str) -> String {
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let mut whole = line.trim_start().to_owned();
        if whole.starts_with(['#', '!']) {
            continue;
        }
        while whole.ends_with('\\') {
            let Some(next) = lines.next() else { break };
            whole.pop();
            whole += next.trim_start();
        }
        let value = whole.strip_prefix(ARGUMENTS).map(str::trim_start);
        match value {
            Some(value) if value.starts_with(['=', ':']) => return value[1..].trim().to_owned(),
            _ => {}
        }
    }
    String::new()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# mine\nOther = -x\nNativeImageArgs = -O1 \\\n    --verbose\n";

    fn texts(expanded: &Expanded) -> Vec<&str> {
        expanded.words.iter().map(|word| &*word.text).collect()
    }

    #[test]
    fn the_file_in_the_home_folder_counts_unless_the_variable_names_another() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let home = dir.path().join("home");
        let folder = home.join(".native-image");
        std::fs::create_dir_all(&folder).expect("it can be made");
        std::fs::write(folder.join("native-image.properties"), TEXT).expect("it can be written");
        std::fs::write(dir.path().join("my own.properties"), "NativeImageArgs: -O3")
            .expect("it can be written");
        let homes = [home.clone(), home, "/nowhere".into()];
        let of = |environment: &[String]| {
            options(environment, dir.path(), &homes).expect("they can be read")
        };
        let usual = of(&[]);
        assert_eq!(texts(&usual), ["-O1", "--verbose"]);
        assert_eq!(usual.files.len(), 1);
        let named = of(&["NATIVE_IMAGE_CONFIG_FILE=my own.properties".to_owned()]);
        assert_eq!(texts(&named), ["-O3"]);
        assert_eq!(named.files[0].1, dir.path().join("my own.properties"));
        let missing = of(&["NATIVE_IMAGE_CONFIG_FILE=none".to_owned()]);
        assert_eq!(missing, Expanded::default());
    }
}
