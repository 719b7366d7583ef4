//! `sweep`: how many profiles, or requests in each training run, are enough? One image for each count, measured against each other
//! and the baseline.
//!
//! Profiles are gathered once: a count takes the first of them. Counts with the same merged profile share their image.

mod ahead;
pub(super) mod variant;

use super::grid::{Cell, Row, all_pairs};
use crate::compare::{Comparison, Metric, Side};
use crate::config::TrainStop;
use crate::error::{Error, Result};
use crate::event::{Event, Listener};
use crate::gate::{Check, Outcome};
use crate::pipeline::{Image, Merged, Pipeline, Reuse};
use crate::plan::{Plan, Request};
use crate::profile::provenance::Provenance;
use crate::record::Record;
use crate::report::experiment::{Over, SweepCell, SweepReport, smallest};
use crate::run::{Answer, Ended, Goal, begin, lock};
use crate::toolchain::Training;
use crate::variant::Variant;
use crate::warning::{Warning, WarningKind};
use crate::workload::Workload;
use variant::variant_of;

/// What was asked for.
#[derive(Debug)]
pub struct Order {
    /// Project, function, variant, numbers, tools.
    pub request: Request,
    /// What differs.
    pub over: Over,
    /// The counts.
    pub counts: Vec<u64>,
    /// Say what would be made, make nothing.
    pub dry_run: bool,
    /// Say why each stage is reused or redone.
    pub explain: bool,
    /// Redo everything.
    pub force: bool,
}

/// Makes and measures the images, and says which count is enough.
pub fn sweep(order: &Order, listener: &dyn Listener) -> Result<Answer> {
    let sweep = Sweep::decide(order, listener)?;
    if sweep.counts.len() < 2 {
        return Err(Error::usage("a sweep needs two counts or more").hint("`--profiles 1,10,100`"));
    }
    if order.dry_run {
        return sweep.forecast().map(Answer::Preview);
    }
    let (record, is_new) = sweep.carry_out("sweep", listener)?;
    Ok(Answer::Ended(Ended {
        // Without a name it is of the newest run, which an earlier one need not be.
        next: is_new.then_some("pgoctl report --format markdown"),
        record,
        goal: Goal::Sweep,
        conclusion: Ok(None),
    }))
}

/// Everything decided.
pub(super) struct Sweep<'a> {
    order: &'a Order,
    /// Smallest first, each once.
    counts: Vec<u64>,
    variant: Variant,
    baseline: Variant,
    /// One for all counts of profiles, one for each count of requests.
    plans: Vec<Plan>,
}

/// The image of one count.
struct Made {
    count: u64,
    profiles: Vec<std::path::PathBuf>,
    merged: Merged,
    image: Image,
    /// The first count that has this image.
    shares: u64,
}

impl<'a> Sweep<'a> {
    pub(super) fn decide(order: &'a Order, listener: &dyn Listener) -> Result<Self> {
        let mut counts = order.counts.clone();
        counts.sort_unstable();
        counts.dedup();
        if counts.contains(&0) {
            return Err(Error::usage("counts begin with 1").hint("`--profiles 1,10,100`"));
        }
        let (variant, request) = variant_of(&order.request, listener)?;
        let baseline = variant
            .baseline()
            .expect("a variant that is trained has a baseline");
        let plan = |count: Option<u64>| {
            let mut request = request.clone();
            let train = &mut request.settings.train;
            // Each count needs its profiles, whether they still change or not.
            train.stop = Some(TrainStop::Count);
            match count {
                Some(requests) => train.requests = Some(requests),
                None => {
                    let most = counts.last().copied().unwrap_or_default();
                    let most = u32::try_from(most)
                        .map_err(|_| Error::usage(format!("{most} profiles are too many")))?;
                    train.runs = Some(most);
                }
            }
            Plan::decide(&request)
        };
        let plans = match order.over {
            Over::Profiles => vec![plan(None)?],
            Over::Requests => counts
                .iter()
                .map(|count| plan(Some(*count)))
                .collect::<Result<_>>()?,
        };
        let sweep = Self {
            order,
            counts,
            variant,
            baseline,
            plans,
        };
        // Trained first, so that whatever cannot be is refused.
        let mergeable = sweep.training()?.kind.mergeable();
        if order.over == Over::Profiles && !mergeable && sweep.counts.len() > 1 {
            return Err(Error::usage(format!(
                "{variant} is made with one profile, so that their number cannot be swept"
            ))
            .hint("`--requests 10,100,1000` sweeps the requests of its training"));
        }
        if order.over == Over::Requests
            && let Some(why) = requests_do_not_count(sweep.first())
        {
            return Err(Error::usage("the requests of its training cannot be swept")
                .because(why)
                .hint("`--profiles 1,10,100` sweeps the number of its profiles"));
        }
        Ok(sweep)
    }

    /// Makes and measures the images; the record of the run that did, and whether that is a new one.
    pub(super) fn carry_out(
        &self,
        command: &str,
        listener: &dyn Listener,
    ) -> Result<(Record, bool)> {
        let plan = self.first();
        let name = &plan.function.name;
        let _lock = lock(&plan.workdir, name, command, &plan.stop, listener)?;
        self.announce(listener);
        let (made, record) = self.make(self.reuse(), listener)?;
        let cells = self.cells(&made);
        let row = Row {
            plan,
            cells: &cells,
        };
        let own = record.dir().to_owned();
        let mut record = row.measure(record, self.order.force, listener)?;
        let report = self.report(&made, &record)?;
        record.report.sweep = Some(report);
        record.write()?;
        let is_new = record.dir() == own;
        Ok((record, is_new))
    }

    pub(super) fn first(&self) -> &Plan {
        &self.plans[0]
    }

    fn training(&self) -> Result<Training> {
        self.first().training(self.variant).ok_or_else(|| {
            Error::usage(format!("{} is not trained", self.variant))
                .hint("`hotspot-cds`, `hotspot-aot` and `native-pgo` are")
        })
    }

    fn reuse(&self) -> Reuse {
        match self.order.force {
            true => Reuse::Never,
            false => Reuse::WhereWhole,
        }
    }

    fn side(&self, count: u64) -> Side {
        Side::instance(&self.order.over.words(count), self.variant).against(self.baseline.name())
    }

    fn announce(&self, listener: &dyn Listener) {
        let plan = self.first();
        let sides = self
            .counts
            .iter()
            .map(|count| self.order.over.words(*count));
        listener.hear(Event::Planned {
            function: Some(plan.function.name.clone()),
            sides: std::iter::once(self.baseline.to_string())
                .chain(sides)
                .collect(),
            measured: Some((plan.bench.rounds, plan.bench.requests)),
        });
        for warning in &plan.warnings {
            crate::event::warn(listener, warning);
        }
    }

    /// The counts that `plan` is for.
    fn counts_of(&self, plan: usize) -> &[u64] {
        match self.order.over {
            Over::Profiles => &self.counts,
            Over::Requests => &self.counts[plan..=plan],
        }
    }

    /// Makes every image, and gathers and merges what they take.
    fn make(&self, reuse: Reuse, listener: &dyn Listener) -> Result<((Image, Vec<Made>), Record)> {
        let training = self.training()?;
        let mut record = begin(self.first())?;
        let mut known: Vec<Image> = Vec::new();
        let mut made: Vec<Made> = Vec::new();
        for (index, plan) in self.plans.iter().enumerate() {
            let mut pipeline = Pipeline::new(plan, listener, record)
                .reusing(reuse)
                .explaining(self.order.explain)
                .knowing(&known);
            pipeline.image(self.baseline)?;
            let profiles = pipeline.profiles(self.variant, training)?;
            for count in self.counts_of(index) {
                let wanted = self.wanted(*count, profiles.len(), &mut pipeline);
                let image = self.one(*count, &profiles[..wanted], &mut pipeline, &made)?;
                made.push(image);
            }
            known = pipeline.made().to_vec();
            record = pipeline.record;
        }
        let baseline = known
            .into_iter()
            .find(|image| image.variant == self.baseline)
            .expect("it was made first");
        Ok(((baseline, made), record))
    }

    /// How many of so many profiles a count takes.
    fn wanted(&self, count: u64, there: usize, pipeline: &mut Pipeline<'_>) -> usize {
        let wanted = match self.order.over {
            Over::Profiles => usize::try_from(count).unwrap_or(usize::MAX),
            Over::Requests => there,
        };
        if wanted > there {
            let message = format!("{count} profiles were wanted, and {there} are good");
            let warning = Warning::new(WarningKind::ProfileSetAside, message);
            if let Some(warning) = pipeline.record.warn(warning) {
                crate::event::warn(pipeline.listener, warning);
            }
        }
        wanted.min(there)
    }

    fn one(
        &self,
        count: u64,
        profiles: &[std::path::PathBuf],
        pipeline: &mut Pipeline<'_>,
        made: &[Made],
    ) -> Result<Made> {
        let merged = pipeline.merged(self.variant, self.training()?.kind, profiles)?;
        let same = made
            .iter()
            .find(|other| other.merged.digest == merged.digest);
        let (image, shares) = match same {
            Some(same) => (same.image.clone(), same.shares),
            None => (pipeline.built_with(self.variant, &merged)?, count),
        };
        Ok(Made {
            count,
            profiles: profiles.to_vec(),
            merged,
            image,
            shares,
        })
    }

    /// The baseline, and every image once.
    fn cells(&self, (baseline, made): &(Image, Vec<Made>)) -> Vec<Cell> {
        let own = made.iter().filter(|made| made.shares == made.count);
        let of_counts = own.map(|made| Cell {
            side: self.side(made.count),
            image: made.image.clone(),
        });
        std::iter::once(Cell {
            side: self.baseline.into(),
            image: baseline.clone(),
        })
        .chain(of_counts)
        .collect()
    }

    fn report(&self, (_, made): &(Image, Vec<Made>), record: &Record) -> Result<SweepReport> {
        let plan = self.first();
        let comparisons = all_pairs(record, plan.bench.threshold_percent)?;
        let largest = made.last().map(|made| self.side(made.shares));
        let cells: Vec<SweepCell> = made
            .iter()
            .map(|made| {
                let side = self.side(made.shares);
                let against: Vec<Check> = comparisons
                    .iter()
                    .filter(|one| one.candidate == side && Some(&one.baseline) == largest.as_ref())
                    .filter_map(|one| check(plan, one))
                    .collect();
                let seconds = made.profiles.iter().filter_map(|profile| {
                    Provenance::read(profile).map(|provenance| provenance.seconds)
                });
                SweepCell {
                    count: made.count,
                    profiles: made.profiles.len() as u64,
                    profile_sha256: made.merged.digest.clone(),
                    training_seconds: seconds.sum(),
                    as_good: match Some(&side) == largest.as_ref() {
                        true => Outcome::Pass,
                        false => together(&against),
                    },
                    against_largest: against,
                    side,
                }
            })
            .collect();
        Ok(SweepReport {
            over: self.order.over,
            variant: self.variant,
            baseline: self.baseline,
            smallest: smallest(&cells),
            cells,
            comparisons,
        })
    }
}

/// Why the number of requests shapes nothing in training.
fn requests_do_not_count(plan: &Plan) -> Option<&'static str> {
    match (&plan.train.command, &plan.trained.workload) {
        (Some(_), _) => Some("a command does the work of training"),
        (None, Workload::Invoke(_)) => Some("a training run is one invocation"),
        (None, Workload::Http(_)) => None,
    }
}

/// Whether a count is as good as the largest, in a metric that decides that.
fn check(plan: &Plan, comparison: &Comparison) -> Option<Check> {
    let deciding = [Metric::ThroughputRps, Metric::LatencyMsP90];
    if !deciding.contains(&comparison.metric) {
        return None;
    }
    let limit = plan
        .gate
        .limit(comparison.metric)
        .unwrap_or(plan.bench.threshold_percent);
    Some(Check::new(comparison, limit))
}

/// The worst of them; nothing measured tells nothing.
fn together(checks: &[Check]) -> Outcome {
    let any = |outcome| checks.iter().any(|check| check.outcome == outcome);
    match (any(Outcome::Worse), any(Outcome::CannotTell)) {
        (true, _) => Outcome::Worse,
        (false, false) if !checks.is_empty() => Outcome::Pass,
        _ => Outcome::CannotTell,
    }
}
