//! The rounds: a fresh process, warm-up, the measured requests, its peak memory, and an orderly end.

use std::path::Path;
use std::time::Duration;

use super::aa;
use super::live::{Live, Part};
use super::plan::BenchPlan;
use super::samples::{IN_ORDER_KEPT, Round, WARMUP_KEPT, write_round};
use super::setup::Bench;
use super::subject::{RunningServer, Runs, Subject};
use crate::compare::Side;
use crate::error::{Error, ErrorKind, Result};
use crate::event::{self, Listener, Work};
use crate::exec::{self, Throttle};
use crate::host::conditions::Watch;
use crate::host::pinning::Pinning;
use crate::http::HttpWorkload;
use crate::interrupt::Stop;
use crate::load;
use crate::load::{Failure, LoadOutcome, LoadPlan, Target, thinning};
use crate::process::server::{Server, invoke_once};
use crate::process::shell::ShellStart;
use crate::process::{Launch, Process};
use crate::record::Record;
use crate::warning::{Warning, WarningKind};
use crate::workload::{HttpWork, Workload};

/// Measures every round of `order` and writes its samples.
pub(super) fn measure(
    bench: &Bench<'_>,
    order: &[Vec<Side>],
    record: &mut Record,
    listener: &dyn Listener,
) -> Result<()> {
    let work = Work::Rounds {
        rounds: order.len(),
        sides: bench.subjects.len(),
    };
    let task = event::begin(listener, work);
    let total = order.iter().map(|block| block.len() as u64).sum();
    let folder = record.samples()?;
    let mut live = Live::new(&task, total);
    for (block, sides) in (1..).zip(order) {
        for side in sides {
            bench.stop.check()?;
            live.begins(side);
            let log = record.log(&format!("bench-{}-{block:04}.log", side.file_name()))?;
            let turn = Turn {
                side,
                block,
                log: &log,
                live: &live,
            };
            let round = round(bench, bench.subject(side), turn, record)
                .map_err(|error| benchmark_failed(error, side))?;
            write_round(&folder, &round)?;
            live.saw(&round);
        }
    }
    task.done("");
    Ok(())
}

/// Whose round it is.
#[derive(Clone, Copy)]
struct Turn<'a> {
    side: &'a Side,
    /// Which block of the pass, from 1.
    block: u32,
    log: &'a Path,
    live: &'a Live<'a>,
}

/// The error of a benchmark that could not be carried out.
pub(super) fn benchmark_failed(error: Error, side: &Side) -> Error {
    match error.kind() {
        ErrorKind::Interrupted => error,
        _ => error
            .kind_is(ErrorKind::Benchmark)
            .goal(format!("could not measure {side}")),
    }
}

fn round(
    bench: &Bench<'_>,
    subject: &Subject,
    turn: Turn<'_>,
    record: &mut Record,
) -> Result<Round> {
    match &subject.runs {
        Runs::Already(server) => ask(bench, server, turn),
        Runs::Process(process, launch) => match &process.workload {
            Workload::Http(work) => {
                let start = Fresh {
                    process,
                    launch,
                    work,
                    turn,
                };
                start.serve(bench, record)
            }
            Workload::Invoke(_) => Pinning::on_function_cores(bench.pinning, || {
                invoke(bench.plan, process, launch, turn)
            }),
        },
    }
}

/// A process to start for one round.
struct Fresh<'a> {
    process: &'a Process,
    launch: &'a Launch,
    work: &'a HttpWork,
    turn: Turn<'a>,
}

impl Fresh<'_> {
    fn serve(&self, bench: &Bench<'_>, record: &mut Record) -> Result<Round> {
        let turn = self.turn;
        let mut server = Pinning::on_function_cores(bench.pinning, || {
            Server::start(self.process, self.launch, turn.log)
        })?;
        server.wait_ready(self.work)?;
        let slowed = aa::slowdown(bench.plan, bench.split, turn.block)
            .map(|percent| Throttle::start(server.tree(), percent));
        let workload = self.work.compile(&server.variables()?)?;
        let load = Load {
            target: &server.address().into(),
            work: self.work,
            workload: &workload,
            plan: bench.plan,
            stop: bench.stop,
            turn,
        };
        let mut round = load.round().map_err(|error| self.explain(error, &server))?;
        round.peak_memory_bytes = server.tree().peak_bytes();
        drop(slowed);
        if server.stop(self.process.stop_timeout).killed {
            let message = format!(
                "{} did not end within {} s after SIGTERM and was killed",
                turn.side,
                self.process.stop_timeout.as_secs()
            );
            record.warn(Warning::new(WarningKind::IgnoredTerm, message));
        }
        Ok(round)
    }

    /// Adds what is known of a server that did not answer as expected.
    fn explain(&self, error: Error, server: &Server<'_>) -> Error {
        match server.ended() {
            _ if error.kind() == ErrorKind::Interrupted => error,
            Some(ending) => error
                .because(format!("it {ending}"))
                .log(exec::tail(self.turn.log)),
            None => error.log(exec::tail(self.turn.log)),
        }
    }
}

/// A round against a server that runs already.
fn ask(bench: &Bench<'_>, server: &RunningServer, turn: Turn<'_>) -> Result<Round> {
    let workload = server.work.compile(&server.variables)?;
    let load = Load {
        target: &server.target,
        work: &server.work,
        workload: &workload,
        plan: bench.plan,
        stop: bench.stop,
        turn,
    };
    load.round()
}

/// The load of one round.
struct Load<'a> {
    target: &'a Target,
    work: &'a HttpWork,
    workload: &'a HttpWorkload,
    plan: &'a BenchPlan,
    stop: &'a Stop,
    turn: Turn<'a>,
}

impl Load<'_> {
    /// Warm-up, then the measured requests.
    fn round(&self) -> Result<Round> {
        let Turn { side, block, .. } = self.turn;
        let plan = |requests: u64| LoadPlan {
            concurrency: self.plan.concurrency,
            seed: self.plan.seed + u64::from(block),
            timeout: self.plan.timeout,
            ..self.work.load_plan(requests)
        };
        let warmup = match self.plan.warmup {
            0 => 0,
            requests => requests.max(self.plan.concurrency.into()),
        };
        let part = Part {
            side,
            is_warmup: false,
            before: warmup,
            of: warmup + self.plan.requests,
        };
        let warmup_ns = match warmup {
            0 => Vec::new(),
            requests => {
                let part = Part {
                    is_warmup: true,
                    before: 0,
                    ..part
                };
                let plan = LoadPlan {
                    series: WARMUP_KEPT,
                    ..plan(requests)
                };
                self.run(part, plan)?.series_ns
            }
        };
        let watch = Watch::start();
        let measured = LoadPlan {
            rate: self.plan.rate,
            series: IN_ORDER_KEPT,
            ..plan(self.plan.requests)
        };
        let outcome = self.run(part, measured)?;
        Ok(Round {
            elapsed_ns: nanoseconds(outcome.elapsed),
            failed: outcome.failures.count,
            resent: outcome.resent,
            latencies: outcome.latencies,
            service: outcome.service,
            in_flight: outcome.in_flight,
            warmup: self.plan.warmup,
            warmup_ns,
            in_order_ns: outcome.series_ns,
            generator_cpu_ns: outcome.generator_cpu.map(nanoseconds),
            conditions: watch.end(),
            ..Round::new(side.clone(), block)
        })
    }

    /// Carries it out; a request that is not answered as expected ends the benchmark.
    fn run(&self, part: Part<'_>, plan: LoadPlan) -> Result<LoadOutcome> {
        let requests = plan.requests;
        let tell = |failure: &Failure| self.turn.live.no_answer(part, failure);
        let outcome = self.turn.live.during(part, |gauge| {
            let plan = LoadPlan { gauge, ..plan };
            load::run(self.target, self.workload, &plan, self.stop, &tell)
        });
        self.stop.check()?;
        let outcome = outcome.map_err(|error| {
            let failed = Error::new(ErrorKind::Benchmark, "nothing could be asked");
            error
                .hint()
                .into_iter()
                .fold(failed.source(&error), Error::hint)
        })?;
        let Some(failure) = outcome.failure(requests) else {
            return Ok(outcome);
        };
        let goal = "the function did not answer as expected";
        let error = Error::new(ErrorKind::Benchmark, goal).because(failure.words);
        Err(failure.hint.into_iter().fold(error, Error::hint))
    }
}

/// One process for each invocation, one after the other.
fn invoke(plan: &BenchPlan, process: &Process, launch: &Launch, turn: Turn<'_>) -> Result<Round> {
    let mut round = Round::new(turn.side.clone(), turn.block);
    round.warmup = plan.warmup;
    let shell = ShellStart::measure(process, launch, turn.log)?;
    round.shell_start_ns = shell.map(|shell| nanoseconds(shell.wall));
    let took = |wall| nanoseconds(shell.map_or(wall, |shell| shell.taken_off(wall)));
    let every = thinning(plan.warmup, WARMUP_KEPT);
    for n in 0..plan.warmup {
        let wall = took(invoke_once(process, launch, turn.log)?.wall);
        if n.is_multiple_of(every) {
            round.warmup_ns.push(wall);
        }
    }
    let part = Part {
        side: turn.side,
        is_warmup: false,
        before: plan.warmup,
        of: plan.warmup + plan.requests,
    };
    let every = thinning(plan.requests, IN_ORDER_KEPT);
    let watch = Watch::start();
    turn.live.during(part, |gauge| -> Result<()> {
        for n in 0..plan.requests {
            let invocation = invoke_once(process, launch, turn.log)?;
            let wall = took(invocation.wall);
            round.latencies.record(wall);
            if let Some(gauge) = &gauge {
                gauge.saw(wall);
            }
            if n.is_multiple_of(every) {
                round.in_order_ns.push(wall);
            }
            // Only the invocations count: what pgoctl does between them is not the function's.
            round.elapsed_ns += wall;
            round.peak_memory_bytes = round
                .peak_memory_bytes
                .max(invocation.usage.peak_memory_bytes);
        }
        Ok(())
    })?;
    round.conditions = watch.end();
    Ok(round)
}

pub(super) fn nanoseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}
