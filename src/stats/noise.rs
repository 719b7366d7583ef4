//! What a machine can tell apart, from A/A pairs: the same image measured as both sides.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::estimate::CONFIDENCE;
use super::signed_rank::{change_of_logs, outside};

/// Four of five comparisons of identical images have their whole interval within the floor: the usual power of 80 %.
const POWER_PERCENT: f64 = 80.0;
/// How many comparisons are drawn from the pairs.
const DRAWN: usize = 200;
/// More rounds than this are extrapolated: the floor falls with their square root.
const MOST_ROUNDS: u32 = 128;

/// Returns the noise floor as the logarithm of a ratio: with `rounds` rounds, four of five comparisons of the same image with itself have their
/// whole 95 % interval within ± this. A gate with a smaller limit would stop an unchanged image most of the time.
///
/// `log_ratios` are those of measured A/A pairs. Comparisons are drawn from them with replacement and a random sign each
/// (Efron and Tibshirani, An Introduction to the Bootstrap, 1993; which side of an A/A pair came first means nothing). `None` where
/// so few pairs or rounds have no interval.
pub fn noise_floor(log_ratios: &[f64], rounds: u32) -> Option<f64> {
    let drawn_rounds = rounds.min(MOST_ROUNDS);
    let outside = outside(drawn_rounds as usize, CONFIDENCE)?;
    // Six pairs are the fewest that say anything about themselves.
    if log_ratios.len() < 6 {
        return None;
    }
    let mut random = ChaCha8Rng::seed_from_u64(u64::from(drawn_rounds));
    let mut reach = Vec::with_capacity(DRAWN);
    for _ in 0..DRAWN {
        let draw = |_| {
            let ratio = log_ratios[random.random_range(0..log_ratios.len())];
            if random.random::<bool>() {
                ratio
            } else {
                -ratio
            }
        };
        let drawn: Vec<f64> = (0..drawn_rounds).map(draw).collect();
        let change = change_of_logs(&drawn, Some(outside))?;
        let log = |percent: f64| (percent / 100.0).ln_1p().abs();
        reach.push(log(change.low?).max(log(change.high?)));
    }
    let floor =
        crate::stats::level::percentile(&crate::stats::level::sorted(reach), POWER_PERCENT)?;
    Some(floor * (f64::from(drawn_rounds) / f64::from(rounds)).sqrt())
}

/// Returns the fewest rounds whose [`noise_floor`] is at most `limit`, the logarithm of a ratio; `None` where the pairs do not say.
pub fn rounds_needed(log_ratios: &[f64], limit: f64) -> Option<u32> {
    let enough = |rounds| noise_floor(log_ratios, rounds).map(|floor| floor <= limit);
    let (mut low, mut high) = (5, MOST_ROUNDS);
    if !enough(high)? {
        let factor = noise_floor(log_ratios, high)? / limit;
        let rounds = f64::from(high) * factor * factor;
        return (rounds < f64::from(u32::MAX)).then(|| rounds.ceil() as u32);
    }
    while high - low > 1 {
        let middle = u32::midpoint(low, high);
        // A count that has no interval is not enough.
        if enough(middle).unwrap_or(false) {
            high = middle;
        } else {
            low = middle;
        }
    }
    Some(high)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Normal quantiles at (i - 0.5) / 20 with deviation `percent`: what pairs of a machine with that noise look like.
    fn pairs(percent: f64) -> Vec<f64> {
        use statrs::distribution::{ContinuousCDF, Normal};
        let normal = Normal::new(0.0, percent / 100.0).expect("a deviation above zero");
        (0..20)
            .map(|i| normal.inverse_cdf((f64::from(i) + 0.5) / 20.0))
            .collect()
    }

    #[test]
    fn more_rounds_lower_the_floor_and_quieter_machines_have_a_lower_one() {
        let floor =
            |percent, rounds| noise_floor(&pairs(percent), rounds).expect("there are enough");
        assert!(floor(2.0, 6) > floor(2.0, 24));
        assert!(floor(2.0, 24) > floor(1.0, 24));
        // Beyond what is drawn it falls with the square root.
        assert!((floor(2.0, 512) * 2.0 - floor(2.0, 128)).abs() < 1e-9);
    }

    #[test]
    fn four_of_five_identical_images_stay_within_it() {
        let noise = pairs(2.0);
        let floor = noise_floor(&noise, 12).expect("there are enough");
        let mut random = ChaCha8Rng::seed_from_u64(99);
        let outside = outside(12, CONFIDENCE);
        let mut within = 0;
        for _ in 0..400 {
            let drawn: Vec<f64> = (0..12)
                .map(|_| noise[random.random_range(0..noise.len())])
                .collect();
            let change = change_of_logs(&drawn, outside).expect("there are pairs");
            let log = |percent: Option<f64>| (percent.expect("12 suffice") / 100.0).ln_1p().abs();
            let reach = log(change.low).max(log(change.high));
            within += u32::from(reach <= floor);
        }
        assert!((290..=350).contains(&within), "{within} of 400");
    }

    #[test]
    fn the_rounds_that_would_suffice_do_suffice() {
        let noise = pairs(3.0);
        let rounds = rounds_needed(&noise, 0.03).expect("there are enough pairs");
        assert!(noise_floor(&noise, rounds).expect("so many have one") <= 0.03);
        assert!(noise_floor(&noise, rounds / 2).expect("so many have one") > 0.03);
        assert!(rounds_needed(&noise, 0.001).expect("it is extrapolated") > MOST_ROUNDS);
    }

    #[test]
    fn a_handful_of_pairs_says_nothing() {
        assert_eq!(noise_floor(&[0.01; 5], 6), None);
        assert_eq!(
            noise_floor(&pairs(1.0), 5),
            None,
            "five rounds have no interval"
        );
    }
}
