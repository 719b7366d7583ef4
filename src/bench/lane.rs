//! One round of one side: its process started and warmed up, its slices measured when it is its turn, and an orderly end.

use std::path::PathBuf;
use std::time::Duration;

use super::aa;
use super::invoked::Invoked;
use super::live::{Live, Part};
use super::plan::BenchPlan;
use super::samples::{IN_ORDER_KEPT, Round, Slice, WARMUP_KEPT, Waiting, nanoseconds};
use super::setup::Bench;
use super::subject::{RunningServer, Runs};
use crate::compare::Side;
use crate::error::{Error, ErrorKind, Result};
use crate::exec::{self, Throttle};
use crate::host::conditions::Watch;
use crate::host::pinning::Pinning;
use crate::http::HttpWorkload;
use crate::load::{self, Failure, LoadOutcome, LoadPlan, Target, thinning};
use crate::process::Process;
use crate::process::server::Server;
use crate::record::Record;
use crate::warning::{Warning, WarningKind};
use crate::workload::{HttpWork, Workload};

/// A round that is being measured.
pub(super) struct Lane<'a> {
    bench: &'a Bench<'a>,
    live: &'a Live<'a>,
    side: &'a Side,
    log: PathBuf,
    runs: Alive<'a>,
    round: Round,
    watch: Option<Watch>,
    /// Slices measured so far.
    turns: u32,
    /// Requests so far of all lanes that are measured together, for the progress line.
    before: u64,
}

/// How the side of a lane is there.
enum Alive<'a> {
    /// A process that was started for the round.
    Served {
        server: Box<Server<'a>>,
        process: &'a Process,
        asked: Box<Asked<'a>>,
        slowed: Option<Throttle>,
    },
    /// Somebody else's.
    Already(Box<Asked<'a>>),
    /// A process for each invocation.
    Invoked(Invoked<'a>),
}

/// Whom to ask, and what.
struct Asked<'a> {
    target: Target,
    work: &'a HttpWork,
    workload: HttpWorkload,
}

impl<'a> Lane<'a> {
    /// Starts what there is to start beside so many others, and warms it up.
    pub(super) fn open(
        bench: &'a Bench<'a>,
        (side, block): (&'a Side, u32),
        others: usize,
        live: &'a Live<'a>,
        record: &Record,
    ) -> Result<Self> {
        live.begins(side);
        let log = record.log(&format!("bench-{}-{block:04}.log", side.file_name()))?;
        let runs = match &bench.subject(side).runs {
            Runs::Already(server) => Alive::Already(Asked::already(server)?.into()),
            Runs::Process(process, launch) => match &process.workload {
                Workload::Http(work) => {
                    let mut server = Pinning::on_function_cores(bench.pinning, || {
                        Server::start(process, launch, &log)
                    })?;
                    server.wait_ready(work)?;
                    Alive::Served {
                        asked: Box::new(Asked {
                            target: server.address().into(),
                            work,
                            workload: work.compile(&server.variables()?)?,
                        }),
                        slowed: aa::slowdown(bench.plan, bench.split, block)
                            .map(|percent| Throttle::start(server.tree(), percent)),
                        server: server.into(),
                        process,
                    }
                }
                Workload::Invoke(_) => {
                    Alive::Invoked(Invoked::new(process, launch, bench.pinning, &log)?)
                }
            },
        };
        let mut round = Round::new(side.clone(), block);
        if let Alive::Invoked(invoked) = &runs {
            round.shell_start_ns = invoked.shell_start_ns();
        }
        let mut lane = Self {
            bench,
            live,
            side,
            log,
            runs,
            round,
            watch: None,
            turns: 0,
            before: 0,
        };
        lane.before = lane.warmup() * others as u64;
        lane.warm_up()?;
        Ok(lane)
    }

    /// The process that runs for all of the round, where there is one.
    pub(super) fn process(&self) -> Option<&'a Process> {
        match &self.runs {
            Alive::Served { process, .. } => Some(process),
            Alive::Already(_) | Alive::Invoked(..) => None,
        }
    }

    /// The largest resident set so far of what runs for all of the round.
    pub(super) fn peak_bytes(&self) -> Option<u64> {
        match &self.runs {
            Alive::Served { server, .. } => server.tree().peak_bytes(),
            Alive::Already(_) | Alive::Invoked(..) => None,
        }
    }

    /// CPU time so far of what runs for all of the round.
    pub(super) fn cpu_ns(&self) -> Option<u64> {
        match &self.runs {
            Alive::Served { server, .. } => server.tree().usage().cpu_ns,
            Alive::Already(_) | Alive::Invoked(..) => None,
        }
    }

    /// Whose it is.
    pub(super) fn side(&self) -> &'a Side {
        self.side
    }

    fn warm_up(&mut self) -> Result<()> {
        let plan = self.bench.plan;
        self.round.warmup = plan.warmup;
        self.round.warmup_ns = match &self.runs {
            _ if plan.warmup == 0 => Vec::new(),
            Alive::Invoked(invoked) => {
                let every = thinning(plan.warmup, WARMUP_KEPT);
                let mut kept = Vec::new();
                for n in 0..plan.warmup {
                    let (wall, _) = invoked.once(&self.log)?;
                    if n.is_multiple_of(every) {
                        kept.push(wall);
                    }
                }
                kept
            }
            Alive::Served { asked, .. } | Alive::Already(asked) => {
                let load = LoadPlan {
                    series: WARMUP_KEPT,
                    ..self.load(asked, self.warmup())
                };
                self.ask(asked, self.part(true), load)?.series_ns
            }
        };
        Ok(())
    }

    /// Measures its next slice, which is at `place` of those of so many lanes; the CPU time of a server is for who looks at its
    /// process to add.
    pub(super) fn slice(&mut self, place: u32, lanes: usize) -> Result<()> {
        self.watch.get_or_insert_with(Watch::start);
        let requests = self.bench.plan.requests_in(self.turns);
        self.before = self.warmup() * lanes as u64 + u64::from(place) * requests;
        let slice = match &self.runs {
            Alive::Invoked(_) => self.invocations(requests)?,
            Alive::Served { asked, .. } | Alive::Already(asked) => {
                let (lead, outcome) = self.requests(asked, requests)?;
                self.add(&outcome);
                Slice {
                    place: 0,
                    elapsed_ns: nanoseconds(outcome.elapsed),
                    requests,
                    lead,
                    cpu_ns: None,
                }
            }
        };
        self.round.elapsed_ns += slice.elapsed_ns;
        self.round.slices.push(Slice { place, ..slice });
        self.turns += 1;
        Ok(())
    }

    /// The CPU time of the slice that was measured last.
    pub(super) fn used(&mut self, cpu_ns: Option<u64>) {
        if let Some(slice) = self.round.slices.last_mut() {
            slice.cpu_ns = slice.cpu_ns.or(cpu_ns);
        }
    }

    /// It waited so long, and used so much meanwhile.
    pub(super) fn waited(&mut self, elapsed: Duration, cpu_ns: Option<u64>) {
        if let Some(cpu_ns) = cpu_ns {
            let waiting = self.round.waiting.get_or_insert_with(Waiting::default);
            waiting.elapsed_ns += nanoseconds(elapsed);
            waiting.cpu_ns += cpu_ns;
        }
    }

    /// Ends what was started.
    pub(super) fn close(mut self, record: &mut Record) -> Round {
        self.round.conditions = self.watch.map(Watch::end).unwrap_or_default();
        if let Alive::Served {
            server,
            process,
            slowed,
            ..
        } = self.runs
        {
            self.round.peak_memory_bytes = server.tree().peak_bytes();
            drop(slowed);
            if server.stop(process.stop_timeout).killed {
                let message = format!(
                    "{} did not end within {} s after SIGTERM and was killed",
                    self.round.side,
                    process.stop_timeout.as_secs()
                );
                record.warn(Warning::new(WarningKind::IgnoredTerm, message));
            }
        }
        self.round
    }

    fn requests(&self, asked: &Asked<'_>, requests: u64) -> Result<(u64, LoadOutcome)> {
        let plan = self.bench.plan;
        let lead = plan.lead();
        let load = LoadPlan {
            rate: plan.rate,
            lead,
            series: IN_ORDER_KEPT / u64::from(plan.slices),
            ..self.load(asked, requests)
        };
        Ok((lead, self.ask(asked, self.part(false), load)?))
    }

    fn add(&mut self, outcome: &LoadOutcome) {
        let round = &mut self.round;
        round.failed += outcome.failures.count;
        round.resent += outcome.resent;
        round.latencies.add(&outcome.latencies);
        if let Some(service) = &outcome.service {
            round.service.get_or_insert_default().add(service);
        }
        if let Some(in_flight) = outcome.in_flight {
            *round.in_flight.get_or_insert(0) += in_flight;
        }
        round.in_order_ns.extend(&outcome.series_ns);
        if let Some(cpu) = outcome.generator_cpu {
            *round.generator_cpu_ns.get_or_insert(0) += nanoseconds(cpu);
        }
    }

    /// One process for each invocation, one after the other.
    fn invocations(&mut self, requests: u64) -> Result<Slice> {
        let every = thinning(self.bench.plan.requests, IN_ORDER_KEPT);
        let (part, round) = (self.part(false), &mut self.round);
        let (mut elapsed_ns, mut cpu_ns) = (0, Some(0));
        self.live.during(part, |gauge| -> Result<()> {
            let Alive::Invoked(invoked) = &self.runs else {
                return Ok(());
            };
            for _ in 0..requests {
                let (wall, usage) = invoked.once(&self.log)?;
                if round.latencies.len().is_multiple_of(every) {
                    round.in_order_ns.push(wall);
                }
                round.latencies.record(wall);
                if let Some(gauge) = &gauge {
                    gauge.saw(wall);
                }
                // Only the invocations count: what pgoctl does between them is not the function's.
                elapsed_ns += wall;
                round.peak_memory_bytes = round.peak_memory_bytes.max(usage.peak_memory_bytes);
                cpu_ns = cpu_ns.zip(usage.cpu_ns).map(|(sum, one)| sum + one);
            }
            Ok(())
        })?;
        Ok(Slice {
            place: 0,
            elapsed_ns,
            requests,
            lead: 0,
            cpu_ns,
        })
    }

    fn part(&self, is_warmup: bool) -> Part<'a> {
        Part {
            side: self.side,
            is_warmup,
            before: self.before,
            of: self.warmup() + self.bench.plan.requests,
        }
    }

    /// How many requests to warm up: one on each connection at least.
    fn warmup(&self) -> u64 {
        let plan = self.bench.plan;
        match (plan.warmup, &self.runs) {
            (requests @ 0, _) | (requests, Alive::Invoked(..)) => requests,
            (requests, _) => requests.max(plan.concurrency.into()),
        }
    }

    /// The load of so many requests: another choice among them in each slice, the same on all sides.
    fn load(&self, asked: &Asked<'_>, requests: u64) -> LoadPlan {
        let plan: &BenchPlan = self.bench.plan;
        LoadPlan {
            concurrency: plan.concurrency,
            seed: plan.seed + u64::from(self.round.block) + (u64::from(self.turns) << 32),
            timeout: plan.timeout,
            ..asked.work.load_plan(requests)
        }
    }

    /// Carries it out; a request that is not answered as expected ends the benchmark.
    fn ask(&self, asked: &Asked<'_>, part: Part<'_>, plan: LoadPlan) -> Result<LoadOutcome> {
        let requests = plan.requests;
        let tell = |failure: &Failure| self.live.no_answer(part, failure);
        let outcome = self.live.during(part, |gauge| {
            let plan = LoadPlan { gauge, ..plan };
            load::run(
                &asked.target,
                &asked.workload,
                &plan,
                self.bench.stop,
                &tell,
            )
        });
        self.bench.stop.check()?;
        let outcome = outcome.map_err(|error| {
            let failed = Error::new(ErrorKind::Benchmark, "nothing could be asked");
            error
                .hint()
                .into_iter()
                .fold(failed.source(&error), Error::hint)
        });
        let failed = match outcome {
            Ok(outcome) => match outcome.failure(requests) {
                None => return Ok(outcome),
                Some(failure) => {
                    let goal = "the function did not answer as expected";
                    let error = Error::new(ErrorKind::Benchmark, goal).because(failure.words);
                    failure.hint.into_iter().fold(error, Error::hint)
                }
            },
            Err(error) => error,
        };
        Err(self.explain(failed))
    }

    /// Adds what is known of a server that did not answer as expected.
    fn explain(&self, error: Error) -> Error {
        let Alive::Served { server, .. } = &self.runs else {
            return error;
        };
        match server.ended() {
            _ if error.kind() == ErrorKind::Interrupted => error,
            Some(ending) => error
                .because(format!("it {ending}"))
                .log(exec::tail(&self.log)),
            None => error.log(exec::tail(&self.log)),
        }
    }
}

impl<'a> Asked<'a> {
    fn already(server: &'a RunningServer) -> Result<Self> {
        Ok(Self {
            target: server.target.clone(),
            work: &server.work,
            workload: server.work.compile(&server.variables)?,
        })
    }
}
