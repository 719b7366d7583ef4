//! Profiles of several runs become one: class lists by their union, `.iprof` files by name.

use std::path::{Path, PathBuf};
use std::time::Instant;

use super::Pipeline;
use crate::error::{Error, ErrorKind, Result};
use crate::identity::{Inputs, file_digest};
use crate::profile::class_list;
use crate::report::StageStatus;
use crate::toolchain::ProfileKind;
use crate::variant::Variant;
use crate::workdir::write_atomically;

/// What training comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merged {
    /// What the build is given: the merged profile, or several that stand for their union.
    pub files: Vec<PathBuf>,
    /// A digest over their bytes.
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
    if let ([only], false) = (profiles, kind.mergeable()) {
        return Ok(Merged {
            files: vec![only.clone()],
            digest: pipeline.cache.digest(only)?,
            inputs: profiles.to_vec(),
        });
    }
    let digests = profiles
        .iter()
        .map(|path| pipeline.cache.digest(path))
        .collect::<Result<Vec<_>>>()?;
    let identity = Inputs::new()
        .with_list("profiles", &digests)
        .with("kind", kind.extension())
        .identity();
    if kind == ProfileKind::Iprof {
        return listed(pipeline, variant, identity.to_string(), profiles, started);
    }
    let folder = pipeline.plan.workdir.profiles(&pipeline.plan.function.name);
    let path = folder.join(format!("merged-{identity}.{}", kind.extension()));
    let seal = folder.join(format!("merged-{identity}.sha256"));
    if !pipeline.force
        && let (Ok(digest), Ok(sealed)) =
            (pipeline.cache.digest(&path), std::fs::read_to_string(&seal))
        && digest == sealed
    {
        pipeline.explain(
            &format!("merge {variant}"),
            "reused: the same profiles were merged before",
        );
        pipeline
            .record
            .stage("merge", Some(variant), StageStatus::Reused, started, None)?;
        return Ok(Merged {
            files: vec![path],
            digest,
            inputs: profiles.to_vec(),
        });
    }
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
        Err(error) => (StageStatus::Failed, error.to_string()),
    };
    pipeline.explain(&format!("merge {variant}"), &reason);
    pipeline
        .record
        .stage("merge", Some(variant), status, started, Some(reason))?;
    Ok(Merged {
        digest: merged?,
        files: vec![path],
        inputs: profiles.to_vec(),
    })
}

/// native-image merges the profiles of a list itself: each is checked again before it is handed over.
fn listed(
    pipeline: &mut Pipeline<'_>,
    variant: Variant,
    digest: String,
    profiles: &[PathBuf],
    started: Instant,
) -> Result<Merged> {
    for profile in profiles {
        crate::profile::whole(profile).map_err(|why| {
            Error::new(
                ErrorKind::Training,
                format!("the profile `{}` is broken", profile.display()),
            )
            .because(why)
            .hint("`pgoctl train --force` makes new ones")
        })?;
    }
    let reason = Some(format!(
        "{} profiles, as a list for native-image",
        profiles.len()
    ));
    let status = if pipeline.record.was_reused("train", variant) {
        StageStatus::Reused
    } else {
        StageStatus::Done
    };
    pipeline
        .record
        .stage("merge", Some(variant), status, started, reason)?;
    Ok(Merged {
        files: profiles.to_vec(),
        digest,
        inputs: profiles.to_vec(),
    })
}

fn write(kind: ProfileKind, profiles: &[PathBuf], path: &Path) -> Result<()> {
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
        ProfileKind::Iprof | ProfileKind::AotConfiguration => Err(Error::new(
            ErrorKind::Training,
            "only class lists are merged into one file",
        )),
    }
}
