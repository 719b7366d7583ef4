//! What native-image says when a build fails → what happened and what to do next, in one table: [`TABLE`].
//!
//! The builder prints everything on stdout, useful and internal errors together, and says "Finished generating" in some
//! failures; its own words are looked for first, its exit status (ExitStatus.java, since 23.0) only where it has none.
//! A new failure is a row here and a recorded text in `fixtures/transcripts`.

use crate::exec::Ending;
use crate::toolchain::{Blame, Failure};
use crate::warning::{Warning, WarningKind};

/// What gives a failure away.
#[derive(Clone, Copy, Debug)]
enum Sign {
    /// One of these texts is in the log.
    Says(&'static [&'static str]),
    /// The builder ended with this status, or was killed by the signal of this number.
    Ends(i32),
}

/// One row. In `what`, `{}` is what stands between the first pair of single quotes after the sign.
#[derive(Debug)]
struct Row {
    sign: Sign,
    blame: Blame,
    what: &'static str,
    hint: &'static str,
}

const fn row(sign: Sign, blame: Blame, what: &'static str, hint: &'static str) -> Row {
    Row {
        sign,
        blame,
        what,
        hint,
    }
}

use Blame::{Code, Machine, Options, Profile, Tool};
use Sign::{Ends, Says};

const MORE_MEMORY: &str = "give it more memory: `-- -J-Xmx8g`, or end other programs; `pgoctl doctor` shows what this machine has";
const ORACLE: &str = "PGO needs an Oracle GraalVM, or a Community one that pgoctl's optimizer fits; `pgoctl doctor` shows which edition is in use";
const OPTIONS: &str = "correct `native-image-args` in the configuration file, or what follows `--`";
const C_TOOLCHAIN: &str = "install a C compiler and zlib's headers (`apt-get install gcc libc6-dev zlib1g-dev`); `pgoctl doctor` checks them";

/// The failures that are known, the more telling first: several of these texts can stand in one log.
#[rustfmt::skip] // one row, one line: it is read as a table
static TABLE: [Row; 28] = [
    row(Says(&["enterprise.hosted.pgo.", "HostedInterface cannot be cast to"]), Profile, "native-image crashed over the profile", "a function that is built with `--exact-reachability-metadata` is better trained without it (oracle/graal#12619)"),
    row(Says(&["Main entry point class '--pgo", "'--pgo-instrument' is not a valid mainclass"]), Options, "this native-image takes `{}` for the name of a class: it has no PGO", ORACLE),
    row(Says(&["Unrecognized option: --pgo", "Unrecognized option(s): '--pgo", "Could not find option 'PGO", "Could not find option 'Profiles"]), Options, "this native-image does not know PGO's options", ORACLE),
    row(Says(&["Unrecognized option"]), Options, "native-image does not know one of its options", OPTIONS),
    row(Says(&["Could not find option '"]), Options, "the builder does not know the option `{}`", OPTIONS),
    row(Says(&["Unsupported architecture '"]), Options, "native-image does not know the architecture `{}`", "correct `-march=` in `native-image-args`; `native-image -march=list` shows what there is"),
    row(Says(&["Writing image to non-existent directory"]), Options, "the image was to go to a folder that does not exist", "leave `-o` and `-H:Path=` to pgoctl: take them out of `native-image-args`"),
    row(Says(&["Invalid or corrupt jarfile"]), Code, "native-image cannot read the JAR", "build the JAR again; `jar tf` shows whether it is whole"),
    row(Says(&["No main manifest attribute"]), Code, "the JAR names no main class", "add `Main-Class` to its manifest, or give `class-path` and `main-class` in the configuration file"),
    row(Says(&["Please specify class (or <module>/<mainclass>)"]), Code, "native-image was told no main class", "give `main-class` in the configuration file"),
    row(Says(&["Main entry point class '"]), Code, "the main class `{}` is not in the code", "correct `main-class`, or the JAR's `Main-Class`; the class path is in the log"),
    row(Says(&["Default native-compiler executable '"]), Machine, "there is no C compiler: `{}` is not on PATH", C_TOOLCHAIN),
    row(Says(&["Unable to detect supported"]), Machine, "the C compiler on PATH is none that native-image can use", C_TOOLCHAIN),
    row(Says(&["No space left on device"]), Machine, "the disk is full", "free some space and run the same command again: what was whole is kept"),
    row(Says(&["cannot find -lz", "libz.a is missing", "libz:.a is missing"]), Machine, "the linker did not find zlib", "install its development files: `apt-get install zlib1g-dev`"),
    row(Says(&["It appears as though lib", "There was an error linking the native image"]), Machine, "the image could not be linked: a library is missing, or an option of the linker is wrong", "the linker's own words are at the end of the log; install the library's development files"),
    row(Says(&["ran out of memory", "java.lang.OutOfMemoryError", "There is not enough memory available on the system"]), Machine, "native-image ran out of memory", MORE_MEMORY),
    row(Says(&["watchdog is aborting image generation"]), Machine, "native-image made no progress and ended itself, which mostly means too little memory", MORE_MEMORY),
    row(Says(&["Image building not supported for Java version"]), Tool, "this native-image does not fit the Java version that it runs on", "unset JAVA_HOME for it, or name another GraalVM with `--graalvm-home`"),
    row(Says(&["Requirements for building native images are not fulfilled"]), Tool, "this GraalVM cannot build native images here", "the cause is in the log; `pgoctl doctor` looks at the machine"),
    row(Says(&["The build process encountered an unexpected error"]), Tool, "native-image broke down with an error of its own", "its error report says where; another version of GraalVM may be without this bug"),
    row(Ends(3), Machine, "native-image ran out of memory", MORE_MEMORY),
    row(Ends(30), Machine, "native-image made no progress and ended itself, which mostly means too little memory", MORE_MEMORY),
    row(Ends(137), Machine, "native-image was killed from outside, which mostly means that the system ran out of memory", MORE_MEMORY),
    row(Ends(9), Machine, "native-image was killed from outside, which mostly means that the system ran out of memory", MORE_MEMORY),
    row(Ends(143), Machine, "native-image was asked to end by another program", "run the same command again"),
    row(Ends(15), Machine, "native-image was asked to end by another program", "run the same command again"),
    row(Ends(20), Options, "native-image did not understand its command line", OPTIONS),
];

/// What `log`, the builder's whole output, and its end say about why it failed; `None` if neither is known.
pub(super) fn explain(log: &str, ending: Ending) -> Option<Failure> {
    let (row, rest) = find(log, ending)?;
    Some(Failure {
        blame: row.blame,
        what: row.what.replace("{}", quoted(rest)),
        hint: row.hint.to_owned(),
    })
}

/// The first row that fits, and the log from its sign on.
fn find(log: &str, ending: Ending) -> Option<(&'static Row, &str)> {
    let code = match ending {
        Ending::Exited(code) | Ending::Signalled(code) => Some(code),
        Ending::TimedOut => None,
    };
    TABLE.iter().find_map(|row| match row.sign {
        Says(signs) => signs
            .iter()
            .find_map(|sign| log.find(sign))
            .map(|at| (row, &log[at..])),
        Ends(sign) => (code == Some(sign)).then_some((row, "")),
    })
}

/// What stands between the first pair of single quotes.
fn quoted(text: &str) -> &str {
    text.split('\'').nth(1).unwrap_or("?")
}

/// The builder's warning that it spends its time collecting garbage stands in the log long before it gives up (after 80 s in
/// the recorded runs).
pub(super) fn early_warning(line: &str) -> Option<Warning> {
    line.starts_with("GC warning:").then(|| {
        Warning::new(
            WarningKind::ShortOfMemory,
            format!("native-image is short of memory: {}", line.trim()),
        )
        .hint(MORE_MEMORY)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Recorded words (the documented texts of the real tool, and real runs of 23.0 and 25), a file each; its first line is
    /// `exit status N: what a user reads`.
    fn recorded() -> Vec<(String, Ending, String, String)> {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/transcripts");
        let paths = std::fs::read_dir(folder)
            .expect("the folder is there")
            .map(|entry| entry.expect("it can be read").path());
        paths
            .map(|path| {
                let text = std::fs::read_to_string(&path).expect("it is text");
                let (first, log) = text.split_once('\n').expect("a first line");
                let (status, what) = first
                    .strip_prefix("exit status ")
                    .and_then(|rest| rest.split_once(": "))
                    .expect("`exit status N: what a user reads`");
                let status = status.parse().expect("the status is a number");
                let name = path.display().to_string();
                (
                    name,
                    Ending::Exited(status),
                    what.to_owned(),
                    log.to_owned(),
                )
            })
            .collect()
    }

    #[test]
    fn every_recorded_failure_is_explained_and_every_row_has_a_record() {
        let mut recorded_rows = Vec::new();
        for (name, ending, what, log) in recorded() {
            let failure = explain(&log, ending).unwrap_or_else(|| panic!("{name}: unexplained"));
            assert_eq!(failure.what, what, "{name}");
            let (row, _) = find(&log, ending).expect("it was explained");
            recorded_rows.push(std::ptr::from_ref(row));
        }
        // A signal's number stands beside the status that a shell would make of it.
        let missing: Vec<_> = TABLE
            .iter()
            .filter(|row| !recorded_rows.contains(&std::ptr::from_ref(*row)))
            .map(|row| row.sign)
            .filter(|sign| !matches!(sign, Ends(9 | 15)))
            .collect();
        assert!(missing.is_empty(), "no recorded text for {missing:?}");
    }

    #[test]
    fn an_end_without_known_words_is_not_guessed_at() {
        assert_eq!(explain("something else", Ending::Exited(1)), None);
        assert_eq!(explain("", Ending::TimedOut), None);
    }

    #[test]
    fn a_killed_builder_is_told_from_one_that_failed() {
        let killed = explain("[2/8] Performing analysis...", Ending::Signalled(9));
        assert_eq!(killed.expect("it is known").blame, Machine);
    }
}
