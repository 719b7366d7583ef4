//! Whether what a training run left behind is a profile that says something: there, whole, and of use to a rebuild.

use std::path::Path;

use crate::error::{Error, ErrorKind, Result};
use crate::process::exercise::Exercise;
use crate::process::last_words::with_last_words;
use crate::profile::iprof::judge::check::check_file;
use crate::profile::iprof::judge::verdict::{Doubt, ReasonKind, Verdict};
use crate::profile::{ProfileKind, class_list};

/// Whether a profile that can be read is of no use to a rebuild all the same.
fn is_useless(kind: ReasonKind) -> bool {
    matches!(
        kind,
        ReasonKind::Doubt(Doubt::NoMethods | Doubt::NothingCounted | Doubt::DanglingIds)
    )
}

/// Checks that the profile is there and says something; returns what is doubtful about it, if anything.
pub(super) fn check(
    path: &Path,
    kind: ProfileKind,
    exercise: &Exercise,
    log: &Path,
) -> Result<Option<String>> {
    let fail = |goal: &str| {
        let error = Error::new(ErrorKind::Training, goal)
            .because(format!("the function {}", exercise.ending));
        with_last_words(error, log)
    };
    match std::fs::metadata(path) {
        Err(_) if exercise.killed => {
            return Err(fail(
                "the function did not end after SIGTERM and was killed, so it wrote no profile",
            )
            .hint("give it longer with `stop-timeout` in the configuration file"));
        }
        Err(_) => {
            return Err(fail("no profile was written")
                .hint("a profile is written while the image shuts down: does the function end through `Runtime.halt`, or replace the handler of SIGTERM?"));
        }
        Ok(data) if data.len() == 0 => return Err(fail("the profile is empty")),
        Ok(_) => {}
    }
    match kind {
        ProfileKind::ClassList => {
            let text =
                std::fs::read_to_string(path).map_err(|error| Error::io("read", path, &error))?;
            if class_list::classes(&text) == 0 {
                Err(fail("the class list names no class"))
            } else {
                Ok(None)
            }
        }
        ProfileKind::Iprof | ProfileKind::HotspotIprof => {
            let report = check_file(path);
            let words = report
                .reasons
                .iter()
                .map(|reason| reason.message.as_str())
                .collect::<Vec<_>>()
                .join("; ");
            let useless = report.reasons.iter().any(|reason| is_useless(reason.kind));
            match report.verdict {
                Verdict::Good => Ok(None),
                Verdict::Suspect if useless => {
                    Err(fail("the profile says nothing about the run").because(words))
                }
                Verdict::Suspect => Ok(Some(words)),
                Verdict::Broken => Err(fail("the profile is broken").because(words)),
            }
        }
        // Binary and checked by the JVM that reads it.
        ProfileKind::AotConfiguration => Ok(None),
    }
}
