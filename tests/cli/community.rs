//! A real Community native-image, where `GRAALVM_HOME` holds one: the `native` variant, and what the double promises.

use std::path::PathBuf;
use std::process::Stdio;

use rustix::process::{Pid, Signal, kill_process};

use super::sandbox::{Sandbox, wait_for};

fn community() -> Option<PathBuf> {
    let home = std::env::var_os("GRAALVM_HOME")
        .map(PathBuf::from)
        .filter(|home| home.join("bin/native-image").is_file());
    if home.is_none() {
        eprintln!("skipped: GRAALVM_HOME holds no native-image");
    }
    home
}

/// One build of about a minute and a half: everything that needs it is asked here.
#[test]
fn a_real_native_image_is_built_measured_and_said_to_have_no_pgo() {
    let (Some(home), Some(mut sandbox)) = (community(), Sandbox::project("hello")) else {
        return;
    };
    sandbox.set("GRAALVM_HOME", &home);
    let which = sandbox.json(&["toolchain", "list", "--format", "json"]);
    if which[0]["pgo"] == true {
        eprintln!("skipped: the GraalVM in GRAALVM_HOME has PGO");
        return;
    }
    sandbox
        .pgoctl(&["run", "--variant", "native-pgo"])
        .fails(3, &["has no PGO", "does not list `--pgo-instrument`"]);
    let report = sandbox.json(&[
        "run",
        "--format",
        "json",
        "--variant",
        "hotspot,native",
        "--",
        "-Ob",
    ]);
    let native = &report["variants"][1];
    assert_eq!(native["variant"], "native");
    assert_eq!(native["image"]["optimization_level"], "b");
    assert_eq!(
        native["image"].get("pgo"),
        None,
        "Community says nothing about PGO"
    );
    assert!(native["image"]["size_bytes"].as_u64().unwrap() > 5_000_000);
    let cold = |index: usize| {
        report["variants"][index]["metrics"]["cold_start_ms"]["value"]
            .as_f64()
            .unwrap()
    };
    assert!(
        cold(1) < cold(0),
        "a native image starts sooner than a JVM: {} against {}",
        cold(1),
        cold(0)
    );
    assert_eq!(report["toolchains"].as_array().unwrap().len(), 2);

    // What the double promises of files and lines, kept by the real tool.
    let folder = PathBuf::from(native["image"]["path"].as_str().unwrap())
        .parent()
        .unwrap()
        .to_owned();
    let log = std::fs::read_to_string(folder.join("build.log")).unwrap();
    for line in [
        "GraalVM Native Image: Generating 'hello' (executable)...",
        "[1/8] Initializing",
        "[8/8] Creating image",
        "Finished generating 'hello' in ",
    ] {
        assert!(log.contains(line), "`{line}` is missing in the build's log");
    }
    let output: serde_json::Value =
        serde_json::from_slice(&std::fs::read(folder.join("build-output.json")).unwrap()).unwrap();
    assert!(
        output["image_details"]["total_bytes"].as_u64().is_some()
            && output["resource_usage"]["memory"]["peak_rss_bytes"]
                .as_u64()
                .is_some()
    );
    let facts: serde_json::Value =
        serde_json::from_slice(&std::fs::read(folder.join("build.json")).unwrap()).unwrap();
    assert_eq!(
        facts["build_peak_memory_bytes"],
        output["resource_usage"]["memory"]["peak_rss_bytes"]
    );

    let again = sandbox.json(&[
        "run",
        "--no-bench",
        "--format",
        "json",
        "--variant",
        "hotspot,native",
        "--",
        "-Ob",
    ]);
    assert_eq!(again["stages"][0]["status"], "reused");
}

/// What goes wrong with the real tool within seconds, and one slow end: the words of `toolchain::graalvm::failure`, for real.
#[test]
fn what_really_goes_wrong_is_told_in_the_users_words() {
    let (Some(home), Some(mut sandbox)) = (community(), Sandbox::project("hello")) else {
        return;
    };
    sandbox.set("GRAALVM_HOME", &home);
    let build = ["build", "--variant", "native"];

    let march = [&build[..], &["--", "-march=nonsense"]].concat();
    sandbox.pgoctl(&march).fails(
        4,
        &[
            "does not know the architecture `nonsense`",
            "hint: correct `-march=`",
        ],
    );

    let option = [&build[..], &["--", "-H:+NoSuchThing"]].concat();
    sandbox
        .pgoctl(&option)
        .fails(4, &["the builder does not know the option `NoSuchThing`"]);

    // As long as the heap is far too small the builder gives up soon.
    let heap = [&build[..], &["--", "-Ob", "-J-Xmx48m"]].concat();
    sandbox.pgoctl(&heap).fails(
        4,
        &[
            "native-image ran out of memory",
            "hint: give it more memory",
        ],
    );

    let config = sandbox.read("pgoctl.toml");
    let misspelt = config.replace(
        "jar = \"app.jar\"",
        "class-path = [\"app.jar\"]\nmain-class = \"com.hello.Hallo\"",
    );
    sandbox.write("pgoctl.toml", &misspelt);
    sandbox.pgoctl(&build).fails(
        4,
        &[
            "the main class `com.hello.Hallo` is not in the code",
            "hint: correct `main-class`",
        ],
    );
    sandbox.write("pgoctl.toml", &config);

    let without = path_without_compiler(&sandbox);
    sandbox.set("PATH", &without);
    sandbox.pgoctl(&build).fails(
        4,
        &[
            "there is no C compiler: `gcc` is not on PATH",
            "hint: install a C compiler",
        ],
    );
    assert!(
        !sandbox
            .products()
            .iter()
            .any(|path| path.starts_with(".pgoctl/images/")),
        "{:?}",
        sandbox.products()
    );
}

/// A folder with everything of `PATH` but compilers.
fn path_without_compiler(sandbox: &Sandbox) -> PathBuf {
    let folder = sandbox.path().join("bin");
    std::fs::create_dir(&folder).unwrap();
    let path = std::env::var_os("PATH").unwrap();
    for entry in std::env::split_paths(&path)
        .filter_map(|folder| std::fs::read_dir(folder).ok())
        .flat_map(Iterator::flatten)
    {
        let name = entry.file_name();
        let compiler = ["cc", "gcc", "clang"]
            .iter()
            .any(|word| name.to_string_lossy().contains(word));
        if !compiler {
            // The first on PATH wins.
            let _ = std::os::unix::fs::symlink(entry.path(), folder.join(name));
        }
    }
    folder
}

#[test]
fn sigterm_in_the_middle_of_a_real_build_ends_the_builder_too() {
    let (Some(home), Some(mut sandbox)) = (community(), Sandbox::project("hello")) else {
        return;
    };
    sandbox.set("GRAALVM_HOME", &home);
    let child = sandbox
        .command(&["build", "--variant", "native", "--", "-Ob"])
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let images = sandbox.path().join(".pgoctl/images/hello/native");
    let log = || {
        let entries = std::fs::read_dir(&images).ok()?;
        entries
            .flatten()
            .find_map(|entry| std::fs::read_to_string(entry.path().join("build.log")).ok())
    };
    wait_for("the analysis has begun", || {
        log().is_some_and(|text| text.contains("[2/8]"))
    });
    let pid = Pid::from_raw(child.id().cast_signed()).unwrap();
    kill_process(pid, Signal::TERM).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130));
    assert_eq!(std::fs::read_dir(&images).unwrap().count(), 0);
    let folder = sandbox.path().to_string_lossy().into_owned();
    wait_for("the builder is gone", || {
        !command_lines().iter().any(|line| line.contains(&folder))
    });
}

fn command_lines() -> Vec<String> {
    let entries = std::fs::read_dir("/proc").unwrap().flatten();
    entries
        .filter_map(|entry| std::fs::read(entry.path().join("cmdline")).ok())
        .map(|line| String::from_utf8_lossy(&line).into_owned())
        .collect()
}
