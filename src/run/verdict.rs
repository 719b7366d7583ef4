//! What the verdict of a gate means for the command.

use crate::compare::IntervalOf;
use crate::error::{Error, ErrorKind, Result};
use crate::gate::{Check, GateReport, Outcome};

/// What a gate's verdict means for the command: its line if it passed, an error with the exit code otherwise.
pub(super) fn conclude(verdict: &GateReport) -> Result<String> {
    let kind = match verdict.outcome {
        Outcome::Pass => return Ok(verdict.line.clone()),
        Outcome::Worse => ErrorKind::GateWorse,
        Outcome::CannotTell => ErrorKind::GateUndecided,
    };
    let goal = match verdict.outcome {
        Outcome::CannotTell => "the gate cannot tell",
        Outcome::Worse | Outcome::Pass => "the gate found it worse",
    };
    let deciding = |check: &&Check| check.counts() == verdict.outcome;
    let mut error = Error::new(kind, goal);
    for check in verdict.checks.iter().filter(deciding) {
        error = error.because(check.words());
    }
    for unchecked in &verdict.unchecked {
        error = error.because(unchecked.words());
    }
    if verdict.outcome == Outcome::CannotTell {
        error = error.hint(hint(verdict));
    }
    Err(error.verdict(&verdict.line))
}

/// What helps a gate that cannot tell.
fn hint(verdict: &GateReport) -> String {
    let open = || {
        let checks = verdict.checks.iter();
        checks.filter(|check| check.counts() == Outcome::CannotTell)
    };
    let needed = open()
        .filter(|check| check.metric.interval_of() == IntervalOf::Rounds)
        .filter_map(|check| check.rounds_needed)
        .max();
    match needed {
        Some(rounds) => format!(
            "`--rounds {rounds}` would suffice on this machine; or `--decide --budget 10m`, or a larger limit"
        ),
        // More rounds find nobody who is missing.
        None if !verdict.unchecked.is_empty() && open().next().is_none() => {
            "`--variant`, or `candidates` in `[gate]`, says which ones count; `--save-baseline` saves a baseline that has them all"
                .to_owned()
        }
        None => {
            "`--decide --budget 10m` adds rounds until it can; a quieter machine needs fewer".to_owned()
        }
    }
}
