//! `trace`: what can trace is found out first, then the function runs with it.

use super::goal::TraceAmount;
use super::{Answer, Ended, Goal, Order, begin, finish, lock, reuse};
use crate::error::{Error, Result};
use crate::event::{Event, Listener};
use crate::pipeline::trace::{self, Tracing};
use crate::pipeline::{Pipeline, preview};
use crate::plan::{Plan, Request};
use crate::variant::Variant;

const GOAL: &str = "cannot trace";

/// Traces the function on the GraalVM's JVM.
pub fn trace(order: &Order, amount: TraceAmount, listener: &dyn Listener) -> Result<Answer> {
    if amount.runs == 0 || amount.requests == Some(0) {
        return Err(Error::usage("`--runs` and `--requests` must be at least 1"));
    }
    let request = Request {
        // What is traced is for native images: no other variant is of interest here.
        variants: vec![Variant::Native],
        ..order.request.clone()
    };
    let plan = Plan::decide(&request)?;
    if let Some(missing) = trace::cannot_be(&plan.function) {
        return Err(missing.error(GOAL));
    }
    let tracer = plan
        .toolchains
        .tracer(request.search.cache_dir.as_deref())
        .map_err(|missing| missing.error(GOAL))?;
    let tracing = Tracing {
        tracer: &tracer,
        runs: amount.runs,
        requests: amount.requests.unwrap_or(plan.train.requests),
        fresh: amount.fresh,
    };
    if order.dry_run {
        return Ok(Answer::Preview(preview::trace(&plan, &tracing)));
    }
    let name = &plan.function.name;
    let lock = lock(&plan.workdir, name, order.goal.name(), &plan.stop, listener)?;
    listener.hear(Event::Planned {
        function: Some(name.clone()),
        sides: vec![format!("traced by {}", tracer.words())],
        measured: None,
    });
    let mut pipeline = Pipeline::new(&plan, listener, begin(&plan)?)
        .reusing(reuse(order)?)
        .explaining(order.explain);
    trace::trace(&mut pipeline, &tracing)?;
    let mut record = pipeline.record;
    finish(&mut record)?;
    drop(lock);
    Ok(Answer::Ended(Ended {
        next: super::next(&plan, Goal::Trace(amount)),
        record,
        goal: order.goal,
        conclusion: Ok(None),
    }))
}
