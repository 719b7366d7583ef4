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

/// Warns of AOT caches that their JVM goes on using when the JAR has changed (JDK-8377932): the updates 25.0.0 to 25.0.3, and 26.
/// Our own runs are safe, as a changed JAR is another identity.
pub(super) fn stale_cache(variant: Variant, version: &str) -> Option<Warning> {
    let numbers = version.split(['+', '-']).next()?.split('.');
    let mut numbers = numbers.map(|number| number.parse::<u32>().ok());
    let mut next = || numbers.next().flatten().unwrap_or(0);
    let affected = matches!((next(), next(), next()), (25, 0, 0..=3) | (26, 0, 0));
    (variant == Variant::HotspotAot && affected).then(|| {
        let message = format!(
            "Java {version} uses an AOT cache although the JAR has changed since (JDK-8377932): ship the cache with its own JAR only"
        );
        Warning::new(WarningKind::StaleCacheUsed, message)
            .hint("make a new cache with every JAR, or take a later update of Java")
    })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn caches_of_javas_that_do_not_look_at_the_jar_are_warned_of() {
        let warned = |variant, version| stale_cache(variant, version).is_some();
        for version in ["25", "25.0.3", "25.0.3+9-LTS", "26"] {
            assert!(warned(Variant::HotspotAot, version), "{version}");
        }
        for version in ["24.0.2", "25.0.4", "25.1", "26.0.1"] {
            assert!(!warned(Variant::HotspotAot, version), "{version}");
        }
        assert!(!warned(Variant::HotspotCds, "25.0.3"));
    }
}
