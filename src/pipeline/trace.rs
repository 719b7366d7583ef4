//! Runs the function on a JVM with tracing, and merges what it reached into the function's reachability metadata.
//!
//! Each run is merged and kept before the next begins, so that any death leaves what the runs before it found.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::metadata::{self, Metadata, Traced};
use super::stages::{Pipeline, Reuse};
use crate::error::{Error, ErrorKind, Result};
use crate::event::{self, Event, Running, Work};
use crate::exec;
use crate::function::Function;
use crate::identity::{Identity, Inputs};
use crate::load::Failure;
use crate::process::exercise::{self, Exercise, Share};
use crate::report::StageStatus;
use crate::toolchain::{Missing, Tracer};
use crate::variant::Variant;
use crate::warning::{Warning, WarningKind};
use crate::workdir::{self, Aside};

/// How long making metadata of a trace may take.
const GENERATE_LIMIT: Duration = Duration::from_secs(300);

/// How much is traced, with what.
#[derive(Clone, Copy, Debug)]
pub struct Tracing<'a> {
    /// What traces.
    pub tracer: &'a Tracer,
    /// How many runs of each workload.
    pub runs: u32,
    /// How many requests in each.
    pub requests: u64,
    /// Start over instead of merging with what there is.
    pub fresh: bool,
}

/// One workload to trace, and what its runs have in common.
struct Course {
    function: Function,
    inputs: Inputs,
    identity: Identity,
    code: Identity,
    requests: u64,
}

/// Why a function in this project cannot be traced, whatever traces.
pub fn cannot_be(function: &Function) -> Option<Missing> {
    Missing::comma_in_path(function)
}

/// Traces the runs that are missing, and keeps what they found.
pub fn trace(pipeline: &mut Pipeline<'_>, tracing: &Tracing<'_>) -> Result<()> {
    let started = Instant::now();
    let name = &pipeline.plan.function.name;
    let mut kept = match tracing.fresh {
        true => None,
        false => Metadata::read(&pipeline.plan.workdir, name, &mut pipeline.cache)?,
    };
    let courses = courses(pipeline, tracing)?;
    let missing = |kept: &Option<Metadata>, course: &Course| match pipeline.reuse {
        Reuse::Never => tracing.runs,
        _ => tracing.runs.saturating_sub(runs_of(kept.as_ref(), course)),
    };
    let plan: Vec<(&Course, u32)> = courses
        .iter()
        .map(|course| (course, missing(&kept, course)))
        .collect();
    let all: u32 = plan.iter().map(|(_, runs)| runs).sum();
    let reason = match (all, &kept) {
        (0, _) => "reused: nothing that shapes it has changed".to_owned(),
        (_, None) if tracing.fresh => "starting over: `--fresh`".to_owned(),
        (_, None) => "nothing was traced yet".to_owned(),
        (runs, Some(_)) => format!("{runs} runs more, merged with what there is"),
    };
    pipeline.explain("trace", &reason);
    if all == 0 {
        pipeline
            .record
            .stage("trace", None, StageStatus::Reused, started, Some(reason))?;
        return tell(pipeline, tracing.tracer, kept.as_ref(), kept.as_ref());
    }
    let before = Metadata::read(&pipeline.plan.workdir, name, &mut pipeline.cache).unwrap_or(None);
    let task = event::begin(pipeline.listener, Work::Trace);
    let traced = runs(pipeline, tracing, &plan, all, kept.take(), &task);
    let (status, reason) = match &traced {
        Ok(()) => (StageStatus::Done, reason),
        Err(error) => (StageStatus::Failed, error.brief()),
    };
    if traced.is_ok() {
        task.done(&format!("{all} runs, by {}", tracing.tracer.words()));
    } else {
        drop(task);
    }
    pipeline
        .record
        .stage("trace", None, status, started, Some(reason))?;
    traced.map_err(|error| error.goal("could not trace the function"))?;
    let after = Metadata::read(&pipeline.plan.workdir, name, &mut pipeline.cache)?;
    tell(pipeline, tracing.tracer, before.as_ref(), after.as_ref())
}

/// The function as it is measured and, where that is something else, as it is trained: an image has to do both.
fn courses(pipeline: &mut Pipeline<'_>, tracing: &Tracing<'_>) -> Result<Vec<Course>> {
    let plan = pipeline.plan;
    let code = metadata::code_of(&plan.function, &mut pipeline.cache)?;
    let mut courses: Vec<Course> = Vec::new();
    for function in [&plan.function, &plan.trained] {
        let requests = function.workload.requests_in_a_run(tracing.requests);
        let inputs = tracing
            .tracer
            .inputs()
            .and(function.code_inputs(&function.jvm_options, &mut pipeline.cache)?)
            .and(function.behaviour_inputs(&mut pipeline.cache)?)
            .with_list("jvm-args", &function.jvm_args)
            .with("requests in a run", requests);
        let identity = inputs.identity();
        if courses.iter().all(|course| course.identity != identity) {
            courses.push(Course {
                function: function.clone(),
                inputs,
                identity,
                code: code.clone(),
                requests,
            });
        }
    }
    Ok(courses)
}

/// How many runs of a course there are already.
fn runs_of(kept: Option<&Metadata>, course: &Course) -> u32 {
    let traced = kept.map_or(&[][..], |kept| &kept.provenance.traced);
    traced
        .iter()
        .filter(|traced| traced.identity == course.identity)
        .map(|traced| traced.runs)
        .sum()
}

fn runs(
    pipeline: &mut Pipeline<'_>,
    tracing: &Tracing<'_>,
    courses: &[(&Course, u32)],
    all: u32,
    mut kept: Option<Metadata>,
    task: &Running<'_>,
) -> Result<()> {
    tracing.tracer.prepare()?;
    let mut done = 0;
    for (course, runs) in courses {
        for _ in 0..*runs {
            pipeline.plan.stop.check()?;
            let now = format!("{} requests in each run", course.requests);
            task.progress(u64::from(done), u64::from(all), &now);
            done += 1;
            one_run(pipeline, tracing.tracer, course, done, kept.as_ref())?;
            let name = &pipeline.plan.function.name;
            kept = Metadata::read(&pipeline.plan.workdir, name, &mut pipeline.cache)?;
        }
    }
    Ok(())
}

/// One run on the JVM, its trace, and the metadata made of it and of what was `kept`.
fn one_run(
    pipeline: &mut Pipeline<'_>,
    tracer: &Tracer,
    course: &Course,
    number: u32,
    kept: Option<&Metadata>,
) -> Result<()> {
    let plan = pipeline.plan;
    let name = &plan.function.name;
    let folder = plan.workdir.metadata(name);
    workdir::create_dir(&folder)?;
    // Dropped with all that is in it, whatever becomes of the run.
    let scratch = Aside::new(&folder.join("trace"))?;
    let record = scratch.path().join("trace.json");
    let began = jiff::Timestamp::now().to_string();
    let log = pipeline.log(&format!("trace-{number:04}.log"))?;
    let exercise = exercise(pipeline, tracer, course, &record, &log)?;
    let run = Run {
        course,
        served: exercise.served,
        seconds: exercise.took.as_secs_f64(),
        began,
    };
    merge_record(pipeline, tracer, &run, kept, &record, &log)?;
    for warning in exercise.warnings {
        pipeline.warn(warning);
    }
    Ok(())
}

/// What was done while something was recorded.
struct Run<'a> {
    course: &'a Course,
    served: u64,
    seconds: f64,
    began: String,
}

/// Makes metadata of `record` and of what was `kept`, and keeps it.
fn merge_record(
    pipeline: &mut Pipeline<'_>,
    tracer: &Tracer,
    run: &Run<'_>,
    kept: Option<&Metadata>,
    record: &Path,
    log: &Path,
) -> Result<()> {
    let plan = pipeline.plan;
    let name = &plan.function.name;
    tracer.close(record)?;
    for words in tracer.complaints(log) {
        pipeline.warn(Warning::new(WarningKind::TracedInPart, words));
    }
    let folder = plan.workdir.metadata(name);
    workdir::create_dir(&folder)?;
    let made = Aside::new(&folder.join("made"))?;
    let before = kept.map(|kept| kept.dir.as_path());
    generate(pipeline, tracer, before, record, made.path())?;
    let traced = kept.map_or_else(Vec::new, |kept| kept.provenance.traced.clone());
    metadata::keep(&plan.workdir, name, made, with_run(traced, run))
}

/// Merges what one process recorded while others made it work, `served` requests in all.
pub fn keep_record(
    pipeline: &mut Pipeline<'_>,
    tracer: &Tracer,
    record: &Path,
    log: &Path,
    served: u64,
) -> Result<()> {
    let tracing = Tracing {
        tracer,
        runs: 1,
        requests: served,
        fresh: false,
    };
    let name = &pipeline.plan.function.name;
    let kept = Metadata::read(&pipeline.plan.workdir, name, &mut pipeline.cache)?;
    let courses = courses(pipeline, &tracing)?;
    let Some(course) = courses.first() else {
        return Ok(());
    };
    let run = Run {
        course,
        served,
        seconds: 0.0,
        began: jiff::Timestamp::now().to_string(),
    };
    merge_record(pipeline, tracer, &run, kept.as_ref(), record, log)
}

fn exercise(
    pipeline: &Pipeline<'_>,
    tracer: &Tracer,
    course: &Course,
    record: &Path,
    log: &Path,
) -> Result<Exercise> {
    let plan = pipeline.plan;
    let launch = tracer.launch(&course.function, record);
    pipeline.listener.hear(Event::Command {
        command: launch.tool(&course.function.args).to_string(),
    });
    let listener = pipeline.listener;
    let tell = |failure: &Failure| {
        let late = Warning::no_answer(Variant::Hotspot, &failure.words, failure.hint);
        event::warn(listener, &late);
    };
    let share = Share {
        requests: course.requests,
        timeout: plan.bench.timeout,
        tell: &tell,
    };
    let process = plan.process_of(&course.function);
    exercise::exercise(&process, &launch, &share, log)
}

fn generate(
    pipeline: &Pipeline<'_>,
    tracer: &Tracer,
    kept: Option<&Path>,
    record: &Path,
    out: &Path,
) -> Result<()> {
    let tool = tracer
        .generate(kept, record, out)
        .stopped_by(&pipeline.plan.stop);
    pipeline.listener.hear(Event::Command {
        command: tool.to_string(),
    });
    let log = pipeline.log("generate.log")?;
    let ending = exec::run_logged(&tool, &log, GENERATE_LIMIT, &mut |_| {})?;
    let made = std::fs::read_dir(out).is_ok_and(|mut files| files.next().is_some());
    if ending.success() && made {
        return Ok(());
    }
    let goal = "could not make reachability metadata of what was traced";
    let error = Error::new(ErrorKind::Training, goal);
    Err(error
        .because(format!("`{}` {ending}", tool.program().display()))
        .log(exec::tail(&log)))
}

/// `traced` with one run more.
fn with_run(mut traced: Vec<Traced>, run: &Run<'_>) -> Vec<Traced> {
    let (course, began) = (run.course, &run.began);
    match traced
        .iter_mut()
        .find(|traced| traced.identity == course.identity)
    {
        Some(same) => {
            same.runs += 1;
            same.requests += run.served;
            same.last.clone_from(began);
            same.seconds += run.seconds;
        }
        None => traced.push(Traced {
            identity: course.identity.clone(),
            inputs: course.inputs.clone(),
            code: course.code.clone(),
            runs: 1,
            requests: run.served,
            first: began.clone(),
            last: began.clone(),
            seconds: run.seconds,
        }),
    }
    traced
}

/// Says what there is now.
fn tell(
    pipeline: &Pipeline<'_>,
    tracer: &Tracer,
    before: Option<&Metadata>,
    after: Option<&Metadata>,
) -> Result<()> {
    let Some(after) = after else { return Ok(()) };
    let contents = after.contents();
    let files: Vec<PathBuf> = std::fs::read_dir(&after.dir)
        .map_err(|error| Error::io("read", &after.dir, &error))?
        .flatten()
        .map(|entry| entry.path())
        .collect();
    let path = match &files[..] {
        [one] => one.clone(),
        _ => after.dir.clone(),
    };
    pipeline.listener.hear(Event::Traced {
        path,
        types: contents.types,
        resources: contents.resources,
        bundles: contents.bundles,
        changed: before.is_none_or(|before| before.digest != after.digest),
        jni: tracer.sees_jni(),
    });
    Ok(())
}
