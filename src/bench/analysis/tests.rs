//! Figures and comparisons of samples that were written to disk.

use super::*;
use crate::bench::samples::write_round;
use crate::variant::Variant;

/// Samples of `sides` in a folder: each round's latencies are the side's, in milliseconds, and a little more from round to round.
fn samples(sides: &[(Side, u64)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary directory");
    for (side, ms) in sides {
        for block in 1..=6 {
            let latency = ms * 1_000_000 + u64::from(block) * 1000;
            let round = Round {
                elapsed_ns: 100 * latency,
                latencies: std::iter::repeat_n(latency, 100).collect(),
                ..Round::new(side.clone(), block)
            };
            write_round(folder.path(), &round).expect("it can be written");
        }
    }
    folder
}

/// A report of those sides, of which nothing is known yet.
fn report(sides: &[(Side, u64)]) -> Report {
    let known = |(side, _): &(Side, u64)| SideReport {
        side: side.clone(),
        ..SideReport::for_tests(Variant::Native)
    };
    Report {
        sides: sides.iter().map(known).collect(),
        ..Report::for_tests()
    }
}

#[test]
fn four_sides_of_one_variant_are_each_compared_with_its_baseline() {
    let of = |name: &str| Side::instance(name, Variant::NativePgo);
    let sides = [
        (Side::from(Variant::Hotspot), 40),
        (Side::from(Variant::Native), 20),
        (of("1 profile"), 18),
        (of("2 profiles"), 16),
        (of("4 profiles"), 14),
        (of("8 profiles"), 12),
    ];
    let folder = samples(&sides);
    let mut report = report(&sides);
    // What is read again from the disk knows as much.
    let json = serde_json::to_string(&report).expect("it has only string keys");
    for report in [
        &mut report,
        &mut serde_json::from_str(&json).expect("it is one"),
    ] {
        analyse(folder.path(), report, 3.0).expect("samples are whole");
        let compared: Vec<(String, String, i64)> = report
            .comparisons
            .iter()
            .filter(|one| one.metric == Metric::LatencyMsMean)
            .map(|one| {
                (
                    one.candidate.to_string(),
                    one.baseline.to_string(),
                    one.change_percent.round() as i64,
                )
            })
            .collect();
        let row = |candidate: &str, baseline: &str, percent| {
            (candidate.to_owned(), baseline.to_owned(), percent)
        };
        assert_eq!(
            compared,
            [
                row("native", "hotspot", -50),
                row("1 profile", "native", -10),
                row("2 profiles", "native", -20),
                row("4 profiles", "native", -30),
                row("8 profiles", "native", -40),
            ]
        );
    }
}

#[test]
fn a_baseline_that_is_asked_for_is_a_side_of_the_run_by_name() {
    let side = |name| Side::of_name(name);
    let sides = [side("a"), side("b"), side("c")];
    let measured: Vec<&Side> = sides.iter().collect();
    let found = |candidate, asked| baseline_of(candidate, asked, &measured).map(Side::name);
    assert_eq!(found(&sides[2], Some("b")), Some("b"));
    assert_eq!(found(&sides[1], Some("b")), None, "not with itself");
    assert_eq!(found(&sides[2], None), Some("a"), "the first");
}
