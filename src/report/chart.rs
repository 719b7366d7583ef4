//! Small plots of characters for the terminal: a sparkline, a histogram. Pure.

use super::Bin;

const LEVELS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// One block a value, from the smallest to the largest; as high as each other where they hardly differ.
pub(super) fn sparkline(values: &[f64]) -> String {
    let (Some(low), Some(high)) = (
        values.iter().copied().min_by(f64::total_cmp),
        values.iter().copied().max_by(f64::total_cmp),
    ) else {
        return String::new();
    };
    // A spread of under 1 % would look like a mountain range.
    let (middle, spread) = (
        f64::midpoint(low, high),
        (high - low).max(high.abs() * 0.01),
    );
    values
        .iter()
        .map(|value| block((value - middle) / spread + 0.5))
        .collect()
}

fn block(share: f64) -> char {
    let last = LEVELS.len() - 1;
    LEVELS[((share * last as f64).round().max(0.0) as usize).min(last)]
}

/// Counts of `bins` in `columns` columns of equal ratio from `from_ms` to `to_ms`; a column without any is a space.
pub(super) fn columns(bins: &[Bin], (from_ms, to_ms): (f64, f64), columns: usize) -> Vec<u64> {
    let mut counts = vec![0; columns];
    let width = (to_ms / from_ms).ln() / columns as f64;
    for bin in bins {
        let middle = (bin.from_ms * bin.to_ms).sqrt();
        let column = ((middle / from_ms).ln() / width).floor().max(0.0) as usize;
        if let Some(count) = counts.get_mut(column.min(columns.saturating_sub(1))) {
            *count += bin.count;
        }
    }
    counts
}

/// A histogram of one line; heights are square roots, so that a tail of one in a thousand is still seen.
pub(super) fn histogram(counts: &[u64]) -> String {
    let most = counts.iter().copied().max().unwrap_or(0) as f64;
    counts
        .iter()
        .map(|count| match count {
            0 => ' ',
            count => block((*count as f64 / most).sqrt()),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_drift_is_a_slope_and_noise_below_one_percent_is_flat() {
        assert_eq!(
            sparkline(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]),
            "▁▂▃▄▅▆▇█"
        );
        assert_eq!(sparkline(&[1000.0, 1000.1, 999.9]), "▅▅▄");
        assert_eq!(sparkline(&[]), "");
    }

    #[test]
    fn every_count_is_in_a_column_and_a_rare_one_is_still_seen() {
        let bin = |from_ms, count| Bin {
            from_ms,
            to_ms: from_ms * 1.09,
            count,
        };
        let bins = [bin(1.0, 1000), bin(1.2, 500), bin(90.0, 1)];
        let counts = columns(&bins, (1.0, 100.0), 10);
        assert_eq!(counts.iter().sum::<u64>(), 1501);
        assert_eq!((counts[0], counts[9]), (1500, 1));
        assert_eq!(histogram(&counts), "█        ▁");
    }
}
