//! Cold starts: a fresh process, from before its spawn to the first byte of its first 2xx answer, interleaved. Of a function
//! that does its work and ends: one invocation, from before its spawn to its end.
//!
//! First with a warm page cache, then with what the function reads dropped from it: two metrics, never mixed.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::live::{self, Pace};
use super::order::blocks;
use super::rounds::benchmark_failed;
use super::samples::{ColdStart, PageCache, nanoseconds, write_cold_starts};
use super::setup::Bench;
use super::subject::Runs;
use crate::compare::{Metric, Side, value};
use crate::error::Result;
use crate::event::{self, Listener, Running, Work};
use crate::exec::Watched;
use crate::exec::usage::Usage;
use crate::host::page_cache::FilesUsed;
use crate::host::pinning::Pinning;
use crate::process::server::{Server, invoke_once, invoke_watched};
use crate::process::shell::ShellStart;
use crate::process::{Launch, Process};
use crate::record::Record;
use crate::warning::{Warning, WarningKind};
use crate::workload::Workload;

/// Measures the cold starts of all subjects that can be started.
pub(super) fn measure(
    bench: &Bench<'_>,
    record: &mut Record,
    listener: &dyn Listener,
) -> Result<()> {
    let plan = bench.plan;
    let subjects = bench.subjects.iter().filter(|s| s.has_cold_starts());
    let sides: Vec<Side> = subjects.map(|subject| subject.side.clone()).collect();
    if sides.is_empty() || plan.cold_starts + plan.dropped_cold_starts == 0 {
        return Ok(());
    }
    // Other seeds than the rounds', derived from theirs.
    let warm = blocks(&sides, plan.cold_starts, plan.seed ^ 0xc01d);
    let dropped = blocks(&sides, plan.dropped_cold_starts, plan.seed ^ 0xd15c);
    let work = Work::ColdStarts {
        starts: warm.len() + dropped.len(),
        sides: sides.len(),
    };
    let task = event::begin(listener, work);
    let mut starts = Starts {
        bench,
        task: &task,
        pace: Pace::new(((warm.len() + dropped.len()) * sides.len()) as u64),
        folder: record.samples()?,
        done: Vec::new(),
        files: BTreeMap::new(),
        shells: BTreeMap::new(),
    };
    starts.shells = starts.start_shells(record, &sides)?;
    if !dropped.is_empty() {
        for side in &sides {
            let log = log(record, side)?;
            starts.files.insert(side.clone(), starts.look(side, &log)?);
        }
    }
    for (page_cache, order) in [(PageCache::Warm, &warm), (PageCache::Dropped, &dropped)] {
        for (block, sides) in (1..).zip(order) {
            for side in sides {
                let log = log(record, side)?;
                starts.measure(side, block, page_cache, &log)?;
            }
            write_cold_starts(&starts.folder, &starts.done)?;
        }
    }
    if !dropped.is_empty() {
        for side in sides.iter().filter(|side| !starts.was_dropped(side)) {
            record.warn(not_dropped(side));
        }
    }
    task.done("");
    Ok(())
}

fn log(record: &Record, side: &Side) -> Result<PathBuf> {
    record.log(&format!("cold-start-{}.log", side.file_name()))
}

fn not_dropped(side: &Side) -> Warning {
    let message = format!(
        "the page cache could not be dropped for {side}: it read nothing from the disk, so there is no figure for that"
    );
    Warning::new(WarningKind::PageCacheKept, message)
        .hint("its files are in use by another process, or in a file system that lives in memory")
}

struct Starts<'a> {
    bench: &'a Bench<'a>,
    task: &'a Running<'a>,
    pace: Pace,
    folder: PathBuf,
    done: Vec<ColdStart>,
    files: BTreeMap<Side, FilesUsed>,
    shells: BTreeMap<Side, ShellStart>,
}

impl Starts<'_> {
    fn process(&self, side: &Side) -> (&Process, &Launch) {
        match &self.bench.subject(side).runs {
            Runs::Process(process, launch) => (process, launch),
            Runs::Already(_) => unreachable!("only what can be started is"),
        }
    }

    fn measure(
        &mut self,
        side: &Side,
        block: u32,
        page_cache: PageCache,
        log: &Path,
    ) -> Result<()> {
        self.bench.stop.check()?;
        let last = self.done.iter().rev().find(|one| one.side == *side);
        let last = last.map(|one| value(Metric::ColdStartMs, one.answers_ns as f64 / 1e6));
        let words = live::words(side.name(), &last.unwrap_or_default(), self.pace.left(0.0));
        self.task.progress(self.pace.done, self.pace.total, &words);
        self.pace.done += 1;
        if page_cache == PageCache::Dropped {
            self.files[side].drop_from_cache();
        }
        let (process, launch) = self.process(side);
        let (accepts, answers, usage) = self
            .start(process, launch, log)
            .map_err(|error| benchmark_failed(error, side))?;
        let shell = self.shells.get(side);
        let took = |wall| nanoseconds(shell.map_or(wall, |shell| shell.taken_off(wall)));
        let start = ColdStart {
            side: side.clone(),
            block,
            page_cache,
            accepts_ns: accepts.map(took),
            answers_ns: took(answers),
            shell_start_ns: shell.map(|shell| nanoseconds(shell.wall)),
            usage: shell.map_or(usage, |shell| shell.taken_off_usage(&usage)),
        };
        // A start that read nothing was a warm one, whatever was tried before it.
        if page_cache == PageCache::Warm || usage.read_bytes.is_some_and(|bytes| bytes > 0) {
            self.done.push(start);
        }
        Ok(())
    }

    fn start(
        &self,
        process: &Process,
        launch: &Launch,
        log: &Path,
    ) -> Result<(Option<Duration>, Duration, Usage)> {
        let pinning = self.bench.pinning;
        match &process.workload {
            Workload::Http(work) => {
                let mut server =
                    Pinning::on_function_cores(pinning, || Server::start(process, launch, log))?;
                let ready = server.wait_ready(work)?;
                let usage = server.tree().usage();
                server.kill();
                Ok((Some(ready.accepts), ready.answers, usage))
            }
            Workload::Invoke(_) => {
                let invocation =
                    Pinning::on_function_cores(pinning, || invoke_once(process, launch, log))?;
                Ok((None, invocation.wall, invocation.usage))
            }
        }
    }

    /// Measures the starts of the sides' shells, each shell once: one that several sides have costs all of them the same.
    fn start_shells(&self, record: &Record, sides: &[Side]) -> Result<BTreeMap<Side, ShellStart>> {
        let mut known: BTreeMap<&str, ShellStart> = BTreeMap::new();
        let mut of_sides = BTreeMap::new();
        for side in sides {
            let (process, launch) = self.process(side);
            let Some(shell) = process.shell.as_deref() else {
                continue;
            };
            if !known.contains_key(shell) {
                let log = log(record, side)?;
                let start = Pinning::on_function_cores(self.bench.pinning, || {
                    ShellStart::measure(process, launch, &log)
                });
                let start = start.map_err(|error| benchmark_failed(error, side))?;
                known.extend(start.map(|start| (shell, start)));
            }
            of_sides.extend(known.get(shell).map(|start| (side.clone(), *start)));
        }
        Ok(of_sides)
    }

    /// Starts a subject once without measuring it, to see which files it uses.
    fn look(&self, side: &Side, log: &Path) -> Result<FilesUsed> {
        let (process, launch) = self.process(side);
        let mut files = FilesUsed::default();
        let words = launch.tool(&process.args);
        files.add(words.arguments().iter().map(|word| process.dir.join(word)));
        files.add([process.dir.join(words.program())]);
        let looked = match &process.workload {
            Workload::Http(work) => Server::start(process, launch, log).and_then(|mut server| {
                server.wait_ready(work)?;
                server
                    .tree()
                    .pids()
                    .into_iter()
                    .for_each(|pid| files.look(pid));
                server.kill();
                Ok(())
            }),
            Workload::Invoke(_) => {
                let watch: Watched<'_> = &mut |pid| files.look(pid);
                invoke_watched(process, launch, log, watch).map(|_| ())
            }
        };
        looked.map_err(|error| benchmark_failed(error, side))?;
        Ok(files)
    }

    fn was_dropped(&self, side: &Side) -> bool {
        self.done
            .iter()
            .any(|start| start.side == *side && start.page_cache == PageCache::Dropped)
    }
}
