//! Numbers in, numbers out: estimates with 95 % intervals, and the change between two sides. Pure.
//!
//! The round is the unit of inference. Levels over rounds carry Student's t interval of the mean, on the logarithmic scale; percentiles carry
//! order-statistic intervals of the pooled samples; changes carry the exact interval of the Wilcoxon signed-rank test, or of the
//! rank-sum test where the sides were not measured together. Each file names its method's source.

mod concordance;
mod estimate;
mod level;
mod noise;
mod order_statistics;
mod outliers;
mod rank_sum;
pub mod sequential;
mod signed_rank;
mod tail;
mod trend;

use tail::t_quantile;

pub use concordance::concordance;
pub use estimate::{CONFIDENCE, Estimate};
pub use level::{Ranked, mean, percentile, sorted};
pub use noise::{noise_floor, rounds_needed};
pub use order_statistics::percentile_estimate;
pub use outliers::outliers;
pub use rank_sum::change_unpaired;
pub use signed_rank::{Change, change, log_ratios, smallest_p};
pub use trend::trend;

/// Returns the mean of `values`, which are positive, with Student's t interval on the logarithmic scale: what is positive gets an
/// interval that is positive, and a factor each way (the delta method: Meeker, Hahn and Escobar, Statistical Intervals, 2nd
/// edition, 2017, section 12.2). `None` without values; no interval with one, or where a mean is not positive.
pub fn mean_estimate(values: &[f64]) -> Option<Estimate> {
    let mean = mean(values)?;
    let n = values.len();
    let factor = (n > 1 && mean > 0.0).then(|| {
        let variance = values
            .iter()
            .map(|value| (value - mean).powi(2))
            .sum::<f64>()
            / (n - 1) as f64;
        (t_quantile(n - 1) * (variance / n as f64).sqrt() / mean).exp()
    });
    let finite = |value: f64| value.is_finite().then_some(value);
    finite(mean).map(|value| Estimate {
        value,
        low: factor.and_then(|factor| finite(mean / factor)),
        high: factor.and_then(|factor| finite(mean * factor)),
        n: n as u64,
    })
}

#[cfg(test)]
mod tests;
