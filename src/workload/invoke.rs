//! One process per invocation: what it is given, and what counts as done.

use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::Deserialize;

use crate::error::{Error, ErrorKind, Result};
use crate::exec::{Ending, Input, Invocation};
use crate::identity::Inputs;
use crate::workdir::Cache;

/// `invoke = { args = [...], stdin = "…", expect-exit = 0 }`; `stdin-file = "in.txt"` instead of `stdin`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Invoke {
    /// Arguments after the function's own.
    #[serde(default)]
    pub args: Vec<String>,
    /// What it reads on stdin; nothing if not given.
    pub stdin: Option<String>,
    /// Or a file that it reads there, each process from its beginning.
    pub stdin_file: Option<PathBuf>,
    /// The exit status of a good invocation.
    #[serde(default)]
    pub expect_exit: i32,
    /// Text that its stdout must contain.
    pub expect_stdout: Option<String>,
}

impl Invoke {
    /// The same with the file that it reads, which must be there, found from `dir`.
    pub(super) fn found(&self, dir: &Path) -> Result<Self> {
        let Some(file) = &self.stdin_file else {
            return Ok(self.clone());
        };
        let path = dir.join(file);
        let cannot = |why: &str| {
            Error::usage(format!("`{}` cannot be read on stdin", file.display())).because(why)
        };
        if self.stdin.is_some() {
            return Err(
                cannot("there are both `stdin` and `stdin-file`").hint("give the one or the other")
            );
        }
        match std::fs::metadata(&path) {
            Ok(data) if data.is_dir() => Err(cannot("it is a folder")),
            Ok(_) => Ok(Self {
                stdin_file: Some(path),
                ..self.clone()
            }),
            Err(error) => Err(cannot(&error.to_string())),
        }
    }

    /// What each process reads on stdin.
    pub fn input(&self) -> Input<'_> {
        match (&self.stdin_file, &self.stdin) {
            (Some(path), _) => Input::File(path),
            (None, Some(text)) => Input::Bytes(text.as_bytes()),
            (None, None) => Input::Nothing,
        }
    }

    pub(super) fn inputs(&self, inputs: Inputs, cache: &mut Cache) -> Result<Inputs> {
        let inputs = match &self.stdin_file {
            Some(path) => inputs.with("invoke stdin-file", cache.digest(path)?),
            None => inputs,
        };
        Ok(inputs
            .with_list("invoke args", &self.args)
            .with("invoke stdin", self.stdin.as_deref().unwrap_or_default())
            .with("invoke expect-exit", self.expect_exit)
            .with(
                "invoke expect-stdout",
                self.expect_stdout.as_deref().unwrap_or_default(),
            ))
    }

    /// Checks that an invocation did what was expected.
    pub fn check(&self, invocation: &Invocation) -> Result<()> {
        let fail = |cause: String| {
            Err(Error::new(
                ErrorKind::Benchmark,
                "the function did not do what was expected",
            )
            .because(cause))
        };
        if invocation.ending != Ending::Exited(self.expect_exit) {
            return fail(format!(
                "it {}; `expect-exit` is {}",
                invocation.ending, self.expect_exit
            ));
        }
        match &self.expect_stdout {
            Some(text) if !String::from_utf8_lossy(&invocation.stdout).contains(text.as_str()) => {
                fail(format!(
                    "its stdout does not contain `{text}` (`expect-stdout`)"
                ))
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::exec::usage::Usage;

    fn invocation(code: i32) -> Invocation {
        Invocation {
            ending: Ending::Exited(code),
            wall: Duration::ZERO,
            usage: Usage::default(),
            stdout: b"Hello World\n".to_vec(),
            out_of_memory: false,
        }
    }

    #[test]
    fn exit_status_and_output_are_what_counts() {
        let invoke = Invoke {
            expect_stdout: Some("Hello".into()),
            ..Invoke::default()
        };
        assert!(invoke.check(&invocation(0)).is_ok());
        assert!(
            invoke
                .check(&invocation(3))
                .expect_err("another status")
                .to_string()
                .contains("status 3")
        );
        let other = Invoke {
            expect_stdout: Some("Bye".into()),
            ..Invoke::default()
        };
        assert!(other.check(&invocation(0)).is_err());
    }
}
