//! A real Community native-image, where `GRAALVM_HOME` holds one: the `native` variant, and what the double promises.

use std::path::PathBuf;
use std::process::Stdio;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use super::needs::{Need, Needed, or_skip};
use super::once::Once;
use super::sandbox::{Sandbox, wait_for};

/// The home of a native-image.
fn home() -> Needed<PathBuf> {
    let home = std::env::var_os("GRAALVM_HOME").map(PathBuf::from);
    let home = home.filter(|home| home.join("bin/native-image").is_file());
    or_skip(home, Need::Graalvm, "GRAALVM_HOME holds no native-image")
}

/// The home of a Community native-image, which has no PGO.
pub fn community() -> Needed<PathBuf> {
    let home = home()?;
    let enterprise = home.join("lib/svm/builder/svm-enterprise.jar");
    let home = Some(home).filter(|_| !enterprise.exists());
    or_skip(home, Need::Graalvm, "the GraalVM in GRAALVM_HOME has PGO")
}

/// A project with that native-image.
fn project(home: PathBuf) -> Needed<Sandbox> {
    let mut sandbox = Sandbox::project("hello")?;
    sandbox.set("GRAALVM_HOME", home);
    Ok(sandbox)
}

/// What a real build leaves, which takes about a minute and a half.
struct Built {
    report: Value,
    log: String,
    output: Value,
    facts: Value,
    /// The report of the same command again.
    again: Value,
}

fn built() -> Needed<&'static Built> {
    static BUILT: Once<Built> = Once::new();
    let sandbox = project(community()?)?;
    let build = || {
        let report = sandbox.json("run --format json --variant hotspot,native -- -Ob");
        let image = PathBuf::from(report["variants"][1]["image"]["path"].as_str().unwrap());
        let read = |name| std::fs::read_to_string(image.with_file_name(name)).unwrap();
        Built {
            log: read("build.log"),
            output: serde_json::from_str(&read("build-output.json")).unwrap(),
            facts: serde_json::from_str(&read("build.json")).unwrap(),
            again: sandbox.json("run --no-bench --format json --variant hotspot,native -- -Ob"),
            report,
        }
    };
    Ok(BUILT.get(build))
}

#[test]
fn an_instrumented_image_is_refused_where_native_images_own_pgo_is_asked_for_and_there_is_none() {
    let Ok(sandbox) = community().and_then(project) else {
        return;
    };
    sandbox
        .pgoctl("run --variant native-instrumented --optimizer oracle")
        .fails(3, &["has no PGO", "does not list `--pgo-instrument`"]);
}

#[test]
fn a_real_native_image_is_built_as_it_was_asked_for() {
    let Ok(Built { report, .. }) = built() else {
        return;
    };
    let native = &report["variants"][1];
    assert_eq!(native["variant"], "native");
    assert_eq!(native["image"]["optimization_level"], "b");
    assert_eq!(
        native["image"].get("pgo"),
        None,
        "Community says nothing about PGO"
    );
    assert!(native["image"]["size_bytes"].as_u64().unwrap() > 5_000_000);
    assert_eq!(report["toolchains"].as_array().unwrap().len(), 2);
}

#[test]
fn a_native_image_starts_sooner_than_a_jvm() {
    let Ok(Built { report, .. }) = built() else {
        return;
    };
    let cold = |index: usize| {
        report["variants"][index]["metrics"]["cold_start_ms"]["value"]
            .as_f64()
            .unwrap()
    };
    assert!(cold(1) < cold(0), "{} against {}", cold(1), cold(0));
}

#[test]
fn a_real_build_log_has_the_lines_that_the_double_promises() {
    let Ok(Built { log, .. }) = built() else {
        return;
    };
    for line in [
        "GraalVM Native Image: Generating 'hello' (executable)...",
        "[1/8] Initializing",
        "[8/8] Creating image",
        "Finished generating 'hello' in ",
    ] {
        assert!(log.contains(line), "`{line}` is missing in the build's log");
    }
}

#[test]
fn a_real_build_output_has_the_figures_that_are_kept() {
    let Ok(Built { output, facts, .. }) = built() else {
        return;
    };
    let peak = &output["resource_usage"]["memory"]["peak_rss_bytes"];
    assert!(output["image_details"]["total_bytes"].as_u64().is_some() && peak.as_u64().is_some());
    assert_eq!(facts["build_peak_memory_bytes"], *peak);
}

#[test]
fn a_real_image_is_built_once() {
    let Ok(Built { again, .. }) = built() else {
        return;
    };
    assert_eq!(again["stages"][0]["status"], "reused");
}

/// The words of `toolchain::graalvm::failure`, for real: a build that goes wrong within seconds says so, and leaves nothing.
fn goes_wrong(sandbox: &Sandbox, flags: &str, words: &[&str]) {
    sandbox
        .pgoctl(format!("build --variant native -- {flags}"))
        .fails(4, words);
    assert!(
        !sandbox
            .products()
            .iter()
            .any(|path| path.starts_with(".pgoctl/images/")),
        "{:?}",
        sandbox.products()
    );
}

#[test]
fn an_architecture_that_there_is_not_is_told_in_the_users_words() {
    let Ok(sandbox) = home().and_then(project) else {
        return;
    };
    let words = [
        "does not know the architecture `nonsense`",
        "hint: correct `-march=`",
    ];
    goes_wrong(&sandbox, "-march=nonsense", &words);
}

#[test]
fn an_option_that_there_is_not_is_told_in_the_users_words() {
    let Ok(sandbox) = home().and_then(project) else {
        return;
    };
    let words = ["the builder does not know the option `NoSuchThing`"];
    goes_wrong(&sandbox, "-H:+NoSuchThing", &words);
}

/// As long as the heap is far too small the builder gives up soon.
#[test]
fn a_heap_that_is_too_small_is_told_in_the_users_words() {
    let Ok(sandbox) = home().and_then(project) else {
        return;
    };
    let words = [
        "native-image ran out of memory",
        "hint: give it more memory",
    ];
    goes_wrong(&sandbox, "-Ob -J-Xmx48m", &words);
}

#[test]
fn a_main_class_that_there_is_not_is_told_in_the_users_words() {
    let Ok(sandbox) = home().and_then(project) else {
        return;
    };
    let misspelt = sandbox.read("pgoctl.toml").replace(
        "jar = \"app.jar\"",
        "class-path = [\"app.jar\"]\nmain-class = \"com.hello.Hallo\"",
    );
    sandbox.write("pgoctl.toml", &misspelt);
    let words = [
        "the main class `com.hello.Hallo` is not in the code",
        "hint: correct `main-class`",
    ];
    goes_wrong(&sandbox, "", &words);
}

#[test]
fn a_c_compiler_that_is_missing_is_told_in_the_users_words() {
    let Ok(mut sandbox) = home().and_then(project) else {
        return;
    };
    let without = path_without_compiler(&sandbox);
    sandbox.set("PATH", &without);
    let words = [
        "there is no C compiler: `gcc` is not on PATH",
        "hint: install a C compiler",
    ];
    goes_wrong(&sandbox, "", &words);
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
    let Ok(sandbox) = home().and_then(project) else {
        return;
    };
    let child = sandbox
        .command("build --variant native -- -Ob")
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
