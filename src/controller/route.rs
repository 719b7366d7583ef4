//! Which calls go where: shares, kept exactly by counting, or drawn from a seed; calls with a key by that alone, so that a retry goes
//! the same way. Pure but for its counters.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::variant::Variant;

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
    /// To the variant that the call asks for.
    Pinned(Variant),
}

impl Route {
    /// Whether the call waits for a worker there: what is profiled or tried must not make a call wait.
    pub const fn waits(self) -> bool {
        matches!(self, Self::Stable | Self::Pinned(_))
    }

    /// Where a call goes that got no answer there.
    #[must_use]
    pub const fn again(self) -> Self {
        match self {
            Self::Pinned(variant) => Self::Pinned(variant),
            _ => Self::Stable,
        }
    }
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
    keyed: AtomicU64,
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

    /// How many calls there were.
    pub fn calls(&self) -> u64 {
        self.calls.load(Ordering::Relaxed) + self.keyed.load(Ordering::Relaxed)
    }

    /// Where the next call goes; one with a key goes where every call with that key goes while the shares are the same.
    pub fn next(&self, shares: Shares, key: Option<u64>) -> Route {
        match key {
            Some(key) => self.by_key(shares, key),
            None => self.by_count(shares),
        }
    }

    fn by_key(&self, shares: Shares, key: u64) -> Route {
        self.keyed.fetch_add(1, Ordering::Relaxed);
        let draw = |of| draw(self.seed.unwrap_or(0), key, of);
        match (
            unit(draw(4)) < shares.profiling,
            unit(draw(5)) < shares.trial,
        ) {
            (true, _) => Route::Profiling,
            (false, false) => Route::Stable,
            (false, true) if draw(6) >> 63 == 0 => Route::Baseline,
            (false, true) => Route::Candidate,
        }
    }

    fn by_count(&self, shares: Shares) -> Route {
        let call = self.calls.fetch_add(1, Ordering::Relaxed);
        if self.falls(call, shares.profiling, 1) {
            return Route::Profiling;
        }
        if !self.falls(call, shares.trial, 2) {
            return Route::Stable;
        }
        // Of each pair one goes to either side, in an order that is drawn: a client that repeats itself meets both.
        let tried = self.tried.fetch_add(1, Ordering::Relaxed);
        match (tried + (draw(self.seed.unwrap_or(0), tried / 2, 3) >> 63)) % 2 {
            0 => Route::Baseline,
            _ => Route::Candidate,
        }
    }

    /// Whether `call` belongs to a share of all calls.
    ///
    /// Without a seed exactly floor(n × share) of the first n calls do, or one more within a window: each window of 1 / share calls
    /// has one, at a place that is drawn, so that no rhythm of a client's meets it. With a seed each call is drawn by itself.
    fn falls(&self, call: u64, share: f64, of: u64) -> bool {
        if share <= 0.0 {
            return false;
        }
        if let Some(seed) = self.seed {
            return unit(draw(seed, call, of)) < share;
        }
        // The window that the call is in: calls from first until end, with one place each.
        let window = (call as f64 * share).floor();
        let first = (window / share).ceil();
        let end = ((window + 1.0) / share).ceil();
        let place = first + (unit(draw(0, window as u64, of)) * (end - first)).floor();
        call as f64 == place
    }
}

/// SplitMix64 (Steele, Lea and Flood 2014): one number's draw does not depend on the others.
fn draw(seed: u64, number: u64, of: u64) -> u64 {
    let start = seed.wrapping_add(of.wrapping_mul(0xD1B5_4A32_D192_ED03));
    let mut z = start.wrapping_add(number.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15));
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// In 0..1.
fn unit(drawn: u64) -> f64 {
    (drawn >> 11) as f64 / (1_u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Stable, profiling, baseline, candidate.
    fn place(route: Route) -> usize {
        match route {
            Route::Stable => 0,
            Route::Profiling => 1,
            Route::Baseline => 2,
            Route::Candidate => 3,
            Route::Pinned(_) => panic!("nobody asks for a variant"),
        }
    }

    fn count(router: &Router, shares: Shares, calls: u64) -> [u64; 4] {
        let mut counts = [0; 4];
        for _ in 0..calls {
            counts[place(router.next(shares, None))] += 1;
        }
        counts
    }

    #[test]
    fn a_key_goes_the_same_way_everywhere_and_keys_keep_about_the_shares() {
        let shares = Shares {
            profiling: 0.1,
            trial: 0.2,
        };
        let (one, other) = (Router::new(None), Router::new(None));
        let mut counts = [0_u64; 4];
        for key in 0..10_000 {
            let route = one.next(shares, Some(key));
            assert_eq!(route, one.next(shares, Some(key)));
            assert_eq!(route, other.next(shares, Some(key)));
            counts[place(route)] += 1;
        }
        // Five standard deviations of a binomial: 225 of 7,200, 150 of 1,000, 143 of 900.
        for (count, expected) in counts.into_iter().zip([7200, 1000, 900, 900_u64]) {
            assert!(count.abs_diff(expected) < 230, "{counts:?}");
        }
        // Those without a key are counted as exactly as if there were none with one.
        let shares = Shares {
            profiling: 0.1,
            trial: 0.0,
        };
        assert_eq!(count(&one, shares, 1000), [900, 100, 0, 0]);
        assert_eq!(one.calls(), 21_000);
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
        let all = Shares {
            profiling: 0.0,
            trial: 1.0,
        };
        assert_eq!(count(&Router::new(None), all, 1000), [0, 0, 500, 500]);
    }

    #[test]
    fn a_client_with_a_rhythm_meets_both_sides_with_each_of_its_requests() {
        let router = Router::new(None);
        let shares = Shares {
            profiling: 0.0,
            trial: 0.2,
        };
        let mut met = [[0; 4]; 2];
        for call in 0..10_000 {
            met[call % 2][place(router.next(shares, None))] += 1;
        }
        for side in [place(Route::Baseline), place(Route::Candidate)] {
            // A thousand calls; five standard deviations of a fair coin are 79.
            assert!((met[0][side] as i64 - 500).abs() < 80, "{met:?}");
        }
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
