//! Products in a store: an image or a profile that some machine made is not made again by the next one. A product has the same name
//! everywhere, its identity, so that whoever needs it knows its key; it is whole once the document that lists its files is there.
//!
//! The store is a help: where it is away, everything is made as if there were none.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use walkdir::WalkDir;

use super::stages::{Pipeline, Reuse};
use crate::error::{Error, ErrorKind, Result};
use crate::event::Event;
use crate::identity::file_digest;
use crate::profile::provenance::Provenance;
use crate::store::{Got, Store};
use crate::workdir::{Aside, Workdir, create_dir};

/// Where the documents are: `products/<the product's place below .pgoctl>.json`.
pub const FOLDER: &str = "products";

/// `products/….json`: the files of a product.
#[derive(Debug, Serialize, Deserialize)]
struct Manifest {
    /// 1.
    schema_version: u32,
    files: Vec<Listed>,
}

/// A file of a product.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Listed {
    /// Its place in the product's folder.
    name: PathBuf,
    /// Where its bytes are: `images/<sha256>`.
    key: String,
    executable: bool,
}

impl Pipeline<'_> {
    /// Gets the image that belongs into `dir`, if the store has it and it is not here.
    pub(super) fn fetch_image(&self, dir: &Path) {
        if let Some(store) = self.shares().filter(|_| !dir.exists()) {
            let fetched = self.key(dir).map(|key| fetch_folder(store, &key, dir));
            self.complain(fetched.transpose().map(|_| ()), "get", dir);
        }
    }

    /// Keeps the image in `dir` for others.
    pub(super) fn keep_image(&self, dir: &Path) {
        let files = || files_in(dir);
        self.keep(dir, dir, files);
    }

    /// Gets the profiles of one training that the store has and that are not here; `profiles` are all there may be.
    pub(super) fn fetch_profiles(&self, profiles: &[PathBuf]) {
        let Some(store) = self.shares() else { return };
        let missing: Vec<&PathBuf> = profiles.iter().filter(|path| !path.exists()).collect();
        let Some(folder) = missing.first().and_then(|path| path.parent()) else {
            return;
        };
        let fetched = self.key(folder).map_or(Ok(()), |key| {
            let there = store.list(&key)?;
            let there = |key: &str| there.iter().any(|object| object.key == document(key));
            for profile in missing {
                if let Some(key) = self.key(profile).filter(|key| there(key)) {
                    fetch_profile(store, &key, profile)?;
                }
            }
            Ok(())
        });
        self.complain(fetched, "get", folder);
    }

    /// Keeps a profile, with its origin, for others.
    pub(super) fn keep_profile(&self, profile: &Path) {
        let folder = profile.parent().unwrap_or(Path::new("."));
        let files = || Ok(vec![profile.to_owned(), Provenance::path(profile)]);
        self.keep(profile, folder, files);
    }

    fn shares(&self) -> Option<&Store> {
        let store = self.plan.products.as_ref();
        store.filter(|_| self.reuse != Reuse::Never)
    }

    /// The key of the product at `path`, without its ending.
    fn key(&self, path: &Path) -> Option<String> {
        let place = path.strip_prefix(self.plan.workdir.root()).ok()?;
        Some(format!("{FOLDER}/{}", place.to_str()?))
    }

    fn keep(&self, product: &Path, folder: &Path, files: impl Fn() -> Result<Vec<PathBuf>>) {
        let Some(store) = self.plan.products.as_ref() else {
            return;
        };
        if store.is_pull_only() {
            return;
        }
        let kept = self
            .key(product)
            .map_or(Ok(()), |key| put(store, &key, folder, &files()?));
        self.complain(kept, "keep", product);
    }

    fn complain(&self, done: Result<()>, verb: &str, what: &Path) {
        if let Err(error) = done {
            self.listener.hear(Event::Complained {
                message: format!(
                    "could not {verb} `{}` in the store: {error}",
                    what.display()
                ),
            });
        }
    }
}

/// Keeps what was traced of `function` as `key`, for all who build images of it, unless somebody has kept something there: whoever
/// does first decides what the images are told, be it nothing.
///
/// # Errors
///
/// As [`Store::create`].
pub fn keep_traced(store: &Store, key: &str, workdir: &Workdir, function: &str) -> Result<()> {
    let folder = workdir.metadata(function);
    put(store, key, &folder, &traced_files(&folder)?)
}

/// Takes what is kept as `key` for what was traced of `function`, in the place of what is here; whether there is something kept.
///
/// # Errors
///
/// As [`Store::get`]; something that is not whole.
pub fn fetch_traced(store: &Store, key: &str, workdir: &Workdir, function: &str) -> Result<bool> {
    let Some(kept) = manifest(store, key)? else {
        return Ok(false);
    };
    let folder = workdir.metadata(function);
    let here = traced_files(&folder)?;
    let here = here.iter().map(|path| {
        let key = format!("images/{}", file_digest(path)?);
        Ok(listed(path, &folder, key))
    });
    if here.collect::<Result<Vec<_>>>()? == kept.files {
        return Ok(true);
    }
    let aside = Aside::new(&folder)?;
    for file in &kept.files {
        fetch_file(store, file, aside.path())?;
    }
    aside.commit()?;
    Ok(true)
}

fn document(key: &str) -> String {
    format!("{key}.json")
}

fn files_in(folder: &Path) -> Result<Vec<PathBuf>> {
    let walk = WalkDir::new(folder).sort_by_file_name().into_iter();
    let entries = walk
        .collect::<std::result::Result<Vec<_>, _>>()
        .map_err(|error| Error::walk(folder, error))?;
    let files = entries
        .into_iter()
        .filter(|entry| entry.file_type().is_file());
    Ok(files.map(walkdir::DirEntry::into_path).collect())
}

/// What was traced, without what a trace that goes on has not finished.
fn traced_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = match folder.exists() {
        true => files_in(folder)?,
        false => Vec::new(),
    };
    let half_made = |path: &PathBuf| {
        let mut parts = path.strip_prefix(folder).unwrap_or(path).components();
        parts.any(|part| part.as_os_str().to_string_lossy().starts_with(".tmp-"))
    };
    files.retain(|path| !half_made(path));
    Ok(files)
}

/// Puts `files` of `folder` into the store; the document comes last.
fn put(store: &Store, key: &str, folder: &Path, files: &[PathBuf]) -> Result<()> {
    let kept = |path: &PathBuf| {
        let (key, _) = store.put_addressed("images", path)?;
        Ok(listed(path, folder, key))
    };
    let manifest = Manifest {
        schema_version: 1,
        files: files.iter().map(kept).collect::<Result<_>>()?,
    };
    let text = serde_json::to_vec_pretty(&manifest).expect("it has only string keys");
    // Somebody else may have made the same: any of them will do.
    store.create(&document(key), text).map(|_| ())
}

fn listed(path: &Path, folder: &Path, key: String) -> Listed {
    Listed {
        name: path.strip_prefix(folder).unwrap_or(path).to_owned(),
        key,
        executable: is_executable(path),
    }
}

fn manifest(store: &Store, key: &str) -> Result<Option<Manifest>> {
    let Some(bytes) = store.get(&document(key))? else {
        return Ok(None);
    };
    let manifest = serde_json::from_slice(&bytes)
        .map_err(|error| broken(store, &document(key)).because(error.to_string()))?;
    Ok(Some(manifest))
}

fn broken(store: &Store, key: &str) -> Error {
    let goal = format!("`{key}` in {} is broken", store.place());
    Error::new(ErrorKind::Unexpected, goal)
}

/// Gets a folder as a whole, or not at all.
fn fetch_folder(store: &Store, key: &str, folder: &Path) -> Result<()> {
    let Some(manifest) = manifest(store, key)? else {
        return Ok(());
    };
    let aside = Aside::new(folder)?;
    for file in &manifest.files {
        fetch_file(store, file, aside.path())?;
    }
    aside.commit()
}

/// Gets a profile, its origin last: without that it is none.
fn fetch_profile(store: &Store, key: &str, profile: &Path) -> Result<()> {
    let folder = profile.parent().unwrap_or(Path::new("."));
    create_dir(folder)?;
    let Some(manifest) = manifest(store, key)? else {
        return Ok(());
    };
    manifest
        .files
        .iter()
        .try_for_each(|file| fetch_file(store, file, folder))
}

fn fetch_file(store: &Store, file: &Listed, folder: &Path) -> Result<()> {
    let inside = |name: &Path| {
        let mut parts = name.components();
        parts.all(|part| matches!(part, std::path::Component::Normal(_)))
    };
    if !inside(&file.name) {
        return Err(broken(store, &file.key).because(format!(
            "`{}` would be written elsewhere",
            file.name.display()
        )));
    }
    let path = folder.join(&file.name);
    create_dir(path.parent().unwrap_or(folder))?;
    match store.get_addressed(&file.key, &path)? {
        Got::Whole => {}
        Got::Missing => return Err(broken(store, &file.key).because("it is not there")),
        Got::Broken(_) => return Err(broken(store, &file.key).because("it has other bytes")),
    }
    if file.executable {
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        std::fs::set_permissions(&path, mode)
            .map_err(|error| Error::io("make executable", &path, &error))?;
    }
    Ok(())
}

fn is_executable(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path).is_ok_and(|data| data.permissions().mode() & 0o100 != 0)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::store::Credentials;

    #[test]
    fn who_keeps_a_trace_first_decides_what_all_have() {
        let folder = tempfile::tempdir().expect("a temporary directory");
        let place = folder.path().join("store").display().to_string();
        let store = Store::open(&place, &Credentials::default()).expect("a folder will do");
        let [one, two] = ["one", "two"].map(|name| Workdir::of(&folder.path().join(name)));
        let write = |workdir: &Workdir, name: &str, text: &str| {
            let path = workdir.metadata("hello").join(name);
            fs::create_dir_all(path.parent().expect("it has one")).expect("it can be made");
            fs::write(path, text).expect("it can be written");
        };
        write(&one, "provenance.json", "one");
        write(&one, "0123/reachability-metadata.json", "{}");
        write(&one, ".tmp-1-trace/trace.json", "half");
        write(&two, "provenance.json", "two");
        write(&two, "4567/reachability-metadata.json", "[]");
        let key = "decisions/hello/v1/traced";
        let fetch = |workdir: &Workdir| fetch_traced(&store, key, workdir, "hello");
        assert!(!fetch(&two).expect("it can be asked"), "nobody has decided");
        keep_traced(&store, key, &one, "hello").expect("it can be kept");
        keep_traced(&store, key, &two, "hello").expect("it is too late");
        assert!(fetch(&one).expect("it can be read"));
        assert!(
            one.metadata("hello").join(".tmp-1-trace").exists(),
            "nothing was to change"
        );
        assert!(fetch(&two).expect("it can be read"));
        let names = |workdir: &Workdir| {
            let folder = workdir.metadata("hello");
            let files = traced_files(&folder).expect("it can be read");
            let name = |path: PathBuf| path.strip_prefix(&folder).expect("it is there").to_owned();
            files.into_iter().map(name).collect::<Vec<_>>()
        };
        assert_eq!(names(&two), names(&one));
        let text = fs::read_to_string(two.metadata("hello").join("provenance.json"));
        assert_eq!(text.expect("it is there"), "one");
        // Nothing traced is a decision, too.
        let three = Workdir::of(&folder.path().join("three"));
        keep_traced(&store, "decisions/hello/v2/traced", &three, "hello").expect("it can be kept");
        assert!(fetch_traced(&store, "decisions/hello/v2/traced", &two, "hello").expect("it can"));
        assert!(names(&two).is_empty());
    }
}
