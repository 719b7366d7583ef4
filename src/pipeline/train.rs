//! Makes the function work and gathers what each run leaves behind; profiles that are there already are not made again.

use std::path::PathBuf;
use std::time::Instant;

use super::course::{Course, course};
use super::one_run::one_run;
use super::settling::Settling;
use super::stages::{Pipeline, Reuse};
use super::{Image, from_hotspot, set_aside};
use crate::error::{Error, ErrorKind, Result};
use crate::event::{self, Work};
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
    let all: Vec<PathBuf> = (1..=course.runs)
        .map(|run| course.profile(&folder, run))
        .collect();
    pipeline.fetch_profiles(&all);
    let there = |run: u32| {
        let profile = course.profile(&folder, run);
        pipeline.reuse != Reuse::Never
            && (Provenance::read(&profile).is_some() || set_aside::reason(&profile).is_some())
    };
    let there: Vec<bool> = (1..=course.runs).map(there).collect();
    let mut gathering = Gathering {
        settling: Settling::of(&course, &folder),
        course,
        folder,
        there,
        variant,
    };
    if let Some(runs) = gathering.is_complete()? {
        pipeline.explain(
            &format!("train {variant}"),
            "reused: nothing that shapes the training has changed",
        );
        pipeline
            .record
            .stage("train", Some(variant), StageStatus::Reused, started, None)?;
        gathering.report(pipeline, runs)?;
        return gathering.good(pipeline, runs);
    }
    let reason = gathering.why(pipeline.reuse);
    pipeline.may_make(&format!("the training of {variant}"), &reason)?;
    pipeline.explain(&format!("train {variant}"), &reason);
    let trained = gathering.gather(pipeline);
    let (status, reason) = match &trained {
        Ok(_) => (StageStatus::Done, reason),
        Err(error) => (StageStatus::Failed, error.brief()),
    };
    pipeline
        .record
        .stage("train", Some(variant), status, started, Some(reason))?;
    trained
}

/// The profiles of one training, as far as they are there.
struct Gathering<'a> {
    course: Course<'a>,
    settling: Option<Settling>,
    folder: PathBuf,
    /// Of each run, whether it was done before.
    there: Vec<bool>,
    variant: Variant,
}

impl Gathering<'_> {
    fn is_there(&self, run: u32) -> bool {
        self.there.get(run as usize - 1).copied().unwrap_or(false)
    }

    /// How many runs make a whole training, if they are all there.
    fn is_complete(&mut self) -> Result<Option<u32>> {
        for run in 1..=self.course.runs {
            if !self.is_there(run) {
                // What was looked at is looked at again while it goes on.
                self.settling = Settling::of(&self.course, &self.folder);
                return Ok(None);
            }
            if self.settles(run)? {
                return Ok(Some(run));
            }
        }
        Ok(Some(self.course.runs))
    }

    /// Looks at the profile of `run` where that decides when training ends; whether it ends.
    fn settles(&mut self, run: u32) -> Result<bool> {
        let Some(settling) = &mut self.settling else {
            return Ok(false);
        };
        let profile = self.course.profile(&self.folder, run);
        if set_aside::reason(&profile).is_none() {
            settling.add(run, &profile)?;
        }
        settling.needs(self.course.needed_of(run));
        Ok(settling.is_stable())
    }

    /// Why there is something to do.
    fn why(&self, reuse: Reuse) -> String {
        let there = self.there.iter().filter(|there| **there).count();
        match there {
            0 if reuse == Reuse::Never => "redone: `--force`".to_owned(),
            0 => "there are no profiles of this training yet".to_owned(),
            _ if self.settling.is_some() => {
                format!("{there} profiles are there, and not stable yet")
            }
            _ => format!("{there} of {} profiles are there", self.course.runs),
        }
    }

    fn gather(&mut self, pipeline: &mut Pipeline<'_>) -> Result<Vec<PathBuf>> {
        workdir::create_dir(&self.folder)?;
        let (variant, on) = (self.variant, self.course.on.variant);
        let task = event::begin(pipeline.listener, Work::Train { variant, on });
        let mut failures: Vec<(u32, Error)> = Vec::new();
        let mut runs = self.course.runs;
        for run in 1..=self.course.runs {
            pipeline.plan.stop.check()?;
            if !self.is_there(run) {
                let now = self.course.work();
                task.progress(u64::from(run) - 1, u64::from(self.course.runs), &now);
                if let Err(error) = one_run(pipeline, variant, &self.course, &self.folder, run) {
                    if error.kind() == ErrorKind::Interrupted {
                        return Err(error);
                    }
                    failures.push((run, error));
                    self.enough_left(&mut failures)?;
                    continue;
                }
            }
            if self.settles(run)? {
                runs = run;
                break;
            }
        }
        // The runs are done, with too few failures to matter: they are not tried again.
        for (run, error) in &failures {
            set_aside::record(&self.course.profile(&self.folder, *run), &error.to_string())?;
        }
        let is_good = |run: &u32| {
            let profile = self.course.profile(&self.folder, *run);
            set_aside::reason(&profile).is_none()
        };
        let settled = self.settling.as_ref().map_or_else(String::new, |settling| {
            let report = settling.report(variant, runs, self.course.runs);
            format!(", {}", report.words())
        });
        task.done(&format!(
            "{} profiles{settled}",
            (1..=runs).filter(is_good).count()
        ));
        self.report(pipeline, runs)?;
        self.good(pipeline, runs)
    }

    /// Fails if so many runs have failed that the others cannot be enough.
    fn enough_left(&self, failures: &mut Vec<(u32, Error)>) -> Result<()> {
        let good_at_most = self.course.runs as usize - failures.len();
        match good_at_most < self.course.needed_of(self.course.runs) {
            true => Err(self
                .too_few(self.course.runs, std::mem::take(failures))
                .goal(format!("could not train {}", self.variant))),
            false => Ok(()),
        }
    }

    /// Keeps how the profile settled in so many runs, and puts it into the report.
    fn report(&self, pipeline: &mut Pipeline<'_>, runs: u32) -> Result<()> {
        let Some(settling) = &self.settling else {
            return Ok(());
        };
        settling.keep()?;
        let report = settling.report(self.variant, runs, self.course.runs);
        if !report.stable {
            let message = format!("the profile of {}: {}", self.variant, report.words());
            pipeline.warn(
                Warning::new(WarningKind::ProfileNotStable, message)
                    .hint("`--runs` says how many runs there may be"),
            );
        }
        let training = &mut pipeline.record.report.training;
        training.retain(|other| other.variant != self.variant);
        training.push(report);
        Ok(())
    }

    /// The profiles of so many runs to go on with; a warning for each that was set aside, an error if too few are left.
    fn good(&self, pipeline: &mut Pipeline<'_>, runs: u32) -> Result<Vec<PathBuf>> {
        let variant = self.variant;
        let mut good = Vec::new();
        let mut failures = Vec::new();
        for run in 1..=runs {
            let profile = self.course.profile(&self.folder, run);
            match set_aside::reason(&profile) {
                None => good.push(profile),
                Some(reason) => failures.push((run, reason)),
            }
        }
        if good.len() < self.course.needed_of(runs) {
            let failures = failures
                .into_iter()
                .map(|(run, reason)| (run, Error::new(ErrorKind::Training, reason)))
                .collect();
            return Err(self
                .too_few(runs, failures)
                .goal(format!("could not train {variant}"))
                .hint(
                    "`pgoctl train --force` trains again; `--at-least` says how many are enough",
                ));
        }
        for (run, reason) in &failures {
            let message = format!("training run {run} of {variant} left no good profile: {reason}");
            pipeline.warn(Warning::new(WarningKind::ProfileSetAside, message));
        }
        if let Some(first) = good.first() {
            from_hotspot::warn_of_pairing(pipeline, &self.course, first);
        }
        Ok(good)
    }

    fn too_few(&self, runs: u32, mut failures: Vec<(u32, Error)>) -> Error {
        let count = failures.len();
        let (run, first) = failures.swap_remove(0);
        first
            .kind_is(ErrorKind::Training)
            .goal(format!("training run {run} left no good profile"))
            .goal(format!(
                "{count} of {runs} training runs failed, and {} good profiles are needed",
                self.course.needed_of(runs)
            ))
    }
}
