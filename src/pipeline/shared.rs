//! Products in a store: an image or a profile that some machine made is not made again by the next one. A product has the same name
//! everywhere, its identity, so that whoever needs it knows its key; it is whole once the document that lists its files is there.
//!
//! The store is a help: where it is away, everything is made as if there were none.

mod traced;

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use walkdir::WalkDir;

use super::stages::{Pipeline, Reuse};
use crate::error::{Error, ErrorKind, Result};
use crate::event::Event;
use crate::profile::provenance::Provenance;
use crate::store::{Packed, Store};
use crate::workdir::Aside;

pub use traced::{fetch_traced, keep_traced};

/// Where the documents are: `products/<the product's place below .pgoctl>.json`.
pub const FOLDER: &str = "products";

/// `products/….json`: the files of a product.
#[derive(Debug, Serialize, Deserialize)]
struct Manifest {
    /// 1.
    schema_version: u32,
    files: Vec<Packed>,
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
        store.filter(|_| self.reuse != Reuse::Never && !self.store_is_away.get())
    }

    /// The key of the product at `path`, without its ending.
    fn key(&self, path: &Path) -> Option<String> {
        let place = path.strip_prefix(self.plan.workdir.root()).ok()?;
        Some(format!("{FOLDER}/{}", place.to_str()?))
    }

    fn keep(&self, product: &Path, folder: &Path, files: impl Fn() -> Result<Vec<PathBuf>>) {
        let store = self.plan.products.as_ref();
        let store = store.filter(|store| !(store.is_pull_only() || self.store_is_away.get()));
        let Some(store) = store else { return };
        let kept = self.key(product).map_or(Ok(()), |key| {
            if self.reuse == Reuse::Never {
                // What is made anew takes the place of what was made before.
                store.delete(&document(&key))?;
            }
            put(store, &key, folder, &files()?)
        });
        self.complain(kept, "keep", product);
    }

    fn complain(&self, done: Result<()>, verb: &str, what: &Path) {
        if let Err(error) = done {
            if error.kind() == ErrorKind::StoreAway {
                // It was waited for once.
                self.store_is_away.set(true);
            }
            self.listener.hear(Event::Complained {
                message: format!(
                    "could not {verb} `{}` in the store: {error}",
                    what.display()
                ),
            });
        }
    }
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

/// Puts `files` of `folder` into the store; the document comes last.
fn put(store: &Store, key: &str, folder: &Path, files: &[PathBuf]) -> Result<()> {
    store.ready_to_share()?;
    let manifest = Manifest {
        schema_version: 1,
        files: files
            .iter()
            .map(|path| store.pack(path, folder))
            .collect::<Result<_>>()?,
    };
    let text = serde_json::to_vec_pretty(&manifest).expect("every name in it is UTF-8");
    // Somebody else may have made the same: any of them will do.
    store.create(&document(key), text).map(|_| ())
}

/// Does something with the files of a product, where the store has it; whether it has. One of which something is broken is forgotten: whoever makes it
/// next keeps it anew.
fn with_files(store: &Store, key: &str, get: impl Fn(&[Packed]) -> Result<()>) -> Result<bool> {
    let document = document(key);
    let Some(bytes) = store.get(&document)? else {
        return Ok(false);
    };
    let got = match serde_json::from_slice::<Manifest>(&bytes) {
        Ok(manifest) => get(&manifest.files),
        Err(error) => Err(store.broken(&document, &error.to_string())),
    };
    match got {
        Err(error) if error.kind() == ErrorKind::BrokenObject && !store.is_pull_only() => {
            store.delete(&document)?;
            Err(error)
        }
        got => got.map(|()| true),
    }
}

/// Gets a folder as a whole, or not at all.
fn fetch_folder(store: &Store, key: &str, folder: &Path) -> Result<()> {
    with_files(store, key, |files| {
        let aside = Aside::new(folder)?;
        files
            .iter()
            .try_for_each(|file| store.unpack(file, aside.path()))?;
        aside.commit()
    })
    .map(|_| ())
}

/// Gets a profile, its origin last: without that it is none.
fn fetch_profile(store: &Store, key: &str, profile: &Path) -> Result<()> {
    let folder = profile.parent().unwrap_or(Path::new("."));
    with_files(store, key, |files| {
        files.iter().try_for_each(|file| store.unpack(file, folder))
    })
    .map(|_| ())
}
