//! Measuring: interleaved rounds in a seeded order, a fresh process each, raw samples on disk before anyone averages them.

pub mod aa;
mod amount;
pub mod analysis;
pub mod baseline;
pub mod campaign;
pub mod cold_start;
mod doubts;
mod figures;
mod gated;
mod invoked;
mod lane;
mod live;
mod order;
mod passes;
mod plan;
pub mod rounds;
pub mod samples;
mod setup;
pub mod subject;

use std::time::Duration;

use crate::compare::Side;
use crate::host::pinning::Pinning;
use crate::host::{conditions, load_average};
use crate::report::PlanReport;
use crate::warning::{Warning, WarningKind};
use order::blocks;

pub use analysis::analyse_against;
pub use baseline::Baseline;
pub use campaign::{Campaign, Question};
pub use gated::Gating;
pub use plan::BenchPlan;
pub use subject::Subject;

/// Decides the order of the rounds (one block a round, all subjects in each, shuffled by the plan's seed) and which cores are
/// used, for the report and for measuring.
fn plan(plan: &BenchPlan, subjects: &[Subject]) -> PlanReport {
    let sides: Vec<Side> = subjects
        .iter()
        .map(|subject| subject.side.clone())
        .collect();
    let http = subjects.iter().find_map(Subject::http);
    let over_tls = subjects.iter().filter(|subject| subject.is_tls());
    PlanReport {
        rounds: plan.rounds,
        requests: plan.requests,
        slices: plan.slices,
        concurrency: plan.concurrency,
        rate: plan.rate,
        order: blocks(&sides, plan.rounds, plan.seed),
        seed: plan.seed,
        shell: subjects.iter().find_map(Subject::shell).map(str::to_owned),
        protocol: http.map(|work| work.protocol),
        tls: over_tls.map(|subject| subject.side.clone()).collect(),
        connections: http.map(|work| work.connections),
        timeout_seconds: http.map(|_| plan.timeout.as_secs_f64()),
        dropped_cold_starts: plan.dropped_cold_starts,
        governor: crate::host::governor(),
        layout: crate::host::layout(),
        pinning: Pinning::decide(plan.pin),
        warmup: plan.warmup,
        cold_starts: plan.cold_starts,
        workload: String::new(),
        looks: Vec::new(),
        aa: plan.aa,
    }
}

/// How long a look at a busy machine takes, and which share of its cores' time others may use.
const BUSY: (Duration, f64) = (Duration::from_millis(300), 0.25);

/// Warns where the machine has more to do than cores before anything is measured.
///
/// The load is a mean over minutes and still knows a build of our own that is over, so that where it is high somebody must be
/// seen at work as well.
pub fn busy_machine() -> Option<Warning> {
    let load = load_average(&std::fs::read_to_string("/proc/loadavg").ok()?)?;
    let cores = std::thread::available_parallelism().ok()?.get();
    let (look, most) = BUSY;
    let busy = load > cores as f64 && conditions::busy_share(look).is_none_or(|share| share > most);
    busy.then(|| {
        let message = format!(
            "the machine is busy: load {load:.1} on {cores} cores; small differences cannot be told"
        );
        Warning::new(WarningKind::BusyMachine, message)
            .hint("end what else runs, or measure again later with `pgoctl bench`")
    })
}

/// Warns where all processes of a side have the same memory layout: what it is worth then counts as the side's own speed (Mytkowicz
/// et al., "Producing Wrong Data Without Doing Anything Obviously Wrong!", ASPLOS 2009).
fn fixed_layout(plan: &PlanReport) -> Option<Warning> {
    (plan.layout.random_layout == Some(false)).then(|| {
        let message = "addresses are not randomized: all rounds of a side have the same memory layout, and a small difference \
                       may be the layout's";
        Warning::new(WarningKind::FixedLayout, message)
            .hint("`sysctl kernel.randomize_va_space=2`, and no `setarch --addr-no-randomize`")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::variant::Variant;

    #[test]
    fn every_block_has_every_side_once() {
        let sides = [Variant::Hotspot, Variant::HotspotCds, Variant::Native].map(Side::from);
        for mut block in blocks(&sides, 6, 1) {
            block.sort();
            assert_eq!(block, sides);
        }
    }

    #[test]
    fn the_seed_decides_the_order() {
        let of = |seed| blocks(&[Variant::Hotspot.into(), Variant::Native.into()], 20, seed);
        assert_eq!(of(7), of(7));
        assert_ne!(of(7), of(8));
    }
}
