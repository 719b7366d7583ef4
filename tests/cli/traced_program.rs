//! `fixtures/tracing`: a program that does everything that a native image must be told about.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::sandbox::Sandbox;

/// What it does, as it names it.
pub const FEATURES: [&str; 11] = [
    "reflection",
    "field",
    "proxy",
    "resource",
    "bundle",
    "serialization",
    "handle",
    "record",
    "loader",
    "array",
    "updater",
];

/// Those that are known to fail in an image that was told nothing.
pub const NEED_METADATA: &[&str] = FEATURES.split_at(9).0;

/// Compiles it with this JDK and packs it into `app.jar`.
pub fn jar(sandbox: &Sandbox, jdk: &Path) -> PathBuf {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/tracing/Dynamic.java");
    let classes = sandbox.path().join("classes");
    ran(Command::new(jdk.join("bin/javac"))
        .arg("-d")
        .arg(&classes)
        .arg(source));
    sandbox.write("classes/dyn/Words.properties", "word=stone\n");
    sandbox.write("classes/dyn/dyn-text.txt", "some text\n");
    let jar = sandbox.path().join("app.jar");
    ran(Command::new(jdk.join("bin/jar"))
        .arg("cfe")
        .arg(&jar)
        .arg("dyn.Dynamic")
        .arg("-C")
        .arg(&classes)
        .arg("."));
    jar
}

/// A project around it.
pub fn project(jdk: &Path) -> Sandbox {
    let sandbox = Sandbox::new();
    jar(&sandbox, jdk);
    sandbox.write(
        "pgoctl.toml",
        "[function.dynamic]\njar = \"app.jar\"\nargs = [\"dyn.\"]\n\n\
         [function.dynamic.workload]\ninvoke = { expect-exit = 0 }\n",
    );
    sandbox
}

/// Runs a command that has to succeed; returns what it printed.
pub fn ran(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}\n{stderr}");
    String::from_utf8(output.stdout).unwrap()
}
