//! Identities: a digest over everything that shaped a product, and the words that explain why it differs from the last one.

mod ulid;

use std::collections::BTreeMap;
use std::fmt;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use walkdir::WalkDir;

use crate::error::{Error, Result};

pub use ulid::ulid;

/// How many hexadecimal digits of the digest name a product on disk (64 bits).
const DIGITS: usize = 16;
/// Where pgoctl keeps its products, beside the configuration file: never an input.
const OURS: &str = ".pgoctl";

/// The name of a product on disk: the first 16 hexadecimal digits of a SHA-256 over its [`Inputs`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Identity(String);

impl Identity {
    /// One that somebody else gave: of an image that pgoctl did not build.
    pub fn given(name: &str) -> Self {
        Self(name.to_owned())
    }

    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Everything that shapes a product, by name: `jar`, `native-image-args`, `tool`, `profile`, …
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Inputs(BTreeMap<String, String>);

impl Inputs {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one input; `name` is what `--explain` will call it.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl fmt::Display) -> Self {
        self.0.insert(name.to_owned(), value.to_string());
        self
    }

    /// One input.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// Adds all of `other`; where both name the same input, the other's counts.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    /// Adds a list as one input, so that `["a b"]` and `["a", "b"]` differ.
    #[must_use]
    pub fn with_list<S: AsRef<str>>(self, name: &str, values: &[S]) -> Self {
        let values: Vec<&str> = values.iter().map(AsRef::as_ref).collect();
        self.with(name, serde_json::Value::from(values))
    }

    /// The identity of a product made from these.
    pub fn identity(&self) -> Identity {
        let canonical = serde_json::to_vec(&self.0).expect("a map of strings is JSON");
        let digest = hex(&Sha256::digest(canonical));
        Identity(digest[..DIGITS].to_owned())
    }

    /// The names of the inputs that differ between `self` and `other`.
    pub fn differing<'a>(&'a self, other: &'a Self) -> Vec<&'a str> {
        let names = self
            .0
            .keys()
            .chain(other.0.keys())
            .collect::<std::collections::BTreeSet<_>>();
        names
            .into_iter()
            .filter(|name| self.0.get(*name) != other.0.get(*name))
            .map(String::as_str)
            .collect()
    }
}

/// Returns the SHA-256 of a file's bytes as 64 hexadecimal digits.
pub fn file_digest(path: &Path) -> Result<String> {
    let read_error = |error: std::io::Error| Error::io("read", path, &error);
    let mut reader = BufReader::with_capacity(1 << 18, File::open(path).map_err(read_error)?);
    let mut hasher = Sha256::new();
    let mut block = vec![0; 1 << 18];
    loop {
        match reader.read(&mut block).map_err(read_error)? {
            0 => return Ok(hex(&hasher.finalize())),
            n => hasher.update(&block[..n]),
        }
    }
}

/// Returns the SHA-256 of `bytes` as 64 hexadecimal digits.
pub fn bytes_digest(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Returns `bytes` as hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use fmt::Write;
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            write!(text, "{byte:02x}").expect("a string takes everything");
            text
        })
}

/// Every regular file at or below `path`, in a fixed order; links are followed, what pgoctl itself keeps there is passed over.
pub(crate) fn collect_files(path: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    let walk = WalkDir::new(path).follow_links(true).sort_by_file_name();
    let mut walk = walk.into_iter();
    while let Some(entry) = walk.next() {
        let entry = entry.map_err(|error| Error::walk(path, error))?;
        if entry.file_type().is_dir() && entry.file_name() == OURS {
            walk.skip_current_dir();
        }
        // A pipe or a device has no bytes that could be counted.
        if entry.file_type().is_file() {
            files.push(entry.into_path());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_does_not_matter_and_every_value_does() {
        let one = Inputs::new().with("jar", "a").with("tool", "25");
        let two = Inputs::new().with("tool", "25").with("jar", "a");
        assert_eq!(one.identity(), two.identity());
        assert_ne!(one.identity(), two.clone().with("jar", "b").identity());
        assert_eq!(
            one.differing(&two.with("jar", "b").with("profile", "x")),
            ["jar", "profile"]
        );
    }

    #[test]
    fn a_list_is_not_its_words() {
        let list = |values: &[&str]| Inputs::new().with_list("args", values).identity();
        assert_ne!(list(&["a b"]), list(&["a", "b"]));
    }

    #[test]
    fn files_come_in_the_order_of_their_names_and_a_link_into_itself_is_an_error() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        std::fs::create_dir(dir.path().join("b")).expect("it can be made");
        for name in ["c", "b/z", "a", "b/y"] {
            std::fs::write(dir.path().join(name), "").expect("it can be written");
        }
        let mut files = Vec::new();
        collect_files(dir.path(), &mut files).expect("it can be read");
        assert_eq!(
            files,
            ["a", "b/y", "b/z", "c"].map(|name| dir.path().join(name))
        );
        let link = dir.path().join("b/up");
        std::os::unix::fs::symlink(dir.path(), &link).expect("it can be made");
        let error = collect_files(dir.path(), &mut files).expect_err("it has no end");
        assert!(error.summary().contains("b/up"), "{error}");
    }

    #[test]
    fn a_file_has_the_digest_that_sha256sum_prints() {
        let mut file = tempfile::NamedTempFile::new().expect("a temporary file");
        std::io::Write::write_all(&mut file, b"abc").expect("it can be written");
        let digest = file_digest(file.path()).expect("it can be read");
        assert_eq!(
            digest,
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }

    #[test]
    fn a_folder_is_its_regular_files_and_nothing_of_ours() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let path = dir.path();
        for file in ["b", "a/x", ".pgoctl/images/y"] {
            let file = path.join(file);
            std::fs::create_dir_all(file.parent().expect("a folder")).expect("it can be made");
            std::fs::write(file, "x").expect("it can be written");
        }
        std::os::unix::fs::symlink("/dev/zero", path.join("device")).expect("a link");
        let mut files = Vec::new();
        collect_files(path, &mut files).expect("it can be read");
        assert_eq!(files, [path.join("a/x"), path.join("b")]);
    }
}
