//! `--output shared`: native images as libraries, run by a host; real ones where `GRAALVM_HOME` holds a Community native-image.

use std::path::PathBuf;

use super::double::project;
use super::optimizer::{hello, image};

#[test]
fn a_library_is_measured_beside_the_executable_and_its_size_is_its_own() {
    let Some(built) = hello() else { return };
    let library = image(&built.report, "native-shared");
    let path = PathBuf::from(library["path"].as_str().unwrap());
    assert_eq!(path.file_name().unwrap(), "libhello.so");
    assert_eq!(library["size_counts"], "the shared library");
    let bytes = std::fs::metadata(&path).unwrap().len();
    assert_eq!(library["size_bytes"].as_u64(), Some(bytes));
    let variants = built.report["variants"].as_array().unwrap();
    let measured = variants
        .iter()
        .find(|one| one["variant"] == "native-shared");
    let metrics = &measured.unwrap()["metrics"];
    for metric in ["throughput_rps", "cold_start_ms", "peak_memory_bytes"] {
        assert!(metrics[metric]["value"].as_f64().unwrap() > 0.0, "{metric}");
    }
    let compared = built.report["comparisons"].as_array().unwrap();
    assert!(
        compared
            .iter()
            .any(|one| one["candidate"] == "native-shared" && one["baseline"] == "native"),
        "{compared:?}"
    );
}

#[test]
fn output_chooses_the_form_of_what_is_native() {
    let Ok(sandbox) = project("") else { return };
    let built = |words: &str| {
        let said = sandbox
            .succeeds(format!("run --no-bench --dry-run {words}"))
            .stdout;
        let of = |line: &str| {
            line.strip_prefix("# build ")
                .map(|rest| rest.split(',').next().unwrap().to_owned())
        };
        said.lines().filter_map(of).collect::<Vec<_>>()
    };
    assert_eq!(built("--variant native --output shared"), ["native-shared"]);
    assert_eq!(
        built("--variant native --output executable,shared"),
        ["native", "native-shared"]
    );
    assert_eq!(
        built("--variant native-pgo --output shared"),
        ["native-instrumented", "native-pgo-shared"]
    );
    assert_eq!(built("--variant native-shared"), ["native-shared"]);
}

#[test]
fn a_dry_run_shows_how_the_library_and_its_host_are_built() {
    let Ok(sandbox) = project("") else { return };
    let said = sandbox
        .succeeds("run --no-bench --dry-run --variant native-shared")
        .stdout;
    assert!(said.contains(" --shared "), "{said}");
    assert!(said.contains("/host.c' -ldl"), "{said}");
}
