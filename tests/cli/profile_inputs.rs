//! What is given to the `profile` commands: files that are reached twice, their own output, weights, and what is no profile.

use std::os::unix::fs::symlink;

use serde_json::Value;

use super::sandbox::{Said, Sandbox};

/// A profile in which `com.example.Main.run` was called `calls` times, as GraalVM would number it.
fn profile(calls: u64) -> String {
    format!(
        r#"{{"version":"1.0.0","types":[{{"id":0,"name":"void"}},{{"id":1,"name":"com.example.Main"}}],
            "methods":[{{"id":1,"name":"run","signature":[1,0]}}],
            "callCountProfiles":[{{"ctx":"1:0","records":[{calls}]}}],"conditionalProfiles":[],"virtualInvokeProfiles":[],
            "monitorProfiles":[],"samplingProfiles":[]}}"#
    )
}

/// A folder `d` with two profiles that count 3 and 40 calls.
fn folder() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("d/a.iprof", &profile(3));
    sandbox.write("d/b.iprof", &profile(40));
    sandbox
}

fn profile_command(sandbox: &Sandbox, words: impl AsRef<str>) -> Said {
    sandbox.pgoctl(format!("profile {}", words.as_ref()))
}

fn calls(sandbox: &Sandbox, name: &str) -> u64 {
    let profile: Value = serde_json::from_str(&sandbox.read(name)).unwrap();
    profile["callCountProfiles"][0]["records"][0]
        .as_u64()
        .unwrap()
}

#[test]
fn a_merge_into_its_own_folder_does_not_count_itself_the_next_night() {
    let sandbox = folder();
    let first = profile_command(&sandbox, "merge -o d/merged.iprof d");
    assert_eq!(first.status, 0, "{}", first.stderr);
    assert!(
        first.stderr.contains("lies among the profiles of `d`"),
        "{}",
        first.stderr
    );
    for night in 2..4 {
        let said = profile_command(&sandbox, "merge -o d/merged.iprof d");
        assert_eq!(said.status, 0, "{}", said.stderr);
        let words = "`d/merged.iprof` is the output, and not taken in";
        assert!(said.stderr.contains(words), "{}", said.stderr);
        assert_eq!(calls(&sandbox, "d/merged.iprof"), 43, "night {night}");
    }
    profile_command(&sandbox, "merge -o d/merged.iprof d/a.iprof d/merged.iprof").fails(
        2,
        &[
            "`d/merged.iprof` is both an input and the output",
            "count it again",
        ],
    );
    assert_eq!(calls(&sandbox, "d/merged.iprof"), 43);
}

#[test]
fn a_file_that_is_reached_twice_counts_once() {
    let sandbox = folder();
    symlink("a.iprof", sandbox.path().join("d/link.iprof")).unwrap();
    for (words, sum) in [
        ("d/a.iprof ./d/a.iprof", 3),
        ("d/a.iprof d/link.iprof", 3),
        ("d d/b.iprof", 43),
        ("d d/b.iprof:2", 83),
    ] {
        let said = profile_command(
            &sandbox,
            format!("--format json merge -o out.iprof {words}"),
        );
        assert_eq!(said.status, 0, "{}", said.stderr);
        assert_eq!(calls(&sandbox, "out.iprof"), sum, "{words}");
        assert!(said.stderr.contains("taken once"), "{}", said.stderr);
        let report: Value = serde_json::from_str(&said.stdout).unwrap();
        assert_eq!(report["passed_over"][0]["reason"], "same-file");
    }
    profile_command(&sandbox, "merge -o out.iprof d/a.iprof:2 ./d/a.iprof:3").fails(
        2,
        &["two weights, 2 and 3", "`./d/a.iprof` is the same file"],
    );
}

#[test]
fn a_weight_that_is_none_says_what_a_weight_is() {
    let sandbox = folder();
    for weight in ["0.5", "-1", "99999999999999999999", "0", "x"] {
        profile_command(&sandbox, format!("merge -o out.iprof d/a.iprof:{weight}")).fails(
            2,
            &[
                &format!("`{weight}` is not a weight"),
                "a whole number from 1 to 9223372036854775807",
            ],
        );
    }
}

#[test]
fn the_other_commands_see_one_file_too_and_never_write_over_it() {
    let sandbox = folder();
    let said = profile_command(&sandbox, "check d ./d/a.iprof");
    assert_eq!((said.status, said.stdout.matches("good").count()), (0, 2));
    assert!(
        said.stderr.contains("`./d/a.iprof` is the same file"),
        "{}",
        said.stderr
    );
    let said = profile_command(&sandbox, "diff d/a.iprof ./d/a.iprof");
    assert_eq!(said.status, 0);
    assert!(
        said.stderr.contains("nothing can differ"),
        "{}",
        said.stderr
    );
    profile_command(&sandbox, "overlap d/a.iprof ./d/a.iprof")
        .fails(2, &["needs two profiles", "is the same file"]);
    sandbox.write("jvm.log", "a log");
    for words in [
        "convert --gzip -o ./d/a.iprof d/a.iprof",
        "show --folded ./d/a.iprof d/a.iprof",
        "from-hotspot -o ./jvm.log jvm.log",
    ] {
        profile_command(&sandbox, words).fails(2, &["both the input and the output"]);
    }
    assert_eq!(calls(&sandbox, "d/a.iprof"), 3);
}

#[test]
fn something_else_in_a_profiles_place_is_named_and_never_merged_around() {
    let sandbox = folder();
    let lfs = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a2146\nsize 12345\n";
    let utf16: Vec<u8> = profile(1)
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let packed = {
        let said = profile_command(&sandbox, "convert --gzip -o packed.gz d/a.iprof");
        assert_eq!(said.status, 0, "{}", said.stderr);
        std::fs::read(sandbox.path().join("packed.gz")).unwrap()
    };
    let conflict = format!(
        "<<<<<<< HEAD\n{}\n=======\n{}\n>>>>>>> x\n",
        profile(1),
        profile(2)
    );
    for (bytes, what, hint) in [
        (lfs.as_bytes(), "Git LFS pointer", "`git lfs pull`"),
        (b"<!DOCTYPE html><html>", "an HTML page", "hint:"),
        (
            conflict.as_bytes(),
            "a merge conflict",
            "git checkout --ours",
        ),
        (
            b"\x28\xb5\x2f\xfd\x04\x58",
            "compressed with zstd",
            "`zstd -d`",
        ),
        (b"PK\x03\x04\x14\0", "a ZIP archive", "unpack it"),
        (b"", "the file is empty", "leave it out"),
        (&utf16, "UTF-16", "iconv"),
        (
            &[b"\xef\xbb\xbf", profile(1).as_bytes()].concat(),
            "byte order mark",
            "sed",
        ),
        (
            &packed[..packed.len() - 12],
            "the gzip stream is cut off",
            "gzip -t",
        ),
    ] {
        std::fs::write(sandbox.path().join("d/odd.iprof"), bytes).unwrap();
        profile_command(&sandbox, "merge -o out.iprof d")
            .fails(5, &["`d/odd.iprof` is not a profile", what, hint]);
        assert!(!sandbox.path().join("out.iprof").exists(), "{what}");
        profile_command(&sandbox, "show d/odd.iprof").fails(5, &[what, hint]);
        let said = profile_command(&sandbox, "check d/odd.iprof");
        assert_eq!(said.status, 5);
        assert!(said.stdout.contains(what), "{}", said.stdout);
        assert!(said.stdout.contains(hint), "{}", said.stdout);
    }
}

#[test]
fn a_profile_of_samples_alone_says_so() {
    let sandbox = Sandbox::new();
    let samples = profile(1)
        .replace(r#"{"ctx":"1:0","records":[1]}"#, "")
        .replace(
            r#""samplingProfiles":[]"#,
            r#""samplingProfiles":[{"ctx":"1:4","records":[9]}]"#,
        );
    sandbox.write("samples.iprof", &samples);
    sandbox.write("counts.iprof", &profile(1));
    let said = profile_command(&sandbox, "check samples.iprof counts.iprof");
    assert_eq!(said.status, 0, "{}", said.stderr);
    for words in [
        "has 1 sampled stack; no call counts, no branches, no virtual calls",
        "note: samples and nothing else",
        "`--pgo` learns from it where time is spent",
        "has 1 call count; no branches",
    ] {
        assert!(said.stdout.contains(words), "{words}: {}", said.stdout);
    }
    assert_eq!(said.stdout.matches("note:").count(), 1);
}

#[test]
fn what_we_write_numbers_methods_from_1_as_graalvm_does() {
    let sandbox = folder();
    let small = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/iprof/small.iprof");
    std::fs::copy(small, sandbox.path().join("small.iprof")).unwrap();
    for words in [
        "merge -o out.iprof small.iprof",
        "convert --to 1.0.0 -o out.iprof small.iprof",
    ] {
        assert_eq!(profile_command(&sandbox, words).status, 0);
        let written: Value = serde_json::from_str(&sandbox.read("out.iprof")).unwrap();
        let ids = |key: &str| -> Vec<u64> {
            let rows = written[key].as_array().unwrap();
            rows.iter().map(|row| row["id"].as_u64().unwrap()).collect()
        };
        assert_eq!(ids("methods"), (1..=6).collect::<Vec<_>>(), "{words}");
        assert_eq!(ids("types")[0], 0);
        assert_eq!(written["monitorProfiles"][0]["ctx"], "0:0");
        let said = profile_command(&sandbox, "overlap small.iprof out.iprof");
        assert!(said.stdout.contains("100.0 %"), "{}", said.stdout);
    }
}
