//! Known answers, and a machine whose noise is known.

pub(super) mod simulation;

use super::*;

#[test]
fn percentiles_interpolate_as_r_and_numpy_do() {
    // R: quantile(c(15, 20, 35, 40, 50), 0.4, type = 7) is 29.
    assert_eq!(
        percentile(&[15.0, 20.0, 35.0, 40.0, 50.0][..], 40.0),
        Some(29.0)
    );
    assert_eq!(percentile(&[1.0, 2.0][..], 50.0), Some(1.5));
    assert_eq!(percentile(&[][..], 50.0), None);
}

#[test]
fn the_t_interval_on_the_log_scale_is_the_textbook_one() {
    // R: x <- 5:9; mean(x) * exp(c(-1, 1) * qt(.975, 4) * sd(x) / sqrt(5) / mean(x)) is 5.288074, 9.266134.
    let estimate = mean_estimate(&[5.0, 6.0, 7.0, 8.0, 9.0]).expect("there are values");
    let (low, high) = (estimate.low.expect("n > 1"), estimate.high.expect("n > 1"));
    assert!(
        (low - 5.288_07).abs() < 1e-4 && (high - 9.266_13).abs() < 1e-4,
        "{low} {high}"
    );
}

#[test]
fn the_interval_of_what_is_positive_is_positive() {
    // On the plain scale it is from -333 to 668 ms.
    let slow = mean_estimate(&[128.1, 206.9]).expect("there are values");
    let (low, high) = (slow.low.expect("n > 1"), slow.high.expect("n > 1"));
    assert!(
        low > 0.0 && low < slow.value && slow.value < high,
        "{low} {high}"
    );
}

#[test]
fn one_value_has_no_interval_and_none_has_no_figure() {
    assert_eq!(mean_estimate(&[3.0]), Estimate::exact(3.0));
    assert_eq!(mean_estimate(&[]), None);
    assert_eq!(Estimate::exact(f64::NAN), None);
}
