//! Trials of calls that are made up.

use rand::{RngExt, SeedableRng};

use super::*;
use crate::variant::Variant;

/// A call after the first ones of its worker.
const LATE: u64 = WARM_UP + 1;

fn trial() -> Trial {
    let tried = Optimized {
        variant: Variant::NativePgo,
        id: "set".to_owned(),
        profiles: Vec::new(),
    };
    let limits = Limits {
        latency: 3.0,
        start: 20.0,
    };
    Trial::new(tried, limits)
}

/// A trial whose new image takes `factor` times as long; each call scatters by some 20 %.
fn outcome(factor: f64, seed: u64) -> Outcome {
    let mut random = rand_chacha::ChaCha8Rng::seed_from_u64(seed);
    let mut trial = trial();
    for _ in 0..100_000 {
        let mut latency = |factor: f64| Some(factor * (1.0 + random.random_range(-0.2..0.2)));
        let (baseline, candidate) = (latency(1.0), latency(factor));
        trial.record(TrialSide::Baseline, LATE, baseline);
        trial.record(TrialSide::Candidate, LATE, candidate);
        if let Some(verdict) = trial.verdict() {
            return verdict.outcome;
        }
    }
    panic!("a trial ends");
}

#[test]
fn ten_percent_slower_is_never_promoted_and_faster_is() {
    assert!((0..50).all(|seed| outcome(1.10, seed) == Outcome::Worse));
    assert!((0..50).all(|seed| outcome(0.85, seed) == Outcome::Better));
}

#[test]
fn a_request_that_is_repeated_counts_once() {
    let mut trial = trial();
    assert!(trial.is_first(7));
    assert!(!trial.is_first(7));
    assert!(trial.is_first(8));
}

#[test]
fn an_equal_image_is_not_called_worse() {
    let worse = (0..200)
        .filter(|seed| outcome(1.0, *seed) == Outcome::Worse)
        .count();
    assert_eq!(worse, 0);
}

#[test]
fn an_image_that_starts_far_slower_is_worse_although_its_calls_are_not() {
    let outcome = |factor: f64| {
        let mut trial = trial();
        for call in 0..100_000_u32 {
            if call % BLOCK as u32 == 0 {
                trial.started(TrialSide::Baseline, 100.0 + f64::from(call % 7));
                trial.started(TrialSide::Candidate, factor * (100.0 + f64::from(call % 5)));
            }
            trial.record(TrialSide::Baseline, LATE, Some(1.0));
            trial.record(TrialSide::Candidate, LATE, Some(0.9));
            if let Some(verdict) = trial.verdict() {
                return (verdict.outcome, verdict.why.clone());
            }
        }
        panic!("a trial ends");
    };
    let (slower, why) = outcome(1.5);
    assert_eq!(slower, Outcome::Worse);
    assert!(why.contains("first answer +"), "{why}");
    assert_eq!(outcome(1.1).0, Outcome::Better);
    // Some milliseconds more are no matter, whatever part they are.
    let mut trial = trial();
    for call in 0..1000_u32 {
        if call % BLOCK as u32 == 0 {
            trial.started(TrialSide::Baseline, 5.0);
            trial.started(TrialSide::Candidate, 11.0 + f64::from(call % 3));
        }
        trial.record(TrialSide::Baseline, LATE, Some(1.0));
        trial.record(TrialSide::Candidate, LATE, Some(0.9));
    }
    assert_eq!(trial.verdict().map(|it| it.outcome), Some(Outcome::Better));
}

#[test]
fn a_minority_of_calls_that_take_far_longer_is_seen() {
    let mut trial = trial();
    for call in 0..10_000 {
        trial.record(TrialSide::Baseline, LATE, Some(1.0));
        let slow = call % 10 < 3;
        trial.record(
            TrialSide::Candidate,
            LATE,
            Some(if slow { 10.0 } else { 1.0 }),
        );
    }
    assert_eq!(trial.verdict().map(|it| it.outcome), Some(Outcome::Worse));
}

#[test]
fn equal_images_that_fail_alike_are_rarely_called_worse() {
    let worse = (0..400)
        .filter(|seed| {
            let mut random = rand_chacha::ChaCha8Rng::seed_from_u64(*seed);
            let mut trial = trial();
            for _ in 0..2400 {
                for side in [TrialSide::Baseline, TrialSide::Candidate] {
                    let fails = random.random_range(0.0..1.0) < 0.05;
                    let took = 1.0 + random.random_range(-0.2..0.2);
                    trial.record(side, LATE, (!fails).then_some(took));
                }
            }
            trial
                .verdict()
                .is_some_and(|it| it.outcome == Outcome::Worse)
        })
        .count();
    // Three standard errors of 5 % in 400 trials are 13.
    assert!(worse <= 20, "{worse} of 400");
}

#[test]
fn a_side_that_answers_more_calls_may_fail_more_of_them() {
    let mut random = rand_chacha::ChaCha8Rng::seed_from_u64(11);
    let worse = (0..200)
        .filter(|_| {
            let mut trial = trial();
            for call in 0..2000 {
                let sides = match call % 3 {
                    0 => TrialSide::Baseline,
                    _ => TrialSide::Candidate,
                };
                let fails = random.random_range(0.0..1.0) < 0.05;
                // The first call of its worker: it counts as a call and for no pair.
                trial.record(sides, 1, (!fails).then_some(1.0));
            }
            trial.verdict().is_some()
        })
        .count();
    assert!(worse <= 10, "{worse} of 200");
}

#[test]
fn a_side_that_has_done_its_part_of_a_pair_waits_for_the_other() {
    let mut trial = trial();
    for _ in 0..BLOCK {
        assert!(!trial.is_ahead(TrialSide::Candidate));
        trial.record(TrialSide::Candidate, LATE, Some(1.0));
    }
    assert!(trial.is_ahead(TrialSide::Candidate));
    for _ in 0..BLOCK {
        trial.record(TrialSide::Baseline, LATE, Some(1.0));
    }
    assert_eq!(trial.blocks().len(), 1);
    assert!(!trial.is_ahead(TrialSide::Candidate));
}

#[test]
fn failures_end_a_trial_at_once_and_no_traffic_decides_nothing() {
    let mut trial = trial();
    assert_eq!(trial.verdict(), None);
    for _ in 0..3 {
        trial.record(TrialSide::Baseline, LATE, Some(1.0));
        trial.record(TrialSide::Candidate, LATE, None);
    }
    let verdict = trial.verdict().expect("it failed");
    assert_eq!((verdict.outcome, verdict.failed), (Outcome::Worse, [0, 3]));
}
