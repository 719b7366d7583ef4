//! What the options of a runtime or builder come to: the words in the end, and every file that is read because of them.

use std::path::{Path, PathBuf};

use super::driver_file;
use super::named::{Named, named};
use super::words::{Expanded, Reader, Word, expanded, split};
use crate::error::Result;

/// Options as the tool will see them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Every word, those of argument files and of the environment included, in the order in which they count.
    pub words: Vec<Word>,
    /// Every file and folder that they name, argument files included.
    pub files: Vec<Named>,
}

impl Options {
    /// Those of `java`: `args`, and what `environment` (`NAME=value`) gives it besides; relative paths are relative to `dir`.
    pub(super) fn of_java(args: &[String], environment: &[String], dir: &Path) -> Result<Self> {
        let of = |name: &str| of_variable(name, environment);
        // Only the launcher's own variable knows argument files; the JVM reads the others.
        let launcher = expanded(of("JDK_JAVA_OPTIONS"), Reader::Java, dir)?;
        let args = expanded(words(args, "jvm-args"), Reader::Java, dir)?;
        let plain = |name: &str| Expanded {
            words: of(name),
            files: Vec::new(),
        };
        let all = [
            plain("JAVA_TOOL_OPTIONS"),
            launcher,
            args,
            plain("_JAVA_OPTIONS"),
        ];
        Self::of(all, Reader::Java, dir)
    }

    /// Those of `native-image`; `homes` may be the user's home folder.
    pub(super) fn of_native_image(
        args: &[String],
        environment: &[String],
        dir: &Path,
        homes: &[PathBuf],
    ) -> Result<Self> {
        let users = driver_file::options(environment, dir, homes)?;
        let variable = of_variable("NATIVE_IMAGE_OPTIONS", environment);
        let variable = expanded(variable, Reader::NativeImage, dir)?;
        let args = expanded(words(args, "native-image-args"), Reader::NativeImage, dir)?;
        Self::of([users, variable, args], Reader::NativeImage, dir)
    }

    fn of<const N: usize>(all: [Expanded; N], reader: Reader, dir: &Path) -> Result<Self> {
        let mut options = Self::default();
        for expanded in all {
            let files = expanded
                .files
                .into_iter()
                .filter(|(_, path)| path.is_file());
            options.files.extend(files.map(|(word, path)| Named {
                option: word.text,
                path,
                is_code: false,
            }));
            options.files.extend(named(&expanded.words, reader, dir)?);
            options.words.extend(expanded.words);
        }
        Ok(options)
    }
}

fn words(texts: &[String], from: &str) -> Vec<Word> {
    let word = |text: &String| Word {
        text: text.clone(),
        from: from.to_owned(),
    };
    texts.iter().map(word).collect()
}

/// The words of the environment variable `name`.
fn of_variable(name: &str, environment: &[String]) -> Vec<Word> {
    let value = environment
        .iter()
        .find_map(|one| one.strip_prefix(name)?.strip_prefix('='));
    words(&split(value.unwrap_or_default()), name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environments_options_count_in_their_order_and_their_files_too() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        for (name, text) in [("args", "-DA=1"), ("agent.jar", ""), ("x", "y")] {
            std::fs::write(dir.path().join(name), text).expect("it can be written");
        }
        let environment = [
            "JDK_JAVA_OPTIONS=@args",
            "JAVA_TOOL_OPTIONS=-javaagent:agent.jar @args",
            "_JAVA_OPTIONS=-Dz=x",
        ]
        .map(str::to_owned);
        let options = Options::of_java(&["-Db=2".to_owned()], &environment, dir.path());
        let options = options.expect("all are there");
        let texts: Vec<_> = options.words.iter().map(|word| &*word.text).collect();
        assert_eq!(
            texts,
            ["-javaagent:agent.jar", "@args", "-DA=1", "-Db=2", "-Dz=x"]
        );
        let files: Vec<_> = options.files.iter().map(|file| &*file.option).collect();
        assert_eq!(files, ["-javaagent:agent.jar", "@args", "-Dz=x"]);
    }
}
