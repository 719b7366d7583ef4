//! A whole measurement: rounds and cold starts, more of them until it is decided, and once more where a gate would fail.

use std::path::Path;
use std::time::{Duration, Instant};

use super::aa::{Noise, Split};
use super::amount::{Amount, Pass};
use super::analysis::aa_log_ratios;
use super::plan::BenchPlan;
use super::setup::Bench;
use super::{Baseline, Subject, analysis, cold_start, passes, rounds};
use crate::compare::{Comparison, Side, Verdict};
use crate::error::Result;
use crate::event::{self, Event, Listener};
use crate::gate::{Check, GatePlan, Outcome};
use crate::interrupt::Stop;
use crate::record::Record;
use crate::report::{PlanReport, Report, StageStatus};
use crate::stats::sequential;
use crate::variant::Variant;
use crate::workdir::Workdir;

/// The pass of a second measurement, below `samples/`.
pub const AGAIN: &str = "again";
/// The pass of an A/A measurement before a gate, below `samples/`.
pub const AA: &str = "calibration";
/// The last look is worth it if it adds at least this part of the rounds so far.
const LEAST_PART: f64 = 0.25;

/// What has to be decided before no more rounds are added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Question {
    /// Better, worse, or no difference: the verdict of every gated metric.
    Verdicts,
    /// Within the limit or not.
    Gate,
    /// Whether the gate fails: one gated metric beyond its limit is enough.
    SelfTest,
}

/// How a measurement goes.
#[derive(Clone, Copy)]
pub struct Campaign<'a> {
    /// The numbers.
    pub plan: &'a BenchPlan,
    /// The metrics that have to be decided, or that may not get worse.
    pub gate: &'a GatePlan,
    /// Where baselines and what is known about noise are kept.
    pub workdir: &'a Workdir,
    /// What is measured.
    pub subjects: &'a [Subject],
    /// What should have been measured as well and could not be made.
    pub missing: &'a [Variant],
    /// What ends it early, besides signals.
    pub stop: &'a Stop,
    /// Who hears what happens.
    pub listener: &'a dyn Listener,
    /// Rounds are added until it is decided, for at most so long; `None`: the plan's rounds and no more.
    pub budget: Option<Duration>,
    /// What is to be decided.
    pub question: Question,
    /// The saved baseline that candidates are held against; `None`: each one's own in the same run.
    pub against: Option<&'a Baseline>,
}

impl Campaign<'_> {
    /// Measures, analyses, and keeps all of it as the run's stage `bench`.
    pub fn run(&self, record: &mut Record) -> Result<()> {
        let started = Instant::now();
        if let Some(warning) = super::busy_machine() {
            event::warn(self.listener, &warning);
            record.warn(warning);
        }
        let measured = self.looks(record);
        record.begin_pass(None);
        let (status, reason) = match &measured {
            Ok(()) => (StageStatus::Done, None),
            Err(error) => (StageStatus::Failed, Some(error.to_string())),
        };
        record.stage("bench", None, status, started, reason)?;
        measured
    }

    fn looks(&self, record: &mut Record) -> Result<()> {
        let started = Instant::now();
        let plan = self.nothing_yet()?;
        if let Some(warning) = super::fixed_layout(&plan) {
            event::warn(self.listener, &warning);
            record.warn(warning);
        }
        record.report.plan = Some(plan);
        let mut more = self.planned();
        for look in 1.. {
            self.pass(record, look, more)?;
            self.analyse(record)?;
            let Some(budget) = self.budget else { break };
            let undecided = undecided(&record.report, self.gate, self.question);
            let rounds = record.report.plan.as_ref().map_or(0, |plan| plan.rounds);
            if undecided.is_empty() {
                self.listener.hear(Event::Decided { rounds });
                break;
            }
            let Some(next) = affordable(rounds, started.elapsed(), budget) else {
                self.listener.hear(Event::BudgetSpent { rounds, undecided });
                break;
            };
            self.listener.hear(Event::MoreRounds {
                more: next,
                rounds,
                undecided,
            });
            more = self.planned().scaled_to(next);
        }
        Ok(())
    }

    /// What the first look measures. An A/A round is a pair: one for each side.
    fn planned(&self) -> Amount {
        Amount {
            rounds: self.plan.rounds,
            cold_starts: self.plan.cold_starts,
            dropped_cold_starts: self.plan.dropped_cold_starts,
        }
    }

    /// The plan of a run that has measured nothing.
    pub(super) fn nothing_yet(&self) -> Result<PlanReport> {
        let mut cache = self.workdir.cache();
        let workload = match self.subjects.first() {
            Some(subject) => subject.workload_inputs(&mut cache)?.identity().to_string(),
            None => String::new(),
        };
        cache.save();
        Ok(PlanReport {
            rounds: 0,
            order: Vec::new(),
            cold_starts: 0,
            dropped_cold_starts: 0,
            workload,
            ..super::plan(self.plan, self.subjects)
        })
    }

    /// Measures so much in a folder of its own and adds it to the report's plan.
    fn pass(&self, record: &mut Record, look: u32, amount: Amount) -> Result<()> {
        record.begin_pass(passes::name(look).as_deref());
        // Another seed for each look, so that the order is not the same again.
        let seed = self.plan.seed + u64::from(look - 1);
        let measured = record.report.plan.as_ref().map_or(0, |plan| plan.rounds);
        let sides = self.sides();
        let pass = Pass {
            amount,
            sides,
            seed,
            split: Split {
                seed: self.plan.seed,
                before: sides * measured,
            },
        };
        let order = self.measure(record, pass)?;
        if let Some(plan) = &mut record.report.plan {
            plan.rounds += amount.rounds;
            plan.cold_starts += amount.cold_starts;
            plan.dropped_cold_starts += amount.dropped_cold_starts;
            plan.order.extend(order);
            if self.budget.is_some() {
                plan.looks.push(plan.rounds);
            }
        }
        Ok(())
    }

    /// How many rounds of an image make one of the plan's: two where both sides are the same image.
    fn sides(&self) -> u32 {
        1 + u32::from(self.plan.aa.is_some())
    }

    fn measure(&self, record: &mut Record, pass: Pass) -> Result<Vec<Vec<Side>>> {
        let (amount, sides) = (pass.amount, pass.sides);
        let plan = BenchPlan {
            rounds: sides * amount.rounds,
            cold_starts: sides * amount.cold_starts,
            dropped_cold_starts: sides * amount.dropped_cold_starts,
            seed: pass.seed,
            ..self.plan.clone()
        };
        let decided = super::plan(&plan, self.subjects);
        let bench = Bench {
            plan: &plan,
            subjects: self.subjects,
            pinning: decided.pinning.as_ref(),
            split: pass.split,
            stop: self.stop,
        };
        rounds::measure(&bench, &decided.order, record, self.listener)?;
        cold_start::measure(&bench, record, self.listener)?;
        Ok(decided.order)
    }

    fn analyse(&self, record: &mut Record) -> Result<()> {
        let samples = record.dir().join("samples");
        let threshold = self.plan.threshold_percent;
        analysis::analyse(&samples, &mut record.report, threshold)?;
        if let Some(saved) = self.against {
            saved.compare(&samples, &mut record.report, threshold)?;
        }
        let noise = Noise::load(self.workdir, &record.report.host);
        record.report.noise_floor = noise.noise_floor(&self.planned_report(&record.report));
        Ok(())
    }

    /// The report with a plan that has measured what is planned.
    pub(super) fn planned_report(&self, report: &Report) -> Report {
        let mut report = report.clone();
        if let Some(plan) = &mut report.plan {
            plan.rounds = self.plan.rounds;
            plan.cold_starts = self.plan.cold_starts;
            plan.dropped_cold_starts = self.plan.dropped_cold_starts;
        }
        report
    }

    /// Measures each image against itself in so many pairs, and keeps what that says about this host's noise.
    pub fn measure_aa(&self, record: &mut Record, pairs: u32) -> Result<Noise> {
        let amount = Amount {
            rounds: pairs,
            cold_starts: self.plan.cold_starts.min(2 * pairs),
            dropped_cold_starts: 0,
        };
        record.begin_pass(Some(AA));
        let measured = self.measure(record, Pass::alone(amount, 2, self.plan.seed));
        let samples = record.samples();
        record.begin_pass(None);
        measured?;
        self.learn(&record.report, &samples?)
    }

    /// Keeps what A/A samples say about this host's noise.
    pub fn learn(&self, report: &Report, samples: &Path) -> Result<Noise> {
        let mut noise = Noise::load(self.workdir, &report.host);
        let plan = match &report.plan {
            Some(plan) => plan.clone(),
            None => self.nothing_yet()?,
        };
        for subject in self.subjects {
            let ratios = aa_log_ratios(samples, &subject.side, plan.seed)?;
            noise.learn(&report.function, &subject.side, &plan, ratios);
        }
        noise.save(self.workdir)?;
        Ok(noise)
    }

    /// Measures the same once more, with other orders, into a pass of its own; returns what that alone says.
    pub fn again(&self, record: &mut Record) -> Result<Report> {
        let mut report = record.report.clone();
        let rounds = report.plan.as_ref().map_or(0, |plan| plan.rounds);
        record.begin_pass(Some(AGAIN));
        let seed = self.plan.seed ^ 0xa6a1;
        let amount = self.planned().scaled_to(rounds);
        let order = self.measure(record, Pass::alone(amount, self.sides(), seed));
        let samples = record.samples();
        record.begin_pass(None);
        if let Some(plan) = &mut report.plan {
            plan.order = order?;
            plan.seed = seed;
        }
        let measured = |side: &Side| self.subjects.iter().any(|subject| subject.side == *side);
        report.sides.retain(|known| measured(&known.side));
        report.warnings.clear();
        let (samples, threshold) = (samples?, self.plan.threshold_percent);
        analysis::analyse(&samples, &mut report, threshold)?;
        if let Some(saved) = self.against {
            saved.compare(&samples, &mut report, threshold)?;
        }
        Ok(report)
    }
}

/// The gated metrics of which the report does not say yet what it is asked.
fn undecided(report: &Report, gate: &GatePlan, question: Question) -> Vec<String> {
    let outcome = |comparison: &Comparison| {
        gate.limit(comparison.metric)
            .map(|limit| Check::new(comparison, limit).outcome)
    };
    let gated = || report.comparisons.iter().filter(|one| gate.covers(one));
    if question == Question::SelfTest && gated().any(|one| outcome(one) == Some(Outcome::Worse)) {
        return Vec::new();
    }
    let open = |comparison: &&Comparison| match question {
        Question::Verdicts => comparison.verdict == Some(Verdict::CannotTell),
        Question::Gate => outcome(comparison) == Some(Outcome::CannotTell),
        Question::SelfTest => true,
    };
    gated()
        .filter(open)
        .map(|open| format!("{} of {}", open.metric.title(), open.candidate))
        .collect()
}

/// How many rounds the next look adds: as many as there are, or what the budget still has; `None` if that is too few to be
/// worth another look.
fn affordable(rounds: u32, spent: Duration, budget: Duration) -> Option<u32> {
    let each = spent.as_secs_f64() / f64::from(rounds.max(1));
    let left = budget.saturating_sub(spent).as_secs_f64();
    let most = sequential::rounds_at(rounds, 2) - rounds;
    let can = (left / each).floor().min(f64::from(most));
    (can >= (LEAST_PART * f64::from(rounds)).max(1.0)).then_some(can as u32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::Metric;

    #[test]
    fn each_question_says_what_is_still_open() {
        let mut report = Report::for_tests();
        let gate = GatePlan::usual(3.0);
        let compared = |metric, low, high, verdict| Comparison {
            baseline: Variant::Native.into(),
            saved_baseline: None,
            candidate: Variant::NativePgo.into(),
            metric,
            change_percent: (low + high) / 2.0,
            low: Some(low),
            high: Some(high),
            verdict: Some(verdict),
        };
        let mut open = |comparisons: &[Comparison]| {
            report.comparisons = comparisons.to_vec();
            [Question::Verdicts, Question::Gate, Question::SelfTest]
                .map(|question| undecided(&report, &gate, question).len())
        };
        let rate = |low, high, verdict| compared(Metric::ThroughputRps, low, high, verdict);
        let seen = rate(-4.0, -1.0, Verdict::Worse);
        let beyond = rate(-9.0, -5.0, Verdict::Worse);
        let unseen = compared(Metric::LatencyMsP90, -9.0, 9.0, Verdict::CannotTell);
        assert_eq!(
            open(&[seen]),
            [0, 1, 1],
            "a difference, but which side of the limit?"
        );
        assert_eq!(open(std::slice::from_ref(&unseen)), [1, 1, 1]);
        assert_eq!(
            open(&[beyond, unseen]),
            [1, 1, 0],
            "one metric makes a gate fail"
        );
    }

    #[test]
    fn rounds_double_while_the_budget_lasts_and_the_last_look_takes_the_rest() {
        let minutes = |n: u64| Duration::from_secs(60 * n);
        assert_eq!(affordable(6, minutes(1), minutes(5)), Some(6));
        assert_eq!(affordable(24, minutes(4), minutes(5)), Some(6));
        assert_eq!(
            affordable(24, minutes(4) + Duration::from_secs(30), minutes(5)),
            None
        );
        assert_eq!(affordable(6, minutes(9), minutes(5)), None);
    }
}
