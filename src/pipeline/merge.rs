//! Profiles of several runs become one: class lists by their union, `.iprof` files by name.

use std::path::{Path, PathBuf};
use std::time::Instant;

use super::foreign;
use super::stages::{Pipeline, Reuse};
use crate::error::{Error, ErrorKind, Result};
use crate::identity::{Inputs, file_digest};
use crate::profile::iprof::merge::{MergeInput, MergeOptions};
use crate::profile::{ProfileKind, class_list, iprof};
use crate::report::StageStatus;
use crate::variant::Variant;
use crate::workdir::{create_dir, write_atomically};

/// What training comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merged {
    /// The merged profile.
    pub path: PathBuf,
    /// SHA-256 of its bytes.
    pub digest: String,
    /// The profiles that went into it.
    pub inputs: Vec<PathBuf>,
}

/// Merges `profiles` into one file beside them; the same set is merged once.
pub(super) fn merge(
    pipeline: &mut Pipeline<'_>,
    variant: Variant,
    kind: ProfileKind,
    profiles: &[PathBuf],
) -> Result<Merged> {
    let started = Instant::now();
    foreign::profiles(pipeline, kind, profiles);
    if let ([only], false) = (profiles, kind.mergeable()) {
        return Ok(Merged {
            path: only.clone(),
            digest: pipeline.cache.digest(only)?,
            inputs: profiles.to_vec(),
        });
    }
    let place = Place::of(pipeline, kind, profiles)?;
    if let Some(merged) = place.merged(pipeline, profiles) {
        pipeline.explain(
            &format!("merge {variant}"),
            "reused: the same profiles were merged before",
        );
        pipeline
            .record
            .stage("merge", Some(variant), StageStatus::Reused, started, None)?;
        return Ok(merged);
    }
    let Place { path, seal } = place;
    // Profiles of another function are merged before there are any of this one.
    create_dir(path.parent().unwrap_or(Path::new(".")))?;
    let merged = write(kind, profiles, &path)
        .and_then(|()| file_digest(&path))
        .and_then(|digest| write_atomically(&seal, digest.as_bytes()).map(|()| digest))
        .map_err(|error| {
            error
                .kind_is(ErrorKind::Training)
                .goal(format!("could not merge the profiles of {variant}"))
        });
    let (status, reason) = match &merged {
        Ok(_) => (StageStatus::Done, format!("{} profiles", profiles.len())),
        Err(error) => (StageStatus::Failed, error.brief()),
    };
    pipeline.explain(&format!("merge {variant}"), &reason);
    pipeline
        .record
        .stage("merge", Some(variant), status, started, Some(reason))?;
    Ok(Merged {
        digest: merged?,
        path,
        inputs: profiles.to_vec(),
    })
}

/// The sum of `profiles`, if it was merged before.
pub(super) fn before(
    pipeline: &mut Pipeline<'_>,
    kind: ProfileKind,
    profiles: &[PathBuf],
) -> Result<Option<Merged>> {
    if let ([only], false) = (profiles, kind.mergeable()) {
        return Ok(Some(Merged {
            path: only.clone(),
            digest: pipeline.cache.digest(only)?,
            inputs: profiles.to_vec(),
        }));
    }
    let place = Place::of(pipeline, kind, profiles)?;
    Ok(place.merged(pipeline, profiles))
}

/// Where the sum of some profiles is kept.
struct Place {
    path: PathBuf,
    /// Beside it: the digest of its bytes.
    seal: PathBuf,
}

impl Place {
    fn of(pipeline: &mut Pipeline<'_>, kind: ProfileKind, profiles: &[PathBuf]) -> Result<Self> {
        let digests = profiles
            .iter()
            .map(|path| pipeline.cache.digest(path))
            .collect::<Result<Vec<_>>>()?;
        let identity = Inputs::new()
            .with_list("profiles", &digests)
            .with("kind", kind.extension())
            .identity();
        let folder = pipeline.plan.workdir.profiles(&pipeline.plan.function.name);
        Ok(Self {
            path: folder.join(format!("merged-{identity}.{}", kind.extension())),
            seal: folder.join(format!("merged-{identity}.sha256")),
        })
    }

    /// What is there and whole.
    fn merged(&self, pipeline: &mut Pipeline<'_>, profiles: &[PathBuf]) -> Option<Merged> {
        let digest = pipeline.cache.digest(&self.path).ok()?;
        let sealed = std::fs::read_to_string(&self.seal).ok()?;
        (pipeline.reuse != Reuse::Never && digest == sealed).then(|| Merged {
            path: self.path.clone(),
            digest,
            inputs: profiles.to_vec(),
        })
    }
}

pub(super) fn write(kind: ProfileKind, profiles: &[PathBuf], path: &Path) -> Result<()> {
    match kind {
        ProfileKind::ClassList => {
            let read = |path: &PathBuf| {
                std::fs::read_to_string(path).map_err(|error| Error::io("read", path, &error))
            };
            let lists = profiles.iter().map(read).collect::<Result<Vec<_>>>()?;
            write_atomically(
                path,
                class_list::merge(lists.iter().map(String::as_str)).as_bytes(),
            )
        }
        ProfileKind::Iprof | ProfileKind::HotspotIprof => {
            let inputs: Vec<MergeInput> = profiles.iter().map(MergeInput::new).collect();
            // Each was checked when it was gathered: one that is broken by now is worth an error.
            let options = MergeOptions {
                strict: true,
                ..MergeOptions::default()
            };
            iprof::merge::merge_files(&inputs, &options, path).map(|_| ())
        }
        ProfileKind::AotConfiguration => Err(Error::new(
            ErrorKind::Training,
            "AOT configurations cannot be merged",
        )),
    }
}
