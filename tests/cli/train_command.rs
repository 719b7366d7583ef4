//! `train --command`: the project's own tests, or any command, do the work of training.

use serde_json::Value;

use super::double::project;
use super::needs::Needed;
use super::sandbox::{Sandbox, quoted};

/// `train` with this script as the command, for the double's instrumented image.
fn train(script: &str) -> String {
    train_with("--variant native-pgo", script)
}

fn train_with(options: &str, script: &str) -> String {
    let command = format!("sh -c {}", quoted(script));
    format!("train {options} --command {}", quoted(command))
}

const TWICE: &str = r#""$PGOCTL_IMAGE" --once {} && "$PGOCTL_IMAGE" --once {}"#;

/// What is kept beside the only profile of the project.
fn provenance(sandbox: &Sandbox) -> Value {
    let products = sandbox.products();
    let path = products
        .iter()
        .find(|path| path.ends_with("-0001.json") && path.contains("profiles/"))
        .expect("there is a profile");
    serde_json::from_str(&sandbox.read(path)).unwrap()
}

fn profile(sandbox: &Sandbox, ending: &str) -> String {
    let products = sandbox.products();
    let path = products
        .iter()
        .find(|path| path.ends_with(&format!("-0001.{ending}")))
        .expect("there is a profile");
    sandbox.path().join(path).display().to_string()
}

/// How often the most called method of the only profile was called.
fn calls(sandbox: &Sandbox) -> u64 {
    let show = format!(
        "profile show {} --format json",
        quoted(profile(sandbox, "iprof"))
    );
    let shown = sandbox.json(show);
    shown["top_calls"][0]["count"]
        .as_u64()
        .unwrap_or_else(|| panic!("{shown}"))
}

#[test]
fn every_process_of_the_image_leaves_its_profile_and_all_are_gathered() {
    let (Ok(once), Ok(twice)) = (project(""), project("")) else {
        return;
    };
    once.succeeds(train(r#""$PGOCTL_IMAGE" --once {}"#));
    let said = twice.succeeds(train(TWICE));
    assert!(said.stderr.contains("1 profiles"), "{}", said.stderr);
    assert_eq!(provenance(&once)["processes"], 1);
    assert_eq!(provenance(&twice)["processes"], 2);
    assert_eq!(calls(&twice), 2 * calls(&once));
}

#[test]
fn an_unchanged_command_is_not_run_again_and_another_one_is() {
    let Ok(sandbox) = project("") else { return };
    let counted = |times: usize| {
        let script = format!("echo ran >> runs; {TWICE}; exit 0 # {times}");
        sandbox.succeeds(train(&script));
        sandbox.read("runs").lines().count()
    };
    assert_eq!([1, 1, 2].map(counted), [1, 1, 2]);
}

#[test]
fn the_image_and_a_port_are_words_too_and_what_is_left_running_ends_in_order() {
    let Ok(sandbox) = project("") else { return };
    sandbox.write(
        "serve.sh",
        "\"$1\" --port \"$2\" &\nuntil (exec 3<>/dev/tcp/127.0.0.1/$2) 2>/dev/null; do :; done\n",
    );
    let said =
        sandbox.succeeds("train --variant native-pgo --command 'bash ./serve.sh {image} {port}'");
    assert_eq!(provenance(&sandbox)["processes"], 1, "{}", said.stderr);
}

#[test]
fn the_file_can_name_it_and_a_build_takes_what_it_left() {
    let Ok(sandbox) = project("") else { return };
    let config = sandbox.read("pgoctl.toml");
    sandbox.write("run.sh", TWICE);
    let config = config.replace("runs = 3\nrequests = 7\n", "command = \"sh run.sh\"\n");
    sandbox.write("pgoctl.toml", &config);
    let report = sandbox.json("build --variant native-pgo --format json");
    assert_eq!(report["variants"][0]["image"]["pgo"], "user-provided");
    assert_eq!(report["trained_with"], "own-workload");
}

#[test]
fn a_command_that_fails_shows_its_last_lines_and_leaves_no_profile() {
    let Ok(sandbox) = project("") else { return };
    let said = sandbox.pgoctl(train(&format!("{TWICE}; echo the tests are red; exit 3")));
    said.fails(
        5,
        &[
            "the command of the training failed",
            "exited with status 3",
            "the tests are red",
        ],
    );
    let products = sandbox.products();
    assert!(
        !products.iter().any(|path| path.ends_with(".iprof")),
        "{products:?}"
    );
}

#[test]
fn a_command_that_starts_no_image_is_told_how() {
    let Ok(sandbox) = project("") else { return };
    sandbox.pgoctl(train("true")).fails(
        5,
        &[
            "the command started no process of the image",
            "hint: it must start `{image}`, or what PGOCTL_IMAGE names",
        ],
    );
}

#[test]
fn a_process_without_a_profile_is_said_and_the_others_count() {
    let Ok(sandbox) = project("--fault no-profile=2") else {
        return;
    };
    let said = sandbox.succeeds(train(&format!("{TWICE} && {TWICE}")));
    assert!(
        said.stderr.contains(
            "1 of 4 processes that the command started left no good profile: no profile was written"
        ),
        "{}",
        said.stderr
    );
    assert_eq!(provenance(&sandbox)["processes"], 3);
}

#[test]
fn an_image_is_not_a_jvm() {
    let Ok(sandbox) = project("") else { return };
    sandbox
        .pgoctl("train --variant native-pgo --command '{java} -jar app.jar'")
        .fails(2, &["asks for a JVM", "`--on hotspot`"]);
    assert_eq!(sandbox.builds().len(), 0);
}

#[test]
fn a_dry_run_shows_the_command_and_what_it_will_find() {
    let Ok(sandbox) = project("") else { return };
    let said = sandbox.succeeds("train --dry-run --variant native-pgo --command './mvnw verify'");
    for word in ["\n./mvnw verify\n", "PGOCTL_IMAGE", "-XX:ProfilesDumpFile="] {
        assert!(said.stdout.contains(word), "{}", said.stdout);
    }
}

/// A project that is trained on an ordinary JVM.
fn on_hotspot(script: &str, variant: &str) -> Needed<Sandbox> {
    let sandbox = Sandbox::project("hello")?;
    sandbox.succeeds(train_with(variant, script));
    Ok(sandbox)
}

#[test]
fn on_hotspot_the_image_is_the_function_on_a_jvm_that_counts() {
    let Ok(sandbox) = on_hotspot(TWICE, "--on hotspot --variant native-pgo") else {
        return;
    };
    let provenance = provenance(&sandbox);
    assert_eq!(provenance["processes"], 2);
    assert!(provenance["hotspot"]["calls"].as_u64().unwrap() > 0);
    sandbox.succeeds(format!(
        "profile check {}",
        quoted(profile(&sandbox, "iprof"))
    ));
}

#[test]
fn tests_that_start_a_jvm_of_their_own_take_the_one_that_counts() {
    let script = r#""$PGOCTL_JAVA" -cp app.jar -jar app.jar --once {}"#;
    let Ok(sandbox) = on_hotspot(script, "--on hotspot --variant native-pgo") else {
        return;
    };
    assert_eq!(provenance(&sandbox)["processes"], 1);
}

#[test]
fn class_lists_of_all_processes_are_one() {
    let Ok(sandbox) = on_hotspot(TWICE, "--variant hotspot-cds") else {
        return;
    };
    assert_eq!(provenance(&sandbox)["processes"], 2);
    let list = std::fs::read_to_string(profile(&sandbox, "classlist")).unwrap();
    assert!(list.contains("java/lang/Object"), "{list}");
}
