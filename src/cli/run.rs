//! `run` and its stages: `build`, `train`, `merge`, `bench`.

use clap::Args;

use super::common::{
    BenchNumbers, Deciding, GateOptions, Global, TrainNumbers, Work, lock, step_summary,
};
use super::gate;
use super::goal::Goal;
use super::measure::Measuring;
use crate::bench::{Gating, Subject};
use crate::error::{Error, Result};
use crate::gate::GateReport;
use crate::pipeline::{Image, Pipeline, from_hotspot, preview};
use crate::plan::{Plan, Request, Settings};
use crate::record::{Record, new_report};
use crate::report::{Format, Report, SameImage, render};
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
    #[command(flatten)]
    deciding: Deciding,
    /// Stop before measuring
    #[arg(long, conflicts_with_all = ["gate", "decide", "save_baseline"])]
    no_bench: bool,
    /// Fail if a gated metric got worse by more than its limit
    #[arg(long)]
    gate: bool,
    #[command(flatten)]
    options: GateOptions,
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

/// Everything that was said on the command line.
pub(super) struct Order<'a> {
    pub(super) global: &'a Global,
    pub(super) work: &'a Work,
    pub(super) goal: Goal,
    pub(super) settings: Settings,
    pub(super) deciding: Option<&'a Deciding>,
    pub(super) gating: Option<Gating>,
}

impl<'a> Order<'a> {
    pub(super) fn new(global: &'a Global, work: &'a Work, goal: Goal) -> Self {
        Self {
            global,
            work,
            goal,
            settings: Settings::default(),
            deciding: None,
            gating: None,
        }
    }
}

pub(super) fn run(global: &Global, args: &RunArgs, ui: &Ui) -> Result<()> {
    let goal = Goal::Run {
        bench: !args.no_bench,
    };
    let order = Order {
        settings: args.train.settings(args.bench.settings()),
        deciding: Some(&args.deciding),
        gating: args.gate.then(|| args.options.gating()),
        ..Order::new(global, &args.work, goal)
    };
    execute(&order, ui)
}

pub(super) fn build(global: &Global, args: &BuildArgs, ui: &Ui) -> Result<()> {
    trained(global, &args.work, &args.train, Goal::Build, ui)
}

pub(super) fn train(global: &Global, args: &TrainArgs, ui: &Ui) -> Result<()> {
    let goal = Goal::Train {
        bisect: args.bisect,
    };
    trained(global, &args.work, &args.train, goal, ui)
}

pub(super) fn merge(global: &Global, args: &MergeArgs, ui: &Ui) -> Result<()> {
    trained(global, &args.work, &args.train, Goal::Merge, ui)
}

fn trained(
    global: &Global,
    work: &Work,
    numbers: &TrainNumbers,
    goal: Goal,
    ui: &Ui,
) -> Result<()> {
    let order = Order {
        settings: numbers.settings(Settings::default()),
        ..Order::new(global, work, goal)
    };
    execute(&order, ui)
}

/// Measures the project's images.
pub(super) fn bench(
    global: &Global,
    work: &Work,
    settings: Settings,
    (deciding, calibrate): (&Deciding, bool),
    ui: &Ui,
) -> Result<()> {
    let goal = match calibrate {
        true => Goal::Calibrate,
        false => Goal::Bench,
    };
    let order = Order {
        settings,
        deciding: Some(deciding),
        ..Order::new(global, work, goal)
    };
    execute(&order, ui)
}

pub(super) fn execute(order: &Order<'_>, ui: &Ui) -> Result<()> {
    let gates = order.gating.is_some();
    carry_out(order, ui).map_err(|error| match error.verdict_line() {
        // Whoever asks for a gate reads the last line, whatever went wrong.
        None if gates => {
            let line = format!("VERDICT: cannot tell: {}", error.brief());
            error.verdict(line)
        }
        _ => error,
    })
}

fn carry_out(order: &Order<'_>, ui: &Ui) -> Result<()> {
    let (global, work, goal) = (order.global, order.work, order.goal);
    let request = Request {
        only_trains: matches!(goal, Goal::Train { bisect: false } | Goal::Merge),
        ..work.request(global, order.settings)
    };
    let mut plan = Plan::decide(&request)?;
    match goal {
        Goal::Calibrate => plan.bench.same_image = Some(SameImage::default()),
        Goal::SelfTest { percent } => gate::prepare_self_test(&mut plan, percent)?,
        _ => {}
    }
    let measures = goal.measures();
    if work.dry_run {
        return ui.result(&preview::preview(&plan, measures));
    }
    let lock = lock(&plan.workdir, goal.name(), ui)?;
    announce(&plan, measures, ui);
    let measuring = Measuring {
        bench: &plan.bench,
        gate: &plan.gate,
        workdir: &plan.workdir,
        deciding: order.deciding,
        gating: order.gating.as_ref().filter(|_| goal.may_gate()),
    };
    let mut pipeline = Pipeline::new(&plan, ui, begin(&plan)?);
    (pipeline.force, pipeline.explain) = (work.force, work.explain);
    pipeline.only_reuse = goal.only_reuses();
    let Ended { verdict, failed } = match goal {
        Goal::Train { .. } | Goal::Merge => {
            only_trained(&mut pipeline, goal, ui)?;
            Ended::default()
        }
        _ => make_and_measure(&mut pipeline, &measuring, goal, ui)?,
    };
    finish(&mut pipeline.record, ui)?;
    let record = &pipeline.record;
    measuring.save_baseline(record, ui)?;
    drop(lock);
    let report = &record.report;
    match (goal, global.format) {
        // Nothing to compare: what was made is said on stderr, and only programs want it on stdout too.
        (Goal::Train { .. } | Goal::Merge, Format::Table) => {}
        _ => ui.result(&render(report, global.format, Global::style(ui)))?,
    }
    if measures {
        step_summary(report, ui);
    }
    closing(record, &plan, goal, ui);
    match (failed, verdict, goal) {
        (Some(failed), Some(verdict), _) => Err(failed.verdict(verdict.line)),
        (Some(failed), ..) => Err(failed),
        (None, Some(verdict), _) => gate::conclude(&verdict, ui),
        (None, None, Goal::SelfTest { .. }) => gate::conclude_self_test(report, &plan, ui),
        (None, None, _) => Ok(()),
    }
}

/// What came of a command besides its report.
#[derive(Default)]
struct Ended {
    verdict: Option<GateReport>,
    /// The first variant that could not be made.
    failed: Option<Error>,
}

/// Makes the images, or finds them, and measures them where that is the goal.
fn make_and_measure(
    pipeline: &mut Pipeline<'_>,
    measuring: &Measuring<'_>,
    goal: Goal,
    ui: &Ui,
) -> Result<Ended> {
    let plan = pipeline.plan;
    let (images, failed) = match goal {
        Goal::Run { .. } => pipeline.images_that_work()?,
        _ => (pipeline.images()?, None),
    };
    describe(&mut pipeline.record.report, &images);
    let made: Vec<Variant> = images.iter().map(|image| image.variant).collect();
    if made.iter().any(|variant| plan.training(*variant).is_some()) {
        pipeline.record.report.trained_with = Some(plan.trained_with()?);
    }
    if !goal.measures() {
        let verdict = None;
        return Ok(Ended { verdict, failed });
    }
    let subjects: Vec<Subject> = images
        .iter()
        .map(|image| Subject::of_image(plan, image))
        .collect();
    let missing: Vec<Variant> = plan
        .variants
        .iter()
        .copied()
        .filter(|variant| !made.contains(variant))
        .collect();
    let verdict = measuring.measure(&subjects, &missing, &mut pipeline.record, ui)?;
    if let Some(warning) = from_hotspot::outcome(&pipeline.record.report, plan.train.on) {
        ui.warn(&warning.message, None);
        pipeline.record.warn(warning);
    }
    Ok(Ended { verdict, failed })
}

/// The report before anything has happened.
fn begin(plan: &Plan) -> Result<Record> {
    let toolchains = plan.toolchains.infos(&plan.variants);
    let report = new_report(&plan.function.name, toolchains, plan.warnings.clone());
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

pub(super) fn finish(record: &mut Record, ui: &Ui) -> Result<()> {
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
        Goal::Calibrate => "pgoctl bench",
        Goal::SelfTest { .. } => "pgoctl gate",
        Goal::Bench | Goal::Gate | Goal::Run { bench: true } => "pgoctl report --format markdown",
    };
    let trained = plan
        .variants
        .iter()
        .any(|variant| plan.training(*variant).is_some());
    if trained || !matches!(goal, Goal::Train { .. }) {
        ui.note(&format!("next: {next}"));
    }
}
