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

/// Why something is not a profile to build with.
#[derive(Debug)]
pub(super) struct Refusal {
    goal: &'static str,
    why: Option<String>,
    is_missing: bool,
}

impl Refusal {
    fn new(goal: &'static str) -> Self {
        Self {
            goal,
            why: None,
            is_missing: false,
        }
    }

    /// In one line.
    pub(super) fn words(&self) -> String {
        match &self.why {
            Some(why) => format!("{}: {why}", self.goal),
            None => self.goal.to_owned(),
        }
    }
}

/// Checks that the profile is there and says something; returns what is doubtful about it, if anything.
pub(super) fn check(
    path: &Path,
    kind: ProfileKind,
    exercise: &Exercise,
    log: &Path,
) -> Result<Option<String>> {
    judge(path, kind).map_err(|refusal| {
        let fail = |goal: &str| {
            let error = Error::new(ErrorKind::Training, goal)
                .because(format!("the function {}", exercise.ending));
            with_last_words(error, log)
        };
        if refusal.is_missing && exercise.killed {
            return fail(
                "the function did not end after SIGTERM and was killed, so it wrote no profile",
            )
            .hint("give it longer with `stop-timeout` in the configuration file");
        }
        let error = fail(refusal.goal);
        let error = refusal.why.into_iter().fold(error, Error::because);
        match refusal.is_missing {
            true => error.hint("a profile is written while the image shuts down: does the function end through `Runtime.halt`, or replace the handler of SIGTERM?"),
            false => error,
        }
    })
}

/// [`check`] for a profile of which only the file is known.
pub(super) fn judge(
    path: &Path,
    kind: ProfileKind,
) -> std::result::Result<Option<String>, Refusal> {
    match std::fs::metadata(path) {
        Err(_) => {
            return Err(Refusal {
                is_missing: true,
                ..Refusal::new("no profile was written")
            });
        }
        Ok(data) if data.len() == 0 => return Err(Refusal::new("the profile is empty")),
        Ok(_) => {}
    }
    match kind {
        ProfileKind::ClassList => match std::fs::read_to_string(path) {
            Err(error) => Err(Refusal {
                why: Some(error.to_string()),
                ..Refusal::new("the class list cannot be read")
            }),
            Ok(text) if class_list::classes(&text) == 0 => {
                Err(Refusal::new("the class list names no class"))
            }
            Ok(_) => Ok(None),
        },
        ProfileKind::Iprof | ProfileKind::HotspotIprof => judge_iprof(path),
        // Binary and checked by the JVM that reads it.
        ProfileKind::AotConfiguration => Ok(None),
    }
}

fn judge_iprof(path: &Path) -> std::result::Result<Option<String>, Refusal> {
    let report = check_file(path);
    let words = report
        .reasons
        .iter()
        .map(|reason| reason.message.as_str())
        .collect::<Vec<_>>()
        .join("; ");
    let refuse = |goal| {
        Err(Refusal {
            why: Some(words.clone()),
            ..Refusal::new(goal)
        })
    };
    let useless = report.reasons.iter().any(|reason| is_useless(reason.kind));
    match report.verdict {
        Verdict::Good => Ok(None),
        Verdict::Suspect if useless => refuse("the profile says nothing about the run"),
        Verdict::Suspect => Ok(Some(words)),
        Verdict::Broken => refuse("the profile is broken"),
    }
}
