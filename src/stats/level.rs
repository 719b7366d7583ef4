//! Means and percentiles.

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

/// Returns `values` in ascending order.
pub fn sorted(mut values: Vec<f64>) -> Vec<f64> {
    values.sort_by(f64::total_cmp);
    values
}

/// Values in ascending order, by index: a sorted slice, or a histogram of more values than fit into memory.
pub trait Ranked {
    /// How many values there are.
    fn count(&self) -> u64;
    /// The value at `index` from 0; `None` beyond the last.
    fn at(&self, index: u64) -> Option<f64>;
}
