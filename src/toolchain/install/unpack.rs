//! Unpacks a `.tar.gz` as if its maker meant harm: nothing leaves the folder, nothing is written through a link,
//! nothing grows without bound.
//!
//! Files, folders and hard links are made as they come. Symbolic links are made at the end, when there is nothing
//! left to be written through them, and only if all of them together stay inside (`paths::Links`). Everything has
//! to be in one top folder, as in every JDK archive.

mod meter;
mod paths;
mod refusal;
#[cfg(test)]
mod tests;

use std::cell::Cell;
use std::collections::{BTreeMap, HashSet};
use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::{Duration, SystemTime};

use flate2::read::GzDecoder;
use tar::{Archive, Entry, EntryType};

use super::progress::{InstallProgress, Watch};
use crate::error::{Error, Result};
use meter::{Allowance, Counted, Metered};
use paths::{Links, inside};
use refusal::Refusal;

/// How much an archive may hold.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Files, folders and links.
    pub entries: u64,
    /// Bytes of the tar stream.
    pub bytes: u64,
}

impl Default for Limits {
    /// A GraalVM has a few thousand entries and about one GiB; ten times that is none.
    fn default() -> Self {
        Self {
            entries: 100_000,
            bytes: 8 << 30,
        }
    }
}

/// What a name, a long name or an extension header may take up: several times the longest path.
const HEADERS: u64 = 1 << 20;

/// Unpacks `archive` into the empty folder `into`; returns the name of the one top folder.
///
/// Permissions are kept, without set-user-ID, set-group-ID, sticky, and the right of others to write; owners are not
/// kept. Modification times of files are kept.
///
/// # Errors
/// [`ErrorKind::Toolchain`](crate::error::ErrorKind::Toolchain) for an archive that is damaged or not to be trusted;
/// what has been unpacked until then stays in `into`, for the caller to remove.
pub fn unpack(archive: &Path, into: &Path, limits: &Limits, watch: &Watch) -> Result<String> {
    let failed = |source| Error::io("read", archive, &source);
    let file = File::open(archive).map_err(failed)?;
    let total = file.metadata().map_err(failed)?.len();
    let done = Rc::new(Cell::new(0));
    let allowance = Rc::new(Allowance::new(limits.bytes));
    let packed = io::BufReader::with_capacity(1 << 16, Counted::new(file, Rc::clone(&done)));
    let stream = Metered::new(GzDecoder::new(packed), Rc::clone(&allowance));
    let mut unpacking = Unpacking {
        into,
        limits,
        watch,
        allowance: &allowance,
        progress: &|| InstallProgress::Unpacking {
            done: done.get(),
            total,
        },
        top: None,
        files: HashSet::new(),
        folders: BTreeMap::new(),
        links: Links::default(),
    };
    let outcome = unpacking.run(Archive::new(stream));
    outcome.map_err(|refusal| refusal.into_error(archive))?;
    Ok(unpacking.top.expect("`run` refuses an empty archive"))
}

struct Unpacking<'a> {
    into: &'a Path,
    limits: &'a Limits,
    watch: &'a Watch<'a>,
    allowance: &'a Allowance,
    progress: &'a dyn Fn() -> InstallProgress,
    top: Option<String>,
    files: HashSet<PathBuf>,
    /// Each folder with the mode that it gets at the end: until then it has to be writable.
    folders: BTreeMap<PathBuf, u32>,
    links: Links,
}

impl Unpacking<'_> {
    fn run<R: Read>(&mut self, mut archive: Archive<R>) -> Result<(), Refusal> {
        self.allowance.grant(HEADERS);
        let entries = archive.entries().map_err(|source| self.broken(source))?;
        for (count, entry) in (1_u64..).zip(entries) {
            let mut entry = entry.map_err(|source| self.broken(source))?;
            if count > self.limits.entries {
                return Err(Refusal::TooMany(self.limits.entries));
            }
            self.watch.go_on().map_err(Refusal::Ours)?;
            self.entry(&mut entry)?;
            self.watch.tell((self.progress)());
            self.allowance.grant(HEADERS);
        }
        // The rest is padding; reading it to the end has gzip compare its own checksum.
        io::copy(&mut archive.into_inner(), &mut io::sink())
            .map_err(|source| self.broken(source))?;
        if self.top.is_none() {
            return Err(Refusal::Empty);
        }
        self.make_links()?;
        self.set_folder_modes()
    }

    fn entry<R: Read>(&mut self, entry: &mut Entry<'_, R>) -> Result<(), Refusal> {
        let kind = entry.header().entry_type();
        if kind == EntryType::XGlobalHeader {
            return Ok(()); // a comment, such as a commit
        }
        let Some(path) = inside(&entry.path_bytes())? else {
            return Ok(()); // `./`
        };
        self.check_top(&path)?;
        if let Some(link) = self.links.above(&path) {
            return Err(Refusal::ThroughLink { path, link });
        }
        match kind {
            EntryType::Directory => self.folder(path, entry),
            EntryType::Regular => self.file(path, entry),
            EntryType::Link => self.hard_link(path, entry),
            EntryType::Symlink => self.link(path, entry),
            other => Err(Refusal::Special { path, kind: other }),
        }
    }

    /// Everything is in one folder, and its name hides nothing from `toolchain list`.
    fn check_top(&mut self, path: &Path) -> Result<(), Refusal> {
        let first = path.iter().next().expect("`inside` gives no empty path");
        let first = first.to_str().filter(|name| !name.starts_with('.'));
        let Some(first) = first else {
            return Err(Refusal::Top(path.to_owned()));
        };
        match &self.top {
            Some(top) if top == first => Ok(()),
            Some(_) => Err(Refusal::Top(path.to_owned())),
            None => {
                self.top = Some(first.to_owned());
                Ok(())
            }
        }
    }

    fn folder<R: Read>(&mut self, path: PathBuf, entry: &Entry<'_, R>) -> Result<(), Refusal> {
        if self.files.contains(&path) || self.links.has(&path) {
            return Err(Refusal::Twice(path));
        }
        let mode = entry.header().mode().unwrap_or(0o755);
        self.make_folders(&path)?;
        self.folders.insert(path, mode);
        Ok(())
    }

    fn file<R: Read>(&mut self, path: PathBuf, entry: &mut Entry<'_, R>) -> Result<(), Refusal> {
        // A file at the top would be the top folder's name used for something else.
        self.claim(&path)?;
        let mode = entry.header().mode().unwrap_or(0o644);
        let changed = entry.header().mtime().unwrap_or(0);
        if entry.size() > self.limits.bytes {
            return Err(Refusal::TooBig);
        }
        self.allowance.grant(entry.size().saturating_add(HEADERS));
        let place = self.into.join(&path);
        let failed = |source| Refusal::Ours(Error::io("write", &place, &source));
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(&place)
            .map_err(failed)?;
        self.pour(entry, &mut file, &place)?;
        file.set_permissions(Permissions::from_mode(file_mode(mode)))
            .map_err(failed)?;
        if changed > 0 {
            let changed = SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(changed));
            if let Some(changed) = changed {
                file.set_modified(changed).map_err(failed)?;
            }
        }
        self.files.insert(path);
        Ok(())
    }

    fn pour(&self, from: &mut impl Read, to: &mut File, place: &Path) -> Result<(), Refusal> {
        let mut block = vec![0; 1 << 16];
        loop {
            self.watch.go_on().map_err(Refusal::Ours)?;
            let read = from
                .read(&mut block)
                .map_err(|source| self.broken(source))?;
            if read == 0 {
                return Ok(());
            }
            to.write_all(&block[..read])
                .map_err(|source| Refusal::Ours(Error::io("write", place, &source)))?;
        }
    }

    /// A second name for a file of this archive, and of nothing else.
    fn hard_link<R: Read>(&mut self, path: PathBuf, entry: &Entry<'_, R>) -> Result<(), Refusal> {
        let name = entry.link_name_bytes().unwrap_or_default();
        let target = inside(&name)?.unwrap_or_default();
        if !self.files.contains(&target) {
            return Err(Refusal::HardLink { path, target });
        }
        self.claim(&path)?;
        let place = self.into.join(&path);
        fs::hard_link(self.into.join(target), &place)
            .map_err(|source| Refusal::Ours(Error::io("write", &place, &source)))?;
        self.files.insert(path);
        Ok(())
    }

    fn link<R: Read>(&mut self, path: PathBuf, entry: &Entry<'_, R>) -> Result<(), Refusal> {
        let target = entry.link_name_bytes().unwrap_or_default();
        let target = paths::link_target(&path, &target)?;
        self.claim(&path)?;
        self.links.add(path, target);
        Ok(())
    }

    /// Makes the folders above a new name; refuses a name that is taken.
    fn claim(&mut self, path: &Path) -> Result<(), Refusal> {
        let taken =
            self.files.contains(path) || self.folders.contains_key(path) || self.links.has(path);
        if taken {
            return Err(Refusal::Twice(path.to_owned()));
        }
        match path.parent() {
            Some(above) if above != Path::new("") => self.make_folders(above),
            _ => Err(Refusal::Top(path.to_owned())),
        }
    }

    fn make_folders(&mut self, path: &Path) -> Result<(), Refusal> {
        let place = self.into.join(path);
        fs::create_dir_all(&place)
            .map_err(|source| Refusal::Ours(Error::io("create", &place, &source)))?;
        for above in path.ancestors().filter(|above| *above != Path::new("")) {
            if self.folders.contains_key(above) {
                break;
            }
            self.folders.insert(above.to_owned(), 0o755);
        }
        Ok(())
    }

    fn make_links(&self) -> Result<(), Refusal> {
        self.links.check()?;
        for (path, target) in self.links.iter() {
            let place = self.into.join(path);
            std::os::unix::fs::symlink(target, &place)
                .map_err(|source| Refusal::Ours(Error::io("write", &place, &source)))?;
        }
        Ok(())
    }

    fn set_folder_modes(&self) -> Result<(), Refusal> {
        for (path, mode) in &self.folders {
            let place = self.into.join(path);
            fs::set_permissions(&place, Permissions::from_mode(folder_mode(*mode)))
                .map_err(|source| Refusal::Ours(Error::io("change", &place, &source)))?;
        }
        Ok(())
    }

    /// What it means that the stream cannot be read on.
    fn broken(&self, source: io::Error) -> Refusal {
        if self.allowance.is_used_up() {
            Refusal::TooBig
        } else {
            Refusal::Damaged(source)
        }
    }
}

/// Others may not write, the owner may read; special bits are dropped.
const fn file_mode(mode: u32) -> u32 {
    (mode & 0o755) | 0o400
}

/// As for files, and the owner may do everything: a toolchain has to be removable.
const fn folder_mode(mode: u32) -> u32 {
    (mode & 0o755) | 0o700
}
