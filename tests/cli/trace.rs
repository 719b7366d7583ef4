//! `pgoctl trace`: by the home's own agent (the double's), and what its products do to builds.

use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

use super::jdk;
use super::needs::Needed;
use super::sandbox::Sandbox;
use super::traced_program::ran;

/// A project with a double that has a tracing agent and runs a JDK 25.
fn project() -> Needed<Sandbox> {
    let jdk = jdk::of_25()?;
    let mut sandbox = Sandbox::project("hello")?;
    sandbox.graalvm(&format!("--tracing-agent --java-home {}", jdk.display()));
    Ok(sandbox)
}

fn folder(sandbox: &Sandbox) -> PathBuf {
    sandbox.path().join(".pgoctl/metadata/hello")
}

fn provenance(sandbox: &Sandbox) -> Value {
    let text = std::fs::read_to_string(folder(sandbox).join("provenance.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// The types in the metadata that counts.
fn types(sandbox: &Sandbox) -> Vec<String> {
    let current = provenance(sandbox)["folder"].as_str().unwrap().to_owned();
    let file = folder(sandbox)
        .join(current)
        .join("reachability-metadata.json");
    let json: Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    let types = json["reflection"].as_array().unwrap();
    types
        .iter()
        .map(|one| one["type"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn runs_are_merged_and_repeated_calls_add_to_them() {
    let Ok(sandbox) = project() else { return };
    sandbox.succeeds("trace --runs 2 --requests 5");
    assert_eq!(
        types(&sandbox),
        ["double.Run1", "double.Run2", "double.app.jar"]
    );
    sandbox.succeeds("trace --force --requests 5");
    assert_eq!(types(&sandbox).len(), 4);
    let traced = provenance(&sandbox)["traced"][0].clone();
    assert_eq!(
        (&traced["runs"], &traced["requests"]),
        (&3.into(), &15.into())
    );
    assert_eq!(traced["inputs"]["traced by"], "the GraalVM's tracing agent");
    assert!(traced["inputs"]["jar"].as_str().unwrap().len() == 64);
}

#[test]
fn what_was_traced_is_not_traced_again_until_something_changes() {
    let Ok(sandbox) = project() else { return };
    sandbox.succeeds("trace --requests 5");
    let again = sandbox.succeeds("trace --requests 5 --explain");
    assert!(again.stderr.contains("trace: reused"), "{}", again.stderr);
    assert_eq!(types(&sandbox).len(), 2);
    let more = sandbox.succeeds("trace --requests 5 --runs 2 --explain");
    assert!(
        more.stderr
            .contains("trace: 1 runs more, merged with what there is"),
        "{}",
        more.stderr
    );
    sandbox.succeeds("trace --requests 6");
    assert_eq!(provenance(&sandbox)["traced"].as_array().unwrap().len(), 2);
}

#[test]
fn fresh_starts_over() {
    let Ok(sandbox) = project() else { return };
    sandbox.succeeds("trace --runs 2 --requests 5");
    sandbox.succeeds("trace --fresh --requests 5");
    assert_eq!(types(&sandbox), ["double.Run3", "double.app.jar"]);
    assert_eq!(provenance(&sandbox)["traced"][0]["runs"], 1);
    let folders = std::fs::read_dir(folder(&sandbox)).unwrap().count();
    assert_eq!(folders, 2, "the metadata and where it came from");
}

#[test]
fn every_native_build_has_what_was_traced_as_part_of_its_identity() {
    let Ok(sandbox) = project() else { return };
    let build = "build --variant native,native-instrumented,native-pgo --runs 1 --explain";
    sandbox.succeeds(build);
    let before = sandbox.builds();
    assert_eq!(before.len(), 3);
    assert!(!before.concat().contains("ConfigurationFileDirectories"));
    sandbox.succeeds("trace --requests 5");
    let said = sandbox.succeeds(build).stderr;
    for variant in ["native", "native-instrumented", "native-pgo"] {
        let why = format!("build {variant}: redone: changed since the last image: ");
        let line = said.lines().find(|line| line.starts_with(&why)).unwrap();
        assert!(line.contains("reachability metadata"), "{line}");
    }
    let after = sandbox.builds();
    assert_eq!(after.len(), 6);
    for build in &after[3..] {
        assert!(build.contains("ConfigurationFileDirectories"), "{build}");
    }
    // A library has what was traced, and what its host calls.
    let library = sandbox
        .succeeds("build --variant native-shared --dry-run")
        .stdout;
    assert_eq!(
        library.matches("ConfigurationFileDirectories").count(),
        2,
        "{library}"
    );
    sandbox.succeeds(build);
    sandbox.succeeds("trace --requests 5");
    sandbox.succeeds(build);
    assert_eq!(sandbox.builds().len(), 6, "nothing has changed");
}

/// Makes the function's JAR another one that does the same.
fn add_to_jar(sandbox: &Sandbox) {
    let file = sandbox.write("more.txt", "more");
    let jar = sandbox.path().join("graalvm/bin/jar");
    ran(Command::new(jar)
        .arg("uf")
        .arg(sandbox.path().join("app.jar"))
        .arg("-C")
        .arg(sandbox.path())
        .arg(file.file_name().unwrap()));
}

#[test]
fn metadata_of_other_code_is_used_and_that_is_said() {
    let Ok(sandbox) = project() else { return };
    sandbox.succeeds("trace --requests 5");
    let said = sandbox.succeeds("build --variant native").stderr;
    assert!(!said.contains("before the code changed"), "{said}");
    add_to_jar(&sandbox);
    let said = sandbox.succeeds("build --variant native").stderr;
    assert!(
        said.contains("the reachability metadata was traced before the code changed"),
        "{said}"
    );
    let builds = sandbox.builds();
    assert!(builds[1].contains("ConfigurationFileDirectories"));
    sandbox.succeeds("trace --requests 5");
    assert_eq!(types(&sandbox).len(), 3, "what was traced before stays");
    let said = sandbox.succeeds("build --variant native").stderr;
    assert!(!said.contains("before the code changed"), "{said}");
}

#[test]
fn a_workload_of_its_own_in_training_is_traced_too() {
    let Ok(sandbox) = project() else { return };
    sandbox.append(
        "pgoctl.toml",
        "\n[function.hello.train-workload]\nrequests = [ { method = \"GET\", path = \"/health\" } ]\n",
    );
    sandbox.succeeds("trace --requests 5");
    assert_eq!(provenance(&sandbox)["traced"].as_array().unwrap().len(), 2);
}

#[test]
fn a_dry_run_shows_the_commands_and_runs_none() {
    let Ok(sandbox) = project() else { return };
    let said = sandbox.succeeds("trace --dry-run --requests 5").stdout;
    assert!(
        said.contains("-agentlib:native-image-agent=config-output-dir="),
        "{said}"
    );
    assert!(said.contains("generate"), "{said}");
    assert!(!folder(&sandbox).exists());
}

#[test]
fn a_function_that_fails_leaves_what_was_traced_before() {
    let Ok(sandbox) = project() else { return };
    sandbox.succeeds("trace --requests 5");
    let before = provenance(&sandbox);
    let config = sandbox.read("pgoctl.toml");
    sandbox.write(
        "pgoctl.toml",
        &config.replace(
            "[function.hello]",
            "[function.hello]\njvm-args = [\"-XX:NoSuch\"]",
        ),
    );
    let failed = sandbox.pgoctl("trace --requests 5");
    failed.fails(5, &["could not trace the function"]);
    assert_eq!(provenance(&sandbox), before);
    let left = std::fs::read_dir(folder(&sandbox)).unwrap().count();
    assert_eq!(left, 2, "nothing half made is left");
}

#[test]
fn a_java_without_agent_that_is_too_old_for_ours_is_refused_before_anything_runs() {
    let Ok(jdk) = jdk::before_24() else { return };
    let feature = jdk::feature(&jdk).unwrap();
    if ![17, 21].contains(&feature) {
        return;
    }
    let mut sandbox = match Sandbox::project("hello") {
        Ok(sandbox) => sandbox,
        Err(_) => return,
    };
    sandbox.graalvm(&format!(
        "--line {feature} --distribution ce --java-home {}",
        jdk.display()
    ));
    let said = sandbox.pgoctl("trace");
    said.fails(3, &["cannot trace", "needs Java 24 or later"]);
    assert!(!sandbox.path().join(".pgoctl/runs").exists());
    let doctor = sandbox.pgoctl("doctor").stdout;
    assert!(doctor.contains("`pgoctl trace` cannot: "), "{doctor}");
}

#[test]
fn doctor_says_who_traces() {
    let Ok(sandbox) = project() else { return };
    let said = sandbox.pgoctl("doctor").stdout;
    assert!(said.contains("by the GraalVM's tracing agent"), "{said}");
}
