//! Logs of real JVMs, where they are at hand.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::PathBuf;

use crate::profile::hotspot::*;
use crate::profile::iprof::counts::cells::CellKey;
use crate::profile::iprof::counts::profile::Profile;
use crate::profile::iprof::counts::resolve::Resolved;
use crate::profile::iprof::judge::check::check_bytes;
use crate::profile::iprof::merge::{MergeInput, MergeOptions, merge_to_bytes};
use crate::profile::iprof::testing;
use crate::profile::iprof::text::section::Section;
use crate::profile::iprof::text::source::Packing;
use crate::profile::iprof::text::version::Version;

const HELLOS: [(&str, u64); 4] = [
    ("hello-jdk17.txt.gz", 1196),
    ("hello-jdk17-early.txt.gz", 1511),
    ("hello-jdk25.txt.gz", 1292),
    ("hello-jdk25-early.txt.gz", 1769),
];

fn real(name: &str) -> Option<PathBuf> {
    let path = testing::real_profiles()?.join("../method-data").join(name);
    path.is_file().then_some(path)
}

fn calls(profile: &Profile, class: &str, method: &str) -> Vec<u64> {
    let symbols = &profile.symbols;
    let entries = profile.counts.section(Section::CallCount).entries();
    let same = |entry: &crate::profile::iprof::counts::section_counts::Entry<'_>| {
        let frame = entry.frames[0];
        symbols.declaring_type(frame.method) == class && symbols.method_name(frame.method) == method
    };
    entries.filter(same).map(|entry| entry.counts[0]).collect()
}

#[test]
fn every_line_of_the_hello_servers_is_understood_and_the_handler_was_called_a_thousand_times() {
    for (name, methods) in HELLOS {
        let Some(path) = real(name) else { return };
        let converted = convert(&[path], Version::V1_1_0).unwrap();
        let left_out = &converted.conversion.left_out;
        assert_eq!(
            converted.conversion.methods + left_out.hidden_methods,
            methods,
            "{name}"
        );
        assert_eq!(
            (left_out.damaged_methods, left_out.other_lines),
            (0, 0),
            "{name}"
        );
        assert!(
            left_out.unknown_kinds.is_empty() && left_out.cut.is_none(),
            "{name}"
        );
        assert_eq!(
            calls(&converted.profile, "Hello", "lambda$main$0"),
            [1000],
            "{name}"
        );
    }
}

#[test]
fn the_branch_and_the_receivers_of_mix_are_as_the_log_has_them() {
    let Some(path) = real("mix-jdk25.txt") else {
        return;
    };
    let profile = convert(&[path], Version::V1_0_0).unwrap().profile;
    assert_eq!(calls(&profile, "Mix", "f"), [300_000]);
    let branch = profile.counts.section(Section::Conditional).entries();
    let of_f: Vec<_> = branch
        .filter(|entry| profile.symbols.method_name(entry.frames[0].method) == "f")
        .map(|entry| entry.cells().collect::<Vec<_>>())
        .collect();
    // `ifne 17`: GraalVM turns the test round, so index 0 is the next instruction.
    let (next, target) = (CellKey::successor(6, 0), CellKey::successor(17, 1));
    assert_eq!(of_f, [vec![(next, 99_914), (target, 199_830)]]);
    let calls = profile.counts.section(Section::VirtualInvoke);
    let receivers: Vec<(i32, &str, u64)> = calls
        .entries()
        .filter(|entry| profile.symbols.method_name(entry.frames[0].method) == "f")
        .flat_map(|entry| {
            entry
                .cells()
                .map(move |(key, count)| (entry.frames[0].bci, key, count))
        })
        .map(|(bci, key, count)| (bci, profile.symbols.type_name(key.type_sym()), count))
        .collect();
    assert_eq!(receivers, [(7, "Mix$C", 99_914), (18, "Mix$Q", 199_830)]);
}

#[test]
fn what_is_written_is_good_and_valid_and_merges() {
    let folder = tempfile::tempdir().unwrap();
    for (name, _) in HELLOS {
        let Some(path) = real(name) else { return };
        for version in [Version::V1_0_0, Version::V1_1_0] {
            let text = convert(std::slice::from_ref(&path), version)
                .unwrap()
                .json();
            let (_, doubts) = check_bytes(&text, Packing::Plain, &mut Resolved::default()).unwrap();
            assert!(doubts.is_empty(), "{name}: {doubts:?}");
            assert_valid(&text, version);
            let again = convert(std::slice::from_ref(&path), version)
                .unwrap()
                .json();
            assert!(text == again, "{name}: the bytes differ");
            let file = folder.path().join("hotspot.iprof");
            std::fs::write(&file, &text).unwrap();
            let other = testing::real(testing::LENBORJE).unwrap();
            for other in [&file, &other] {
                let inputs = [MergeInput::new(&file), MergeInput::new(other)];
                let options = MergeOptions {
                    strict: true,
                    ..MergeOptions::default()
                };
                merge_to_bytes(&inputs, &options).unwrap();
            }
        }
    }
}

#[test]
fn logs_add_up_whatever_their_order() {
    let (Some(one), Some(two)) = (real(HELLOS[2].0), real(HELLOS[3].0)) else {
        return;
    };
    let both = convert(&[one.clone(), two.clone()], Version::V1_0_0).unwrap();
    let back = convert(&[two, one], Version::V1_0_0).unwrap();
    assert_eq!(calls(&both.profile, "Hello", "lambda$main$0"), [2000]);
    assert!(both.json() == back.json());
}

fn assert_valid(text: &[u8], version: Version) {
    let schemas = testing::real_profiles().unwrap().join("../schemas");
    let schema = schemas.join(format!("iprof-v{version}.schema.json"));
    let mut schema = serde_json::from_slice(&std::fs::read(schema).unwrap()).unwrap();
    without_ids(&mut schema);
    let mut compiler = boon::Compiler::new();
    compiler.add_resource("mem:///schema", schema).unwrap();
    let mut compiled = boon::Schemas::new();
    let index = compiler.compile("mem:///schema", &mut compiled).unwrap();
    let value = serde_json::from_slice(text).unwrap();
    if let Err(error) = compiled.validate(&value, index) {
        panic!("{error}");
    }
}

/// The published schemas give one `$id` to several places, which validators refuse; nothing refers to them.
fn without_ids(schema: &mut serde_json::Value) {
    match schema {
        serde_json::Value::Object(map) => {
            if map.get("$id").is_some_and(serde_json::Value::is_string) {
                map.remove("$id");
            }
            map.values_mut().for_each(without_ids);
        }
        serde_json::Value::Array(list) => list.iter_mut().for_each(without_ids),
        _ => {}
    }
}
