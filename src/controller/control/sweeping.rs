//! What of the controller's folder nobody goes back to. Only this thread knows that for sure, as installing and switching is done here:
//! it renames the folders, which takes no time, and whoever asked removes them.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::Control;
use super::managed::Managed;
use crate::controller::image::Runnable;
use crate::controller::manifest::FILE;
use crate::controller::messages::SetAside;
use crate::controller::state::Optimized;
use crate::variant::Variant;
use crate::workdir::{Workdir, half_made, write_soon};

/// So many versions are kept besides the one that serves, those that served last: the one before, and two more.
const VERSIONS: usize = 3;
/// So many records of builds are kept of a version.
const RUNS: usize = 20;
/// What was used so short a time ago stays.
const AGE: Duration = Duration::from_secs(3600);
/// So many folders at a time; the others go the next time.
const MOST: usize = 200;

impl Control {
    /// Notes which image was made of a set.
    pub(super) fn note_image(&self, name: &str, of: &Optimized, image: &Runnable) {
        if let Some(managed) = self.managed.get(name)
            && !of.profiles.is_empty()
        {
            // Without it, images stay.
            let file = note(&self.set_folder(managed, &of.id));
            let _ = write_soon(&file, image.build.as_str().as_bytes());
        }
    }

    /// Renames what nobody goes back to: versions and images that are older than those that could be gone back to, and all that is left of
    /// `removed` functions. Where something is being made or switched to, everything stays until the next time.
    pub(super) fn set_aside(&mut self, removed: &[String]) -> SetAside {
        self.forgotten.retain(|_, at| at.elapsed() < AGE);
        let home = self.tools.home.clone();
        let mut gone = Vec::new();
        for (name, managed) in &self.managed {
            if is_busy(managed) {
                continue;
            }
            let folder = home.join("functions").join(name);
            gone.extend(versions(&folder, managed));
            let version = folder.join(&managed.state.version);
            gone.extend(sets(&version.join("sets"), managed));
            gone.extend(images(&version, name, managed));
            gone.extend(older(folders_in(&Workdir::of(&version).runs()), RUNS));
        }
        for name in removed {
            // Calls that it had when it was removed may be under way.
            if self.managed.contains_key(name) || self.forgotten.contains_key(name) {
                continue;
            }
            let folder = home.join("functions").join(name);
            if folder.is_dir() && !is_old(used(&folder, &folder)) {
                // What was removed by mistake is installed again within the hour.
                continue;
            }
            gone.push(folder);
            gone.push(home.join("logs").join(name));
            // Not where profiles are in it, which are kept first.
            let _ = std::fs::remove_dir(home.join("recording").join(name));
        }
        for set in gone.iter().filter(|folder| note(folder).is_file()) {
            let _ = std::fs::remove_file(note(set));
        }
        gone.retain(|folder| is_folder(folder));
        gone.truncate(MOST);
        let mut folders = Vec::new();
        for folder in gone {
            if let Some(aside) = renamed(&folder) {
                self.fetcher.forget(&folder);
                folders.push(aside);
            }
        }
        SetAside {
            folders,
            workers: self.living.numbers(),
        }
    }
}

/// Whether something of it is being made, gotten or switched to.
fn is_busy(managed: &Managed) -> bool {
    let goes_on = managed.building.is_some() || managed.switch.is_some();
    goes_on || managed.preparing.is_some() || managed.search.is_some() || managed.traces > 0
}

/// What its workers are started from, of any version.
fn started(managed: &Managed) -> Vec<Runnable> {
    let now = managed.served.now.borrow().clone();
    let pools = now.pools();
    let pools = pools.chain(managed.leaving.iter().map(|(_, pool)| pool));
    let mut all: Vec<Runnable> = pools.map(|pool| pool.image.clone()).collect();
    all.extend(managed.images.values().cloned());
    all.extend(managed.candidate.clone());
    all
}

/// Versions of a function that nobody goes back to.
fn versions(folder: &Path, managed: &Managed) -> Vec<PathBuf> {
    let started = started(managed);
    let mut others = folders_in(folder);
    others.retain(|version| {
        let serves = version.ends_with(&managed.state.version);
        !serves && !started.iter().any(|image| image.is_in(version))
    });
    older(others, VERSIONS)
}

/// Those that are older than so many others, and not used a short time ago.
fn older(folders: Vec<PathBuf>, kept: usize) -> Vec<PathBuf> {
    // Of a version the file is written again whenever it begins to serve, and touched when it no longer does.
    let folders = folders.into_iter();
    let mut all: Vec<(SystemTime, PathBuf)> = folders
        .map(|folder| (used(&folder.join(FILE), &folder), folder))
        .collect();
    all.sort_by_key(|(used, _)| std::cmp::Reverse(*used));
    let old = all.into_iter().skip(kept);
    old.filter(|(used, _)| is_old(*used))
        .map(|(_, folder)| folder)
        .collect()
}

/// The sets of profiles that the document names: of the image that serves, the one before, and the one that is made or tried.
fn named(managed: &Managed) -> BTreeSet<&str> {
    let state = &managed.state;
    let all = [&state.optimized, &state.candidate, &state.previous];
    all.into_iter()
        .flatten()
        .filter(|set| !set.profiles.is_empty())
        .map(|set| set.id.as_str())
        .collect()
}

/// Sets of profiles that nobody goes back to.
fn sets(folder: &Path, managed: &Managed) -> Vec<PathBuf> {
    let named = named(managed);
    let is_named = |set: &PathBuf| {
        let id = set.file_name().unwrap_or_default().to_string_lossy();
        named.contains(&*id)
    };
    folders_in(folder)
        .into_iter()
        .filter(|set| !is_named(set) && is_old(used(set, set)))
        .collect()
}

/// Images of such sets. Where it was not noted which image a set that stays has made, all of them stay.
fn images(version: &Path, name: &str, managed: &Managed) -> Vec<PathBuf> {
    let sets = version.join("sets");
    let named = named(managed).into_iter();
    let noted: Option<BTreeSet<String>> = named
        .map(|id| std::fs::read_to_string(note(&sets.join(id))).ok())
        .collect();
    let Some(noted) = noted else {
        return Vec::new();
    };
    let started = started(managed);
    let folder = Workdir::of(version).images(name, Variant::NativePgo);
    let is_old_one = |image: &PathBuf| {
        let identity = image.file_name().unwrap_or_default().to_string_lossy();
        let is_started = started.iter().any(|it| it.is_in(image));
        !noted.contains(&*identity) && !is_started && is_old(used(image, image))
    };
    let all = folders_in(&folder).into_iter();
    all.filter(is_old_one).collect()
}

/// The file beside a set's folder that has the identity of the image that it made: two sets may have made the same.
fn note(set: &Path) -> PathBuf {
    set.with_extension("image")
}

/// When a file was written last, else its folder.
fn used(file: &Path, folder: &Path) -> SystemTime {
    let written = |path: &Path| path.symlink_metadata().and_then(|data| data.modified());
    written(file)
        .or_else(|_| written(folder))
        .unwrap_or_else(|_| SystemTime::now())
}

fn is_old(used: SystemTime) -> bool {
    used.elapsed().is_ok_and(|age| age >= AGE)
}

fn is_folder(path: &Path) -> bool {
    path.symlink_metadata().is_ok_and(|data| data.is_dir())
}

/// The folders in a folder that are whole; links are none.
fn folders_in(folder: &Path) -> Vec<PathBuf> {
    if !is_folder(folder) {
        return Vec::new();
    }
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()))
        .filter(|entry| !entry.file_name().to_string_lossy().starts_with('.'))
        .map(|entry| entry.path())
        .collect()
}

/// It under a name that says that it is not whole; `None`: it stays where it is.
fn renamed(folder: &Path) -> Option<PathBuf> {
    let name = folder.file_name()?.to_string_lossy();
    let aside = folder.with_file_name(format!("{}{name}", half_made()));
    std::fs::rename(folder, &aside).ok().map(|()| aside)
}
