//! The C compiler that native-image links with, and whether it finds zlib.
//!
//! native-image runs `gcc` on Linux and `cc` on macOS, taken from `PATH`, and links every image with `-lz`. So the
//! compiler itself is asked, rather than the usual folders: only it knows its search paths.

use std::path::{Path, PathBuf};

use serde::Serialize;

use super::probe::Probe;

/// A C compiler that answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CCompiler {
    /// The command it was found by.
    pub command: String,
    /// The first line of its `--version`.
    pub version: Option<String>,
}

/// The zlib development files that the compiler finds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Zlib {
    /// `zlib.h`. Images do not need it; its absence tells the runtime library from the development package.
    pub header: Option<PathBuf>,
    /// `libz.so` (`libz.tbd` or `libz.dylib` on a Mac), which an ordinary image is linked with.
    pub shared_library: Option<PathBuf>,
    /// `libz.a`, which a `--static` image is linked with; does for an ordinary one too.
    pub static_library: Option<PathBuf>,
}

impl Zlib {
    /// Whether `-lz` can be satisfied.
    pub fn links(&self) -> bool {
        self.shared_library.is_some() || self.static_library.is_some()
    }
}

/// The command that native-image runs.
#[cfg(target_os = "macos")]
pub const COMMAND: &str = "cc";
/// The command that native-image runs.
#[cfg(not(target_os = "macos"))]
pub const COMMAND: &str = "gcc";

/// Finds the compiler that native-image would use.
pub fn find(probe: &Probe) -> Option<CCompiler> {
    let answer = (probe.run)(COMMAND, &["--version"]).filter(|answer| answer.success)?;
    Some(CCompiler {
        command: COMMAND.to_owned(),
        version: answer
            .stdout
            .lines()
            .next()
            .map(|line| line.trim().to_owned())
            .filter(|line| !line.is_empty()),
    })
}

/// Asks the compiler for zlib's files.
pub fn zlib(probe: &Probe, compiler: &CCompiler) -> Zlib {
    let library = |name: &str| {
        let argument = format!("-print-file-name={name}");
        printed_path(&probe.line(&compiler.command, &[&argument])?)
    };
    // Prints a make rule with every file that was read; fails where the header is not found.
    let rule = (probe.run)(
        &compiler.command,
        &["-M", "-x", "c", "-include", "zlib.h", "/dev/null"],
    );
    Zlib {
        header: rule
            .filter(|answer| answer.success)
            .and_then(|answer| header_in(&answer.stdout, "zlib.h")),
        shared_library: library("libz.so")
            .or_else(|| library("libz.dylib"))
            .or_else(|| library("libz.tbd")),
        static_library: library("libz.a"),
    }
}

/// What `gcc -print-file-name=` says: a path where the file was found, the bare name where it was not.
fn printed_path(line: &str) -> Option<PathBuf> {
    let path = Path::new(line);
    path.is_absolute().then(|| path.to_owned())
}

/// The path of the header among the prerequisites of a make rule.
fn header_in(rule: &str, name: &str) -> Option<PathBuf> {
    rule.split_whitespace()
        .map(Path::new)
        .find(|path| path.is_absolute() && path.file_name().is_some_and(|file| file == name))
        .map(Path::to_owned)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests may stop at a surprise")]
    use super::*;
    use crate::host::probe::Answer;

    fn said(stdout: &str) -> Option<Answer> {
        Some(Answer {
            success: true,
            stdout: stdout.to_owned(),
        })
    }

    fn with<T>(run: &dyn Fn(&str, &[&str]) -> Option<Answer>, read: impl Fn(&Probe) -> T) -> T {
        read(&Probe {
            root: Path::new("/nowhere"),
            run,
        })
    }

    #[test]
    fn the_compiler_says_its_version_in_the_first_line() {
        let compiler = with(
            &|program, args| {
                assert_eq!((program, args), (COMMAND, &["--version"][..]));
                said("gcc (Debian 12.2.0-14+deb12u1) 12.2.0\nCopyright (C) 2022\n")
            },
            find,
        );
        assert_eq!(
            compiler.unwrap().version.unwrap(),
            "gcc (Debian 12.2.0-14+deb12u1) 12.2.0"
        );
    }

    #[test]
    fn a_compiler_that_fails_is_none() {
        let broken = Answer::default();
        assert_eq!(with(&|_, _| Some(broken.clone()), find), None);
        assert_eq!(with(&|_, _| None, find), None);
    }

    #[test]
    fn zlib_is_where_the_compiler_finds_it() {
        let compiler = CCompiler {
            command: "gcc".into(),
            version: None,
        };
        let zlib = with(
            &|_, args| match args {
                ["-print-file-name=libz.a"] => said("/usr/lib/gcc/x/12/../../../x/libz.a\n"),
                ["-M", ..] => {
                    said("null.o: /dev/null /usr/include/stdc-predef.h \\\n /usr/include/zlib.h\n")
                }
                [name] => said(name.strip_prefix("-print-file-name=").unwrap()),
                _ => None,
            },
            |probe| zlib(probe, &compiler),
        );
        assert_eq!(
            zlib.header.as_deref(),
            Some(Path::new("/usr/include/zlib.h"))
        );
        assert_eq!(zlib.shared_library, None);
        assert!(zlib.static_library.is_some());
        assert!(zlib.links());
    }

    #[test]
    fn a_bare_name_means_not_found() {
        assert_eq!(printed_path("libz.so"), None);
        assert!(!Zlib::default().links());
    }
}
