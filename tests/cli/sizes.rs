//! What counts as the size of a product, and how it is told.

use std::os::unix::fs::PermissionsExt;

use serde_json::Value;

use super::double::project;
use super::sandbox::Sandbox;

const SMALL: &str = "--rounds 2 --requests 2 --warmup 0 --cold-starts 0 --dropped-cold-starts 0";

#[test]
fn a_program_counts_its_file_and_what_the_project_names() {
    let sandbox = Sandbox::new();
    let script = sandbox.write("app", "#!/bin/sh\nexit 0\n");
    std::fs::set_permissions(script, std::fs::Permissions::from_mode(0o755)).unwrap();
    sandbox.write("lib/libx.so.1", &"x".repeat(100_000));
    let said = sandbox.pgoctl(format!("bench ./app {SMALL}"));
    assert_eq!(said.status, 0, "{}", said.stderr);
    assert!(
        said.stdout
            .contains("image size counts the named file (app)"),
        "{}",
        said.stdout
    );
    let function = "[function.app]\njar = \"app.jar\"\nfiles = [\"lib/*.so*\"]\n[function.app.workload]\ninvoke = {}\n";
    sandbox.write("pgoctl.toml", function);
    let said = sandbox.pgoctl(format!("bench ./app --format json {SMALL}"));
    let report: Value = serde_json::from_str(&said.stdout).unwrap();
    let image = &report["variants"][0]["image"];
    assert_eq!(image["size_bytes"], 100_000 + 17);
    assert_eq!(image["size_counts"], "the named file, 1 of `files`");
    sandbox.write("pgoctl.toml", &function.replace("*.so*", "*.dll"));
    sandbox
        .pgoctl(format!("bench ./app {SMALL}"))
        .fails(2, &["lib/*.dll", "`files`"]);
}

#[test]
fn what_ships_with_a_function_counts_for_every_variant() {
    let Ok(sandbox) = project("") else { return };
    let sizes = |sandbox: &Sandbox| -> Vec<u64> {
        let report = sandbox.json("run --no-bench --format json --variant hotspot,native");
        let variants = report["variants"].as_array().unwrap();
        variants
            .iter()
            .map(|variant| {
                let image = &variant["image"];
                assert_eq!(
                    image["size_bytes"].as_f64(),
                    variant["metrics"]["image_size_bytes"]["value"].as_f64()
                );
                image["size_bytes"].as_u64().unwrap()
            })
            .collect()
    };
    let before = sizes(&sandbox);
    let builds = sandbox.builds().len();
    sandbox.write("models/a.bin", &"m".repeat(5_000));
    let config = sandbox.read("pgoctl.toml");
    let with = config.replace(
        "jar = \"app.jar\"",
        "jar = \"app.jar\"\nfiles = [\"models\", \"app.jar\"]",
    );
    sandbox.write("pgoctl.toml", &with);
    let jar = std::fs::metadata(sandbox.path().join("app.jar"))
        .unwrap()
        .len();
    // The JAR is counted for HotSpot already, and is no part of a native image unless somebody ships it.
    assert_eq!(
        sizes(&sandbox),
        [before[0] + 5_000, before[1] + 5_000 + jar]
    );
    assert_eq!(
        sandbox.builds().len(),
        builds,
        "what ships beside an image does not shape it"
    );
}
