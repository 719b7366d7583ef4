//! The `profile` commands on bare files.

use std::path::Path;

use serde_json::Value;

use super::needs::shared;
use super::sandbox::{Said, Sandbox, jars, quoted};

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
fn a_sound_profile_is_good() {
    let sandbox = Sandbox::new();
    sandbox.write("good.iprof", &profile(3));
    sandbox.succeeds("profile check good.iprof");
}

#[test]
fn a_cut_profile_is_broken_and_says_where() {
    let sandbox = Sandbox::new();
    sandbox.write("good.iprof", &profile(3));
    sandbox.write("cut.iprof", &profile(3)[..150]);
    let said = sandbox.pgoctl("profile check good.iprof cut.iprof");
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

/// Two profiles merged in this order; the result.
fn merged(inputs: &str) -> String {
    let sandbox = Sandbox::new();
    sandbox.write("a.iprof", &profile(3));
    sandbox.write("b.iprof", &profile(40));
    sandbox.succeeds(format!("profile merge -o out.iprof {inputs}"));
    sandbox.read("out.iprof")
}

#[test]
fn counts_add_up_by_weight() {
    let merged: Value = serde_json::from_str(&merged("a.iprof:2 b.iprof")).unwrap();
    assert_eq!(merged["callCountProfiles"][0]["records"][0], 46);
}

#[test]
fn the_order_of_profiles_does_not_matter() {
    assert_eq!(merged("a.iprof:2 b.iprof"), merged("b.iprof a.iprof:2"));
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
fn piped(sandbox: &Sandbox, input: &str, line: &str) -> Said {
    let input = std::fs::File::open(sandbox.path().join(input)).unwrap();
    Said::of(&sandbox.command(line).stdin(input).output().unwrap())
}

#[test]
fn every_command_answers_in_json_with_its_schema_version() {
    let sandbox = shop();
    for line in [
        "check monday.iprof",
        "show monday.iprof",
        "diff monday.iprof tuesday.iprof",
        "overlap monday.iprof tuesday.iprof",
        "merge -o out.iprof monday.iprof tuesday.iprof",
        "convert monday.iprof --to 1.0.0 -o new.iprof",
        "convert monday.iprof --to jsonl -o lines.jsonl.gz",
    ] {
        let json = sandbox.json(format!("profile --format json {line}"));
        assert_eq!(json["schema_version"], 1, "{line}");
    }
}

#[test]
fn show_takes_standard_input_as_a_dash() {
    let sandbox = shop();
    let by_name = sandbox.pgoctl("profile show monday.iprof").stdout;
    let by_dash = piped(&sandbox, "monday.iprof", "profile show -").stdout;
    assert_eq!(by_dash.replacen("-:", "monday.iprof:", 1), by_name);
}

#[test]
fn check_takes_standard_input_as_a_dash() {
    let said = piped(&shop(), "monday.iprof", "profile check -");
    assert_eq!(said.status, 0, "{}", said.stderr);
}

#[test]
fn overlap_takes_standard_input_as_a_dash() {
    let said = piped(&shop(), "monday.iprof", "profile overlap - monday.iprof");
    assert!(said.stdout.contains("100.0 %"), "{}", said.stdout);
}

#[test]
fn diff_takes_standard_input_as_a_dash() {
    let said = piped(&shop(), "monday.iprof", "profile diff - monday.iprof");
    assert_eq!(said.status, 0, "{}", said.stderr);
}

#[test]
fn merge_reads_and_writes_a_dash() {
    let sandbox = shop();
    let said = piped(&sandbox, "monday.iprof", "profile merge -o - -");
    assert!(said.stderr.contains("merged 1 profiles"), "{}", said.stderr);
    sandbox.write("merged.iprof", &said.stdout);
    sandbox.succeeds("profile check merged.iprof");
}

#[test]
fn convert_reads_and_writes_a_dash() {
    let line = "profile convert - --to jsonl -o -";
    let lines = piped(&shop(), "monday.iprof", line).stdout;
    assert!(
        lines
            .lines()
            .all(|line| serde_json::from_str::<Value>(line).is_ok())
    );
    assert_eq!(lines.lines().count(), 16);
}

#[test]
fn folded_stacks_are_written_to_a_dash() {
    let folded = shop().pgoctl("profile show monday.iprof --folded -");
    assert_eq!(folded.stdout.lines().next(), Some("shop.Main.main 5"));
}

#[test]
fn standard_input_is_read_once() {
    shop()
        .pgoctl("profile overlap - -")
        .fails(2, &["standard input can be read once"]);
}

#[test]
fn a_flame_graph_is_drawn_into_a_file() {
    let sandbox = shop();
    let said = sandbox.succeeds("profile show monday.iprof --flamegraph out.svg --top 1");
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
}

#[test]
fn without_samples_there_is_no_flame_graph() {
    let sandbox = Sandbox::new();
    sandbox.write("calls.iprof", &profile(3));
    sandbox
        .pgoctl("profile show calls.iprof --flamegraph none.svg")
        .fails(5, &["there are no samples"]);
}

/// A folder `runs` with a sound profile, a broken one, and another sound one further down.
fn runs() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("runs/a.iprof", &profile(3));
    sandbox.write("runs/cut.iprof", &profile(3)[..200]);
    sandbox.write("runs/more/b.iprof", &profile(40));
    sandbox
}

const MERGE: &str = "profile merge -o out.iprof.gz runs";

#[test]
fn a_broken_profile_in_a_folder_is_set_aside() {
    let said = runs().pgoctl(MERGE);
    assert!(
        said.stdout.contains("merged 1 profiles (1 set aside)"),
        "{}",
        said.stdout
    );
    assert!(
        said.stderr.contains("set aside `runs/cut.iprof`"),
        "{}",
        said.stderr
    );
}

#[test]
fn folders_are_merged_with_all_that_is_below_them() {
    let sandbox = runs();
    let said = sandbox.pgoctl(format!("{MERGE} --recursive"));
    assert!(said.stdout.contains("merged 2 profiles"), "{}", said.stdout);
    let shown = sandbox.pgoctl("profile show out.iprof.gz").stdout;
    assert!(shown.contains("43"), "{shown}");
}

#[test]
fn a_profile_that_is_called_gz_is_packed() {
    let sandbox = runs();
    sandbox.succeeds(MERGE);
    let packed = std::fs::read(sandbox.path().join("out.iprof.gz")).unwrap();
    assert_eq!(packed[..2], [0x1f, 0x8b]);
}

#[test]
fn a_strict_merge_takes_no_broken_profile() {
    runs()
        .pgoctl(format!("{MERGE} --strict"))
        .fails(5, &["1 of the profiles are broken", "cut off at byte 200"]);
}

#[test]
fn normalized_runs_weigh_as_the_longest() {
    let sandbox = runs();
    sandbox.succeeds(format!("{MERGE} --normalize runs --recursive"));
    let shown = sandbox.json("profile show --format json out.iprof.gz");
    assert_eq!(shown["top_calls"][0]["count"], 80);
}

#[test]
fn a_profile_is_dated_by_the_classes_also_from_standard_input() {
    let Ok(jars) = jars() else { return };
    let jar = quoted(jars.join("hello.jar"));
    let line = format!("profile check - --against {jar} --format json");
    let said = piped(&shop(), "monday.iprof", &line);
    let profile = &said.json()["profiles"][0];
    assert_eq!(profile["freshness"]["grade"], "foreign");
    assert_eq!((&profile["verdict"], said.status), (&"suspect".into(), 0));
}

#[test]
fn a_profile_is_not_dated_by_what_is_not_a_jar() {
    shop()
        .pgoctl("profile check monday.iprof --against monday.iprof")
        .fails(2, &["is not a JAR"]);
}

/// A folder with a profile of 500 MiB.
fn huge() -> Sandbox {
    let sandbox = Sandbox::new();
    let file = std::fs::File::create(sandbox.path().join("huge.iprof")).unwrap();
    file.set_len(500 << 20).unwrap();
    sandbox
}

#[test]
fn a_profile_over_the_limit_is_refused_with_what_raises_it() {
    huge().pgoctl("profile show huge.iprof").fails(
        5,
        &["500 MiB is more than the limit of 256 MiB", "`--max-size`"],
    );
}

#[test]
fn a_profile_over_the_limit_is_broken_to_check() {
    let said = huge().pgoctl("profile check huge.iprof");
    assert!(
        said.status == 5 && said.stdout.contains("broken"),
        "{}",
        said.stdout
    );
}

#[test]
fn real_profiles_merge_to_the_published_sums() {
    let Ok(folder) = shared("data/iprof") else {
        return;
    };
    let [one, two] = [
        "lenborje+StreamTDI+default.iprof",
        "tommyettinger+assorted-benchmarks+default.iprof",
    ]
    .map(|name| quoted(folder.join(name)));
    let sandbox = Sandbox::new();
    let report = sandbox.json(format!(
        "profile merge --format json -o out.iprof {one} {two}"
    ));
    assert_eq!(
        (report["types"].as_u64(), report["methods"].as_u64()),
        (Some(5432), Some(44810))
    );
    let merged: Value = serde_json::from_str(&sandbox.read("out.iprof")).unwrap();
    let calls = merged["callCountProfiles"].as_array().unwrap();
    let sum: u64 = calls
        .iter()
        .map(|entry| entry["records"][0].as_u64().unwrap())
        .sum();
    assert_eq!((calls.len(), sum), (12_506, 85_554_829_617));
}
