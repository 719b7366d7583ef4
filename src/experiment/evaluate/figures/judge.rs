//! Whether what the thesis says agrees with what was measured, as far as intervals say. Pure.

use crate::compare::{Comparison, Metric, Side, Verdict};
use crate::experiment::thesis::{Known, words};
use crate::report::Report;
use crate::report::cross::{CrossCell, CrossRow};
use crate::report::evaluate::{Agreement, Claim, Published};
use crate::report::experiment::SweepReport;
use crate::stats::Estimate;

/// Sizes that differ by less are not said to have changed.
const SAME_SIZE_PERCENT: f64 = 1.0;

pub(super) fn estimate(report: &Report, side: &Side, metric: Metric) -> Option<Estimate> {
    let known = report.sides.iter().find(|known| known.side == *side)?;
    known.metrics.get(metric).copied()
}

/// A published gain against ours; one in words is that it is smaller.
pub(super) fn gain(published: &Published, ours: &Comparison) -> Agreement {
    match published.percent {
        Some(percent) => Agreement::of(percent, ours),
        None if ours.change_percent < 0.0 => Agreement::Holds,
        None => Agreement::DoesNotHold,
    }
}

/// The image with the largest figure against that with the smallest.
pub(super) fn widest<'a>(
    metric: Metric,
    report: &Report,
    comparisons: &[&'a Comparison],
) -> Option<&'a Comparison> {
    let value = |side: &Side| estimate(report, side, metric).map(|estimate| estimate.value);
    let apart = |one: &&&Comparison| match (value(&one.candidate), value(&one.baseline)) {
        (Some(candidate), Some(baseline)) => candidate / baseline,
        _ => 0.0,
    };
    let found = comparisons
        .iter()
        .max_by(|one, other| apart(one).total_cmp(&apart(other)));
    found.copied()
}

/// Whether no two images differ by more than the limit.
pub(super) fn flat(comparisons: &[&Comparison], limit: f64) -> Agreement {
    let ends = |one: &&Comparison| one.low.zip(one.high);
    let within = |(low, high): (f64, f64)| low >= -limit && high <= limit;
    let beyond = |(low, high): (f64, f64)| low > limit || high < -limit;
    if comparisons.iter().any(|one| ends(one).is_some_and(beyond)) {
        Agreement::DoesNotHold
    } else if comparisons.iter().all(|one| ends(one).is_some_and(within)) {
        Agreement::Holds
    } else {
        Agreement::CannotTell
    }
}

/// How far the sizes of the images lie apart; they are known exactly.
pub(super) fn sizes_apart(report: &Report, sweep: &SweepReport) -> (String, Agreement) {
    let size = |side: &Side| estimate(report, side, Metric::ImageSizeBytes).map(|size| size.value);
    let sizes: Vec<f64> = sweep
        .cells
        .iter()
        .filter_map(|cell| size(&cell.side))
        .collect();
    let least = sizes.iter().copied().min_by(f64::total_cmp);
    let most = sizes.iter().copied().max_by(f64::total_cmp);
    let (Some(least), Some(most)) = (least, most) else {
        return ("–".to_owned(), Agreement::CannotTell);
    };
    let percent = (most / least - 1.0) * 100.0;
    let agreement = match percent < SAME_SIZE_PERCENT {
        true => Agreement::Holds,
        false => Agreement::DoesNotHold,
    };
    (format!("{percent:.2} % apart"), agreement)
}

/// Whether a profile is shown to help.
pub(super) fn helps(against: Option<&Comparison>) -> Agreement {
    match against.and_then(|one| one.verdict) {
        Some(Verdict::Better) => Agreement::Holds,
        Some(Verdict::Worse | Verdict::NoDifferenceShown) => Agreement::DoesNotHold,
        Some(Verdict::CannotTell) | None => Agreement::CannotTell,
    }
}

/// Whether the function's own profile brings more than each other function's.
pub(super) fn own_is_best(row: &CrossRow, known: Option<Known>) -> Claim {
    let own = row.cells.iter().find(|cell| cell.source == "own");
    let others = row
        .cells
        .iter()
        .filter(|cell| !matches!(cell.source.as_str(), "own" | "all"));
    let against = |cell: &CrossCell| {
        let own = own?;
        row.comparisons.iter().find(|one| {
            one.candidate == own.side
                && one.baseline == cell.side
                && one.metric == Metric::ThroughputRps
        })
    };
    let mut words_of = Vec::new();
    let mut verdicts = Vec::new();
    for cell in others {
        let found = against(cell);
        words_of.push(found.map_or_else(
            || format!("own has the image of {}", cell.source),
            |found| format!("own against {}: {}", cell.source, found.change_in_words()),
        ));
        verdicts.push(match found {
            Some(found) => found.verdict,
            None => Some(Verdict::NoDifferenceShown),
        });
    }
    let published = known.map(|_| words("its own is best, no number"));
    let is = |verdict: Verdict| move |one: &Option<Verdict>| *one == Some(verdict);
    let refuted =
        |one: &Option<Verdict>| is(Verdict::Worse)(one) || is(Verdict::NoDifferenceShown)(one);
    let agreement = match &published {
        None => Agreement::NothingPublished,
        Some(_) if verdicts.iter().all(is(Verdict::Better)) => Agreement::Holds,
        Some(_) if verdicts.iter().any(refuted) => Agreement::DoesNotHold,
        Some(_) => Agreement::CannotTell,
    };
    Claim {
        function: row.function.clone(),
        published,
        ours: words_of.join("; "),
        agreement,
    }
}
