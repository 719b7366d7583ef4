//! A measurement that has to pass: refused below the noise floor, measured, judged, and measured again before it fails.

use super::aa::{Noise, PAIRS, repeated};
use super::analysis::baseline_of;
use super::{Baseline, Campaign, Subject};
use crate::compare::{Pair, Side};
use crate::error::Result;
use crate::event::{self, Event};
use crate::gate::{Check, GateReport, Outcome, Saved, Scope, VERDICT_JSON};
use crate::record::Record;
use crate::report::{Report, Stage, StageStatus};
use crate::units::Day;
use crate::variant::Variant;
use crate::warning::{Warning, WarningKind};
use crate::workdir::write_atomically;

/// What is asked of a gate besides its rules.
#[derive(Clone, Debug, Default)]
pub struct Gating {
    /// The saved baseline, where the command line names one.
    pub baseline: Option<String>,
    /// Measure the noise floor where it is not known, and refuse limits below it.
    pub calibrate: bool,
}

impl Campaign<'_> {
    /// Measures and judges; the verdict is in the report and in `verdict.json`.
    pub fn gate(&self, record: &mut Record, gating: &Gating) -> Result<GateReport> {
        let name = gating.baseline.as_ref().or(self.gate.baseline.as_ref());
        let saved = name
            .map(|name| Baseline::load(self.workdir, name))
            .transpose()?;
        let campaign = Campaign {
            against: saved.as_ref(),
            ..*self
        };
        campaign.measure_and_judge(record, gating)
    }

    fn measure_and_judge(&self, record: &mut Record, gating: &Gating) -> Result<GateReport> {
        record.report.plan = Some(self.nothing_yet()?);
        if let Some(saved) = self.against {
            saved.comparable(&record.report)?;
            if !saved.has_any_of(&record.report) {
                // There is nothing to measure for.
                record.report.plan = None;
                return self.conclude(record, Vec::new());
            }
        }
        let sides = self.gated_sides();
        let noise = self.noise(record, gating, &sides)?;
        // Rounds that are added until it is decided may reach any limit.
        let mut refused = match self.budget {
            None => self.refused(&record.report, &noise, &sides),
            Some(_) => Vec::new(),
        };
        self.gate.waive(&mut refused, Day::today());
        if refused.iter().any(|check| check.counts() != Outcome::Pass) {
            // Nothing was measured.
            record.report.plan = None;
            return self.conclude(record, refused);
        }
        self.run(record)?;
        let mut checks = self.gate.judge(&record.report.comparisons);
        for check in &mut checks {
            self.add_floor(&record.report, &noise, check);
        }
        self.gate.waive(&mut checks, Day::today());
        self.confirm(record, &mut checks)?;
        self.conclude(record, checks)
    }

    /// Baseline and candidate of everything that is gated.
    fn gated_sides(&self) -> Vec<Pair> {
        let measured: Vec<&Side> = self.subjects.iter().map(|subject| &subject.side).collect();
        measured
            .iter()
            .copied()
            .filter(|candidate| self.gate.concerns(candidate))
            .filter_map(|candidate| match self.against {
                Some(_) => Some(Pair::of_itself(candidate)),
                None => Some(Pair {
                    baseline: baseline_of(candidate, None, &measured)?.clone(),
                    candidate: candidate.clone(),
                }),
            })
            .collect()
    }

    /// What is known about this host's noise; measured first where it is not, if that is wanted.
    fn noise(&self, record: &mut Record, gating: &Gating, sides: &[Pair]) -> Result<Noise> {
        let noise = Noise::load(self.workdir, &record.report.host);
        let knows = |side| noise.knows(&record.report, side);
        let missing: Vec<&Side> = sides
            .iter()
            .filter(|pair| !knows(&pair.baseline) && !knows(&pair.candidate))
            .map(|pair| &pair.baseline)
            .collect();
        if missing.is_empty() || self.budget.is_some() {
            return Ok(noise);
        }
        if !gating.calibrate {
            let warning = Warning::new(
                WarningKind::NoNoiseFloor,
                "it is not known how small a change this machine can tell apart",
            )
            .hint("`pgoctl bench --calibrate` measures it, once for each host");
            event::warn(self.listener, &warning);
            record.warn(warning);
            return Ok(noise);
        }
        self.listener.hear(Event::NoiseUnknown);
        let subjects: Vec<Subject> = self
            .subjects
            .iter()
            .filter(|subject| missing.contains(&&subject.side))
            .cloned()
            .collect();
        let campaign = Campaign {
            subjects: &subjects,
            ..*self
        };
        campaign.measure_aa(record, PAIRS)
    }

    /// The gates that this machine cannot decide with the planned rounds.
    fn refused(&self, report: &Report, noise: &Noise, sides: &[Pair]) -> Vec<Check> {
        let planned = self.planned_report(report);
        let mut refused = Vec::new();
        for pair in sides {
            for &(metric, limit) in &self.gate.limits {
                let Some(rounds) = planned
                    .plan
                    .as_ref()
                    .and_then(|plan| repeated(metric, plan))
                else {
                    continue;
                };
                match noise.floor(&planned, pair, metric, rounds, limit) {
                    Some(floor) if floor.percent > limit => {
                        refused.push(Check::refused(pair.clone(), metric, limit, floor));
                    }
                    _ => {}
                }
            }
        }
        refused
    }

    fn add_floor(&self, report: &Report, noise: &Noise, check: &mut Check) {
        let rounds = report
            .plan
            .as_ref()
            .and_then(|plan| repeated(check.metric, plan));
        let sides = Pair {
            baseline: check.baseline.clone(),
            candidate: check.candidate.clone(),
        };
        let floor = rounds.and_then(|rounds| {
            noise.floor(
                report,
                &sides,
                check.metric,
                rounds,
                check.max_worse_percent,
            )
        });
        if let Some(floor) = floor {
            check.noise_floor_percent = Some(floor.percent);
            check.rounds_needed = floor.rounds_needed;
        }
    }

    /// Measures again what would fail; what is then not worse by itself cannot be told.
    fn confirm(&self, record: &mut Record, checks: &mut [Check]) -> Result<()> {
        let doubtful = |check: &&mut Check| {
            check.counts() == Outcome::Worse && check.low.is_some() && check.high.is_some()
        };
        let involved: Vec<Side> = checks
            .iter_mut()
            .filter(|check| doubtful(check))
            .flat_map(|check| [check.baseline.clone(), check.candidate.clone()])
            .collect();
        if involved.is_empty() {
            return Ok(());
        }
        self.listener.hear(Event::MeasuringAgain);
        let subjects: Vec<Subject> = self
            .subjects
            .iter()
            .filter(|subject| involved.contains(&subject.side))
            .cloned()
            .collect();
        let campaign = Campaign {
            subjects: &subjects,
            ..*self
        };
        let again = campaign.again(record)?;
        let judged = self.gate.judge(&again.comparisons);
        for check in checks.iter_mut().filter(|check| doubtful(check)) {
            let same = |other: &&Check| {
                (&other.baseline, &other.candidate, other.metric)
                    == (&check.baseline, &check.candidate, check.metric)
            };
            if let Some(again) = judged.iter().find(same) {
                check.confirm(again);
            }
        }
        Ok(())
    }

    /// What could not be made and counts: candidates, and what they would be held against.
    fn failed(&self) -> Vec<Variant> {
        let candidates: Vec<&Side> = self
            .subjects
            .iter()
            .map(|subject| &subject.side)
            .filter(|side| self.gate.concerns(side))
            .collect();
        let is_baseline = |variant: Variant| {
            let is_its = |side: &&Side| side.baseline() == Some(variant.name());
            self.against.is_none() && candidates.iter().any(is_its)
        };
        self.missing
            .iter()
            .copied()
            .filter(|variant| self.gate.concerns(&(*variant).into()) || is_baseline(*variant))
            .collect()
    }

    /// What there is to check.
    fn scope<'a>(&'a self, report: &Report) -> Scope<'a> {
        let skipped = |stage: &Stage| {
            let side = stage.variant?.into();
            let reason = stage.reason.clone()?;
            (stage.status == StageStatus::Skipped).then_some((side, reason))
        };
        Scope {
            measured: self.subjects.iter().map(|subject| &subject.side).collect(),
            is_refused: report.plan.is_none(),
            saved: self.against.map(|saved| Saved {
                name: saved.name(),
                sides: saved.sides().collect(),
            }),
            failed: self.missing.iter().copied().map(Side::from).collect(),
            left_out: report.stages.iter().filter_map(skipped).collect(),
        }
    }

    /// Keeps the verdict where programs and people look for it.
    fn conclude(&self, record: &mut Record, checks: Vec<Check>) -> Result<GateReport> {
        let unchecked = self.gate.unchecked(&self.scope(&record.report), &checks);
        let optimizers = record.report.sides.iter();
        let verdict = GateReport {
            optimizer: optimizers.filter_map(|side| side.image.optimizer).next(),
            ..GateReport::new(&record.report.function, checks)
                .without(self.failed())
                .and_unchecked(unchecked)
        };
        record.report.gate = Some(verdict.clone());
        record.write()?;
        let mut json = serde_json::to_vec_pretty(&verdict).expect("it has only string keys");
        json.push(b'\n');
        write_atomically(&record.dir().join(VERDICT_JSON), &json)?;
        Ok(verdict)
    }
}
