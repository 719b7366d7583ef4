//! `run` and its stages: `build`, `train`, `merge`, `bench`.

use std::time::Instant;

use clap::Args;

use super::common::{BenchNumbers, Global, TrainNumbers, Work, lock};
use crate::bench;
use crate::error::{Error, Result};
use crate::host::Host;
use crate::pipeline::{Image, Pipeline, Record, from_hotspot, preview};
use crate::plan::{Plan, Request, Settings};
use crate::report::{Format, PlanReport, Report, SCHEMA_VERSION, StageStatus, render};
use crate::ui::Ui;
use crate::variant::Variant;

#[derive(Debug, Args)]
pub(super) struct RunArgs {
    #[command(flatten)]
    work: Work,
    #[command(flatten)]
    train: TrainNumbers,
    #[command(flatten)]
    bench: BenchNumbers,
    /// Stop before measuring
    #[arg(long)]
    no_bench: bool,
}

#[derive(Debug, Args)]
pub(super) struct BuildArgs {
    #[command(flatten)]
    work: Work,
    #[command(flatten)]
    train: TrainNumbers,
}

#[derive(Debug, Args)]
pub(super) struct TrainArgs {
    #[command(flatten)]
    work: Work,
    #[command(flatten)]
    train: TrainNumbers,
    /// Find the profiles over which the rebuild fails, by building with halves of them, and set them aside
    #[arg(long)]
    bisect: bool,
}

#[derive(Debug, Args)]
pub(super) struct MergeArgs {
    #[command(flatten)]
    work: Work,
    #[command(flatten)]
    train: TrainNumbers,
}

#[derive(Debug, Args)]
pub(super) struct BenchArgs {
    #[command(flatten)]
    work: Work,
    #[command(flatten)]
    train: TrainNumbers,
    #[command(flatten)]
    bench: BenchNumbers,
}

/// How far a command goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Goal {
    Train { bisect: bool },
    Merge,
    Build,
    Bench,
    Run { bench: bool },
}

impl Goal {
    const fn name(self) -> &'static str {
        match self {
            Self::Train { .. } => "train",
            Self::Merge => "merge",
            Self::Build => "build",
            Self::Bench => "bench",
            Self::Run { .. } => "run",
        }
    }
}

pub(super) fn run(global: &Global, args: &RunArgs, ui: &Ui) -> Result<()> {
    let settings = args.train.settings(args.bench.settings());
    execute(
        global,
        &args.work,
        settings,
        Goal::Run {
            bench: !args.no_bench,
        },
        ui,
    )
}

pub(super) fn build(global: &Global, args: &BuildArgs, ui: &Ui) -> Result<()> {
    execute(
        global,
        &args.work,
        args.train.settings(Settings::default()),
        Goal::Build,
        ui,
    )
}

pub(super) fn train(global: &Global, args: &TrainArgs, ui: &Ui) -> Result<()> {
    execute(
        global,
        &args.work,
        args.train.settings(Settings::default()),
        Goal::Train {
            bisect: args.bisect,
        },
        ui,
    )
}

pub(super) fn merge(global: &Global, args: &MergeArgs, ui: &Ui) -> Result<()> {
    execute(
        global,
        &args.work,
        args.train.settings(Settings::default()),
        Goal::Merge,
        ui,
    )
}

pub(super) fn bench(global: &Global, args: &BenchArgs, ui: &Ui) -> Result<()> {
    let settings = args.train.settings(args.bench.settings());
    execute(global, &args.work, settings, Goal::Bench, ui)
}

fn execute(global: &Global, work: &Work, settings: Settings, goal: Goal, ui: &Ui) -> Result<()> {
    let request = Request {
        only_trains: matches!(goal, Goal::Train { bisect: false } | Goal::Merge),
        ..work.request(global, settings)
    };
    let plan = Plan::decide(&request)?;
    let measures = matches!(goal, Goal::Bench | Goal::Run { bench: true });
    if work.dry_run {
        return ui.result(&preview::preview(&plan, measures));
    }
    let lock = lock(&plan.workdir, goal.name(), ui)?;
    announce(&plan, measures, ui);
    let mut pipeline = Pipeline::new(&plan, ui, begin(&plan)?);
    (pipeline.force, pipeline.explain) = (work.force, work.explain);
    pipeline.only_reuse = goal == Goal::Bench;
    let mut failed = None;
    match goal {
        Goal::Train { .. } | Goal::Merge => only_trained(&mut pipeline, goal, ui)?,
        Goal::Build | Goal::Bench | Goal::Run { .. } => {
            let images = match goal {
                Goal::Run { .. } => {
                    let (images, failure) = pipeline.images_that_work()?;
                    failed = failure;
                    images
                }
                _ => pipeline.images()?,
            };
            describe(&mut pipeline.record.report, &images);
            if measures {
                measure(&mut pipeline, &images)?;
            }
        }
    }
    finish(&mut pipeline.record, ui)?;
    drop(lock);
    let report = &pipeline.record.report;
    match (goal, global.format) {
        // Nothing to compare: what was made is said on stderr, and only programs want it on stdout too.
        (Goal::Train { .. } | Goal::Merge, Format::Table) => {}
        _ => ui.result(&render(report, global.format, Global::style(ui)))?,
    }
    closing(&pipeline.record, &plan, goal, ui);
    failed.map_or(Ok(()), Err)
}

/// The report before anything has happened.
fn begin(plan: &Plan) -> Result<Record> {
    let report = Report {
        schema_version: SCHEMA_VERSION,
        function: plan.function.name.clone(),
        started: jiff::Timestamp::now().to_string(),
        finished: None,
        host: Host::detect(),
        toolchains: plan.toolchains.infos(&plan.variants),
        stages: Vec::new(),
        variants: Vec::new(),
        comparisons: Vec::new(),
        noise_floor: Default::default(),
        warnings: plan.warnings.clone(),
        plan: None,
    };
    let mut record = Record::new(&plan.workdir, report);
    for (variant, missing) in &plan.left_out {
        record.skipped("build", *variant, &missing.reason);
    }
    Ok(record)
}

fn announce(plan: &Plan, measures: bool, ui: &Ui) {
    let names: Vec<&str> = plan.variants.iter().map(|variant| variant.name()).collect();
    let then = match measures {
        true => format!(
            "; then {} rounds × {} requests of each",
            plan.bench.rounds, plan.bench.requests
        ),
        false => String::new(),
    };
    ui.note(&format!(
        "{}: {}{then}",
        plan.function.name,
        names.join(", ")
    ));
    for (variant, missing) in &plan.left_out {
        ui.note(&format!("left out: {variant}: {}", missing.reason));
        if let Some(hint) = &missing.hint {
            ui.detail(&format!("hint: {hint}"));
        }
    }
    for warning in &plan.warnings {
        ui.warn(&warning.message, warning.hint.as_deref());
    }
}

fn only_trained(pipeline: &mut Pipeline<'_>, goal: Goal, ui: &Ui) -> Result<()> {
    let trained: Vec<Variant> = pipeline
        .plan
        .variants
        .iter()
        .copied()
        .filter(|variant| pipeline.plan.training(*variant).is_some())
        .collect();
    if trained.is_empty() {
        return Err(Error::usage(format!("there is nothing to {}", goal.name()))
            .because("none of the variants is trained")
            .hint("`hotspot-cds`, `hotspot-aot` and `native-pgo` are"));
    }
    for variant in trained {
        let training = pipeline.plan.training(variant).expect("it was just asked");
        if let Goal::Train { bisect } = goal {
            let profiles = match bisect {
                true => pipeline.bisect(variant, training)?,
                false => pipeline.profiles(variant, training)?,
            };
            let last = profiles
                .last()
                .map(|path| path.display().to_string())
                .unwrap_or_default();
            ui.note(&format!(
                "{variant}: {} profiles, the last is {last}",
                profiles.len()
            ));
        } else {
            let merged = pipeline.trained(variant, training)?;
            ui.note(&format!("{variant}: {}", merged.path.display()));
        }
    }
    Ok(())
}

/// Puts the images into the report, with what is known without measuring.
fn describe(report: &mut Report, images: &[Image]) {
    report.variants = images.iter().map(Image::report).collect();
}

fn measure(pipeline: &mut Pipeline<'_>, images: &[Image]) -> Result<()> {
    let started = Instant::now();
    let plan = pipeline.plan;
    if let Some(warning) = bench::busy_machine() {
        pipeline.ui.warn(&warning.message, warning.hint.as_deref());
        pipeline.record.warn(warning);
    }
    let variants: Vec<Variant> = images.iter().map(|image| image.variant).collect();
    let order = bench::order(&variants, &plan.bench);
    pipeline.record.report.plan = Some(PlanReport {
        rounds: plan.bench.rounds,
        requests: plan.bench.requests,
        concurrency: plan.bench.concurrency,
        rate: plan.bench.rate,
        order: order.clone(),
        seed: plan.bench.seed,
    });
    let measured = bench::measure(plan, images, &order, &mut pipeline.record, pipeline.ui);
    let (status, reason) = match &measured {
        Ok(()) => (StageStatus::Done, None),
        Err(error) => (StageStatus::Failed, Some(error.to_string())),
    };
    let analysed = measured.and_then(|()| {
        let samples = pipeline.record.samples()?;
        bench::analyse(
            &samples,
            &mut pipeline.record.report,
            plan.bench.threshold_percent,
        )
    });
    pipeline
        .record
        .stage("bench", None, status, started, reason)?;
    analysed?;
    if let Some(warning) = from_hotspot::outcome(&pipeline.record.report, plan.train.on) {
        pipeline.ui.warn(&warning.message, None);
        pipeline.record.warn(warning);
    }
    Ok(())
}

fn finish(record: &mut Record, ui: &Ui) -> Result<()> {
    record.report.finished = Some(jiff::Timestamp::now().to_string());
    for warning in &record.report.warnings {
        ui.detail(&format!("warning: {}", warning.message));
    }
    record.write()
}

/// The files made, and a next command.
fn closing(record: &Record, plan: &Plan, goal: Goal, ui: &Ui) {
    ui.note(&format!("run: {}", record.dir().display()));
    for variant in &record.report.variants {
        ui.detail(&format!("image: {}", variant.image.path.display()));
    }
    let next = match goal {
        Goal::Train { .. } => "pgoctl merge",
        Goal::Merge => "pgoctl build",
        Goal::Build | Goal::Run { bench: false } => "pgoctl bench",
        Goal::Bench | Goal::Run { bench: true } => "pgoctl report --format markdown",
    };
    let trained = plan
        .variants
        .iter()
        .any(|variant| plan.training(*variant).is_some());
    if trained || !matches!(goal, Goal::Train { .. }) {
        ui.note(&format!("next: {next}"));
    }
}
