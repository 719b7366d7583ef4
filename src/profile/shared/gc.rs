//! What a store no longer needs: profiles of old builds, images that nothing names. What a document of the controller's names stays.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use super::key::{self, Listed, Parts};
use super::sheet::Sheet;
use super::side_by_side::side_by_side;
use crate::error::{Error, ErrorKind, Result};
use crate::store::{ADDRESSED, Object, Store};

/// A writer that has not finished after so long is dead.
const DEAD: Duration = Duration::from_secs(24 * 60 * 60);

/// The folders whose documents name what is in use.
const NAMING: [&str; 4] = ["state", "decisions", "products", "jobs"];

/// Those whose documents can be made again: they go by their age, and what only they name goes with them.
const MADE_AGAIN: [&str; 2] = ["products", "jobs"];

/// What is to go. With both, only what both let go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    /// The profiles of so many builds of each function stay, the newest ones.
    pub keep: Option<usize>,
    /// What is younger stays.
    pub older_than: Option<Duration>,
}

/// What went, or would go.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct GcReport {
    /// 1.
    pub schema_version: u32,
    /// Which store.
    pub store: String,
    /// Whether nothing was removed in truth.
    pub dry_run: bool,
    /// The keys that went.
    pub removed: Vec<String>,
    /// Their size.
    pub bytes: u64,
    /// How many stay only because a document names them, their build or their content.
    pub in_use: u64,
}

/// Removes what `rules` let go, of one function or of all; with `dry_run` only says what that is.
///
/// # Errors
///
/// A document of the controller's that cannot be read: what it names is unknown, so nothing is removed. As [`Store::list`].
pub fn collect(
    store: &Store,
    function: Option<&str>,
    rules: Rules,
    now: Timestamp,
    dry_run: bool,
) -> Result<GcReport> {
    let objects = store.list("")?;
    let mut going = Going {
        rules,
        now,
        used: BTreeSet::new(),
        removed: Vec::new(),
        in_use: 0,
    };
    if function.is_none() {
        objects.iter().for_each(|object| going.made_again(object));
    }
    let gone: BTreeSet<&str> = going
        .removed
        .iter()
        .map(|object| object.key.as_str())
        .collect();
    let stay = objects
        .iter()
        .filter(|object| !gone.contains(object.key.as_str()));
    going.used = in_use(store, stay)?;
    let is_asked_for = |listed: &Listed| function.is_none_or(|name| listed.parts.function == name);
    let pairs: Vec<Listed> = key::pair(&objects)
        .into_iter()
        .filter(is_asked_for)
        .collect();
    let stay = newest_builds(&pairs, rules.keep);
    for listed in &pairs {
        going.profile(listed, &stay);
    }
    going.spare_what_is_served(store)?;
    if function.is_none() {
        objects.iter().for_each(|object| going.addressed(object));
    }
    let mut report = GcReport {
        schema_version: 1,
        store: store.place().to_owned(),
        dry_run,
        bytes: going.removed.iter().map(|object| object.bytes).sum(),
        removed: going
            .removed
            .iter()
            .map(|object| object.key.clone())
            .collect(),
        in_use: going.in_use,
    };
    if !dry_run {
        // What is said about a profile goes before it: a profile without that counts no more.
        let (sheets, others): (Vec<&String>, Vec<&String>) = report
            .removed
            .iter()
            .partition(|key| key.ends_with(".json"));
        for keys in [sheets, others] {
            side_by_side(&keys, |key| store.delete(key))
                .into_iter()
                .collect::<Result<()>>()?;
        }
        store.sweep(DEAD)?;
    }
    report.removed.sort();
    Ok(report)
}

struct Going<'a> {
    rules: Rules,
    now: Timestamp,
    used: BTreeSet<String>,
    removed: Vec<&'a Object>,
    in_use: u64,
}

impl<'a> Going<'a> {
    fn is_older(&self, object: &Object, than: Duration) -> bool {
        let age = self.now.duration_since(object.modified);
        Duration::try_from(age).is_ok_and(|age| age >= than)
    }

    fn profile(&mut self, listed: &'a Listed, stay: &BTreeSet<(&str, &str)>) {
        let parts = &listed.parts;
        let both: Vec<&Object> = [&listed.sheet, &listed.profile]
            .into_iter()
            .flatten()
            .collect();
        if both.len() < 2 {
            // Left by a writer that died; what a living one is about to finish is young.
            if both.iter().all(|object| self.is_older(object, DEAD)) {
                self.removed.extend(both);
            }
            return;
        }
        let is_young = |than| !both.iter().all(|object| self.is_older(object, than));
        if stay.contains(&(parts.function.as_str(), parts.build.as_str()))
            || self.rules.older_than.is_some_and(is_young)
        {
            return;
        }
        let key = parts.profile();
        let mut names = [&key, &parts.name, &parts.build].into_iter();
        if names.any(|name| self.used.contains(name)) {
            self.in_use += 1;
            return;
        }
        self.removed.extend(both);
    }

    /// Takes back what a controller still gathers for: a profile's `.json` says for which version of the function it was, and the
    /// newest document, which version is served.
    fn spare_what_is_served(&mut self, store: &Store) -> Result<()> {
        let removed = std::mem::take(&mut self.removed);
        let served = |object: &&'a Object| -> Result<Option<Parts>> {
            let Some(parts) = Parts::of(&object.key).filter(|parts| parts.ending == "json") else {
                return Ok(None);
            };
            let sheet = store
                .get(&object.key)?
                .map(|bytes| Sheet::read(&bytes, &parts));
            let is_served = sheet.and_then(Result::ok).is_some_and(|sheet| {
                let version = sheet.provenance.inputs.get("version");
                version.is_some_and(|version| self.used.contains(version))
            });
            Ok(is_served.then_some(parts))
        };
        let spared = side_by_side(&removed, served);
        let spared: BTreeSet<String> = spared
            .into_iter()
            .filter_map(Result::transpose)
            .map(|parts| parts.map(|parts| parts.profile()))
            .collect::<Result<_>>()?;
        self.in_use += spared.len() as u64;
        let stays = |object: &&Object| {
            let parts = Parts::of(&object.key);
            parts.is_some_and(|parts| spared.contains(&parts.profile()))
        };
        self.removed = removed
            .into_iter()
            .filter(|object| !stays(object))
            .collect();
        Ok(())
    }

    /// Documents of products and Jobs: nothing is lost with one.
    fn made_again(&mut self, object: &'a Object) {
        let folder = object.key.split('/').next().unwrap_or_default();
        let is_old = |than| self.is_older(object, than);
        if MADE_AGAIN.contains(&folder) && self.rules.older_than.is_some_and(is_old) {
            self.removed.push(object);
        }
    }

    /// An image or a JAR: only by age, as nothing says which one is the newest.
    fn addressed(&mut self, object: &'a Object) {
        let Some((folder, name)) = object.key.split_once('/') else {
            return;
        };
        let Some(older_than) = self.rules.older_than else {
            return;
        };
        if !ADDRESSED.contains(&folder) || !self.is_older(object, older_than) {
            return;
        }
        match self.used.contains(name) {
            true => self.in_use += 1,
            false => self.removed.push(object),
        }
    }
}

/// Of each function, so many builds: those whose last profile is the newest. None where no number was said.
fn newest_builds(pairs: &[Listed], keep: Option<usize>) -> BTreeSet<(&str, &str)> {
    let mut newest: BTreeMap<&str, BTreeMap<&str, Timestamp>> = BTreeMap::new();
    for listed in pairs {
        let Some(profile) = &listed.profile else {
            continue;
        };
        let builds = newest.entry(&listed.parts.function).or_default();
        let last = builds.entry(&listed.parts.build).or_default();
        *last = (*last).max(profile.modified);
    }
    let mut stay = BTreeSet::new();
    for (function, builds) in newest {
        let mut builds: Vec<(&str, Timestamp)> = builds.into_iter().collect();
        builds.sort_by_key(|(_, newest)| std::cmp::Reverse(*newest));
        let Some((_, last)) = keep.and_then(|keep| builds.get(keep.clamp(1, builds.len()) - 1))
        else {
            continue;
        };
        // Some stores count whole seconds: those of the same one stay together.
        let kept = builds.iter().filter(|(_, newest)| newest >= last);
        stay.extend(kept.map(|(build, _)| (function, *build)));
    }
    stay
}

/// What the controller's documents name. Every one of them: keys of profiles, and digests, so that what was served once can be
/// served again. The newest one of each folder, which is what holds: all of its words, versions and images among them.
fn in_use<'a>(
    store: &Store,
    objects: impl Iterator<Item = &'a Object>,
) -> Result<BTreeSet<String>> {
    let names = |object: &&Object| {
        let folder = object.key.split('/').next().unwrap_or_default();
        NAMING.contains(&folder)
    };
    let documents: Vec<&Object> = objects.filter(names).collect();
    let folder = |object: &Object| {
        object
            .key
            .rsplit_once('/')
            .map(|(folder, _)| folder.to_owned())
    };
    // They are in the order of their keys, which end in numbers of one length.
    let newest: BTreeMap<_, &str> = documents
        .iter()
        .map(|object| (folder(object), object.key.as_str()))
        .collect();
    let read = side_by_side(&documents, |object| store.get(&object.key));
    let mut used = BTreeSet::new();
    for (object, bytes) in documents.iter().zip(read) {
        let Some(bytes) = bytes? else { continue };
        let document: Value = serde_json::from_slice(&bytes).map_err(|error| {
            let goal = format!("could not tell what of {} is in use", store.place());
            Error::new(ErrorKind::Unexpected, goal)
                .because(format!("`{}` cannot be read: {error}", object.key))
                .hint("nothing was removed; `pgoctl store verify` says what is broken")
        })?;
        let mut found = BTreeSet::new();
        words(&document, &mut found);
        if newest.get(&folder(object)) != Some(&object.key.as_str()) {
            found.retain(|word| Parts::of(word).is_some() || is_digest(word));
        }
        used.extend(found);
    }
    Ok(used)
}

/// Whether it is a SHA-256.
fn is_digest(word: &str) -> bool {
    word.len() == 64 && word.bytes().all(|digit| digit.is_ascii_hexdigit())
}

fn words(value: &Value, used: &mut BTreeSet<String>) {
    match value {
        Value::String(text) => add(text, used),
        Value::Array(values) => values.iter().for_each(|value| words(value, used)),
        Value::Object(fields) => {
            for (name, value) in fields {
                add(name, used);
                words(value, used);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn add(text: &str, used: &mut BTreeSet<String>) {
    if let Some(parts) = Parts::of(text) {
        used.insert(parts.profile());
        return;
    }
    used.insert(text.to_owned());
    for name in text.split(['/', ':']) {
        used.insert(name.to_owned());
        if let Some((stem, _)) = name.split_once('.') {
            used.insert(stem.to_owned());
        }
    }
}
