//! Products that were made on another machine: what is known about using them here is said.

use std::path::PathBuf;

use super::image::BuildJson;
use super::stages::Pipeline;
use crate::host::Processor;
use crate::profile::ProfileKind;
use crate::profile::provenance::Provenance;
use crate::warning::{Warning, WarningKind};

/// Why an image cannot be used here at all: it is of another architecture.
pub(super) fn unusable(json: &BuildJson, here: &Processor) -> Option<String> {
    let there = json.processor.as_ref()?;
    (!there.is_like(here)).then(|| {
        format!(
            "redone: it was built on {}, and this machine is {}",
            there.architecture, here.architecture
        )
    })
}

/// Warns where the image was built on a processor that can execute more than this one.
pub(super) fn image(json: &BuildJson, here: &Processor) -> Option<Warning> {
    let lacking = here.lacks_of(json.processor.as_ref()?);
    (!lacking.is_empty()).then(|| {
        let what = match json.variant.is_native() {
            true => "an image that uses them does not start here",
            false => "a JVM refuses an archive whose code uses them, or leaves that code out",
        };
        let message = format!(
            "the {} image was built on a processor with {}, which this one lacks: {what}",
            json.variant,
            lacking.join(", ")
        );
        Warning::new(WarningKind::ForeignMachine, message)
            .hint("`pgoctl build --force` builds it here")
    })
}

/// Warns where profiles were recorded on another architecture.
pub(super) fn profiles(pipeline: &mut Pipeline<'_>, kind: ProfileKind, profiles: &[PathBuf]) {
    let here = Processor::detect();
    let said = profiles
        .iter()
        .filter_map(|profile| Provenance::said(&Provenance::path(profile)));
    let origins = said.filter_map(|provenance| provenance.processor);
    let foreign: Vec<Processor> = origins.filter(|there| !there.is_like(&here)).collect();
    if let Some(warning) = of_profiles(kind, &foreign, profiles.len(), &here) {
        pipeline.warn(warning);
    }
}

fn of_profiles(
    kind: ProfileKind,
    foreign: &[Processor],
    all: usize,
    here: &Processor,
) -> Option<Warning> {
    let there = &foreign.first()?.architecture;
    let known = match kind {
        ProfileKind::AotConfiguration => {
            "such a configuration belongs to the JVM that recorded it, and another one may refuse it"
        }
        ProfileKind::ClassList => {
            "they name classes, which are the same there but for a few of the JDK's"
        }
        ProfileKind::Iprof | ProfileKind::HotspotIprof => {
            "they are names and counts and fit every architecture, but for a few methods of the JDK"
        }
    };
    let message = format!(
        "{} of {all} profiles were recorded on {there}, and this machine is {}: {known}",
        foreign.len(),
        here.architecture
    );
    Some(Warning::new(WarningKind::ForeignMachine, message))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(architecture: &str) -> Processor {
        Processor {
            architecture: architecture.to_owned(),
            features: None,
        }
    }

    #[test]
    fn foreign_profiles_are_counted_and_own_ones_say_nothing() {
        let here = of("x86_64");
        let warning = of_profiles(ProfileKind::Iprof, &[of("aarch64")], 3, &here);
        let said = warning.map(|warning| warning.message).unwrap_or_default();
        assert!(
            said.starts_with("1 of 3 profiles were recorded on aarch64"),
            "{said}"
        );
        assert_eq!(of_profiles(ProfileKind::Iprof, &[], 3, &here), None);
    }
}
