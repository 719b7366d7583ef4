//! Merging: expected results of real files, order, threads, weights, damage.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::PathBuf;

use super::*;
use crate::profile::iprof::testing;
use crate::profile::iprof::testing::{LENBORJE, SMALL, TOMMY};
use crate::profile::iprof::text::source::{self, Packing};

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn file(&self, name: &str, text: impl AsRef<[u8]>) -> MergeInput {
        let path = self.0.path().join(name);
        fs::write(&path, text).unwrap();
        MergeInput::new(path)
    }

    fn out(&self) -> PathBuf {
        self.0.path().join("out.iprof")
    }
}

fn merged(inputs: &[MergeInput]) -> (Vec<u8>, MergeReport) {
    merge_to_bytes(inputs, &MergeOptions::default()).unwrap()
}

fn totals(report: &MergeReport, section: Section) -> (u64, u64, u128) {
    let found = report
        .sections
        .iter()
        .find(|totals| totals.section == section);
    let totals = found.unwrap().totals;
    (totals.entries, totals.cells, totals.sum)
}

/// The same profile as another build would number it.
fn renumbered() -> String {
    let mut value: serde_json::Value = serde_json::from_str(SMALL).unwrap();
    let types = |id: &mut serde_json::Value| *id = (100 - id.as_i64().unwrap()).into();
    for row in value["types"].as_array_mut().unwrap() {
        types(&mut row["id"]);
    }
    value["types"].as_array_mut().unwrap().reverse();
    for row in value["methods"].as_array_mut().unwrap() {
        row["id"] = (row["id"].as_i64().unwrap() * 7 + 3).into();
        row["signature"]
            .as_array_mut()
            .unwrap()
            .iter_mut()
            .for_each(types);
    }
    for section in Section::ALL {
        for entry in value[section.key()].as_array_mut().unwrap() {
            if section != Section::Monitor {
                let context = entry["ctx"].as_str().unwrap().split('<').map(|frame| {
                    let (method, bci) = frame.split_once(':').unwrap();
                    format!("{}:{bci}", method.parse::<i64>().unwrap() * 7 + 3)
                });
                entry["ctx"] = context.collect::<Vec<_>>().join("<").into();
            }
            if section.arity() == crate::profile::iprof::text::section::Arity::Pairs {
                let record = entry["records"].as_array_mut().unwrap();
                record.iter_mut().step_by(2).for_each(types);
            }
        }
    }
    serde_json::to_string_pretty(&value).unwrap()
}

#[test]
fn the_real_pair_gives_the_documented_totals() {
    let (Some(a), Some(b)) = (testing::real(LENBORJE), testing::real(TOMMY)) else {
        return;
    };
    let (_, report) = merged(&[MergeInput::new(a), MergeInput::new(b)]);
    assert_eq!((report.types, report.methods), (5_432, 44_810));
    for (section, expected) in [
        (Section::CallCount, (12_506, 12_506, 85_554_829_617)),
        (Section::Conditional, (8_772, 17_911, 47_389_518_312)),
        (Section::VirtualInvoke, (751, 906, 4_028_784_381)),
        (Section::Monitor, (1, 29, 6_516)),
        (Section::Sampling, (53, 53, 8_254)),
    ] {
        assert_eq!(totals(&report, section), expected, "{section:?}");
    }
    assert_eq!(report.version, Version::V0_4_0);
}

#[test]
fn a_real_file_with_itself_keeps_every_entry_and_doubles_every_sum() {
    let Some(path) = testing::real(LENBORJE) else {
        return;
    };
    let once = merged(&[MergeInput::new(&path)]).1;
    let twice = merged(&[MergeInput::new(&path), MergeInput::new(&path)]).1;
    for section in Section::ALL
        .into_iter()
        .filter(|s| *s != Section::Instanceof)
    {
        let (entries, cells, sum) = totals(&once, section);
        assert_eq!(totals(&twice, section), (entries, cells, 2 * sum));
    }
    assert_eq!(totals(&twice, Section::CallCount).2, 122_959_613_794);
    assert_eq!(totals(&twice, Section::Conditional).1, 9_676);
    assert_eq!(totals(&twice, Section::VirtualInvoke).1, 503);
    assert_eq!(totals(&twice, Section::Monitor).1, 15);
}

#[test]
fn order_and_threads_do_not_change_a_byte() {
    let folder = Folder::new();
    let mut inputs = vec![
        folder.file("a", SMALL),
        folder.file("b", renumbered()),
        folder.file("c", SMALL.replace("11,0,20000,22,1,20", "22,0,4,11,1,4")),
        folder.file("d", SMALL.replace("shop.Cart\"", "shop.Basket\"")),
    ];
    let expected = merged(&inputs).0;
    for turn in 0..8 {
        inputs.rotate_left(1);
        if turn > 3 {
            inputs.swap(0, 2);
        }
        let options = MergeOptions {
            threads: turn % 4 + 1,
            ..MergeOptions::default()
        };
        assert_eq!(merge_to_bytes(&inputs, &options).unwrap().0, expected);
    }
}

#[test]
fn ids_are_renumbered_everywhere_and_nowhere_else() {
    let folder = Folder::new();
    let same = folder.file("same", SMALL);
    let other = folder.file("other", renumbered());
    let twice = merged(&[same.clone(), same]).0;
    let across = merged(&[folder.file("again", SMALL), other]).0;
    assert_eq!(
        String::from_utf8(across).unwrap(),
        String::from_utf8(twice).unwrap()
    );
}

#[test]
fn merging_merged_profiles_is_merging_their_inputs() {
    let folder = Folder::new();
    let a = folder.file("a", SMALL);
    let b = folder.file("b", SMALL.replace("11,0,20000,22,1,20", "22,0,4,11,1,4"));
    let c = folder.file("c", SMALL.replace("8,900,2,100", "3,5"));
    let ab = folder.file("ab", merged(&[a.clone(), b.clone()]).0);
    let bc = folder.file("bc", merged(&[b.clone(), c.clone()]).0);
    let whole = merged(&[a.clone(), b, c.clone()]).0;
    assert_eq!(merged(&[ab, c]).0, whole);
    assert_eq!(merged(&[a, bc]).0, whole);
}

#[test]
fn a_weight_is_that_many_copies() {
    let folder = Folder::new();
    let a = folder.file("a", SMALL);
    let heavy = MergeInput {
        weight: 3,
        ..a.clone()
    };
    assert_eq!(merged(&[heavy]).0, merged(&[a.clone(), a.clone(), a]).0);
}

#[test]
fn normalized_runs_weigh_the_same() {
    let folder = Folder::new();
    let long = SMALL.replace("\"records\":[20000]", "\"records\":[2000000]");
    let inputs = [folder.file("a", SMALL), folder.file("b", &long)];
    let options = MergeOptions {
        normalize: Normalize::Runs,
        ..MergeOptions::default()
    };
    let report = merge_to_bytes(&inputs, &options).unwrap().1;
    let most = u128::from(1 + 1000 + 20 + 2_000_000 + 7 + 1000 + 1000_u64);
    assert!(totals(&report, Section::CallCount).2.abs_diff(2 * most) <= 7);
    assert_eq!(totals(&report, Section::Sampling).2, 200);
}

#[test]
fn broken_inputs_are_set_aside_with_their_reason() {
    let folder = Folder::new();
    let inputs = [
        folder.file("good", SMALL),
        folder.file("cut", &SMALL[..SMALL.len() / 2]),
        folder.file("odd", SMALL.replace("\"ctx\":\"0:40\"", "\"ctx\":\"0;40\"")),
        MergeInput::new(folder.0.path().join("missing")),
    ];
    let report = merge_files(&inputs, &MergeOptions::default(), &folder.out()).unwrap();
    assert_eq!(report.used.len(), 1);
    let reasons: Vec<_> = report
        .set_aside
        .iter()
        .map(|aside| &aside.reason.message)
        .collect();
    assert!(reasons[0].contains("cut off at byte"), "{reasons:?}");
    assert!(reasons[1].contains("`0;40` is no context"), "{reasons:?}");
    assert!(reasons[2].contains("could not be read"), "{reasons:?}");
    assert_eq!(fs::read(folder.out()).unwrap(), merged(&inputs[..1]).0);
}

#[test]
fn damage_behind_known_tables_is_found_too() {
    let folder = Folder::new();
    let broken = SMALL.replace("\"ctx\":\"0:40\"", "\"ctx\":\"0;40\"");
    let inputs = [
        folder.file("a", SMALL),
        folder.file("b", &broken),
        folder.file("c", SMALL),
    ];
    let options = MergeOptions {
        threads: 1,
        ..MergeOptions::default()
    };
    let (bytes, report) = merge_to_bytes(&inputs, &options).unwrap();
    let place = broken.find("0;40").unwrap() as u64;
    assert_eq!(report.set_aside[0].reason.offset, Some(place));
    assert_eq!(bytes, merged(&[inputs[0].clone(), inputs[2].clone()]).0);
}

#[test]
fn strict_fails_and_leaves_the_output_alone() {
    let folder = Folder::new();
    fs::write(folder.out(), "before").unwrap();
    let inputs = [folder.file("good", SMALL), folder.file("cut", "{")];
    let options = MergeOptions {
        strict: true,
        ..MergeOptions::default()
    };
    let error = merge_files(&inputs, &options, &folder.out()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Training);
    assert!(merge_files(&inputs[1..], &MergeOptions::default(), &folder.out()).is_err());
    assert_eq!(fs::read(folder.out()).unwrap(), b"before");
}

#[test]
fn an_overflowing_sum_fails_whatever_the_order() {
    let folder = Folder::new();
    let much = SMALL.replace("\"records\":[7]", "\"records\":[9223372036854775807]");
    let (a, b) = (folder.file("a", SMALL), folder.file("b", much));
    for inputs in [[a.clone(), b.clone()], [b.clone(), a]] {
        assert!(merge_to_bytes(&inputs, &MergeOptions::default()).is_err());
    }
    assert!(merge_to_bytes(&[b], &MergeOptions::default()).is_ok());
}

#[test]
fn dangling_entries_and_unknown_sections_are_dropped_by_name() {
    let folder = Folder::new();
    let text = SMALL
        .replace("\"ctx\":\"0:40\"", "\"ctx\":\"99:40\"")
        .replace(
            "\"samplingProfiles\"",
            "\"ceConditionalProfilesV2\":[1],\"samplingProfiles\"",
        );
    let report = merged(&[folder.file("a", text)]).1;
    assert_eq!(totals(&report, Section::Sampling), (2, 2, 95));
    assert_eq!(
        report.warnings,
        [
            MergeWarning::SectionsDropped {
                keys: vec!["ceConditionalProfilesV2".to_owned()]
            },
            MergeWarning::EntriesDropped { entries: 1 },
        ]
    );
    assert_eq!(report.used[0].doubts.len(), 1);
}

#[test]
fn the_highest_version_is_written_and_mixed_versions_are_said() {
    let folder = Folder::new();
    let older = SMALL.replace("1.1.0", "0.4.0").replace(
        "\"instanceofProfiles\":[{\"ctx\":\"3:2\",\"records\":[7,19000,3,7]}],",
        "",
    );
    let (old, new) = (folder.file("old", older), folder.file("new", SMALL));
    assert_eq!(
        merged(std::slice::from_ref(&old)).1.version,
        Version::V0_4_0
    );
    let report = merged(&[new, old]).1;
    assert_eq!(report.version, Version::V1_1_0);
    assert!(
        matches!(&report.warnings[..], [MergeWarning::MixedVersions { versions, .. }]
        if versions[..] == [Version::V0_4_0, Version::V1_1_0])
    );
}

#[test]
fn gzip_in_and_out() {
    let folder = Folder::new();
    let plain = merged(&[folder.file("a", SMALL)]).0;
    let packed = write::pack(SMALL.as_bytes().to_vec(), Packing::Gzip).unwrap();
    let options = MergeOptions {
        packing: Packing::Gzip,
        ..MergeOptions::default()
    };
    let bytes = merge_to_bytes(&[folder.file("b", packed)], &options)
        .unwrap()
        .0;
    let mut unpacked = Vec::new();
    source::read_from(bytes.as_slice(), 1 << 20, &mut unpacked).unwrap();
    assert_eq!(unpacked, plain);
}
