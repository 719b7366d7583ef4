//! What an experiment would make, and how long that took last time.

use std::path::PathBuf;

use crate::compare::seconds;
use crate::event::{Event, Listener};
use crate::pipeline::effort::{Effort, TrainingEffort};
use crate::plan::Plan;
use crate::record::{RUN_JSON, Record};
use crate::units::roughly;
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
    /// Whether a sweep over the profiles of the same function makes it as well.
    pub(super) swept: bool,
}

impl Ahead {
    fn new(words: String, takes: Takes) -> Self {
        Self {
            words,
            takes,
            swept: false,
        }
    }

    /// The same as something that a sweep makes as well.
    pub(super) fn swept(self) -> Self {
        Self {
            swept: true,
            ..self
        }
    }

    /// The same; where it was never done, it is taken to be like that of another function.
    pub(super) fn or_like(self, other: Option<f64>) -> Self {
        match (self.takes, other) {
            (Takes::Unknown, Some(other)) => Self {
                words: format!("{} ({} for another function)", self.words, seconds(other)),
                takes: Takes::Seconds(other),
                ..self
            },
            _ => self,
        }
    }

    /// Whether it was never done here.
    pub(super) fn is_unknown(&self) -> bool {
        self.takes == Takes::Unknown
    }

    /// The same, of a function.
    pub(super) fn of(self, function: &str) -> Self {
        Self {
            words: format!("{function}: {}", self.words),
            ..self
        }
    }
}

/// How long what is ahead will take.
pub(super) struct Left {
    seconds: f64,
    /// How much of it was never done here.
    unknown: usize,
}

impl Left {
    pub(super) fn of<'a>(ahead: impl IntoIterator<Item = &'a Ahead>) -> Self {
        let mut left = Self {
            seconds: 0.0,
            unknown: 0,
        };
        for one in ahead {
            match one.takes {
                Takes::Nothing => {}
                Takes::Seconds(seconds) => left.seconds += seconds,
                Takes::Unknown => left.unknown += 1,
            }
        }
        left
    }

    pub(super) fn words(&self) -> String {
        match (self.seconds > 0.0, self.unknown) {
            (false, 0) => "nothing is left to do".to_owned(),
            (true, 0) => format!("about {}", roughly(self.seconds)),
            (false, unknown) => format!("{unknown} steps that were never done here"),
            (true, unknown) => format!(
                "about {}, and {unknown} steps that were never done here",
                roughly(self.seconds)
            ),
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
        Effort::Made { why, last_seconds } => Ahead::new(
            format!(
                "build {name}: would be built: {why}{}",
                last_time(*last_seconds)
            ),
            Takes::like(*last_seconds),
        ),
    }
}

/// A build that takes nothing.
pub(super) fn there(name: &str, why: &str) -> Ahead {
    Ahead::new(format!("build {name}: {why}"), Takes::Nothing)
}

/// A build with a merged profile that is not there yet.
pub(super) fn build_unknown(name: &str, last: Option<f64>) -> Ahead {
    Ahead::new(
        format!(
            "build {name}: would be built, unless its merged profile is that of another{}",
            last_time(last)
        ),
        Takes::like(last),
    )
}

/// A training.
pub(super) fn train(variant: Variant, effort: &TrainingEffort) -> Ahead {
    match effort.missing {
        0 => Ahead::new(
            format!("train {variant}: all {} runs are there", effort.runs),
            Takes::Nothing,
        ),
        missing => {
            let together = effort.last_seconds.map(|each| each * f64::from(missing));
            let last = effort.last_seconds.zip(together);
            let last = last.map_or_else(String::new, |(each, together)| {
                let (each, together) = (seconds(each), seconds(together));
                format!(" ({each} each last time, {together} together)")
            });
            let runs = effort.runs;
            Ahead::new(
                format!("train {variant}: {missing} of {runs} runs would be done{last}"),
                Takes::like(together),
            )
        }
    }
}

/// Measuring so many images of the plan's function, said as `what`.
pub(super) fn measure(plan: &Plan, sides: usize, what: &str) -> Ahead {
    let bench = &plan.bench;
    Ahead::new(
        format!(
            "measure: {} rounds × {} requests and {} cold starts of {what}",
            bench.rounds, bench.requests, bench.cold_starts
        ),
        Takes::like(measuring_seconds(plan, sides)),
    )
}

/// Measuring that was done.
pub(super) fn measured() -> Ahead {
    Ahead::new("measure: it was measured".to_owned(), Takes::Nothing)
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
