//! `cross`: do the profiles of other functions help? Every function with no profile, with each other's, with its own, and with all
//! of them merged.

use std::fmt::Write;
use std::path::PathBuf;

use super::forecast::{self, Nobody};
use super::grid::{Cell, METRICS, Row, all_pairs};
use crate::compare::{Comparison, Metric, Side};
use crate::error::{Error, ErrorKind, Result};
use crate::event::{self, Event, Listener};
use crate::pipeline::{Image, Merged, Pipeline, Reuse};
use crate::plan::{Plan, Request, function_names};
use crate::profile::iprof::counts::profile::{Counts, Profile, read_with};
use crate::profile::iprof::judge::staleness::{ClassFiles, freshness};
use crate::profile::iprof::look::agreement::pair_overlap;
use crate::profile::iprof::look::overlap::EVENTS;
use crate::profile::iprof::names::symbols::Symbols;
use crate::profile::iprof::text::source::DEFAULT_MAX_BYTES;
use crate::record::Record;
use crate::report::cross::{CrossCell, CrossReport, CrossRow, Foretold};
use crate::run::{begin, lock};
use crate::stats::concordance;
use crate::toolchain::Training;
use crate::variant::Variant;
use crate::workdir::Lock;

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
    let plans = plans(order)?;
    if order.dry_run {
        return forecast(order, &plans).map(Crossed::Preview);
    }
    let _locks = locks(&plans, listener)?;
    announce(&plans, listener);
    let mut functions = Vec::new();
    for plan in &plans {
        functions.push(train(order, plan, listener)?);
    }
    let everything: Vec<PathBuf> = functions
        .iter()
        .flat_map(|function| function.profiles.clone())
        .collect();
    let mut rows = Vec::new();
    for at in 0..functions.len() {
        rows.push(row(order, &mut functions, at, &everything, listener)?);
    }
    let foretold = foretold(&rows);
    Ok(Crossed::Report(CrossReport {
        schema_version: 1,
        rows,
        foretold,
    }))
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
fn locks(plans: &[Plan], listener: &dyn Listener) -> Result<Vec<Lock>> {
    let mut sorted: Vec<&Plan> = plans.iter().collect();
    sorted.sort_by(|one, other| one.function.name.cmp(&other.function.name));
    let take = |plan: &&Plan| {
        let name = &plan.function.name;
        lock(&plan.workdir, name, "cross", &plan.stop, listener)
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

/// Makes the images of one function and measures them.
fn row<'a>(
    order: &Order,
    functions: &mut [Trained<'a>],
    at: usize,
    everything: &[PathBuf],
    listener: &'a dyn Listener,
) -> Result<CrossRow> {
    let others: Vec<(String, Merged)> = functions
        .iter()
        .enumerate()
        .filter(|(place, _)| *place != at)
        .map(|(_, other)| (other.plan.function.name.clone(), other.own.clone()))
        .collect();
    let function = &mut functions[at];
    let plan = function.plan;
    let record = function.record.take().expect("each has one row");
    let mut pipeline = pipeline(order, plan, record, listener).knowing(&function.known);
    let all = pipeline.merged(WITH, training(plan).kind, everything)?;
    let named = |(name, merged): (String, Merged)| Source {
        side: side(&name),
        name,
        merged,
    };
    let mut sources: Vec<Source> = others.into_iter().map(named).collect();
    sources.push(named(("own".to_owned(), function.own.clone())));
    sources.push(named(("all".to_owned(), all)));
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
    let record = Row {
        plan,
        cells: &cells,
    }
    .measure(pipeline.record, order.force, listener)?;
    let comparisons = all_pairs(&record, plan.bench.threshold_percent)?;
    let looks = looks(plan, &function.own, &sources)?;
    let cell = |(source, (overlap, weight)): (Source, (Option<f64>, Option<f64>))| CrossCell {
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
    })
}

type Look = (Option<f64>, Option<f64>);

/// Of each source: its overlap with the function's own profile, and the share of its weight that the function's code has.
fn looks(plan: &Plan, own: &Merged, sources: &[Source]) -> Result<Vec<Look>> {
    let classes = ClassFiles::read_what_can_be(&plan.function.class_path)?;
    let mut symbols = Symbols::default();
    let mut read = |merged: &Merged| {
        let mut counts = Counts::default();
        read_with(&merged.path, DEFAULT_MAX_BYTES, &mut symbols, &mut counts)
            .map(|_| counts)
            .map_err(|damage| unreadable(merged, &damage.to_string()))
    };
    let own = read(own)?;
    let mut looks = Vec::new();
    for source in sources {
        let overlap = pair_overlap(&own, &read(&source.merged)?, &EVENTS);
        let (profile, _) = Profile::read(&source.merged.path, DEFAULT_MAX_BYTES)
            .map_err(|damage| unreadable(&source.merged, &damage.to_string()))?;
        looks.push((overlap, freshness(&profile, &classes).call_share));
    }
    Ok(looks)
}

fn unreadable(merged: &Merged, why: &str) -> Error {
    let goal = format!("could not read the profile `{}`", merged.path.display());
    Error::new(ErrorKind::Training, goal).because(why)
}

/// Whether a larger overlap went with a larger gain, within each function.
fn foretold(rows: &[CrossRow]) -> Foretold {
    let gain = |cell: &&CrossCell| {
        let of = |one: &&Comparison| one.metric == Metric::ThroughputRps;
        let found = cell.comparisons.iter().find(of)?;
        Some((cell.overlap?, found.change_percent))
    };
    let block = |row: &CrossRow| {
        let mut images: Vec<&CrossCell> = Vec::new();
        for cell in &row.cells {
            // Sources with the same merged profile were measured once.
            if images.iter().all(|known| known.side != cell.side) {
                images.push(cell);
            }
        }
        images.iter().filter_map(gain).collect()
    };
    let blocks: Vec<Vec<(f64, f64)>> = rows.iter().map(block).collect();
    let found = concordance(&blocks);
    Foretold {
        concordant: found.concordant,
        discordant: found.discordant,
        p: found.p,
    }
}

/// What would be made and how long that took last time.
fn forecast(order: &Order, plans: &[Plan]) -> Result<String> {
    let mut text = String::new();
    let mut own: Vec<Option<Merged>> = Vec::new();
    for plan in plans {
        let mut pipeline = pipeline(order, plan, begin(plan)?, &Nobody);
        let training = training(plan);
        let mut lines = vec![forecast::build(
            WITHOUT.name(),
            &pipeline.build_effort(WITHOUT, None)?,
        )];
        if training.on.is_native() {
            let effort = pipeline.build_effort(training.on, None)?;
            lines.push(forecast::build(training.on.name(), &effort));
        }
        let effort = pipeline.training_effort(WITH, training)?;
        lines.push(forecast::train(WITH, &effort));
        own.push(match effort.missing {
            0 => pipeline.merged_before(training.kind, &effort.profiles)?,
            _ => None,
        });
        for line in lines {
            writeln!(text, "# {}: {line}", plan.function.name).expect("a string takes everything");
        }
    }
    for plan in plans {
        let mut pipeline = pipeline(order, plan, begin(plan)?, &Nobody);
        let mut line = |name: &str, merged: Option<&Merged>| -> Result<()> {
            let name = format!("{WITH} with {name}");
            let line = match merged {
                Some(merged) => forecast::build(&name, &pipeline.build_effort(WITH, Some(merged))?),
                None => forecast::build_unknown(&name, pipeline.last_build_seconds(WITH)),
            };
            writeln!(text, "# {}: {line}", plan.function.name).expect("a string takes everything");
            Ok(())
        };
        for (other, merged) in plans.iter().zip(&own) {
            let name = match other.function.name == plan.function.name {
                true => "its own profile".to_owned(),
                false => format!("the profile of {}", other.function.name),
            };
            line(&name, merged.as_ref())?;
        }
        line("all profiles", None)?;
    }
    if let Some(plan) = plans.first() {
        writeln!(
            text,
            "# measure: {} rounds × {} requests and {} cold starts of each image, function by function",
            plan.bench.rounds, plan.bench.requests, plan.bench.cold_starts
        )
        .expect("a string takes everything");
    }
    Ok(text)
}
