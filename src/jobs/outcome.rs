//! What a command came to in its pod: what it printed, and the files that it made.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::order::Order;
use super::snapshot::{Packed, unpack};
use super::unexpected;
use crate::error::Result;
use crate::store::Store;

/// `outcome.json`, where the command ended well; `attempts/<pod>.json`, where it did not.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// 1.
    pub schema_version: u32,
    /// The exit code of pgoctl.
    pub exit_code: i32,
    /// What it printed as its result.
    pub stdout: String,
    /// The last lines of what it said besides.
    pub said: Vec<String>,
    /// All that it said.
    pub log: Packed,
    /// What is in the project's `.pgoctl` now, by its place there.
    pub files: Vec<Packed>,
    /// The pod …
    pub pod: String,
    /// … and its node.
    pub node: String,
    /// How long the command took, in seconds.
    pub seconds: f64,
    /// How many seconds went by before it and after it, for its files.
    pub seconds_for_files: f64,
}

impl Outcome {
    /// What an earlier Job of the same order came to, if it ended well.
    pub(super) fn find(store: &Store, order: &Order) -> Result<Option<Self>> {
        Self::read(store, &key(order))
    }

    /// What the attempt in that pod came to.
    pub(super) fn of_attempt(store: &Store, order: &Order, pod: &str) -> Result<Option<Self>> {
        Self::read(store, &attempt_key(order, pod))
    }

    fn read(store: &Store, key: &str) -> Result<Option<Self>> {
        let Some(bytes) = store.get(key)? else {
            return Ok(None);
        };
        let outcome = serde_json::from_slice(&bytes).map_err(|error| {
            unexpected(format!("`{key}` in {} cannot be read", store.place()))
                .because(error.to_string())
        })?;
        Ok(Some(outcome))
    }

    /// Puts it into the store; what another pod of the same Job left first holds.
    pub(super) fn keep(&self, store: &Store, order: &Order) -> Result<()> {
        let key = match is_answer(self.exit_code) {
            true => key(order),
            false => attempt_key(order, &self.pod),
        };
        let text = serde_json::to_vec_pretty(self).expect("it has only string keys");
        store.create(&key, text).map(|_| ())
    }

    /// Puts the files that are not here yet below `root`; what makes a product whole comes last.
    pub(super) fn fetch(&self, store: &Store, root: &Path) -> Result<()> {
        let is_last = |file: &&Packed| file.name.extension().is_some_and(|end| end == "json");
        let (last, first): (Vec<_>, Vec<_>) = self.files.iter().partition(is_last);
        first
            .into_iter()
            .chain(last)
            .try_for_each(|file| unpack(file, root, store))
    }

    /// Puts all that was said into the file at `path`.
    pub(super) fn fetch_log(&self, store: &Store, path: &Path) -> Result<()> {
        let log = Packed {
            name: path.to_owned(),
            ..self.log.clone()
        };
        unpack(&log, Path::new("/"), store)
    }
}

/// Whether a command that ended so has answered: it was carried out, or a gate judged.
pub(super) fn is_answer(exit_code: i32) -> bool {
    matches!(exit_code, 0 | 7 | 8)
}

fn key(order: &Order) -> String {
    format!("{}/outcome.json", order.key())
}

fn attempt_key(order: &Order, pod: &str) -> String {
    format!("{}/attempts/{pod}.json", order.key())
}

/// Forgets what an earlier Job of the same order came to.
pub(super) fn forget(store: &Store, order: &Order) -> Result<()> {
    store.delete(&key(order))
}
