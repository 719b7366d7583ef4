//! The stages as one table, and the one function from what is known to the next step. Pure: `status --explain` prints what it saw.

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::Timestamp;
use serde::Serialize;

use super::settings::Serving;
use super::state::{Optimized, Stage, State, Verdict};
use crate::variant::Variant;

/// What this machine can make of a function.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Can {
    /// Record on a JVM what native images must know.
    pub trace: bool,
    /// Build native images.
    pub native: bool,
    /// Build them so that they count, and with what they counted.
    pub pgo: bool,
    /// Make an AOT cache for the JVM.
    pub aot: bool,
}

impl Can {
    /// The variant that a function ends with; `None` where nothing can be made of it.
    pub fn best(self) -> Option<Variant> {
        match (self.native && self.pgo, self.native, self.aot) {
            (true, ..) => Some(Variant::NativePgo),
            (false, false, true) => Some(Variant::HotspotAot),
            (false, ..) => None,
        }
    }
}

/// What is known besides the state.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// What the machine can do.
    pub can: Can,
    /// Images of this version that are there and whole.
    pub ready: BTreeSet<Variant>,
    /// Whether the candidate's image is there and whole.
    pub candidate_ready: bool,
    /// What is being built of this function, or waits for it.
    pub building: Option<Variant>,
    /// Something that was traced is still being kept.
    pub tracing: bool,
    /// Profiling workers do not start, or end by themselves.
    pub profiling_broken: bool,
    /// Calls answered since the stage began.
    pub calls: u64,
    /// Profiles in the store that are new.
    pub profiles: u64,
    /// How many of the last ones changed nothing, where that matters.
    pub unchanged: u32,
    /// Whether the image is there that is served in [`Stage::Optimized`].
    pub optimized_ready: bool,
    /// Whether a trial goes on.
    pub trial: bool,
    /// What it came to, once it has.
    pub verdict: Option<Verdict>,
    /// The time; pauses after failures and the shortest time of a stage depend on it, and nothing else.
    pub now: Timestamp,
}

/// What to do next.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// Nothing yet.
    Wait,
    /// Go on to that stage.
    Advance(Stage),
    /// Build that variant in the background.
    Build(Variant),
    /// Fix which profiles the next image is made with.
    Freeze,
    /// Build the candidate in the background.
    BuildCandidate(Optimized),
    /// Give the candidate its share of the calls.
    Try(Optimized),
    /// The candidate takes over.
    Promote(Verdict),
    /// The candidate is dropped.
    Drop(Verdict),
}

/// What a step waits for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Condition {
    /// What is counted: `calls`, `seconds`, `profiles`, `profiles that changed nothing`, `image native`.
    pub what: String,
    /// How many there are.
    pub have: u64,
    /// How many there must be.
    pub need: u64,
}

impl Condition {
    /// Whether it is still waited for.
    const fn is_open(&self) -> bool {
        self.have < self.need
    }
}

/// What is to be done, and what that was decided from.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    /// What to do.
    pub step: Step,
    /// In a sentence.
    pub why: String,
    /// What was looked at.
    pub conditions: Vec<Condition>,
}

impl Decision {
    fn of(step: Step, why: impl Into<String>) -> Self {
        Self {
            step,
            why: why.into(),
            conditions: Vec::new(),
        }
    }

    fn wait(why: impl Into<String>) -> Self {
        Self::of(Step::Wait, why)
    }

    fn with(mut self, conditions: Vec<Condition>) -> Self {
        self.conditions = conditions;
        self
    }
}

/// What a stage asks for before the next one begins.
struct Row {
    stage: Stage,
    next: Stage,
    /// What must be built before.
    builds: Option<Variant>,
    /// How many calls must have been answered.
    calls: u64,
    /// How long it must have served.
    time: Duration,
}

/// The table: how a function gets from one stage to the next on a machine that can do `can`.
///
/// trace → hotspot once enough calls were traced; hotspot → native once the image is there; native → profiling once an image is there
/// that counts; profiling → optimized by a trial. Without native images: hotspot → optimized (an AOT cache), by a trial too.
fn row(stage: Stage, can: Can, serving: &Serving) -> Option<Row> {
    let row = |next, builds, calls, time| {
        Some(Row {
            stage,
            next,
            builds,
            calls,
            time,
        })
    };
    match stage {
        Stage::Trace => {
            let calls = if can.trace { serving.trace_calls } else { 0 };
            row(Stage::Hotspot, None, calls, Duration::ZERO)
        }
        Stage::Hotspot if can.native => {
            let (calls, time) = (serving.hotspot_calls, serving.hotspot_time);
            row(Stage::Native, Some(Variant::Native), calls, time)
        }
        Stage::Native if can.pgo => {
            let (calls, time) = (serving.native_calls, serving.native_time);
            let counts = Some(Variant::NativeInstrumented);
            row(Stage::Profiling, counts, calls, time)
        }
        Stage::Hotspot | Stage::Native | Stage::Profiling | Stage::Optimized => None,
    }
}

/// From what is known to the next step.
pub fn decide(state: &State, serving: &Serving, facts: &Facts) -> Decision {
    if state.removed {
        return Decision::wait("it was removed");
    }
    if state.paused {
        return Decision::wait("paused: `resume` lets it go on");
    }
    if let Some(decision) = what_is_taken_for_granted(state, facts) {
        return decision;
    }
    if let Some(candidate) = &state.candidate {
        return of_candidate(state, candidate, facts);
    }
    if let Some(held) = &state.held {
        return Decision::wait(format!("{held}; `collect` gathers new profiles"));
    }
    if let Some(row) = row(state.stage, facts.can, serving) {
        return of_row(state, &row, facts);
    }
    match state.stage {
        Stage::Profiling => of_profiling(state, serving, facts),
        Stage::Hotspot => of_hotspot_alone(state, serving, facts),
        Stage::Optimized => Decision::wait("it is optimized; `collect` gathers new profiles"),
        Stage::Trace | Stage::Native => {
            Decision::wait("this GraalVM has no PGO: the native image is as far as it goes")
        }
    }
}

/// Builds what the stage serves from where it is not there: on another machine, or after another JDK was installed.
fn what_is_taken_for_granted(state: &State, facts: &Facts) -> Option<Decision> {
    let missing = |variant: Variant| !facts.ready.contains(&variant);
    if let Some(optimized) = &state.optimized
        && !facts.optimized_ready
    {
        let step = Step::BuildCandidate(optimized.clone());
        return Some(build(state, facts, optimized.variant, step));
    }
    let needs_native = facts.can.native && state.stage >= Stage::Native;
    if needs_native && missing(Variant::Native) {
        let step = Step::Build(Variant::Native);
        return Some(build(state, facts, Variant::Native, step));
    }
    let needs_counting = facts.can.pgo && state.stage == Stage::Profiling;
    if needs_counting && missing(Variant::NativeInstrumented) {
        let variant = Variant::NativeInstrumented;
        return Some(build(state, facts, variant, Step::Build(variant)));
    }
    None
}

fn of_row(state: &State, row: &Row, facts: &Facts) -> Decision {
    let missing = row.builds.filter(|variant| !facts.ready.contains(variant));
    let mut conditions = Vec::new();
    if let Some(variant) = row.builds {
        conditions.push(Condition {
            what: format!("image {variant}"),
            have: u64::from(missing.is_none()),
            need: 1,
        });
    }
    if row.calls > 0 {
        conditions.push(Condition {
            what: "calls".to_owned(),
            have: facts.calls,
            need: row.calls,
        });
    }
    let time = time(state, row.time, facts);
    let too_early = time.as_ref().is_some_and(Condition::is_open);
    conditions.extend(time);
    let decision = match missing {
        Some(_) if facts.tracing => Decision::wait("what was traced is being kept"),
        Some(variant) => build(state, facts, variant, Step::Build(variant)),
        None if facts.calls < row.calls => {
            Decision::wait(format!("{} needs more calls", row.stage))
        }
        None if too_early => Decision::wait(format!("{} serves some time", row.stage)),
        None => Decision::of(
            Step::Advance(row.next),
            format!("{} has all that {} needs", row.stage, row.next),
        ),
    };
    decision.with(conditions)
}

/// `step` builds `variant`, unless that goes on or has failed a moment ago.
fn build(state: &State, facts: &Facts, variant: Variant, step: Step) -> Decision {
    if let Some(building) = facts.building {
        return Decision::wait(format!("{building} is being built"));
    }
    match &state.failed {
        Some(failed) if failed.variant == variant => match failed.again {
            None => Decision::wait(format!("building {variant} failed: {}", failed.message)),
            Some(again) if facts.now < again => Decision::wait(format!(
                "building {variant} failed and is tried again at {}: {}",
                again.strftime("%H:%M:%S"),
                failed.message
            )),
            Some(_) => Decision::of(step, format!("{variant} is tried again")),
        },
        _ => Decision::of(step, format!("{variant} is not there yet")),
    }
}

/// How long it has been in its stage, where it is to be there for some time.
fn time(state: &State, least: Duration, facts: &Facts) -> Option<Condition> {
    let need = least.as_secs();
    // A document of before says nothing: it is long ago.
    let have = state.since.map_or(need, |since| {
        u64::try_from(facts.now.duration_since(since).as_secs()).unwrap_or(0)
    });
    (need > 0).then(|| Condition {
        what: "seconds".to_owned(),
        have,
        need,
    })
}

fn of_profiling(state: &State, serving: &Serving, facts: &Facts) -> Decision {
    let profiles = Condition {
        what: "profiles".to_owned(),
        have: facts.profiles,
        need: serving.profiles,
    };
    let settled = serving.stable_profiles.map(|need| Condition {
        what: "profiles that changed nothing".to_owned(),
        have: facts.unchanged.into(),
        need: need.into(),
    });
    let time = time(state, serving.profile_time, facts);
    let is_settled = settled.as_ref().is_some_and(|it| !it.is_open());
    let decision = match (profiles.is_open(), is_settled) {
        (true, false) if facts.profiling_broken => {
            Decision::wait("profiling workers fail; they are tried again with growing pauses")
        }
        (true, false) => Decision::wait("more profiles are needed"),
        _ if time.as_ref().is_some_and(Condition::is_open) => {
            Decision::wait("there are enough profiles; more are gathered for some time")
        }
        (false, _) => Decision::of(Step::Freeze, "there are enough profiles"),
        (true, true) => Decision::of(Step::Freeze, "the last profiles changed nothing"),
    };
    let conditions = [Some(profiles), settled, time];
    decision.with(conditions.into_iter().flatten().collect())
}

/// Without native images: an AOT cache, which trains itself.
fn of_hotspot_alone(state: &State, serving: &Serving, facts: &Facts) -> Decision {
    if facts.can.best() != Some(Variant::HotspotAot) {
        return Decision::wait("this machine can make nothing better of it than the JVM");
    }
    if state.rejected.contains(&state.version) {
        return Decision::wait("its AOT cache was not better");
    }
    let calls = Condition {
        what: "calls".to_owned(),
        have: facts.calls,
        need: serving.hotspot_calls,
    };
    let time = time(state, serving.hotspot_time, facts);
    let decision = match time.as_ref().is_some_and(Condition::is_open) {
        _ if calls.is_open() => Decision::wait("hotspot needs more calls"),
        true => Decision::wait("hotspot serves some time"),
        false => Decision::of(Step::Freeze, "the JVM's AOT cache can be made"),
    };
    decision.with([Some(calls), time].into_iter().flatten().collect())
}

fn of_candidate(state: &State, candidate: &Optimized, facts: &Facts) -> Decision {
    let variant = candidate.variant;
    match &facts.verdict {
        Some(verdict) if verdict.outcome.promotes() => {
            return Decision::of(Step::Promote(verdict.clone()), verdict.why.clone());
        }
        Some(verdict) => return Decision::of(Step::Drop(verdict.clone()), verdict.why.clone()),
        None => {}
    }
    match (facts.candidate_ready, facts.trial) {
        (_, true) => Decision::wait(format!("{variant} is tried beside the present image")),
        (true, false) => Decision::of(
            Step::Try(candidate.clone()),
            format!("{variant} is there and not tried"),
        ),
        (false, false) => {
            let step = Step::BuildCandidate(candidate.clone());
            build(state, facts, variant, step)
        }
    }
}

#[cfg(test)]
mod tests;
