//! How it was measured, in words that every format shares: the machine, the plan, what else went on, the statistics.

use std::collections::BTreeMap;

use super::plan::Aa;
use super::{PlanReport, Report, RoundReport};
use crate::compare::{Metric, Side};
use crate::host::Host;
use crate::host::pinning::Pinning;
use crate::http::Connections;
use crate::units::bytes;

/// The machine, in a line.
pub(super) fn host_in_words(host: &Host) -> String {
    let facts = [
        host.cpu.clone(),
        host.cores.map(|cores| format!("{cores} cores")),
        host.memory_bytes.map(bytes),
        host.os.clone(),
        host.node.as_ref().map(|node| format!("node {node}")),
    ];
    facts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// What was measured, in a line.
pub(super) fn plan_in_words(plan: &PlanReport) -> String {
    let rounds = format!("{} rounds × {} requests", plan.rounds, plan.requests);
    let slices = match plan.slices {
        1 => String::new(),
        slices => format!(" in {slices} slices in turns"),
    };
    let warmup = match plan.warmup {
        0 => String::new(),
        requests => format!(" after {requests} to warm up"),
    };
    let load = if plan.rate > 0.0 {
        format!("open loop at {}/s", plan.rate)
    } else {
        "closed loop".to_owned()
    };
    let connections = if plan.concurrency == 1 {
        "1 connection".to_owned()
    } else {
        format!("{} connections", plan.concurrency)
    };
    let looks = match plan.looks.len() {
        0 | 1 => String::new(),
        n => format!(", looked at {n} times (intervals hold for all of them)"),
    };
    let sides = match plan.aa {
        None => String::new(),
        Some(Aa {
            injected_slowdown_percent: None,
        }) => ", each image against itself".to_owned(),
        Some(Aa {
            injected_slowdown_percent: Some(percent),
        }) => format!(", the image against itself slowed down by {percent} %"),
    };
    let shell = plan.shell.as_ref().map_or_else(String::new, |shell| {
        format!(", read by `{shell}` (its start is taken off)")
    });
    let timeout = plan
        .timeout_seconds
        .map_or_else(String::new, |seconds| format!(", timeout {seconds} s"));
    format!(
        "{rounds}{slices}{warmup}, {load}, {connections}{}{timeout}{shell}, interleaved (seed {}){looks}{sides}",
        tls_in_words(plan),
        plan.seed
    )
}

/// Who was spoken to over TLS, after the connections.
fn tls_in_words(plan: &PlanReport) -> String {
    match plan.tls.as_slice() {
        [] => String::new(),
        all if plan.order.iter().flatten().all(|one| all.contains(one)) => " over TLS".to_owned(),
        some => {
            let names: Vec<_> = some.iter().map(Side::name).collect();
            format!(" (over TLS to {})", names.join(", "))
        }
    }
}

/// What this machine cannot tell apart, in a line.
pub(super) fn noise_in_words(floor: &BTreeMap<Metric, f64>) -> String {
    let each: Vec<String> = floor
        .iter()
        .filter(|(metric, _)| !metric.is_detail())
        .map(|(metric, percent)| format!("{} {percent:.1} %", metric.title()))
        .collect();
    format!("noise floor: {}", each.join(", "))
}

/// What counts as the size of each side, in a line; `None` where no size is known.
pub(super) fn size_in_words(report: &Report) -> Option<String> {
    let mut groups: Vec<(&str, Vec<&str>)> = Vec::new();
    for side in &report.sides {
        let Some(counts) = side.image.size_counts.as_deref() else {
            continue;
        };
        let name = side.side.name();
        match groups.iter_mut().find(|(words, _)| *words == counts) {
            Some((_, names)) => names.push(name),
            None => groups.push((counts, vec![name])),
        }
    }
    let each: Vec<String> = groups
        .iter()
        .map(|(counts, names)| format!("{counts} ({})", names.join(", ")))
        .collect();
    (!each.is_empty()).then(|| format!("image size counts {}", each.join("; ")))
}

/// Everything about it, a fact a line: for the formats that fold it away.
pub(super) fn how_it_was_measured(report: &Report) -> Vec<String> {
    let mut lines = Vec::new();
    for info in &report.toolchains {
        let pgo = if info.pgo { ", PGO" } else { "" };
        lines.push(format!("{} {}{pgo}", info.edition, info.version));
    }
    lines.push(host_in_words(&report.host));
    if let Some(kernel) = &report.host.kernel {
        lines.push(format!("kernel {kernel}"));
    }
    lines.extend(report.trained_with.map(|with| with.words().to_owned()));
    if let Some(plan) = &report.plan {
        lines.push(plan_in_words(plan));
        lines.extend(protocol(plan));
        lines.extend(cold_starts(plan));
        lines.push(cores(plan.pinning.as_ref()));
        let rounds: Vec<&RoundReport> = report.sides.iter().flat_map(|side| &side.rounds).collect();
        lines.extend(shell(plan, &rounds));
        lines.extend(generator(&rounds));
        lines.extend(waiting(&rounds));
        lines.extend(machine(&rounds, plan));
        lines.push(statistics(plan));
    }
    lines.extend(size_in_words(report));
    if !report.noise_floor.is_empty() {
        lines.push(noise_in_words(&report.noise_floor));
    }
    lines
}

fn protocol(plan: &PlanReport) -> Option<String> {
    let connections = match plan.connections? {
        Connections::KeepAlive => "connections kept, made before the first measured request",
        Connections::Fresh => "a new connection for each request, connecting included",
    };
    Some(format!("{}, {connections}", plan.protocol?.title()))
}

fn cold_starts(plan: &PlanReport) -> Option<String> {
    let (warm, dropped) = (plan.cold_starts, plan.dropped_cold_starts);
    let kinds = [
        (warm > 0).then(|| format!("{warm} with a warm page cache")),
        (dropped > 0).then(|| format!("{dropped} with the function's files dropped from it")),
    ];
    let kinds: Vec<String> = kinds.into_iter().flatten().collect();
    (!kinds.is_empty()).then(|| {
        format!(
            "cold starts of each, interleaved, from before the spawn to the first byte of the first good answer: {}",
            kinds.join(", ")
        )
    })
}

fn cores(pinning: Option<&Pinning>) -> String {
    let list = |cores: &[usize]| {
        cores
            .iter()
            .map(usize::to_string)
            .collect::<Vec<_>>()
            .join(", ")
    };
    match pinning {
        None => "load generator and function share all cores".to_owned(),
        Some(pinning) => format!(
            "load generator on core {}, function on {}",
            list(&pinning.generator),
            list(&pinning.function)
        ),
    }
}

/// What was taken off the times of commands that a shell read.
fn shell(plan: &PlanReport, rounds: &[&RoundReport]) -> Option<String> {
    let shell = plan.shell.as_ref()?;
    let starts = rounds.iter().filter_map(|round| round.shell_start_ms);
    let took = range(starts).map_or_else(String::new, |(low, high)| {
        format!(", which took {low:.3} to {high:.3} ms,")
    });
    Some(format!(
        "commands were read by `{shell}`; its own start{took} was measured before each round and the cold starts, and is taken off their times"
    ))
}

fn generator(rounds: &[&RoundReport]) -> Option<String> {
    let (_, most) = range(rounds.iter().filter_map(|round| round.generator_percent))?;
    Some(format!(
        "the load generator used at most {most:.0} % of a core in a round (above 80 % it is marked as generator-bound)"
    ))
}

fn waiting(rounds: &[&RoundReport]) -> Option<String> {
    let most = rounds.iter().filter_map(|round| round.in_flight).max()?;
    Some(format!(
        "open loop: latencies count from when a request was due; at most {most} were unanswered when the last one became due, and were waited for"
    ))
}

/// What else went on, where it can be read.
fn machine(rounds: &[&RoundReport], plan: &PlanReport) -> Option<String> {
    let of = |fact: fn(&RoundReport) -> Option<f64>| {
        range(rounds.iter().filter_map(|round| fact(round)))
    };
    let facts = [
        of(|round| round.conditions.load_1m)
            .map(|(low, high)| format!("load {low:.1} to {high:.1}")),
        of(|round| round.conditions.steal_percent)
            .map(|(_, high)| format!("at most {high:.1} % of the time stolen by the hypervisor")),
        of(|round| round.conditions.temperature_c)
            .map(|(low, high)| format!("{low:.0} to {high:.0} °C")),
        plan.governor
            .as_ref()
            .map(|name| format!("governor {name}")),
        plan.layout
            .huge_pages
            .as_ref()
            .map(|when| format!("huge pages: {when}")),
    ];
    let facts: Vec<String> = facts.into_iter().flatten().collect();
    (!facts.is_empty()).then(|| format!("the machine meanwhile: {}", facts.join(", ")))
}

fn statistics(plan: &PlanReport) -> String {
    let confidence = plan.confidence() * 100.0;
    format!(
        "changes: exact Wilcoxon signed-rank intervals of {confidence:.1} % over pairs of rounds measured side by side, their slices added up (rank-sum against a saved baseline), with the Hodges-Lehmann estimate; \
         percentiles: order statistics of all samples; means over rounds: Student's t of logarithms"
    )
}

fn range(values: impl Iterator<Item = f64>) -> Option<(f64, f64)> {
    values.fold(None, |range, value| match range {
        None => Some((value, value)),
        Some((low, high)) => Some((f64::min(low, value), f64::max(high, value))),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::conditions::Conditions;
    use crate::http::Protocol;

    #[test]
    fn a_distrustful_reader_finds_warm_up_generator_and_machine() {
        let mut report = Report::for_tests();
        let round = |generator, load| RoundReport {
            block: 1,
            throughput_rps: Some(1.0),
            latency_ms_mean: None,
            failed: 0,
            in_flight: None,
            resent: 0,
            shell_start_ms: None,
            generator_percent: Some(generator),
            generator_bound: Some(false),
            conditions: Conditions {
                load_1m: Some(load),
                steal_percent: Some(0.25),
                temperature_c: None,
                throttled_ms: None,
            },
        };
        report.sides[0].rounds = vec![round(12.0, 0.5), round(34.4, 1.5)];
        let plan = report.plan.as_mut().expect("it was measured");
        (plan.protocol, plan.connections) = (Some(Protocol::Http1), Some(Connections::KeepAlive));
        let said = how_it_was_measured(&report).join("\n");
        for words in [
            "6 rounds × 1000 requests after 200 to warm up, closed loop, 1 connection, interleaved (seed 1)",
            "HTTP/1.1, connections kept",
            "20 with a warm page cache",
            "share all cores",
            "at most 34 % of a core",
            "load 0.5 to 1.5, at most 0.2 % of the time stolen",
            "intervals of 95.0 %",
        ] {
            assert!(said.contains(words), "{words}: {said}");
        }
        assert!(
            !said.contains("open loop") && !said.contains("°C"),
            "{said}"
        );
    }
}
