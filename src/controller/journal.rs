//! The documents of all functions in the store: read at the start, one added at each decision.

use std::collections::BTreeMap;

use super::state::State;
use crate::error::{Error, ErrorKind, Result};
use crate::profile::shared::side_by_side;
use crate::store::{Created, Store};

/// The folder of all functions' documents.
const FOLDER: &str = "state";

fn key(function: &str, generation: u64) -> String {
    format!("{FOLDER}/{function}/{generation:08}.json")
}

/// The number of the newest document of every function, those of removed ones included.
pub fn generations(store: &Store) -> Result<BTreeMap<String, u64>> {
    let mut newest = BTreeMap::new();
    for object in store.list(FOLDER)? {
        let parts: Vec<&str> = object.key.split('/').collect();
        if let [_, function, file] = parts[..]
            && let Some(generation) = generation_of(file)
        {
            // Keys come in order: the last one is the newest.
            newest.insert(function.to_owned(), generation);
        }
    }
    Ok(newest)
}

fn generation_of(file: &str) -> Option<u64> {
    file.strip_suffix(".json")?.parse().ok()
}

/// The newest document of every function, those of removed ones included; why not, where one cannot be read.
pub fn read_all(store: &Store) -> Result<Vec<(String, Result<State>)>> {
    let newest: Vec<(String, u64)> = generations(store)?.into_iter().collect();
    let read = side_by_side(&newest, |(function, generation)| {
        document(store, function, *generation)
    });
    let named = newest.into_iter().zip(read);
    Ok(named
        .filter_map(|((function, _), state)| Some((function, state.transpose()?)))
        .collect())
}

/// One document of a function.
pub fn document(store: &Store, function: &str, generation: u64) -> Result<Option<State>> {
    read(store, &key(function, generation))
}

/// The newest document of one function.
pub fn newest(store: &Store, function: &str) -> Result<Option<State>> {
    let objects = store.list(&format!("{FOLDER}/{function}"))?;
    match objects.last() {
        Some(last) => read(store, &last.key),
        None => Ok(None),
    }
}

/// All documents of one function, oldest first.
pub fn history(store: &Store, function: &str) -> Result<Vec<State>> {
    let objects = store.list(&format!("{FOLDER}/{function}"))?;
    let mut states = Vec::new();
    for object in objects {
        states.extend(read(store, &object.key)?);
    }
    Ok(states)
}

fn read(store: &Store, key: &str) -> Result<Option<State>> {
    let Some(text) = store.get(key)? else {
        return Ok(None);
    };
    serde_json::from_slice(&text).map(Some).map_err(|error| {
        Error::new(
            ErrorKind::Unexpected,
            format!("`{key}` in {} cannot be read", store.place()),
        )
        .because(error.to_string())
        .hint("was it written by a newer pgoctl?")
    })
}

/// Adds a document. `false`: somebody else has added that number, so that this one decided on what holds no more.
pub fn append(store: &Store, state: &State) -> Result<bool> {
    let text = serde_json::to_vec_pretty(state).expect("it has only string keys");
    let created = store.create(&key(&state.function, state.generation), text)?;
    Ok(created == Created::New)
}

/// The document after `known`, if somebody has added one.
pub fn newer(store: &Store, known: &State) -> Result<Option<State>> {
    let mut newest = None;
    let mut generation = known.generation + 1;
    while let Some(state) = read(store, &key(&known.function, generation))? {
        newest = Some(state);
        generation += 1;
    }
    Ok(newest)
}
