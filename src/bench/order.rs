//! The seeded order of rounds.

use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

use crate::compare::Side;

/// `count` blocks of all `sides`, each shuffled; the same seed gives the same order.
pub(crate) fn blocks(sides: &[Side], count: u32, seed: u64) -> Vec<Vec<Side>> {
    // A fixed algorithm, so that a saved seed means the same order in every version.
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let block = |_| {
        let mut block = sides.to_vec();
        block.shuffle(&mut random);
        block
    };
    (0..count).map(block).collect()
}
