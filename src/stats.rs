//! Numbers in, numbers out: estimates with 95 % intervals, and the change between two sides. Pure.
//!
//! The round is the unit of inference. Levels over rounds carry Student's t interval of the mean; percentiles carry
//! order-statistic intervals of the pooled samples; changes carry the exact interval of the Wilcoxon signed-rank test, or of the
//! rank-sum test where the sides were not measured together. Each file names its method's source.

mod noise;
mod order_statistics;
mod outliers;
mod rank_sum;
pub mod sequential;
mod signed_rank;
#[cfg(test)]
mod simulation;
mod trend;

use serde::{Deserialize, Serialize};
use statrs::distribution::{ContinuousCDF, StudentsT};

pub use noise::{noise_floor, rounds_needed};
pub use order_statistics::{Ranked, percentile_estimate};
pub use outliers::outliers;
pub use rank_sum::change_unpaired;
pub use signed_rank::{Change, change, log_ratios, smallest_p};
pub use trend::{Trend, trend};

/// The confidence of every interval.
pub const CONFIDENCE: f64 = 0.95;

/// A figure with its 95 % interval, where there is one.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// The figure.
    pub value: f64,
    /// Lower end of its 95 % interval; `null` if unknown.
    pub low: Option<f64>,
    /// Upper end.
    pub high: Option<f64>,
    /// How many measured values it comes from.
    pub n: u64,
}

impl Estimate {
    /// A figure that is known, not estimated: a size in bytes. `None` if it is not finite.
    pub fn exact(value: f64) -> Option<Self> {
        value.is_finite().then_some(Self {
            value,
            low: None,
            high: None,
            n: 1,
        })
    }
}

/// Returns the arithmetic mean; `None` without values.
pub fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

/// Returns the value below which `p` percent of `sorted` fall, by linear interpolation between closest ranks
/// (Hyndman and Fan 1996, type 7).
///
/// `sorted` is in ascending order; `p` is in 0..=100. `None` if there are no values.
pub fn percentile<R: Ranked + ?Sized>(sorted: &R, p: f64) -> Option<f64> {
    let last = sorted.count().checked_sub(1)?;
    let rank = p / 100.0 * last as f64;
    let (below, above) = (
        sorted.at(rank.floor() as u64)?,
        sorted.at(rank.ceil() as u64)?,
    );
    Some(below + (above - below) * rank.fract())
}

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

/// The two-sided quantile of Student's t with `freedom` degrees of freedom.
fn t_quantile(freedom: usize) -> f64 {
    StudentsT::new(0.0, 1.0, freedom as f64)
        .map_or(f64::NAN, |t| t.inverse_cdf(0.5 + CONFIDENCE / 2.0))
}

/// The largest index whose cumulated probability is at most `tail`; `None` if even the first is more.
fn largest_in_tail(probabilities: &[f64], tail: f64) -> Option<usize> {
    let mut cumulative = 0.0;
    let within = |probability: &&f64| {
        cumulative += **probability;
        cumulative <= tail
    };
    probabilities
        .iter()
        .take_while(within)
        .count()
        .checked_sub(1)
}

/// Returns `values` in ascending order.
pub fn sorted(mut values: Vec<f64>) -> Vec<f64> {
    values.sort_by(f64::total_cmp);
    values
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
