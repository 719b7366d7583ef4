//! Thousands of damaged copies of real profiles: each is refused with a reason or read consistently; none panics, none
//! hangs, and every cut is found.
//!
//! `PGOCTL_MUTATIONS=10000 cargo test --release --test iprof mutations -- --nocapture` makes ten thousand and says how much
//! memory that took; by default two thousand do. A release build damages the real files whole, a debug build, which
//! reads a twentieth as fast, excerpts of them.

use std::collections::BTreeMap;
use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use pgoctl::profile::iprof::text::damage::DamageKind;
use rand::seq::IndexedRandom as _;
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

use crate::exercise::exercise;
use crate::mutate::{ALL, Mutation, excerpt};
use crate::shared::{REAL, real};

const SMALL: &str = include_str!("../../fixtures/iprof/small.iprof");
const BY_DEFAULT: usize = 2000;

#[test]
fn mutations_are_refused_or_read_and_every_cut_is_found() {
    let wanted = std::env::var("PGOCTL_MUTATIONS").ok();
    let wanted = wanted.map_or(BY_DEFAULT, |number| number.parse().unwrap());
    let mut texts = vec![SMALL.as_bytes().to_vec()];
    for text in REAL.iter().flat_map(|name| real(name)) {
        texts.push(match cfg!(debug_assertions) {
            true => excerpt(&text, 20),
            false => text,
        });
    }
    let mut outcomes: BTreeMap<String, usize> = BTreeMap::new();
    for seed in 0..wanted {
        let mut rng = ChaCha8Rng::seed_from_u64(seed as u64);
        let text = texts.choose(&mut rng).unwrap();
        let mutation = ALL[seed % ALL.len()];
        let mut damaged = mutation.apply(text, &mut rng);
        if rng.random_bool(0.1) {
            damaged = Mutation::BytesRandom.apply(&damaged, &mut rng);
        }
        let outcome = exercise(&damaged);
        if mutation == Mutation::Truncated && damaged.len() < text.trim_ascii_end().len() {
            assert!(
                outcome.is_err(),
                "cut at {} of {}",
                damaged.len(),
                text.len()
            );
        }
        let outcome = match &outcome {
            Ok(()) => "read".to_owned(),
            Err(damage) => format!("{:?}", damage.kind),
        };
        *outcomes.entry(outcome).or_default() += 1;
    }
    let memory = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let memory = memory
        .lines()
        .find(|line| line.starts_with("VmHWM"))
        .unwrap_or_default();
    eprintln!("{outcomes:?}, {memory}");
    assert!(outcomes.len() > 5, "the ways of damage are different ones");
}

#[test]
fn every_cut_is_found_at_its_place() {
    let mut rng = ChaCha8Rng::seed_from_u64(7);
    let cuts = |length: usize, rng: &mut ChaCha8Rng| -> Vec<usize> {
        (0..200).map(|_| rng.random_range(1..length)).collect()
    };
    let texts = REAL.iter().flat_map(|name| real(name));
    for text in texts.map(|text| excerpt(&text, 20)).chain([SMALL.into()]) {
        let length = text.trim_ascii_end().len();
        for cut in cuts(length, &mut rng) {
            let damage = exercise(&text[..cut]).unwrap_err();
            assert_eq!(
                (damage.kind, damage.offset),
                (DamageKind::Truncated, Some(cut as u64))
            );
        }
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(&text).unwrap();
        let packed = encoder.finish().unwrap();
        for cut in cuts(packed.len() - 2, &mut rng) {
            let damage = exercise(&packed[..cut + 2]).unwrap_err();
            assert_eq!(
                damage.kind,
                DamageKind::Gzip,
                "cut at {cut} of {}",
                packed.len()
            );
        }
    }
}
