//! How much is measured in one pass, and by which seeds.

use super::aa::Split;

/// How much one pass measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Amount {
    pub(super) rounds: u32,
    pub(super) cold_starts: u32,
    pub(super) dropped_cold_starts: u32,
}

impl Amount {
    /// As many rounds as `rounds`, and cold starts in proportion.
    pub(super) fn scaled_to(self, rounds: u32) -> Self {
        let scaled = |count: u32| {
            let count = u64::from(count) * u64::from(rounds) / u64::from(self.rounds.max(1));
            u32::try_from(count).unwrap_or(u32::MAX)
        };
        Self {
            rounds,
            cold_starts: scaled(self.cold_starts),
            dropped_cold_starts: scaled(self.dropped_cold_starts),
        }
    }
}

/// One pass: how much, and by which seeds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pass {
    pub(super) amount: Amount,
    /// Blocks that make one round of the plan.
    pub(super) sides: u32,
    /// Decides the order.
    pub(super) seed: u64,
    /// Which blocks count as the candidate's where both sides are the same.
    pub(super) split: Split,
}

impl Pass {
    /// A pass that is analysed alone.
    pub(super) fn alone(amount: Amount, sides: u32, seed: u64) -> Self {
        let split = Split { seed, before: 0 };
        Self {
            amount,
            sides,
            seed,
            split,
        }
    }
}
