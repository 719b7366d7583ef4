//! `init`: the file fits what the JAR shows and what the user says.

use std::io::Write;

use super::sandbox::Sandbox;

/// A project folder with a JAR of these entries.
fn with_jar(manifest: &str, entries: &[&str]) -> Sandbox {
    let sandbox = Sandbox::new();
    let file = std::fs::File::create(sandbox.path().join("app.jar")).unwrap();
    let mut zip = zip::ZipWriter::new(file);
    let options = zip::write::SimpleFileOptions::default();
    zip.start_file("META-INF/MANIFEST.MF", options).unwrap();
    write!(zip, "Manifest-Version: 1.0\n{manifest}\n\n").unwrap();
    for entry in entries {
        zip.start_file(*entry, options).unwrap();
    }
    zip.finish().unwrap();
    sandbox
}

/// What `init` says, and what it writes, which pgoctl reads.
fn written(sandbox: &Sandbox, more: &str) -> (String, String) {
    let said = sandbox.succeeds(format!("init app.jar --force {more}"));
    let read = sandbox.pgoctl("run --dry-run --variant hotspot --java-home /nowhere");
    assert!(!read.stderr.contains("expects"), "{}", read.stderr);
    assert!(read.stderr.contains("/nowhere"), "{}", read.stderr);
    (said.stderr, sandbox.read("pgoctl.toml"))
}

fn has(text: &str, words: &[&str]) {
    for words in words {
        assert!(text.contains(words), "`{words}` in\n{text}");
    }
}

const MAIN: &str = "Main-Class: com.example.Main";

#[test]
fn a_jar_that_says_nothing_is_taken_for_a_server() {
    let (said, file) = written(&with_jar(MAIN, &[]), "");
    has(&said, &["look at `args`, `ready` and `requests`"]);
    has(
        &file,
        &["# Seen in `app.jar`: the main class `com.example.Main`."],
    );
    has(
        &file,
        &["\nargs = [\"--port\", \"{port}\"]", "\nrequests = [ {"],
    );
}

#[test]
fn an_invocation_that_is_given_makes_the_other_kind() {
    let sandbox = with_jar(MAIN, &["io/micronaut/http/server/Server.class"]);
    let (said, file) = written(&sandbox, "--invoke \"--in 'a b.txt'\"");
    has(&said, &["look at `invoke`"]);
    has(
        &file,
        &["\ninvoke = { args = [\"--in\", \"a b.txt\"], expect-exit = 0 }"],
    );
    assert!(
        !file.contains("\nrequests = [") && !file.contains("\nargs ="),
        "{file}"
    );
    let (_, file) = written(&sandbox, "--invoke ''");
    has(&file, &["\ninvoke = { args = [], expect-exit = 0 }"]);
    sandbox
        .pgoctl("init app.jar --force --invoke \"it's\"")
        .fails(2, &["`--invoke`", "quotes"]);
}

#[test]
fn frameworks_shape_the_file() {
    let micronaut = [
        "io/micronaut/context/A.class",
        "io/micronaut/http/server/B.class",
        "io/micronaut/management/C.class",
    ];
    let (_, file) = written(&with_jar(MAIN, &micronaut), "");
    has(
        &file,
        &[
            "Micronaut",
            "\nenv = { MICRONAUT_SERVER_PORT = \"{port}\" }",
            "\nready = \"GET /health\"",
        ],
    );
    let quarkus = [
        "io/quarkus/runtime/A.class",
        "io/quarkus/vertx/http/B.class",
    ];
    let (_, file) = written(&with_jar(MAIN, &quarkus), "");
    has(
        &file,
        &[
            "Quarkus",
            "\nenv = { QUARKUS_HTTP_PORT = \"{port}\" }",
            "\n# ready = ",
        ],
    );
    let (_, file) = written(&with_jar(MAIN, &["picocli/CommandLine.class"]), "");
    has(
        &file,
        &[
            "picocli",
            "\ninvoke = { args = [\"--help\"], expect-exit = 0 }",
        ],
    );
}

#[test]
fn a_jar_that_keeps_jars_inside_gets_the_way_out_before_anything_is_built() {
    let manifest = "Main-Class: org.springframework.boot.loader.launch.JarLauncher\nStart-Class: com.example.App";
    let inside = [
        "BOOT-INF/lib/spring-boot-3.4.1.jar",
        "BOOT-INF/lib/tomcat-embed-core-10.1.34.jar",
    ];
    let sandbox = with_jar(manifest, &inside);
    let (said, file) = written(&sandbox, "");
    has(
        &said,
        &[
            "warning: ",
            "Spring Boot JAR",
            "-Djarmode=tools -jar app.jar extract",
        ],
    );
    has(&file, &["\nargs = [\"--server.port={port}\"]"]);
    let comments: String = file
        .lines()
        .filter_map(|line| line.strip_prefix("# "))
        .collect::<Vec<_>>()
        .join(" ");
    has(
        &comments,
        &[
            "the main class `com.example.App`",
            "Spring Boot (`spring-boot-3.4.1.jar`)",
            "an HTTP server (`tomcat-embed-core-10.1.34.jar`)",
            "-Djarmode=tools -jar app.jar extract",
            "`process-aot`",
        ],
    );
}
