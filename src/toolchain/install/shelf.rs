//! The folder that installed toolchains stand in: who may write there, what is there, how a new one comes in.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tempfile::TempDir;

use super::progress::{InstallProgress, Installed, Watch};
use crate::error::{Error, ErrorKind, Result};

/// A toolchain that stands on the shelf.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Home {
    /// The folder with `bin/java`: `…/toolchains/<top>`, on macOS `Contents/Home` in it.
    pub home: PathBuf,
    /// The version in the folder's name: `25.0.1+8.1`.
    pub version: String,
}

/// Returns the folder for the user's data: `PGOCTL_DATA_DIR`, `XDG_DATA_HOME`, `~/.local/share`, in this order.
///
/// Empty values are no values. A relative `XDG_DATA_HOME` is passed over, as the XDG base directory specification
/// demands; a relative `PGOCTL_DATA_DIR` is relative to the current folder.
///
/// # Errors
/// [`ErrorKind::Usage`] if not even `HOME` is set.
pub fn user_data_dir(variable: &dyn Fn(&str) -> Option<OsString>) -> Result<PathBuf> {
    let folder = |name| {
        variable(name)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    folder("PGOCTL_DATA_DIR")
        .or_else(|| folder("XDG_DATA_HOME").filter(|path| path.is_absolute()))
        .or_else(|| folder("HOME").map(|home| home.join(".local/share")))
        .ok_or_else(|| {
            Error::usage("could not tell where your data folder is")
                .because("neither `PGOCTL_DATA_DIR` nor `XDG_DATA_HOME` nor `HOME` is set")
                .hint("set `PGOCTL_DATA_DIR` to a folder that you may write to")
        })
}

/// Lists the toolchains below the user's data folder, in the order of their versions, newest first.
///
/// Folders without a `bin/java` are passed over, and so is all of it if there is nothing to be read.
pub fn installed(data_dir: &Path) -> Vec<Home> {
    let Ok(entries) = fs::read_dir(folder_below(data_dir)) else {
        return Vec::new();
    };
    let mut homes: Vec<Home> = entries
        .flatten()
        .filter_map(|entry| {
            let top = entry.file_name().into_string().ok()?;
            let home = home_in(&entry.path()).filter(|_| !top.starts_with('.'))?;
            let version = version_of(&top, &home);
            Some(Home { home, version })
        })
        .collect();
    homes.sort_by_key(|home| (numbers(&home.version), home.version.clone()));
    homes.reverse();
    homes
}

/// The numbers in a version, so that 9 comes before 25.
fn numbers(version: &str) -> Vec<u64> {
    version
        .split(|c: char| !c.is_ascii_digit())
        .filter_map(|number| number.parse().ok())
        .collect()
}

fn folder_below(data_dir: &Path) -> PathBuf {
    data_dir.join("pgoctl/toolchains")
}

/// The home in an unpacked archive: the top folder itself, or `Contents/Home` in it (macOS).
pub fn home_in(top: &Path) -> Option<PathBuf> {
    [top.to_owned(), top.join("Contents/Home")]
        .into_iter()
        .find(|home| home.join("bin/java").is_file())
}

/// The version of what stands in a top folder: from its name, else from its `release` file, else the name itself.
pub fn version_of(top: &str, home: &Path) -> String {
    if let Some(version) = top.strip_prefix("graalvm-jdk-") {
        return version.to_owned();
    }
    let release = fs::read_to_string(home.join("release")).unwrap_or_default();
    release
        .lines()
        .find_map(|line| line.strip_prefix("JAVA_VERSION="))
        .map_or(top, |version| version.trim_matches('"'))
        .to_owned()
}

/// What is noted in an installed toolchain about its origin.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    pub url: String,
    pub version: String,
    pub sha256: String,
    pub licence: String,
}

impl Receipt {
    const NAME: &str = "pgoctl-install.json";

    fn read(top: &Path) -> Option<Self> {
        serde_json::from_slice(&fs::read(top.join(Self::NAME)).ok()?).ok()
    }

    pub fn write(&self, top: &Path) -> Result<()> {
        let path = top.join(Self::NAME);
        let text = serde_json::to_vec_pretty(self).expect("strings are JSON");
        fs::write(&path, text).map_err(|source| Error::io("write", &path, &source))
    }
}

/// The folder of installed toolchains, made ready for one more.
pub struct Shelf {
    folder: PathBuf,
}

/// How often a waiting install looks whether the other one is through.
const LOOK: Duration = Duration::from_millis(100);

impl Shelf {
    /// Opens the shelf below the user's data folder; makes it if need be.
    pub fn open(data_dir: &Path) -> Result<Self> {
        let folder = folder_below(data_dir);
        let shelf = Self {
            folder: std::path::absolute(&folder).unwrap_or(folder),
        };
        let downloads = shelf.downloads();
        fs::create_dir_all(&downloads).map_err(|source| {
            Error::io("create", &downloads, &source)
                .hint("`PGOCTL_DATA_DIR` names another place for pgoctl's data")
        })?;
        Ok(shelf)
    }

    /// The folder itself.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Where downloads are kept until they are whole.
    pub fn downloads(&self) -> PathBuf {
        self.folder.join(".download")
    }

    /// Waits until no other install runs; the lock ends with the returned file, also when the process is killed.
    pub fn lock(&self, watch: &Watch) -> Result<File> {
        let path = self.folder.join(".lock");
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(|source| Error::io("open", &path, &source))?;
        let mut told = false;
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(file),
                Err(TryLockError::WouldBlock) => {
                    if !told {
                        watch.tell(InstallProgress::Waiting);
                        told = true;
                    }
                    watch.go_on()?;
                    std::thread::sleep(LOOK);
                }
                Err(TryLockError::Error(source)) => {
                    return Err(Error::io("lock", &path, &source));
                }
            }
        }
    }

    /// Removes what killed installs left half unpacked. Only for the holder of the lock.
    pub fn sweep(&self) {
        let Ok(entries) = fs::read_dir(&self.folder) else {
            return;
        };
        for entry in entries.flatten() {
            if entry.file_name().to_string_lossy().starts_with(ASIDE) {
                // What cannot be removed is in nobody's way: names are never used twice.
                let _ = fs::remove_dir_all(entry.path());
            }
        }
    }

    /// The installed toolchain that came from an archive with this SHA-256.
    pub fn with_sum(&self, sha256: &str) -> Option<Installed> {
        let entries = fs::read_dir(&self.folder).ok()?;
        entries.flatten().find_map(|entry| {
            let top = entry.path();
            let receipt = Receipt::read(&top).filter(|receipt| receipt.sha256 == sha256)?;
            let home =
                home_in(&top).filter(|_| !entry.file_name().to_string_lossy().starts_with('.'))?;
            Some(Installed {
                home,
                version: receipt.version,
                sha256: receipt.sha256,
                already_there: true,
            })
        })
    }

    /// A new folder on the same file system to unpack into; it goes away with the returned value.
    pub fn aside(&self) -> Result<TempDir> {
        tempfile::Builder::new()
            .prefix(ASIDE)
            .tempdir_in(&self.folder)
            .map_err(|source| Error::io("create a folder in", &self.folder, &source))
    }

    /// Puts an unpacked toolchain on the shelf under the name `top`, once all of it is on disk.
    pub fn admit(&self, unpacked: &Path, top: &str) -> Result<()> {
        let place = self.folder.join(top);
        if place.symlink_metadata().is_ok() {
            return Err(Error::new(
                ErrorKind::Toolchain,
                format!("`{}` is in the way", place.display()),
            )
            .because("it has the same name, and was not made from the same archive")
            .hint(format!(
                "move it away and install again, or use it with `--graalvm-home {}`",
                place.display()
            )));
        }
        flush(unpacked)?;
        fs::rename(unpacked, &place)
            .and_then(|()| File::open(&self.folder)?.sync_all())
            .map_err(|source| Error::io("put in place", &place, &source))
    }
}

const ASIDE: &str = ".unpack-";

/// Brings everything on the file system of `folder` to the disk: a rename may otherwise survive a power cut that
/// the renamed files do not. One call for thousands of files.
fn flush(folder: &Path) -> Result<()> {
    #[cfg(target_os = "linux")]
    {
        File::open(folder)
            .and_then(|folder| Ok(rustix::fs::syncfs(&folder)?))
            .map_err(|source| Error::io("flush", folder, &source))?;
    }
    #[cfg(not(target_os = "linux"))]
    {
        let _ = folder;
        rustix::fs::sync();
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests may stop at a surprise")]
    use super::*;

    fn data_dir(variables: &[(&str, &str)]) -> Result<PathBuf> {
        user_data_dir(&|name| {
            let found = variables.iter().find(|(key, _)| *key == name);
            found.map(|(_, value)| OsString::from(value))
        })
    }

    #[test]
    fn our_own_variable_comes_before_the_desktops() {
        let all = [
            ("PGOCTL_DATA_DIR", "/a"),
            ("XDG_DATA_HOME", "/b"),
            ("HOME", "/c"),
        ];
        assert_eq!(data_dir(&all).unwrap(), Path::new("/a"));
        assert_eq!(data_dir(&all[1..]).unwrap(), Path::new("/b"));
        assert_eq!(data_dir(&all[2..]).unwrap(), Path::new("/c/.local/share"));
    }

    #[test]
    fn empty_and_relative_variables_are_passed_over() {
        let variables = [
            ("PGOCTL_DATA_DIR", ""),
            ("XDG_DATA_HOME", "relative"),
            ("HOME", "/c"),
        ];
        assert_eq!(data_dir(&variables).unwrap(), Path::new("/c/.local/share"));
        assert_eq!(data_dir(&[]).unwrap_err().kind(), ErrorKind::Usage);
    }

    fn put(data: &Path, file: &str) {
        let path = folder_below(data).join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "").unwrap();
    }

    #[test]
    fn the_newest_toolchain_is_listed_first_and_half_made_ones_never() {
        let data = tempfile::tempdir().unwrap();
        for file in [
            "graalvm-jdk-9.0.1+1.1/bin/java",
            "graalvm-jdk-25.0.1+8.1/bin/java",
            "graalvm-jdk-21.0.2+13.1/Contents/Home/bin/java",
            ".unpack-x/bin/java",
            "notes/readme",
        ] {
            put(data.path(), file);
        }
        let homes = installed(data.path());
        let versions: Vec<_> = homes.iter().map(|home| home.version.as_str()).collect();
        assert_eq!(versions, ["25.0.1+8.1", "21.0.2+13.1", "9.0.1+1.1"]);
        assert!(homes[1].home.ends_with("Contents/Home"));
    }

    #[test]
    fn no_shelf_means_nothing_installed() {
        assert_eq!(installed(Path::new("/nowhere/at/all")), []);
    }

    #[test]
    fn the_release_file_names_the_version_where_the_folder_does_not() {
        let home = tempfile::tempdir().unwrap();
        assert_eq!(version_of("other", home.path()), "other");
        fs::write(home.path().join("release"), "JAVA_VERSION=\"25.0.1\"\n").unwrap();
        assert_eq!(version_of("other", home.path()), "25.0.1");
    }
}
