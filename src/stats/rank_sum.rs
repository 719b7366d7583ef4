//! The change between two sides that were not measured together: the Hodges-Lehmann estimate of the shift of logarithms with
//! the exact interval of the Wilcoxon rank-sum (Mann-Whitney) test (Hollander, Wolfe and Chicken, Nonparametric Statistical
//! Methods, 3rd ed., sections 4.2 and 4.3).
//!
//! Used against a saved baseline only: interleaved pairs ([`super::signed_rank`]) are the better evidence. What the machine did
//! between the two measurements is in no interval.

use super::Change;

/// Returns the change from `baseline` to `candidate`; `None` if either has no positive finite value.
pub fn change_unpaired(baseline: &[f64], candidate: &[f64], confidence: f64) -> Option<Change> {
    let (baseline, candidate) = (logs(baseline), logs(candidate));
    let differences = crate::stats::level::sorted(
        candidate
            .iter()
            .flat_map(|one| baseline.iter().map(move |other| one - other))
            .collect(),
    );
    let distribution = distribution(baseline.len(), candidate.len());
    let outside = crate::stats::tail::largest_in_tail(&distribution, (1.0 - confidence) / 2.0);
    Change::of_sorted_logs(&differences, outside)
}

fn logs(values: &[f64]) -> Vec<f64> {
    values
        .iter()
        .filter(|value| **value > 0.0 && value.is_finite())
        .map(|value| value.ln())
        .collect()
}

/// The probability of each Mann-Whitney count under the null hypothesis, by the recursion over which side has the largest
/// value (Mann and Whitney 1947).
fn distribution(m: usize, n: usize) -> Vec<f64> {
    // `row[j][u]`: the probability of count u with i values on the first side and j on the second.
    let mut row: Vec<Vec<f64>> = (0..=n).map(|_| vec![1.0]).collect();
    for i in 1..=m {
        let mut next: Vec<Vec<f64>> = vec![vec![1.0]];
        for j in 1..=n {
            let largest_is_first = i as f64 / (i + j) as f64;
            let mut counts = vec![0.0; i * j + 1];
            for (u, p) in row[j].iter().enumerate() {
                counts[u + j] += largest_is_first * p;
            }
            for (u, p) in next[j - 1].iter().enumerate() {
                counts[u] += (1.0 - largest_is_first) * p;
            }
            next.push(counts);
        }
        row = next;
    }
    row.pop().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::estimate::CONFIDENCE;
    use crate::stats::tail::largest_in_tail;

    #[test]
    fn critical_values_are_those_of_the_tables() {
        // By enumeration of all arrangements (Python, itertools.combinations): the largest u with P(U <= u) <= 0.025.
        let critical = |m, n| largest_in_tail(&distribution(m, n), 0.025);
        assert_eq!(
            [(3, 3), (4, 4), (5, 5), (6, 6), (10, 5)].map(|(m, n)| critical(m, n)),
            [None, Some(0), Some(2), Some(5), Some(8)]
        );
        // measuring rule 3: 3 + 3 rounds give 0.10 at best, 4 + 4 0.029, 5 + 5 0.0079.
        let smallest_p = |n| 2.0 * distribution(n, n)[0];
        assert!((smallest_p(3) - 0.1).abs() < 1e-12);
        assert!((smallest_p(4) - 0.028_571).abs() < 1e-6);
        assert!((smallest_p(5) - 0.007_937).abs() < 1e-6);
    }

    #[test]
    fn the_published_example_is_met() {
        // Hollander and Wolfe, Examples 4.1 to 4.3 (permeability of the chorioamnion): the estimate is -0.305, the interval
        // (-0.76, 0.15).
        let x: [f64; 10] = [0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46];
        let y: [f64; 5] = [1.15, 0.88, 0.90, 0.74, 1.21];
        let change = change_unpaired(&x.map(f64::exp), &y.map(f64::exp), CONFIDENCE)
            .expect("both sides have values");
        let log = |percent: f64| (percent / 100.0).ln_1p();
        assert!((log(change.percent) + 0.305).abs() < 1e-9);
        assert!((log(change.low.expect("they suffice")) + 0.76).abs() < 1e-9);
        assert!((log(change.high.expect("they suffice")) - 0.15).abs() < 1e-9);
    }

    #[test]
    fn too_few_rounds_have_no_interval_and_none_have_no_change() {
        let three = change_unpaired(&[1.0, 2.0, 3.0], &[4.0, 5.0, 6.0], CONFIDENCE);
        assert_eq!(three.expect("there are values").low, None);
        assert_eq!(change_unpaired(&[], &[1.0], CONFIDENCE), None);
    }
}
