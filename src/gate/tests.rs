use super::*;
use crate::compare::{Pair, Verdict};
use crate::stats::Change;

fn comparison(metric: Metric, low: f64, high: f64) -> Comparison {
    Comparison {
        baseline: Variant::Native.into(),
        saved_baseline: None,
        candidate: Variant::NativePgo.into(),
        metric,
        change_percent: f64::midpoint(low, high),
        low: Some(low),
        high: Some(high),
        verdict: Some(Verdict::CannotTell),
    }
}

fn plan(waivers: Vec<Waiver>) -> GatePlan {
    GatePlan {
        limits: vec![(Metric::ThroughputRps, 3.0), (Metric::LatencyMsP90, 5.0)],
        waivers,
        ..GatePlan::usual(3.0)
    }
}

fn waiver(until: &str) -> Waiver {
    Waiver {
        metric: Metric::ThroughputRps,
        candidate: None,
        until: until.parse().expect("it is a day"),
        reason: "issue 12".to_owned(),
    }
}

fn judged(plan: &GatePlan, metric: Metric, low: f64, high: f64) -> Vec<Check> {
    plan.judge(&[comparison(metric, low, high)])
}

fn today() -> Day {
    "2027-01-15".parse().expect("it is a day")
}

#[test]
fn the_whole_interval_decides_in_the_metrics_own_direction() {
    let outcome = |metric, low, high| judged(&plan(Vec::new()), metric, low, high)[0].outcome;
    // Throughput down is worse; latency up is.
    assert_eq!(outcome(Metric::ThroughputRps, -9.0, -5.0), Outcome::Worse);
    assert_eq!(outcome(Metric::ThroughputRps, 5.0, 9.0), Outcome::Pass);
    assert_eq!(outcome(Metric::LatencyMsP90, 6.0, 9.0), Outcome::Worse);
    assert_eq!(outcome(Metric::LatencyMsP90, -9.0, 4.9), Outcome::Pass);
    // Worse, but perhaps not by more than the limit.
    assert_eq!(
        outcome(Metric::ThroughputRps, -4.0, -1.0),
        Outcome::CannotTell
    );
    assert_eq!(outcome(Metric::ThroughputRps, -2.9, -1.0), Outcome::Pass);
}

#[test]
fn a_size_is_known_without_an_interval_and_a_latency_is_not() {
    let of = |metric| {
        let change = Change {
            percent: 4.0,
            low: None,
            high: None,
        };
        crate::gate::outcome::outcome(metric, &change, 3.0)
    };
    assert_eq!(of(Metric::ImageSizeBytes), Outcome::Worse);
    assert_eq!(of(Metric::LatencyMsP90), Outcome::CannotTell);
}

#[test]
fn only_what_is_gated_is_judged() {
    assert!(judged(&plan(Vec::new()), Metric::LatencyMsP50, 90.0, 99.0).is_empty());
    let mut others = plan(Vec::new());
    others.candidates = vec![Variant::HotspotCds];
    assert!(judged(&others, Metric::ThroughputRps, -9.0, -5.0).is_empty());
}

#[test]
fn a_waiver_lets_pass_until_its_day_and_not_after_it() {
    let mut held = judged(&plan(Vec::new()), Metric::ThroughputRps, -9.0, -5.0);
    plan(vec![waiver("2027-01-15")]).waive(&mut held, today());
    let report = GateReport::new("hello", held);
    assert_eq!(report.outcome, Outcome::Pass);
    assert_eq!(
        report.line,
        "VERDICT: pass: 0 checks within their limits, 1 waived"
    );
    assert_eq!(
        report.checks[0].outcome,
        Outcome::Worse,
        "it is worse all the same"
    );

    let mut expired = judged(&plan(Vec::new()), Metric::ThroughputRps, -9.0, -5.0);
    plan(vec![waiver("2027-01-14")]).waive(&mut expired, today());
    let report = GateReport::new("hello", expired);
    assert_eq!(report.exit_code, 7);
    assert!(
        report.line.contains("expired on 2027-01-14"),
        "{}",
        report.line
    );
}

#[test]
fn only_what_is_worse_twice_is_worse() {
    let worse = || judged(&plan(Vec::new()), Metric::ThroughputRps, -9.0, -5.0);
    let mut confirmed = worse();
    confirmed[0].confirm(&worse()[0]);
    assert_eq!(
        GateReport::new("hello", confirmed).line,
        "VERDICT: worse: native-pgo: throughput -7.0 % [-9.0, -5.0] against native, limit 3 %, confirmed"
    );
    let mut doubtful = worse();
    doubtful[0].confirm(&judged(&plan(Vec::new()), Metric::ThroughputRps, -2.0, 2.0)[0]);
    let report = GateReport::new("hello", doubtful);
    assert_eq!((report.outcome, report.exit_code), (Outcome::CannotTell, 8));
    assert!(
        report
            .line
            .contains("measured again it was +0.0 % [-2.0, +2.0]"),
        "{}",
        report.line
    );
}

#[test]
fn one_that_is_worse_makes_all_worse_and_nothing_measured_is_not_a_pass() {
    let both = plan(Vec::new()).judge(&[
        comparison(Metric::ThroughputRps, -1.0, 9.0),
        comparison(Metric::LatencyMsP90, 10.0, 20.0),
    ]);
    assert_eq!(GateReport::new("hello", both).outcome, Outcome::Worse);
    assert_eq!(
        GateReport::new("hello", Vec::new()).outcome,
        Outcome::CannotTell
    );
}

#[test]
fn what_could_not_be_made_is_never_passed_over() {
    let judged = |low, high| {
        let checks = judged(&plan(Vec::new()), Metric::ThroughputRps, low, high);
        GateReport::new("hello", checks).without(vec![Variant::NativePgo])
    };
    let report = judged(-1.0, 2.0);
    assert_eq!((report.outcome, report.exit_code), (Outcome::CannotTell, 8));
    assert_eq!(
        report.line,
        "VERDICT: cannot tell: the others pass; native-pgo could not be made"
    );
    let report = judged(-9.0, -5.0);
    assert_eq!(report.outcome, Outcome::Worse);
    assert!(
        report
            .line
            .ends_with("limit 3 %; native-pgo could not be made"),
        "{}",
        report.line
    );
}

#[test]
fn a_gate_below_the_floor_says_how_many_rounds_would_suffice() {
    let sides = Pair {
        baseline: Variant::Native.into(),
        candidate: Variant::NativePgo.into(),
    };
    let floor = NoiseFloor {
        percent: 4.25,
        rounds: 6,
        rounds_needed: Some(80),
    };
    let check = Check::refused(sides, Metric::ThroughputRps, 1.0, floor);
    let report = GateReport::new("hello", vec![check]);
    assert_eq!(
        report.line,
        "VERDICT: cannot tell: native-pgo: throughput (refused: the limit of 1 % is below the noise floor of 4.2 % \
         with 6 rounds; 80 would suffice)"
    );
}
