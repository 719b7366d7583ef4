//! What trials saw, in the store: one document each, `trials/<function>/<generation>-<id>.json`.

use crate::error::{Error, ErrorKind, Result};
use crate::profile::shared::side_by_side;
use crate::report::trial::TrialReport;
use crate::store::{Object, Store};

/// The folder of all functions' trials.
const FOLDER: &str = "trials";

/// Keeps one; one that is kept already stays as it is.
pub fn keep(store: &Store, trial: &TrialReport) -> Result<()> {
    let key = format!(
        "{FOLDER}/{}/{:08}-{}.json",
        trial.function, trial.generation, trial.verdict.id
    );
    let text = serde_json::to_vec_pretty(trial).expect("it has only string keys");
    store.create(&key, text).map(|_| ())
}

/// Those of a function that have ended, oldest first.
pub fn all(store: &Store, function: &str) -> Result<Vec<TrialReport>> {
    let objects = store.list(&format!("{FOLDER}/{function}"))?;
    let read = side_by_side(&objects, |object| read(store, object));
    let found: Result<Vec<_>> = read.into_iter().collect();
    found.map(|all| all.into_iter().flatten().collect())
}

/// The one that ended at that generation of the function.
pub fn one(store: &Store, function: &str, generation: u64) -> Result<Option<TrialReport>> {
    let objects = store.list(&format!("{FOLDER}/{function}"))?;
    let object = objects
        .iter()
        .find(|object| generation_of(&object.key) == Some(generation));
    object.map_or(Ok(None), |object| read(store, object))
}

fn generation_of(key: &str) -> Option<u64> {
    let file = key.rsplit('/').next()?;
    file.split_once('-')?.0.parse().ok()
}

fn read(store: &Store, object: &Object) -> Result<Option<TrialReport>> {
    let key = &object.key;
    let (Some(generation), Some(text)) = (generation_of(key), store.get(key)?) else {
        return Ok(None);
    };
    let trial: TrialReport = serde_json::from_slice(&text).map_err(|error| {
        Error::new(
            ErrorKind::Unexpected,
            format!("`{key}` in {} cannot be read", store.place()),
        )
        .because(error.to_string())
        .hint("was it written by a newer pgoctl?")
    })?;
    Ok(Some(TrialReport {
        generation,
        ..trial
    }))
}
