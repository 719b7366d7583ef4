//! `sweep`: how many profiles are enough?

use serde_json::Value;

use super::double::project;
use super::sandbox::{Sandbox, wait_for};

const FAST: &str = "--rounds 6 --cold-starts 0 --bench-requests 100 --warmup 2";

fn sweep(more: &str) -> String {
    format!("sweep {FAST} --format json {more}")
}

fn count(sandbox: &Sandbox, is_one: impl Fn(&str) -> bool) -> usize {
    let products = sandbox.products();
    products.iter().filter(|path| is_one(path)).count()
}

/// Training runs that left a profile.
fn trained(sandbox: &Sandbox) -> usize {
    count(sandbox, |path| {
        path.ends_with(".iprof") && !path.contains("merged-")
    })
}

fn runs(sandbox: &Sandbox) -> usize {
    count(sandbox, |path| path.ends_with("run.json"))
}

fn cells(report: &Value) -> &Vec<Value> {
    report["sweep"]["cells"].as_array().unwrap()
}

#[test]
fn each_count_is_an_image_of_the_first_profiles_and_all_are_measured_against_each_other() {
    let Ok(sandbox) = project("") else { return };
    let report = sandbox.json(sweep("--profiles 3,1,2"));
    // The baseline, the instrumented image, and one for each count.
    assert_eq!((sandbox.builds().len(), trained(&sandbox)), (5, 3));
    let counts: Vec<_> = cells(&report).iter().map(|cell| &cell["count"]).collect();
    assert_eq!(counts, [1, 2, 3]);
    let of_the_second = report["variants"][2]["image"]["profiles"].as_array();
    assert_eq!(of_the_second.unwrap().len(), 2);
    let pairs = report["sweep"]["comparisons"].as_array().unwrap();
    assert_eq!(
        pairs.len(),
        4 * 3 * 3,
        "every side with every other in three metrics"
    );
    let seconds = |cell: &Value| cell["training_seconds"].as_f64().unwrap();
    let [one, two, three] = [0, 1, 2].map(|at| seconds(&cells(&report)[at]));
    assert!(0.0 < one && one < two && two < three);
    let checks = cells(&report)[0]["against_largest"].as_array().unwrap();
    let checked: Vec<_> = checks.iter().map(|check| &check["metric"]).collect();
    assert_eq!(checked, ["throughput_rps", "latency_ms_p90"]);
    assert!(checks[0]["low"].is_number());
}

#[test]
fn the_same_again_makes_and_measures_nothing_and_another_count_only_what_is_missing() {
    let Ok(sandbox) = project("") else { return };
    let first = sandbox.json(sweep("--profiles 1,2"));
    let again = sandbox.json(sweep("--profiles 1,2"));
    assert_eq!(first["sweep"], again["sweep"]);
    assert_eq!((sandbox.builds().len(), runs(&sandbox)), (4, 1));
    sandbox.json(sweep("--profiles 1,2,4"));
    assert_eq!((sandbox.builds().len(), trained(&sandbox)), (5, 4));
    sandbox.json(sweep("--profiles 1,2,4 --seed 7"));
    assert_eq!((sandbox.builds().len(), runs(&sandbox)), (5, 3));
    // Images that are built anew are measured anew, though all that shapes them is the same.
    sandbox.json(sweep("--profiles 1,2,4 --seed 7 --force"));
    assert_eq!(runs(&sandbox), 4);
}

#[test]
fn a_changed_jar_redoes_all_that_is_made_of_it() {
    let Ok(sandbox) = project("") else { return };
    sandbox.json(sweep("--profiles 1,2"));
    let jar = sandbox.path().join("app.jar");
    let mut archive = zip::ZipWriter::new_append(
        std::fs::File::options()
            .read(true)
            .write(true)
            .open(&jar)
            .unwrap(),
    )
    .unwrap();
    archive
        .start_file("more.txt", zip::write::SimpleFileOptions::default())
        .unwrap();
    archive.finish().unwrap();
    sandbox.json(sweep("--profiles 1,2"));
    assert_eq!((sandbox.builds().len(), trained(&sandbox)), (8, 4));
    assert_eq!(runs(&sandbox), 2);
}

#[test]
fn a_killed_sweep_goes_on_where_it_was() {
    let Ok(sandbox) = project("") else { return };
    let mut child = sandbox
        .command(&sweep("--profiles 1,2,3"))
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let optimized = |path: &str| {
        // What is half made is in a hidden folder.
        path.contains("/native-pgo/") && path.ends_with("build.json") && !path.contains("/.tmp")
    };
    wait_for("the first optimized image", || {
        count(&sandbox, optimized) > 0
    });
    child.kill().unwrap();
    child.wait().unwrap();
    let before = sandbox.builds().len();
    let made = count(&sandbox, optimized);
    sandbox.json(sweep("--profiles 1,2,3"));
    assert_eq!(trained(&sandbox), 3);
    assert_eq!(sandbox.builds().len(), before + 3 - made);
}

#[test]
fn counts_with_the_same_merged_profile_share_an_image() {
    let Ok(sandbox) = project("--fault truncated-profile=3") else {
        return;
    };
    // The third run is no good, so that two counts have the same two profiles.
    let report = sandbox.json(sweep("--profiles 2,3 --at-least 2"));
    let sides: Vec<_> = cells(&report).iter().map(|cell| &cell["side"]).collect();
    assert_eq!(sides, ["2 profiles", "2 profiles"]);
    assert_eq!(sandbox.builds().len(), 3);
    assert_eq!(report["sweep"]["smallest"], 2);
    let table = sandbox.succeeds(format!("sweep {FAST} --profiles 2,3 --at-least 2"));
    for words in [
        "that of 2 profiles",
        "2 profiles are as good as 3: the image is the same",
    ] {
        assert!(table.stdout.contains(words), "{}", table.stdout);
    }
}

#[test]
fn the_requests_of_training_can_be_swept_with_one_baseline() {
    let Ok(sandbox) = project("") else { return };
    let report = sandbox.json(sweep("--requests 5,50"));
    assert_eq!((sandbox.builds().len(), trained(&sandbox)), (4, 6));
    let sides: Vec<_> = cells(&report).iter().map(|cell| &cell["side"]).collect();
    assert_eq!(sides, ["5 requests", "50 requests"]);
}

#[test]
fn a_dry_run_says_what_would_be_made_and_how_long_that_took_last_time() {
    let Ok(sandbox) = project("") else { return };
    let dry = || sandbox.succeeds("sweep --profiles 1,2 --dry-run").stdout;
    let before = dry();
    for words in [
        "# build native: would be built: there is none yet\n",
        "# train native-pgo: 2 of 2 runs would be done\n",
        "--pgo-instrument",
    ] {
        assert!(before.contains(words), "{before}");
    }
    assert!(sandbox.products().is_empty(), "{:?}", sandbox.products());
    sandbox.json(sweep("--profiles 1,2"));
    let after = dry();
    for words in [
        "# build native: it is there\n",
        "# train native-pgo: all 2 runs are there\n",
        "# build native-pgo with 2 profiles: it is there\n",
    ] {
        assert!(after.contains(words), "{after}");
    }
    let anew = sandbox
        .succeeds("sweep --profiles 1,2 --dry-run --force")
        .stdout;
    assert!(
        !anew.contains("it is there") && anew.contains("2 of 2 runs would be done"),
        "{anew}"
    );
    let more = sandbox
        .succeeds("sweep --profiles 1,2,9 --dry-run -- -O2")
        .stdout;
    assert!(
        more.contains("native-image-args (") && more.contains(" last time)"),
        "{more}"
    );
}

#[test]
fn what_cannot_be_swept_is_refused() {
    let Ok(sandbox) = project("") else { return };
    sandbox.pgoctl("sweep").fails(2, &["--profiles"]);
    sandbox
        .pgoctl("sweep --profiles 5")
        .fails(2, &["needs two counts or more"]);
    sandbox
        .pgoctl("sweep --profiles 1,2 --variant native")
        .fails(2, &["one variant that is trained"]);
    sandbox
        .pgoctl("sweep --requests 1,2 --command true")
        .fails(2, &["cannot be swept", "a command does the work"]);
    for flag in ["--runs 9", "--stop stable", "--output shared"] {
        sandbox
            .pgoctl(format!("sweep --profiles 1,2 {flag}"))
            .fails(2, &["does not go with a sweep"]);
    }
}

#[test]
fn other_formats_have_the_answer_too() {
    let Ok(sandbox) = project("") else { return };
    sandbox.json(sweep("--profiles 1,2"));
    let markdown = sandbox.succeeds("report --format markdown").stdout;
    assert!(markdown.contains("| profiles | trained in |"), "{markdown}");
    let page = sandbox.succeeds("report --format html").stdout;
    assert!(page.contains("<th>profiles</th>"));
}

#[test]
fn class_lists_can_be_swept_where_there_is_no_graalvm() {
    let Ok(sandbox) = Sandbox::project("hello") else {
        return;
    };
    let report = sandbox.json(sweep("--profiles 1,2"));
    assert_eq!(report["sweep"]["variant"], "hotspot-cds");
    assert_eq!(report["sweep"]["baseline"], "hotspot");
}
