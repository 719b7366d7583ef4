//! `profile check --against IMAGE-DIR`: how much of a profile the build of an image took.

use std::path::PathBuf;

use serde::Serialize;

use super::inputs::is_stdio;
use crate::error::Result;
use crate::identity::file_digest;
use crate::pipeline::image::BUILD_JSON;
use crate::profile::iprof::judge::check::CheckReport;
use crate::toolchain::graalvm::{BuildWithProfile, of_image};

/// A checked profile, with the builds that it is held against.
#[derive(Debug, Serialize)]
pub(super) struct Beside<'a> {
    #[serde(flatten)]
    pub(super) report: &'a CheckReport,
    /// What each build took; missing if no image was named.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    builds: Vec<Taken<'a>>,
}

/// What a build took of a profile.
#[derive(Debug, Serialize)]
struct Taken<'a> {
    #[serde(flatten)]
    build: &'a BuildWithProfile,
    /// Whether this very file is the profile that the image was built with.
    same_profile: bool,
}

/// Tells the folders of images among the paths from JARs and folders of classes.
pub(super) fn split(against: &[PathBuf]) -> Result<(Vec<BuildWithProfile>, Vec<PathBuf>)> {
    let (images, code): (Vec<PathBuf>, Vec<PathBuf>) = against
        .iter()
        .cloned()
        .partition(|path| path.join(BUILD_JSON).is_file());
    let builds = images
        .iter()
        .map(|image| of_image(image))
        .collect::<Result<_>>()?;
    Ok((builds, code))
}

pub(super) fn beside<'a>(
    report: &'a CheckReport,
    builds: &'a [BuildWithProfile],
) -> Result<Beside<'a>> {
    let digest = match builds.is_empty() || is_stdio(&report.path) || !report.path.is_file() {
        true => None,
        false => Some(file_digest(&report.path)?),
    };
    let taken = |build: &'a BuildWithProfile| Taken {
        build,
        same_profile: digest.as_ref() == Some(&build.profile_sha256),
    };
    Ok(Beside {
        report,
        builds: builds.iter().map(taken).collect(),
    })
}

impl Beside<'_> {
    pub(super) fn text(&self) -> String {
        self.builds.iter().map(Taken::text).collect()
    }
}

impl Taken<'_> {
    fn text(&self) -> String {
        let image = self.build.image.display();
        let used = &self.build.profile_use;
        match self.same_profile {
            true => format!(
                "        the build of `{image}` {}; {} of {} methods of the application\n",
                used.words(),
                used.application_methods_found,
                used.application_methods
            ),
            false => format!(
                "        `{image}` was built with another profile: SHA-256 {}\n",
                self.build.profile_sha256
            ),
        }
    }
}
