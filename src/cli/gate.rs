//! `gate`: measures, judges against `[gate]`, and says so with its exit code. `run --gate` ends with the same.

use clap::Args;

use super::common::{BenchNumbers, Deciding, GateOptions, Global, TrainNumbers, Work};
use super::goal::Goal;
use super::run::{Order, execute};
use crate::compare::{IntervalOf, Verdict};
use crate::error::{Error, ErrorKind, Result};
use crate::gate::{Check, GateReport, Outcome};
use crate::plan::Plan;
use crate::report::{Report, SameImage};
use crate::ui::Ui;
use crate::units::Percent;

#[derive(Debug, Args)]
pub(super) struct GateArgs {
    #[command(flatten)]
    work: Work,
    #[command(flatten)]
    train: TrainNumbers,
    #[command(flatten)]
    bench: BenchNumbers,
    #[command(flatten)]
    deciding: Deciding,
    #[command(flatten)]
    options: GateOptions,
    /// Slow the baseline's own image down by so much and prove that the gate fails [default: twice its limit]
    #[arg(long, value_name = "PERCENT", num_args = 0..=1, conflicts_with = "baseline")]
    self_test: Option<Option<Percent>>,
}

pub(super) fn gate(global: &Global, args: &GateArgs, ui: &Ui) -> Result<()> {
    let goal = match args.self_test {
        Some(percent) => Goal::SelfTest {
            percent: percent.map(|percent| percent.0),
        },
        None => Goal::Gate,
    };
    let order = Order {
        settings: args.train.settings(args.bench.settings()),
        deciding: Some(&args.deciding),
        gating: Some(args.options.gating()),
        ..Order::new(global, &args.work, goal)
    };
    execute(&order, ui)
}

/// What a gate's verdict means for the command: nothing if it passed, an error with the exit code otherwise.
pub(super) fn conclude(verdict: &GateReport, ui: &Ui) -> Result<()> {
    let kind = match verdict.outcome {
        Outcome::Pass => {
            ui.verdict(&verdict.line);
            return Ok(());
        }
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
    if verdict.outcome == Outcome::CannotTell {
        let needed = verdict
            .checks
            .iter()
            .filter(deciding)
            .filter(|check| check.metric.interval_of() == IntervalOf::Rounds)
            .filter_map(|check| check.rounds_needed)
            .max();
        error = match needed {
            Some(rounds) => error.hint(format!(
                "`--rounds {rounds}` would suffice on this machine; or `--decide --budget 10m`, or a larger limit"
            )),
            None => error
                .hint("`--decide --budget 10m` adds rounds until it can; a quieter machine needs fewer"),
        };
    }
    Err(error.verdict(&verdict.line))
}

/// Prepares the proof: one gated image as both sides, one of them slowed down.
pub(super) fn prepare_self_test(plan: &mut Plan, percent: Option<f64>) -> Result<()> {
    let limit = plan
        .gate
        .limits
        .iter()
        .filter(|(metric, _)| metric.interval_of() == IntervalOf::Rounds)
        .map(|(_, limit)| *limit)
        .max_by(f64::total_cmp)
        .ok_or_else(|| {
            Error::usage("there is nothing to prove: no metric of rounds is gated")
                .hint("gate `throughput_rps` or a latency")
        })?;
    let percent = percent.unwrap_or(2.0 * limit);
    if percent >= 90.0 {
        return Err(Error::usage(format!(
            "a slowdown of {percent} % is no slowdown but a stop"
        )));
    }
    if plan.function.workload.is_invoke() {
        return Err(Error::usage("the self-test needs a server")
            .because("a process that ends by itself cannot be slowed down by a known part"));
    }
    plan.bench.same_image = Some(SameImage {
        injected_slowdown_percent: Some(percent),
    });
    // Only rounds are slowed down.
    (plan.bench.cold_starts, plan.bench.dropped_cold_starts) = (0, 0);
    plan.variants.truncate(1);
    Ok(())
}

/// Whether the slowdown was found: throughput or mean latency is worse.
pub(super) fn conclude_self_test(report: &Report, plan: &Plan, ui: &Ui) -> Result<()> {
    let percent = plan
        .bench
        .same_image
        .and_then(|same| same.injected_slowdown_percent)
        .unwrap_or_default();
    let judged = plan.gate.judge(&report.comparisons);
    let failed: Vec<String> = judged
        .iter()
        .filter(|check| check.outcome == Outcome::Worse)
        .map(|check| format!("{} {}", check.metric.title(), check.change()))
        .collect();
    if !failed.is_empty() {
        ui.verdict(&format!(
            "VERDICT: pass: the gate fails when {percent} % are injected: {}",
            failed.join(", ")
        ));
        return Ok(());
    }
    let mut error = Error::new(
        ErrorKind::GateUndecided,
        format!("the gate did not notice an injected slowdown of {percent} %"),
    );
    for check in &judged {
        error = error.because(format!(
            "{} {}, limit {} %: {}",
            check.metric.title(),
            check.change(),
            check.max_worse_percent,
            check.outcome.word()
        ));
    }
    let seen = report
        .comparisons
        .iter()
        .any(|comparison| comparison.verdict == Some(Verdict::Worse));
    let hint = match seen {
        true => {
            "the slowdown itself was seen, but not that it is beyond the limit: more `--rounds`, or `--decide`"
        }
        false => {
            "more `--rounds`, `--decide`, or a quieter machine; `pgoctl bench --calibrate` says what it can tell apart"
        }
    };
    Err(error.hint(hint).verdict(format!(
        "VERDICT: cannot tell: an injected slowdown of {percent} % was not found"
    )))
}
