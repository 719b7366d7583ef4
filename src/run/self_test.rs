//! The proof that a gate works: one image as both sides, one of them slowed down by a known part.

use crate::compare::{IntervalOf, Metric, Verdict};
use crate::error::{Error, ErrorKind, Result};
use crate::gate::Outcome;
use crate::plan::Plan;
use crate::report::{Aa, Report};

/// Prepares the proof: one gated image as both sides, one of them slowed down.
pub(super) fn prepare(plan: &mut Plan, percent: Option<f64>) -> Result<()> {
    let limit = plan
        .gate
        .limits
        .iter()
        .filter(|(metric, _)| metric.interval_of() == IntervalOf::Rounds)
        // A process that is stopped uses no CPU time meanwhile.
        .filter(|(metric, _)| *metric != Metric::CpuMsPerRequest)
        .map(|(_, limit)| *limit)
        .max_by(f64::total_cmp)
        .ok_or_else(|| {
            Error::usage("there is nothing to prove: no metric of rounds is gated")
                .hint("gate `throughput_rps` or a latency")
        })?;
    let percent = percent.unwrap_or(2.0 * limit);
    if percent >= 90.0 {
        return Err(Error::usage(format!(
            "a slowdown of {percent} % is not a slowdown but a stop"
        )));
    }
    if plan.function.workload.is_invoke() {
        return Err(Error::usage("the self-test needs a server")
            .because("a process that ends by itself cannot be slowed down by a known part"));
    }
    plan.bench.aa = Some(Aa {
        injected_slowdown_percent: Some(percent),
    });
    // Only rounds are slowed down.
    (plan.bench.cold_starts, plan.bench.dropped_cold_starts) = (0, 0);
    plan.variants.truncate(1);
    Ok(())
}

/// Whether the slowdown was found: throughput or mean latency is worse; returns the verdict line.
pub(super) fn conclude(report: &Report, plan: &Plan) -> Result<String> {
    let percent = plan
        .bench
        .aa
        .and_then(|aa| aa.injected_slowdown_percent)
        .unwrap_or_default();
    let judged = plan.gate.judge(&report.comparisons);
    let failed: Vec<String> = judged
        .iter()
        .filter(|check| check.outcome == Outcome::Worse)
        .map(|check| format!("{} {}", check.metric.title(), check.change()))
        .collect();
    if !failed.is_empty() {
        return Ok(format!(
            "VERDICT: pass: the gate fails when {percent} % are injected: {}",
            failed.join(", ")
        ));
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
