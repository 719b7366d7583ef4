//! Values far from the others: named in the report, never dropped.
//!
//! The modified z-score of Iglewicz and Hoaglin (How to Detect and Handle Outliers, 1993): the distance from the median in units
//! of the median absolute deviation, which the outliers themselves cannot stretch. What is rare but hardly differs is not worth a
//! word, so a value must also be clearly off.

/// Iglewicz and Hoaglin's limit.
const SCORE: f64 = 3.5;
/// Makes the median absolute deviation an estimate of the standard deviation, for a normal distribution.
const NORMAL: f64 = 0.6745;
/// A value closer to the median than this is not worth naming.
const PERCENT: f64 = 10.0;
/// Fewer values have no typical distance.
const FEWEST: usize = 5;

/// Returns the places of the outliers in `values`, in ascending order.
pub fn outliers(values: &[f64]) -> Vec<usize> {
    if values.len() < FEWEST {
        return Vec::new();
    }
    let Some(median) = median(values) else {
        return Vec::new();
    };
    let distances: Vec<f64> = values.iter().map(|value| (value - median).abs()).collect();
    let Some(deviation) = self::median(&distances) else {
        return Vec::new();
    };
    let far = |distance: f64| {
        NORMAL * distance > SCORE * deviation && distance > median.abs() * PERCENT / 100.0
    };
    (0..values.len())
        .filter(|index| far(distances[*index]))
        .collect()
}

fn median(values: &[f64]) -> Option<f64> {
    crate::stats::level::percentile(&crate::stats::level::sorted(values.to_vec()), 50.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_round_that_went_wrong_is_named_and_ordinary_scatter_is_not() {
        assert_eq!(outliers(&[100.0, 101.0, 99.0, 60.0, 100.5, 99.5]), [3]);
        assert!(outliers(&[100.0, 101.0, 99.0, 98.0, 102.0, 103.0]).is_empty());
    }

    #[test]
    fn two_far_values_do_not_hide_each_other() {
        // Mean 3.54 and deviation 2.49 would give both a score of 1.9; the median 2.45 and the median deviation 0.15 give 25.9
        // and 26.3 (0.6745 × 5.75 / 0.15).
        let values = [2.1, 2.6, 2.4, 2.5, 2.3, 2.1, 2.3, 2.6, 8.2, 8.3];
        assert_eq!(outliers(&values), [8, 9]);
    }

    #[test]
    fn values_that_are_almost_all_equal_and_hardly_differ_have_none() {
        assert!(outliers(&[10.0, 10.0, 10.0, 10.0, 10.0, 10.1]).is_empty());
        assert_eq!(outliers(&[10.0, 10.0, 10.0, 10.0, 10.0, 20.0]), [5]);
        assert!(outliers(&[1.0, 9.0]).is_empty());
    }
}
