//! What a gate should have checked and could not: nobody may take it for a pass. Pure.

use super::GatePlan;
use super::report::Check;
use super::unchecked::Unchecked;
use crate::compare::{Metric, Side};

/// What there was to check.
#[derive(Debug, Default)]
pub struct Scope<'a> {
    /// The sides that were measured, or were to be.
    pub measured: Vec<&'a Side>,
    /// Whether nothing was measured: then only who is missing is known.
    pub is_refused: bool,
    /// The saved baseline that they are held against.
    pub saved: Option<Saved<'a>>,
    /// What could not be made: a failure of its own, not told again.
    pub failed: Vec<Side>,
    /// Why the machine left sides out, by name.
    pub left_out: Vec<(Side, String)>,
}

/// A saved baseline, as far as a gate has to know it.
#[derive(Debug)]
pub struct Saved<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its sides.
    pub sides: Vec<&'a Side>,
}

impl GatePlan {
    /// Everything that should have been checked and is not among `checks`, in the order of baseline and run.
    ///
    /// That is: a candidate that the file names, or a side of the saved baseline, that was not measured, unless the command line
    /// chose what takes part; a measured candidate that the saved baseline does not have, or of which nothing could be compared;
    /// a metric that the file gates by name and that was not measured of a candidate.
    pub fn unchecked(&self, scope: &Scope<'_>, checks: &[Check]) -> Vec<Unchecked> {
        let mut unchecked = self.not_measured(scope);
        for side in &scope.measured {
            if !self.concerns(side) {
                continue;
            }
            let of_it = || checks.iter().filter(|check| check.candidate == **side);
            match &scope.saved {
                Some(saved) if !saved.sides.contains(side) => unchecked.push(Unchecked {
                    side: (*side).clone(),
                    metric: None,
                    reason: format!("not in the saved baseline `{}`", saved.name),
                    cause: None,
                }),
                _ if scope.is_refused => {}
                Some(saved) if of_it().next().is_none() => unchecked.push(Unchecked {
                    side: (*side).clone(),
                    metric: None,
                    reason: format!(
                        "nothing of it could be compared with the saved baseline `{}`",
                        saved.name
                    ),
                    cause: None,
                }),
                // What is first in a run has nothing to be held against: its own checks are the others'.
                _ if of_it().next().is_none() => {}
                _ => unchecked.extend(
                    self.named_metrics()
                        .filter(|metric| !of_it().any(|check| check.metric == *metric))
                        .map(|metric| Unchecked {
                            side: (*side).clone(),
                            metric: Some(metric),
                            reason: format!("{} was not measured", metric.title()),
                            cause: None,
                        }),
                ),
            }
        }
        unchecked
    }

    /// Who is missed among the measured.
    fn not_measured(&self, scope: &Scope<'_>) -> Vec<Unchecked> {
        if self.is_chosen {
            return Vec::new();
        }
        let named = self.candidates.iter().map(|variant| {
            let reason = "named in `candidates` and not measured".to_owned();
            (Side::from(*variant), reason)
        });
        let saved = scope.saved.iter().flat_map(|saved| {
            let reason = format!("in the saved baseline `{}` and not measured", saved.name);
            saved
                .sides
                .iter()
                .filter(|side| self.concerns(side))
                .map(move |side| ((*side).clone(), reason.clone()))
        });
        let mut missed: Vec<Unchecked> = Vec::new();
        for (side, reason) in saved.chain(named) {
            let is_known = scope.measured.contains(&&side)
                || scope.failed.contains(&side)
                || missed.iter().any(|known| known.side == side);
            if !is_known {
                let cause = scope.left_out.iter().find(|(other, _)| *other == side);
                missed.push(Unchecked {
                    metric: None,
                    reason,
                    cause: cause.map(|(_, cause)| cause.clone()),
                    side,
                });
            }
        }
        missed
    }

    /// The metrics that the file gates by name; the usual ones are gated where they are measured.
    fn named_metrics(&self) -> impl Iterator<Item = Metric> {
        let limits = match self.names_metrics {
            true => &self.limits[..],
            false => &[],
        };
        limits.iter().map(|(metric, _)| *metric)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::{Comparison, Verdict};
    use crate::gate::{GateReport, Outcome};
    use crate::variant::Variant;

    fn sides(variants: &[Variant]) -> Vec<Side> {
        variants.iter().copied().map(Side::from).collect()
    }

    fn plan() -> GatePlan {
        GatePlan::usual(3.0)
    }

    /// Good checks of those sides, each against itself in a saved baseline, in one metric.
    fn passed(sides: &[Side]) -> Vec<Check> {
        let check = |side: &Side| {
            let comparison = Comparison {
                baseline: side.clone(),
                saved_baseline: Some("main".to_owned()),
                candidate: side.clone(),
                metric: Metric::ThroughputRps,
                change_percent: 0.0,
                low: Some(-1.0),
                high: Some(1.0),
                verdict: Some(Verdict::NoDifferenceShown),
            };
            Check::new(&comparison, 3.0)
        };
        sides.iter().map(check).collect()
    }

    fn said(plan: &GatePlan, saved: Option<&[Side]>, measured: &[Side]) -> Vec<String> {
        let scope = Scope {
            measured: measured.iter().collect(),
            saved: saved.map(|sides| Saved {
                name: "main",
                sides: sides.iter().collect(),
            }),
            is_refused: false,
            failed: Vec::new(),
            left_out: vec![(Variant::Native.into(), "no GraalVM".to_owned())],
        };
        let compared: Vec<Side> = measured
            .iter()
            .filter(|side| saved.is_none_or(|saved| saved.contains(side)))
            .cloned()
            .collect();
        plan.unchecked(&scope, &passed(&compared))
            .iter()
            .map(Unchecked::words)
            .collect()
    }

    const ALL: [Variant; 3] = [Variant::Hotspot, Variant::Native, Variant::NativePgo];

    #[test]
    fn what_a_machine_lost_since_the_baseline_is_not_passed_over() {
        let (saved, measured) = (sides(&ALL), sides(&ALL[..1]));
        assert_eq!(
            said(&plan(), Some(&saved), &measured),
            [
                "native: in the saved baseline `main` and not measured (no GraalVM)",
                "native-pgo: in the saved baseline `main` and not measured",
            ]
        );
        let scope = Scope {
            measured: measured.iter().collect(),
            saved: Some(Saved {
                name: "main",
                sides: saved.iter().collect(),
            }),
            ..Scope::default()
        };
        let checks = passed(&measured);
        let unchecked = plan().unchecked(&scope, &checks);
        let report = GateReport::new("hello", checks).and_unchecked(unchecked);
        assert_eq!((report.outcome, report.exit_code), (Outcome::CannotTell, 8));
        assert_eq!(
            report.line,
            "VERDICT: cannot tell: the others pass; native, native-pgo: in the saved baseline `main` and not measured"
        );
        let json = serde_json::to_value(&report).expect("it has only string keys");
        assert_eq!(json["unchecked"][1]["variant"], "native-pgo");
    }

    #[test]
    fn what_the_baseline_lacks_is_not_passed_over() {
        let (saved, measured) = (sides(&ALL[..1]), sides(&ALL));
        let lacking = [
            "native: not in the saved baseline `main`",
            "native-pgo: not in the saved baseline `main`",
        ];
        assert_eq!(said(&plan(), Some(&saved), &measured), lacking);
        let chosen = GatePlan {
            is_chosen: true,
            ..plan()
        };
        assert_eq!(
            said(&chosen, Some(&saved), &measured),
            lacking,
            "who is asked for by name is to be checked"
        );
    }

    #[test]
    fn candidates_and_the_command_line_say_who_counts() {
        let (saved, measured) = (sides(&ALL), sides(&ALL[..1]));
        let chosen = GatePlan {
            is_chosen: true,
            ..plan()
        };
        assert!(said(&chosen, Some(&saved), &measured).is_empty());
        let only = |candidates: &[Variant]| GatePlan {
            candidates: candidates.to_vec(),
            ..plan()
        };
        assert!(said(&only(&ALL[..1]), Some(&saved), &measured).is_empty());
        assert_eq!(
            said(&only(&ALL[2..]), Some(&saved), &measured),
            ["native-pgo: in the saved baseline `main` and not measured"]
        );
        // A new variant is no candidate.
        assert!(said(&only(&ALL[..1]), Some(&measured), &saved).is_empty());
    }

    #[test]
    fn a_candidate_that_the_file_names_is_missed_without_a_baseline_too() {
        let named = GatePlan {
            candidates: ALL[1..].to_vec(),
            ..plan()
        };
        assert_eq!(
            said(&named, None, &sides(&ALL[..2])),
            ["native-pgo: named in `candidates` and not measured"]
        );
        assert!(said(&plan(), None, &sides(&ALL[..2])).is_empty());
    }

    #[test]
    fn a_metric_that_the_file_gates_by_name_is_missed_where_it_is_not_measured() {
        let named = GatePlan {
            limits: vec![
                (Metric::ThroughputRps, 3.0),
                (Metric::ColdStartMsDropped, 3.0),
            ],
            names_metrics: true,
            ..plan()
        };
        let both = sides(&ALL[..1]);
        assert_eq!(
            said(&named, Some(&both), &both),
            ["hotspot: cold start, page cache dropped was not measured"]
        );
        assert!(said(&plan(), Some(&both), &both).is_empty());
    }

    #[test]
    fn what_is_in_both_and_cannot_be_compared_is_not_passed_over() {
        let both = sides(&ALL[..1]);
        let scope = Scope {
            measured: both.iter().collect(),
            saved: Some(Saved {
                name: "main",
                sides: both.iter().collect(),
            }),
            ..Scope::default()
        };
        let unchecked = plan().unchecked(&scope, &[]);
        assert_eq!(
            unchecked[0].words(),
            "hotspot: nothing of it could be compared with the saved baseline `main`"
        );
    }

    #[test]
    fn a_failure_is_told_once() {
        let (saved, measured) = (sides(&ALL), sides(&ALL[..1]));
        let scope = Scope {
            measured: measured.iter().collect(),
            saved: Some(Saved {
                name: "main",
                sides: saved.iter().collect(),
            }),
            failed: sides(&ALL[1..]),
            ..Scope::default()
        };
        assert!(plan().unchecked(&scope, &passed(&measured)).is_empty());
    }
}
