//! The reachability metadata of a function: what tracing found, which its native builds are given.
//!
//! `.pgoctl/metadata/<function>/<digest>/` has the files that native-image reads, `provenance.json` beside it names the folder that
//! counts and says where it came from. It is renamed into place last, so that any death leaves the old metadata or the new.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind, Result};
use crate::function::{Function, Options};
use crate::identity::{Identity, Inputs, bytes_digest, collect_files, file_digest};
use crate::workdir::{Aside, Cache, Workdir, write_atomically};

/// The file that says what counts and where it came from.
const PROVENANCE: &str = "provenance.json";
/// The file that GraalVM for JDK 24 and later makes; older lines make several.
const METADATA: &str = "reachability-metadata.json";
/// How many hexadecimal digits of the digest name a folder.
const DIGITS: usize = 16;

/// The metadata of a function, on disk.
#[derive(Clone, Debug)]
pub(super) struct Metadata {
    /// The folder that native-image reads.
    pub(super) dir: PathBuf,
    /// Digest over its files as they are now.
    pub(super) digest: String,
    /// Where it came from.
    pub(super) provenance: Provenance,
}

/// `provenance.json`: where a function's metadata came from.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Provenance {
    /// 1.
    pub(super) schema_version: u32,
    /// The name of the folder that counts.
    pub(super) folder: String,
    /// What was traced for it, oldest first.
    pub(super) traced: Vec<Traced>,
}

/// Runs of one function with one workload on one JVM.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Traced {
    /// Digest over `inputs`.
    pub(super) identity: Identity,
    /// Everything that shaped it, by name: the JVM, who traced, code, arguments, workload, requests.
    pub(super) inputs: Inputs,
    /// Digest over the code alone.
    pub(super) code: Identity,
    /// How many runs.
    pub(super) runs: u32,
    /// Requests answered or invocations carried out, in all runs.
    pub(super) requests: u64,
    /// When the first run began, RFC 3339 in UTC.
    pub(super) first: String,
    /// When the last one began.
    pub(super) last: String,
    /// How long all of them took.
    pub(super) seconds: f64,
}

impl Metadata {
    /// The metadata of `function`, if any was traced.
    ///
    /// # Errors
    ///
    /// There was, and it cannot be read: a build without it would be another image than the one that was asked for.
    pub(super) fn read(
        workdir: &Workdir,
        function: &str,
        cache: &mut Cache,
    ) -> Result<Option<Self>> {
        let folder = workdir.metadata(function);
        let path = folder.join(PROVENANCE);
        let damaged = |why: String| {
            Error::new(
                ErrorKind::Build,
                format!("the reachability metadata of `{function}` is not whole"),
            )
            .because(why)
            .hint("`pgoctl trace --fresh` makes it anew")
        };
        let bytes = match std::fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(damaged(format!("`{}`: {error}", path.display()))),
        };
        let provenance: Provenance = serde_json::from_slice(&bytes)
            .map_err(|error| damaged(format!("`{}`: {error}", path.display())))?;
        let dir = folder.join(&provenance.folder);
        if provenance.folder.is_empty() || !dir.is_dir() {
            return Err(damaged(format!("there is no `{}`", dir.display())));
        }
        Ok(Some(Self {
            digest: digest(&dir, |file| cache.digest(file))?,
            dir,
            provenance,
        }))
    }

    /// Whether some of it was traced with other code than `code`, and none with this.
    pub(super) fn is_stale(&self, code: &Identity) -> bool {
        self.provenance
            .traced
            .iter()
            .all(|traced| traced.code != *code)
    }

    /// What is in it.
    pub(super) fn contents(&self) -> Contents {
        Contents::of(&self.dir)
    }
}

/// Keeps the files in `made` as the metadata of `function`, `traced` as where they came from.
pub(super) fn keep(
    workdir: &Workdir,
    function: &str,
    made: Aside,
    traced: Vec<Traced>,
) -> Result<()> {
    let folder = workdir.metadata(function);
    let of = |dir: &Path| digest(dir, file_digest);
    let whole = of(made.path())?;
    let name = whole[..DIGITS].to_owned();
    let target = folder.join(&name);
    // What is there and whole is not replaced: in between there would be nothing.
    if !target.is_dir() || of(&target)? != whole {
        made.commit_as(&target)?;
    }
    let provenance = Provenance {
        schema_version: 1,
        folder: name.clone(),
        traced,
    };
    let text = serde_json::to_vec_pretty(&provenance).expect("it has only string keys");
    write_atomically(&folder.join(PROVENANCE), &text)?;
    // What nobody names any more is in nobody's way.
    let entries = std::fs::read_dir(&folder).into_iter().flatten().flatten();
    let is_old = |entry: &std::fs::DirEntry| {
        let other = entry.file_name();
        other != *name && other.len() == DIGITS && entry.path().is_dir()
    };
    for entry in entries.filter(is_old) {
        let _ = std::fs::remove_dir_all(entry.path());
    }
    Ok(())
}

/// What is in a function's code, whatever runs or builds it.
pub(super) fn code_of(function: &Function, cache: &mut Cache) -> Result<Identity> {
    let inputs = function.code_inputs(&Options::default(), cache)?;
    Ok(inputs.identity())
}

/// What is in the files below `dir` and how they are called there.
fn digest(dir: &Path, mut of: impl FnMut(&Path) -> Result<String>) -> Result<String> {
    let mut files = Vec::new();
    collect_files(dir, &mut files)?;
    let mut all = String::new();
    for file in files {
        let name = file.strip_prefix(dir).unwrap_or(&file);
        all += &format!("{} {}\n", name.display(), of(&file)?);
    }
    Ok(bytes_digest(all.as_bytes()))
}

/// How much metadata there is; of older lines, which keep it in several files, nothing is counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Contents {
    /// Types reached by reflection, serialization or as proxies.
    pub(super) types: usize,
    /// Patterns of resources.
    pub(super) resources: usize,
    /// Resource bundles.
    pub(super) bundles: usize,
}

impl Contents {
    fn of(dir: &Path) -> Self {
        let text = std::fs::read(dir.join(METADATA)).unwrap_or_default();
        let json: serde_json::Value = serde_json::from_slice(&text).unwrap_or_default();
        let list = |key: &str| json[key].as_array().map_or(&[][..], Vec::as_slice);
        let resources = list("resources");
        let bundles = resources
            .iter()
            .filter(|one| one.get("bundle").is_some())
            .count();
        Self {
            types: list("reflection").len(),
            resources: resources.len() - bundles,
            bundles,
        }
    }
}

#[cfg(test)]
mod tests;
