//! The words of a command line as `java` and `native-image` read them: argument files put in their place.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};

/// Whose words they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    /// `java`: a word of an argument file is never an argument file itself.
    Java,
    /// `native-image`: it may be.
    NativeImage,
}

/// Argument files in argument files: more than this name each other.
const DEEPEST: usize = 32;

/// One word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// It.
    pub text: String,
    /// Where it stands: `jvm-args`, `JAVA_TOOL_OPTIONS`, `@args.txt`.
    pub from: String,
}

/// The words that stand in the end, and the files that they were read from, each with the word that named it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Expanded {
    pub(super) words: Vec<Word>,
    pub(super) files: Vec<(Word, PathBuf)>,
}

/// Puts the words of argument files (`@FILE`, relative to `dir`, and of `-XX:VMOptionsFile=`) in their place.
pub(super) fn expanded(words: Vec<Word>, reader: Reader, dir: &Path) -> Result<Expanded> {
    let mut done = Expanded::default();
    let mut open: VecDeque<(Word, usize)> = words.into_iter().map(|word| (word, 0)).collect();
    let mut at_files = true;
    while let Some((word, depth)) = open.pop_front() {
        if word.text == "--disable-@files" {
            at_files = false;
        }
        let may = at_files && (depth == 0 || reader == Reader::NativeImage);
        let named = match word.text.strip_prefix('@') {
            // `@@x` is the word `@x`.
            Some(name) if may && !name.starts_with('@') => Some(name),
            _ if depth == 0 => word.text.strip_prefix("-XX:VMOptionsFile="),
            _ => None,
        };
        let Some(path) = named.map(|name| dir.join(name)) else {
            done.words.push(word);
            continue;
        };
        if depth == DEEPEST {
            return Err(
                Error::usage(format!("the argument file `{}` names itself", word.text))
                    .hint("correct the argument files"),
            );
        }
        let text = std::fs::read_to_string(&path).map_err(|error| {
            Error::usage(format!(
                "could not read `{}`, which {} names",
                word.text,
                from(&word)
            ))
            .because(format!("`{}`: {error}", path.display()))
            .hint("paths in options are relative to the folder of the configuration file")
        })?;
        let inner = split(&text).into_iter().rev().map(|text| Word {
            text,
            from: word.text.clone(),
        });
        for inner in inner {
            open.push_front((inner, depth + 1));
        }
        done.files.push((word, path));
    }
    Ok(done)
}

/// Where a word stands, in a sentence.
pub(super) fn from(word: &Word) -> String {
    format!("`{}`", word.from)
}

/// The words of an argument file, or of a variable of options: quotes, `\` escapes within them, `#` begins a comment.
pub(super) fn split(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match (c, quote) {
            ('\\', Some(_)) => match chars.next() {
                // A quoted word goes on in the next line, without what it is indented by.
                Some('\n') => while chars.next_if(|c| matches!(c, ' ' | '\t')).is_some() {},
                Some('n') => word.get_or_insert_default().push('\n'),
                Some('t') => word.get_or_insert_default().push('\t'),
                Some(other) => word.get_or_insert_default().push(other),
                None => {}
            },
            (c, Some(open)) if c == open => quote = None,
            (c, Some(_)) => word.get_or_insert_default().push(c),
            ('"' | '\'', None) => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            ('#', None) if word.is_none() => {
                let _ = chars.by_ref().find(|c| *c == '\n');
            }
            (c, None) if c.is_whitespace() => words.extend(word.take()),
            (c, None) => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(dir: &Path, reader: Reader, words: &[&str]) -> Result<Expanded> {
        let word = |text: &&str| Word {
            text: (*text).to_owned(),
            from: "jvm-args".to_owned(),
        };
        expanded(words.iter().map(word).collect(), reader, dir)
    }

    fn texts(expanded: &Expanded) -> Vec<&str> {
        expanded
            .words
            .iter()
            .map(|word| word.text.as_str())
            .collect()
    }

    #[test]
    fn words_are_split_as_the_launcher_splits_them() {
        let text = "-Da=1 # no\n\"-Db=c d\"'e' -Df=\\g\n# nor this\n\"h\\\\i\\\n   j\"";
        assert_eq!(split(text), ["-Da=1", "-Db=c de", "-Df=\\g", "h\\ij"]);
    }

    #[test]
    fn argument_files_stand_for_their_words_and_nest_where_the_tool_lets_them() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        std::fs::write(dir.path().join("a"), "-A @b").expect("it can be written");
        std::fs::write(dir.path().join("b"), "-B").expect("it can be written");
        let all = ["-1", "@a", "@@a", "-2"];
        let native = words(dir.path(), Reader::NativeImage, &all).expect("they are there");
        assert_eq!(texts(&native), ["-1", "-A", "-B", "@@a", "-2"]);
        assert_eq!(native.files.len(), 2);
        assert_eq!(native.words[2].from, "@b");
        let java = words(dir.path(), Reader::Java, &all).expect("they are there");
        assert_eq!(texts(&java), ["-1", "-A", "@b", "@@a", "-2"]);
        let off = words(dir.path(), Reader::Java, &["--disable-@files", "@a"]);
        assert_eq!(
            texts(&off.expect("they are words")),
            ["--disable-@files", "@a"]
        );
    }

    #[test]
    fn files_of_vm_options_are_read_too() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        std::fs::write(dir.path().join("vm"), "-XX:+UseSerialGC").expect("it can be written");
        let java = words(dir.path(), Reader::Java, &["-XX:VMOptionsFile=vm"]).expect("it is there");
        assert_eq!(texts(&java), ["-XX:+UseSerialGC"]);
    }

    #[test]
    fn a_missing_argument_file_and_one_that_names_itself_are_errors() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let missing = words(dir.path(), Reader::Java, &["@no"]).expect_err("it is not there");
        assert!(missing.summary().contains("`@no`"), "{missing}");
        std::fs::write(dir.path().join("me"), "@me").expect("it can be written");
        let own = words(dir.path(), Reader::NativeImage, &["@me"]).expect_err("it has no end");
        assert!(own.summary().contains("names itself"), "{own}");
    }
}
