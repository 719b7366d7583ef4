//! `native-pgo` by pgoctl's own optimizer, on a real Community native-image where `GRAALVM_HOME` holds one; and who is chosen where.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use super::community::community;
use super::on_hotspot_functions::project;
use super::once::Once;
use super::sandbox::Sandbox;

/// A sample function through the pipeline: trained on the home's own JVM, rebuilt with the optimizer, measured a little.
fn through(function: &str, variants: &str) -> Option<(Sandbox, Value)> {
    let home = community().ok()?;
    let mut sandbox = project(function, &home).ok()?;
    sandbox.set("GRAALVM_HOME", home);
    let report = sandbox.json(format!(
        "run --format json --variant {variants} --runs 2 --rounds 2 --requests 20 --cold-starts 2"
    ));
    Some((sandbox, report))
}

pub struct Built {
    sandbox: Sandbox,
    pub report: Value,
}

/// hello, plain, optimized, and as a library.
pub fn hello() -> Option<&'static Built> {
    static HELLO: Once<Option<Built>> = Once::new();
    let build = || {
        let (sandbox, report) =
            through("hello", "native,native-pgo,native-shared,native-pgo-shared")?;
        Some(Built { sandbox, report })
    };
    HELLO.get(build).as_ref()
}

pub fn image(report: &Value, variant: &str) -> Value {
    let variants = report["variants"].as_array().unwrap();
    let one = variants.iter().find(|one| one["variant"] == variant);
    one.unwrap()["image"].clone()
}

#[test]
fn native_pgo_is_built_on_community_and_says_whose_pgo_it_was() {
    let Some(Built { report, .. }) = hello() else {
        return;
    };
    let optimized = image(report, "native-pgo");
    assert_eq!(optimized["optimizer"], "pgoctl");
    assert_eq!(image(report, "native").get("optimizer"), None);
    let training = report["stages"].as_array().unwrap();
    assert!(
        !training
            .iter()
            .any(|stage| stage["variant"] == "native-instrumented"),
        "HotSpot does the work of training: {training:?}"
    );
}

#[test]
fn the_optimizers_account_says_how_much_of_the_profile_it_used() {
    let Some(Built { report, .. }) = hello() else {
        return;
    };
    let used = &image(report, "native-pgo")["profile_use"];
    let of = |key: &str| used[key].as_u64().unwrap();
    assert!(of("application_methods") > 0);
    assert_eq!(of("application_methods"), of("application_methods_found"));
    assert!(of("methods_found") <= of("methods"));
    for key in ["branches", "devirtualized", "inlined", "cold_methods"] {
        assert!(of(key) > 0, "{key}: {used}");
    }
}

#[test]
fn an_optimized_image_is_as_large_as_the_plain_one_within_a_tenth() {
    let Some(Built { report, .. }) = hello() else {
        return;
    };
    let size = |variant| image(report, variant)["size_bytes"].as_f64().unwrap();
    let ratio = size("native-pgo") / size("native");
    assert!((0.9..1.1).contains(&ratio), "{ratio}");
}

#[test]
fn an_optimized_image_is_reused_and_found_by_bench() {
    let Some(Built { sandbox, .. }) = hello() else {
        return;
    };
    let again = sandbox
        .json("run --no-bench --format json --variant native,native-pgo,native-shared,native-pgo-shared --runs 2");
    let stages = again["stages"].as_array().unwrap();
    assert!(
        stages.iter().all(|stage| stage["status"] == "reused"),
        "{stages:?}"
    );
}

#[test]
fn the_table_the_list_and_the_doctor_name_the_optimizer() {
    let Some(Built { sandbox, .. }) = hello() else {
        return;
    };
    let table = sandbox.succeeds("report").stdout;
    assert!(table.contains("PGO: pgoctl, found "), "{table}");
    let list = sandbox.json("toolchain list --format json");
    assert_eq!(list[0]["optimizer"], "pgoctl");
    let doctor = sandbox.pgoctl("doctor").stdout;
    assert!(doctor.contains("by pgoctl's optimizer"), "{doctor}");
}

#[test]
fn the_account_beside_the_image_names_the_profile_by_its_digest() {
    let Some(Built { report, .. }) = hello() else {
        return;
    };
    let path = image(report, "native-pgo")["path"]
        .as_str()
        .unwrap()
        .to_owned();
    let account = Path::new(&path).with_file_name("optimizer.json");
    let account: Value = serde_json::from_str(&std::fs::read_to_string(account).unwrap()).unwrap();
    assert_eq!(account["optimizer"], "pgoctl");
    assert_eq!(account["profile"]["sha256"].as_str().unwrap().len(), 64);
}

#[test]
fn sleep_answers_as_expected_from_an_optimized_image() {
    if let Some((_, report)) = through("sleep", "native-pgo") {
        assert_eq!(image(&report, "native-pgo")["optimizer"], "pgoctl");
    }
}

#[test]
fn filehash_answers_as_expected_from_an_optimized_image() {
    if let Some((_, report)) = through("filehash", "native-pgo") {
        assert_eq!(image(&report, "native-pgo")["optimizer"], "pgoctl");
    }
}

/// The torture program as a function of this project, held to what the home's own JVM prints: exceptions through split and inlined
/// calls, stack traces, recursion, defaults, nulls, locks, virtual threads, initializers that fail, a receiver that training never saw.
fn torture(sandbox: &Sandbox, home: &Path) -> String {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/optimizer/torture");
    let files = std::fs::read_dir(sources).unwrap().flatten();
    let classes = sandbox.path().join("classes");
    let javac = Command::new(home.join("bin/javac"))
        .arg("-d")
        .arg(&classes)
        .args(files.map(|entry| entry.path()))
        .status();
    assert!(javac.unwrap().success());
    let java = Command::new(home.join("bin/java"))
        .arg("-cp")
        .arg(&classes)
        .arg("torture.Torture")
        .output()
        .unwrap();
    assert!(java.status.success());
    let printed = toml::Value::String(String::from_utf8(java.stdout).unwrap());
    format!(
        "[function.torture]\nclass-path = [\"classes\"]\nmain-class = \"torture.Torture\"\n\
         [function.torture.workload.invoke]\nexpect-stdout = {printed}\n\
         [function.torture.train-workload.invoke]\nargs = [\"train\"]\n"
    )
}

const ONCE: &str =
    "--format json --runs 1 --rounds 1 --requests 2 --warmup 0 --cold-starts 1 --variant";

#[test]
fn the_torture_program_prints_the_same_on_the_jvm_plain_and_optimized() {
    let Ok(home) = community() else { return };
    let mut sandbox = Sandbox::new();
    let function = torture(&sandbox, &home);
    sandbox.write("pgoctl.toml", &function);
    sandbox.set("GRAALVM_HOME", home);
    let report = sandbox.json(format!("run {ONCE} native,native-pgo"));
    let used = &image(&report, "native-pgo")["profile_use"];
    assert!(used["devirtualized"].as_u64().unwrap() > 0, "{used}");
}

#[test]
fn a_profile_of_another_program_does_no_harm_and_is_warned_of() {
    let Ok(home) = community() else { return };
    let Ok(mut sandbox) = Sandbox::project("hello") else {
        return;
    };
    let function = torture(&sandbox, &home);
    sandbox.append("pgoctl.toml", &function);
    sandbox.set("GRAALVM_HOME", home);
    sandbox.succeeds("train --function hello --variant native-pgo --runs 1");
    let report = sandbox.json(format!(
        "run --function torture --profile-from hello {ONCE} native-pgo"
    ));
    let used = &image(&report, "native-pgo")["profile_use"];
    assert!(
        used["branches"].as_u64().unwrap() > 0,
        "those of the JDK: {used}"
    );
    assert_eq!(used["application_methods_found"], 0, "{used}");
    // What ran elsewhere says nothing of what is cold here.
    assert_eq!(used["cold_methods"], 0, "{used}");
    let warnings = report["warnings"].as_array().unwrap();
    let is_suspect = |warning: &Value| warning["kind"] == "suspect-profile";
    assert!(warnings.iter().any(is_suspect), "{warnings:?}");
}

#[test]
fn off_means_that_there_is_no_native_pgo_and_says_so() {
    let Ok(home) = community() else { return };
    let Ok(mut sandbox) = Sandbox::project("hello") else {
        return;
    };
    sandbox.set("GRAALVM_HOME", &home);
    sandbox
        .pgoctl("run --dry-run --variant native-pgo --optimizer off")
        .fails(3, &["switched off", "hint: `--optimizer auto`"]);
    sandbox.append("pgoctl.toml", "\n[pgo]\noptimizer = \"oracle\"\n");
    sandbox
        .pgoctl("run --dry-run --variant native-pgo")
        .fails(3, &["has no PGO"]);
}

#[test]
fn a_dry_run_names_the_optimizer_and_its_options() {
    let Ok(home) = community() else { return };
    let Ok(mut sandbox) = Sandbox::project("hello") else {
        return;
    };
    sandbox.set("GRAALVM_HOME", &home);
    let said = sandbox
        .succeeds("run --dry-run --variant native-pgo")
        .stdout;
    assert!(
        said.contains("# build native-pgo, profile used by pgoctl's optimizer"),
        "{said}"
    );
    assert!(
        said.contains("--features=pgoctl.optimizer.OptimizerFeature"),
        "{said}"
    );
}

#[test]
fn native_image_that_has_pgo_is_left_to_its_own() {
    let Ok(mut sandbox) = Sandbox::project("hello") else {
        return;
    };
    sandbox.graalvm("");
    let report = sandbox.json("run --no-bench --format json --variant native-pgo");
    assert_eq!(image(&report, "native-pgo")["optimizer"], "oracle");
    sandbox
        .pgoctl("run --dry-run --variant native-pgo --optimizer pgoctl")
        .fails(3, &["has PGO of its own", "hint: `--optimizer oracle`"]);
}
