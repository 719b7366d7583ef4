//! What all runs of one training share.

use std::path::{Path, PathBuf};

use super::image::Image;
use super::stages::Pipeline;
use crate::error::Result;
use crate::identity::{Identity, Inputs};
use crate::plan::TrainPlan;
use crate::profile::ProfileKind;
use crate::toolchain::Training;
use crate::variant::Variant;

/// What all runs of one training share.
pub(super) struct Course<'a> {
    pub(super) training: Training,
    pub(super) on: &'a Image,
    pub(super) inputs: Inputs,
    pub(super) identity: Identity,
    pub(super) runs: u32,
    pub(super) requests: u64,
    /// It ends once the profile has not changed for so many runs.
    pub(super) stable_runs: Option<u32>,
    train: &'a TrainPlan,
}

impl Course<'_> {
    /// What each run does, in words.
    pub(super) fn work(&self) -> String {
        match self.command() {
            Some(command) => command.join(" "),
            None => format!("{} requests in each run", self.requests),
        }
    }

    /// What does the work, where that is not requests of ours.
    pub(super) fn command(&self) -> Option<&[String]> {
        self.train.command.as_deref()
    }

    /// How many good profiles are needed of so many runs.
    pub(super) fn needed_of(&self, runs: u32) -> usize {
        match self.training.kind.mergeable() {
            true => self.train.needed_of(runs) as usize,
            false => 1,
        }
    }

    pub(super) fn profile(&self, folder: &Path, run: u32) -> PathBuf {
        folder.join(format!(
            "{}-{run:04}.{}",
            self.identity,
            self.training.kind.extension()
        ))
    }
}

pub(super) fn course<'a, 'plan: 'a>(
    pipeline: &mut Pipeline<'plan>,
    variant: Variant,
    training: Training,
    on: &'a Image,
) -> Result<Course<'a>> {
    let plan = pipeline.plan;
    let train = &plan.train;
    let (runs, requests, stable_runs) = match training.kind.mergeable() {
        true => (train.runs, train.requests, train.stable_runs),
        // Such a profile cannot be merged: one run does the work of all.
        false => (1, train.requests * u64::from(train.runs), None),
    };
    let requests = plan.trained.workload.requests_in_a_run(requests);
    let mut inputs = plan
        .toolchain(training.on)
        .inputs(training.on, &plan.function);
    if matches!(
        training.kind,
        ProfileKind::ClassList | ProfileKind::AotConfiguration
    ) {
        // What a JVM records is bound to the JAR's place and time, as the archive made from it.
        inputs = inputs.and(plan.toolchain(variant).inputs(variant, &plan.function));
    }
    let inputs = match &train.command {
        Some(command) => inputs.with_list("command of the training", command),
        None => inputs
            .and(plan.trained.behaviour_inputs(&mut pipeline.cache)?)
            .with("requests in a run", requests),
    };
    let inputs = inputs
        .with("image", &on.identity)
        .with("profile kind", training.kind.extension());
    let inputs = match training.kind {
        // How a JVM is made to count shapes what it counts.
        ProfileKind::HotspotIprof => {
            let toolchain = plan.toolchain(training.on);
            let args = toolchain.recording_args(training.kind, &plan.trained, Path::new("LOG"));
            let args: Vec<_> = args.iter().map(|arg| arg.to_string_lossy()).collect();
            inputs.with_list("recording", &args)
        }
        _ => inputs,
    };
    let identity = inputs.identity();
    Ok(Course {
        training,
        on,
        inputs,
        identity,
        runs,
        requests,
        stable_runs,
        train,
    })
}
