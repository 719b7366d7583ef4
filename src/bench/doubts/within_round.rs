//! Has a function settled? A warm-up may have been too short, and a level may move while it is measured; then a figure depends on
//! how many requests a round has (measuring rule 10).

use crate::bench::samples::Round;
use crate::compare::Side;
use crate::stats;
use crate::warning::{Warning, WarningKind};

/// Thirds of a round that differ by less than this are of one level.
const STEADY_WITHIN: f64 = 0.05;
/// Fewer requests in a third than this say nothing.
const FEWEST: usize = 20;
/// How many parts of a round a plot shows.
const PARTS: usize = 20;

/// Looks at how the latencies of each side moved within its rounds.
pub(super) fn warnings(rounds: &[Round], sides: &[Side]) -> Vec<Warning> {
    sides
        .iter()
        .filter_map(|side| {
            let of: Vec<&Round> = rounds.iter().filter(|round| round.side == *side).collect();
            // Whoever was not warm before is not while it is measured: one word is enough.
            warmed_up_too_little(side, &of).or_else(|| moved(side, &of))
        })
        .collect()
}

fn warmed_up_too_little(side: &Side, of: &[&Round]) -> Option<Warning> {
    let longest = of.iter().map(|round| round.warmup).max()?;
    let unsteady = of
        .iter()
        .filter_map(|round| last_third_to(1, &round.warmup_ns))
        .filter(|ratio| *ratio < 1.0 - STEADY_WITHIN)
        .count();
    (unsteady * 2 > of.len()).then(|| {
        let message = format!(
            "{side} was still getting faster at the end of the warm-up in {unsteady} of {} rounds",
            of.len()
        );
        Warning::new(WarningKind::NotSteady, message)
            .hint(format!("a longer one: `--warmup {}`", 2 * longest))
    })
}

/// The level moved while it was measured: by so much in the middle of all rounds, and the same way in three of four.
fn moved(side: &Side, of: &[&Round]) -> Option<Warning> {
    let ratios: Vec<f64> = of
        .iter()
        .filter_map(|round| last_third_to(0, &round.in_order_ns))
        .collect();
    let middle = stats::percentile(&stats::sorted(ratios.clone())[..], 50.0)?;
    let faster = middle < 1.0;
    let alike = ratios
        .iter()
        .filter(|ratio| (**ratio < 1.0) == faster)
        .count();
    if (middle - 1.0).abs() < STEADY_WITHIN || alike * 4 < ratios.len() * 3 {
        return None;
    }
    let way = if faster { "faster" } else { "slower" };
    let message = format!(
        "{side} was getting {way} while it was measured: median latency {:+.0} % from the first to the last third of a round",
        (middle - 1.0) * 100.0
    );
    let requests = of.iter().map(|round| round.warmup + round.latencies.len());
    let hint = match (faster, requests.max()) {
        (true, Some(requests)) => format!("a longer warm-up: `--warmup {requests}`"),
        _ => "a heap, a cache or a processor that heats up; more `--requests` show where it ends"
            .to_owned(),
    };
    Some(Warning::new(WarningKind::NotSteady, message).hint(hint))
}

/// The median of the last third as a ratio to that of `third` (0 is the first).
fn last_third_to(third: usize, in_order_ns: &[u64]) -> Option<f64> {
    let length = in_order_ns.len() / 3;
    if length < FEWEST {
        return None;
    }
    let from = third * length;
    Some(median(&in_order_ns[2 * length..])? / median(&in_order_ns[from..from + length])?)
}

/// The median latency in milliseconds of each twentieth of a round, in the middle of all `rounds`; none where they are too short.
pub(crate) fn within_round_ms<'a>(rounds: impl Iterator<Item = &'a Round>) -> Vec<f64> {
    let parts: Vec<Vec<f64>> = rounds
        .filter(|round| round.in_order_ns.len() >= PARTS * FEWEST)
        .filter_map(|round| {
            let times = &round.in_order_ns;
            let edge = |part: usize| times.len() * part / PARTS;
            (0..PARTS)
                .map(|part| median(&times[edge(part)..edge(part + 1)]))
                .collect()
        })
        .collect();
    let middle = |part: usize| {
        let of_rounds = parts.iter().map(|round| round[part]).collect();
        stats::percentile(&stats::sorted(of_rounds)[..], 50.0)
    };
    (0..PARTS)
        .filter_map(middle)
        .map(|nanoseconds| nanoseconds / 1e6)
        .collect()
}

fn median(nanoseconds: &[u64]) -> Option<f64> {
    let times = nanoseconds.iter().map(|ns| *ns as f64).collect();
    stats::percentile(&stats::sorted(times)[..], 50.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::variant::Variant;

    fn said(warmup_ns: Vec<u64>, in_order_ns: Vec<u64>) -> Vec<String> {
        let round = Round {
            warmup: warmup_ns.len() as u64,
            warmup_ns,
            latencies: in_order_ns.iter().copied().collect(),
            in_order_ns,
            ..Round::new(Variant::Hotspot.into(), 1)
        };
        warnings(&[round], &[Variant::Hotspot.into()])
            .into_iter()
            .map(|warning| format!("{} | {}", warning.message, warning.hint.unwrap_or_default()))
            .collect()
    }

    #[test]
    fn a_warm_up_that_is_still_getting_faster_is_said() {
        let falling: Vec<u64> = (0..90).map(|n| 1000 - n * 5).collect();
        assert_eq!(
            said(falling.clone(), falling),
            [
                "hotspot was still getting faster at the end of the warm-up in 1 of 1 rounds | a longer one: `--warmup 180`"
            ],
        );
        assert!(said(vec![1000; 90], Vec::new()).is_empty());
        assert!(
            said(vec![1000, 1], vec![1000, 1]).is_empty(),
            "two requests say nothing"
        );
    }

    #[test]
    fn a_level_that_moves_while_it_is_measured_is_said() {
        let falling: Vec<u64> = (0..90).map(|n| 1000 - n * 3).collect();
        let rising: Vec<u64> = falling.iter().rev().copied().collect();
        let steady = vec![1000; 90];
        assert_eq!(
            said(steady.clone(), falling),
            [
                "hotspot was getting faster while it was measured: median latency -19 % from the first to the last third of a round | a longer warm-up: `--warmup 180`"
            ],
        );
        assert!(
            said(Vec::new(), rising)[0]
                .contains("getting slower while it was measured: median latency +23 %")
        );
        assert!(said(Vec::new(), steady).is_empty());
    }

    #[test]
    fn rounds_that_disagree_are_noise() {
        let round = |block: u32, falls: bool| {
            let falling = (0..90).map(|n| 1000 - n * 3);
            Round {
                in_order_ns: match falls {
                    true => falling.collect(),
                    false => falling.rev().collect(),
                },
                ..Round::new(Variant::Native.into(), block)
            }
        };
        let rounds = [round(1, true), round(2, true), round(3, false)];
        assert!(warnings(&rounds, &[Variant::Native.into()]).is_empty());
    }

    #[test]
    fn a_plot_has_the_level_of_each_twentieth() {
        let round = Round {
            in_order_ns: (0..2000).map(|n| (n / 100 + 1) * 1_000_000).collect(),
            ..Round::new(Variant::Native.into(), 1)
        };
        let expected: Vec<f64> = (1..=20).map(f64::from).collect();
        assert_eq!(within_round_ms([round].iter()), expected);
        assert!(within_round_ms([Round::new(Variant::Native.into(), 1)].iter()).is_empty());
    }
}
