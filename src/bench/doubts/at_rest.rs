//! Did a process rest while it waited for its turn? One that works on (a JIT that still compiles, a collector, a timer) takes time
//! from those that are measured, and gets for nothing what they are charged for.

use crate::bench::samples::{Round, Waiting};
use crate::compare::Side;
use crate::warning::{Warning, WarningKind};

/// Below this share of a core a process is at rest.
const AT_REST: f64 = 0.05;

/// Looks at what the processes of each side did while others were measured.
pub(super) fn warnings(rounds: &[Round], sides: &[Side]) -> Vec<Warning> {
    let warning = |side: &Side| {
        let of = rounds.iter().filter(|round| round.side == *side);
        let all = of
            .filter_map(|round| round.waiting)
            .fold(Waiting::default(), |sum, one| Waiting {
                elapsed_ns: sum.elapsed_ns + one.elapsed_ns,
                cpu_ns: sum.cpu_ns + one.cpu_ns,
            });
        let share = all.cpu_ns as f64 / all.elapsed_ns.max(1) as f64;
        (share > AT_REST).then(|| {
            let message = format!(
                "{side} was not at rest while others were measured: it used {:.0} % of a core",
                share * 100.0
            );
            Warning::new(WarningKind::NotAtRest, message).hint(
                "a longer `--warmup` where a JIT was still at work; `--slices 1` measures one process at a time",
            )
        })
    };
    sides.iter().filter_map(warning).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::variant::Variant;

    #[test]
    fn who_works_while_others_are_measured_is_named() {
        let side = Side::from(Variant::Hotspot);
        let waited = |cpu_ns| Round {
            waiting: Some(Waiting {
                elapsed_ns: 1_000_000,
                cpu_ns,
            }),
            ..Round::new(side.clone(), 1)
        };
        let said = |cpu_ns| warnings(&[waited(cpu_ns), waited(0)], std::slice::from_ref(&side));
        assert_eq!(
            said(240_000)[0].message,
            "hotspot was not at rest while others were measured: it used 12 % of a core"
        );
        assert!(said(90_000).is_empty());
        assert!(warnings(&[Round::new(side.clone(), 1)], &[side]).is_empty());
    }
}
