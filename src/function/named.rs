//! Files and folders that options name: what a JVM or native-image reads because of them belongs to the identity.
//!
//! [`ROWS`] are the options that are known; of every other option the value counts that is an existing file or folder, unless
//! the option is one that says where to write ([`WRITES`]).

use std::path::{Path, PathBuf};

use super::class_path;
use super::words::{Reader, Word, from};
use crate::error::{Error, Result};

/// A file or folder that is read because an option names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// The option as it was given.
    pub option: String,
    /// What it names, absolute.
    pub path: PathBuf,
    /// It is code, and has to be shipped with the function.
    pub is_code: bool,
}

/// How an option's value names files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// One file or folder.
    One,
    /// Several, between commas.
    Commas,
    /// Several, between colons.
    Path,
    /// One, with options of its own behind `=`.
    Agent,
    /// `MODULE=` and several between colons.
    Patch,
}

#[derive(Debug)]
struct Row {
    /// The option: up to its value, or a word of its own before it.
    option: &'static str,
    form: Form,
    /// It is code.
    is_code: bool,
    /// The tool passes over it silently, or fails late, where it is missing.
    must_exist: bool,
}

const fn row(option: &'static str, form: Form, is_code: bool, must_exist: bool) -> Row {
    Row {
        option,
        form,
        is_code,
        must_exist,
    }
}

use Form::{Agent, Commas, One, Patch, Path as Colons};

/// The options that are known to name files.
#[rustfmt::skip] // one row, one line: it is read as a table
static ROWS: [Row; 34] = [
    // java
    row("-javaagent:", Agent, true, true),
    row("-agentpath:", Agent, true, true),
    row("-Xbootclasspath/a:", Colons, true, false),
    row("-p", Colons, true, false),
    row("--module-path", Colons, true, false),
    row("--upgrade-module-path", Colons, true, false),
    row("--patch-module", Patch, true, true),
    row("-XX:Flags=", One, false, true),
    row("-XX:SharedArchiveFile=", Colons, false, false),
    row("-XX:SharedClassListFile=", One, false, false),
    row("-XX:AOTCache=", One, false, false),
    row("-XX:AOTConfiguration=", One, false, false),
    row("-XX:CompileCommandFile=", One, false, true),
    row("-XX:CompilerDirectivesFile=", One, false, true),
    row("-Djava.util.logging.config.file=", One, false, false),
    row("-Djava.library.path=", Colons, false, false),
    row("-Djava.security.properties=", One, false, false),
    row("-Djava.security.policy=", One, false, false),
    // native-image
    row("-H:ConfigurationFileDirectories=", Commas, false, true),
    row("-H:ReflectionConfigurationFiles=", Commas, false, true),
    row("-H:ResourceConfigurationFiles=", Commas, false, true),
    row("-H:JNIConfigurationFiles=", Commas, false, true),
    row("-H:DynamicProxyConfigurationFiles=", Commas, false, true),
    row("-H:SerializationConfigurationFiles=", Commas, false, true),
    row("-H:SerializationDenyConfigurationFiles=", Commas, false, true),
    row("-H:PredefinedClassesConfigurationFiles=", Commas, false, true),
    row("-H:SubstitutionFiles=", Commas, false, true),
    row("-H:CLibraryPath=", Commas, false, true),
    row("-H:CCompilerPath=", One, false, true),
    row("-H:LayerUse=", Commas, false, true),
    row("--native-compiler-path", One, false, true),
    row("--exact-reachability-metadata-path", Colons, false, false),
    row("--link-at-build-time-paths", Colons, false, false),
    row("--bundle-apply", Commas, false, true),
];

/// Options that say where to write, or name what is no input: what is there is not read.
const WRITES: [&str; 28] = [
    "-Xlog",
    "-Xloggc:",
    "-XX:HeapDumpPath=",
    "-XX:ErrorFile=",
    "-XX:LogFile=",
    "-XX:DumpLoadedClassList=",
    "-XX:ArchiveClassesAtExit=",
    "-XX:AOTCacheOutput=",
    "-XX:StartFlightRecording",
    "-XX:FlightRecorderOptions",
    "-XX:OnError=",
    "-XX:OnOutOfMemoryError=",
    "-Djava.io.tmpdir=",
    "-Djava.home=",
    "-Duser.dir=",
    "-Duser.home=",
    "-Djava.security.egd=",
    "-Dlogging.file",
    "-Dlogging.path=",
    "-H:ErrorFile=",
    "-H:DiagnosticsDir=",
    "-H:DumpPath=",
    "-H:MetricsFile=",
    "-H:ReportsPath=",
    "-H:TempDirectory=",
    "-H:BuildOutputJSONFile=",
    "--bundle-create",
    "--emit",
];

/// Every file and folder that `words` name; an error for a missing one that the tool would pass over.
pub(super) fn named(words: &[Word], reader: Reader, dir: &Path) -> Result<Vec<Named>> {
    let mut named = Vec::new();
    let mut words = words.iter().peekable();
    while let Some(word) = words.next() {
        // `-J…` is an option of the JVM that runs the builder.
        let text = word
            .text
            .strip_prefix("-J")
            .filter(|_| reader == Reader::NativeImage);
        let text = without_origin(text.unwrap_or(&word.text));
        if WRITES.iter().any(|option| text.starts_with(option)) {
            continue;
        }
        match ROWS
            .iter()
            .find_map(|row| Some((row, value_of(row, &text)?)))
        {
            Some((row, Some(value))) => known(row, word, &value, dir, &mut named)?,
            Some((row, None)) => {
                if let Some(value) = words.next() {
                    let both = Word {
                        text: format!("{} {}", word.text, value.text),
                        from: word.from.clone(),
                    };
                    known(row, &both, &value.text, dir, &mut named)?;
                }
            }
            None => named.extend(unknown(word, &text, dir)),
        }
    }
    Ok(named)
}

/// `-H:Option@origin=value` without its origin.
fn without_origin(text: &str) -> String {
    match text.split_once('=') {
        Some((name, value)) if name.starts_with("-H:") => {
            format!("{}={value}", name.split('@').next().unwrap_or(name))
        }
        _ => text.to_owned(),
    }
}

/// The value that `text` gives the row's option; `Some(None)` if it is the next word.
fn value_of(row: &Row, text: &str) -> Option<Option<String>> {
    let rest = text.strip_prefix(row.option)?;
    if row.option.ends_with(['=', ':']) {
        return Some(Some(rest.to_owned()));
    }
    match rest.strip_prefix('=') {
        Some(value) => Some(Some(value.to_owned())),
        None => rest.is_empty().then_some(None),
    }
}

fn known(row: &Row, word: &Word, value: &str, dir: &Path, named: &mut Vec<Named>) -> Result<()> {
    let value = match row.form {
        Form::Agent => value.split('=').next().unwrap_or_default(),
        Form::Patch => value.split_once('=').map_or("", |(_, paths)| paths),
        Form::One | Form::Commas | Form::Path => value,
    };
    let parts: Vec<&str> = match row.form {
        Form::One | Form::Agent => vec![value],
        Form::Commas => value.split(',').collect(),
        Form::Path | Form::Patch => value.split(':').collect(),
    };
    for part in parts.into_iter().filter(|part| !part.is_empty()) {
        let path = dir.join(part);
        if path.exists() {
            // An agent has a class path of its own in its manifest.
            let all = match row.is_code {
                true => class_path::found(&[path]),
                false => vec![path],
            };
            named.extend(all.into_iter().map(|path| Named {
                option: word.text.clone(),
                path,
                is_code: row.is_code,
            }));
        } else if row.must_exist && !part.contains('{') {
            return Err(missing(word, &path));
        }
    }
    Ok(())
}

fn missing(word: &Word, path: &Path) -> Error {
    Error::usage(format!(
        "`{}` of {} names what is not there",
        word.text,
        from(word)
    ))
    .because(format!("there is no `{}`", path.display()))
    .hint("paths in options are relative to the folder of the configuration file")
}

/// What an option that nobody knows may name: what is there counts.
fn unknown(word: &Word, text: &str, dir: &Path) -> Vec<Named> {
    let value = match text.split_once('=') {
        Some((_, value)) => value,
        // A word that is a value of the option before it.
        None if !text.starts_with(['-', '@']) => text,
        None => text.split_once(':').map_or("", |(_, value)| value),
    };
    let mut candidates = vec![value];
    for separator in [',', ':', '='] {
        if value.contains(separator) {
            candidates.extend(value.split(separator));
        }
    }
    let mut paths: Vec<PathBuf> = candidates
        .into_iter()
        .map(|part| {
            let part = part.strip_prefix("optional:").unwrap_or(part);
            let part = part.strip_prefix("file:").unwrap_or(part);
            part.strip_prefix('@').unwrap_or(part)
        })
        // `.` and `/` are everything and nothing.
        .filter(|part| part.chars().any(char::is_alphanumeric))
        .map(|part| dir.join(part))
        .filter(|path| path.is_file() || path.is_dir() && !dir.starts_with(path))
        .collect();
    paths.sort();
    paths.dedup();
    paths
        .into_iter()
        .map(|path| Named {
            option: word.text.clone(),
            path,
            is_code: false,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn project() -> tempfile::TempDir {
        let dir = tempfile::tempdir().expect("a temporary directory");
        for name in ["a", "b"] {
            std::fs::write(dir.path().join(name), name).expect("it can be written");
        }
        std::fs::create_dir(dir.path().join("folder")).expect("a folder");
        dir
    }

    fn paths(dir: &Path, reader: Reader, words: &[&str]) -> Result<Vec<String>> {
        let word = |text: &&str| Word {
            text: (*text).to_owned(),
            from: "jvm-args".to_owned(),
        };
        let words: Vec<Word> = words.iter().map(word).collect();
        let relative = |named: Named| {
            let path = named.path.strip_prefix(dir).map(Path::to_owned);
            path.unwrap_or(named.path).display().to_string()
        };
        let named = named(&words, reader, dir)?;
        Ok(named.into_iter().map(relative).collect())
    }

    #[test]
    fn every_row_names_what_is_there_and_says_what_is_missing() {
        let dir = project();
        for row in &ROWS {
            let value = |first: &str| match row.form {
                Form::One => first.to_owned(),
                Form::Agent => format!("{first}=x=y"),
                Form::Commas => format!("{first},b"),
                Form::Path => format!("{first}:b"),
                Form::Patch => format!("java.base={first}:b"),
            };
            let expected: &[&str] = match row.form {
                Form::One | Form::Agent => &["a"],
                Form::Commas | Form::Path | Form::Patch => &["a", "b"],
            };
            let joined = |value: String| match row.option.ends_with(['=', ':']) {
                true => format!("{}{value}", row.option),
                false => format!("{}={value}", row.option),
            };
            let of = |words: &[&str]| paths(dir.path(), Reader::NativeImage, words);
            let there = joined(value("a"));
            assert_eq!(of(&[&there]).expect("they are there"), expected, "{there}");
            if !row.option.ends_with(['=', ':']) {
                let apart = of(&[row.option, &value("a")]);
                assert_eq!(apart.expect("they are there"), expected, "{there}");
            }
            let gone = joined(value("gone"));
            match (of(&[&gone]), row.must_exist) {
                (Err(error), true) => {
                    assert!(error.summary().contains(row.option), "{error}");
                    assert!(error.causes()[0].contains("gone"), "{error}");
                }
                (Ok(found), false) => assert!(!found.contains(&"gone".to_owned()), "{gone}"),
                (other, _) => panic!("{gone}: {other:?}"),
            }
        }
    }

    #[test]
    fn of_other_options_what_is_there_counts() {
        let dir = project();
        let of = |word: &str| paths(dir.path(), Reader::Java, &[word]).expect("nothing must be");
        assert_eq!(of("-Dlog4j2.configurationFile=a,b"), ["a", "b"]);
        assert_eq!(of("-Dspring.config.location=optional:file:a"), ["a"]);
        assert_eq!(of("-Dfolder=folder"), ["folder"]);
        assert_eq!(of("--initialize-at-build-time=@a"), ["a"]);
        assert_eq!(of("-XX:SomeFile=b"), ["b"]);
        assert_eq!(of("-H:ReflectionConfigurationFiles@user=a"), ["a"]);
        assert_eq!(of("-Dno=such"), [""; 0]);
        assert_eq!(of("-Xmx64m"), [""; 0]);
    }

    #[test]
    fn where_to_write_and_devices_are_no_inputs() {
        let dir = project();
        for word in [
            "-Xlog:gc:file=a",
            "-XX:HeapDumpPath=folder",
            "-Djava.io.tmpdir=folder",
            "-Djava.security.egd=file:/dev/./urandom",
            "-Drandom=/dev/urandom",
            "-Dbase=.",
            "-Droot=/",
            "-XX:AOTCacheOutput=a",
        ] {
            let found = paths(dir.path(), Reader::Java, &[word]).expect("nothing must be there");
            assert_eq!(found, [""; 0], "{word}");
        }
    }

    #[test]
    fn the_builders_own_jvm_has_options_too() {
        let dir = project();
        let found = paths(dir.path(), Reader::NativeImage, &["-J-javaagent:a=x"]);
        assert_eq!(found.expect("it is there"), ["a"]);
    }
}
