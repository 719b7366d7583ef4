//! Reads everything in a store and holds it against what is said about it.

use serde::Serialize;

use super::key::{self, Listed, ROOT};
use super::pull::Broken;
use super::sheet::Sheet;
use super::side_by_side::side_by_side;
use crate::error::Result;
use crate::store::{ADDRESSED, Object, Store};

/// The folders whose objects are JSON documents.
const DOCUMENTS: [&str; 8] = [
    "state",
    "decisions",
    "trials",
    "changes",
    "leases",
    "replicas",
    "products",
    "jobs",
];

/// What a store has, and what of it is broken.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct VerifyReport {
    /// 1.
    pub schema_version: u32,
    /// Which store.
    pub store: String,
    /// Profiles that are what their `.json` says.
    pub profiles: u64,
    /// Images that are what their names say.
    pub images: u64,
    /// JARs that are what their names say.
    pub jars: u64,
    /// Documents that can be read: `state`, `decisions`, `trials`, `changes`, `leases` and `replicas` of controllers, `products`, `jobs`.
    pub documents: u64,
    /// The size of everything, by the store's own word.
    pub bytes: u64,
    /// What is broken; by key.
    pub broken: Vec<Broken>,
    /// Profiles without `.json`: being stored this moment, or left by a writer that died. They count nowhere.
    pub unfinished: Vec<String>,
    /// What is not part of the layout.
    pub unknown: Vec<String>,
}

/// Looks at everything.
///
/// # Errors
///
/// A store that is away: not one that holds something broken.
pub fn verify(store: &Store) -> Result<VerifyReport> {
    let objects = store.list("")?;
    let mut report = VerifyReport {
        schema_version: 1,
        store: store.place().to_owned(),
        bytes: objects.iter().map(|object| object.bytes).sum(),
        ..VerifyReport::default()
    };
    let pairs = key::pair(&objects);
    for (listed, whole) in pairs
        .iter()
        .zip(side_by_side(&pairs, |listed| profile(store, listed)))
    {
        match whole? {
            Found::Whole => report.profiles += 1,
            Found::Unfinished => report.unfinished.push(listed.parts.profile()),
            Found::Broken(broken) => report.broken.push(broken),
        }
    }
    let others: Vec<&Object> = objects
        .iter()
        .filter(|object| key::Parts::of(&object.key).is_none())
        .collect();
    let whole = side_by_side(&others, |object| other(store, &object.key));
    for (object, whole) in others.iter().zip(whole) {
        let key = object.key.clone();
        match whole? {
            Other::Unknown => report.unknown.push(key),
            Other::Broken(why) => report.broken.push(Broken { key, why }),
            Other::Document => report.documents += 1,
            Other::Image => report.images += 1,
            Other::Jar => report.jars += 1,
            Other::Ours => {}
        }
    }
    report.broken.sort();
    Ok(report)
}

enum Found {
    Whole,
    Unfinished,
    Broken(Broken),
}

fn profile(store: &Store, listed: &Listed) -> Result<Found> {
    let (key, sheet_key) = (listed.parts.profile(), listed.parts.sheet());
    let broken = |key: &str, why: String| {
        let key = key.to_owned();
        Ok(Found::Broken(Broken { key, why }))
    };
    if listed.sheet.is_none() {
        return Ok(Found::Unfinished);
    }
    let Some(bytes) = store.get(&sheet_key)? else {
        return Ok(Found::Unfinished);
    };
    let sheet = match Sheet::read(&bytes, &listed.parts) {
        Ok(sheet) => sheet,
        Err(why) => return broken(&sheet_key, why),
    };
    let said = &sheet.provenance;
    match store.digest(&key)? {
        None => broken(&key, "it is missing, and its `.json` is there".to_owned()),
        Some(found) if found.sha256 == said.sha256 && found.bytes == said.bytes => Ok(Found::Whole),
        Some(found) => broken(
            &key,
            format!(
                "it has {} bytes of SHA-256 {}, and should have {} of {}",
                found.bytes, found.sha256, said.bytes, said.sha256
            ),
        ),
    }
}

enum Other {
    Image,
    Jar,
    Document,
    Ours,
    Broken(String),
    Unknown,
}

fn other(store: &Store, key: &str) -> Result<Other> {
    let (folder, rest) = key.split_once('/').unwrap_or((key, ""));
    if ADDRESSED.contains(&folder) {
        return Ok(match store.digest(key)? {
            Some(found) if found.sha256 == rest => match folder {
                "jars" => Other::Jar,
                _ => Other::Image,
            },
            Some(found) => Other::Broken(format!("its SHA-256 is {}", found.sha256)),
            // Removed since it was listed.
            None => Other::Ours,
        });
    }
    if DOCUMENTS.contains(&folder) {
        let Some(bytes) = store.get(key)? else {
            return Ok(Other::Ours);
        };
        return Ok(
            match serde_json::from_slice::<serde::de::IgnoredAny>(&bytes) {
                Ok(_) => Other::Document,
                Err(error) => Other::Broken(format!("it cannot be read: {error}")),
            },
        );
    }
    Ok(match folder {
        ROOT => Other::Unknown,
        "store.json" | "probe" => Other::Ours,
        _ => Other::Unknown,
    })
}
