//! The way of a function through its stages, fact by fact.

use super::*;
use crate::config::ServeFile;
use crate::controller::state::{FailedBuild, Outcome};

fn state() -> State {
    let manifest = serde_json::json!({});
    State::installed("hello", "v1".into(), "sha".into(), manifest, None)
}

fn in_stage(stage: Stage) -> State {
    State { stage, ..state() }
}

fn candidate(variant: Variant) -> Optimized {
    Optimized {
        variant,
        id: "set".into(),
        profiles: vec!["profiles/hello/b/w/n.iprof".into()],
    }
}

/// On a GraalVM with everything; nothing is built, nothing was called.
fn facts() -> Facts {
    Facts {
        can: Can {
            trace: true,
            native: true,
            pgo: true,
            aot: true,
        },
        optimized_ready: true,
        ..Facts::default()
    }
}

fn with(ready: &[Variant]) -> Facts {
    Facts {
        ready: ready.iter().copied().collect(),
        ..facts()
    }
}

fn step(state: &State, facts: &Facts) -> Step {
    decide(state, &Serving::of(&ServeFile::default(), 2), facts).step
}

#[test]
fn tracing_ends_with_enough_calls_and_is_passed_over_where_nothing_traces() {
    let calls = |calls| Facts { calls, ..facts() };
    assert_eq!(step(&state(), &calls(19)), Step::Wait);
    assert_eq!(step(&state(), &calls(20)), Step::Advance(Stage::Hotspot));
    let mut without = calls(0);
    without.can.trace = false;
    assert_eq!(step(&state(), &without), Step::Advance(Stage::Hotspot));
}

#[test]
fn a_stage_builds_what_the_next_one_needs_before_it_goes_on() {
    let native = Variant::Native;
    let counting = Variant::NativeInstrumented;
    let hotspot = in_stage(Stage::Hotspot);
    assert_eq!(step(&hotspot, &facts()), Step::Build(native));
    assert_eq!(
        step(&hotspot, &with(&[native])),
        Step::Advance(Stage::Native)
    );
    let stage = in_stage(Stage::Native);
    assert_eq!(step(&stage, &with(&[native])), Step::Build(counting));
    let both = with(&[native, counting]);
    assert_eq!(step(&stage, &both), Step::Advance(Stage::Profiling));
}

#[test]
fn nothing_native_is_built_before_what_was_traced_is_kept() {
    let tracing = Facts {
        tracing: true,
        ..facts()
    };
    assert_eq!(step(&in_stage(Stage::Hotspot), &tracing), Step::Wait);
}

#[test]
fn enough_profiles_are_frozen_once() {
    let enough = |profiles| Facts {
        profiles,
        ..with(&[Variant::Native, Variant::NativeInstrumented])
    };
    let profiling = in_stage(Stage::Profiling);
    assert_eq!(step(&profiling, &enough(9)), Step::Wait);
    assert_eq!(step(&profiling, &enough(10)), Step::Freeze);
    let frozen = State {
        candidate: Some(candidate(Variant::NativePgo)),
        ..profiling
    };
    let builds = Step::BuildCandidate(candidate(Variant::NativePgo));
    assert_eq!(step(&frozen, &enough(20)), builds);
}

#[test]
fn profiles_that_change_nothing_are_enough_where_that_is_wanted() {
    let file = ServeFile {
        stop: Some(crate::config::TrainStop::Stable),
        ..ServeFile::default()
    };
    let step = |profiles, unchanged| {
        let facts = Facts {
            profiles,
            unchanged,
            ..with(&[Variant::Native, Variant::NativeInstrumented])
        };
        decide(&in_stage(Stage::Profiling), &Serving::of(&file, 2), &facts).step
    };
    assert_eq!(step(4, 2), Step::Wait);
    assert_eq!(step(4, 3), Step::Freeze);
    assert_eq!(step(10, 0), Step::Freeze);
}

#[test]
fn a_stage_lasts_as_long_as_it_is_to() {
    let minute = Some(crate::units::Span(Duration::from_secs(60)));
    let file = ServeFile {
        hotspot_time: minute,
        native_time: minute,
        profile_time: minute,
        ..ServeFile::default()
    };
    let step = |stage, seconds: i64| {
        let now = Timestamp::now();
        let since = now - jiff::SignedDuration::from_secs(seconds);
        let facts = Facts {
            profiles: 10,
            now,
            ..with(&[Variant::Native, Variant::NativeInstrumented])
        };
        let state = State {
            since: Some(since),
            ..in_stage(stage)
        };
        decide(&state, &Serving::of(&file, 2), &facts).step
    };
    for (stage, goes_on) in [
        (Stage::Hotspot, Step::Advance(Stage::Native)),
        (Stage::Native, Step::Advance(Stage::Profiling)),
        (Stage::Profiling, Step::Freeze),
    ] {
        assert_eq!(step(stage, 59), Step::Wait);
        assert_eq!(step(stage, 60), goes_on);
    }
}

#[test]
fn a_candidate_is_tried_and_its_verdict_decides() {
    let state = State {
        candidate: Some(candidate(Variant::NativePgo)),
        ..in_stage(Stage::Profiling)
    };
    let there = Facts {
        candidate_ready: true,
        ..with(&[Variant::Native, Variant::NativeInstrumented])
    };
    let tries = Step::Try(candidate(Variant::NativePgo));
    assert_eq!(step(&state, &there), tries);
    let tried = Facts {
        trial: true,
        ..there
    };
    assert_eq!(step(&state, &tried), Step::Wait, "no traffic is no pass");
    for (outcome, promotes) in [
        (Outcome::Better, true),
        (Outcome::NotWorse, true),
        (Outcome::Worse, false),
        (Outcome::CannotTell, false),
    ] {
        let verdict = Verdict {
            id: "set".into(),
            variant: Variant::NativePgo,
            outcome,
            latency_percent: None,
            low: None,
            high: None,
            calls: 0,
            failed: [0, 0],
            start_ms: [None, None],
            why: String::new(),
        };
        let facts = Facts {
            verdict: Some(verdict.clone()),
            ..tried.clone()
        };
        let expected = match promotes {
            true => Step::Promote(verdict),
            false => Step::Drop(verdict),
        };
        assert_eq!(step(&state, &facts), expected);
    }
}

#[test]
fn a_build_that_failed_waits_for_its_pause_and_one_that_cannot_succeed_for_somebody() {
    let now = Timestamp::now();
    let failed = |again| State {
        failed: Some(FailedBuild {
            variant: Variant::Native,
            times: 1,
            message: "no".into(),
            again,
        }),
        ..in_stage(Stage::Hotspot)
    };
    let facts = Facts { now, ..facts() };
    let second = std::time::Duration::from_secs(1);
    assert_eq!(step(&failed(Some(now + second)), &facts), Step::Wait);
    let builds = Step::Build(Variant::Native);
    assert_eq!(step(&failed(Some(now - second)), &facts), builds);
    assert_eq!(step(&failed(None), &facts), Step::Wait);
    let building = Facts {
        building: Some(Variant::Native),
        ..facts
    };
    assert_eq!(step(&in_stage(Stage::Hotspot), &building), Step::Wait);
}

#[test]
fn on_the_jvm_alone_the_aot_cache_is_tried_once() {
    let mut jvm = facts();
    jvm.can = Can {
        aot: true,
        ..Can::default()
    };
    let hotspot = in_stage(Stage::Hotspot);
    assert_eq!(step(&hotspot, &jvm), Step::Freeze);
    let rejected = State {
        rejected: vec!["v1".into()],
        ..hotspot
    };
    assert_eq!(step(&rejected, &jvm), Step::Wait);
}

#[test]
fn what_a_stage_takes_for_granted_is_built_where_it_is_missing() {
    let profiling = in_stage(Stage::Profiling);
    let counting = Variant::NativeInstrumented;
    assert_eq!(step(&profiling, &facts()), Step::Build(Variant::Native));
    let native = with(&[Variant::Native]);
    assert_eq!(step(&profiling, &native), Step::Build(counting));
    let optimized = State {
        optimized: Some(candidate(Variant::NativePgo)),
        ..in_stage(Stage::Optimized)
    };
    let gone = Facts {
        optimized_ready: false,
        ..native
    };
    let builds = Step::BuildCandidate(candidate(Variant::NativePgo));
    assert_eq!(step(&optimized, &gone), builds);
}

#[test]
fn nothing_is_decided_about_what_is_paused_held_or_removed() {
    let hotspot = in_stage(Stage::Hotspot);
    for state in [
        State {
            paused: true,
            ..hotspot.clone()
        },
        State {
            held: Some("why".into()),
            ..hotspot.clone()
        },
        State {
            removed: true,
            ..hotspot
        },
    ] {
        assert_eq!(step(&state, &facts()), Step::Wait);
    }
}
