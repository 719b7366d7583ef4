//! What every command that measures does: a campaign over its subjects, a gate where one is wanted, a baseline where one is named.

use std::time::Duration;

use crate::bench::{Baseline, BenchPlan, Campaign, Gating, Question, Subject};
use crate::compare::{Metric, Verdict};
use crate::config::TrainOn;
use crate::error::Result;
use crate::event::{Event, Listener};
use crate::gate::{GatePlan, GateReport};
use crate::interrupt::Stop;
use crate::plan::Plan;
use crate::record::Record;
use crate::report::Report;
use crate::variant::Variant;
use crate::warning::{Warning, WarningKind};
use crate::workdir::Workdir;

/// How long to go on measuring, and under which name to keep it.
#[derive(Clone, Debug, Default)]
pub struct Deciding {
    /// Rounds are added until it is decided, for at most so long; `None`: the plan's rounds and no more.
    pub budget: Option<Duration>,
    /// The name of the baseline that the run is kept as.
    pub save_baseline: Option<String>,
}

/// How to measure.
pub(super) struct Measuring<'a> {
    pub(super) bench: &'a BenchPlan,
    pub(super) gate: &'a GatePlan,
    pub(super) workdir: &'a Workdir,
    pub(super) stop: &'a Stop,
    pub(super) deciding: &'a Deciding,
    pub(super) gating: Option<&'a Gating>,
}

impl Measuring<'_> {
    /// Measures `subjects` and computes the report's figures; returns the gate's verdict where there is a gate. `missing` are
    /// variants that could not be made.
    pub(super) fn measure(
        &self,
        subjects: &[Subject],
        missing: &[Variant],
        record: &mut Record,
        listener: &dyn Listener,
    ) -> Result<Option<GateReport>> {
        let campaign = Campaign {
            plan: self.bench,
            gate: self.gate,
            workdir: self.workdir,
            stop: self.stop,
            subjects,
            missing,
            listener,
            budget: self.deciding.budget,
            question: match self.gating {
                Some(_) => Question::Gate,
                None if self.injects() => Question::SelfTest,
                None => Question::Verdicts,
            },
            against: None,
        };
        match self.gating {
            Some(gating) => campaign.gate(record, gating).map(Some),
            None if self.is_aa() => {
                campaign.run(record)?;
                let noise = campaign.learn(&record.report, &record.dir().join("samples"))?;
                record.report.noise_floor = noise.noise_floor(&record.report);
                Ok(None)
            }
            None => campaign.run(record).map(|()| None),
        }
    }

    /// A/A with nothing injected: that is what a noise floor comes from.
    fn is_aa(&self) -> bool {
        self.bench.aa.is_some() && !self.injects()
    }

    /// One side of the same image is slowed down.
    fn injects(&self) -> bool {
        let aa = self.bench.aa;
        aa.is_some_and(|aa| aa.injected_slowdown_percent.is_some())
    }

    /// Keeps the finished run under the name that was asked for.
    pub(super) fn save_baseline(&self, record: &Record, listener: &dyn Listener) -> Result<()> {
        let Some(name) = &self.deciding.save_baseline else {
            return Ok(());
        };
        if record.report.plan.is_none() {
            listener.hear(Event::BaselineSaved {
                name: name.clone(),
                folder: None,
            });
            return Ok(());
        }
        let dir = Baseline::save(self.workdir, name, record.dir())?;
        listener.hear(Event::BaselineSaved {
            name: name.clone(),
            folder: Some(dir),
        });
        Ok(())
    }
}

/// Measures `subjects` against each other as `plan` says; nothing is gated.
pub fn plainly(
    plan: &Plan,
    subjects: &[Subject],
    record: &mut Record,
    listener: &dyn Listener,
) -> Result<()> {
    let measuring = Measuring {
        bench: &plan.bench,
        gate: &plan.gate,
        workdir: &plan.workdir,
        stop: &plan.stop,
        deciding: &Deciding::default(),
        gating: None,
    };
    measuring
        .measure(subjects, &[], record, listener)
        .map(|_| ())
}

/// What is to be said after measuring: whether the profile from HotSpot made the image faster. `None` if nobody asked.
pub(super) fn hotspot_profile_unproven(report: &Report, on: TrainOn) -> Option<Warning> {
    let throughput = report.comparisons.iter().find(|comparison| {
        comparison.baseline == Variant::Native
            && comparison.candidate == Variant::NativePgo
            && comparison.metric == Metric::ThroughputRps
    })?;
    if on != TrainOn::Hotspot || throughput.verdict == Some(Verdict::Better) {
        return None;
    }
    let verdict = throughput.verdict.map_or("not judged", Verdict::word);
    let message = format!(
        "the profile from HotSpot is not shown to make native-pgo faster than native (throughput: {verdict})"
    );
    Some(Warning::new(WarningKind::Experimental, message))
}
