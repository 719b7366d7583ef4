//! The HotSpot variants for real: a JDK runs, archives and measures.

use super::sandbox::{Sandbox, jdk_with_aot};

#[test]
fn a_class_list_becomes_an_archive_that_is_in_use() {
    let Some(sandbox) = Sandbox::project("hello") else {
        return;
    };
    let report = sandbox.json(&[
        "run",
        "--format",
        "json",
        "--variant",
        "hotspot,hotspot-cds",
        "--runs",
        "2",
    ]);
    let archive = &report["variants"][1]["image"];
    assert!(archive["path"].as_str().unwrap().ends_with("classes.jsa"));
    assert!(
        archive["size_bytes"].as_u64().unwrap()
            > report["variants"][0]["image"]["size_bytes"]
                .as_u64()
                .unwrap()
    );
    assert!(
        report["variants"][1]["metrics"]["cold_start_ms"]["value"]
            .as_f64()
            .unwrap()
            > 0.0
    );
    let profiles = archive["profiles"].as_array().unwrap();
    assert_eq!(profiles.len(), 2);
    assert!(
        std::fs::read_to_string(profiles[0].as_str().unwrap())
            .unwrap()
            .contains("com/hello/Hello")
    );
}

#[test]
fn an_aot_cache_comes_from_one_training_run() {
    let (Some(sandbox), Some(jdk)) = (Sandbox::project("hello"), jdk_with_aot()) else {
        return;
    };
    let words = [
        "run",
        "--no-bench",
        "--format",
        "json",
        "--variant",
        "hotspot-aot",
        "--java-home",
        jdk.to_str().unwrap(),
    ];
    let report = sandbox.json(&words);
    assert!(
        report["variants"][0]["image"]["path"]
            .as_str()
            .unwrap()
            .ends_with("app.aot")
    );
    let again = sandbox.json(&words);
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

/// A JDK whose `java` forgets the archive whenever it runs a program: as a real one does, silently, when a flag differs.
fn forgetful_jdk(sandbox: &mut Sandbox, real: &str) {
    let script = format!(
        "#!/bin/bash\nkeep=()\ncase \" $* \" in *' -Xshare:dump '*) exec '{real}' \"$@\";; esac\n\
         for word in \"$@\"; do case $word in -XX:SharedArchiveFile=*|-Xshare:on) ;; *) keep+=(\"$word\");; esac; done\n\
         exec '{real}' \"${{keep[@]}}\"\n"
    );
    let java = sandbox.write("jdk/bin/java", &script);
    std::fs::set_permissions(java, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    sandbox.write(
        "jdk/release",
        "IMPLEMENTOR=\"Test\"\nJAVA_VERSION=\"17.0.1\"\n",
    );
    let home = sandbox.path().join("jdk");
    sandbox.set("JAVA_HOME", home);
}

#[test]
fn an_archive_that_the_jvm_does_not_use_fails_the_build() {
    let Some(mut sandbox) = Sandbox::project("hello") else {
        return;
    };
    let real = sandbox.pgoctl(&["toolchain", "which", "java"]).stdout;
    forgetful_jdk(&mut sandbox, &format!("{}/bin/java", real.trim_end()));
    let said = sandbox.pgoctl(&["build", "--variant", "hotspot-cds", "--runs", "1"]);
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
    let Some(mut sandbox) = Sandbox::project_in("with space ", "hello") else {
        return;
    };
    forgetful_jdk(&mut sandbox, "/bin/false");
    sandbox
        .pgoctl(&["build", "--variant", "hotspot-cds"])
        .fails(
            3,
            &["does not use an archive for a JAR whose path has spaces"],
        );
}

#[test]
fn a_touched_jar_with_the_same_bytes_redoes_the_archive() {
    let Some(sandbox) = Sandbox::project("hello") else {
        return;
    };
    let words = [
        "build",
        "--variant",
        "hotspot-cds",
        "--runs",
        "1",
        "--explain",
    ];
    assert_eq!(sandbox.pgoctl(&words).status, 0);
    let past = std::time::SystemTime::now() - std::time::Duration::from_secs(3600);
    std::fs::File::options()
        .write(true)
        .open(sandbox.path().join("app.jar"))
        .unwrap()
        .set_modified(past)
        .unwrap();
    let said = sandbox.pgoctl(&words);
    assert_eq!(said.status, 0, "{}", said.stderr);
    assert!(
        said.stderr
            .contains("changed since the last image: JAR's place and time"),
        "{}",
        said.stderr
    );
}

#[test]
fn an_asset_is_served_while_the_function_works() {
    let Some(sandbox) = Sandbox::project("filehash") else {
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
    let report = sandbox.json(&[
        "run",
        "--format",
        "json",
        "--variant",
        "hotspot",
        "--rounds",
        "1",
        "--requests",
        "10",
        "--cold-starts",
        "1",
    ]);
    assert_eq!(report["variants"][0]["metrics"]["throughput_rps"]["n"], 1);
}

#[test]
fn an_old_jdk_has_no_aot_cache_and_says_so() {
    let Some(mut sandbox) = Sandbox::project("hello") else {
        return;
    };
    let java = sandbox.write("jdk/bin/java", "#!/bin/sh\nexit 1\n");
    std::fs::set_permissions(java, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    sandbox.write(
        "jdk/release",
        "IMPLEMENTOR=\"Test\"\nJAVA_VERSION=\"17.0.1\"\n",
    );
    let home = sandbox.path().join("jdk");
    sandbox.set("JAVA_HOME", home);
    sandbox
        .pgoctl(&["run", "--variant", "hotspot-aot"])
        .fails(3, &["needs JDK 24 or later", "17.0.1", "--java-home"]);
}
