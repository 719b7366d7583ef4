//! Measuring: interleaved rounds in a seeded order, a fresh process each, raw samples on disk before anyone averages them.

pub mod analysis;
pub mod cold_start;
pub mod conditions;
mod health;
pub mod histogram;
pub mod load;
pub mod pinning;
pub mod probe;
pub mod rounds;
pub mod samples;
pub mod usage;

use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

use crate::error::Result;
use crate::host::load_average;
use crate::pipeline::{Image, Record};
use crate::plan::{BenchPlan, Plan};
use crate::report::{Warning, WarningKind};
use crate::ui::Ui;
use crate::variant::Variant;

pub use analysis::{analyse, analyse_against};

/// Returns the order of the rounds: one block a round, all variants in each, shuffled by the plan's seed.
pub fn order(variants: &[Variant], plan: &BenchPlan) -> Vec<Vec<Variant>> {
    blocks(variants, plan.rounds, plan.seed)
}

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

/// Measures all images and leaves the raw samples in the run's folder.
pub fn measure(
    plan: &Plan,
    images: &[Image],
    order: &[Vec<Variant>],
    record: &mut Record,
    ui: &Ui,
) -> Result<()> {
    rounds::measure(plan, images, order, record, ui)?;
    let variants: Vec<Variant> = images.iter().map(|image| image.variant).collect();
    // Another seed than the rounds', derived from it.
    let order = blocks(&variants, plan.bench.cold_starts, plan.bench.seed ^ 0xc01d);
    cold_start::measure(plan, images, &order, record, ui)
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
