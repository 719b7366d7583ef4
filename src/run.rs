//! What a command orchestrates: an [`Order`] of plain values in, an [`Answer`] out; words and rendering are `cli`'s.

pub mod bare;
mod goal;
pub mod measure;
pub mod revisions;
mod self_test;
pub mod subjects;
pub mod trace;
mod verdict;

use crate::bench::{Gating, Subject};
use crate::error::{Error, Result};
use crate::event::{self, Event, Listener};
use crate::gate::GateReport;
use crate::interrupt::Stop;
use crate::pipeline::{Image, Pipeline, Reuse, preview};
use crate::plan::{Plan, Request};
use crate::record::{Record, new_report};
use crate::report::{Aa, Report};
use crate::variant::Variant;
use crate::workdir::{Lock, Workdir};
use measure::Measuring;

pub use goal::{Goal, TraceAmount};
pub use measure::Deciding;

/// Everything that was asked for.
#[derive(Debug)]
pub struct Order {
    /// Project, function, variants, numbers, tools.
    pub request: Request,
    /// How far to go.
    pub goal: Goal,
    /// How long to go on measuring.
    pub deciding: Deciding,
    /// What is asked of a gate, where there is one.
    pub gating: Option<Gating>,
    /// Print each external command, run none.
    pub dry_run: bool,
    /// Say why each stage is reused or redone.
    pub explain: bool,
    /// Redo everything.
    pub force: bool,
}

/// What became of an order.
#[derive(Debug)]
#[expect(
    clippy::large_enum_variant,
    reason = "there is one of them, at the end of a command"
)]
pub enum Answer {
    /// The commands that would be run.
    Preview(String),
    /// It was carried out.
    Ended(Ended),
}

/// What a command that was carried out leaves behind.
#[derive(Debug)]
pub struct Ended {
    /// The run on disk, with its report.
    pub record: Record,
    /// What was the goal.
    pub goal: Goal,
    /// A command that makes sense after this one.
    pub next: Option<&'static str>,
    /// The line of a gate that passed; an error where a gate did not, or where a variant could not be made.
    pub conclusion: Result<Option<String>>,
}

/// Does what was ordered; where a gate was asked for, every error bears its `VERDICT:` line.
pub fn execute(order: &Order, listener: &dyn Listener) -> Result<Answer> {
    let gates = order.gating.is_some();
    let with_verdict = |error: Error| match error.verdict_line() {
        // Whoever asks for a gate reads the last line, whatever went wrong.
        None if gates => {
            let line = format!("VERDICT: cannot tell: {}", error.brief());
            error.verdict(line)
        }
        _ => error,
    };
    let answer = carry_out(order, listener).map_err(with_verdict)?;
    Ok(match answer {
        Answer::Ended(mut ended) => {
            ended.conclusion = ended.conclusion.map_err(with_verdict);
            Answer::Ended(ended)
        }
        preview @ Answer::Preview(_) => preview,
    })
}

fn carry_out(order: &Order, listener: &dyn Listener) -> Result<Answer> {
    let goal = order.goal;
    let reuse = reuse(order)?;
    let request = Request {
        only_trains: matches!(goal, Goal::Train { bisect: false } | Goal::Merge),
        ..order.request.clone()
    };
    let mut plan = Plan::decide(&request)?;
    match goal {
        Goal::Calibrate => plan.bench.aa = Some(Aa::default()),
        Goal::SelfTest { percent } => self_test::prepare(&mut plan, percent)?,
        _ => {}
    }
    let measures = goal.measures();
    if order.dry_run {
        return Ok(Answer::Preview(preview::preview(&plan, measures)?));
    }
    let lock = lock(
        &plan.workdir,
        &plan.function.name,
        goal.name(),
        &plan.stop,
        listener,
    )?;
    announce(&plan, measures, listener);
    let measuring = Measuring {
        bench: &plan.bench,
        gate: &plan.gate,
        workdir: &plan.workdir,
        stop: &plan.stop,
        deciding: &order.deciding,
        gating: order.gating.as_ref().filter(|_| goal.may_gate()),
    };
    let mut pipeline = Pipeline::new(&plan, listener, begin(&plan)?)
        .reusing(reuse)
        .explaining(order.explain);
    let Made { verdict, failed } = match goal {
        Goal::Train { .. } | Goal::Merge => {
            only_trained(&mut pipeline, goal, listener)?;
            Made::default()
        }
        _ => make_and_measure(&mut pipeline, &measuring, goal, listener)?,
    };
    let mut record = pipeline.record;
    finish(&mut record)?;
    measuring.save_baseline(&record, listener)?;
    drop(lock);
    let conclusion = match (failed, verdict, goal) {
        (Some(failed), Some(verdict), _) => Err(failed.verdict(verdict.line)),
        (Some(failed), ..) => Err(failed),
        (None, Some(verdict), _) => verdict::conclude(&verdict).map(Some),
        (None, None, Goal::SelfTest { .. }) => self_test::conclude(&record.report, &plan).map(Some),
        (None, None, _) => Ok(None),
    };
    Ok(Answer::Ended(Ended {
        next: next(&plan, goal),
        record,
        goal,
        conclusion,
    }))
}

/// What is reused; commands that only measure have nothing to redo.
fn reuse(order: &Order) -> Result<Reuse> {
    match (order.force, order.goal.only_reuses()) {
        (false, false) => Ok(Reuse::WhereWhole),
        (true, false) => Ok(Reuse::Never),
        (false, true) => Ok(Reuse::Only),
        (true, true) => Err(Error::usage(format!(
            "`pgoctl {}` only measures, and `--force` has nothing to redo",
            order.goal.name()
        ))
        .hint("`pgoctl build --force` makes the images anew, `pgoctl run --force` does all of it")),
    }
}

/// What came of making and measuring besides its report.
#[derive(Default)]
struct Made {
    verdict: Option<GateReport>,
    /// The first variant that could not be made.
    failed: Option<Error>,
}

/// Makes the images, or finds them, and measures them where that is the goal.
fn make_and_measure(
    pipeline: &mut Pipeline<'_>,
    measuring: &Measuring<'_>,
    goal: Goal,
    listener: &dyn Listener,
) -> Result<Made> {
    let plan = pipeline.plan;
    let (images, failed) = match goal {
        Goal::Run { .. } => pipeline.images_that_work()?,
        _ => (pipeline.images()?, None),
    };
    let (images, unused) = match goal.measures() {
        true => pipeline.in_use(images, matches!(goal, Goal::Run { .. }))?,
        false => (images, None),
    };
    let failed = failed.or(unused);
    describe(&mut pipeline.record.report, &images);
    let made: Vec<Variant> = images.iter().map(|image| image.variant).collect();
    if made.iter().any(|variant| plan.training(*variant).is_some()) {
        pipeline.record.report.trained_with = Some(plan.trained_with()?);
    }
    if !goal.measures() {
        let verdict = None;
        return Ok(Made { verdict, failed });
    }
    let subjects: Vec<Subject> = images
        .iter()
        .map(|image| subjects::of_image(plan, image))
        .collect();
    let missing: Vec<Variant> = plan
        .variants
        .iter()
        .copied()
        .filter(|variant| !made.contains(variant))
        .collect();
    let verdict = measuring.measure(&subjects, &missing, &mut pipeline.record, listener)?;
    if let Some(warning) = measure::hotspot_profile_unproven(&pipeline.record.report, plan.train.on)
    {
        event::warn(listener, &warning);
        pipeline.record.warn(warning);
    }
    Ok(Made { verdict, failed })
}

/// The report before anything has happened.
pub fn begin(plan: &Plan) -> Result<Record> {
    let toolchains = plan.toolchains.infos(&plan.variants);
    let report = new_report(&plan.function.name, toolchains, plan.warnings.clone());
    let mut record = Record::new(&plan.workdir, report);
    for (variant, missing) in &plan.left_out {
        record.skipped("build", *variant, &missing.reason);
    }
    Ok(record)
}

pub fn announce(plan: &Plan, measures: bool, listener: &dyn Listener) {
    listener.hear(Event::Planned {
        function: Some(plan.function.name.clone()),
        sides: plan.variants.iter().map(Variant::to_string).collect(),
        measured: measures.then_some((plan.bench.rounds, plan.bench.requests)),
    });
    for (variant, missing) in &plan.left_out {
        listener.hear(Event::LeftOut {
            variant: *variant,
            reason: missing.reason.clone(),
            hint: missing.hint.clone(),
        });
    }
    for warning in &plan.warnings {
        event::warn(listener, warning);
    }
}

fn only_trained(pipeline: &mut Pipeline<'_>, goal: Goal, listener: &dyn Listener) -> Result<()> {
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
            listener.hear(Event::Gathered {
                variant,
                profiles: profiles.len(),
                last: profiles.last().cloned(),
            });
        } else {
            let merged = pipeline.trained(variant, training)?;
            listener.hear(Event::Merged {
                variant,
                path: merged.path,
            });
        }
    }
    Ok(())
}

/// Puts the images into the report, with what is known without measuring.
fn describe(report: &mut Report, images: &[Image]) {
    report.sides = images.iter().map(Image::report).collect();
}

pub fn finish(record: &mut Record) -> Result<()> {
    record.report.finished = Some(jiff::Timestamp::now().to_string());
    record.write()
}

/// A command that makes sense after this one.
fn next(plan: &Plan, goal: Goal) -> Option<&'static str> {
    let next = match goal {
        Goal::Train { .. } => "pgoctl merge",
        Goal::Merge | Goal::Trace(_) => "pgoctl build",
        Goal::Build | Goal::Run { bench: false } => "pgoctl bench",
        Goal::Calibrate => "pgoctl bench",
        Goal::SelfTest { .. } => "pgoctl gate",
        Goal::Bench | Goal::Gate | Goal::Sweep | Goal::Run { bench: true } => {
            "pgoctl report --format markdown"
        }
    };
    let trained = plan
        .variants
        .iter()
        .any(|variant| plan.training(*variant).is_some());
    (trained || !matches!(goal, Goal::Train { .. })).then_some(next)
}

/// Takes the lock of `function`, saying whom it waits for.
pub fn lock(
    workdir: &Workdir,
    function: &str,
    command: &str,
    stop: &Stop,
    listener: &dyn Listener,
) -> Result<Lock> {
    workdir.lock(function, command, stop, &mut |holder| {
        listener.hear(Event::Waiting {
            holder: holder.to_owned(),
        });
    })
}
