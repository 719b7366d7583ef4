//! How much a candidate differs from its baseline: the Hodges-Lehmann estimate of the paired log ratios with the exact
//! interval of the Wilcoxon signed-rank test (Hollander, Wolfe and Chicken, Nonparametric Statistical Methods, 3rd ed.,
//! sections 3.2 and 3.3).
//!
//! Pairs are the two sides' values of one interleaved block, so what the machine does to a block hits both. Nothing is
//! assumed about the shape of the distribution but symmetry of the log ratios; six blocks are the fewest that can decide.

/// A change in percent with its interval; no interval where so few pairs cannot give one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Change {
    /// By how much the candidate differs, in percent of the baseline.
    pub percent: f64,
    /// Lower end of the 95 % interval.
    pub low: Option<f64>,
    /// Upper end.
    pub high: Option<f64>,
}

/// Returns the change from each pair's first (baseline) to its second (candidate); `None` without positive finite pairs.
///
/// `confidence` is that of the interval, in 0..1: [`CONFIDENCE`](crate::stats::estimate::CONFIDENCE) for one look at the data,
/// [`sequential::confidence`](super::sequential::confidence) for one of several.
pub fn change(pairs: &[(f64, f64)], confidence: f64) -> Option<Change> {
    let ratios = log_ratios(pairs);
    change_of_logs(&ratios, outside(ratios.len(), confidence))
}

/// The logarithms of candidate / baseline, of the pairs that have one.
pub fn log_ratios(pairs: &[(f64, f64)]) -> Vec<f64> {
    let usable = |(baseline, candidate): &&(f64, f64)| {
        *baseline > 0.0 && *candidate > 0.0 && baseline.is_finite() && candidate.is_finite()
    };
    pairs
        .iter()
        .filter(usable)
        .map(|(baseline, candidate)| (candidate / baseline).ln())
        .collect()
}

/// The change that log ratios show; `outside` is [`outside`] of their number, which simulations compute once.
pub(super) fn change_of_logs(ratios: &[f64], outside: Option<usize>) -> Option<Change> {
    Change::of_sorted_logs(&walsh_averages(ratios), outside)
}

impl Change {
    /// The median of `sorted` as the change, and as its interval what `outside` values at each end leave.
    pub(super) fn of_sorted_logs(sorted: &[f64], outside: Option<usize>) -> Option<Self> {
        let percent = |log: f64| log.exp_m1() * 100.0;
        let end = |index: Option<usize>| {
            index
                .and_then(|index| sorted.get(index))
                .map(|log| percent(*log))
        };
        Some(Self {
            percent: percent(crate::stats::level::percentile(sorted, 50.0)?),
            low: end(outside),
            high: end(outside.and_then(|outside| sorted.len().checked_sub(outside + 1))),
        })
    }
}

/// The averages of all pairs of values, each with itself too, in ascending order.
fn walsh_averages(values: &[f64]) -> Vec<f64> {
    let mut averages = Vec::with_capacity(values.len() * (values.len() + 1) / 2);
    for (index, one) in values.iter().enumerate() {
        averages.extend(
            values[index..]
                .iter()
                .map(|other| f64::midpoint(*one, *other)),
        );
    }
    crate::stats::level::sorted(averages)
}

/// How many Walsh averages of `n` values an interval of `confidence` leaves out at each end: the largest k with
/// P(W ≤ k) ≤ (1 − confidence) / 2. `None` if even the widest interval has less confidence.
pub(super) fn outside(n: usize, confidence: f64) -> Option<usize> {
    crate::stats::tail::largest_in_tail(&distribution(n), (1.0 - confidence) / 2.0)
}

/// The probability of each rank sum under the null hypothesis: every sign is equally likely.
fn distribution(n: usize) -> Vec<f64> {
    let mut probabilities = vec![0.0; n * (n + 1) / 2 + 1];
    probabilities[0] = 1.0;
    for rank in 1..=n {
        for sum in (0..probabilities.len()).rev() {
            let with = sum
                .checked_sub(rank)
                .map_or(0.0, |rest| probabilities[rest]);
            probabilities[sum] = f64::midpoint(probabilities[sum], with);
        }
    }
    probabilities
}

/// The smallest two-sided p that `n` pairs can give: 2 / 2ⁿ.
pub fn smallest_p(n: u32) -> f64 {
    2.0 * 0.5_f64.powi(i32::try_from(n).unwrap_or(i32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::estimate::CONFIDENCE;

    #[test]
    fn the_smallest_p_is_known_before_measuring() {
        assert_eq!([5, 6, 8].map(smallest_p), [0.0625, 0.031_25, 0.007_812_5]);
    }

    #[test]
    fn critical_values_are_those_of_the_tables() {
        // R: qsignrank(0.025, n) for n = 6, 8, 10, 20 is 1, 4, 9, 53; the interval's ends are the averages of those ranks.
        assert_eq!(
            [6, 8, 10, 20].map(|n| outside(n, CONFIDENCE)),
            [Some(0), Some(3), Some(8), Some(52)]
        );
        assert_eq!(outside(5, CONFIDENCE), None);
    }

    #[test]
    #[expect(
        clippy::approx_constant,
        reason = "3.14 is one of the published values"
    )]
    fn the_published_example_is_met() {
        // Hollander and Wolfe, Example 3.1 (Hamilton depression scale), as differences. R: wilcox.test(x, y, paired = TRUE,
        // conf.int = TRUE) gives the estimate -0.46 and, for n = 9, [-0.786, -0.010].
        let x: [f64; 9] = [1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30];
        let y: [f64; 9] = [0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29];
        let pairs: Vec<(f64, f64)> = x.iter().zip(y).map(|(x, y)| (x.exp(), y.exp())).collect();
        let found = change(&pairs, CONFIDENCE).expect("the pairs are positive");
        let log = |percent: f64| (percent / 100.0).ln_1p();
        assert!(
            (log(found.percent) + 0.46).abs() < 1e-9,
            "{}",
            log(found.percent)
        );
        assert!((log(found.low.expect("nine pairs suffice")) + 0.786).abs() < 1e-9);
        assert!((log(found.high.expect("nine pairs suffice")) + 0.010).abs() < 1e-9);
    }

    #[test]
    fn six_blocks_that_agree_decide_and_five_do_not() {
        let pairs = [
            (100.0, 104.0),
            (101.0, 106.0),
            (99.0, 103.0),
            (100.0, 105.0),
            (98.0, 103.0),
            (102.0, 106.0),
        ];
        assert!(
            change(&pairs, CONFIDENCE)
                .expect("there are pairs")
                .low
                .is_some_and(|low| low > 3.0)
        );
        assert_eq!(
            change(&pairs[..5], CONFIDENCE)
                .expect("there are pairs")
                .low,
            None
        );
        assert_eq!(change(&[], CONFIDENCE), None);
    }
}
