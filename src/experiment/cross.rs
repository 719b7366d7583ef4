//! `cross`: do the profiles of other functions help? Every function with no profile, with each other's, with its own, and with all
//! of them merged.

mod ahead;
pub(super) mod foretold;
mod looks;

use std::path::PathBuf;

use super::forecast::{self, Ahead};
use super::grid::{Cell, METRICS, Row, all_pairs};
use crate::compare::Side;
use crate::error::{Error, Result};
use crate::event::{self, Event, Listener};
use crate::pipeline::{Image, Merged, Pipeline, Reuse};
use crate::plan::{Plan, Request, function_names};
use crate::record::Record;
use crate::report::cross::{CrossCell, CrossReport, CrossRow};
use crate::run::{begin, lock};
use crate::toolchain::Training;
use crate::variant::Variant;
use crate::workdir::Lock;
use foretold::foretold;
use looks::{Look, looks};

/// What was asked for.
#[derive(Debug)]
pub struct Order {
    /// Project, numbers, tools; the function in it does not count.
    pub request: Request,
    /// The functions; empty: all of the file.
    pub functions: Vec<String>,
    /// Say what would be made, make nothing.
    pub dry_run: bool,
    /// Say why each stage is reused or redone.
    pub explain: bool,
    /// Redo everything.
    pub force: bool,
}

/// What came of it.
#[derive(Debug)]
pub enum Crossed {
    /// What would be made.
    Preview(String),
    /// It was measured.
    Report(CrossReport),
}

/// The variant that takes profiles.
const WITH: Variant = Variant::NativePgo;
/// The variant without one.
const WITHOUT: Variant = Variant::Native;

/// Makes and measures the matrix.
pub fn cross(order: &Order, listener: &dyn Listener) -> Result<Crossed> {
    let cross = Cross::decide(order)?;
    if order.dry_run {
        let ahead: Vec<Ahead> = cross.ahead()?.into_iter().flatten().collect();
        return Ok(Crossed::Preview(forecast::lines(&ahead)));
    }
    let mut rows = Vec::new();
    cross.carry_out("cross", listener, &mut |row| {
        rows.push(row);
        Ok(())
    })?;
    let foretold = foretold(&rows);
    Ok(Crossed::Report(CrossReport {
        schema_version: 1,
        rows,
        foretold,
    }))
}

/// Everything decided.
pub(super) struct Cross<'a> {
    order: &'a Order,
    plans: Vec<Plan>,
}

impl<'a> Cross<'a> {
    pub(super) fn decide(order: &'a Order) -> Result<Self> {
        let plans = plans(order)?;
        Ok(Self { order, plans })
    }

    /// Makes and measures the matrix; `each` is told every row as soon as it is measured.
    pub(super) fn carry_out(
        &self,
        command: &str,
        listener: &dyn Listener,
        each: &mut dyn FnMut(CrossRow) -> Result<()>,
    ) -> Result<()> {
        let _locks = locks(&self.plans, command, listener)?;
        announce(&self.plans, listener);
        let mut functions = Vec::new();
        for plan in &self.plans {
            functions.push(train(self.order, plan, listener)?);
        }
        let everything: Vec<PathBuf> = functions
            .iter()
            .flat_map(|function| function.profiles.clone())
            .collect();
        for at in 0..functions.len() {
            each(row(self.order, &mut functions, at, &everything, listener)?)?;
        }
        Ok(())
    }
}

fn plans(order: &Order) -> Result<Vec<Plan>> {
    let names = match order.functions.is_empty() {
        true => function_names(&order.request)?,
        false => order.functions.clone(),
    };
    let mut once = names.clone();
    once.sort();
    once.dedup();
    if once.len() < 2 || once.len() < names.len() {
        return Err(
            Error::usage("a cross needs two functions or more, each once").hint(
                "`pgoctl cross ONE OTHER`; without names, all functions of the configuration file",
            ),
        );
    }
    let plan = |name: &String| {
        let mut request = order.request.clone();
        request.function = Some(name.clone());
        request.variants = vec![WITHOUT, WITH];
        Plan::decide(&request).map_err(|error| error.goal(format!("could not plan `{name}`")))
    };
    names.iter().map(plan).collect()
}

/// The locks of all functions, taken in the order of their names so that two of these commands cannot wait for each other.
fn locks(plans: &[Plan], command: &str, listener: &dyn Listener) -> Result<Vec<Lock>> {
    let mut sorted: Vec<&Plan> = plans.iter().collect();
    sorted.sort_by(|one, other| one.function.name.cmp(&other.function.name));
    let take = |plan: &&Plan| {
        let name = &plan.function.name;
        lock(&plan.workdir, name, command, &plan.stop, listener)
    };
    sorted.iter().map(take).collect()
}

fn announce(plans: &[Plan], listener: &dyn Listener) {
    let names = plans.iter().map(|plan| plan.function.name.clone());
    listener.hear(Event::Planned {
        function: None,
        sides: names.collect(),
        measured: plans
            .first()
            .map(|plan| (plan.bench.rounds, plan.bench.requests)),
    });
    for warning in plans.iter().flat_map(|plan| &plan.warnings) {
        event::warn(listener, warning);
    }
}

fn training(plan: &Plan) -> Training {
    plan.training(WITH).expect("native-pgo is trained")
}

/// A function with its own profiles and its image without one.
struct Trained<'a> {
    plan: &'a Plan,
    /// What has been made so far; taken while more is.
    record: Option<Record>,
    known: Vec<Image>,
    profiles: Vec<PathBuf>,
    own: Merged,
}

fn pipeline<'a>(
    order: &Order,
    plan: &'a Plan,
    record: Record,
    listener: &'a dyn Listener,
) -> Pipeline<'a> {
    Pipeline::new(plan, listener, record)
        .reusing(match order.force {
            true => Reuse::Never,
            false => Reuse::WhereWhole,
        })
        .explaining(order.explain)
}

fn train<'a>(order: &Order, plan: &'a Plan, listener: &'a dyn Listener) -> Result<Trained<'a>> {
    let mut pipeline = pipeline(order, plan, begin(plan)?, listener);
    pipeline.image(WITHOUT)?;
    let profiles = pipeline.profiles(WITH, training(plan))?;
    let own = pipeline.merged(WITH, training(plan).kind, &profiles)?;
    Ok(Trained {
        plan,
        known: pipeline.made().to_vec(),
        record: Some(pipeline.record),
        profiles,
        own,
    })
}

/// Whose profiles, and which.
struct Source {
    name: String,
    side: Side,
    merged: Merged,
}

fn side(name: &str) -> Side {
    let words = match name {
        "own" => "own profile".to_owned(),
        "all" => "all profiles".to_owned(),
        name => format!("profile of {name}"),
    };
    Side::instance(&words, WITH).against(WITHOUT.name())
}

/// Whose profiles a function is built with: each other's, its own, and all.
fn sources(
    pipeline: &mut Pipeline<'_>,
    function: &Trained<'_>,
    others: Vec<(String, Merged)>,
    everything: &[PathBuf],
) -> Result<Vec<Source>> {
    let kind = training(function.plan).kind;
    let all = pipeline.merged(WITH, kind, everything)?;
    let own = [
        ("own".to_owned(), function.own.clone()),
        ("all".to_owned(), all),
    ];
    let named = |(name, merged): (String, Merged)| Source {
        side: side(&name),
        name,
        merged,
    };
    Ok(others.into_iter().chain(own).map(named).collect())
}

/// The images without a profile and with each; sources with the same merged profile share their image, and take its side.
fn cells(pipeline: &mut Pipeline<'_>, sources: &mut [Source]) -> Result<Vec<Cell>> {
    let mut cells = vec![Cell {
        side: WITHOUT.into(),
        image: pipeline.image(WITHOUT)?,
    }];
    for place in 0..sources.len() {
        let (before, rest) = sources.split_at_mut(place);
        let source = &mut rest[0];
        let same = before
            .iter()
            .find(|other| other.merged.digest == source.merged.digest);
        match same {
            Some(same) => source.side = same.side.clone(),
            None => cells.push(Cell {
                side: source.side.clone(),
                image: pipeline.built_with(WITH, &source.merged)?,
            }),
        }
    }
    Ok(cells)
}

/// The profiles of all functions but that at `at`.
fn others(functions: &[Trained<'_>], at: usize) -> Vec<(String, Merged)> {
    let others = functions.iter().enumerate();
    let others = others.filter(|(place, _)| *place != at);
    others
        .map(|(_, other)| (other.plan.function.name.clone(), other.own.clone()))
        .collect()
}

/// Makes the images of one function and measures them.
fn row<'a>(
    order: &Order,
    functions: &mut [Trained<'a>],
    at: usize,
    everything: &[PathBuf],
    listener: &'a dyn Listener,
) -> Result<CrossRow> {
    let others = others(functions, at);
    let function = &mut functions[at];
    let plan = function.plan;
    let record = function.record.take().expect("each has one row");
    let mut pipeline = pipeline(order, plan, record, listener).knowing(&function.known);
    let mut sources = sources(&mut pipeline, function, others, everything)?;
    let cells = cells(&mut pipeline, &mut sources)?;
    let record = Row {
        plan,
        cells: &cells,
    }
    .measure(pipeline.record, order.force, listener)?;
    let comparisons = all_pairs(&record, plan.bench.threshold_percent)?;
    let profiles: Vec<&Merged> = sources.iter().map(|source| &source.merged).collect();
    let looks = looks(plan, &function.own, &profiles)?;
    let cell = |(source, (overlap, weight)): (Source, Look)| CrossCell {
        comparisons: comparisons
            .iter()
            .filter(|one| one.candidate == source.side && one.baseline == WITHOUT)
            .filter(|one| METRICS.contains(&one.metric))
            .cloned()
            .collect(),
        source: source.name,
        side: source.side,
        overlap,
        weight_in_code: weight,
    };
    Ok(CrossRow {
        function: plan.function.name.clone(),
        run: record.dir().to_owned(),
        cells: sources.into_iter().zip(looks).map(cell).collect(),
        comparisons,
    })
}
