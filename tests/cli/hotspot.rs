//! The HotSpot variants for real: a JDK runs, archives and measures.

use std::path::Path;

use serde_json::Value;

use super::jdk;
use super::needs::Needed;
use super::once::Once;
use super::sandbox::{Sandbox, jars, quoted};

/// The report of plain HotSpot beside an archive, and the first of the archive's class lists.
fn archived() -> Needed<&'static (Value, String)> {
    static SAID: Once<(Value, String)> = Once::new();
    jars()?;
    let run = || {
        let sandbox = Sandbox::project("hello").unwrap();
        let report = sandbox.json("run --format json --variant hotspot,hotspot-cds --runs 2");
        let list = report["variants"][1]["image"]["profiles"][0]
            .as_str()
            .unwrap();
        let list = std::fs::read_to_string(list).unwrap();
        (report, list)
    };
    Ok(SAID.get(run))
}

#[test]
fn every_training_run_leaves_a_class_list() {
    let Ok((report, list)) = archived() else {
        return;
    };
    let profiles = report["variants"][1]["image"]["profiles"]
        .as_array()
        .unwrap();
    assert_eq!(profiles.len(), 2);
    assert!(list.contains("com/hello/Hello"), "{list}");
}

#[test]
fn a_class_list_becomes_an_archive() {
    let Ok((report, _)) = archived() else { return };
    let archive = &report["variants"][1]["image"];
    assert!(archive["path"].as_str().unwrap().ends_with("classes.jsa"));
    assert!(
        archive["size_bytes"].as_u64().unwrap()
            > report["variants"][0]["image"]["size_bytes"]
                .as_u64()
                .unwrap()
    );
}

#[test]
fn a_jvm_with_its_archive_is_measured() {
    let Ok((report, _)) = archived() else { return };
    assert!(
        report["variants"][1]["metrics"]["cold_start_ms"]["value"]
            .as_f64()
            .unwrap()
            > 0.0
    );
}

#[test]
fn an_aot_cache_comes_from_one_training_run_and_is_reused() {
    let (Ok(sandbox), Ok(jdk)) = (Sandbox::project("hello"), jdk::from_24()) else {
        return;
    };
    let line = format!(
        "run --no-bench --format json --variant hotspot-aot --java-home {}",
        quoted(jdk)
    );
    let report = sandbox.json(&line);
    assert!(
        report["variants"][0]["image"]["path"]
            .as_str()
            .unwrap()
            .ends_with("app.aot")
    );
    let again = sandbox.json(&line);
    assert!(
        again["stages"]
            .as_array()
            .unwrap()
            .iter()
            .all(|stage| stage["status"] == "reused"),
        "{}",
        again["stages"]
    );
}

/// A JDK 17 with this script as its `java`.
fn jdk_17(sandbox: &mut Sandbox, script: &str) {
    let java = sandbox.write("jdk/bin/java", script);
    std::fs::set_permissions(java, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    sandbox.write(
        "jdk/release",
        "IMPLEMENTOR=\"Test\"\nJAVA_VERSION=\"17.0.1\"\n",
    );
    let home = sandbox.path().join("jdk");
    sandbox.set("JAVA_HOME", home);
}

/// A JDK whose `java` forgets the archive whenever it runs a program: as a real one does, silently, when a flag differs.
fn forgetful_jdk(sandbox: &mut Sandbox, real: &Path) {
    let real = real.display();
    let script = format!(
        "#!/bin/bash\nkeep=()\ncase \" $* \" in *' -Xshare:dump '*) exec '{real}' \"$@\";; esac\n\
         for word in \"$@\"; do case $word in -XX:SharedArchiveFile=*|-Xshare:on) ;; *) keep+=(\"$word\");; esac; done\n\
         exec '{real}' \"${{keep[@]}}\"\n"
    );
    jdk_17(sandbox, &script);
}

#[test]
fn an_archive_that_the_jvm_does_not_use_fails_the_build() {
    let Ok(mut sandbox) = Sandbox::project("hello") else {
        return;
    };
    let real = sandbox.pgoctl("toolchain which java").stdout;
    forgetful_jdk(&mut sandbox, &Path::new(real.trim_end()).join("bin/java"));
    let said = sandbox.pgoctl("build --variant hotspot-cds --runs 1");
    said.fails(
        4,
        &[
            "could not build the hotspot-cds image",
            "the archive is not in use",
            "app.jar`, not from the archive",
        ],
    );
    assert!(
        !sandbox
            .products()
            .iter()
            .any(|path| path.ends_with("build.json")),
        "{:?}",
        sandbox.products()
    );
}

#[test]
fn jdk_17_ignores_archives_in_odd_folders_and_that_is_said_before_training() {
    let Ok(mut sandbox) = Sandbox::project_in("with space ", "hello") else {
        return;
    };
    jdk_17(&mut sandbox, "#!/bin/sh\nexit 1\n");
    sandbox.pgoctl("build --variant hotspot-cds").fails(
        3,
        &["does not use an archive for a JAR whose path has spaces"],
    );
}

#[test]
fn a_touched_jar_with_the_same_bytes_redoes_the_archive() {
    let Ok(sandbox) = Sandbox::project("hello") else {
        return;
    };
    let line = "build --variant hotspot-cds --runs 1 --explain";
    sandbox.succeeds(line);
    let past = std::time::SystemTime::now() - std::time::Duration::from_secs(3600);
    std::fs::File::options()
        .write(true)
        .open(sandbox.path().join("app.jar"))
        .unwrap()
        .set_modified(past)
        .unwrap();
    let said = sandbox.succeeds(line);
    assert!(
        said.stderr
            .contains("changed since the last image: JAR's place and time"),
        "{}",
        said.stderr
    );
}

#[test]
fn an_asset_is_served_while_the_function_works() {
    let Ok(sandbox) = Sandbox::project("filehash") else {
        return;
    };
    sandbox.write("assets/a.bin", "abc");
    let config = sandbox
        .read("pgoctl.toml")
        .replace("requests = [", "assets = \"assets\"\nrequests = [");
    let config = config.replace(
        "status = 200 }",
        "status = 200, contains = \"900150983CD24FB0D6963F7D28E17F72\" }",
    );
    sandbox.write("pgoctl.toml", &config);
    let report = sandbox
        .json("run --format json --variant hotspot --rounds 1 --requests 10 --cold-starts 1");
    assert_eq!(report["variants"][0]["metrics"]["throughput_rps"]["n"], 1);
}

#[test]
fn an_old_jdk_has_no_aot_cache_and_says_so() {
    let Ok(mut sandbox) = Sandbox::project("hello") else {
        return;
    };
    jdk_17(&mut sandbox, "#!/bin/sh\nexit 1\n");
    sandbox
        .pgoctl("run --variant hotspot-aot")
        .fails(3, &["needs JDK 24 or later", "17.0.1", "--java-home"]);
}
