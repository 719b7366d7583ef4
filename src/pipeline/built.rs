//! What a build that ended well has made: whether it is what was asked for, and what is said of it.

use std::os::unix::fs::PermissionsExt;

use super::image::FileStamp;
use crate::error::{Error, ErrorKind, Result};
use crate::toolchain::{BuildFacts, BuildJob, Toolchain};
use crate::variant::Variant;
use crate::warning::{Warning, WarningKind};

/// The least share of a profile's methods that our optimizer should find in the image.
const LEAST_FOUND: f64 = 0.5;

/// Never trusts the exit status alone: the image is there, has bytes, can be executed, and is what was asked for.
pub(super) fn check(
    toolchain: &dyn Toolchain,
    job: &BuildJob<'_>,
) -> Result<(FileStamp, BuildFacts)> {
    let name = toolchain
        .image_file(job.variant, job.function)
        .expect("only variants with an image file are built");
    let path = job.dir.join(&name);
    let fail = |cause: &str| {
        Error::new(
            ErrorKind::Build,
            "the build tool ended well, but left no usable image",
        )
        .because(format!("`{}` {cause}", path.display()))
    };
    match std::fs::metadata(&path) {
        Err(_) => return Err(fail("is not there")),
        Ok(data) if data.len() == 0 => return Err(fail("is empty")),
        Ok(data) if job.variant.is_native() && data.permissions().mode() & 0o111 == 0 => {
            return Err(fail("is not executable"));
        }
        Ok(_) => {}
    }
    let facts = toolchain.inspect(job)?;
    Ok((FileStamp::of(job.dir, &name)?, facts))
}

/// What is said of a build that ended well, besides its size.
pub(super) fn words(facts: &BuildFacts) -> String {
    let own = facts.pgo.as_ref().map(|pgo| format!(", PGO: {pgo}"));
    let used = facts
        .profile_use
        .map(|used| format!(", PGO: pgoctl, {}", used.words()));
    let counting = facts
        .counting
        .map(|counting| format!(", {}", counting.words()));
    own.into_iter().chain(used).chain(counting).collect()
}

/// Warns where the optimizer found little of the profile: it is of other code.
pub(super) fn little_found(variant: Variant, facts: &BuildFacts) -> Option<Warning> {
    let used = facts.profile_use?;
    let share = used.found_share().unwrap_or(0.0);
    (share < LEAST_FOUND).then(|| {
        let message = format!(
            "{variant}: the optimizer found {:.0} % of the profile's methods in the image",
            share * 100.0
        );
        Warning::new(WarningKind::SuspectProfile, message)
            .hint("is the profile of this program? `pgoctl train --force` gathers new ones")
    })
}
