//! The order of stages, and what can be reused.
//!
//! For each variant: train (on the image that training needs) → merge → build. A product is named by the identity of
//! everything that shaped it, so whether it can be reused is whether it is there and whole.

mod bisect;
pub mod build;
mod build_tool;
mod built;
mod by_command;
mod course;
pub mod effort;
mod failed_build;
mod foreign;
pub mod from_hotspot;
pub mod image;
mod in_use;
mod left;
pub mod merge;
mod metadata;
mod of_profiles;
mod one_run;
pub mod preview;
mod profile_check;
mod set_aside;
mod settling;
mod shared;
mod stages;
pub mod trace;
pub mod train;

use std::path::{Path, PathBuf};

use crate::error::{Error, ErrorKind, Result};
use crate::profile::ProfileKind;
use crate::toolchain::Training;
use crate::variant::Variant;
use crate::warning::{Warning, WarningKind};

pub use image::Image;
pub use merge::Merged;
pub use shared::{fetch_traced, keep_traced};
pub use stages::{Pipeline, Reuse};

/// Checks the `.iprof` that a worker left which nobody trained: there, whole, and saying something.
pub fn profile_of_a_worker(profile: &Path) -> Result<()> {
    let judged = profile_check::judge(profile, ProfileKind::Iprof);
    judged
        .map(|_| ())
        .map_err(|refusal| Error::new(ErrorKind::Training, refusal.words()))
}

impl Pipeline<'_> {
    /// Makes the image of every planned variant.
    pub fn images(&mut self) -> Result<Vec<Image>> {
        let images = self
            .plan
            .variants
            .iter()
            .map(|variant| self.image(*variant))
            .collect::<Result<Vec<_>>>();
        self.cache.save();
        images
    }

    /// [`Pipeline::images`], but a trained variant that fails is left out while others are there to go on with; the first
    /// such failure is returned beside them.
    ///
    /// Training is what goes wrong of its own accord; where a variant without it fails, the others would fail alike.
    pub fn images_that_work(&mut self) -> Result<(Vec<Image>, Option<Error>)> {
        let (mut images, mut failed) = (Vec::new(), None);
        for &variant in &self.plan.variants {
            let trained = self.plan.training(variant).is_some();
            match self.image(variant) {
                Ok(image) => images.push(image),
                Err(error) if trained && error.kind() != ErrorKind::Interrupted => {
                    self.leave_out(variant, &error, &images);
                    failed = failed.or(Some(error));
                }
                Err(error) => return Err(error),
            }
        }
        self.cache.save();
        match (images.is_empty(), failed) {
            (true, Some(error)) => Err(error),
            (_, failed) => Ok((images, failed)),
        }
    }

    /// Says that `variant` failed and what stays in use.
    fn leave_out(&mut self, variant: Variant, error: &Error, images: &[Image]) {
        let Some(stays) = images.last() else { return };
        let message = format!(
            "{variant} is left out: {}; the {} image stays in use: {}",
            error.brief(),
            stays.variant,
            stays.path.display()
        );
        let kind = match error.kind() {
            ErrorKind::BuildWithProfile => WarningKind::ProfileCrashesBuild,
            _ => WarningKind::VariantFailed,
        };
        let warning = error
            .hints()
            .iter()
            .fold(Warning::new(kind, message), |warning, hint| {
                warning.hint(hint)
            });
        self.warn(warning);
    }

    /// Makes the image of `variant`, training it first if it is trained; an image that is already there is reused.
    pub fn image(&mut self, variant: Variant) -> Result<Image> {
        self.plan.stop.check()?;
        if let Some(image) = self.images.iter().find(|image| image.variant == variant) {
            return Ok(image.clone());
        }
        let profile = match (&self.plan.borrowed, self.plan.training(variant)) {
            (Some(borrowed), Some(_)) if variant.is_profile_guided() => {
                Some(self.merged(variant, borrowed.kind, &borrowed.profiles)?)
            }
            (_, Some(training)) => Some(self.trained(variant, training)?),
            (_, None) => None,
        };
        let image = build::build(self, variant, profile.as_ref())?;
        self.images.push(image.clone());
        Ok(image)
    }

    /// Trains `variant`: one profile a run.
    pub fn profiles(&mut self, variant: Variant, training: Training) -> Result<Vec<PathBuf>> {
        let on = self.image(training.on)?;
        let profiles = train::train(self, variant, training, &on);
        self.cache.save();
        profiles
    }

    /// Trains `variant` and merges what training left.
    pub fn trained(&mut self, variant: Variant, training: Training) -> Result<Merged> {
        let profiles = self.profiles(variant, training)?;
        let merged = merge::merge(self, variant, training.kind, &profiles);
        self.cache.save();
        merged
    }

    /// Finds the profiles over which the rebuild of `variant` fails, and sets them aside; returns those that are good.
    pub fn bisect(&mut self, variant: Variant, training: Training) -> Result<Vec<PathBuf>> {
        let profiles = self.profiles(variant, training)?;
        let good = bisect::bisect(self, variant, training, profiles);
        self.cache.save();
        good
    }
}
