//! The seeded order of rounds.

use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

use crate::variant::Variant;

/// `count` blocks of all `variants`, each shuffled; the same seed gives the same order.
pub(crate) fn blocks(variants: &[Variant], count: u32, seed: u64) -> Vec<Vec<Variant>> {
    // A fixed algorithm, so that a saved seed means the same order in every version.
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let block = |_| {
        let mut block = variants.to_vec();
        block.shuffle(&mut random);
        block
    };
    (0..count).map(block).collect()
}
