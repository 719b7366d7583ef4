//! What profiles there are, by function and build: one listing, nothing else is read.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::key::{self, ROOT};
use crate::error::Result;
use crate::store::Store;

/// The profiles of one build of a function.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Group {
    /// Whose they are.
    pub function: String,
    /// The image that left them.
    pub build: String,
    /// How many are whole.
    pub profiles: u64,
    /// How many have no `.json`: being stored this moment, or left by a writer that died.
    pub unfinished: u64,
    /// How many different workers left them.
    pub workers: u64,
    /// The size of all of them.
    pub bytes: u64,
    /// When the last one was stored, RFC 3339.
    pub newest: String,
    /// The keys of the whole ones.
    pub keys: Vec<String>,
}

/// The profiles in a store, of one function or of all, by function and the newest build first.
///
/// # Errors
///
/// As [`Store::list`].
pub fn list(store: &Store, function: Option<&str>) -> Result<Vec<Group>> {
    let prefix = match function {
        Some(function) => format!("{ROOT}/{function}"),
        None => ROOT.to_owned(),
    };
    let mut builds: BTreeMap<(String, String), (Group, BTreeSet<String>)> = BTreeMap::new();
    for listed in key::pair(&store.list(&prefix)?) {
        let parts = listed.parts;
        let Some(profile) = listed.profile else {
            continue;
        };
        let key = (parts.function.clone(), parts.build.clone());
        let (group, workers) = builds.entry(key).or_insert_with(|| {
            let group = Group {
                function: parts.function.clone(),
                build: parts.build.clone(),
                profiles: 0,
                unfinished: 0,
                workers: 0,
                bytes: 0,
                newest: String::new(),
                keys: Vec::new(),
            };
            (group, BTreeSet::new())
        });
        if listed.sheet.is_none() {
            group.unfinished += 1;
            continue;
        }
        group.profiles += 1;
        group.bytes += profile.bytes;
        group.newest = group.newest.clone().max(profile.modified.to_string());
        group.keys.push(profile.key);
        workers.insert(parts.worker);
        group.workers = workers.len() as u64;
    }
    let mut groups: Vec<Group> = builds.into_values().map(|(group, _)| group).collect();
    groups.sort_by(|one, other| {
        let by_function = one.function.cmp(&other.function);
        by_function.then_with(|| other.newest.cmp(&one.newest))
    });
    Ok(groups)
}
