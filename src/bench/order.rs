//! The seeded order of rounds, and of the slices within a block of them.

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

/// The order in which `lanes` take `count` turns each: every lane once, then all once more the other way round, shuffled anew for
/// each such pair. A drift that is even over four turns hits both of two lanes alike (`ABBA`, `BAAB`).
pub(crate) fn slices(lanes: usize, count: u32, seed: u64) -> Vec<usize> {
    let mut random = ChaCha8Rng::seed_from_u64(seed ^ 0x511ce);
    let mut turns: Vec<usize> = (0..lanes).collect();
    let mut order = Vec::new();
    for turn in 0..count {
        match turn % 2 {
            0 => turns.shuffle(&mut random),
            _ => turns.reverse(),
        }
        order.extend(&turns);
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slices_go_there_and_back_so_that_an_even_drift_hits_all_alike() {
        for seed in 0..20 {
            let order = slices(3, 8, seed);
            for lane in 0..3 {
                let places = (0..).zip(&order).filter(|(_, of)| **of == lane);
                let places: Vec<usize> = places.map(|(place, _)| place).collect();
                assert_eq!((places.len(), places.iter().sum::<usize>()), (8, 92));
            }
        }
        assert_ne!(slices(2, 10, 1), slices(2, 10, 2));
        assert_eq!(slices(2, 10, 1), slices(2, 10, 1));
    }
}
