//! The rounds: a fresh process, warm-up, the measured requests, its peak memory, and an orderly end.

use std::path::Path;
use std::time::Duration;

use super::load::{self, LoadOutcome, LoadPlan};
use super::samples::{Round, write_round};
use super::{image_of, memory};
use crate::error::{Error, ErrorKind, Result};
use crate::exec;
use crate::interrupt;
use crate::pipeline::{Image, Record};
use crate::plan::Plan;
use crate::report::{Warning, WarningKind};
use crate::toolchain::Launch;
use crate::ui::Ui;
use crate::variant::Variant;
use crate::workload::http::HttpWorkload;
use crate::workload::server::{Server, invoke_once};
use crate::workload::{HttpWork, Workload};

/// Measures every round of `order` and writes its samples.
pub(super) fn measure(
    plan: &Plan,
    images: &[Image],
    order: &[Vec<Variant>],
    record: &mut Record,
    ui: &Ui,
) -> Result<()> {
    let task = ui.task(&format!(
        "measure {} rounds of {} variants",
        order.len(),
        images.len()
    ));
    let total = order.iter().map(|block| block.len() as u64).sum();
    let folder = record.samples()?;
    let mut done = 0;
    for (block, variants) in (1..).zip(order) {
        for &variant in variants {
            interrupt::check()?;
            task.progress(done, total, variant.name());
            let image = image_of(images, variant);
            let launch = plan
                .toolchain(variant)
                .launch(variant, &plan.function, &image.dir);
            let log = record.log(&format!("bench-{variant}-{block:04}.log"))?;
            let round = match &plan.function.workload {
                Workload::Http(work) => serve(plan, work, variant, block, &launch, &log, record),
                Workload::Invoke(_) => invoke(plan, variant, block, &launch, &log),
            };
            let round = round.map_err(|error| benchmark_failed(error, variant))?;
            write_round(&folder, &round)?;
            done += 1;
        }
    }
    task.done("");
    Ok(())
}

/// The error of a benchmark that could not be carried out.
pub(super) fn benchmark_failed(error: Error, variant: Variant) -> Error {
    match error.kind() {
        ErrorKind::Interrupted => error,
        _ => error
            .kind_is(ErrorKind::Benchmark)
            .goal(format!("could not measure {variant}")),
    }
}

fn serve(
    plan: &Plan,
    work: &HttpWork,
    variant: Variant,
    block: u32,
    launch: &Launch,
    log: &Path,
    record: &mut Record,
) -> Result<Round> {
    let bench = &plan.bench;
    let server = Server::start(&plan.function, launch, log)?;
    server.wait_ready(&work.ready)?;
    let workload = HttpWorkload::compile(&work.requests, &server.variables()?)?;
    let load_plan = |requests: u64, rate: f64| LoadPlan {
        concurrency: bench.concurrency,
        rate,
        seed: bench.seed + u64::from(block),
        ..LoadPlan::closed(requests)
    };
    let warmup = match bench.warmup {
        0 => Vec::new(),
        requests => {
            load(
                &server,
                &workload,
                &load_plan(requests.max(bench.concurrency.into()), 0.0),
                log,
            )?
            .latencies_ns
        }
    };
    let outcome = load(
        &server,
        &workload,
        &load_plan(bench.requests, bench.rate),
        log,
    )?;
    let peak_memory_bytes = memory::peak_bytes(server.pid());
    let stopped = server.stop(plan.function.stop_timeout);
    if stopped.killed {
        let message = format!(
            "{variant} did not end within {} s after SIGTERM and was killed",
            plan.function.stop_timeout.as_secs()
        );
        record.warn(Warning::new(WarningKind::IgnoredTerm, message));
    }
    Ok(Round {
        variant,
        block,
        elapsed_ns: nanoseconds(outcome.elapsed),
        failed: outcome.failures.count,
        latencies_ns: outcome.latencies_ns,
        warmup_ns: warmup,
        peak_memory_bytes,
        generator_cpu_ns: outcome.generator_cpu.map(nanoseconds),
    })
}

/// Carries out one load; a request that is not answered as expected ends the benchmark.
fn load(
    server: &Server<'_>,
    workload: &HttpWorkload,
    plan: &LoadPlan,
    log: &Path,
) -> Result<LoadOutcome> {
    let outcome = load::run(server.address(), workload, plan, interrupt::stop_flag());
    interrupt::check()?;
    let outcome = outcome.map_err(|error| {
        Error::new(ErrorKind::Benchmark, "the load generator failed").source(&error)
    })?;
    match outcome.failures.first_example() {
        None => Ok(outcome),
        Some(failure) => {
            let ending = server
                .ended()
                .map_or_else(String::new, |ending| format!("; it {ending}"));
            let cause = format!(
                "{} of {} requests failed: {failure}{ending}",
                outcome.failures.count, plan.requests
            );
            Err(Error::new(
                ErrorKind::Benchmark,
                "the function did not answer as expected",
            )
            .because(cause)
            .log(exec::tail(log)))
        }
    }
}

/// One process for each invocation, one after the other.
fn invoke(plan: &Plan, variant: Variant, block: u32, launch: &Launch, log: &Path) -> Result<Round> {
    let mut round = Round {
        variant,
        block,
        elapsed_ns: 0,
        latencies_ns: Vec::new(),
        failed: 0,
        warmup_ns: Vec::new(),
        peak_memory_bytes: None,
        generator_cpu_ns: None,
    };
    for _ in 0..plan.bench.warmup {
        round
            .warmup_ns
            .push(nanoseconds(invoke_once(&plan.function, launch, log)?.wall));
    }
    for _ in 0..plan.bench.requests {
        let invocation = invoke_once(&plan.function, launch, log)?;
        let wall = nanoseconds(invocation.wall);
        round.latencies_ns.push(wall);
        // Only the invocations count: what pgoctl does between them is not the function's.
        round.elapsed_ns += wall;
        round.peak_memory_bytes = round.peak_memory_bytes.max(invocation.peak_memory_bytes);
    }
    Ok(round)
}

fn nanoseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}
