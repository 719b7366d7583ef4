//! Raw samples on disk: one file a round and one for all cold starts, before anyone averages them.

use std::path::Path;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::compare::Side;
use crate::error::{Error, Result};
use crate::exec::usage::Usage;
use crate::host::conditions::Conditions;
use crate::load::histogram::Histogram;
use crate::workdir::write_atomically;

/// The file of the cold starts in a run's `samples/`.
const COLD_STARTS: &str = "cold-starts.json";

/// One round of one side.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Round {
    /// Which one.
    #[serde(rename = "variant")]
    pub side: Side,
    /// Which block of the order, from 1.
    pub block: u32,
    /// From the first to the last measured request.
    pub elapsed_ns: u64,
    /// What a user waits for each request that was answered as expected: in an open loop from when it was due (response time),
    /// in a closed loop from its send; of an invocation from spawn to end.
    pub latencies: Histogram,
    /// Open loop only: the same requests from when they were sent (service time).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<Histogram>,
    /// Measured requests that were answered otherwise, or not at all.
    pub failed: u64,
    /// Measured requests that met a kept connection which the server had closed, and were sent again on a new one.
    #[serde(default)]
    pub resent: u64,
    /// Open loop only: requests that were due and not yet answered when the last one became due. They were waited for and are
    /// among the above.
    #[serde(default)]
    pub in_flight: Option<u64>,
    /// How many requests the warm-up had.
    #[serde(default)]
    pub warmup: u64,
    /// Latencies of the warm-up in their order, evenly thinned to at most [`WARMUP_KEPT`].
    pub warmup_ns: Vec<u64>,
    /// Measured latencies in the order of the answers, evenly thinned to at most [`IN_ORDER_KEPT`].
    #[serde(default)]
    pub in_order_ns: Vec<u64>,
    /// Of a server: the sum of `VmHWM` of its processes before the stop ([`crate::exec::Tree::usage`]). Of invocations: the largest
    /// resident set of the largest process of any of them.
    pub peak_memory_bytes: Option<u64>,
    /// Of commands that a shell reads: what its start takes, which is taken off each time above.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shell_start_ns: Option<u64>,
    /// CPU time of the load generator while it measured.
    pub generator_cpu_ns: Option<u64>,
    /// Its parts, in their order; none in samples that are older than those.
    #[serde(default)]
    pub slices: Vec<Slice>,
    /// What its process did while it waited for others to be measured; absent where it waited for nobody.
    #[serde(default)]
    pub waiting: Option<Waiting>,
    /// What the machine was like meanwhile.
    #[serde(default)]
    pub conditions: Conditions,
}

/// A part of a round that was measured in one go. Slices of the sides of a block take turns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slice {
    /// Its place in the order of all slices of the block, from 0.
    pub place: u32,
    /// From the first to the last measured request.
    pub elapsed_ns: u64,
    /// Measured requests, answered or not.
    pub requests: u64,
    /// Requests before those that do not count, but for the CPU time.
    pub lead: u64,
    /// CPU time of the function, with all that it started, for all of these requests. `None` where it cannot be known: the
    /// server is somebody else's, or the processes that used it are gone.
    pub cpu_ns: Option<u64>,
}

/// What a process did while others were measured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    /// For how long.
    pub elapsed_ns: u64,
    /// Its CPU time in that, with all that it started.
    pub cpu_ns: u64,
}

/// How many latencies of a warm-up are kept.
pub const WARMUP_KEPT: u64 = 10_000;

/// How many latencies of a round are kept in their order; the histogram beside them has all.
pub const IN_ORDER_KEPT: u64 = 2_000;

/// A generator that uses more than this share of a core may be what is measured (measuring rule 9).
const BUSY_SHARE: f64 = 0.8;

impl Round {
    /// A round of which nothing is known yet.
    pub fn new(side: Side, block: u32) -> Self {
        Self {
            side,
            block,
            elapsed_ns: 0,
            latencies: Histogram::default(),
            service: None,
            failed: 0,
            resent: 0,
            in_flight: None,
            warmup: 0,
            warmup_ns: Vec::new(),
            in_order_ns: Vec::new(),
            peak_memory_bytes: None,
            shell_start_ns: None,
            generator_cpu_ns: None,
            slices: Vec::new(),
            waiting: None,
            conditions: Conditions::default(),
        }
    }

    /// Answered requests per second.
    pub fn throughput_rps(&self) -> Option<f64> {
        (self.elapsed_ns > 0).then(|| self.latencies.len() as f64 * 1e9 / self.elapsed_ns as f64)
    }

    /// CPU time of the function for each request, in milliseconds; `None` where it is not known of every part of the round.
    pub fn cpu_ms_per_request(&self) -> Option<f64> {
        let cpu: Option<u64> = self.slices.iter().map(|slice| slice.cpu_ns).sum();
        let requests = self.slices.iter().map(|slice| slice.requests + slice.lead);
        let requests: u64 = requests.sum();
        (requests > 0).then_some(cpu? as f64 / requests as f64 / 1e6)
    }

    /// The share of one core that the load generator's one thread used.
    pub fn generator_share(&self) -> Option<f64> {
        let cpu = self.generator_cpu_ns?;
        (self.elapsed_ns > 0).then(|| cpu as f64 / self.elapsed_ns as f64)
    }

    /// Whether the load generator may be what was measured.
    pub fn is_generator_bound(&self) -> Option<bool> {
        self.generator_share().map(|share| share > BUSY_SHARE)
    }
}

/// One cold start of one side; of a function that does its work and ends, one invocation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ColdStart {
    /// Which one.
    #[serde(rename = "variant")]
    pub side: Side,
    /// Which block of the order, from 1; warm and dropped are counted apart.
    pub block: u32,
    /// What the kernel had of its files.
    #[serde(default)]
    pub page_cache: PageCache,
    /// From before the spawn to the first accepted connection; invocations accept none.
    pub accepts_ns: Option<u64>,
    /// From before the spawn to the first byte of the first 2xx answer; of an invocation, to its end.
    pub answers_ns: u64,
    /// Of a command that a shell reads: what its start takes, which is taken off the times above and the usage below.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shell_start_ns: Option<u64>,
    /// What the process, with all that it had started, had used until then.
    #[serde(default)]
    pub usage: Usage,
}

/// What the kernel had of a process's files before it started.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum PageCache {
    /// All of them in memory, from the last start.
    #[default]
    Warm,
    /// Nothing that no other process uses: it was dropped.
    Dropped,
}

/// Writes one round into `folder`.
pub fn write_round(folder: &Path, round: &Round) -> Result<()> {
    let path = folder.join(format!(
        "{}-{:04}.json",
        round.side.file_name(),
        round.block
    ));
    write_atomically(
        &path,
        &serde_json::to_vec(round).expect("it has only string keys"),
    )
}

/// Writes all cold starts into `folder`.
pub fn write_cold_starts(folder: &Path, starts: &[ColdStart]) -> Result<()> {
    write_atomically(
        &folder.join(COLD_STARTS),
        &serde_json::to_vec(starts).expect("it has only string keys"),
    )
}

/// Reads every round in `folder`, block by block.
pub fn read_rounds(folder: &Path) -> Result<Vec<Round>> {
    let entries = std::fs::read_dir(folder)
        .map_err(|error| Error::io("read the samples in", folder, &error))?;
    let mut rounds = Vec::new();
    for path in entries.flatten().map(|entry| entry.path()) {
        if path
            .extension()
            .is_some_and(|extension| extension == "json")
            && path.file_name().is_some_and(|name| name != COLD_STARTS)
        {
            rounds.push(read::<Round>(&path)?);
        }
    }
    rounds.sort_by(|one, other| (one.block, &one.side).cmp(&(other.block, &other.side)));
    Ok(rounds)
}

/// Reads the cold starts in `folder`; none if none were measured.
pub fn read_cold_starts(folder: &Path) -> Result<Vec<ColdStart>> {
    let path = folder.join(COLD_STARTS);
    if path.exists() {
        read(&path)
    } else {
        Ok(Vec::new())
    }
}

/// A duration as samples keep it.
pub(super) fn nanoseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

fn read<T: for<'de> Deserialize<'de>>(path: &Path) -> Result<T> {
    let bytes = std::fs::read(path).map_err(|error| Error::io("read", path, &error))?;
    serde_json::from_slice(&bytes).map_err(|error| {
        Error::usage(format!("the samples in `{}` are damaged", path.display()))
            .because(error.to_string())
    })
}
