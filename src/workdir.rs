//! `.pgoctl/`: where images, profiles and runs are kept. The layout is a contract (docs/on-disk.md).
//!
//! Products are written aside, made durable and renamed; whoever reads one verifies it. One lock for each function.

mod cache;
mod file_id;
mod lock;
mod size;
mod write;

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::Duration;

use walkdir::WalkDir;

use crate::error::{Error, Result};
use crate::identity::Identity;
use crate::interrupt::Stop;
use crate::variant::Variant;
use write::is_left_over;

pub use cache::Cache;
pub use file_id::FileId;
pub use lock::Lock;
pub use size::Size;
pub use write::{half_made, sync_folder, write_atomically, write_soon};

/// Nothing is being made for so long.
const OURS: Duration = Duration::from_secs(3600);

/// The name of the folder beside the configuration file.
pub const NAME: &str = ".pgoctl";

/// The project's `.pgoctl` folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Workdir {
    root: PathBuf,
}

impl Workdir {
    /// The folder beside the configuration file in `project`; nothing is created yet.
    pub fn of(project: &Path) -> Self {
        Self {
            root: project.join(NAME),
        }
    }

    /// The folder itself.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// `.pgoctl/images/<function>/<variant>`: one folder for each identity in it.
    pub fn images(&self, function: &str, variant: Variant) -> PathBuf {
        self.root.join("images").join(function).join(variant.name())
    }

    /// `.pgoctl/images/<function>/<variant>/<identity>`.
    pub fn image(&self, function: &str, variant: Variant, identity: &Identity) -> PathBuf {
        self.images(function, variant).join(identity.as_str())
    }

    /// `.pgoctl/profiles/<function>`.
    pub fn profiles(&self, function: &str) -> PathBuf {
        self.root.join("profiles").join(function)
    }

    /// `.pgoctl/serve/store`: the store, where no other is named.
    pub fn store(&self) -> PathBuf {
        self.root.join("serve").join("store")
    }

    /// `.pgoctl/metadata/<function>`.
    pub fn metadata(&self, function: &str) -> PathBuf {
        self.root.join("metadata").join(function)
    }

    /// `.pgoctl/jobs`: what Jobs of a cluster said.
    pub fn jobs(&self) -> PathBuf {
        self.root.join("jobs")
    }

    /// `.pgoctl/runs`.
    pub fn runs(&self) -> PathBuf {
        self.root.join("runs")
    }

    /// `.pgoctl/baselines`.
    pub fn baselines(&self) -> PathBuf {
        self.root.join("baselines")
    }

    /// `.pgoctl/baselines/<name>`.
    pub fn baseline(&self, name: &str) -> PathBuf {
        self.baselines().join(name)
    }

    /// `.pgoctl/experiments`: which run measured what, so that an experiment goes on where it was.
    pub fn experiments(&self) -> PathBuf {
        self.root.join("experiments")
    }

    /// `.pgoctl/noise`: what is known about the noise of each host.
    pub fn noise(&self) -> PathBuf {
        self.root.join("noise")
    }

    /// Creates `.pgoctl` with a `.gitignore` that keeps it out of the project's history, and takes the lock of `function`:
    /// two commands may work on two functions of a project at a time, never on one.
    pub fn lock(
        &self,
        function: &str,
        command: &str,
        stop: &Stop,
        waiting: &mut dyn FnMut(&str),
    ) -> Result<Lock> {
        let locks = self.root.join("locks");
        create_dir(&locks)?;
        let ignore = self.root.join(".gitignore");
        if !ignore.exists() {
            write_atomically(&ignore, b"*\n")?;
        }
        let lock = Lock::take(&locks.join(function), command, stop, waiting)?;
        if lock.after_a_death() {
            sweep(&self.root, Duration::ZERO);
        }
        Ok(lock)
    }

    /// What is remembered about files that have not changed since.
    pub fn cache(&self) -> Cache {
        Cache::load(self.root.join("cache.json"))
    }
}

/// Removes what a pgoctl that died had begun to write below `folder`: everything that is made aside has a name that says so and
/// who makes it; what a living process makes is left alone. Links are not followed. This process may be making things there.
pub fn clear_half_made(folder: &Path) {
    sweep(folder, OURS);
}

/// [`clear_half_made`], where of what bears this process's number what is older than `own` was left by a namesake.
fn sweep(folder: &Path, own: Duration) {
    let mut walk = WalkDir::new(folder).min_depth(1).into_iter();
    while let Some(entry) = walk.next() {
        let Ok(entry) = entry else { continue };
        if !is_left_over(entry.path(), own) {
            continue;
        }
        // What cannot be removed is in nobody's way.
        let _ = if entry.file_type().is_dir() {
            walk.skip_current_dir();
            fs::remove_dir_all(entry.path())
        } else {
            fs::remove_file(entry.path())
        };
    }
}

/// Creates a folder and its parents.
pub fn create_dir(path: &Path) -> Result<()> {
    fs::create_dir_all(path).map_err(|error| Error::io("create the folder", path, &error))
}

/// A folder that is filled aside and renamed into place when whole; dropped before that, it disappears.
#[derive(Debug)]
pub struct Aside {
    temporary: tempfile::TempDir,
    target: PathBuf,
}

impl Aside {
    /// A new empty folder beside `target`.
    pub fn new(target: &Path) -> Result<Self> {
        let parent = target.parent().unwrap_or(Path::new("."));
        create_dir(parent)?;
        let temporary = tempfile::Builder::new()
            .prefix(&half_made())
            .tempdir_in(parent)
            .map_err(|error| Error::io("create a folder in", parent, &error))?;
        Ok(Self {
            temporary,
            target: target.to_owned(),
        })
    }

    /// Where to write.
    pub fn path(&self) -> &Path {
        self.temporary.path()
    }

    /// [`Aside::commit`] to another place in the same folder: what is in it may be what names it.
    pub fn commit_as(mut self, target: &Path) -> Result<()> {
        self.target = target.to_owned();
        self.commit()
    }

    /// Makes every file durable and renames the folder to its target; what was there is replaced.
    pub fn commit(self) -> Result<()> {
        let commit = || -> std::io::Result<()> {
            for entry in fs::read_dir(self.temporary.path())? {
                let entry = entry?;
                if entry.file_type()?.is_file() {
                    File::open(entry.path())?.sync_all()?;
                }
            }
            fs::set_permissions(
                self.temporary.path(),
                std::os::unix::fs::PermissionsExt::from_mode(0o755),
            )?;
            sync_folder(self.temporary.path())?;
            if self.target.exists() {
                fs::remove_dir_all(&self.target)?;
            }
            fs::rename(self.temporary.path(), &self.target)?;
            sync_folder(self.target.parent().unwrap_or(Path::new(".")))
        };
        commit().map_err(|error| Error::io("keep", &self.target, &error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_whole_and_nothing_is_left_beside_it() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let path = dir.path().join("run.json");
        write_atomically(&path, b"one").expect("it can be written");
        write_soon(&path, b"two").expect("it can be written");
        assert_eq!(fs::read(&path).expect("it is there"), b"two");
        assert_eq!(fs::read_dir(dir.path()).expect("it is a folder").count(), 1);
    }

    #[test]
    fn a_folder_appears_only_when_it_is_whole() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let target = dir.path().join("image");
        let aside = Aside::new(&target).expect("it can be made");
        fs::write(aside.path().join("hello"), "x").expect("it can be written");
        assert!(!target.exists());
        drop(aside);
        assert_eq!(fs::read_dir(dir.path()).expect("it is a folder").count(), 0);
        let aside = Aside::new(&target).expect("it can be made");
        fs::write(aside.path().join("hello"), "y").expect("it can be written");
        aside.commit().expect("it can be renamed");
        assert_eq!(
            fs::read_to_string(target.join("hello")).expect("it is there"),
            "y"
        );
    }

    #[test]
    fn what_a_dead_pgoctl_had_begun_is_swept_away_by_the_next() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let workdir = Workdir::of(dir.path());
        let mut nobody = |_: &str| panic!("nobody holds it");
        drop(
            workdir
                .lock("hello", "run", &Stop::default(), &mut nobody)
                .expect("it is free"),
        );
        let half = workdir.root().join("images/hello/native/.tmp-4194303-x");
        fs::create_dir_all(&half).expect("it can be made");
        fs::write(half.join("hello"), "half").expect("it can be written");
        fs::write(half.parent().expect("it has one").join("whole"), "").expect("it can be written");
        drop(
            workdir
                .lock("hello", "run", &Stop::default(), &mut nobody)
                .expect("it is free"),
        );
        assert!(half.exists(), "nobody died");
        fs::write(
            workdir.root().join("locks/hello"),
            "`pgoctl run`, process 1",
        )
        .expect("as after a death");
        drop(
            workdir
                .lock("hello", "run", &Stop::default(), &mut nobody)
                .expect("a dead holder holds nothing"),
        );
        assert!(!half.exists());
        assert!(half.with_file_name("whole").exists());
    }

    #[test]
    fn what_this_process_makes_is_not_cleared_away_however_slow_the_clock_of_the_disk() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let path = dir.path().join(format!("{}upload", half_made()));
        let file = File::create(&path).expect("it can be made");
        let before = std::time::SystemTime::now() - Duration::from_secs(600);
        file.set_modified(before).expect("it is ours");
        clear_half_made(dir.path());
        assert!(path.exists());
        let long_ago = before - OURS;
        file.set_modified(long_ago).expect("it is ours");
        clear_half_made(dir.path());
        assert!(!path.exists(), "a namesake's");
    }

    #[test]
    fn what_a_living_pgoctl_makes_of_another_function_is_left_alone() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let workdir = Workdir::of(dir.path());
        let mut nobody = |_: &str| panic!("nobody holds it");
        let _other = workdir
            .lock("other", "build", &Stop::default(), &mut nobody)
            .expect("it is free");
        let target = workdir.root().join("images/other/native/identity");
        let aside = Aside::new(&target).expect("it can be made");
        fs::write(
            workdir.root().join("locks/hello"),
            "`pgoctl run`, process 1",
        )
        .expect("as after a death");
        let _own = workdir
            .lock("hello", "run", &Stop::default(), &mut nobody)
            .expect("another function's lock is in nobody's way");
        assert!(aside.path().exists());
    }

    #[test]
    fn a_write_into_a_missing_folder_names_the_file() {
        let error = write_atomically(Path::new("/no/such/folder/x"), b"").expect_err("no folder");
        assert!(error.summary().contains("/no/such/folder/x"));
    }
}
