//! The options with which a JVM counts what it does and logs it when it ends.
//!
//! Level 3 is C1 with full profiling, so nothing is optimized on old assumptions. By default the interpreter looks only at every
//! 128th call and every 1024th loop whether a method is worth counters; `Tier0…NotifyFreqLog` says how often (as a power of two),
//! and `Tier0ProfilingStartPercentage=0` that every method is. Measured on JDK 17 and 25: 1,000 calls of a branch are counted
//! 489 times by default, 999 with 1, 1,000 with 0.

use std::ffi::OsString;
use std::path::Path;

use crate::toolchain::option::option;
use crate::workload::Workload;

const FLAGS: [&str; 9] = [
    "-Xmixed",
    "-XX:+UnlockDiagnosticVMOptions",
    "-XX:+TieredCompilation",
    "-XX:TieredStopAtLevel=3",
    "-XX:TypeProfileWidth=8",
    "-XX:Tier0ProfilingStartPercentage=0",
    "-XX:+PrintMethodData",
    "-XX:-DisplayVMOutput",
    "-XX:+LogVMOutput",
];

/// The options that make a JVM log its counters to `log`.
///
/// A server's methods get counters at their second call, which costs half as much as at their first; one invocation is all
/// first calls.
pub(super) fn args(workload: &Workload, log: &Path) -> Vec<OsString> {
    let mut args: Vec<OsString> = FLAGS.iter().map(Into::into).collect();
    let every = match workload {
        Workload::Http(_) => 1,
        Workload::Invoke(_) => 0,
    };
    for what in ["Invoke", "Backedge"] {
        args.push(format!("-XX:Tier0{what}NotifyFreqLog={every}").into());
    }
    args.push(option("-XX:LogFile=", log));
    args
}

/// The options as one would type them for one invocation that logs to `LOG`.
pub fn typed_out() -> Vec<String> {
    let args = args(&Workload::Invoke(Default::default()), Path::new("LOG"));
    args.iter()
        .map(|word| word.to_string_lossy().into_owned())
        .collect()
}

/// The options of the user's that give way to ours while training: `(theirs, ours)`.
///
/// Ours come later on the command line, so that they win; the user's others stay.
pub fn clashes(jvm_args: &[String]) -> Vec<(String, String)> {
    let ours = typed_out();
    let clash = |theirs: &String| {
        let same = |word: &&String| subject(word) == subject(theirs) && *word != theirs;
        ours.iter()
            .find(same)
            .map(|word| (theirs.clone(), word.clone()))
    };
    jvm_args.iter().filter_map(clash).collect()
}

/// What an option is about, whichever value it gives it.
fn subject(option: &str) -> &str {
    match option {
        "-Xint" | "-Xcomp" | "-Xmixed" => "mode",
        _ => option
            .strip_prefix("-XX:")
            .map_or(option, |name| name.trim_start_matches(['+', '-']))
            .split('=')
            .next()
            .unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_counted_from_its_second_call_and_one_invocation_from_its_first() {
        let words = |workload: &Workload| {
            let args = args(workload, Path::new("/p/log"));
            let words: Vec<String> = args
                .iter()
                .map(|word| word.to_string_lossy().into_owned())
                .collect();
            words.join(" ")
        };
        let server = words(&Workload::for_tests());
        assert!(
            server.ends_with(
                "-XX:Tier0InvokeNotifyFreqLog=1 -XX:Tier0BackedgeNotifyFreqLog=1 -XX:LogFile=/p/log"
            ),
            "{server}"
        );
        assert!(
            words(&Workload::Invoke(Default::default())).contains("-XX:Tier0InvokeNotifyFreqLog=0")
        );
    }

    #[test]
    fn options_that_contradict_ours_are_named_and_others_are_not() {
        let theirs = [
            "-Xmx64m",
            "-XX:TieredStopAtLevel=1",
            "-XX:-TieredCompilation",
            "-Xint",
            "-XX:TypeProfileWidth=8",
            "-XX:+UseSerialGC",
        ];
        let clashes = clashes(&theirs.map(str::to_owned));
        let words: Vec<(&str, &str)> = clashes
            .iter()
            .map(|(theirs, ours)| (theirs.as_str(), ours.as_str()))
            .collect();
        assert_eq!(
            words,
            [
                ("-XX:TieredStopAtLevel=1", "-XX:TieredStopAtLevel=3"),
                ("-XX:-TieredCompilation", "-XX:+TieredCompilation"),
                ("-Xint", "-Xmixed"),
            ]
        );
    }
}
