//! `changes/<n>.json`: the decisions of all controllers about all functions, in one row, so that asking what is new takes one listing
//! however many functions there are. The decisions themselves are the functions' own documents: one that is missing here is
//! found by whoever lists all of them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::profile::shared::side_by_side;
use crate::store::{Created, Object, Store};

/// The folder of the row.
const FOLDER: &str = "changes";

/// One entry: that document of that function was written.
#[derive(Debug, Serialize, Deserialize)]
struct Change {
    /// 1.
    schema_version: u32,
    function: String,
    generation: u64,
    /// Drawn, so that two writers' entries differ.
    writer: u64,
}

fn key(number: u64) -> String {
    format!("{FOLDER}/{number:012}.json")
}

fn number_of(object: &Object) -> Option<u64> {
    let file = object.key.rsplit('/').next()?;
    file.strip_suffix(".json")?.parse().ok()
}

/// The number of the last entry.
pub fn end(store: &Store) -> Result<u64> {
    let entries = store.list(FOLDER)?;
    Ok(entries.iter().rev().find_map(number_of).unwrap_or(0))
}

/// The newest generation of each function in the entries after number `last`, and the number of the last one.
pub fn after(store: &Store, last: u64) -> Result<(u64, BTreeMap<String, u64>)> {
    let entries = match last {
        0 => store.list(FOLDER)?,
        last => store.list_after(FOLDER, &key(last))?,
    };
    let mut changed = BTreeMap::new();
    for text in side_by_side(&entries, |object| store.get(&object.key)) {
        let change = text?.and_then(|text| serde_json::from_slice::<Change>(&text).ok());
        // One that cannot be read is found among the documents.
        let Some(change) = change else { continue };
        let newest: &mut u64 = changed.entry(change.function).or_default();
        *newest = change.generation.max(*newest);
    }
    let last = entries.iter().rev().find_map(number_of).unwrap_or(last);
    Ok((last, changed))
}

/// Adds an entry, after number `last` or wherever the row ends meanwhile.
pub fn append(store: &Store, last: u64, function: &str, generation: u64) -> Result<()> {
    let change = Change {
        schema_version: 1,
        function: function.to_owned(),
        generation,
        writer: rand::random(),
    };
    let text = serde_json::to_vec(&change).expect("it has only string keys");
    let mut number = last + 1;
    while store.create(&key(number), text.clone())? == Created::Exists {
        // Others were faster. A few are passed by; many, by looking.
        number += 1;
        if number > last + 8 {
            number = end(store)?.max(number - 1) + 1;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Credentials;

    #[test]
    fn writers_at_the_same_moment_make_one_row_and_nobody_misses_an_entry() {
        let folder = tempfile::tempdir().expect("a temporary directory");
        let place = folder.path().display().to_string();
        let store = Store::open(&place, &Credentials::default()).expect("a folder will do");
        assert_eq!(end(&store).expect("it is there"), 0);
        std::thread::scope(|scope| {
            for writer in 0..4 {
                let store = store.clone();
                scope.spawn(move || {
                    for generation in 1..=5 {
                        let name = format!("f{writer}");
                        append(&store, 0, &name, generation).expect("it can be written");
                    }
                });
            }
        });
        let (last, changed) = after(&store, 0).expect("it can be read");
        assert_eq!(last, 20);
        assert_eq!(changed.len(), 4);
        assert!(changed.values().all(|newest| *newest == 5), "{changed:?}");
        assert_eq!(
            after(&store, last).expect("it can be read"),
            (20, BTreeMap::new())
        );
        append(&store, last, "f9", 3).expect("it can be written");
        let (last, changed) = after(&store, last).expect("it can be read");
        assert_eq!((last, changed["f9"]), (21, 3));
    }
}
