//! `evaluate`: the evaluation of the thesis, on the functions of a project: what one profile brings, how many are enough, and whose
//! help. It is made of sweeps and a cross, whose images, profiles and runs it shares; what is measured is kept row by row.

mod figures;
mod kept;

use std::path::PathBuf;

use super::cross::{self, Cross};
use super::forecast::{self, Ahead, Left, Nobody};
use super::sweep::variant::variant_of;
use super::sweep::{self, Sweep};
use super::thesis::Known;
use crate::config::TrainStop;
use crate::error::{Error, Result};
use crate::event::Listener;
use crate::host::Host;
use crate::identity::Inputs;
use crate::plan::{Plan, Request, function_names};
use crate::record::Record;
use crate::report::evaluate::EvaluateReport;
use crate::report::experiment::Over;
use crate::variant::Variant;
use figures::Seen;
use kept::Kept;

/// What was asked for.
#[derive(Debug)]
pub struct Order {
    /// Project, variant, numbers, tools; the function in it does not count.
    pub request: Request,
    /// The functions; empty: all of the file.
    pub functions: Vec<String>,
    /// How many profiles the images are made with; one is always among them.
    pub counts: Vec<u64>,
    /// Say what would be made, make nothing.
    pub dry_run: bool,
    /// Say why each stage is reused or redone.
    pub explain: bool,
    /// Redo everything.
    pub force: bool,
}

/// What came of it.
#[derive(Debug)]
pub enum Evaluated {
    /// What would be made.
    Preview(String),
    /// It was measured.
    Report {
        /// All of it.
        report: Box<EvaluateReport>,
        /// Where it is kept.
        folder: PathBuf,
    },
}

/// Makes and measures everything, or what is missing of it.
pub fn evaluate(order: &Order, listener: &dyn Listener) -> Result<Evaluated> {
    let evaluation = Evaluation::decide(order, listener)?;
    match order.dry_run {
        true => evaluation.preview().map(Evaluated::Preview),
        false => evaluation.carry_out(listener),
    }
}

/// Everything decided.
struct Evaluation {
    functions: Vec<String>,
    counts: Vec<u64>,
    baseline: Variant,
    variant: Variant,
    /// One a function.
    sweeps: Vec<sweep::Order>,
    /// Where there is another function, and profiles that may be its.
    cross: Option<cross::Order>,
    notes: Vec<String>,
}

impl Evaluation {
    fn decide(order: &Order, listener: &dyn Listener) -> Result<Self> {
        let functions = functions(order)?;
        let request = |name: &String| Request {
            function: Some(name.clone()),
            ..order.request.clone()
        };
        let (variant, planned) = variant_of(&request(&functions[0]), listener)?;
        let baseline = variant
            .baseline()
            .expect("a variant that is trained has a baseline");
        let mut notes = vec![
            "The thesis measured 5 rounds × 1000 requests, without intervals: five rounds have none at 95 %, six have.".to_owned(),
        ];
        if order.request.variants.is_empty() && variant != Variant::NativePgo {
            notes.push(fallback(&request(&functions[0]), variant, baseline));
        }
        if variant != Variant::NativePgo {
            notes.push(format!(
                "The published numbers are of native images with PGO: none of them is about {variant}."
            ));
        }
        let mut counts = order.counts.clone();
        counts.push(1);
        counts.sort_unstable();
        counts.dedup();
        let plan = Plan::decide(&planned)?;
        let mergeable = plan
            .training(variant)
            .is_some_and(|training| training.kind.mergeable());
        if !mergeable {
            counts = vec![1];
            notes.push(format!(
                "Figures 5.6 to 5.9 are left out: {variant} is made with one profile."
            ));
        }
        let sweep = |name: &String| sweep::Order {
            request: Request {
                variants: vec![variant],
                ..request(name)
            },
            over: Over::Profiles,
            counts: counts.clone(),
            dry_run: false,
            explain: order.explain,
            force: order.force,
        };
        let cross = match (variant, functions.len()) {
            (Variant::NativePgo, 2..) => Some(crossed(order, &functions)),
            (Variant::NativePgo, _) => {
                notes.push(
                    "Figures 5.10 to 5.12 are left out: there is no other function.".to_owned(),
                );
                None
            }
            _ => {
                notes.push(format!(
                    "Figures 5.10 to 5.12 are left out: they are about native-pgo, not {variant}."
                ));
                None
            }
        };
        Ok(Self {
            sweeps: functions.iter().map(sweep).collect(),
            functions,
            counts,
            baseline,
            variant,
            cross,
            notes,
        })
    }

    /// What would be made, and how long that takes in all.
    fn preview(&self) -> Result<String> {
        let ahead: Vec<Ahead> = self.ahead()?.into_iter().flatten().collect();
        let left = Left::of(&ahead);
        Ok(forecast::lines(&ahead) + &format!("# in all: {}\n", left.words()))
    }

    /// What is ahead, row by row, in the order in which they are measured.
    fn ahead(&self) -> Result<Vec<Vec<Ahead>>> {
        let mut rows = Vec::new();
        for (name, order) in self.functions.iter().zip(&self.sweeps) {
            let ahead = Sweep::decide(order, &Nobody)?.ahead()?;
            rows.push(ahead.into_iter().map(|one| one.of(name)).collect());
        }
        if let Some(order) = &self.cross {
            for row in Cross::decide(order)?.ahead()? {
                // What the sweeps make is there by then.
                rows.push(row.into_iter().filter(|one| !one.swept).collect());
            }
        }
        Ok(rows)
    }

    /// Nothing is measured yet.
    fn begin(&self, plan: &Plan) -> Kept {
        let bench = &plan.bench;
        let counts: Vec<String> = self.counts.iter().map(u64::to_string).collect();
        let identity = Inputs::new()
            .with_list("functions", &self.functions)
            .with_list("profiles", &counts)
            .with("variant", self.variant)
            .with("measuring", format!("{bench:?}"))
            .identity();
        let report = EvaluateReport {
            schema_version: 1,
            started: jiff::Timestamp::now().to_string(),
            finished: None,
            host: Host::detect(),
            baseline: self.baseline,
            variant: self.variant,
            functions: self.functions.clone(),
            profiles: self.counts.clone(),
            rounds: bench.rounds,
            requests: bench.requests,
            cold_starts: bench.cold_starts,
            figures: Vec::new(),
            enough: Vec::new(),
            foretold: None,
            runs: Vec::new(),
            warnings: Vec::new(),
            notes: self.notes.clone(),
        };
        Kept {
            crossed: self.cross.is_some(),
            threshold_percent: bench.threshold_percent,
            folder: plan
                .workdir
                .experiments()
                .join(format!("evaluate-{identity}")),
            seen: Seen::default(),
            report,
        }
    }

    fn carry_out(&self, listener: &dyn Listener) -> Result<Evaluated> {
        let mut ahead = self.ahead()?;
        let first = Sweep::decide(&self.sweeps[0], &Nobody)?;
        let mut kept = self.begin(first.first());
        drop(first);
        kept.write()?;
        for (at, order) in self.sweeps.iter().enumerate() {
            let sweep = Sweep::decide(order, &Nobody)?;
            // What was never done before is known better once its like was done.
            if at > 0 && ahead[at].iter().any(Ahead::is_unknown) {
                ahead[at] = sweep.ahead()?;
            }
            kept.tell(&ahead, listener);
            let (record, _) = sweep.carry_out("evaluate", listener)?;
            kept.seen.sweeps.push((self.functions[at].clone(), record));
            kept.write()?;
        }
        if let Some(order) = &self.cross {
            let cross = Cross::decide(order)?;
            let known = ahead.len() - self.functions.len();
            if ahead.iter().skip(known).flatten().any(Ahead::is_unknown) {
                ahead.truncate(known);
                ahead.extend(cross.ahead()?);
            }
            kept.tell(&ahead, listener);
            let ahead = &ahead;
            cross.carry_out("evaluate", listener, &mut |row| {
                let record = Record::reopen(&row.run)?;
                kept.seen.crosses.push((row, record));
                kept.write()?;
                kept.tell(ahead, listener);
                Ok(())
            })?;
        }
        kept.report.finished = Some(jiff::Timestamp::now().to_string());
        kept.write()?;
        Ok(Evaluated::Report {
            report: Box::new(kept.report),
            folder: kept.folder,
        })
    }
}

/// The functions in the order of the thesis; those that it does not know come last.
fn functions(order: &Order) -> Result<Vec<String>> {
    let mut functions = match (&order.functions, &order.request.function) {
        (named, _) if !named.is_empty() => named.clone(),
        (_, Some(one)) => vec![one.clone()],
        (_, None) => function_names(&order.request)?,
    };
    if functions.is_empty() {
        return Err(Error::usage("the configuration file has no function"));
    }
    let mut once = functions.clone();
    once.sort();
    once.dedup();
    if once.len() < functions.len() {
        return Err(Error::usage("an evaluation takes each function once"));
    }
    functions.sort_by_key(|name| Known::of_name(name).map_or(usize::MAX, Known::place));
    Ok(functions)
}

/// Every function with one profile of each, as the thesis has it.
fn crossed(order: &Order, functions: &[String]) -> cross::Order {
    let mut request = order.request.clone();
    let train = &mut request.settings.train;
    (train.runs, train.at_least, train.stop) = (Some(1), Some(1), Some(TrainStop::Count));
    cross::Order {
        request,
        functions: functions.to_vec(),
        dry_run: false,
        explain: order.explain,
        force: order.force,
    }
}

/// What stands in for native-pgo, and why.
fn fallback(request: &Request, variant: Variant, baseline: Variant) -> String {
    let wanted = Request {
        variants: vec![Variant::Native, Variant::NativePgo],
        ..request.clone()
    };
    let why = Plan::decide(&wanted).map_or_else(|error| error.brief(), |_| String::new());
    format!("{variant} against {baseline} stands in for native-pgo against native: {why}.")
}
