//! Who traces in a home, and with what.

use super::*;
use crate::toolchain::Kind;

fn info(home: &Path, version: &str) -> Info {
    Info {
        kind: Kind::Graalvm,
        version: version.into(),
        edition: "GraalVM CE".into(),
        pgo: false,
        home: home.to_owned(),
    }
}

/// A home with these files.
fn home(files: &[&str]) -> tempfile::TempDir {
    let home = tempfile::tempdir().expect("a temporary directory");
    for file in files {
        let file = home.path().join(file);
        std::fs::create_dir_all(file.parent().expect("a folder")).expect("it can be made");
        std::fs::write(file, "").expect("it can be written");
    }
    home
}

/// The files of a home that has neither agent nor `native-image-configure`.
const COMMUNITY: [&str; 9] = [
    "bin/java",
    "bin/javac",
    "lib/svm/builder/svm-configure-25.0.2.jar",
    "lib/svm/builder/compiler-25.0.2.jar",
    "lib/svm/builder/collections-25.0.2.jar",
    "lib/svm/builder/word-25.0.2.jar",
    "lib/svm/builder/nativeimage-25.0.2.jar",
    "lib/svm/builder/svm-25.0.2.jar",
    "lib/svm/builder/native-image-base-25.0.2.jar",
];

#[test]
fn the_homes_own_agent_traces_where_it_has_one() {
    let home = home(&[
        "bin/java",
        "bin/native-image-configure",
        "lib/libnative-image-agent.so",
    ]);
    let tracer = Tracer::of(&info(home.path(), "21.0.1"), None).expect("it has an agent");
    assert!(tracer.sees_jni());
    let function = Function::for_tests("hello");
    let launch = tracer.launch(&function, Path::new("/record"));
    let command = launch.tool(&[]).to_string();
    let wanted =
        "bin/java -agentlib:native-image-agent=config-output-dir=/record -jar /project/hello.jar";
    assert!(command.ends_with(wanted), "{command}");
    let generate = tracer
        .generate(
            Some(Path::new("/kept")),
            Path::new("/record"),
            Path::new("/out"),
        )
        .to_string();
    let wanted = "bin/native-image-configure generate --input-dir=/kept --input-dir=/record --output-dir=/out";
    assert!(generate.ends_with(wanted), "{generate}");
}

#[test]
fn ours_traces_where_the_home_has_none_and_the_homes_own_tool_reads_it() {
    let home = home(&COMMUNITY);
    let cache = tempfile::tempdir().expect("a temporary directory");
    let tracer = Tracer::of(&info(home.path(), "25.0.2"), Some(cache.path())).expect("it can");
    assert!(!tracer.sees_jni());
    let function = Function::for_tests("hello");
    let command = tracer
        .launch(&function, Path::new("/record"))
        .tool(&[])
        .to_string();
    assert!(command.contains("/trace.jar=/record -jar"), "{command}");
    let generate = tracer
        .generate(None, Path::new("/record"), Path::new("/out"))
        .to_string();
    assert!(
        generate.contains("svm-25.0.2.jar:")
            && generate.contains("ConfigurationTool generate --trace-input=/record"),
        "{generate}"
    );
}

#[test]
fn an_older_java_without_an_agent_cannot_be_traced_on() {
    let home = home(&COMMUNITY);
    let missing = Tracer::of(&info(home.path(), "17.0.19"), Some(home.path()))
        .expect_err("it has no class file API");
    assert!(missing.reason.contains("Java 24 or later"), "{missing:?}");
}

#[test]
fn a_home_that_cannot_make_metadata_says_so() {
    let home = home(&["bin/java", "bin/javac"]);
    let missing = Tracer::of(&info(home.path(), "25.0.2"), Some(home.path()))
        .expect_err("it has no generate");
    assert!(
        missing.reason.contains("native-image-configure"),
        "{missing:?}"
    );
}

#[test]
fn one_jar_is_not_taken_for_another_whose_name_begins_alike() {
    let of = |jar: &str, name| is_of(Path::new(jar), name);
    assert!(of("svm-25.0.2.jar", "svm") && of("svm.jar", "svm"));
    assert!(!of("svm-configure-25.0.2.jar", "svm") && !of("svm-capnproto-runtime-25.jar", "svm"));
}
