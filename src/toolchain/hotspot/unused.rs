//! Why a JVM does not use an archive, and what to do about it: [`KNOWN`] before anything slow, from the options; [`SAID`] after a
//! start, from the JVM's own log.
//!
//! A JVM is silent about most of this. Each row was seen on JDK 17.0.15 and 25.0.3 (an AOT cache: on 25.0.3); a new reason is a
//! row here and a line in its test.

use crate::function::Word;
use crate::toolchain::{Missing, NotInUse};
use crate::variant::Variant;

/// Which archives a reason concerns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Of {
    Cds,
    Aot,
    Both,
}

impl Of {
    fn includes(self, variant: Variant) -> bool {
        match self {
            Self::Cds => variant == Variant::HotspotCds,
            Self::Aot => variant == Variant::HotspotAot,
            Self::Both => true,
        }
    }
}

/// An option with which a JVM makes or uses no archive.
#[derive(Debug)]
struct Known {
    of: Of,
    /// The option: whole, or up to its value where it ends in `:` or `=`.
    option: &'static str,
    why: &'static str,
    hint: &'static str,
}

const fn known(of: Of, option: &'static str, why: &'static str, hint: &'static str) -> Known {
    Known {
        of,
        option,
        why,
        hint,
    }
}

use Of::{Aot, Both, Cds};

const LEAVE_OUT: &str = "leave it out";
const AGENT: &str = "a JVM dumps no CDS archive while an agent is loaded";
const AGENT_HINT: &str =
    "leave the agent out, or measure `hotspot-aot`: JDK 25 makes and uses an AOT cache with one";
const DEBUGGER: &str = "an archive cannot be made and used beside a debugger";
const SHARE: &str = "`-Xshare` does not go with the options of an AOT cache";
const CDS_OPTION: &str = "options of CDS archives do not go with those of an AOT cache";
const AOT_OPTION: &str = "options of an AOT cache do not go with those of CDS archives";
const OURS: &str = "the variant brings its own archive";
const MODULES: &str = "a JVM makes and uses no archive when modules are replaced or left out";

/// What is known from the options, the more telling first.
#[rustfmt::skip] // one row, one line: it is read as a table
static KNOWN: [Known; 25] = [
    known(Both, "-Xshare:off", "it forbids the use of archives", LEAVE_OUT),
    known(Aot, "-Xshare:", SHARE, LEAVE_OUT),
    known(Both, "-agentlib:jdwp=", DEBUGGER, LEAVE_OUT),
    known(Cds, "-Xrunjdwp:", DEBUGGER, LEAVE_OUT),
    known(Cds, "-javaagent:", AGENT, AGENT_HINT),
    known(Cds, "-agentlib:", AGENT, AGENT_HINT),
    known(Cds, "-agentpath:", AGENT, AGENT_HINT),
    known(Both, "-XX:SharedArchiveFile=", OURS, "leave it out, or measure that archive as a variant of its own: `pgoctl bench 'java -XX:SharedArchiveFile=… -jar app.jar'`"),
    known(Both, "-XX:ArchiveClassesAtExit=", OURS, LEAVE_OUT),
    known(Both, "-XX:+AutoCreateSharedArchive", OURS, LEAVE_OUT),
    known(Both, "-XX:+RecordDynamicDumpInfo", OURS, LEAVE_OUT),
    known(Aot, "-XX:SharedClassListFile=", CDS_OPTION, LEAVE_OUT),
    known(Aot, "-XX:DumpLoadedClassList=", CDS_OPTION, LEAVE_OUT),
    known(Cds, "-XX:AOTCache=", AOT_OPTION, LEAVE_OUT),
    known(Cds, "-XX:AOTMode=", AOT_OPTION, LEAVE_OUT),
    known(Aot, "-XX:AOTCache=", OURS, LEAVE_OUT),
    known(Aot, "-XX:AOTMode=off", "it forbids the use of an AOT cache", LEAVE_OUT),
    known(Aot, "-XX:AOTMode=record", OURS, LEAVE_OUT),
    known(Aot, "-XX:AOTMode=create", OURS, LEAVE_OUT),
    known(Both, "-XX:AOTConfiguration=", OURS, LEAVE_OUT),
    known(Both, "-XX:AOTCacheOutput=", OURS, LEAVE_OUT),
    known(Both, "--patch-module", MODULES, "put the patched classes into a JAR of the class path"),
    known(Both, "--upgrade-module-path", MODULES, LEAVE_OUT),
    known(Both, "--limit-modules", MODULES, LEAVE_OUT),
    known(Both, "-Djava.system.class.loader=", "classes of a system class loader of one's own are not taken from an archive", LEAVE_OUT),
];

/// Why the archive of `variant` cannot be made or used with these options.
pub(super) fn known_before(variant: Variant, words: &[Word]) -> Option<Missing> {
    let row_of = |word: &Word| {
        let mut rows = KNOWN.iter().filter(|row| row.of.includes(variant));
        rows.find(|row| row.is(&word.text))
    };
    let counts = |word: &&Word| {
        // Of options that are given twice the last one counts.
        let same = |other: &&Word| subject(&other.text) == subject(&word.text);
        words.iter().rev().find(same) == Some(*word)
    };
    let (row, word) = words
        .iter()
        .filter(counts)
        .find_map(|word| Some((row_of(word)?, word)))?;
    Some(Missing::new(
        format!("`{}` of `{}`: {}", word.text, word.from, row.why),
        match row.hint {
            LEAVE_OUT => format!("leave `{}` out of `{}`", word.text, word.from),
            hint => hint.to_owned(),
        },
    ))
}

impl Known {
    fn is(&self, text: &str) -> bool {
        match text.strip_prefix(self.option) {
            Some("") => true,
            Some(rest) => self.option.ends_with([':', '=']) || rest.starts_with('='),
            None => false,
        }
    }
}

/// What an option is about, whichever value it gives it. Agents and properties are many.
fn subject(text: &str) -> &str {
    let end = match text.strip_prefix("-X").is_some() {
        true => text.find('=').or_else(|| text.rfind(':')),
        false => None,
    };
    match text.strip_prefix("-XX:") {
        Some(flag) => flag
            .trim_start_matches(['+', '-'])
            .split('=')
            .next()
            .unwrap_or(flag),
        None => &text[..end.unwrap_or(text.len())],
    }
}

/// What a JVM says in its log when it does not use an archive.
#[derive(Debug)]
struct Said {
    /// One of these stands in a line.
    signs: &'static [&'static str],
    why: &'static str,
    hint: &'static str,
}

const AGAIN: &str = "`--force` makes it anew";
const SAME: &str = "give `jvm-args` the same collector, heap size and headers in training and in use (`-XX:+UseG1GC -Xmx…`), then `--force`";

/// What is known from the JVM's words, the more telling first.
#[rustfmt::skip] // one row, one line: it is read as a table
static SAID: [Said; 11] = [
    Said { signs: &["is not the one used while building the shared archive file", "A jar file is not the one used"], why: "a JAR is another than when the archive was made", hint: AGAIN },
    Said { signs: &["UseCompactObjectHeaders setting"], why: "the archive was made with other object headers than are in use", hint: SAME },
    Said { signs: &["UseCompressedOops and UseCompressedClassPointers is different"], why: "the archive was made with another width of pointers: another collector, or another heap size, in training than in use", hint: SAME },
    Said { signs: &["cannot be used with JDWP agent"], why: "a JVM does not use it beside a debugger", hint: "leave the debugger out of `jvm-args`" },
    Said { signs: &["Mismatched values for property jdk.module"], why: "the modules in use are others than in training", hint: "give `--add-modules` and agents in training as in use, then `--force`" },
    Said { signs: &["java.system.class.loader property is specified"], why: "classes of a system class loader of one's own are not taken from it", hint: "leave `-Djava.system.class.loader=` out" },
    Said { signs: &["directory is not empty"], why: "the class path has a folder with files, and an archive takes JARs only", hint: "pack the folder into a JAR" },
    Said { signs: &["shared class paths mismatch", "class path and/or module path are not compatible"], why: "the class path is another than when the archive was made", hint: AGAIN },
    Said { signs: &["Cannot handle shared archive file version", "created by a different version or build", "Not a valid shared archive file"], why: "the archive is another JVM's", hint: AGAIN },
    Said { signs: &["is disabled when", "incompatible with other specified options"], why: "an option in use forbids it", hint: "`jvm-args`, JAVA_TOOL_OPTIONS and JDK_JAVA_OPTIONS give the options; leave it out" },
    Said { signs: &["Unable to map shared spaces", "Unable to read the file header"], why: "the JVM could not map the archive", hint: AGAIN },
];

/// Why the archive was not in use, from the JVM's log; `fallback` where it says nothing.
pub(super) fn said_after(log: &str, fallback: String) -> NotInUse {
    let about = |line: &&str| {
        // A line that goes on has blanks for decorations.
        line.starts_with("[ ")
            || ["[cds", "[aot", "[class,path"]
                .iter()
                .any(|tag| line.contains(tag))
    };
    let lines: Vec<&str> = log.lines().filter(about).collect();
    let found = SAID.iter().find_map(|row| {
        let says = |line: &&&str| row.signs.iter().any(|sign| line.contains(sign));
        lines.iter().find(says).map(|line| (row, words_of(line)))
    });
    if let Some((row, words)) = found {
        return NotInUse {
            why: format!("{}; the JVM said: {words}", row.why),
            hint: Some(row.hint.to_owned()),
        };
    }
    let loud = |line: &&&str| line.contains("[warning") || line.contains("[error");
    let why = match lines.iter().find(loud) {
        Some(line) => format!("{fallback}; the JVM said: {}", words_of(line)),
        None => fallback,
    };
    NotInUse { why, hint: None }
}

/// A line of the JVM's log without its decorations.
fn words_of(line: &str) -> &str {
    let mut rest = line;
    while let Some((_, after)) = rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        rest = after;
    }
    rest.trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(options: &[&str]) -> Vec<Word> {
        let word = |text: &&str| Word {
            text: (*text).to_owned(),
            from: "jvm-args".to_owned(),
        };
        options.iter().map(word).collect()
    }

    #[test]
    fn every_known_option_is_named_with_its_next_step() {
        for row in &KNOWN {
            let option = match row.option.ends_with([':', '=']) {
                true => format!("{}x", row.option),
                false => row.option.to_owned(),
            };
            for variant in [Variant::HotspotCds, Variant::HotspotAot] {
                if !row.of.includes(variant) {
                    continue;
                }
                let missing = known_before(variant, &words(&["-Xmx64m", &option]));
                let missing = missing.unwrap_or_else(|| panic!("{option}: nothing is said"));
                assert!(missing.reason.contains(&option), "{}", missing.reason);
                assert!(missing.hint.is_some());
            }
        }
    }

    #[test]
    fn harmless_options_and_options_taken_back_are_not_refused() {
        for options in [
            &["-Xmx64m", "-XX:+UseZGC", "-Dx=-Xshare:off"][..],
            &["-XX:AOTMode=off", "-XX:AOTMode=auto"],
            &["-javaagent:a.jar"],
            &["--add-opens", "java.base/java.lang=ALL-UNNAMED"],
            &[
                "-XX:+AutoCreateSharedArchive",
                "-XX:-AutoCreateSharedArchive",
            ],
        ] {
            let missing = known_before(Variant::HotspotAot, &words(options));
            assert_eq!(missing, None, "{options:?}");
        }
        let taken_back = words(&["-Xshare:off", "-Xshare:auto"]);
        assert_eq!(known_before(Variant::HotspotCds, &taken_back), None);
        assert!(known_before(Variant::HotspotAot, &taken_back).is_some());
    }

    /// Recorded on JDK 17.0.15 and 25.0.3.
    #[test]
    fn what_a_jvm_says_is_understood() {
        for (line, why) in [
            (
                "[0.029s][info][cds       ] UseSharedSpaces: A jar file is not the one used while building the shared archive file: app.jar",
                "a JAR is another",
            ),
            (
                "[0.019s][warning][cds       ] This file is not the one used while building the shared archive file: 'app.jar', timestamp has changed",
                "a JAR is another",
            ),
            (
                "[                    ] The shared archive file's UseCompactObjectHeaders setting (disabled) does not equal the current UseCompactObjectHeaders setting (enabled).",
                "other object headers",
            ),
            (
                "[0.578s][warning][aot] The saved state of UseCompressedOops and UseCompressedClassPointers is different from runtime, CDS will be disabled.",
                "another collector",
            ),
            (
                "[0.022s][error][aot] AOT cache has aot-linked classes. It cannot be used with JDWP agent",
                "a debugger",
            ),
            (
                "[0.060s][error][aot] Mismatched values for property jdk.module.addmods: java.instrument specified during runtime but not during dump time",
                "the modules in use",
            ),
            (
                "[0.029s][warning][cds] Archived non-system classes are disabled because the java.system.class.loader property is specified (value = \"MyL\").",
                "a system class loader",
            ),
            (
                "[0.041s][warning][cds] directory is not empty: 'conf/'",
                "has a folder",
            ),
            (
                "[0.034s][error  ][cds] shared class paths mismatch (hint: enable -Xlog:class+path=info to diagnose the failure)",
                "the class path is another",
            ),
            (
                "[0.041s][error  ][aot] class path and/or module path are not compatible with the ones specified when the AOTConfiguration file was recorded",
                "the class path is another",
            ),
            (
                "[0.007s][warning][cds] Cannot handle shared archive file version 0xb. Must be at least 0xd.",
                "another JVM's",
            ),
            (
                "[0.001s][warning][aot] AOT cache is disabled when the --limit-modules option is specified.",
                "an option in use forbids it",
            ),
            (
                "[0.018s][error][aot] Unable to map shared spaces",
                "could not map",
            ),
        ] {
            let said = said_after(line, "fallback".to_owned());
            assert!(said.why.contains(why), "{}", said.why);
            assert!(said.why.ends_with(words_of(line)), "{}", said.why);
            assert!(said.hint.is_some(), "{line}");
        }
    }

    #[test]
    fn every_row_of_the_jvms_words_is_tested() {
        // The texts above, each with the row that it was taken from.
        let source = include_str!("unused.rs");
        let recorded = source.split("fn what_a_jvm_says_is_understood").nth(1);
        let recorded = recorded.expect("the test is there").replace("\\\"", "\"");
        for row in &SAID {
            let seen = row.signs.iter().any(|sign| recorded.contains(sign));
            assert!(seen, "no recorded text for {:?}", row.signs);
        }
    }

    #[test]
    fn other_words_are_shown_and_none_are_invented() {
        let said = said_after("[0.1s][warning][cds] something new", "not".to_owned());
        assert_eq!(said.why, "not; the JVM said: something new");
        assert_eq!(said_after("[1s][info][gc] x", "not".to_owned()).why, "not");
    }
}
