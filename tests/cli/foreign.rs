//! Products that were made on another machine.

use std::path::PathBuf;

use serde_json::{Value, json};

use super::double::project;
use super::sandbox::Sandbox;

const BUILD: &str = "build --variant native-pgo --runs 2 --train-requests 5 --format json";

/// The products whose path fits.
fn files(sandbox: &Sandbox, fits: impl Fn(&str) -> bool) -> Vec<PathBuf> {
    let products = sandbox.products();
    let found = products.iter().filter(|path| fits(path));
    found.map(|path| sandbox.path().join(path)).collect()
}

fn edit(file: &PathBuf, change: impl Fn(&mut Value)) {
    let mut json: Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    change(&mut json);
    std::fs::write(file, json.to_string()).unwrap();
}

fn warnings(report: &Value) -> Vec<String> {
    let warnings = report["warnings"].as_array().unwrap().iter();
    let foreign = warnings.filter(|warning| warning["kind"] == "foreign-machine");
    foreign
        .map(|warning| warning["message"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn the_processor_stays_beside_every_profile_and_image() {
    let Ok(sandbox) = project("") else { return };
    assert!(warnings(&sandbox.json(BUILD)).is_empty());
    let is_product = |path: &str| {
        path.ends_with("build.json") || path.contains("profiles/") && path.ends_with(".json")
    };
    let products = files(&sandbox, is_product);
    assert!(products.len() >= 4, "{products:?}");
    for product in products {
        let json: Value = serde_json::from_slice(&std::fs::read(&product).unwrap()).unwrap();
        let architecture = &json["processor"]["architecture"];
        assert_eq!(
            architecture,
            std::env::consts::ARCH,
            "{}",
            product.display()
        );
    }
}

#[test]
fn profiles_of_another_architecture_are_used_and_said() {
    let Ok(sandbox) = project("") else { return };
    sandbox.json(BUILD);
    let is_provenance = |path: &str| path.contains("profiles/") && path.ends_with("-0001.json");
    for file in files(&sandbox, is_provenance) {
        edit(&file, |json| {
            json["processor"]["architecture"] = "sparc".into()
        });
    }
    let report = sandbox.json(BUILD);
    let said = warnings(&report);
    assert!(
        said[0].starts_with("1 of 2 profiles were recorded on sparc"),
        "{said:?}"
    );
    assert_eq!(sandbox.builds().len(), 2, "the image stays as it is");
}

#[test]
fn an_image_of_another_architecture_is_built_again_and_one_with_more_instructions_is_warned_of() {
    let Ok(sandbox) = project("") else { return };
    sandbox.json(BUILD);
    let optimized = |path: &str| path.contains("/native-pgo/") && path.ends_with("build.json");
    let file = files(&sandbox, optimized).remove(0);
    edit(&file, |json| {
        json["processor"]["features"] = json!(["avx4096", "popcnt"]);
    });
    let said = warnings(&sandbox.json(BUILD));
    assert!(
        said[0].contains("avx4096") && said[0].contains("which this one lacks"),
        "{said:?}"
    );
    assert_eq!(sandbox.builds().len(), 2);
    edit(&file, |json| {
        json["processor"]["architecture"] = "sparc".into()
    });
    let report = sandbox.json(BUILD);
    assert!(
        report["stages"]
            .to_string()
            .contains("it was built on sparc"),
        "{report}"
    );
    assert_eq!(sandbox.builds().len(), 3);
}
