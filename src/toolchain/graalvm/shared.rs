//! A native image as a shared library: how it is built, and the host program that runs its `main`.
//!
//! The host is C source in this binary (`host/host.c`), compiled beside each library by the C compiler that native-image needs
//! anyway. It is there for measuring: what a user ships is the library, so the library's size counts.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::error::{Error, ErrorKind, Result};
use crate::exec::{self, Tool};
use crate::host::compiler;
use crate::identity::bytes_digest;
use crate::process::Launch;
use crate::toolchain::option::option;
use crate::toolchain::{BuildJob, Missing};

/// The host's source.
const HOST: &str = include_str!("host/host.c");
/// What it is compiled with.
const FLAGS: [&str; 2] = ["-O2", "-pthread"];
/// Its source and its program in the image's folder.
const SOURCE: &str = "host.c";
const PROGRAM: &str = "host";
/// How long compiling may take on a busy machine.
const COMPILE_LIMIT: Duration = Duration::from_secs(60);

/// Digest over what shapes the host and what the library keeps for it.
pub(super) fn digest(main_class: &str) -> String {
    let shapes = [HOST, &reached_by_host(main_class), &FLAGS.join(" ")].concat();
    bytes_digest(shapes.as_bytes())
}

/// The library's name: `libhello.so`.
pub(super) fn library(function: &str) -> String {
    format!("lib{function}{}", std::env::consts::DLL_SUFFIX)
}

/// What native-image is told to write, without the ending that it adds by itself.
pub(super) fn output(dir: &Path, function: &str) -> PathBuf {
    dir.join(format!("lib{function}"))
}

/// The folder beside the library with what it has to keep for its host.
pub(super) fn configuration(dir: &Path) -> PathBuf {
    dir.join("host-configuration")
}

/// How its host starts the library in `dir`.
pub(super) fn launch(dir: &Path, function: &str, main_class: &str) -> Launch {
    Launch {
        program: dir.join(PROGRAM),
        runtime_args: vec![
            dir.join(library(function)).into_os_string(),
            main_class.replace('.', "/").into(),
        ],
        code_args: Vec::new(),
    }
}

/// Why libraries cannot be measured here; `None` where they can.
pub(super) fn no_host(home: &Path) -> Option<Missing> {
    let header = home.join("include/jni.h");
    (!header.is_file()).then(|| {
        Missing::new(
            format!(
                "`{}` is not there, which the host of a shared library is compiled with",
                header.display()
            ),
            "`--graalvm-home` names a complete GraalVM; `--output executable` does without",
        )
    })
}

/// Puts into the job's folder what the build of a library takes: the host, and the methods that it calls.
pub(super) fn prepare(home: &Path, job: &BuildJob<'_>) -> Result<()> {
    let folder = configuration(job.dir);
    std::fs::create_dir_all(&folder).map_err(|error| Error::io("make", &folder, &error))?;
    let reached = reached_by_host(&job.function.main_class);
    write(&folder.join("jni-config.json"), &reached)?;
    write(&job.dir.join(SOURCE), HOST)?;
    let compile = host_compiler(home, job.dir);
    let compiled = exec::capture(&compile, COMPILE_LIMIT)?;
    if compiled.ending.success() {
        return Ok(());
    }
    let said = compiled.stderr.lines().next().unwrap_or("nothing");
    Err(Error::new(
        ErrorKind::Build,
        "could not compile the host of the shared library",
    )
    .because(format!("`{compile}` {}: {said}", compiled.ending))
    .hint("`pgoctl doctor` looks at the C compiler"))
}

/// The command that compiles the host in `dir`.
pub(super) fn host_compiler(home: &Path, dir: &Path) -> Tool {
    let include = home.join("include");
    let platform = include.join(match cfg!(target_os = "macos") {
        true => "darwin",
        false => "linux",
    });
    Tool::new(compiler::COMMAND)
        .args(FLAGS)
        .arg(option("-I", &include))
        .arg(option("-I", &platform))
        .arg("-o")
        .arg(dir.join(PROGRAM))
        .arg(dir.join(SOURCE))
        .arg("-ldl")
}

fn write(path: &Path, text: &str) -> Result<()> {
    std::fs::write(path, text).map_err(|error| Error::io("write", path, &error))
}

/// What the host reaches by name, for native-image: in the form that all lines read (`jni-config.json`).
fn reached_by_host(main_class: &str) -> String {
    let method = |class: &str, name: &str, parameter: &str| {
        serde_json::json!({
            "name": class,
            "methods": [{ "name": name, "parameterTypes": [parameter] }],
        })
    };
    serde_json::json!([
        method(main_class, "main", "java.lang.String[]"),
        method("java.lang.System", "exit", "int"),
        { "name": "java.lang.String" },
    ])
    .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_is_told_the_library_and_the_class_before_the_functions_own_arguments() {
        let launch = launch("/images/1".as_ref(), "hello", "com.hello.Hello");
        assert_eq!(
            launch.tool(&["--port".into(), "1".into()]).to_string(),
            "/images/1/host /images/1/libhello.so com/hello/Hello --port 1"
        );
    }

    #[test]
    fn what_the_host_calls_is_kept_in_the_library() {
        let kept: serde_json::Value =
            serde_json::from_str(&reached_by_host("com.hello.Hello")).expect("it is JSON");
        assert_eq!(kept[0]["methods"][0]["name"], "main");
        assert_eq!(kept[1]["methods"][0]["parameterTypes"][0], "int");
    }
}
