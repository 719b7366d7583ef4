//! Cold starts: a fresh process, from before its spawn to the first byte of its first 2xx answer, interleaved. Of a function
//! that does its work and ends: one invocation, from before its spawn to its end.
//!
//! First with a warm page cache, then with what the function reads dropped from it: two metrics, never mixed.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::live::{self, Pace};
use super::order::blocks;
use super::rounds::{benchmark_failed, nanoseconds};
use super::samples::{ColdStart, PageCache, write_cold_starts};
use super::setup::Bench;
use super::subject::{Runs, Subject};
use crate::compare::{Metric, value};
use crate::error::Result;
use crate::event::{self, Listener, Running, Work};
use crate::exec::Watched;
use crate::exec::usage::Usage;
use crate::host::page_cache::FilesUsed;
use crate::host::pinning::Pinning;
use crate::process::server::{Server, invoke_once, invoke_watched};
use crate::process::{Launch, Process};
use crate::record::Record;
use crate::variant::Variant;
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
    let variants: Vec<Variant> = subjects.map(|subject| subject.variant).collect();
    if variants.is_empty() || plan.cold_starts + plan.dropped_cold_starts == 0 {
        return Ok(());
    }
    // Other seeds than the rounds', derived from theirs.
    let warm = blocks(&variants, plan.cold_starts, plan.seed ^ 0xc01d);
    let dropped = blocks(&variants, plan.dropped_cold_starts, plan.seed ^ 0xd15c);
    let work = Work::ColdStarts {
        starts: warm.len() + dropped.len(),
        sides: variants.len(),
    };
    let task = event::begin(listener, work);
    let mut starts = Starts {
        bench,
        task: &task,
        pace: Pace::new(((warm.len() + dropped.len()) * variants.len()) as u64),
        folder: record.samples()?,
        done: Vec::new(),
        files: BTreeMap::new(),
    };
    if !dropped.is_empty() {
        for &variant in &variants {
            let log = log(record, variant)?;
            starts.files.insert(variant, starts.look(variant, &log)?);
        }
    }
    for (page_cache, order) in [(PageCache::Warm, &warm), (PageCache::Dropped, &dropped)] {
        for (block, variants) in (1..).zip(order) {
            for &variant in variants {
                let log = log(record, variant)?;
                starts.measure(variant, block, page_cache, &log)?;
            }
            write_cold_starts(&starts.folder, &starts.done)?;
        }
    }
    if !dropped.is_empty() {
        for variant in variants.iter().filter(|v| !starts.was_dropped(**v)) {
            record.warn(not_dropped(*variant));
        }
    }
    task.done("");
    Ok(())
}

fn log(record: &Record, variant: Variant) -> Result<PathBuf> {
    record.log(&format!("cold-start-{}.log", variant.file_name()))
}

fn not_dropped(variant: Variant) -> Warning {
    let message = format!(
        "the page cache could not be dropped for {variant}: it read nothing from the disk, so there is no figure for that"
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
    files: BTreeMap<Variant, FilesUsed>,
}

impl Starts<'_> {
    fn subject(&self, variant: Variant) -> (&Subject, &Process, &Launch) {
        let subject = self.bench.subject(variant);
        match &subject.runs {
            Runs::Process(process, launch) => (subject, process, launch),
            Runs::Already(_) => unreachable!("only what can be started is"),
        }
    }

    fn measure(
        &mut self,
        variant: Variant,
        block: u32,
        page_cache: PageCache,
        log: &Path,
    ) -> Result<()> {
        self.bench.stop.check()?;
        let last = self.done.iter().rev().find(|one| one.variant == variant);
        let last = last.map(|one| value(Metric::ColdStartMs, one.answers_ns as f64 / 1e6));
        let words = live::words(
            variant.name(),
            &last.unwrap_or_default(),
            self.pace.left(0.0),
        );
        self.task.progress(self.pace.done, self.pace.total, &words);
        self.pace.done += 1;
        if page_cache == PageCache::Dropped {
            self.files[&variant].drop_from_cache();
        }
        let (_, process, launch) = self.subject(variant);
        let (accepts_ns, answers_ns, usage) = self
            .start(process, launch, log)
            .map_err(|error| benchmark_failed(error, variant))?;
        let start = ColdStart {
            variant,
            block,
            page_cache,
            accepts_ns,
            answers_ns,
            usage,
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
    ) -> Result<(Option<u64>, u64, Usage)> {
        let pinning = self.bench.pinning;
        match &process.workload {
            Workload::Http(work) => {
                let mut server =
                    Pinning::on_function_cores(pinning, || Server::start(process, launch, log))?;
                let ready = server.wait_ready(work)?;
                let usage = server.tree().usage();
                server.kill();
                Ok((
                    Some(nanoseconds(ready.accepts)),
                    nanoseconds(ready.answers),
                    usage,
                ))
            }
            Workload::Invoke(_) => {
                let invocation =
                    Pinning::on_function_cores(pinning, || invoke_once(process, launch, log))?;
                Ok((None, nanoseconds(invocation.wall), invocation.usage))
            }
        }
    }

    /// Starts a subject once without measuring it, to see which files it uses.
    fn look(&self, variant: Variant, log: &Path) -> Result<FilesUsed> {
        let (_, process, launch) = self.subject(variant);
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
        looked.map_err(|error| benchmark_failed(error, variant))?;
        Ok(files)
    }

    fn was_dropped(&self, variant: Variant) -> bool {
        self.done
            .iter()
            .any(|start| start.variant == variant && start.page_cache == PageCache::Dropped)
    }
}
