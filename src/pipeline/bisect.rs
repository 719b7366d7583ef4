//! `train --bisect`: which profiles a rebuild fails over, found by building with halves of them.
//!
//! The profiles at fault are set aside, so that the next `run` goes on with the rest. Images that were built on the way are kept
//! like any other: the last of them is the one that is wanted.

use std::path::PathBuf;

use super::stages::Pipeline;
use super::{build, merge, set_aside};
use crate::error::{Error, ErrorKind, Result};
use crate::event::Event;
use crate::profile::provenance::Provenance;
use crate::toolchain::Training;
use crate::variant::Variant;

/// Returns the profiles that native-image can build with, at least as many as training needs.
pub(super) fn bisect(
    pipeline: &mut Pipeline<'_>,
    variant: Variant,
    training: Training,
    mut good: Vec<PathBuf>,
) -> Result<Vec<PathBuf>> {
    if !training.kind.mergeable() {
        return Err(Error::usage(format!("{variant} cannot be bisected"))
            .because("it is built with one profile"));
    }
    let mut search = Search {
        pipeline,
        variant,
        training,
    };
    let train = &search.pipeline.plan.train;
    let runs = match train.stable_runs {
        Some(_) => u32::try_from(good.len()).unwrap_or(u32::MAX),
        None => train.runs,
    };
    let needed = train.needed_of(runs) as usize;
    let mut found = Vec::new();
    while !search.builds_with(&good)? {
        let at_fault = search.one_at_fault(&good)?;
        good.retain(|profile| *profile != at_fault);
        found.push(at_fault);
        if good.len() < needed {
            return Err(Error::new(
                ErrorKind::Training,
                format!(
                    "the rebuild of {variant} fails over {} profiles",
                    found.len()
                ),
            )
            .because(format!(
                "{} are left, and {needed} good profiles are needed",
                good.len()
            ))
            .hint("`--at-least` says how many are enough; nothing was set aside"));
        }
    }
    for profile in &found {
        search.set_aside(profile)?;
    }
    if found.is_empty() {
        search.pipeline.listener.hear(Event::NoneAtFault {
            variant,
            profiles: good.len(),
        });
    }
    Ok(good)
}

struct Search<'p, 'a> {
    pipeline: &'p mut Pipeline<'a>,
    variant: Variant,
    training: Training,
}

impl Search<'_, '_> {
    /// Whether the variant can be built with these profiles; a build that fails for another reason is an error.
    fn builds_with(&mut self, profiles: &[PathBuf]) -> Result<bool> {
        self.pipeline.plan.stop.check()?;
        self.pipeline.listener.hear(Event::Trying {
            profiles: names(profiles),
        });
        let merged = merge::merge(self.pipeline, self.variant, self.training.kind, profiles)?;
        match build::build(self.pipeline, self.variant, Some(&merged)) {
            Ok(_) => Ok(true),
            Err(error) if error.kind() == ErrorKind::BuildWithProfile => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// One profile that alone makes the build fail, out of a group that does: halves, then halves of the half that fails.
    fn one_at_fault(&mut self, group: &[PathBuf]) -> Result<PathBuf> {
        let mut group = group;
        let mut seen_to_fail = true;
        while group.len() > 1 {
            let (first, second) = group.split_at(group.len() / 2);
            // The second half is not tried: if the first is good, it must be the one, or neither is.
            seen_to_fail = !self.builds_with(first)?;
            group = if seen_to_fail { first } else { second };
        }
        if !seen_to_fail && self.builds_with(group)? {
            return Err(Error::new(
                ErrorKind::Training,
                format!("no single profile makes the rebuild of {} fail", self.variant),
            )
            .because("each half of them builds, all together do not")
            .hint("fewer runs (`--runs`) may build; the instrumented image may count what native-image cannot use: train it anew with `pgoctl train --force`"));
        }
        Ok(group[0].clone())
    }

    fn set_aside(&mut self, profile: &PathBuf) -> Result<()> {
        let reason = format!("the rebuild of {} fails over it", self.variant);
        let name = names(std::slice::from_ref(profile));
        let kept = set_aside::keep(
            profile,
            profile,
            Error::new(ErrorKind::Training, format!("{name} is at fault: {reason}")),
        );
        set_aside::record(profile, &reason)?;
        // The profile is elsewhere now; what was said of it here must not outlive it.
        let _ = std::fs::remove_file(Provenance::path(profile));
        self.pipeline.listener.hear(Event::Complained {
            message: kept.to_string(),
        });
        Ok(())
    }
}

fn names(profiles: &[PathBuf]) -> String {
    let names: Vec<_> = profiles
        .iter()
        .map(|path| {
            let run = path.file_stem().unwrap_or_default().to_string_lossy();
            run.rsplit('-').next().unwrap_or_default().to_owned()
        })
        .collect();
    match names.as_slice() {
        [one] => format!("the profile of run {one}"),
        _ => format!("the profiles of runs {}", names.join(", ")),
    }
}
