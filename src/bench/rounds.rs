//! The rounds: a fresh process each, and those that are compared at work at the same time, a slice of requests each in turn.
//!
//! The processes of a block are started and warmed up one after the other, and then measured in short slices that alternate, so
//! that what the machine does meanwhile hits all sides alike. Slices are no replicates: they share the process, its memory layout
//! and what its JIT made of it. They are added up, and the round stays the unit of inference (Kalibera and Jones, "Rigorous
//! Benchmarking in Reasonable Time", ISMM 2013: what is repeated must be the highest level that varies).

use std::time::{Duration, Instant};

use super::lane::Lane;
use super::live::Live;
use super::order;
use super::plan::BenchPlan;
use super::samples::{Round, write_round};
use super::setup::Bench;
use super::subject::Runs;
use crate::compare::Side;
use crate::error::{Error, ErrorKind, Result};
use crate::event::{self, Listener, Work};
use crate::host;
use crate::process::Process;
use crate::record::Record;
use crate::warning::{Warning, WarningKind};
use crate::workload::Workload;

/// A side and its block, from 1.
type Turn<'a> = (&'a Side, u32);

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
    for turns in compared(bench.plan, order) {
        let mut rest = &turns[..];
        while !rest.is_empty() {
            let rounds = together(bench, rest, &live, record)?;
            rest = &rest[rounds.len()..];
            for round in rounds {
                write_round(&folder, &round)?;
                live.saw(&round);
            }
        }
    }
    task.done("");
    Ok(())
}

/// The rounds that belong together: those of a block; where each side is measured against itself, those of a pair of blocks.
/// Each by itself where they are not to be measured together.
fn compared<'a>(plan: &BenchPlan, order: &'a [Vec<Side>]) -> Vec<Vec<Turn<'a>>> {
    let turns = (1..).zip(order).map(|(block, sides)| {
        let turns = sides.iter().map(move |side| (side, block));
        turns.collect::<Vec<_>>()
    });
    if plan.slices == 1 {
        return turns.flatten().map(|turn| vec![turn]).collect();
    }
    if plan.aa.is_none() {
        return turns.collect();
    }
    let blocks: Vec<_> = turns.collect();
    blocks
        .chunks(2)
        .flat_map(|pair| {
            pair[0].iter().map(|(side, _)| {
                let of_side = pair.iter().flatten().filter(|(other, _)| other == side);
                of_side.copied().collect()
            })
        })
        .collect()
}

/// Measures as many of `turns` as can be at work at once, from the first on.
fn together<'a>(
    bench: &'a Bench<'a>,
    turns: &[Turn<'a>],
    live: &'a Live<'a>,
    record: &mut Record,
) -> Result<Vec<Round>> {
    let mut lanes: Vec<Lane<'a>> = Vec::new();
    for &turn in turns {
        bench.stop.check()?;
        if let Some(reason) = apart(bench, &lanes, turn.0) {
            let message = format!(
                "the sides are measured one after the other and not in turns: {reason}; small differences take more rounds"
            );
            record.warn(Warning::new(WarningKind::OneAtATime, message));
            break;
        }
        let others = lanes.len();
        let lane = Lane::open(bench, turn, others, live, record)
            .map_err(|error| alone(benchmark_failed(error, turn.0), others))?;
        lanes.push(lane);
    }
    // Blocks of one seed have nothing in common with those of the next.
    let seed = bench.plan.seed ^ (u64::from(turns[0].1) << 32);
    let mut cpu: Vec<Option<u64>> = lanes.iter().map(Lane::cpu_ns).collect();
    for (place, at) in (0..).zip(order::slices(lanes.len(), bench.plan.slices, seed)) {
        bench.stop.check()?;
        let started = Instant::now();
        let count = lanes.len();
        let measured = lanes[at].slice(place, count);
        measured.map_err(|error| benchmark_failed(error, lanes[at].side()))?;
        account(&mut lanes, at, &mut cpu, started.elapsed());
    }
    Ok(lanes.into_iter().map(|lane| lane.close(record)).collect())
}

/// Whose CPU time was it, since `cpu`: of the lane that was measured, or of those that waited.
fn account(lanes: &mut [Lane<'_>], at: usize, cpu: &mut [Option<u64>], elapsed: Duration) {
    for (index, lane) in lanes.iter_mut().enumerate() {
        let now = lane.cpu_ns();
        // Less than before: processes have gone, and what they had used with them.
        let used = now
            .zip(cpu[index])
            .and_then(|(now, before)| now.checked_sub(before));
        cpu[index] = now;
        match index == at {
            true => lane.used(used),
            false => lane.waited(elapsed, used),
        }
    }
}

/// Why `side` cannot be at work beside `lanes`; `None` if it can.
fn apart(bench: &Bench<'_>, lanes: &[Lane<'_>], side: &Side) -> Option<String> {
    let process = lasting(bench, side)?;
    let running = || lanes.iter().filter_map(|lane| lane.process());
    if let Some(port) = process.port
        && running().any(|other| other.port == Some(port))
    {
        return Some(format!("they listen on the same port, {port}"));
    }
    let largest = lanes.iter().filter_map(Lane::peak_bytes).max()?;
    // As much again, and as much to spare.
    (host::available_memory()? < 2 * largest)
        .then(|| "the machine has too little memory for all at once".to_owned())
}

/// The process of `side`, where it runs for all of a round.
fn lasting<'a>(bench: &'a Bench<'_>, side: &Side) -> Option<&'a Process> {
    match &bench.subject(side).runs {
        Runs::Process(process, _) => {
            matches!(process.workload, Workload::Http(_)).then_some(process)
        }
        Runs::Already(_) => None,
    }
}

/// The error of a process that could not be measured while so many others ran.
fn alone(error: Error, others: usize) -> Error {
    match (others, error.kind()) {
        (0, _) | (_, ErrorKind::Interrupted) => error,
        _ => error.hint(
            "`--slices 1` starts a process only when the last one has ended: some cannot run side by side",
        ),
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Aa;
    use crate::variant::Variant;

    #[test]
    fn what_is_compared_is_measured_together() {
        let sides = [Variant::Hotspot, Variant::Native].map(Side::from).to_vec();
        let order = vec![sides.clone(); 4];
        let (hotspot, native) = (&sides[0], &sides[1]);
        let of = |slices, aa: Option<Aa>| {
            let plan = BenchPlan {
                slices,
                aa,
                ..BenchPlan::for_tests()
            };
            compared(&plan, &order)
        };
        let blocks = of(10, None);
        assert_eq!(blocks.len(), 4);
        assert_eq!(blocks[1], [(hotspot, 2), (native, 2)]);
        let itself = of(10, Some(Aa::default()));
        assert_eq!(itself.len(), 4);
        assert_eq!(itself[1], [(native, 1), (native, 2)]);
        assert_eq!(itself[2], [(hotspot, 3), (hotspot, 4)]);
        let apart = of(1, None);
        assert_eq!((apart.len(), &apart[2][..]), (8, &[(hotspot, 2)][..]));
    }
}
