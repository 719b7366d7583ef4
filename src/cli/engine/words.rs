//! The words of a command, and the variables beside them, as a pod is to see them.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::cli::environment::variable;

/// Flags with a value that say where or how something is shown, not what is done.
const SHOWN_WITH: [&str; 4] = ["--engine", "--config", "--color", "--progress"];
/// The same without one.
const SHOWN: [&str; 6] = ["--cancel", "--products", "-q", "--quiet", "-v", "--verbose"];
/// The variables that say what is done; the others are about this machine.
const SENT: [&str; 23] = [
    "FUNCTION",
    "FORMAT",
    "VARIANT",
    "OUTPUT",
    "OPTIMIZER",
    "RUNS",
    "TRAIN_REQUESTS",
    "AT_LEAST",
    "TRAIN_STOP",
    "STABLE_RUNS",
    "TRAIN_COMMAND",
    "TRAIN_ON",
    "ROUNDS",
    "REQUESTS",
    "SLICES",
    "WARMUP",
    "CONCURRENCY",
    "RATE",
    "TIMEOUT",
    "COLD_STARTS",
    "DROPPED_COLD_STARTS",
    "PIN",
    "SEED",
];

/// What follows `pgoctl`, without where it is done and how it is shown.
pub(in crate::cli) fn arguments(given: impl Iterator<Item = OsString>) -> Vec<String> {
    let mut kept = Vec::new();
    let mut given = given.map(|word| word.to_string_lossy().into_owned());
    while let Some(word) = given.next() {
        if word == "--" {
            kept.push(word);
            kept.extend(given);
            break;
        }
        let flag = word.split('=').next().unwrap_or_default();
        if SHOWN_WITH.contains(&flag) {
            if flag == word {
                given.next();
            }
        } else if !SHOWN.contains(&word.as_str()) {
            kept.push(word);
        }
    }
    kept
}

/// The variables that shape what a command does.
pub(in crate::cli) fn environment() -> BTreeMap<String, String> {
    let set = |name: &&str| {
        let name = format!("PGOCTL_{name}");
        let value = variable(&name)?.into_string().ok()?;
        Some((name, value))
    };
    SENT.iter().filter_map(set).collect()
}

/// Where in the project we are, or where else: relative paths on the command line begin there.
pub(in crate::cli) fn within(dir: &Path) -> PathBuf {
    let here = std::env::current_dir().unwrap_or_default();
    here.strip_prefix(dir).map_or(here.clone(), Path::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sent_is_what_is_done_and_not_where_or_how_it_is_shown() {
        let words = |line: &str| arguments(line.split(' ').map(OsString::from));
        assert_eq!(
            words("-v build --engine kubernetes --function hello --color=never --variant native"),
            ["build", "--function", "hello", "--variant", "native"]
        );
        assert_eq!(
            words("--config ../x build --cancel -- -O3 --verbose"),
            ["build", "--", "-O3", "--verbose"]
        );
    }
}
