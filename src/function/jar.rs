//! What a JAR says about itself: its main class and the JARs beside it.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};

/// The parts of a JAR's manifest that decide how it runs.
#[derive(Debug, PartialEq, Eq)]
pub struct Jar {
    /// `Main-Class`.
    pub main_class: String,
    /// The entries of `Class-Path` that exist, absolute.
    pub class_path: Vec<PathBuf>,
}

impl Jar {
    /// Opens the JAR at `path` and reads its manifest.
    pub fn read(path: &Path) -> Result<Self> {
        let manifest = manifest(path)?;
        let main_class = attribute(&manifest, "Main-Class").ok_or_else(|| {
            Error::usage(format!("`{}` has no main class", path.display()))
                .because("its manifest has no `Main-Class` attribute")
                .hint("make the JAR with `jar --main-class`, or give `class-path` and `main-class` instead of `jar`")
        })?;
        let folder = path.parent().unwrap_or(Path::new("/"));
        let class_path = attribute(&manifest, "Class-Path").unwrap_or_default();
        let class_path = class_path.split_whitespace().map(|entry| folder.join(entry)).filter(|entry| entry.exists()).collect();
        Ok(Self { main_class, class_path })
    }
}

fn manifest(path: &Path) -> Result<String> {
    let file = File::open(path).map_err(|error| {
        let fail = Error::usage(format!("could not open the JAR `{}`", path.display())).because(error.to_string());
        match error.kind() {
            std::io::ErrorKind::NotFound => fail.hint("build it first, or correct `jar` in the configuration file"),
            _ => fail,
        }
    })?;
    let not_a_jar = |cause: String| {
        Error::usage(format!("`{}` is not a JAR", path.display())).because(cause).hint("`jar` names a JAR made by `jar`, Maven or Gradle")
    };
    let mut archive = zip::ZipArchive::new(file).map_err(|error| not_a_jar(error.to_string()))?;
    let mut entry = archive.by_name("META-INF/MANIFEST.MF").map_err(|_| not_a_jar("it has no `META-INF/MANIFEST.MF`".to_owned()))?;
    let mut text = String::new();
    entry.read_to_string(&mut text).map_err(|error| not_a_jar(format!("its manifest cannot be read: {error}")))?;
    Ok(text)
}

/// A main attribute; lines that begin with a space continue the one before (JAR File Specification).
fn attribute(manifest: &str, name: &str) -> Option<String> {
    let unfolded = manifest.replace("\r\n", "\n").replace("\n ", "");
    let main = unfolded.split("\n\n").next()?.to_owned();
    let value = main.lines().find_map(|line| {
        let (key, value) = line.split_once(':')?;
        key.eq_ignore_ascii_case(name).then(|| value.trim().to_owned())
    });
    value.filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folded_attribute_is_put_together() {
        let manifest = "Manifest-Version: 1.0\r\nMain-Class: com.example.a.very.long.name.that.goes.on.over.the.line.Ma\r\n in\r\n\r\n";
        assert_eq!(attribute(manifest, "Main-Class").as_deref(), Some("com.example.a.very.long.name.that.goes.on.over.the.line.Main"));
    }

    #[test]
    fn attributes_of_single_entries_do_not_count() {
        assert_eq!(attribute("Manifest-Version: 1.0\n\nName: x\nMain-Class: no\n", "Main-Class"), None);
    }

    #[test]
    fn garbage_is_not_a_jar_and_is_named() {
        let mut file = tempfile::NamedTempFile::new().expect("a temporary file");
        std::io::Write::write_all(&mut file, b"garbage").expect("it can be written");
        let error = Jar::read(file.path()).expect_err("it is no JAR");
        assert!(error.summary().ends_with("is not a JAR"), "{error}");
        let missing = Jar::read(Path::new("/no/such.jar")).expect_err("it is not there");
        assert!(missing.summary().contains("/no/such.jar"), "{missing}");
    }
}
