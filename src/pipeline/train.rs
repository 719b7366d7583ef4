//! Makes the function work and gathers what each run leaves behind; profiles that are there already are not made again.

use std::path::{Path, PathBuf};
use std::time::Instant;

use super::course::{Course, course};
use super::stages::{Pipeline, Reuse};
use super::{Image, from_hotspot, profile_check, set_aside};
use crate::error::{Error, ErrorKind, Result};
use crate::event::{self, Event, Work};
use crate::identity::file_digest;
use crate::load::Failure;
use crate::process::exercise::{self, Share};
use crate::profile::ProfileKind;
use crate::profile::provenance::Provenance;
use crate::report::StageStatus;
use crate::toolchain::Training;
use crate::variant::Variant;
use crate::warning::{Warning, WarningKind};
use crate::workdir;

/// Returns one good profile for each run, in order; `on` is the image that does the work.
pub(super) fn train(
    pipeline: &mut Pipeline<'_>,
    variant: Variant,
    training: Training,
    on: &Image,
) -> Result<Vec<PathBuf>> {
    let started = Instant::now();
    let course = course(pipeline, variant, training, on)?;
    let folder = pipeline.plan.workdir.profiles(&pipeline.plan.function.name);
    let there = |run: u32| {
        let profile = course.profile(&folder, run);
        pipeline.reuse != Reuse::Never
            && (Provenance::read(&profile).is_some() || set_aside::reason(&profile).is_some())
    };
    let missing: Vec<u32> = (1..=course.runs).filter(|run| !there(*run)).collect();
    if missing.is_empty() {
        pipeline.explain(
            &format!("train {variant}"),
            "reused: nothing that shapes the training has changed",
        );
        pipeline
            .record
            .stage("train", Some(variant), StageStatus::Reused, started, None)?;
        return good(pipeline, variant, &course, &folder);
    }
    let reason = match missing.len() == course.runs as usize {
        true if pipeline.reuse == Reuse::Never => "redone: `--force`".to_owned(),
        true => "there are no profiles of this training yet".to_owned(),
        false => format!(
            "{} of {} profiles are there",
            course.runs as usize - missing.len(),
            course.runs
        ),
    };
    pipeline.may_make(&format!("the training of {variant}"), &reason)?;
    pipeline.explain(&format!("train {variant}"), &reason);
    let trained = gather(pipeline, variant, &course, &folder, &missing);
    let (status, reason) = match &trained {
        Ok(_) => (StageStatus::Done, reason),
        Err(error) => (StageStatus::Failed, error.brief()),
    };
    pipeline
        .record
        .stage("train", Some(variant), status, started, Some(reason))?;
    trained
}

fn gather(
    pipeline: &mut Pipeline<'_>,
    variant: Variant,
    course: &Course<'_>,
    folder: &Path,
    missing: &[u32],
) -> Result<Vec<PathBuf>> {
    workdir::create_dir(folder)?;
    let goal = || format!("could not train {variant}");
    let on = course.on.variant;
    let task = event::begin(pipeline.listener, Work::Train { variant, on });
    let mut failures: Vec<(u32, Error)> = Vec::new();
    for (index, &run) in missing.iter().enumerate() {
        pipeline.plan.stop.check()?;
        task.progress(
            index as u64,
            missing.len() as u64,
            &format!("{} requests in each run", course.requests),
        );
        if let Err(error) = one_run(pipeline, variant, course, folder, run) {
            if error.kind() == ErrorKind::Interrupted {
                return Err(error);
            }
            failures.push((run, error));
            let good_at_most = course.runs as usize - failures.len();
            if good_at_most < course.at_least as usize {
                return Err(too_few(course, failures).goal(goal()));
            }
        }
    }
    task.done(&format!(
        "{} profiles",
        course.runs as usize - failures.len()
    ));
    // The runs are done, with too few failures to matter: they are not tried again.
    for (run, error) in &failures {
        set_aside::record(&course.profile(folder, *run), &error.to_string())?;
    }
    good(pipeline, variant, course, folder)
}

/// The profiles to go on with; a warning for each that was set aside, an error if too few are left.
fn good(
    pipeline: &mut Pipeline<'_>,
    variant: Variant,
    course: &Course<'_>,
    folder: &Path,
) -> Result<Vec<PathBuf>> {
    let mut good = Vec::new();
    let mut failures = Vec::new();
    for run in 1..=course.runs {
        let profile = course.profile(folder, run);
        match set_aside::reason(&profile) {
            None => good.push(profile),
            Some(reason) => failures.push((run, reason)),
        }
    }
    if good.len() < course.at_least as usize {
        let failures = failures
            .into_iter()
            .map(|(run, reason)| (run, Error::new(ErrorKind::Training, reason)))
            .collect();
        return Err(too_few(course, failures)
            .goal(format!("could not train {variant}"))
            .hint("`pgoctl train --force` trains again; `--at-least` says how many are enough"));
    }
    for (run, reason) in &failures {
        let message = format!("training run {run} of {variant} left no good profile: {reason}");
        pipeline.warn(Warning::new(WarningKind::ProfileSetAside, message));
    }
    if let Some(first) = good.first() {
        from_hotspot::warn_of_pairing(pipeline, course, first);
    }
    Ok(good)
}

fn too_few(course: &Course<'_>, mut failures: Vec<(u32, Error)>) -> Error {
    let count = failures.len();
    let (run, first) = failures.swap_remove(0);
    first
        .kind_is(ErrorKind::Training)
        .goal(format!("training run {run} left no good profile"))
        .goal(format!(
            "{count} of {} training runs failed, and {} good profiles are needed",
            course.runs, course.at_least
        ))
}

/// One run: start, work, SIGTERM, a patient wait, and a profile that is there and whole.
fn one_run(
    pipeline: &mut Pipeline<'_>,
    variant: Variant,
    course: &Course<'_>,
    folder: &Path,
    run: u32,
) -> Result<()> {
    let plan = pipeline.plan;
    let kind = course.training.kind;
    let toolchain = plan.toolchain(course.training.on);
    let target = course.profile(folder, run);
    let aside = folder.join(format!(
        "{}{}",
        workdir::half_made(),
        target.file_name().unwrap_or_default().to_string_lossy()
    ));
    // A JVM logs its counters as text, of which the profile is made.
    let recorded = match kind {
        ProfileKind::HotspotIprof => aside.with_extension("method-data"),
        _ => aside.clone(),
    };
    let launch = toolchain
        .launch(course.training.on, &plan.function, &course.on.dir)
        .with(toolchain.recording_args(kind, &plan.trained, &recorded));
    // A process of the same number may have died here before: what it left must not be taken for this run's.
    let _ = std::fs::remove_file(&recorded);
    let log = pipeline.log(&format!("train-{variant}-{run:04}.log"))?;
    let started_at = jiff::Timestamp::now().to_string();
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
    let exercise = exercise::exercise(&plan.process_in_training(), &launch, &share, &log);
    let checked = exercise.and_then(|exercise| {
        let hotspot = match kind {
            ProfileKind::HotspotIprof => {
                Some(from_hotspot::convert(&recorded, &aside, &exercise, &log)?)
            }
            _ => None,
        };
        let doubts = profile_check::check(&aside, kind, &exercise, &log)?;
        Ok((exercise, doubts, hotspot))
    });
    if recorded != aside {
        let _ = std::fs::remove_file(&recorded);
    }
    match checked {
        Ok((exercise, doubts, hotspot)) => {
            if let Some(conversion) = &hotspot {
                from_hotspot::warn_of_losses(pipeline, run, conversion);
            }
            let provenance = Provenance {
                schema_version: 1,
                run,
                kind,
                source: course.training.on,
                image: course.on.identity.clone(),
                inputs: course.inputs.clone(),
                requests: exercise.served,
                started: started_at,
                seconds: exercise.took.as_secs_f64(),
                ending: exercise.ending.to_string(),
                hotspot,
                sha256: file_digest(&aside)?,
                bytes: std::fs::metadata(&aside)
                    .map_err(|error| Error::io("read", &aside, &error))?
                    .len(),
            };
            let suspect = doubts.map(|doubts| {
                let message =
                    format!("the profile of training run {run} of {variant} is suspect: {doubts}");
                Warning::new(WarningKind::SuspectProfile, message)
            });
            for warning in exercise.warnings.into_iter().chain(suspect) {
                pipeline.warn(warning);
            }
            keep(&aside, &target)?;
            provenance.write(&target)?;
            set_aside::forget(&target);
            Ok(())
        }
        Err(error) => Err(set_aside::keep(&aside, &target, error)),
    }
}

fn keep(aside: &Path, target: &Path) -> Result<()> {
    let keep = || {
        std::fs::File::open(aside)?.sync_all()?;
        std::fs::rename(aside, target)
    };
    keep().map_err(|error| Error::io("keep", target, &error))
}
