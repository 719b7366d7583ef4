//! A download on its way: the bytes so far, and the notes that say what they are the beginning of.
//!
//! Bytes are only gone on from if the notes name the same address and the same expected SHA-256; otherwise they
//! are of an older release and thrown away.

use std::fs::{self, File, OpenOptions};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::progress::{InstallProgress, Watch};
use crate::error::{Error, ErrorKind, Result};
use crate::identity::hex;

/// What the bytes are the beginning of.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notes {
    url: String,
    sha256: String,
    /// A validator for `If-Range`: a strong `ETag`, else the `Last-Modified` date.
    pub validator: Option<String>,
    /// Size of the whole archive, where the site said it.
    pub total: Option<u64>,
}

/// The file that a download grows in.
pub struct Part {
    path: PathBuf,
    notes_path: PathBuf,
    file: File,
    len: u64,
    /// Whether the bytes come from more than one answer.
    stitched: bool,
    notes: Notes,
}

impl Part {
    /// Opens what an earlier install left of this archive, or an empty file.
    pub fn open(folder: &Path, archive_name: &str, url: &str, sha256: &str) -> Result<Self> {
        let path = folder.join(format!("{archive_name}.part"));
        let notes_path = folder.join(format!("{archive_name}.part.json"));
        let file = OpenOptions::new()
            .create(true)
            .append(true)
            .open(&path)
            .map_err(|source| Error::io("open", &path, &source))?;
        let found = fs::read(&notes_path)
            .ok()
            .and_then(|text| serde_json::from_slice::<Notes>(&text).ok())
            .filter(|notes| notes.url == url && notes.sha256 == sha256);
        let len = file
            .metadata()
            .map_err(|source| Error::io("read", &path, &source))?
            .len();
        let fresh = Notes {
            url: url.to_owned(),
            sha256: sha256.to_owned(),
            ..Notes::default()
        };
        let known = found.is_some();
        let mut part = Self {
            path,
            notes_path,
            file,
            len,
            stitched: len > 0,
            notes: found.unwrap_or(fresh),
        };
        if !known && len > 0 {
            part.clear()?;
        }
        Ok(part)
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The SHA-256 that the whole archive has to have.
    pub fn sha256(&self) -> &str {
        &self.notes.sha256
    }

    pub fn notes(&self) -> &Notes {
        &self.notes
    }

    /// Bytes so far.
    pub fn len(&self) -> u64 {
        self.len
    }

    /// Whether the bytes come from more than one answer, so that they may not belong together.
    pub fn is_stitched(&self) -> bool {
        self.stitched
    }

    /// Goes on where the bytes end, with another answer.
    pub fn go_on(&mut self) {
        self.stitched = true;
    }

    /// Whether every byte is there, as far as the site said how many there are.
    pub fn is_whole(&self) -> bool {
        self.notes.total == Some(self.len)
    }

    /// Throws the bytes away and begins anew.
    pub fn clear(&mut self) -> Result<()> {
        self.begin(None, None)
    }

    /// Begins anew with what the site says about the archive.
    pub fn begin(&mut self, validator: Option<String>, total: Option<u64>) -> Result<()> {
        // A device in place of the file (a test's full disk) has no length to set.
        if self.len > 0 {
            self.file
                .set_len(0)
                .map_err(|source| Error::io("empty", &self.path, &source))?;
        }
        self.len = 0;
        self.stitched = false;
        self.notes.validator = validator;
        self.notes.total = total;
        let text = serde_json::to_vec(&self.notes).expect("strings and numbers are JSON");
        fs::write(&self.notes_path, text)
            .map_err(|source| Error::io("write", &self.notes_path, &source))
    }

    /// Adds bytes at the end.
    pub fn append(&mut self, bytes: &[u8]) -> Result<()> {
        self.file
            .write_all(bytes)
            .map_err(|source| Error::io("write", &self.path, &source))?;
        self.len += bytes.len() as u64;
        Ok(())
    }

    /// Reads everything back from the disk and compares its SHA-256; if it differs, the bytes are thrown away.
    ///
    /// # Errors
    /// [`ErrorKind::Toolchain`] if it differs.
    pub fn check(&mut self, watch: &Watch) -> Result<()> {
        let failed = |source| Error::io("read", &self.path, &source);
        let mut file = File::open(&self.path).map_err(failed)?;
        let mut hash = Sha256::new();
        let mut block = vec![0; BLOCK];
        let mut done = 0;
        loop {
            watch.go_on()?;
            let read = file.read(&mut block).map_err(failed)?;
            if read == 0 {
                break;
            }
            hash.update(&block[..read]);
            done += read as u64;
            watch.tell(InstallProgress::Checking {
                done,
                total: self.len,
            });
        }
        let found = hex(&hash.finalize());
        if found == self.notes.sha256 {
            return Ok(());
        }
        let error = Error::new(
            ErrorKind::Toolchain,
            format!("`{}` came in damaged", self.notes.url),
        )
        .because(format!(
            "its SHA-256 should be {} and is {found}",
            self.notes.sha256
        ))
        .hint("nothing of it was unpacked; try again later or through another network");
        self.clear()?;
        Err(error)
    }

    /// Removes file and notes.
    pub fn remove(self) {
        // Left-overs cost space, not truth: the next install of another release throws them away.
        let _ = fs::remove_file(&self.path);
        let _ = fs::remove_file(&self.notes_path);
    }
}

const BLOCK: usize = 1 << 20;

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests may stop at a surprise")]
    use super::*;

    fn open(folder: &tempfile::TempDir, sha256: &str) -> Part {
        Part::open(folder.path(), "a.tar.gz", "http://x/a.tar.gz", sha256).unwrap()
    }

    #[test]
    fn bytes_are_gone_on_from_for_the_same_sum_only() {
        let folder = tempfile::tempdir().unwrap();
        let mut part = open(&folder, "11");
        part.begin(Some("\"v\"".into()), Some(10)).unwrap();
        part.append(b"12345").unwrap();
        drop(part);
        let part = open(&folder, "11");
        assert_eq!((part.len(), part.notes().total), (5, Some(10)));
        assert!(!part.is_whole());
        drop(part);
        assert_eq!(open(&folder, "22").len(), 0);
    }

    #[test]
    fn bytes_without_notes_are_thrown_away() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a.tar.gz.part"), "what is this").unwrap();
        assert_eq!(open(&folder, "11").len(), 0);
    }
}
