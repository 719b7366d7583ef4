//! `leases/<function>/<n>.json`: which controller works on a function. Numbered documents that are created once: whoever creates
//! number N + 1 has it, or has let it go.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind, Result};
use crate::store::{Created, Store};

/// The folder of all functions' leases.
const FOLDER: &str = "leases";
/// So many documents of a function are kept: for whoever wants to know, and so that no number is given twice to one who slept.
const KEPT: u64 = 16;

/// Who works on a function.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lease {
    /// 1.
    pub schema_version: u32,
    /// The function.
    pub function: String,
    /// The number of this document, from 1.
    pub generation: u64,
    /// The controller that has it; `None`: it was let go.
    pub holder: Option<String>,
    /// Drawn for this document: two that write the same number at the same moment are told apart.
    pub writer: u64,
}

fn key(function: &str, generation: u64) -> String {
    format!("{FOLDER}/{function}/{generation:08}.json")
}

/// Removes the leases of a function that is gone, but for the last one, which has the number.
pub fn clear(store: &Store, function: &str) -> Result<()> {
    let objects = store.list(&format!("{FOLDER}/{function}"))?;
    let mut old = objects.iter().rev().skip(1);
    old.try_for_each(|object| store.delete(&object.key))
}

/// Functions of which there are leases that could go.
pub fn functions(store: &Store) -> Result<Vec<String>> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for object in store.list(FOLDER)? {
        if let Some(function) = object.key.split('/').nth(1) {
            *counts.entry(function.to_owned()).or_default() += 1;
        }
    }
    let more = counts.into_iter().filter(|(_, count)| *count > 1);
    Ok(more.map(|(function, _)| function).collect())
}

impl Lease {
    /// The lease after `before`, for `holder`.
    pub fn after(before: Option<&Self>, function: &str, holder: Option<&str>) -> Self {
        Self {
            schema_version: 1,
            function: function.to_owned(),
            generation: before.map_or(1, |before| before.generation + 1),
            holder: holder.map(str::to_owned),
            writer: rand::random(),
        }
    }

    /// The newest one of `function`.
    pub fn newest(store: &Store, function: &str) -> Result<Option<Self>> {
        let objects = store.list(&format!("{FOLDER}/{function}"))?;
        let Some(last) = objects.last() else {
            return Ok(None);
        };
        let Some(text) = store.get(&last.key)? else {
            return Ok(None);
        };
        serde_json::from_slice(&text).map(Some).map_err(|error| {
            Error::new(
                ErrorKind::Unexpected,
                format!("`{}` in {} cannot be read", last.key, store.place()),
            )
            .because(error.to_string())
        })
    }

    /// Adds it. `false`: somebody else was first.
    pub fn add(&self, store: &Store) -> Result<bool> {
        let text = serde_json::to_vec_pretty(self).expect("it has only string keys");
        let created = store.create(&key(&self.function, self.generation), text)?;
        if created == Created::New && self.generation > KEPT {
            let _ = store.delete(&key(&self.function, self.generation - KEPT));
        }
        Ok(created == Created::New)
    }
}
