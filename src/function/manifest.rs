//! A JAR's manifest, as text and by attribute.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use crate::error::{Error, Result};

/// The manifest of the JAR at `path`; an error says why it has none that can be read.
pub(super) fn read(path: &Path) -> Result<String> {
    let file = File::open(path).map_err(|error| {
        let fail = Error::usage(format!("could not open the JAR `{}`", path.display()))
            .because(error.to_string());
        match error.kind() {
            std::io::ErrorKind::NotFound => {
                fail.hint("build it first, or correct `jar` in the configuration file")
            }
            _ => fail,
        }
    })?;
    let not_a_jar = |cause: String| {
        Error::usage(format!("`{}` is not a JAR", path.display()))
            .because(cause)
            .hint("`jar` names a JAR made by `jar`, Maven or Gradle")
    };
    let mut archive = zip::ZipArchive::new(file).map_err(|error| not_a_jar(error.to_string()))?;
    let mut entry = archive
        .by_name("META-INF/MANIFEST.MF")
        .map_err(|_| not_a_jar("it has no `META-INF/MANIFEST.MF`".to_owned()))?;
    let mut text = String::new();
    entry
        .read_to_string(&mut text)
        .map_err(|error| not_a_jar(format!("its manifest cannot be read: {error}")))?;
    Ok(text)
}

/// A main attribute; lines that begin with a space continue the one before (JAR File Specification).
pub(super) fn attribute(manifest: &str, name: &str) -> Option<String> {
    let unfolded = manifest.replace("\r\n", "\n").replace("\n ", "");
    let main = unfolded.split("\n\n").next()?.to_owned();
    let value = main.lines().find_map(|line| {
        let (key, value) = line.split_once(':')?;
        key.eq_ignore_ascii_case(name)
            .then(|| value.trim().to_owned())
    });
    value.filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folded_attribute_is_put_together() {
        let manifest = "Manifest-Version: 1.0\r\nMain-Class: com.example.a.very.long.name.that.goes.on.over.the.line.Ma\r\n in\r\n\r\n";
        assert_eq!(
            attribute(manifest, "Main-Class").as_deref(),
            Some("com.example.a.very.long.name.that.goes.on.over.the.line.Main")
        );
    }

    #[test]
    fn attributes_of_single_entries_do_not_count() {
        assert_eq!(
            attribute(
                "Manifest-Version: 1.0\n\nName: x\nMain-Class: no\n",
                "Main-Class"
            ),
            None
        );
    }
}
