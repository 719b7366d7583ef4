//! Which calls go where: shares, kept exactly by counting, or drawn from a seed. Pure but for its counters.

use std::sync::atomic::{AtomicU64, Ordering};

/// Where a call goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route {
    /// To the present image.
    Stable,
    /// To a worker that leaves a profile.
    Profiling,
    /// To a fresh worker of the present image, as old as the new one's.
    Baseline,
    /// To the image that is tried.
    Candidate,
}

/// Which shares are asked for now, each in 0..1.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Shares {
    /// Of profiling workers.
    pub profiling: f64,
    /// Of a trial, both sides together.
    pub trial: f64,
}

/// Counts the calls of a function, so that shares are kept exactly.
#[derive(Debug, Default)]
pub struct Router {
    seed: Option<u64>,
    calls: AtomicU64,
    tried: AtomicU64,
}

impl Router {
    /// A router that counts; with a seed, one that draws.
    pub fn new(seed: Option<u64>) -> Self {
        Self {
            seed,
            ..Self::default()
        }
    }

    /// Where the next call goes.
    pub fn next(&self, shares: Shares) -> Route {
        let call = self.calls.fetch_add(1, Ordering::Relaxed);
        if self.falls(call, shares.profiling) {
            return Route::Profiling;
        }
        if !self.falls(call.wrapping_add(1), shares.trial) {
            return Route::Stable;
        }
        match self.tried.fetch_add(1, Ordering::Relaxed) % 2 {
            0 => Route::Baseline,
            _ => Route::Candidate,
        }
    }

    /// Whether `call` belongs to a share of all calls: of any n calls in a row floor(n × share) do, or one more.
    fn falls(&self, call: u64, share: f64) -> bool {
        if share <= 0.0 {
            return false;
        }
        match self.seed {
            None => {
                let before = (call as f64 * share).floor();
                ((call + 1) as f64 * share).floor() > before
            }
            Some(seed) => {
                // SplitMix64 (Steele, Lea and Flood 2014): one call's draw does not depend on the others.
                let mut z = seed.wrapping_add(call.wrapping_mul(0x9E37_79B9_7F4A_7C15));
                z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
                z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
                let unit = ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64;
                unit < share
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(router: &Router, shares: Shares, calls: u64) -> [u64; 4] {
        let mut counts = [0; 4];
        for _ in 0..calls {
            counts[router.next(shares) as usize] += 1;
        }
        counts
    }

    #[test]
    fn a_share_is_kept_exactly_by_counting() {
        let shares = Shares {
            profiling: 0.1,
            trial: 0.0,
        };
        assert_eq!(count(&Router::new(None), shares, 1000), [900, 100, 0, 0]);
    }

    #[test]
    fn the_two_sides_of_a_trial_take_turns() {
        let shares = Shares {
            profiling: 0.0,
            trial: 0.2,
        };
        assert_eq!(count(&Router::new(None), shares, 1000), [800, 0, 100, 100]);
    }

    #[test]
    fn a_seed_draws_the_same_calls_again_and_about_the_share() {
        let shares = Shares {
            profiling: 0.1,
            trial: 0.0,
        };
        let draw = |seed| count(&Router::new(Some(seed)), shares, 10_000);
        assert_eq!(draw(1), draw(1));
        assert_ne!(draw(1), draw(2));
        // Five standard deviations of a binomial: 150.
        assert!((850..=1150).contains(&draw(1)[1]), "{:?}", draw(1));
    }
}
