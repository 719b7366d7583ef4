//! Training on HotSpot: what a JVM logged about a run becomes its profile, and what is to be said about that.

use std::path::Path;

use super::course::Course;
use super::stages::Pipeline;
use crate::error::{Error, ErrorKind, Result};
use crate::event::Event;
use crate::process::exercise::Exercise;
use crate::process::last_words::with_last_words;
use crate::profile::ProfileKind;
use crate::profile::hotspot::pairing::{Pairing, jdk_share, pairing};
use crate::profile::hotspot::{self, Conversion};
use crate::profile::iprof::text::version::Version;
use crate::profile::provenance::Provenance;
use crate::variant::Variant;
use crate::warning::{Warning, WarningKind};
use crate::workdir::write_atomically;

/// Makes the profile at `profile` of what the JVM logged to `recorded`, which is gone afterwards.
///
/// A log that is not whole is no profile: a run that was trained in order leaves a whole one.
pub(super) fn convert(
    recorded: &Path,
    profile: &Path,
    exercise: &Exercise,
    log: &Path,
) -> Result<Conversion> {
    let fail = |goal: &str| {
        let error = Error::new(ErrorKind::Training, goal)
            .because(format!("the function {}", exercise.ending));
        with_last_words(error, log)
    };
    if exercise.killed {
        return Err(fail(
            "the function did not end after SIGTERM and was killed, so the JVM logged no counters",
        )
        .hint("give it longer with `stop-timeout` in the configuration file"));
    }
    let converted =
        hotspot::convert(&[recorded.to_owned()], Version::V1_0_0).map_err(|(_, damage)| {
            fail("the JVM left no counters")
                .because(damage.to_string())
                .hint("a JVM logs its counters while it ends: did it crash, or was it killed?")
        })?;
    if let Some(why) = &converted.conversion.left_out.cut {
        return Err(fail("the JVM's log of its counters is not whole").because(why.clone()));
    }
    write_atomically(profile, &converted.json())?;
    Ok(converted.conversion)
}

/// Says what a profile lacks that was just made.
pub(super) fn warn_of_losses(pipeline: &mut Pipeline<'_>, run: u32, conversion: &Conversion) {
    for words in conversion.left_out.warnings() {
        let message = format!("the profile of training run {run}: {words}");
        pipeline.warn(Warning::new(WarningKind::SuspectProfile, message));
    }
}

/// Says how far the JDK that trained and the GraalVM that builds are the same, from the first profile's provenance.
pub(super) fn warn_of_pairing(pipeline: &mut Pipeline<'_>, course: &Course<'_>, profile: &Path) {
    let plan = pipeline.plan;
    let graalvm = plan.toolchains.of(Variant::NativePgo);
    let conversion = Provenance::read(profile).and_then(|provenance| provenance.hotspot);
    let (Some(graalvm), Some(conversion), ProfileKind::HotspotIprof) =
        (graalvm, conversion, course.training.kind)
    else {
        return;
    };
    let (trained, built) = (plan.toolchain(course.training.on).info(), graalvm.info());
    let share = jdk_share(&conversion)
        .map_or_else(String::new, |share| format!("{:.0} % of ", share * 100.0));
    match pairing(&trained.version, &built.version) {
        Pairing::Same => {}
        Pairing::OtherUpdate => pipeline.listener.hear(Event::OtherUpdate {
            trained: trained.version.clone(),
            built: built.version.clone(),
        }),
        Pairing::OtherFeature => {
            let message = format!(
                "trained on Java {}, built with {}: counts of JDK methods ({share}the methods in the profile) may be of other code; \
                 the application's are exact",
                trained.version, built.version
            );
            pipeline.warn(Warning::new(WarningKind::JdkPairing, message).hint(
                "`--java-home` names the JDK that trains: take one of the GraalVM's Java version",
            ));
        }
    }
}
