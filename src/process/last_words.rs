//! What a function said before it failed → what happened and what to do next. One table, as
//! `toolchain::graalvm::failure` has one for the builder.

use std::path::Path;

use crate::error::Error;
use crate::exec;

/// Text in the function's log, what it means, what to do.
#[rustfmt::skip] // one row, one line: it is read as a table
const TABLE: &[(&str, &str, &str)] = &[
    ("Could not find option 'ProfilesDumpFile'", "the image cannot write a profile: it is not instrumented", "PGO needs an Oracle GraalVM, or a Community one that pgoctl's optimizer fits; `pgoctl build --force` builds the instrumented image again"),
    ("RegistrationError", "the image lacks reachability metadata", "`pgoctl trace` gathers it on a JVM, and the next build has it"),
    ("--enable-url-protocols", "the image was built without a URL protocol that the function uses", "add `--enable-url-protocols=http,https` to `native-image-args` in the configuration file"),
    ("BindException: Address already in use", "its port is taken by another program", "end whatever listens there, or let pgoctl choose: `{port}` in `args` or `env`"),
    ("java.lang.UnsupportedClassVersionError", "the code was compiled for a newer Java than it runs on", "name a newer JDK with `--java-home`, or compile for an older one (`javac --release`)"),
    ("java.lang.OutOfMemoryError", "the function ran out of memory", "give it a larger heap: `jvm-args = [\"-Xmx…\"]` for HotSpot, `-R:MaxHeapSize=` in `native-image-args`"),
];

/// Adds to `error` the last lines of the function's `log`, and what they mean where that is known.
pub fn with_last_words(error: Error, log: &Path) -> Error {
    let tail = exec::tail(log);
    let known = TABLE
        .iter()
        .find(|(sign, _, _)| tail.tail.iter().any(|line| line.contains(sign)));
    let error = match known {
        Some((_, what, hint)) => error.because(*what).hint(*hint),
        None => error,
    };
    error.log(tail)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Recorded words: `image-busy-port`, `image-unknown-xx` and the documented texts of 23.0 and 25.
    #[test]
    fn known_last_words_bring_their_hint() {
        for (said, what, hint) in [
            (
                "error: Could not find option 'ProfilesDumpFile'. Use -XX:PrintFlags= to list all available options.",
                "not instrumented",
                "Oracle GraalVM",
            ),
            (
                "Exception in thread \"main\" java.net.BindException: Address already in use\n\tat java.base@17.0.19/sun.nio.ch.Net.bind0(Native Method)",
                "its port is taken",
                "{port}",
            ),
            (
                "org.graalvm.nativeimage.MissingReflectionRegistrationError: The program tried to reflectively access class",
                "lacks reachability metadata",
                "pgoctl trace",
            ),
            (
                "java.net.MalformedURLException: Accessing a URL protocol that was not enabled. The URL protocol https is supported but not enabled by default. It must be enabled by adding the --enable-url-protocols=https option to the native-image command.",
                "without a URL protocol",
                "--enable-url-protocols=http,https",
            ),
        ] {
            let log = tempfile::NamedTempFile::new().expect("a temporary file");
            std::fs::write(log.path(), said).expect("it can be written");
            let error = with_last_words(Error::usage("goal"), log.path());
            assert!(error.to_string().contains(what), "{error}");
            assert!(error.hints()[0].contains(hint), "{:?}", error.hints());
            assert!(error.failed_log().is_some());
        }
    }

    #[test]
    fn other_words_are_shown_and_not_explained() {
        let log = tempfile::NamedTempFile::new().expect("a temporary file");
        std::fs::write(log.path(), "good bye").expect("it can be written");
        let error = with_last_words(Error::usage("goal"), log.path());
        assert_eq!(error.causes().len(), 0);
        assert_eq!(error.failed_log().expect("the log").tail, ["good bye"]);
    }
}
