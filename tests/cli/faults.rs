//! Every way in which the double of GraalVM can go wrong: what a user reads, as one golden conversation each.

use std::collections::BTreeSet;
use std::process::Command;

use super::golden::conversation;
use super::sandbox::{Sandbox, config};

/// A fault, the command that meets it, and what the configuration file says besides.
struct Case {
    fault: &'static str,
    line: &'static str,
    more: &'static str,
}

const fn case(fault: &'static str, line: &'static str) -> Case {
    Case {
        fault,
        line,
        more: "",
    }
}

const BUILD: &str = "build --variant native";
const REBUILD: &str = "build --variant native-pgo";
const TRAIN: &str = "train --variant native-pgo";
const RUN: &str = "run --no-bench --format json --variant native,native-pgo";

#[rustfmt::skip] // one case, one line: it is read as a table
const CASES: &[Case] = &[
    case("no-pgo", RUN),
    case("pgo-flag-swallowed", REBUILD),
    case("old-version-line", RUN),
    case("unknown-vendor", RUN),
    case("build-fails", BUILD),
    case("build-fails@instrumented", RUN),
    case("profile-crashes-build", RUN),
    Case { fault: "hangs-in-stage-5", line: BUILD, more: "build-timeout = \"1s\"" },
    case("oom", BUILD),
    case("out-of-memory", BUILD),
    case("watchdog", BUILD),
    case("link-failure", BUILD),
    case("no-c-compiler", BUILD),
    case("small-heap", BUILD),
    case("disk-full", BUILD),
    case("exit-zero-no-image", BUILD),
    case("image-not-executable", BUILD),
    case("stale-image", BUILD),
    case("missing-json", BUILD),
    case("profile-not-used", REBUILD),
    case("instrument-ignored", REBUILD),
    case("no-profile", TRAIN),
    case("stale-profile-exit-0", TRAIN),
    case("truncated-profile", TRAIN),
    case("truncated-profile=2", RUN),
    case("empty-profile", TRAIN),
    case("dangling-ids", TRAIN),
    case("slow-shutdown", TRAIN),
    Case { fault: "ignores-term", line: TRAIN, more: "stop-timeout = \"300ms\"" },
    case("leaves-grandchild", TRAIN),
    case("dies-in-training", TRAIN),
    Case { fault: "never-ready", line: TRAIN, more: "ready-timeout = \"1s\"" },
    case("answers-500", TRAIN),
];

/// Faults that pgoctl never meets, and why.
const ELSEWHERE: &[(&str, &str)] = &[
    ("merge-fails", "pgoctl merges by itself"),
    (
        "poisoned-profile",
        "nothing fails before a build: the tests of `train --bisect` use it",
    ),
    (
        "slow-answers",
        "nothing fails: it is there for the measuring",
    ),
];

/// The faults' whole names as the double lists them, other spellings left out.
fn listed() -> BTreeSet<String> {
    let listing = Command::new(env!("CARGO_BIN_EXE_graalvm-double"))
        .arg("faults")
        .output()
        .unwrap();
    let text = String::from_utf8(listing.stdout).unwrap();
    text.lines()
        .filter_map(|line| {
            let (name, rest) = line.split_once('\t')?;
            // `NAME  the same as FULL`: a case under this name covers the full one.
            (!rest.starts_with("the same as ")).then(|| name.to_owned())
        })
        .collect()
}

/// The whole name of a fault, without value and variant.
fn whole(fault: &str) -> String {
    let name = fault.split(['=', '@']).next().unwrap();
    match name {
        "profile-crashes-build" => "build-crashes-with-profile",
        "hangs-in-stage-5" => "hangs-at-stage",
        "exit-zero-no-image" => "says-finished-without-image",
        "profile-not-used" => "pgo-ignored",
        "dangling-ids" => "dangling-profile",
        "slow-shutdown" => "slow-dump",
        name => name,
    }
    .to_owned()
}

#[test]
fn every_fault_has_its_conversation() {
    let covered: BTreeSet<String> = CASES
        .iter()
        .map(|case| whole(case.fault))
        .chain(ELSEWHERE.iter().map(|(name, _)| (*name).to_owned()))
        .collect();
    assert_eq!(covered, listed());
}

/// The conversation about one fault; what is different from the golden one.
fn meets(case: &Case, mut sandbox: Sandbox) -> Result<(), String> {
    sandbox.graalvm(&format!("--fault {}", case.fault));
    let text = config("hello", case.more).replace("runs = 3", "runs = 3\nat-least = 2");
    sandbox.write("pgoctl.toml", &text);
    let said = sandbox.pgoctl(case.line);
    let name = case.fault.replace(['=', '@'], "-");
    conversation(&format!("faults/{name}"), &sandbox, case.line, &said)
}

#[test]
fn what_a_user_reads_when_native_image_fails() {
    let mut different = String::new();
    for case in CASES {
        let Ok(sandbox) = Sandbox::project("hello") else {
            return;
        };
        // The first does not hide the others.
        if let Err(text) = meets(case, sandbox) {
            different += &text;
        }
    }
    assert!(different.is_empty(), "{different}");
}

#[test]
fn what_a_user_reads_where_everything_was_made_before() {
    let Ok(mut sandbox) = Sandbox::project("hello") else {
        return;
    };
    sandbox.graalvm("");
    let line = "run --no-bench --variant native,native-pgo";
    sandbox.succeeds(line);
    let said = sandbox.pgoctl(line);
    conversation("made-before", &sandbox, line, &said).unwrap_or_else(|text| panic!("{text}"));
}
