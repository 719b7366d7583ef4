//! Looking at the data more than once without deceiving oneself (`--decide`).
//!
//! Rounds are added until the comparisons are decided, so every look is a chance to be wrong. The 5 % are therefore spent on
//! the looks (alpha spending, Lan and DeMets 1983): 3.2 % on the first, which is what six rounds need to decide at all
//! (2 / 2⁶), and half of what is left on each one after it, while the rounds double. By the union bound the chance that *any* look
//! misses the truth is at most 5 %, whatever the data's distribution and however many looks there are. The interval that is
//! shown is the last look's repeated confidence interval (Jennison and Turnbull 1989): wider than that of a plan with so many
//! rounds from the start, and true for all looks at once.

/// The error of all looks together.
const ERROR: f64 = 1.0 - crate::stats::estimate::CONFIDENCE;
/// The first look's part of it: just more than the smallest p of six pairs.
const FIRST: f64 = 0.032;

/// The error that may be made at `look` (from 1).
pub fn spent(look: u32) -> f64 {
    match look {
        0 | 1 => FIRST,
        _ => (ERROR - FIRST) * 0.5_f64.powi(i32::try_from(look - 1).unwrap_or(i32::MAX)),
    }
}

/// The confidence of the interval at `look` (from 1).
pub fn confidence(look: u32) -> f64 {
    1.0 - spent(look)
}

/// How many rounds there are at `look` (from 1) when the first has `first`: twice as many at each.
pub fn rounds_at(first: u32, look: u32) -> u32 {
    first.saturating_mul(
        1_u32
            .checked_shl(look.saturating_sub(1))
            .unwrap_or(u32::MAX),
    )
}

#[cfg(test)]
mod tests {
    use super::super::signed_rank::{change, smallest_p};
    use super::super::tests::simulation::{Machine, is_decided};
    use super::*;

    #[test]
    fn all_looks_together_spend_five_percent() {
        let all: f64 = (1..60).map(spent).sum();
        assert!(all <= ERROR + 1e-12, "{all}");
        assert!(spent(1) > smallest_p(6), "six rounds can decide");
        assert!(
            (2..8).all(|look| spent(look) > smallest_p(rounds_at(6, look))),
            "so can every later look"
        );
        assert_eq!([1, 2, 3].map(|look| rounds_at(6, look)), [6, 12, 24]);
    }

    /// How often looking up to four times finds a difference, where the candidate is `factor` times the baseline.
    fn found(factor: f64, noise: f64, campaigns: u32) -> f64 {
        Machine::new(noise).share(campaigns, |machine| {
            let mut pairs = Vec::new();
            (1..=4).any(|look| {
                while pairs.len() < rounds_at(6, look) as usize {
                    pairs.push((machine.level(1.0), machine.level(factor)));
                }
                is_decided(change(&pairs, confidence(look)))
            })
        })
    }

    #[test]
    fn adding_rounds_until_it_is_decided_is_wrong_in_at_most_one_of_twenty() {
        let wrong = found(1.0, 0.03, 1500);
        // Three standard errors of 5 % in 1500 campaigns are 1.7 %.
        assert!(wrong <= 0.067, "{wrong}");
        assert!(wrong > 0.02, "{wrong}: so careful that it finds nothing");
    }

    #[test]
    fn five_percent_are_found_in_nine_of_ten_where_rounds_scatter_by_two() {
        let right = found(1.05, 0.02, 300);
        assert!(right >= 0.9, "{right}");
    }
}
