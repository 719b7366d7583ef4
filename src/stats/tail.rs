//! Quantiles and tails of distributions.

use super::estimate::CONFIDENCE;
use statrs::distribution::{ContinuousCDF, StudentsT};

/// The largest index whose cumulated probability is at most `tail`; `None` if even the first is more.
pub(crate) fn largest_in_tail(probabilities: &[f64], tail: f64) -> Option<usize> {
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

/// The two-sided quantile of Student's t with `freedom` degrees of freedom.
pub(crate) fn t_quantile(freedom: usize) -> f64 {
    StudentsT::new(0.0, 1.0, freedom as f64)
        .map_or(f64::NAN, |t| t.inverse_cdf(0.5 + CONFIDENCE / 2.0))
}
