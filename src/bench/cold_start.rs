//! Cold starts: a fresh process, from before its spawn to the first byte of its first 2xx answer, interleaved.

use super::image_of;
use super::rounds::benchmark_failed;
use super::samples::{ColdStart, PageCache, write_cold_starts};
use super::usage::Usage;
use crate::error::Result;
use crate::interrupt;
use crate::pipeline::{Image, Record};
use crate::plan::Plan;
use crate::ui::Ui;
use crate::variant::Variant;
use crate::workload::Workload;
use crate::workload::server::Server;

/// Measures every cold start of `order`. One process per invocation has none: each invocation is one.
pub(super) fn measure(
    plan: &Plan,
    images: &[Image],
    order: &[Vec<Variant>],
    record: &mut Record,
    ui: &Ui,
) -> Result<()> {
    let Workload::Http(work) = &plan.function.workload else {
        return Ok(());
    };
    if order.is_empty() {
        return Ok(());
    }
    let task = ui.task(&format!(
        "measure {} cold starts of {} variants",
        order.len(),
        images.len()
    ));
    let total = order.iter().map(|block| block.len() as u64).sum();
    let folder = record.samples()?;
    let mut starts = Vec::new();
    for (block, variants) in (1..).zip(order) {
        for &variant in variants {
            interrupt::check()?;
            task.progress(starts.len() as u64, total, variant.name());
            let launch = plan.toolchain(variant).launch(
                variant,
                &plan.function,
                &image_of(images, variant).dir,
            );
            let log = record.log(&format!("cold-start-{variant}.log"))?;
            let server = Server::start(&plan.function, &launch, &log)
                .map_err(|error| benchmark_failed(error, variant))?;
            let ready = server
                .wait_ready(&work.ready)
                .map_err(|error| benchmark_failed(error, variant))?;
            let usage = Usage::of(server.pid());
            server.kill();
            let nanoseconds = |duration: std::time::Duration| {
                u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
            };
            starts.push(ColdStart {
                variant,
                block,
                page_cache: PageCache::Warm,
                accepts_ns: Some(nanoseconds(ready.accepts)),
                answers_ns: nanoseconds(ready.answers),
                usage,
            });
        }
        write_cold_starts(&folder, &starts)?;
    }
    task.done("");
    Ok(())
}
