//! What merging must be for every profile: a sum by names, whatever the order, the ids and the grouping.

use std::collections::HashSet;
use std::path::PathBuf;

use pgoctl::profile::iprof::counts::profile::{Counts, from_bytes};
use pgoctl::profile::iprof::look::overlap::overlap as engine_overlap;
use pgoctl::profile::iprof::merge::files::merge_to_bytes;
use pgoctl::profile::iprof::merge::options::{MergeInput, MergeOptions};
use pgoctl::profile::iprof::merge::report::MergeReport;
use pgoctl::profile::iprof::names::symbols::Symbols;
use pgoctl::profile::iprof::text::section::{Arity, Section};
use pgoctl::profile::iprof::text::source::Packing;
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;

use crate::model::{Model, model, overlap, sum};
use crate::shared::{REAL, real};

const TYPES: [&str; 6] = [
    "void",
    "int",
    "a.Main",
    "a.Main$Inner",
    "[La.Main;",
    "b.Other",
];

/// Methods as places in [`TYPES`]: the same name with several signatures, the same signature with several names.
const METHODS: [(&str, &[usize]); 6] = [
    ("f", &[2, 0]),
    ("f", &[2, 0, 1]),
    ("f", &[3, 0]),
    ("g", &[2, 0]),
    ("<init>", &[5, 0, 4, 1, 1, 3]),
    ("<init>", &[5, 0, 4, 1, 1, 2]),
];

/// A profile before it has ids: contexts as (place in [`METHODS`], bci), cells as numbers.
#[derive(Clone, Debug)]
struct Drawn {
    sections: Vec<Vec<Entry>>,
}

/// A context and its record.
type Entry = (Vec<(usize, i32)>, Vec<i64>);

fn profiles() -> impl Strategy<Value = Drawn> {
    let bci = prop_oneof![Just(0), Just(-6), 1..4];
    let context = vec((0..METHODS.len(), bci), 1..4);
    let count = prop_oneof![Just(0_i64), 1..1000_i64, 0..1_i64 << 40];
    let branch = prop_oneof![
        Just([-1, 0]),
        Just([-5, 0]),
        Just([7, 0]),
        Just([9, 1]),
        Just([4, 1])
    ];
    let cell = (branch, 0..TYPES.len() as i64, count);
    let section = btree_map(context, vec(cell, 0..5), 0..6);
    vec(section, Section::COUNT).prop_map(|sections| {
        let sections = Section::ALL.into_iter().zip(sections);
        let sections = sections.map(|(section, entries)| {
            let entries = entries.into_iter().map(|(mut context, cells)| {
                if section == Section::CallCount {
                    context[0].1 = 0;
                }
                let mut types: Vec<i64> = Vec::new();
                let record = match section.arity() {
                    Arity::Single => vec![cells.first().map_or(1, |cell| cell.2)],
                    Arity::Triples => {
                        let triple = |cell: &([i64; 2], i64, i64)| [cell.0[0], cell.0[1], cell.2];
                        cells.iter().flat_map(triple).collect()
                    }
                    Arity::Pairs => {
                        let mut record = Vec::new();
                        for (_, id, count) in cells {
                            if !types.contains(&id) {
                                types.push(id);
                                record.extend([id, count]);
                            }
                        }
                        record
                    }
                };
                (context, record)
            });
            let mut entries: Vec<_> = entries.collect();
            if section == Section::Monitor {
                entries.truncate(1);
            }
            let mut seen = HashSet::new();
            entries.retain(|(context, _)| seen.insert(context.clone()));
            entries
        });
        Drawn {
            sections: sections.collect(),
        }
    })
}

impl Drawn {
    /// The text with ids that depend on `build`: other builds, other ids, another order of the tables.
    fn text(&self, build: i64) -> Vec<u8> {
        let type_id = |place: usize| (place as i64 * 5 + build) % 6 + build * 10;
        let method_id = |place: usize| (place as i64 + build) % 6 * 3 + 1;
        let mut types: Vec<_> = (0..TYPES.len())
            .map(|place| serde_json::json!({"id": type_id(place), "name": TYPES[place]}))
            .collect();
        types.rotate_left(build as usize % TYPES.len());
        let methods: Vec<_> = METHODS
            .iter()
            .enumerate()
            .map(|(place, (name, signature))| {
                let signature: Vec<i64> = signature.iter().map(|place| type_id(*place)).collect();
                serde_json::json!({"id": method_id(place), "name": name, "signature": signature})
            })
            .collect();
        let mut profile =
            serde_json::json!({"version": "1.1.0", "types": types, "methods": methods});
        for (section, entries) in Section::ALL.into_iter().zip(&self.sections) {
            let rows = entries.iter().map(|(context, record)| {
                let frame = |(place, bci): &(usize, i32)| format!("{}:{bci}", method_id(*place));
                let context = match section {
                    Section::Monitor => "0:0".to_owned(),
                    _ => context.iter().map(frame).collect::<Vec<_>>().join("<"),
                };
                let mut record = record.clone();
                if section.arity() == Arity::Pairs {
                    let ids = record.iter_mut().step_by(2);
                    ids.for_each(|id| *id = type_id(*id as usize));
                }
                serde_json::json!({"ctx": context, "records": record})
            });
            profile[section.key()] = rows.collect::<Vec<_>>().into();
        }
        serde_json::to_vec(&profile).unwrap()
    }
}

/// Merges texts, each with its weight.
fn merged(texts: &[(&[u8], u64)], threads: usize) -> (Vec<u8>, MergeReport) {
    let folder = tempfile::tempdir().unwrap();
    let inputs = texts.iter().enumerate().map(|(number, (text, weight))| {
        let path = folder.path().join(format!("{number}.iprof"));
        std::fs::write(&path, text).unwrap();
        MergeInput {
            path,
            weight: *weight,
        }
    });
    let inputs: Vec<_> = inputs.collect();
    let options = MergeOptions {
        threads,
        ..MergeOptions::default()
    };
    merge_to_bytes(&inputs, &options).unwrap()
}

fn once(texts: &[&[u8]]) -> Vec<u8> {
    let texts: Vec<_> = texts.iter().map(|text| (*text, 1)).collect();
    merged(&texts, 1).0
}

/// The engine's overlap of a section.
fn overlap_of(a: &[u8], b: &[u8], section: Section) -> Option<f64> {
    let mut symbols = Symbols::default();
    let mut sides = [Counts::default(), Counts::default()];
    for (text, side) in [a, b].into_iter().zip(&mut sides) {
        from_bytes(text, Packing::Plain, &mut symbols, side).unwrap();
    }
    let report = engine_overlap(vec![PathBuf::new(); 2], &sides);
    let found = report
        .sections
        .iter()
        .find(|found| found.section == section);
    found.and_then(|found| found.overlap[0][1])
}

fn close(a: Option<f64>, b: Option<f64>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => (a - b).abs() < 1e-9,
        (a, b) => a == b,
    }
}

fn double(model: &Model) -> Model {
    sum([model, model])
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) })]

    #[test]
    fn a_merge_is_the_sum_by_names(a in profiles(), b in profiles()) {
        let (a, b) = (a.text(0), b.text(3));
        prop_assert_eq!(model(&once(&[&a, &b])), sum([&model(&a), &model(&b)]));
    }

    #[test]
    fn a_merge_does_not_depend_on_order_ids_or_threads(a in profiles(), b in profiles(), c in profiles()) {
        let expected = once(&[&a.text(0), &b.text(0), &c.text(0)]);
        for (builds, order) in [([0, 1, 2], [2, 1, 0]), ([4, 4, 4], [1, 0, 2]), ([5, 0, 5], [2, 0, 1])] {
            let texts = [a.text(builds[0]), b.text(builds[1]), c.text(builds[2])];
            let texts = order.map(|place| (texts[place].as_slice(), 1));
            for threads in [1, 3] {
                prop_assert_eq!(&merged(&texts, threads).0, &expected);
            }
        }
    }

    #[test]
    fn merging_merged_profiles_is_merging_their_inputs(a in profiles(), b in profiles(), c in profiles()) {
        let (a, b, c) = (a.text(0), b.text(1), c.text(2));
        let whole = once(&[&a, &b, &c]);
        prop_assert_eq!(&once(&[&once(&[&a, &b]), &c]), &whole);
        prop_assert_eq!(&once(&[&a, &once(&[&b, &c])]), &whole);
    }

    #[test]
    fn a_profile_with_itself_is_double_and_a_weight_is_that_many_copies(a in profiles()) {
        let text = a.text(0);
        let twice = once(&[&text, &text]);
        prop_assert_eq!(model(&twice), double(&model(&text)));
        prop_assert_eq!(merged(&[(&text, 2)], 1).0, twice);
    }

    #[test]
    fn overlap_is_what_its_definition_says_also_with_a_sum(a in profiles(), b in profiles()) {
        let (a, b) = (a.text(0), b.text(1));
        let both = once(&[&a, &b]);
        let models = [model(&a), model(&b)];
        let sum = sum(&models);
        for section in Section::ALL {
            prop_assert!(close(overlap_of(&a, &b, section), overlap(&models[0], &models[1], section)));
            prop_assert!(close(overlap_of(&a, &both, section), overlap(&models[0], &sum, section)));
        }
    }
}

#[test]
fn the_real_pair_merges_to_the_sum_by_names_and_overlaps_as_defined() {
    let (Ok(a), Ok(b)) = (real(REAL[0]), real(REAL[1])) else {
        return;
    };
    let both = once(&[&a, &b]);
    let models = [model(&a), model(&b)];
    let sum = sum(&models);
    assert_eq!(model(&both), sum);
    for section in Section::ALL {
        let found = [overlap_of(&a, &b, section), overlap_of(&a, &both, section)];
        let defined = [
            overlap(&models[0], &models[1], section),
            overlap(&models[0], &sum, section),
        ];
        assert!(
            close(found[0], defined[0]) && close(found[1], defined[1]),
            "{section:?}"
        );
    }
}
