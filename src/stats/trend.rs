//! Did the figures drift while they were measured? The Mann-Kendall test with Sen's slope (Hollander, Wolfe and Chicken,
//! Nonparametric Statistical Methods, 3rd ed., sections 8.1 and 9.3): no assumption about how they drift, only that they do.

use statrs::distribution::{ContinuousCDF, Normal};

/// Up to here the test's distribution is computed exactly.
const EXACT_UP_TO: usize = 60;

/// A drift from the first to the last value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Trend {
    /// How much the level changed from the first to the last value, in percent.
    pub percent: f64,
    /// Two-sided p of Kendall's test against time.
    pub p: f64,
}

/// Returns the drift of `values`, which are in the order of their measurement; `None` for fewer than four positive ones.
pub fn trend(values: &[f64]) -> Option<Trend> {
    if values.len() < 4
        || values
            .iter()
            .any(|value| *value <= 0.0 || !value.is_finite())
    {
        return None;
    }
    let logs: Vec<f64> = values.iter().map(|value| value.ln()).collect();
    let mut slopes = Vec::new();
    let (mut up, mut down) = (0_usize, 0_usize);
    for (later, value) in logs.iter().enumerate() {
        for (earlier, other) in logs[..later].iter().enumerate() {
            slopes.push((value - other) / (later - earlier) as f64);
            up += usize::from(value > other);
            down += usize::from(value < other);
        }
    }
    let slope = crate::stats::level::percentile(&crate::stats::level::sorted(slopes), 50.0)?;
    Some(Trend {
        percent: (slope * (logs.len() - 1) as f64).exp_m1() * 100.0,
        p: two_sided_p(logs.len(), up.min(down), up.abs_diff(down)),
    })
}

/// `fewer` is the smaller count of pairs in one order, `difference` Kendall's |S|.
fn two_sided_p(n: usize, fewer: usize, difference: usize) -> f64 {
    if n <= EXACT_UP_TO {
        let tail: f64 = inversions(n).iter().take(fewer + 1).sum();
        return (2.0 * tail).min(1.0);
    }
    let n = n as f64;
    let deviation = (n * (n - 1.0) * (2.0 * n + 5.0) / 18.0).sqrt();
    // The continuity correction of Kendall.
    let z = (difference as f64 - 1.0).max(0.0) / deviation;
    Normal::standard().sf(z) * 2.0
}

/// The probability of each number of inversions in a random order of `n` values.
fn inversions(n: usize) -> Vec<f64> {
    let mut probabilities = vec![1.0];
    for length in 2..=n {
        let mut next = vec![0.0; probabilities.len() + length - 1];
        for (count, probability) in probabilities.iter().enumerate() {
            for more in 0..length {
                next[count + more] += probability / length as f64;
            }
        }
        probabilities = next;
    }
    probabilities
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p_values_and_slopes_are_those_of_scipy() {
        // SciPy 1.17.1: kendalltau(range(n), values, method='exact').pvalue and theilslopes(log(values), range(n)).
        let cases: [(&[f64], f64); 4] = [
            (&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0], 0.002_777_777_777_777_8),
            (&[1.0, 3.0, 2.0, 4.0, 6.0, 5.0], 0.055_555_555_555_555_5),
            (
                &[2.0, 1.0, 4.0, 3.0, 6.0, 5.0, 8.0, 7.0],
                0.014_136_904_761_904_8,
            ),
            (
                &[5.1, 4.9, 5.3, 5.6, 5.2, 5.9, 6.1, 5.8, 6.3, 6.0],
                0.004_686_948_853_615_5,
            ),
        ];
        for (values, p) in cases {
            let found = trend(values).expect("there are enough").p;
            assert!((found - p).abs() < 1e-12, "{values:?}: {found}");
        }
        let steady: Vec<f64> = (0..8).map(|n| 100.0 * 1.01_f64.powi(n)).collect();
        let found = trend(&steady).expect("there are enough").percent;
        assert!(
            (found - (1.01_f64.powi(7) - 1.0) * 100.0).abs() < 1e-9,
            "{found}"
        );
    }

    #[test]
    fn many_values_are_judged_by_the_normal_approximation() {
        // SciPy 1.17.1: kendalltau(range(64), values) has S = 706 and a deviation of 172.7; 2 * norm.sf((706 - 1) / 172.7) with
        // Kendall's correction. Its exact p is 3.05e-5.
        let rising: Vec<f64> = (0..64)
            .map(|i| f64::from((i * 7) % 64) + f64::from(i) / 2.0 + 1.0)
            .collect();
        let p = trend(&rising).expect("there are enough").p;
        assert!((p - 4.417_113_424e-5).abs() < 1e-12, "{p}");
        let exact: f64 = inversions(64).iter().sum();
        assert!((exact - 1.0).abs() < 1e-9);
    }

    #[test]
    fn three_values_have_no_trend() {
        assert_eq!(trend(&[1.0, 2.0, 3.0]), None);
    }
}
