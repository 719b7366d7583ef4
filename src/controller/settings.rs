//! `[function.NAME.serve]`, decided.

use std::time::Duration;

use super::trial::Limits;
use crate::config::{ServeFile, TrainStop};

/// How a function is served.
#[derive(Clone, Debug, PartialEq)]
pub struct Serving {
    /// Workers that are kept although nobody calls.
    pub min_workers: usize,
    /// How many workers each image may have.
    pub max_workers: usize,
    /// How many calls one worker answers at a time.
    pub concurrency: usize,
    /// How long a worker may be idle.
    pub idle_timeout: Duration,
    /// How long a call may take.
    pub call_timeout: Duration,
    /// How many calls may wait for a worker.
    pub queue: usize,
    /// How much memory a worker may use.
    pub memory_mib: Option<u64>,
    /// How many calls are traced.
    pub trace_calls: u64,
    /// How many calls the JVM answers at least.
    pub hotspot_calls: u64,
    /// How many the native image.
    pub native_calls: u64,
    /// How long the JVM serves at least.
    pub hotspot_time: Duration,
    /// How long the native image.
    pub native_time: Duration,
    /// How long is profiled at least.
    pub profile_time: Duration,
    /// So many profiles in a row that change nothing are enough; `None`: only their number counts.
    pub stable_profiles: Option<u32>,
    /// Which share of the calls is profiled, in 0..1.
    pub fraction: f64,
    /// Chooses them at random.
    pub seed: Option<u64>,
    /// After how many calls a profiling worker ends.
    pub profile_calls: u64,
    /// How many profiles are enough.
    pub profiles: u64,
    /// Which share of the calls a trial has, in 0..1.
    pub canary: f64,
    /// How much worse a new image may be.
    pub max_worse: Limits,
    /// Calls are refused until the first native image is there.
    pub disabled_while_building: bool,
}

/// As the thesis has it: somewhat more than a thousand profiled calls, here from ten processes, since one may say little.
const PROFILES: u64 = 10;
const PROFILE_CALLS: u64 = 100;
/// A tracing JVM is slow; what the first calls of each kind reach is most of what there is.
const TRACE_CALLS: u64 = 20;
/// As in training: one that happens to change nothing says little.
const STABLE_PROFILES: u32 = 3;

impl Serving {
    /// What `file` says; `cores` is what a function may use at most where it says nothing.
    pub fn of(file: &ServeFile, cores: usize) -> Self {
        let count = |value: Option<u32>, default: usize| value.map_or(default, |n| n as usize);
        let share = |percent: Option<crate::units::Percent>, default: f64| {
            percent.map_or(default, |percent| (percent.0 / 100.0).min(1.0))
        };
        let max_workers = count(file.max_workers, cores.max(1)).max(1);
        Self {
            min_workers: count(file.min_workers, 0).min(max_workers),
            max_workers,
            concurrency: count(file.concurrency, 1).max(1),
            idle_timeout: file
                .idle_timeout
                .map_or(Duration::from_secs(60), |span| span.0),
            call_timeout: file
                .call_timeout
                .map_or(Duration::from_secs(60), |span| span.0),
            queue: count(file.queue, 1000),
            memory_mib: file.memory_mib,
            trace_calls: file.trace_calls.unwrap_or(TRACE_CALLS),
            hotspot_calls: file.hotspot_calls.unwrap_or(0),
            native_calls: file.native_calls.unwrap_or(0),
            hotspot_time: file.hotspot_time.map_or(Duration::ZERO, |span| span.0),
            native_time: file.native_time.map_or(Duration::ZERO, |span| span.0),
            profile_time: file.profile_time.map_or(Duration::ZERO, |span| span.0),
            stable_profiles: match file.stop.unwrap_or_default() {
                TrainStop::Count => None,
                TrainStop::Stable => Some(file.stable_profiles.unwrap_or(STABLE_PROFILES).max(1)),
            },
            fraction: share(file.fraction, 0.1),
            seed: file.seed,
            profile_calls: file.profile_calls.unwrap_or(PROFILE_CALLS).max(1),
            profiles: file.profiles.unwrap_or(PROFILES).max(1),
            canary: share(file.canary, 0.2),
            max_worse: Limits {
                latency: file.max_worse.map_or(3.0, |percent| percent.0),
                start: file.max_worse_start.map_or(20.0, |percent| percent.0),
            },
            disabled_while_building: file.disabled_while_building,
        }
    }
}
