//! `[function.NAME.serve]`: how a controller serves a function, profiles it and judges its new images.

use schemars::JsonSchema;
use serde::Deserialize;

use super::settings::TrainStop;
use crate::units::{Percent, Span};

/// `[function.NAME.serve]`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ServeFile {
    /// Workers that are kept although nobody calls.
    pub min_workers: Option<u32>,
    /// How many workers each of its images may have.
    pub max_workers: Option<u32>,
    /// How many calls one worker answers at a time.
    pub concurrency: Option<u32>,
    /// How long a worker may be idle before it is ended.
    pub idle_timeout: Option<Span>,
    /// How long one call may take.
    pub call_timeout: Option<Span>,
    /// How many calls may wait for a worker.
    pub queue: Option<u32>,
    /// How much memory a worker may use, in MiB.
    pub memory_mib: Option<u64>,
    /// How many calls are traced on a JVM first, so that native images know what the function reaches.
    pub trace_calls: Option<u64>,
    /// How many calls the JVM answers before the native image may take over.
    pub hotspot_calls: Option<u64>,
    /// How many calls the native image answers before profiling begins.
    pub native_calls: Option<u64>,
    /// How long the JVM serves at least before the native image may take over.
    pub hotspot_time: Option<Span>,
    /// How long the native image serves at least before profiling begins.
    pub native_time: Option<Span>,
    /// How long is profiled at least, however many profiles there are.
    pub profile_time: Option<Span>,
    /// When there are enough profiles: when `profiles` are there, or before that when the last ones changed nothing.
    pub stop: Option<TrainStop>,
    /// With `stop = "stable"`: how many profiles in a row may change nothing.
    pub stable_profiles: Option<u32>,
    /// Which share of the calls goes to profiling workers.
    pub fraction: Option<Percent>,
    /// Chooses those calls at random, from this seed; otherwise they are counted off.
    pub seed: Option<u64>,
    /// After how many calls a profiling worker ends and leaves its profile.
    pub profile_calls: Option<u64>,
    /// How many profiles are enough, over all workers.
    pub profiles: Option<u64>,
    /// Which share of the calls a new image is tried on, together with a fresh worker of the present one.
    pub canary: Option<Percent>,
    /// How much slower the calls of a new image may be.
    pub max_worse: Option<Percent>,
    /// How much longer it may take to its first answer.
    pub max_worse_start: Option<Percent>,
    /// Refuse calls until the first native image is there.
    #[serde(default)]
    pub disabled_while_building: bool,
}
