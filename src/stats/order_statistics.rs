//! Percentiles with the interval that their ranks give: no assumption about the shape of the distribution.
//!
//! The number of samples below the true percentile is binomial, so the ranks at its 2.5 % and 97.5 % quantiles bound the
//! percentile (David and Nagaraja, Order Statistics, 2003, section 7.1).

use statrs::distribution::{Binomial, DiscreteCDF};

use super::estimate::{CONFIDENCE, Estimate};
use super::level::{Ranked, percentile};

impl Ranked for [f64] {
    fn count(&self) -> u64 {
        self.len() as u64
    }

    fn at(&self, index: u64) -> Option<f64> {
        self.get(usize::try_from(index).ok()?).copied()
    }
}

impl Ranked for Vec<f64> {
    fn count(&self) -> u64 {
        self.as_slice().count()
    }

    fn at(&self, index: u64) -> Option<f64> {
        self.as_slice().at(index)
    }
}

/// Returns the `p`th percentile of `sorted` with its order-statistic interval.
///
/// `p` is in 0..100 exclusive. `None` where there are too few samples for the interval: a P99 of 100 samples is not known.
pub fn percentile_estimate<R: Ranked + ?Sized>(sorted: &R, p: f64) -> Option<Estimate> {
    let (low, high) = ranks(sorted.count(), p / 100.0)?;
    Some(Estimate {
        value: percentile(sorted, p)?,
        low: sorted.at(low - 1),
        high: sorted.at(high - 1),
        n: sorted.count(),
    })
}

/// The ranks (from 1) between which the `p` quantile of `n` samples lies; `None` if they fall outside.
fn ranks(n: u64, p: f64) -> Option<(u64, u64)> {
    let below = Binomial::new(p, n).ok()?;
    let tail = (1.0 - CONFIDENCE) / 2.0;
    let (low, high) = (below.inverse_cdf(tail), below.inverse_cdf(1.0 - tail) + 1);
    (low >= 1 && high <= n).then_some((low, high))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_are_those_of_the_binomial() {
        // R: qbinom(c(.025, .975), n, p) + c(0, 1)
        assert_eq!(ranks(1000, 0.9), Some((881, 919)));
        assert_eq!(ranks(5000, 0.9), Some((4458, 4542)));
        assert_eq!(ranks(1000, 0.99), Some((983, 997)));
    }

    #[test]
    fn too_few_samples_for_a_percentile_are_said() {
        assert_eq!(ranks(100, 0.99), None);
        assert_eq!(ranks(5, 0.5), None);
        // The median of six lies between the smallest and the largest in 96.9 % of cases.
        assert_eq!(ranks(6, 0.5), Some((1, 6)));
    }
}
