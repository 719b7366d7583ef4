//! Options that pgoctl gives native-image: for each variant, the same in all of them as far as they can be.

use std::ffi::OsString;
use std::path::Path;

use super::{BUILD_OUTPUT, GraalVm};
use crate::toolchain::option::option;
use crate::variant::Variant;

/// The first feature release whose executables handle SIGTERM without being told to (CHANGELOG GR-64787).
const HANDLES_EXIT: u32 = 25;
/// The first feature release that knows `-H:+UnlockExperimentalVMOptions`.
const UNLOCKS_EXPERIMENTAL: u32 = 21;

impl GraalVm {
    pub(super) fn output_args(&self, dir: &Path) -> Vec<OsString> {
        self.experimental(option("-H:BuildOutputJSONFile=", &dir.join(BUILD_OUTPUT)))
    }

    /// Gives it what is in the folder `metadata`; several add up.
    pub(super) fn metadata_args(&self, metadata: &Path) -> Vec<OsString> {
        self.experimental(option("-H:ConfigurationFileDirectories=", metadata))
    }

    /// An option that newer lines take only where experimental ones are unlocked.
    fn experimental(&self, option: OsString) -> Vec<OsString> {
        if self.feature() < UNLOCKS_EXPERIMENTAL {
            return vec![option];
        }
        vec![
            "-H:+UnlockExperimentalVMOptions".into(),
            option,
            "-H:-UnlockExperimentalVMOptions".into(),
        ]
    }

    pub(super) fn variant_args(&self, variant: Variant, profile: Option<&Path>) -> Vec<OsString> {
        let mut args = Vec::new();
        if variant == Variant::NativeInstrumented && self.ours(variant).is_none() {
            args.push("--pgo-instrument".into());
        }
        if variant.is_shared() {
            args.push("--shared".into());
        }
        // A library's host handles signals.
        if self.feature() < HANDLES_EXIT && !variant.is_shared() {
            // Without it SIGTERM ends the image before it writes its profile; every native variant gets it, so that
            // the images differ in nothing but the profile.
            args.push("--install-exit-handlers".into());
        }
        if let (true, Some(profile), None) =
            (variant.is_profile_guided(), profile, self.ours(variant))
        {
            args.push(option("--pgo=", profile));
        }
        args
    }
}
