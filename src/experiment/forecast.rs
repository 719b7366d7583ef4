//! What an experiment would make, and how long that took last time, in words.

use crate::compare::seconds;
use crate::event::{Event, Listener};
use crate::pipeline::effort::{Effort, TrainingEffort};
use crate::variant::Variant;

/// Hears nothing: a forecast does nothing that is worth telling.
pub(super) struct Nobody;

impl Listener for Nobody {
    fn hear(&self, _event: Event) {}
}

/// ` (63.1 s last time)`, if there was one.
pub(super) fn last_time(last: Option<f64>) -> String {
    last.map_or_else(String::new, |last| {
        format!(" ({} last time)", seconds(last))
    })
}

/// A build.
pub(super) fn build(name: &str, effort: &Effort) -> String {
    match effort {
        Effort::None => format!("build {name}: it is there"),
        Effort::Made { why, last_seconds } => format!(
            "build {name}: would be built: {why}{}",
            last_time(*last_seconds)
        ),
    }
}

/// A build with a merged profile that is not there yet.
pub(super) fn build_unknown(name: &str, last: Option<f64>) -> String {
    format!(
        "build {name}: would be built, unless its merged profile is that of another{}",
        last_time(last)
    )
}

/// A training.
pub(super) fn train(variant: Variant, effort: &TrainingEffort) -> String {
    match effort.missing {
        0 => format!("train {variant}: all {} runs are there", effort.runs),
        missing => {
            let each = effort.last_seconds.map_or_else(String::new, |each| {
                let together = seconds(each * f64::from(missing));
                format!(" ({} each last time, {together} together)", seconds(each))
            });
            let runs = effort.runs;
            format!("train {variant}: {missing} of {runs} runs would be done{each}")
        }
    }
}
