//! Commands that a shell reads and that take less than its start: what is left of their times is mostly the shell's jitter.

use super::super::samples::Round;
use crate::compare::Side;
use crate::stats::{mean, percentile, sorted};
use crate::warning::{Warning, WarningKind};

pub(super) fn warnings(rounds: &[Round], sides: &[Side]) -> Vec<Warning> {
    sides
        .iter()
        .filter_map(|side| warning(rounds, side))
        .collect()
}

fn warning(rounds: &[Round], side: &Side) -> Option<Warning> {
    let of_side = || rounds.iter().filter(|round| round.side == *side);
    let starts: Vec<f64> = of_side()
        .filter_map(|round| Some(round.shell_start_ns? as f64 / 1e6))
        .collect();
    // The middle of each round: what came in between now and then hides nothing.
    let left: Vec<f64> = of_side()
        .filter_map(|round| {
            let all: Vec<f64> = round
                .in_order_ns
                .iter()
                .map(|ns| *ns as f64 / 1e6)
                .collect();
            percentile(&sorted(all)[..], 50.0)
        })
        .collect();
    let (start, left) = (mean(&starts)?, mean(&left)?);
    let message = format!(
        "{side} takes {left:.3} ms beyond the start of its shell, which takes {start:.3} ms itself: small differences are the shell's"
    );
    (left < start).then(|| {
        Warning::new(WarningKind::MostlyShell, message)
            .hint("measure it without `--shell`, or give it more to do")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_that_takes_less_than_its_shell_is_doubtful() {
        let side = Side::of_name("work.sh");
        let of = |shell_start_ns, took: u64| {
            let round = Round {
                in_order_ns: vec![took, took, 1000 * took],
                shell_start_ns,
                ..Round::new(side.clone(), 1)
            };
            warnings(&[round], std::slice::from_ref(&side)).len()
        };
        assert_eq!(of(Some(1_000_000), 500_000), 1);
        assert_eq!(of(Some(1_000_000), 5_000_000), 0);
        assert_eq!(of(None, 500_000), 0);
    }
}
