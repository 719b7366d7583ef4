//! `pgoctl trace` by pgoctl's agent and a real Community native-image: images do what they could not do before.

use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

use super::community::community;
use super::once::Once;
use super::sandbox::Sandbox;
use super::traced_program::{FEATURES, NEED_METADATA, project};

/// The program's project, built before and after it was traced: about three minutes.
struct Images {
    _sandbox: Sandbox,
    before: String,
    after: String,
    metadata: Value,
    traced: String,
}

fn images() -> Option<&'static Images> {
    static IMAGES: Once<Option<Images>> = Once::new();
    let build = || {
        let home = community().ok()?;
        let mut sandbox = project(&home);
        sandbox.set("GRAALVM_HOME", &home);
        let before = said(&image(&sandbox));
        let traced = sandbox.succeeds("trace").stderr;
        let after = said(&image(&sandbox));
        let folder = sandbox.path().join(".pgoctl/metadata/dynamic");
        let text = std::fs::read_to_string(folder.join("provenance.json")).unwrap();
        let provenance: Value = serde_json::from_str(&text).unwrap();
        let file = folder
            .join(provenance["folder"].as_str().unwrap())
            .join("reachability-metadata.json");
        Some(Images {
            _sandbox: sandbox,
            before,
            after,
            metadata: serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap(),
            traced,
        })
    };
    IMAGES.get(build).as_ref()
}

fn image(sandbox: &Sandbox) -> PathBuf {
    let report = sandbox.json("build --variant native --format json -- -Ob");
    report["variants"][0]["image"]["path"]
        .as_str()
        .unwrap()
        .into()
}

/// What it prints, whatever its exit status.
fn said(image: &PathBuf) -> String {
    let output = Command::new(image).arg("dyn.").output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn an_image_does_after_tracing_what_failed_before() {
    let Some(images) = images() else { return };
    for feature in FEATURES {
        let failed = format!("{feature} failed: ");
        assert!(!images.after.contains(&failed), "{}", images.after);
        assert!(images.after.contains(&format!("{feature}: ")));
    }
    for feature in NEED_METADATA {
        let failed = format!("{feature} failed: ");
        assert!(images.before.contains(&failed), "{}", images.before);
    }
}

#[test]
fn the_metadata_is_what_the_program_reaches_and_not_what_the_jvm_does() {
    let Some(images) = images() else { return };
    let types: Vec<&str> = images.metadata["reflection"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|one| one["type"].as_str())
        .collect();
    for name in ["Greeter", "Holder", "Parcel", "Handles", "Point", "Loaded"] {
        assert!(types.contains(&&*format!("dyn.{name}")), "{types:?}");
    }
    let machinery =
        |name: &&&str| name.starts_with("jdk.internal.") || name.starts_with("java.lang.invoke.");
    let foreign: Vec<_> = types.iter().filter(machinery).collect();
    assert!(foreign.is_empty(), "{foreign:?}");
}

#[test]
fn what_our_agent_cannot_see_is_said() {
    let Some(images) = images() else { return };
    assert!(
        images.traced.contains("(JNI) is not traced"),
        "{}",
        images.traced
    );
}
