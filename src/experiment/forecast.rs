//! What an experiment would make, and how long that took last time.

use std::path::PathBuf;

use crate::compare::seconds;
use crate::event::{Event, Listener};
use crate::pipeline::effort::{Effort, TrainingEffort};
use crate::plan::Plan;
use crate::record::{RUN_JSON, Record};
use crate::variant::Variant;

/// Hears nothing: a forecast does nothing that is worth telling.
pub(super) struct Nobody;

impl Listener for Nobody {
    fn hear(&self, _event: Event) {}
}

/// How long something will take.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Takes {
    /// It is there.
    Nothing,
    /// So many seconds, as last time.
    Seconds(f64),
    /// It was never done here.
    Unknown,
}

impl Takes {
    fn like(last_seconds: Option<f64>) -> Self {
        last_seconds.map_or(Self::Unknown, Self::Seconds)
    }
}

/// One thing that an experiment needs.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Ahead {
    /// What, and whether it is there.
    pub(super) words: String,
    /// How long it will take.
    pub(super) takes: Takes,
}

impl Ahead {
    /// The same, of a function.
    pub(super) fn of(self, function: &str) -> Self {
        Self {
            words: format!("{function}: {}", self.words),
            ..self
        }
    }
}

/// Comments above a preview.
pub(super) fn lines(ahead: &[Ahead]) -> String {
    ahead
        .iter()
        .map(|one| format!("# {}\n", one.words))
        .collect()
}

/// ` (63.1 s last time)`, if there was one.
fn last_time(last: Option<f64>) -> String {
    last.map_or_else(String::new, |last| {
        format!(" ({} last time)", seconds(last))
    })
}

/// A build.
pub(super) fn build(name: &str, effort: &Effort) -> Ahead {
    match effort {
        Effort::None => there(name, "it is there"),
        Effort::Made { why, last_seconds } => Ahead {
            words: format!(
                "build {name}: would be built: {why}{}",
                last_time(*last_seconds)
            ),
            takes: Takes::like(*last_seconds),
        },
    }
}

/// A build that takes nothing.
pub(super) fn there(name: &str, why: &str) -> Ahead {
    Ahead {
        words: format!("build {name}: {why}"),
        takes: Takes::Nothing,
    }
}

/// A build with a merged profile that is not there yet.
pub(super) fn build_unknown(name: &str, last: Option<f64>) -> Ahead {
    Ahead {
        words: format!(
            "build {name}: would be built, unless its merged profile is that of another{}",
            last_time(last)
        ),
        takes: Takes::like(last),
    }
}

/// A training.
pub(super) fn train(variant: Variant, effort: &TrainingEffort) -> Ahead {
    match effort.missing {
        0 => Ahead {
            words: format!("train {variant}: all {} runs are there", effort.runs),
            takes: Takes::Nothing,
        },
        missing => {
            let together = effort.last_seconds.map(|each| each * f64::from(missing));
            let last = effort.last_seconds.zip(together);
            let last = last.map_or_else(String::new, |(each, together)| {
                let (each, together) = (seconds(each), seconds(together));
                format!(" ({each} each last time, {together} together)")
            });
            let runs = effort.runs;
            Ahead {
                words: format!("train {variant}: {missing} of {runs} runs would be done{last}"),
                takes: Takes::like(together),
            }
        }
    }
}

/// Measuring so many images of the plan's function, said as `what`.
pub(super) fn measure(plan: &Plan, sides: usize, what: &str) -> Ahead {
    let bench = &plan.bench;
    Ahead {
        words: format!(
            "measure: {} rounds × {} requests and {} cold starts of {what}",
            bench.rounds, bench.requests, bench.cold_starts
        ),
        takes: Takes::like(measuring_seconds(plan, sides)),
    }
}

/// Measuring that was done.
pub(super) fn measured() -> Ahead {
    Ahead {
        words: "measure: it was measured".to_owned(),
        takes: Takes::Nothing,
    }
}

/// How long measuring so many images will take, as its last measurement took, by the number of requests.
fn measuring_seconds(plan: &Plan, sides: usize) -> Option<f64> {
    let entries = std::fs::read_dir(plan.workdir.runs()).ok()?;
    let mut runs: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    runs.sort();
    let last = runs.into_iter().rev().find_map(|run| {
        run.join(RUN_JSON).is_file().then_some(())?;
        let report = Record::read(&run).ok()?;
        let stage = report.stages.iter().find(|stage| stage.name == "bench")?;
        let seconds = stage.seconds;
        let of_this = report.function == plan.function.name && report.finished.is_some();
        let measured = report.plan.filter(|_| of_this)?;
        let requests = u64::from(measured.rounds) * (measured.requests + measured.warmup);
        Some(seconds / (requests as f64 * report.sides.len() as f64))
    })?;
    let bench = &plan.bench;
    let requests = u64::from(bench.rounds) * (bench.requests + bench.warmup);
    let seconds = last * requests as f64 * sides as f64;
    seconds.is_finite().then_some(seconds)
}
