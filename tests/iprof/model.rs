//! A second reader, as simple as can be: every cell of a profile by names, in one map. What the engine merges is held
//! against sums of such maps.

use std::collections::{BTreeMap, HashMap};

use pgoctl::profile::iprof::text::section::{Arity, Section};
use serde_json::Value;

/// Section, context by names, cell by names, which of equal cells: how often.
pub type Model = BTreeMap<(Section, String, String, usize), u64>;

/// Reads a profile of 0.4.0 or later.
pub fn model(text: &[u8]) -> Model {
    let profile: Value = serde_json::from_slice(text).unwrap();
    let rows = |key: &str| profile[key].as_array().unwrap().clone();
    let id = |row: &Value| row["id"].as_i64().unwrap();
    let types: HashMap<i64, String> = rows("types")
        .iter()
        .map(|row| (id(row), row["name"].to_string()))
        .collect();
    let methods: HashMap<i64, String> = rows("methods")
        .iter()
        .map(|row| {
            let signature = row["signature"].as_array().unwrap().iter();
            let signature = signature.map(|id| types[&id.as_i64().unwrap()].as_str());
            let signature: Vec<&str> = signature.collect();
            (id(row), format!("{}{signature:?}", row["name"]))
        })
        .collect();
    let mut model = Model::new();
    for section in Section::ALL {
        for entry in profile[section.key()].as_array().into_iter().flatten() {
            let context = entry["ctx"].as_str().unwrap();
            let by_name = |frame: &str| {
                let (method, bci) = frame.split_once(':').unwrap();
                format!("{}:{bci}", methods[&method.parse().unwrap()])
            };
            let context = match section {
                Section::Monitor => String::new(),
                _ => context
                    .split('<')
                    .map(by_name)
                    .collect::<Vec<_>>()
                    .join("<"),
            };
            let record: Vec<i64> = entry["records"]
                .as_array()
                .unwrap()
                .iter()
                .map(|number| number.as_i64().unwrap())
                .collect();
            for cell in record.chunks(section.arity().width()) {
                let key = match section.arity() {
                    Arity::Single => String::new(),
                    Arity::Pairs => types[&cell[0]].clone(),
                    Arity::Triples => format!("{:?}", &cell[..2]),
                };
                let count = *cell.last().unwrap() as u64;
                add_new(&mut model, section, &context, &key, count);
            }
        }
    }
    model
}

fn add_new(model: &mut Model, section: Section, context: &str, key: &str, count: u64) {
    let key = |ordinal| (section, context.to_owned(), key.to_owned(), ordinal);
    let ordinal = (0..)
        .find(|ordinal| !model.contains_key(&key(*ordinal)))
        .unwrap();
    model.insert(key(ordinal), count);
}

/// The cells of all, equal ones added up.
pub fn sum<'m>(models: impl IntoIterator<Item = &'m Model>) -> Model {
    let mut sum = Model::new();
    for model in models {
        for (key, count) in model {
            *sum.entry(key.clone()).or_default() += count;
        }
    }
    sum
}

/// `llvm-profdata`'s overlap of one section, from its definition: the sum of the smaller of the normalized counts.
pub fn overlap(a: &Model, b: &Model, section: Section) -> Option<f64> {
    let of = |model: &Model| -> Model {
        let cells = model.iter().filter(|(key, _)| key.0 == section);
        cells.map(|(key, count)| (key.clone(), *count)).collect()
    };
    let (a, b) = (of(a), of(b));
    let whole = |model: &Model| model.values().map(|count| *count as f64).sum::<f64>();
    let (a_sum, b_sum) = (whole(&a), whole(&b));
    match (a_sum == 0.0, b_sum == 0.0) {
        (true, true) => return None,
        (false, false) => {}
        _ => return Some(0.0),
    }
    let common = a
        .iter()
        .filter_map(|(key, count)| Some((*count as f64, *b.get(key)? as f64)));
    Some(common.map(|(a, b)| (a / a_sum).min(b / b_sum)).sum())
}
