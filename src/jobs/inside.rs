//! `pgoctl job`: the side of the pod. It gets the files, lets pgoctl do the command where they are, and puts what that made into the
//! store. A pod that dies has done no harm: the next one finds what was whole, product by product.

use std::path::{Path, PathBuf};
use std::time::Instant;

use super::order::Order;
use super::outcome::{Outcome, is_answer};
use super::snapshot::Snapshot;
use crate::error::{Error, ErrorKind, Result};
use crate::event::{Event, Listener};
use crate::exec::{Ending, Tool, run_divided, tail};
use crate::store::{Packed, Store};
use crate::workdir::{NAME, create_dir};

/// What of `.pgoctl` is about the machine that it is on.
const LOCAL: [&str; 5] = ["locks", "cache.json", ".gitignore", "serve", "jobs"];

const OTHER_VERSION: &str = "the pgoctl in the image is another version than the one that asked";

/// Where a pod is.
#[derive(Clone, Debug)]
pub struct Pod {
    /// Its name.
    pub name: String,
    /// The name of its node.
    pub node: String,
}

/// Does what the document at `key` says; the exit code that the pod is to end with.
///
/// # Errors
///
/// A store that is away, files that cannot be written: another pod may have more luck.
pub fn carry_out(
    store: &Store,
    key: &str,
    program: &Path,
    pod: &Pod,
    listener: &dyn Listener,
) -> Result<u8> {
    let begun = Instant::now();
    let order = read(store, key)?;
    if Outcome::find(store, &order)?.is_some() {
        // Another pod of this Job had an answer, and its end was not heard of.
        return Ok(0);
    }
    let dir = &order.dir;
    let here = dir.join(&order.command.folder);
    create_dir(&here)?;
    order
        .files
        .iter()
        .try_for_each(|file| store.unpack_to(file, &dir.join(&file.name)))?;
    let seconds_before = begun.elapsed().as_secs_f64();
    let logs = tempfile::tempdir()
        .map_err(|error| Error::io("make a folder in", &std::env::temp_dir(), &error))?;
    let (stdout, log) = (logs.path().join("stdout"), logs.path().join("log"));
    let tool = order
        .command
        .env
        .iter()
        .fold(Tool::new(program), |tool, (name, value)| {
            tool.env(name, value)
        })
        .args(&order.command.args)
        .env("PGOCTL_CONFIG", dir.join(&order.command.config))
        .env("PGOCTL_COLOR", "never")
        .env("PGOCTL_PRODUCTS", "1")
        .env("PGOCTL_ENGINE", "local")
        .dir(here);
    let started = Instant::now();
    let mut lines = Lines::default();
    let ending = run_divided(
        &tool,
        Some(&stdout),
        &log,
        super::cluster::LONGEST,
        &mut |text| {
            lines.push(text, |line| {
                listener.hear(Event::Said {
                    line: line.to_owned(),
                });
            });
        },
    )?;
    let seconds = started.elapsed().as_secs_f64();
    let Ending::Exited(exit_code) = ending else {
        return Err(Error::new(
            ErrorKind::Unexpected,
            format!("`pgoctl {}` {ending}", order.command.stage),
        )
        .log(tail(&log)));
    };
    if exit_code == 130 {
        return Err(crate::interrupt::error());
    }
    let root = dir.join(NAME);
    let after = Instant::now();
    let outcome = Outcome {
        schema_version: 1,
        exit_code,
        stdout: std::fs::read(&stdout)
            .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
            .unwrap_or_default(),
        said: tail(&log).tail,
        log: store.pack(&log, logs.path())?,
        files: products(&root, store)?,
        pod: pod.name.clone(),
        node: pod.node.clone(),
        seconds,
        seconds_for_files: seconds_before + after.elapsed().as_secs_f64(),
    };
    outcome.keep(store, &order)?;
    // A gate that judged has answered; Kubernetes knows only success.
    Ok(match is_answer(exit_code) {
        true => 0,
        false => u8::try_from(exit_code).unwrap_or(1),
    })
}

fn read(store: &Store, key: &str) -> Result<Order> {
    let Some(bytes) = store.get(key)? else {
        return Err(Error::new(
            ErrorKind::Usage,
            format!("there is no order `{key}` in {}", store.place()),
        ));
    };
    let order: Order = serde_json::from_slice(&bytes).map_err(|error| {
        Error::usage(format!("the order `{key}` cannot be read"))
            .because(error.to_string())
            .hint(OTHER_VERSION)
    })?;
    match order.schema_version {
        1 => Ok(order),
        other => Err(Error::usage(format!(
            "the order `{key}` has the version {other}, and this pgoctl knows 1"
        ))
        .hint(OTHER_VERSION)),
    }
}

/// Everything that is in `.pgoctl` for whoever asked.
fn products(root: &Path, store: &Store) -> Result<Vec<Packed>> {
    let mut snapshot = Snapshot::new();
    let entries = std::fs::read_dir(root).into_iter().flatten().flatten();
    let mut entries: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    entries.sort();
    for entry in entries {
        let name = entry.file_name().unwrap_or_default().to_string_lossy();
        if !LOCAL.contains(&name.as_ref()) {
            snapshot.add(&entry)?;
        }
    }
    snapshot.pack(root, store)
}

/// Whole lines of what comes in pieces.
#[derive(Default)]
struct Lines(String);

impl Lines {
    fn push(&mut self, text: &str, mut hear: impl FnMut(&str)) {
        self.0.push_str(text);
        while let Some(end) = self.0.find('\n') {
            hear(self.0[..end].trim_end_matches('\r'));
            self.0.drain(..=end);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_heard_once_they_are_whole() {
        let mut lines = Lines::default();
        let mut heard = Vec::new();
        for text in ["a", "b\nc\r\n", "", "d"] {
            lines.push(text, |line| heard.push(line.to_owned()));
        }
        assert_eq!(heard, ["ab", "c"]);
    }
}
