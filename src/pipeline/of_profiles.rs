//! Images of one variant made with profiles of the caller's choice: some of its training, or those of another function.

use std::path::PathBuf;

use super::effort::{Effort, TrainingEffort};
use super::image::{self, Image};
use super::merge::{self, Merged};
use super::stages::{Pipeline, Reuse};
use super::{build, course, set_aside};
use crate::error::Result;
use crate::profile::ProfileKind;
use crate::profile::provenance::Provenance;
use crate::toolchain::Training;
use crate::variant::Variant;

impl Pipeline<'_> {
    /// The sum of `profiles`, merged before or now.
    pub fn merged(
        &mut self,
        variant: Variant,
        kind: ProfileKind,
        profiles: &[PathBuf],
    ) -> Result<Merged> {
        let merged = merge::merge(self, variant, kind, profiles);
        self.cache.save();
        merged
    }

    /// The image of `variant` made with `profile`.
    pub fn built_with(&mut self, variant: Variant, profile: &Merged) -> Result<Image> {
        self.plan.stop.check()?;
        let image = build::build(self, variant, Some(profile));
        self.cache.save();
        image
    }

    /// The images made so far that are the only one of their variant.
    pub fn made(&self) -> &[Image] {
        &self.images
    }

    /// It knowing images that another pipeline of the same function has made.
    #[must_use]
    pub fn knowing(mut self, images: &[Image]) -> Self {
        self.images.extend_from_slice(images);
        self
    }

    /// What building `variant` would take; nothing is made.
    pub fn build_effort(&mut self, variant: Variant, profile: Option<&Merged>) -> Result<Effort> {
        build::expected(self, variant, profile).map(|(_, effort)| effort)
    }

    /// How long the last build of `variant` took that is still known.
    pub fn last_build_seconds(&self, variant: Variant) -> Option<f64> {
        let function = &self.plan.function.name;
        let images = self.plan.workdir.images(function, variant);
        image::newest_in(&images).map(|last| last.seconds)
    }

    /// How long the longest of the last builds of `variant` of all functions took that is still known.
    pub fn last_build_of_any(&self, variant: Variant) -> Option<f64> {
        let workdir = &self.plan.workdir;
        let folders = std::fs::read_dir(workdir.root().join("images")).ok()?;
        let names = folders.flatten().map(|folder| folder.file_name());
        let last = names.filter_map(|name| {
            let images = workdir.images(&name.to_string_lossy(), variant);
            image::newest_in(&images).map(|last| last.seconds)
        });
        last.max_by(f64::total_cmp)
    }

    /// What training `variant` would take; nothing is made.
    pub fn training_effort(
        &mut self,
        variant: Variant,
        training: Training,
    ) -> Result<TrainingEffort> {
        let (on, _) = build::expected(self, training.on, None)?;
        let course = course::course(self, variant, training, &on)?;
        let folder = self.plan.workdir.profiles(&self.plan.function.name);
        let mut effort = TrainingEffort {
            profiles: Vec::new(),
            missing: 0,
            runs: course.runs,
            last_seconds: None,
        };
        for run in 1..=course.runs {
            let profile = course.profile(&folder, run);
            let known = Provenance::read(&profile);
            effort.last_seconds = known
                .as_ref()
                .map_or(effort.last_seconds, |known| Some(known.seconds));
            match (set_aside::reason(&profile).is_some(), known) {
                _ if self.reuse == Reuse::Never => effort.missing += 1,
                (true, _) => {}
                (false, Some(_)) if effort.missing == 0 => effort.profiles.push(profile),
                (false, Some(_)) => {}
                (false, None) => effort.missing += 1,
            }
        }
        self.cache.save();
        Ok(effort)
    }

    /// The sum of `profiles`, if it was merged before.
    pub fn merged_before(
        &mut self,
        kind: ProfileKind,
        profiles: &[PathBuf],
    ) -> Result<Option<Merged>> {
        merge::before(self, kind, profiles)
    }
}
