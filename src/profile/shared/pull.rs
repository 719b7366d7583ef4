//! Profiles come out of the store and lie where training's own do, so that every command finds them there.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::key::{self, Listed, ROOT};
use super::push::{check_name, is_shared};
use super::sheet::{GatheredBy, Sheet};
use super::side_by_side::side_by_side;
use crate::error::Result;
use crate::identity::Inputs;
use crate::profile::iprof::judge::check::check_file;
use crate::profile::provenance::Provenance;
use crate::store::{Got, Store};
use crate::workdir::{create_dir, half_made};

/// What became of a pull.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PullReport {
    /// 1.
    pub schema_version: u32,
    /// Where from.
    pub store: String,
    /// The files that are here now and were not before.
    pub pulled: Vec<PathBuf>,
    /// The size of them.
    pub bytes: u64,
    /// How many were here already.
    pub already_here: u64,
    /// What was not taken, and why.
    pub broken: Vec<Broken>,
    /// The kinds of machines that some were gathered on, where they are not of this kind.
    pub foreign: Vec<String>,
}

/// Something in a store that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Broken {
    /// Its key.
    pub key: String,
    /// What is wrong.
    pub why: String,
}

/// A profile that came, not in its place yet.
struct Come {
    key: String,
    sheet: Sheet,
    aside: tempfile::TempPath,
}

enum Outcome {
    Come(Box<Come>),
    Here,
    Broken(Broken),
    NotShared,
}

/// Gets the profiles of `function`, of one build or of all, into `folder`. Each is held against its SHA-256 and looked into before
/// it lies there under a name of training's own; whoever calls holds the function's lock.
///
/// # Errors
///
/// A store that is away; a folder that cannot be written.
pub fn pull(
    store: &Store,
    function: &str,
    build: Option<&str>,
    folder: &Path,
    report: &mut PullReport,
) -> Result<()> {
    check_name(function)?;
    let listed = key::pair(&store.list(&format!("{ROOT}/{function}"))?);
    let wanted: Vec<Listed> = listed
        .into_iter()
        .filter(|listed| listed.profile.is_some() && listed.sheet.is_some())
        .filter(|listed| build.is_none_or(|build| listed.parts.build == build))
        .collect();
    if wanted.is_empty() {
        return Ok(());
    }
    create_dir(folder)?;
    let here = Here::look(function, folder);
    let outcomes = side_by_side(&wanted, |listed| one(store, listed, &here.keys, folder));
    let mut foreign: BTreeSet<String> = report.foreign.drain(..).collect();
    for outcome in outcomes {
        match outcome? {
            Outcome::Here => report.already_here += 1,
            Outcome::NotShared => {}
            Outcome::Broken(broken) => report.broken.push(broken),
            Outcome::Come(come) => {
                foreign.extend(come.sheet.foreign());
                report.bytes += come.sheet.provenance.bytes;
                report.pulled.push(here.keep(*come)?);
            }
        }
    }
    report.foreign = foreign.into_iter().collect();
    Ok(())
}

fn one(store: &Store, listed: &Listed, here: &BTreeSet<String>, folder: &Path) -> Result<Outcome> {
    let (key, sheet_key) = (listed.parts.profile(), listed.parts.sheet());
    if here.contains(&key) {
        return Ok(Outcome::Here);
    }
    let broken = |key: &str, why: String| {
        let key = key.to_owned();
        Ok(Outcome::Broken(Broken { key, why }))
    };
    let Some(bytes) = store.get(&sheet_key)? else {
        // Removed since it was listed.
        return Ok(Outcome::NotShared);
    };
    let sheet = match Sheet::read(&bytes, &listed.parts) {
        Ok(sheet) => sheet,
        Err(why) => return broken(&sheet_key, why),
    };
    if !is_shared(sheet.provenance.kind) {
        return Ok(Outcome::NotShared);
    }
    let aside = folder.join(format!("{}{}.iprof", half_made(), listed.parts.name));
    let aside = tempfile::TempPath::try_from_path(aside.clone())
        .map_err(|error| crate::error::Error::io("write", &aside, &error))?;
    match store.get_checked(&key, &aside, &sheet.provenance.sha256)? {
        Got::Missing => return Ok(Outcome::NotShared),
        Got::Broken(found) => {
            let why = format!(
                "its SHA-256 is {}, not {}",
                found.sha256, sheet.provenance.sha256
            );
            return broken(&key, why);
        }
        Got::Whole => {}
    }
    let checked = check_file(&aside);
    if !checked.is_usable() {
        return broken(&key, "it is not a whole profile".to_owned());
    }
    Ok(Outcome::Come(Box::new(Come { key, sheet, aside })))
}

/// What lies in a function's folder.
struct Here {
    folder: PathBuf,
    /// The keys of the whole ones: those that they were pulled from, or would be pushed to. Two runs may have counted the same, so
    /// it is not the content that tells them apart.
    keys: BTreeSet<String>,
}

impl Here {
    fn look(function: &str, folder: &Path) -> Self {
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        let whole = entries.filter_map(|entry| {
            let path = entry.path();
            let said = Provenance::said(&path)?;
            Provenance::read(&path.with_extension(said.kind.extension()))
        });
        let key = |whole: Provenance| match whole.pulled_from.clone() {
            Some(key) => Some(key),
            None => Some(Sheet::of_training(function, whole).parts().ok()?.profile()),
        };
        Self {
            keys: whole.filter_map(key).collect(),
            folder: folder.to_owned(),
        }
    }

    /// Puts one that came in its place.
    fn keep(&self, come: Come) -> Result<PathBuf> {
        let mut provenance = come.sheet.provenance;
        let of_calls = match come.sheet.gathered_by {
            GatheredBy::Training => None,
            GatheredBy::Serve => Some("serve"),
            GatheredBy::Collect => Some("collect"),
            GatheredBy::Upload => Some("upload"),
        };
        if let Some(gathered_by) = of_calls {
            // All workers of one image are the runs of one training.
            provenance.inputs = Inputs::new()
                .with("gathered by", gathered_by)
                .with("image", &provenance.image)
                .with("profile kind", provenance.kind.extension());
        }
        let training = provenance.inputs.identity();
        let ending = provenance.kind.extension();
        // The number of another machine's run may be that of a run here: then it gets the next one that is free.
        let place = |run: u32| self.folder.join(format!("{training}-{run:04}.{ending}"));
        let is_free = |run: &u32| {
            let path = place(*run);
            let set_aside = self.folder.join("set-aside");
            let record = path
                .file_name()
                .map(|name| set_aside.join(name).with_extension("json"));
            Provenance::read(&path).is_none() && !record.is_some_and(|record| record.exists())
        };
        let runs = std::iter::once(provenance.run).chain(1..);
        let run = runs.into_iter().find(is_free).unwrap_or(provenance.run);
        let path = place(run);
        provenance.run = run;
        provenance.pulled_from = Some(come.key);
        come.aside
            .persist(&path)
            .map_err(|error| crate::error::Error::io("keep", &path, &error.error))?;
        provenance.write(&path)?;
        Ok(path)
    }
}
