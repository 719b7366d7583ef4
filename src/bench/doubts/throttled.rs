//! Was a side kept from its cores? In a container with a quota the kernel stops whoever has used it up: what is measured then is the
//! quota.

use crate::bench::samples::Round;
use crate::compare::Side;
use crate::warning::{Warning, WarningKind};

/// Below this share of a round it does not matter.
const MATTERS: f64 = 0.01;

/// Looks at the rounds of each side.
pub(super) fn warnings(rounds: &[Round], sides: &[Side]) -> Vec<Warning> {
    let warning = |side: &Side| {
        let of: Vec<&Round> = rounds.iter().filter(|round| round.side == *side).collect();
        let share = |round: &&&Round| {
            let throttled = round.conditions.throttled_ms.unwrap_or(0.0);
            throttled * 1e6 / round.elapsed_ns.max(1) as f64
        };
        let marked: Vec<&&Round> = of.iter().filter(|round| share(round) > MATTERS).collect();
        let throttled = |round: &&&Round| round.conditions.throttled_ms.unwrap_or(0.0);
        let worst = marked.iter().map(throttled).fold(0.0, f64::max);
        let blocks: Vec<String> = marked.iter().map(|round| round.block.to_string()).collect();
        (!marked.is_empty()).then(|| {
            let message = format!(
                "{side} was throttled by its control group in {} of {} rounds ({}; {:.0} ms of CPU time in the worst)",
                marked.len(),
                of.len(),
                blocks.join(", "),
                worst
            );
            Warning::new(WarningKind::Throttled, message)
                .hint("more cores, or fewer processes at a time: `cpus` in `[engine]`, `--slices 1`")
        })
    };
    sides.iter().filter_map(warning).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::conditions::Conditions;
    use crate::variant::Variant;

    #[test]
    fn a_throttled_round_is_named() {
        let side = Side::from(Variant::Native);
        let round = |block, throttled_ms| Round {
            elapsed_ns: 1_000_000_000,
            conditions: Conditions {
                throttled_ms,
                ..Conditions::default()
            },
            ..Round::new(side.clone(), block)
        };
        let rounds = [round(1, None), round(2, Some(3.0)), round(3, Some(250.0))];
        let said = warnings(&rounds, std::slice::from_ref(&side));
        assert_eq!(
            said[0].message,
            "native was throttled by its control group in 1 of 3 rounds (3; 250 ms of CPU time in the worst)"
        );
        assert!(warnings(&rounds[..2], &[side]).is_empty());
    }
}
