//! What a JAR says about itself.

use std::path::Path;

use super::manifest;

use crate::error::{Error, Result};

/// The parts of a JAR's manifest that decide how it runs.
#[derive(Debug, PartialEq, Eq)]
pub struct Jar {
    /// `Main-Class`.
    pub main_class: String,
}

impl Jar {
    /// Opens the JAR at `path` and reads its manifest.
    pub fn read(path: &Path) -> Result<Self> {
        let manifest = manifest::read(path)?;
        let main_class = manifest::attribute(&manifest, "Main-Class").ok_or_else(|| {
            Error::usage(format!("`{}` has no main class", path.display()))
                .because("its manifest has no `Main-Class` attribute")
                .hint("make the JAR with `jar --main-class`, or give `class-path` and `main-class` instead of `jar`")
        })?;
        Ok(Self { main_class })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
