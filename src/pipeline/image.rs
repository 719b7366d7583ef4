//! An image on disk: a folder named by its identity, whole once `build.json` is in it.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::compare::Metric;
use crate::error::{Error, Result};
use crate::host::Processor;
use crate::identity::{Identity, Inputs, file_digest};
use crate::report::{ImageReport, Metrics, SideReport};
use crate::stats::Estimate;
use crate::toolchain::{ArchivedClasses, BuildFacts};
use crate::variant::Variant;
use crate::workdir::Size;

/// The file that makes an image's folder whole.
pub const BUILD_JSON: &str = "build.json";
/// The build tool's log in an image's folder.
pub const BUILD_LOG: &str = "build.log";

/// A built image.
#[derive(Clone, Debug, PartialEq)]
pub struct Image {
    /// Which variant.
    pub variant: Variant,
    /// Digest over everything that shaped it.
    pub identity: Identity,
    /// Its folder.
    pub dir: PathBuf,
    /// The executable, the archive, or the JAR.
    pub path: PathBuf,
    /// Everything that must be shipped.
    pub size: Size,
    /// How long the build took; `None` if there was nothing to build.
    pub build_seconds: Option<f64>,
    /// What the build said about it.
    pub facts: BuildFacts,
    /// The profiles that it was made with.
    pub profiles: Vec<PathBuf>,
    /// Of an archive that was just proved to be in use: how much of the application it holds.
    pub archived_classes: Option<ArchivedClasses>,
}

impl Image {
    /// What the report says about it before anything is measured.
    pub fn report(&self) -> SideReport {
        SideReport {
            side: self.variant.into(),
            image: ImageReport {
                path: self.path.clone(),
                size_bytes: Some(self.size.bytes),
                size_counts: Some(self.size.counts.clone()),
                identity: Some(self.identity.to_string()),
                pgo: self.facts.pgo.clone(),
                optimizer: self.facts.optimizer,
                profile_use: self.facts.profile_use,
                optimization_level: self.facts.optimization_level.clone(),
                profiles: (!self.profiles.is_empty()).then(|| self.profiles.clone()),
                archived_classes: self.archived_classes,
            },
            metrics: Metrics::default()
                .with(
                    Metric::ImageSizeBytes,
                    Estimate::exact(self.size.bytes as f64),
                )
                .with(
                    Metric::BuildSeconds,
                    self.build_seconds.and_then(Estimate::exact),
                ),
            rounds: Vec::new(),
            series: Default::default(),
        }
    }
}

/// `build.json`: what an image is, for whoever finds it later.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct BuildJson {
    /// 1.
    pub schema_version: u32,
    /// Which variant.
    pub variant: Variant,
    /// Digest over `inputs`.
    pub identity: Identity,
    /// Everything that shaped it, by name.
    pub inputs: Inputs,
    /// The command that built it.
    pub command: String,
    /// How long that took.
    pub seconds: f64,
    /// The image's file.
    pub file: FileStamp,
    /// What the build said about it.
    #[serde(flatten)]
    pub facts: BuildFacts,
    /// The profiles that it was made with.
    pub profiles: Vec<PathBuf>,
    /// The processor of the machine that built it; absent in what was built before this was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub processor: Option<Processor>,
}

/// A file as it was when it was whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileStamp {
    /// Its name in the folder.
    pub name: String,
    /// Its size.
    pub bytes: u64,
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// Modification time in nanoseconds since 1970, as text (beyond what JSON numbers carry).
    pub modified_ns: String,
}

impl FileStamp {
    /// Reads size, time and digest of the file `name` in `dir`.
    pub fn of(dir: &Path, name: &str) -> Result<Self> {
        let path = dir.join(name);
        let data = fs::metadata(&path).map_err(|error| Error::io("read", &path, &error))?;
        Ok(Self {
            name: name.to_owned(),
            bytes: data.len(),
            sha256: file_digest(&path)?,
            modified_ns: modified_ns(&data),
        })
    }

    /// Why the file in `dir` is not the one that was stamped; the digest is computed only where its time has changed.
    pub fn damaged(&self, dir: &Path) -> Option<String> {
        let path = dir.join(&self.name);
        let Ok(data) = fs::metadata(&path) else {
            return Some(format!("`{}` is gone", path.display()));
        };
        if data.len() != self.bytes {
            return Some(format!(
                "`{}` has {} bytes, it had {}",
                path.display(),
                data.len(),
                self.bytes
            ));
        }
        let same = modified_ns(&data) == self.modified_ns
            || file_digest(&path).is_ok_and(|digest| digest == self.sha256);
        (!same).then(|| format!("`{}` has other bytes than it had", path.display()))
    }
}

fn modified_ns(data: &fs::Metadata) -> String {
    (i128::from(data.mtime()) * 1_000_000_000 + i128::from(data.mtime_nsec())).to_string()
}

/// Reads the image's folder; `Err` says why it cannot be used.
pub fn read(dir: &Path) -> std::result::Result<BuildJson, String> {
    let path = dir.join(BUILD_JSON);
    let bytes = fs::read(&path).map_err(|error| format!("`{}`: {error}", path.display()))?;
    let json: BuildJson =
        serde_json::from_slice(&bytes).map_err(|error| format!("`{}`: {error}", path.display()))?;
    match json.file.damaged(dir) {
        Some(damage) => Err(damage),
        None => Ok(json),
    }
}

/// The most recently made image beside `dir`, to explain what has changed since.
pub fn newest_in(folder: &Path) -> Option<BuildJson> {
    let folders = fs::read_dir(folder)
        .ok()?
        .flatten()
        .map(|entry| entry.path());
    let made = |dir: &PathBuf| {
        fs::metadata(dir.join(BUILD_JSON))
            .and_then(|data| data.modified())
            .ok()
    };
    let newest = folders.filter_map(|dir| Some((made(&dir)?, dir))).max()?;
    serde_json::from_slice(&fs::read(newest.1.join(BUILD_JSON)).ok()?).ok()
}

/// The shared libraries that native-image put beside `image` (those of the JDK that it could not link into it).
pub fn libraries_beside(image: &Path) -> Vec<PathBuf> {
    let entries = image.parent().map(fs::read_dir).and_then(|read| read.ok());
    let mut libraries: Vec<PathBuf> = entries
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path != image && path.extension().is_some_and(|ending| ending == "so"))
        .collect();
    libraries.sort();
    libraries
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn libraries_beside_an_image_are_found_and_nothing_else() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        for name in [
            "hello",
            "libjava.so",
            "libawt.so",
            BUILD_JSON,
            "libhello.so.debug",
        ] {
            fs::write(dir.path().join(name), name).expect("it can be written");
        }
        let of = |name: &str| libraries_beside(&dir.path().join(name)).len();
        assert_eq!((of("hello"), of("libawt.so")), (2, 1));
    }
}
