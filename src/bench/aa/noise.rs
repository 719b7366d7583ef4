//! What this machine can tell apart: A/A pairs of a function's sides, kept for each host in `.pgoctl/noise/`.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::compare::{IntervalOf, Metric, Pair, Side};
use crate::error::Result;
use crate::gate::NoiseFloor;
use crate::host::Host;
use crate::identity::bytes_digest;
use crate::report::{PlanReport, Report};
use crate::stats;
use crate::workdir::{self, Workdir};

/// Pairs that are measured where nobody says how many.
pub const PAIRS: u32 = 12;

/// All that is known about the noise of one host.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Noise {
    schema_version: u32,
    host: Host,
    entries: Vec<Entry>,
}

/// The A/A pairs of one side under one load.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Entry {
    function: String,
    #[serde(rename = "variant")]
    side: Side,
    load: Load,
    measured: String,
    /// Logarithms of candidate / baseline of each pair.
    log_ratios: BTreeMap<Metric, Vec<f64>>,
}

/// What the noise depends on besides host and side.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Load {
    workload: String,
    requests: u64,
    #[serde(default = "one")]
    slices: u32,
    warmup: u64,
    concurrency: u32,
    rate: f64,
}

/// What is older than slices was measured without.
fn one() -> u32 {
    1
}

impl Load {
    fn of(plan: &PlanReport) -> Self {
        Self {
            workload: plan.workload.clone(),
            requests: plan.requests,
            slices: plan.slices,
            warmup: plan.warmup,
            concurrency: plan.concurrency,
            rate: plan.rate,
        }
    }
}

impl Noise {
    /// Reads what is known about `host`; nothing if there is nothing, or if it cannot be read.
    pub fn load(workdir: &Workdir, host: &Host) -> Self {
        std::fs::read(path(workdir, host))
            .ok()
            .and_then(|bytes| serde_json::from_slice::<Self>(&bytes).ok())
            .filter(|known| known.host == *host)
            .unwrap_or(Self {
                schema_version: 1,
                host: host.clone(),
                entries: Vec::new(),
            })
    }

    /// Writes it back.
    pub fn save(&self, workdir: &Workdir) -> Result<()> {
        workdir::create_dir(&workdir.noise())?;
        let json = serde_json::to_vec_pretty(self).expect("it has only string keys");
        workdir::write_atomically(&path(workdir, &self.host), &json)
    }

    /// Keeps new pairs of a side; they replace those of the same load.
    pub fn learn(
        &mut self,
        function: &str,
        side: &Side,
        plan: &PlanReport,
        log_ratios: BTreeMap<Metric, Vec<f64>>,
    ) {
        let load = Load::of(plan);
        self.entries.retain(|known| {
            (known.function.as_str(), &known.side, &known.load) != (function, side, &load)
        });
        self.entries.push(Entry {
            function: function.to_owned(),
            side: side.clone(),
            load,
            measured: jiff::Timestamp::now().to_string(),
            log_ratios,
        });
    }

    fn ratios(&self, report: &Report, side: &Side, metric: Metric) -> Option<&[f64]> {
        let load = Load::of(report.plan.as_ref()?);
        self.entries
            .iter()
            .find(|known| {
                known.function == report.function && known.side == *side && known.load == load
            })
            .and_then(|known| known.log_ratios.get(&metric))
            .map(|ratios| &ratios[..])
    }

    /// Whether the noise of `side` under this report's load is known.
    pub fn knows(&self, report: &Report, side: &Side) -> bool {
        Metric::ALL
            .iter()
            .any(|metric| self.ratios(report, side, *metric).is_some())
    }

    /// What can be told apart in `metric` with so many `rounds` (or cold starts), in percent, and how many would bring
    /// that down to `limit`. The noisier side counts; `None` if neither was measured against itself.
    pub fn floor(
        &self,
        report: &Report,
        sides: &Pair,
        metric: Metric,
        rounds: u32,
        limit: f64,
    ) -> Option<NoiseFloor> {
        [&sides.baseline, &sides.candidate]
            .into_iter()
            .filter_map(|side| self.ratios(report, side, metric))
            .filter_map(|ratios| {
                Some(NoiseFloor {
                    percent: metric.worse_percent(stats::noise_floor(ratios, rounds)?),
                    rounds,
                    rounds_needed: stats::rounds_needed(ratios, metric.worse_log(limit)),
                })
            })
            .max_by(|one, other| one.percent.total_cmp(&other.percent))
    }

    /// The noise floor of every metric over all sides of the report: the key `noise_floor`.
    pub fn noise_floor(&self, report: &Report) -> BTreeMap<Metric, f64> {
        let floor = |metric: Metric| {
            let rounds = repeated(metric, report.plan.as_ref()?)?;
            report
                .sides
                .iter()
                .filter_map(|side| self.ratios(report, &side.side, metric))
                .filter_map(|ratios| stats::noise_floor(ratios, rounds))
                .map(|log| metric.worse_percent(log))
                .max_by(f64::total_cmp)
        };
        Metric::ALL
            .iter()
            .filter_map(|metric| Some((*metric, floor(*metric)?)))
            .collect()
    }
}

/// How often a metric is measured of each side.
pub fn repeated(metric: Metric, plan: &PlanReport) -> Option<u32> {
    match metric.interval_of() {
        IntervalOf::Rounds => Some(plan.rounds),
        IntervalOf::ColdStarts => Some(plan.cold_starts),
        IntervalOf::DroppedColdStarts => Some(plan.dropped_cold_starts),
        IntervalOf::Nothing => None,
    }
}

/// One file for each host, so that a project on a shared disk can be measured from several.
fn path(workdir: &Workdir, host: &Host) -> PathBuf {
    let digest = bytes_digest(&serde_json::to_vec(host).expect("it has only string keys"));
    workdir.noise().join(format!("{}.json", &digest[..16]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::variant::Variant;

    fn report(requests: u64) -> Report {
        let mut report = Report::for_tests();
        let plan = report.plan.as_mut().expect("it was measured");
        plan.requests = requests;
        report
    }

    fn ratios(percent: f64) -> BTreeMap<Metric, Vec<f64>> {
        let around = |n: i32| f64::from(n - 6) / 6.0 * percent / 100.0;
        [(Metric::ThroughputRps, (0..=12).map(around).collect())].into()
    }

    #[test]
    fn what_was_learned_is_known_for_this_host_and_load_only() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let (workdir, report) = (Workdir::of(dir.path()), report(1000));
        let host = report.host.clone();
        let mut known = Noise::load(&workdir, &host);
        assert!(!known.knows(&report, &Variant::Native.into()));
        let plan = report.plan.as_ref().expect("it was measured");
        known.learn("hello", &Variant::Native.into(), plan, ratios(8.0));
        known.learn("hello", &Variant::Native.into(), plan, ratios(2.0));
        known.save(&workdir).expect("it can be written");
        let known = Noise::load(&workdir, &host);
        assert_eq!(known.entries.len(), 1, "the newer pairs replace the older");
        assert!(known.knows(&report, &Variant::Native.into()));
        assert!(!known.knows(&report, &Variant::NativePgo.into()));
        assert!(!known.knows(&self::report(10), &Variant::Native.into()));
        let other = Host {
            cores: Some(99),
            ..host
        };
        assert!(!Noise::load(&workdir, &other).knows(&report, &Variant::Native.into()));
    }

    #[test]
    fn the_noisier_side_decides_the_floor() {
        let report = report(1000);
        let plan = report.plan.as_ref().expect("it was measured");
        let mut known = Noise::default();
        known.learn("hello", &Variant::Native.into(), plan, ratios(2.0));
        let sides = Pair {
            baseline: Variant::Native.into(),
            candidate: Variant::NativePgo.into(),
        };
        let floor = |known: &Noise| {
            known
                .floor(&report, &sides, Metric::ThroughputRps, 6, 3.0)
                .expect("one side is known")
                .percent
        };
        let quiet = floor(&known);
        known.learn("hello", &Variant::NativePgo.into(), plan, ratios(20.0));
        assert!(floor(&known) > quiet * 5.0);
        assert_eq!(
            known.floor(&report, &sides, Metric::ColdStartMs, 6, 3.0),
            None
        );
        assert_eq!(
            known.noise_floor(&report).keys().collect::<Vec<_>>(),
            [&Metric::ThroughputRps]
        );
    }
}
