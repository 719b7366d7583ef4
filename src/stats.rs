//! Numbers in, numbers out: estimates with 95 % intervals, and the change between two sides. Pure.
//!
//! The round is the unit of inference. Levels over rounds carry Student's t interval of the mean; percentiles carry
//! order-statistic intervals of the pooled samples; changes carry the exact interval of the Wilcoxon signed-rank test, or of the
//! rank-sum test where the sides were not measured together. Each file names its method's source.

mod estimate;
mod level;
mod noise;
mod order_statistics;
mod outliers;
mod rank_sum;
pub mod sequential;
mod signed_rank;
#[cfg(test)]
mod simulation;
mod tail;
mod trend;

use tail::t_quantile;

pub use estimate::{CONFIDENCE, Estimate};
pub use level::{Ranked, mean, percentile, sorted};
pub use noise::{noise_floor, rounds_needed};
pub use order_statistics::percentile_estimate;
pub use outliers::outliers;
pub use rank_sum::change_unpaired;
pub use signed_rank::{Change, change, log_ratios, smallest_p};
pub use trend::trend;

/// Returns the mean of `values` with Student's t interval; `None` without values, no interval with one.
pub fn mean_estimate(values: &[f64]) -> Option<Estimate> {
    let mean = mean(values)?;
    let n = values.len();
    let half = (n > 1).then(|| {
        let variance = values
            .iter()
            .map(|value| (value - mean).powi(2))
            .sum::<f64>()
            / (n - 1) as f64;
        t_quantile(n - 1) * (variance / n as f64).sqrt()
    });
    let finite = |value: f64| value.is_finite().then_some(value);
    finite(mean).map(|value| Estimate {
        value,
        low: half.and_then(|half| finite(mean - half)),
        high: half.and_then(|half| finite(mean + half)),
        n: n as u64,
    })
}

#[cfg(test)]
mod tests {
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
    fn the_t_interval_is_the_textbook_one() {
        // R: t.test(c(5, 6, 7, 8, 9))$conf.int is 5.036757, 8.963243.
        let estimate = mean_estimate(&[5.0, 6.0, 7.0, 8.0, 9.0]).expect("there are values");
        let (low, high) = (estimate.low.expect("n > 1"), estimate.high.expect("n > 1"));
        assert!(
            (low - 5.036_757).abs() < 1e-5 && (high - 8.963_243).abs() < 1e-5,
            "{low} {high}"
        );
    }

    #[test]
    fn one_value_has_no_interval_and_none_has_no_figure() {
        assert_eq!(mean_estimate(&[3.0]), Estimate::exact(3.0));
        assert_eq!(mean_estimate(&[]), None);
        assert_eq!(Estimate::exact(f64::NAN), None);
    }
}
