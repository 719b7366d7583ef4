//! `changes/<n>.json`: the decisions of all controllers about all functions, in one row, so that asking what is new takes one listing
//! however many functions there are. The decisions themselves are the functions' own documents: one that is missing here is
//! found by whoever lists all of them.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::profile::shared::side_by_side;
use crate::store::{Created, Object, Store};

/// The folder of the row.
const FOLDER: &str = "changes";
/// Entries that are older than that are cleared away: whoever lives reads the row every two seconds, and whoever could not for so long
/// finds that some are missing, and lists all documents.
const AGE: Duration = Duration::from_secs(3600);
/// So many stay, however old they are: the last one has the row's number.
const KEPT: usize = 16;
/// So many are cleared away at a time.
const MOST: usize = 2000;

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

/// The entries after a number.
#[derive(Debug, PartialEq, Eq)]
pub struct After {
    /// The number of the last one.
    pub last: u64,
    /// The newest generation of each function.
    pub changed: BTreeMap<String, u64>,
    /// None is missing: what was decided is known. Otherwise some were cleared away before they were read here.
    pub is_whole: bool,
}

fn entries_after(store: &Store, last: u64) -> Result<Vec<Object>> {
    match last {
        0 => store.list(FOLDER),
        last => store.list_after(FOLDER, &key(last)),
    }
}

/// What the entries after number `last` say.
pub fn after(store: &Store, last: u64) -> Result<After> {
    let entries = entries_after(store, last)?;
    let numbers: Vec<u64> = entries.iter().filter_map(number_of).collect();
    let mut is_whole = numbers.iter().zip(last + 1..).all(|(is, next)| *is == next);
    let mut changed = BTreeMap::new();
    for text in side_by_side(&entries, |object| store.get(&object.key)) {
        let text = text?;
        // One that was cleared away this moment.
        is_whole &= text.is_some();
        let change = text.and_then(|text| serde_json::from_slice::<Change>(&text).ok());
        // One that cannot be read is found among the documents.
        let Some(change) = change else { continue };
        let newest: &mut u64 = changed.entry(change.function).or_default();
        *newest = change.generation.max(*newest);
    }
    Ok(After {
        last: numbers.last().copied().unwrap_or(last),
        changed,
        is_whole,
    })
}

/// Removes entries that are older than an hour at `now`, the time of the store: from the first one on, so that what stays is one row.
pub fn clear(store: &Store, now: Timestamp) -> Result<usize> {
    let entries = store.list(FOLDER)?;
    let spare = entries.len().saturating_sub(KEPT).min(MOST);
    let is_old = |entry: &&Object| {
        let age = Duration::try_from(now.duration_since(entry.modified));
        age.is_ok_and(|age| age >= AGE)
    };
    let old: Vec<&Object> = entries[..spare].iter().take_while(is_old).collect();
    side_by_side(&old, |entry| store.delete(&entry.key))
        .into_iter()
        .collect::<Result<()>>()?;
    Ok(old.len())
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
    // Where entries after `last` were cleared away their numbers are free, and nobody would look there.
    let there = entries_after(store, last)?;
    let mut number = there.iter().rev().find_map(number_of).unwrap_or(last) + 1;
    let last = number;
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
        let read = after(&store, 0).expect("it can be read");
        assert_eq!((read.last, read.is_whole), (20, true));
        assert_eq!(read.changed.len(), 4);
        assert!(read.changed.values().all(|newest| *newest == 5), "{read:?}");
        let read = after(&store, 20).expect("it can be read");
        assert_eq!(
            (read.last, read.changed, read.is_whole),
            (20, BTreeMap::new(), true)
        );
        append(&store, 20, "f9", 3).expect("it can be written");
        let read = after(&store, 20).expect("it can be read");
        assert_eq!((read.last, read.changed["f9"]), (21, 3));
    }

    #[test]
    fn old_entries_go_and_whoever_had_not_read_them_is_told_and_writes_none_where_they_were() {
        let folder = tempfile::tempdir().expect("a temporary directory");
        let place = folder.path().display().to_string();
        let store = Store::open(&place, &Credentials::default()).expect("a folder will do");
        for generation in 1..=40 {
            append(&store, generation - 1, "f", generation).expect("it can be written");
        }
        let now = Timestamp::now();
        assert_eq!(
            clear(&store, now).expect("it can be listed"),
            0,
            "none is old"
        );
        let later = now + Duration::from_secs(3700);
        assert_eq!(clear(&store, later).expect("it can be cleared"), 24);
        let read = after(&store, 10).expect("it can be read");
        assert_eq!((read.last, read.is_whole), (40, false));
        assert!(after(&store, 24).expect("it can be read").is_whole);
        // One that slept all the while.
        append(&store, 10, "f", 41).expect("it can be written");
        assert_eq!(after(&store, 40).expect("it can be read").last, 41);
    }
}
