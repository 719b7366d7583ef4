//! One training run: work is done, by our requests or by the user's command, and a profile is there and whole.

use std::path::Path;

use super::course::Course;
use super::left::Left;
use super::stages::Pipeline;
use super::{by_command, from_hotspot, profile_check, set_aside};
use crate::error::{Error, Result};
use crate::event::{self, Event};
use crate::host::Processor;
use crate::identity::file_digest;
use crate::load::Failure;
use crate::process::exercise::{self, Share};
use crate::profile::ProfileKind;
use crate::profile::provenance::Provenance;
use crate::variant::Variant;
use crate::warning::{Warning, WarningKind};
use crate::workdir;

/// Does the work of `run`, and keeps its profile in `folder`.
pub(super) fn one_run(
    pipeline: &mut Pipeline<'_>,
    variant: Variant,
    course: &Course<'_>,
    folder: &Path,
    run: u32,
) -> Result<()> {
    let target = course.profile(folder, run);
    let aside = folder.join(format!(
        "{}{}",
        workdir::half_made(),
        target.file_name().unwrap_or_default().to_string_lossy()
    ));
    let log = pipeline.log(&format!("train-{variant}-{run:04}.log"))?;
    let started = jiff::Timestamp::now().to_string();
    let left = match course.command() {
        Some(command) => by_command::carry_out(pipeline, course, command, &aside, &log),
        None => by_requests(pipeline, variant, course, &aside, &log),
    };
    let left = left.map_err(|error| set_aside::keep(&aside, &target, error))?;
    if let Some(conversion) = &left.hotspot {
        from_hotspot::warn_of_losses(pipeline, run, conversion);
    }
    let provenance = Provenance {
        schema_version: 1,
        run,
        kind: course.training.kind,
        source: course.training.on,
        image: course.on.identity.clone(),
        inputs: course.inputs.clone(),
        requests: left.served,
        processes: left.processes,
        started,
        seconds: left.took.as_secs_f64(),
        ending: left.ending.to_string(),
        processor: Some(Processor::detect()),
        hotspot: left.hotspot,
        pulled_from: None,
        sha256: file_digest(&aside)?,
        bytes: std::fs::metadata(&aside)
            .map_err(|error| Error::io("read", &aside, &error))?
            .len(),
    };
    let suspect = left.doubts.map(|doubts| {
        let message =
            format!("the profile of training run {run} of {variant} is suspect: {doubts}");
        Warning::new(WarningKind::SuspectProfile, message)
    });
    for warning in left.warnings.into_iter().chain(suspect) {
        pipeline.warn(warning);
    }
    keep(&aside, &target)?;
    provenance.write(&target)?;
    set_aside::forget(&target);
    pipeline.keep_profile(&target);
    Ok(())
}

/// Start, requests, SIGTERM, a patient wait.
fn by_requests(
    pipeline: &Pipeline<'_>,
    variant: Variant,
    course: &Course<'_>,
    aside: &Path,
    log: &Path,
) -> Result<Left> {
    let plan = pipeline.plan;
    let kind = course.training.kind;
    let toolchain = plan.toolchain(course.training.on);
    // A JVM logs its counters as text, of which the profile is made.
    let recorded = match kind {
        ProfileKind::HotspotIprof => aside.with_extension("method-data"),
        _ => aside.to_owned(),
    };
    let launch = toolchain
        .launch(course.training.on, &plan.function, &course.on.dir)
        .with(toolchain.recording_args(kind, &plan.trained, &recorded));
    // A process of the same number may have died here before: what it left must not be taken for this run's.
    let _ = std::fs::remove_file(&recorded);
    pipeline.listener.hear(Event::Command {
        command: launch.tool(&plan.function.args).to_string(),
    });
    let listener = pipeline.listener;
    let tell = |failure: &Failure| {
        let late = Warning::no_answer(variant, &failure.words, failure.hint);
        event::warn(listener, &late);
    };
    let share = Share {
        requests: course.requests,
        timeout: plan.bench.timeout,
        tell: &tell,
    };
    let exercise = exercise::exercise(&plan.process_in_training(), &launch, &share, log);
    let checked = exercise.and_then(|exercise| {
        let hotspot = match kind {
            ProfileKind::HotspotIprof => {
                Some(from_hotspot::convert(&recorded, aside, &exercise, log)?)
            }
            _ => None,
        };
        let doubts = profile_check::check(aside, kind, &exercise, log)?;
        Ok(Left {
            served: exercise.served,
            processes: None,
            took: exercise.took,
            ending: exercise.ending,
            warnings: exercise.warnings,
            doubts,
            hotspot,
        })
    });
    if recorded != *aside {
        let _ = std::fs::remove_file(&recorded);
    }
    checked
}

fn keep(aside: &Path, target: &Path) -> Result<()> {
    let keep = || {
        std::fs::File::open(aside)?.sync_all()?;
        std::fs::rename(aside, target)
    };
    keep().map_err(|error| Error::io("keep", target, &error))
}
