//! The `profile` commands on bare files.

use std::path::{Path, PathBuf};

use super::sandbox::{Said, Sandbox};

/// A profile in which `com.example.Main.run` was called `calls` times.
fn profile(calls: u64) -> String {
    format!(
        r#"{{"version":"1.0.0","types":[{{"id":0,"name":"void"}},{{"id":1,"name":"com.example.Main"}}],
            "methods":[{{"id":0,"name":"run","signature":[1,0]}}],
            "callCountProfiles":[{{"ctx":"0:0","records":[{calls}]}}],"conditionalProfiles":[],"virtualInvokeProfiles":[],
            "monitorProfiles":[],"samplingProfiles":[]}}"#
    )
}

#[test]
fn a_cut_profile_is_broken_and_says_where() {
    let sandbox = Sandbox::new();
    sandbox.write("good.iprof", &profile(3));
    sandbox.write("cut.iprof", &profile(3)[..150]);
    assert_eq!(
        sandbox.pgoctl(&["profile", "check", "good.iprof"]).status,
        0
    );
    let said = sandbox.pgoctl(&["profile", "check", "good.iprof", "cut.iprof"]);
    assert_eq!(said.status, 5);
    assert!(
        said.stdout.contains("broken  cut.iprof") && said.stdout.contains("byte 150"),
        "{}",
        said.stdout
    );
    assert!(
        said.stderr.contains("1 of 2 profiles are broken"),
        "{}",
        said.stderr
    );
}

#[test]
fn counts_add_up_by_weight_and_the_order_does_not_matter() {
    let sandbox = Sandbox::new();
    sandbox.write("a.iprof", &profile(3));
    sandbox.write("b.iprof", &profile(40));
    assert_eq!(
        sandbox
            .pgoctl(&[
                "profile",
                "merge",
                "-o",
                "one.iprof",
                "a.iprof:2",
                "b.iprof"
            ])
            .status,
        0
    );
    assert_eq!(
        sandbox
            .pgoctl(&[
                "profile",
                "merge",
                "-o",
                "two.iprof",
                "b.iprof",
                "a.iprof:2"
            ])
            .status,
        0
    );
    assert_eq!(sandbox.read("one.iprof"), sandbox.read("two.iprof"));
    let merged: serde_json::Value = serde_json::from_str(&sandbox.read("one.iprof")).unwrap();
    assert_eq!(merged["callCountProfiles"][0]["records"][0], 46);
}

/// A folder with two profiles of one program's two builds, and the program's class files.
pub fn shop() -> Sandbox {
    let sandbox = Sandbox::new();
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/iprof");
    for (from, to) in [
        ("small.iprof", "monday.iprof"),
        ("other-build.iprof", "tuesday.iprof"),
    ] {
        std::fs::copy(fixtures.join(from), sandbox.path().join(to)).unwrap();
    }
    sandbox
}

/// Runs a command with a file as standard input.
fn piped(sandbox: &Sandbox, input: &str, words: &[&str]) -> Said {
    let input = std::fs::File::open(sandbox.path().join(input)).unwrap();
    Said::of(&sandbox.command(words).stdin(input).output().unwrap())
}

#[test]
fn every_command_answers_in_json_with_its_schema_version() {
    let sandbox = shop();
    for words in [
        &["check", "monday.iprof"][..],
        &["show", "monday.iprof"],
        &["diff", "monday.iprof", "tuesday.iprof"],
        &["overlap", "monday.iprof", "tuesday.iprof"],
        &["merge", "-o", "out.iprof", "monday.iprof", "tuesday.iprof"],
        &[
            "convert",
            "monday.iprof",
            "--to",
            "1.0.0",
            "-o",
            "new.iprof",
        ],
        &[
            "convert",
            "monday.iprof",
            "--to",
            "jsonl",
            "-o",
            "lines.jsonl.gz",
        ],
    ] {
        let words = [&["profile", "--format", "json"], words].concat();
        assert_eq!(sandbox.json(&words)["schema_version"], 1, "{words:?}");
    }
}

#[test]
fn standard_input_and_output_are_a_dash() {
    let sandbox = shop();
    let by_name = sandbox.pgoctl(&["profile", "show", "monday.iprof"]).stdout;
    let by_dash = piped(&sandbox, "monday.iprof", &["profile", "show", "-"]).stdout;
    assert_eq!(by_dash.replacen("-:", "monday.iprof:", 1), by_name);
    assert_eq!(
        piped(&sandbox, "monday.iprof", &["profile", "check", "-"]).status,
        0
    );
    let overlap = ["profile", "overlap", "-", "monday.iprof"];
    assert!(
        piped(&sandbox, "monday.iprof", &overlap)
            .stdout
            .contains("100.0 %")
    );
    let diff = ["profile", "diff", "-", "monday.iprof"];
    assert_eq!(piped(&sandbox, "monday.iprof", &diff).status, 0);
    let merge = ["profile", "merge", "-o", "-", "-"];
    let merged = piped(&sandbox, "monday.iprof", &merge);
    assert!(
        merged.stderr.contains("merged 1 profiles"),
        "{}",
        merged.stderr
    );
    sandbox.write("merged.iprof", &merged.stdout);
    let convert = ["profile", "convert", "-", "--to", "jsonl", "-o", "-"];
    let lines = piped(&sandbox, "merged.iprof", &convert).stdout;
    assert!(
        lines
            .lines()
            .all(|line| serde_json::from_str::<serde_json::Value>(line).is_ok())
    );
    assert_eq!(lines.lines().count(), 16);
    let folded = sandbox.pgoctl(&["profile", "show", "monday.iprof", "--folded", "-"]);
    assert_eq!(folded.stdout.lines().next(), Some("shop.Main.main 5"));
    sandbox
        .pgoctl(&["profile", "overlap", "-", "-"])
        .fails(2, &["standard input can be read once"]);
}

#[test]
fn a_flame_graph_is_drawn_into_a_file() {
    let sandbox = shop();
    let words = [
        "profile",
        "show",
        "monday.iprof",
        "--flamegraph",
        "out.svg",
        "--top",
        "1",
    ];
    let said = sandbox.pgoctl(&words);
    assert_eq!(said.status, 0, "{}", said.stderr);
    assert!(
        said.stdout.contains("shop.Cart.Item.price()"),
        "{}",
        said.stdout
    );
    assert!(
        sandbox
            .read("out.svg")
            .contains("shop.Cart.Item.price (80 samples, 80.00%)")
    );
    sandbox.write("calls.iprof", &profile(3));
    sandbox
        .pgoctl(&["profile", "show", "calls.iprof", "--flamegraph", "none.svg"])
        .fails(5, &["there are no samples"]);
}

#[test]
fn folders_are_merged_and_broken_profiles_are_set_aside_unless_strict() {
    let sandbox = Sandbox::new();
    sandbox.write("runs/a.iprof", &profile(3));
    sandbox.write("runs/cut.iprof", &profile(3)[..200]);
    sandbox.write("runs/more/b.iprof", &profile(40));
    let merge = |more: &[&str]| {
        sandbox.pgoctl(&[&["profile", "merge", "-o", "out.iprof.gz", "runs"], more].concat())
    };
    let flat = merge(&[]);
    assert!(
        flat.stdout.contains("merged 1 profiles (1 set aside)"),
        "{}",
        flat.stdout
    );
    assert!(
        flat.stderr.contains("set aside `runs/cut.iprof`"),
        "{}",
        flat.stderr
    );
    assert!(merge(&["--recursive"]).stdout.contains("merged 2 profiles"));
    let packed = std::fs::read(sandbox.path().join("out.iprof.gz")).unwrap();
    assert_eq!(packed[..2], [0x1f, 0x8b]);
    let shown = sandbox.pgoctl(&["profile", "show", "out.iprof.gz"]).stdout;
    assert!(shown.contains("43"), "{shown}");
    merge(&["--strict"]).fails(5, &["1 of the profiles are broken", "cut off at byte 200"]);
    merge(&["--normalize", "runs", "--recursive"]);
    let shown = sandbox.json(&["profile", "show", "--format", "json", "out.iprof.gz"]);
    assert_eq!(
        shown["top_calls"][0]["count"], 80,
        "both runs weigh as the longest"
    );
}

#[test]
fn a_profile_is_dated_by_the_classes_also_from_standard_input() {
    let Some(jars) = super::sandbox::jars() else {
        return;
    };
    let jar = jars.join("hello.jar");
    let jar = jar.to_str().unwrap();
    let sandbox = shop();
    let words = [
        "profile",
        "check",
        "-",
        "--against",
        jar,
        "--format",
        "json",
    ];
    let said = piped(&sandbox, "monday.iprof", &words);
    let report: serde_json::Value = serde_json::from_str(&said.stdout).unwrap();
    let profile = &report["profiles"][0];
    assert_eq!(profile["freshness"]["grade"], "foreign");
    assert_eq!((&profile["verdict"], said.status), (&"suspect".into(), 0));
    sandbox
        .pgoctl(&[
            "profile",
            "check",
            "monday.iprof",
            "--against",
            "monday.iprof",
        ])
        .fails(2, &["is not a JAR"]);
}

#[test]
fn a_profile_over_the_limit_is_refused_with_what_raises_it() {
    let sandbox = Sandbox::new();
    let file = std::fs::File::create(sandbox.path().join("huge.iprof")).unwrap();
    file.set_len(500 << 20).unwrap();
    sandbox.pgoctl(&["profile", "show", "huge.iprof"]).fails(
        5,
        &["500 MiB is more than the limit of 256 MiB", "`--max-size`"],
    );
    let said = sandbox.pgoctl(&["profile", "check", "huge.iprof"]);
    assert!(
        said.status == 5 && said.stdout.contains("broken"),
        "{}",
        said.stdout
    );
}

#[test]
fn real_profiles_merge_to_the_published_sums() {
    let shared = std::env::var_os("PGOCTL_SHARED").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared"),
        PathBuf::from,
    );
    let folder = shared.join("data/iprof");
    if !folder.is_dir() {
        eprintln!("skipped: no shared profiles beside the project");
        return;
    }
    let file = |name: &str| folder.join(name).to_string_lossy().into_owned();
    let inputs = [
        file("lenborje+StreamTDI+default.iprof"),
        file("tommyettinger+assorted-benchmarks+default.iprof"),
    ];
    let sandbox = Sandbox::new();
    let report = sandbox.json(&[
        "profile",
        "merge",
        "--format",
        "json",
        "-o",
        "out.iprof",
        &inputs[0],
        &inputs[1],
    ]);
    assert_eq!(
        (report["types"].as_u64(), report["methods"].as_u64()),
        (Some(5432), Some(44810))
    );
    let merged: serde_json::Value = serde_json::from_str(&sandbox.read("out.iprof")).unwrap();
    let calls = merged["callCountProfiles"].as_array().unwrap();
    let sum: u64 = calls
        .iter()
        .map(|entry| entry["records"][0].as_u64().unwrap())
        .sum();
    assert_eq!((calls.len(), sum), (12_506, 85_554_829_617));
}
