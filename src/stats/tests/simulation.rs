//! How often the methods are wrong, by simulation: rounds with heavy tails on a machine that drifts. For tests.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::stats::estimate::CONFIDENCE;
use crate::stats::{Change, change, change_unpaired};

/// A machine whose rounds scatter by `noise` (a ratio), a share `wild` of them by ten times that.
pub(in crate::stats) struct Machine {
    random: ChaCha8Rng,
    noise: f64,
    wild: f64,
}

impl Machine {
    /// One round in twenty goes wild.
    pub(in crate::stats) fn new(noise: f64) -> Self {
        Self {
            random: ChaCha8Rng::seed_from_u64(6),
            noise,
            wild: 0.05,
        }
    }

    /// None does.
    fn quiet(noise: f64) -> Self {
        Self {
            wild: 0.0,
            ..Self::new(noise)
        }
    }

    /// One measured level of something that is `of`.
    pub(in crate::stats) fn level(&mut self, of: f64) -> f64 {
        // The sum of twelve uniform numbers is near enough to a normal one.
        let normal: f64 = (0..12).map(|_| self.random.random::<f64>()).sum::<f64>() - 6.0;
        let heavy = if self.random.random::<f64>() < self.wild {
            10.0
        } else {
            1.0
        };
        of * (normal * self.noise * heavy).exp()
    }

    /// The share of `campaigns` of which `found` says yes.
    pub(in crate::stats) fn share(
        &mut self,
        campaigns: u32,
        mut found: impl FnMut(&mut Self) -> bool,
    ) -> f64 {
        let yes = (0..campaigns).filter(|_| found(self)).count();
        yes as f64 / f64::from(campaigns)
    }
}

/// Whether the interval excludes zero.
pub(in crate::stats) fn is_decided(change: Option<Change>) -> bool {
    change.is_some_and(|change| {
        change.low.is_some_and(|low| low > 0.0) || change.high.is_some_and(|high| high < 0.0)
    })
}

/// Six pairs on a machine that slows down by 2 % from each block to the next; both sides of a block in random order.
fn six_pairs(machine: &mut Machine, factor: f64) -> Vec<(f64, f64)> {
    (0..6)
        .map(|block| {
            let of = 0.98_f64.powi(block);
            let later = of * 0.99;
            match machine.random.random::<bool>() {
                true => (machine.level(of), machine.level(later * factor)),
                false => (machine.level(later), machine.level(of * factor)),
            }
        })
        .collect()
}

#[test]
fn the_default_plan_is_wrong_in_at_most_one_of_twenty_even_while_the_machine_drifts() {
    let wrong = Machine::new(0.02).share(4000, |machine| {
        is_decided(change(&six_pairs(machine, 1.0), CONFIDENCE))
    });
    // 2 / 2⁶ = 3.1 %; three standard errors are 0.8 %.
    assert!((0.023..=0.040).contains(&wrong), "{wrong}");
}

#[test]
fn the_default_plan_finds_five_percent_in_nine_of_ten_on_a_quiet_machine() {
    let found = |mut machine: Machine| {
        machine.share(1000, |machine| {
            is_decided(change(&six_pairs(machine, 1.05), CONFIDENCE))
        })
    };
    let quiet = found(Machine::quiet(0.015));
    assert!(quiet >= 0.9, "{quiet}");
    // Six pairs decide only if all agree, so a wild round in every second campaign costs some; `--decide` finds those too.
    let wild = found(Machine::new(0.01));
    assert!((0.75..0.9).contains(&wild), "{wild}");
}

#[test]
fn six_against_six_of_a_saved_baseline_are_wrong_in_at_most_one_of_twenty() {
    let wrong = Machine::new(0.02).share(4000, |machine| {
        let mut six = || (0..6).map(|_| machine.level(1.0)).collect::<Vec<_>>();
        is_decided(change_unpaired(&six(), &six(), CONFIDENCE))
    });
    // 4.1 % is the most that a rank-sum test of 6 + 6 can have below 5 %.
    assert!((0.03..=0.055).contains(&wrong), "{wrong}");
}

/// Six pairs of rounds of ten slices each: processes differ by `layout`, slices by the machine's noise. As pairs of rounds, and of
/// slices.
type Pairs = Vec<(f64, f64)>;

fn sliced(machine: &mut Machine, layout: f64) -> (Pairs, Pairs) {
    let noise = machine.noise;
    let process = |machine: &mut Machine| {
        machine.noise = layout;
        let level = machine.level(1.0);
        machine.noise = noise;
        level
    };
    let (mut rounds, mut slices) = (Vec::new(), Vec::new());
    for _ in 0..6 {
        let (one, other) = (process(machine), process(machine));
        let pairs: Vec<_> = (0..10)
            .map(|_| (machine.level(one), machine.level(other)))
            .collect();
        rounds.push(
            pairs
                .iter()
                .fold((0.0, 0.0), |sum, pair| (sum.0 + pair.0, sum.1 + pair.1)),
        );
        slices.extend(pairs);
    }
    (rounds, slices)
}

#[test]
fn slices_are_added_up_because_as_pairs_of_their_own_they_would_see_what_is_not_there() {
    let wrong = |of_rounds: bool| {
        Machine::quiet(0.02).share(1000, |machine| {
            let (rounds, slices) = sliced(machine, 0.02);
            let pairs = if of_rounds { rounds } else { slices };
            is_decided(change(&pairs, CONFIDENCE))
        })
    };
    // 3.1 %; three standard errors are 1.6 %.
    let by_rounds = wrong(true);
    assert!((0.015..=0.047).contains(&by_rounds), "{by_rounds}");
    let by_slices = wrong(false);
    assert!(by_slices > 0.25, "{by_slices}");
}

#[test]
fn slices_find_what_rounds_apart_in_time_do_not() {
    // The machine's level wanders by 3 % from round to round, and hits both sides of a slice alike.
    let found = |sliced: bool| {
        Machine::quiet(0.01).share(1000, |machine| {
            let wanders = |machine: &mut Machine| 1.0 + 3.0 * (machine.level(1.0) - 1.0);
            let mut pair = || {
                let now = wanders(machine);
                let later = if sliced { now } else { wanders(machine) };
                (machine.level(now), machine.level(1.05 * later))
            };
            let pairs: Vec<_> = (0..6).map(|_| pair()).collect();
            is_decided(change(&pairs, CONFIDENCE))
        })
    };
    assert!(found(true) > 0.9 && found(false) < 0.6);
}
