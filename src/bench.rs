//! Measuring: interleaved rounds in a seeded order, a fresh process each, raw samples on disk before anyone averages them.

pub mod analysis;
pub mod baseline;
pub mod calibration;
pub mod campaign;
pub mod cold_start;
mod gated;
mod health;
pub mod load;
pub mod memory;
mod passes;
pub mod probe;
pub mod rounds;
pub mod samples;
mod steadiness;
mod twins;

use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

use crate::host::load_average;
use crate::pipeline::Image;
use crate::report::{Warning, WarningKind};
use crate::variant::Variant;

pub use analysis::{analyse, analyse_against};
pub use baseline::Baseline;
pub use calibration::Calibration;
pub use campaign::{Campaign, Question};
pub use gated::Gating;

/// `count` blocks of all `variants`, each shuffled; the same seed gives the same order.
fn blocks(variants: &[Variant], count: u32, seed: u64) -> Vec<Vec<Variant>> {
    // A fixed algorithm, so that a saved seed means the same order in every version.
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let block = |_| {
        let mut block = variants.to_vec();
        block.shuffle(&mut random);
        block
    };
    (0..count).map(block).collect()
}

/// Warns where the machine has more to do than cores before anything is measured.
pub fn busy_machine() -> Option<Warning> {
    let load = load_average(&std::fs::read_to_string("/proc/loadavg").ok()?)?;
    let cores = std::thread::available_parallelism().ok()?.get();
    let busy = load > cores as f64;
    busy.then(|| {
        let message = format!(
            "the machine is busy: load {load:.1} on {cores} cores; small differences cannot be told"
        );
        Warning::new(WarningKind::BusyMachine, message)
            .hint("end what else runs, or measure again later with `pgoctl bench`")
    })
}

/// The image of `variant`.
fn image_of(images: &[Image], variant: Variant) -> &Image {
    images
        .iter()
        .find(|image| image.variant == variant)
        .expect("the order names only variants that have an image")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_block_has_every_variant_once() {
        let variants = [Variant::Hotspot, Variant::HotspotCds, Variant::Native];
        for mut block in blocks(&variants, 6, 1) {
            block.sort();
            assert_eq!(block, variants);
        }
    }

    #[test]
    fn the_seed_decides_the_order() {
        let of = |seed| blocks(&[Variant::Hotspot, Variant::Native], 20, seed);
        assert_eq!(of(7), of(7));
        assert_ne!(of(7), of(8));
    }
}
