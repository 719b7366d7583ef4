//! Objects that are named by their content: `images/<sha256>`, `jars/<sha256>`. The same file is stored once, and whoever gets one
//! can tell that it is whole.

use std::path::Path;

use futures_util::TryStreamExt;
use object_store::ObjectStoreExt;
use sha2::{Digest, Sha256};

use super::object::{Created, Digested, Got};
use super::{Store, key, local};
use crate::error::Result;
use crate::identity::{file_digest, hex};

/// The folders whose objects are named by their SHA-256.
pub const ADDRESSED: [&str; 2] = ["images", "jars"];

impl Store {
    /// Puts a file below `folder`, under its SHA-256 in lower-case hexadecimal; the key, and whether it was new.
    ///
    /// # Errors
    ///
    /// As [`Store::create_from_file`].
    pub fn put_addressed(&self, folder: &str, path: &Path) -> Result<(String, Created)> {
        let key = format!("{folder}/{}", file_digest(path)?);
        // Bytes that are there are not sent again.
        let created = match self.has(&key)? {
            true => Created::Exists,
            false => self.create_from_file(&key, path)?,
        };
        Ok((key, created))
    }

    /// Whether there is such an object.
    ///
    /// # Errors
    ///
    /// As [`Store::get`].
    pub fn has(&self, key: &str) -> Result<bool> {
        let path = key::parse(key)?;
        let tried = self.patiently(|objects| {
            let path = path.clone();
            async move { objects.head(&path).await }
        });
        Ok(self.found(tried, key)?.is_some())
    }

    /// Writes an object that is named by its content to `path`, where it is what its name says.
    ///
    /// # Errors
    ///
    /// As [`Store::get_to_file`].
    pub fn get_addressed(&self, key: &str, path: &Path) -> Result<Got> {
        self.get_checked(key, path, key.rsplit('/').next().unwrap_or(key))
    }

    /// Writes an object to `path`, where its SHA-256 is that one; nothing is written where it is not.
    ///
    /// # Errors
    ///
    /// As [`Store::get_to_file`].
    pub fn get_checked(&self, key: &str, path: &Path, sha256: &str) -> Result<Got> {
        let source = key::parse(key)?;
        let tried = self.patiently(|objects| {
            local::fetch(
                objects,
                source.clone(),
                path.to_owned(),
                Some(sha256.to_owned()),
            )
        });
        Ok(match self.found(tried, key)? {
            None => Got::Missing,
            Some(found) if found.sha256 == sha256 => Got::Whole,
            Some(found) => Got::Broken(found),
        })
    }

    /// The size and the SHA-256 of an object, read without keeping it; `None` where there is none.
    ///
    /// # Errors
    ///
    /// As [`Store::get`].
    pub fn digest(&self, key: &str) -> Result<Option<Digested>> {
        let path = key::parse(key)?;
        let tried = self.patiently(|objects| {
            let path = path.clone();
            async move {
                let mut chunks = objects.get(&path).await?.into_stream();
                let (mut hash, mut bytes) = (Sha256::new(), 0);
                while let Some(chunk) = chunks.try_next().await? {
                    bytes += chunk.len() as u64;
                    hash.update(&chunk);
                }
                let sha256 = hex(&hash.finalize());
                Ok(Digested { bytes, sha256 })
            }
        });
        self.found(tried, key)
    }
}
