//! The machine as it is asked.

use std::fs;
use std::path::Path;

/// Where the facts come from.
pub struct Probe<'a> {
    /// The folder that stands for `/`.
    pub root: &'a Path,
    /// Runs a program of `PATH` with arguments and no input; `None` if it could not be started.
    pub run: &'a dyn Fn(&str, &[&str]) -> Option<Answer>,
}

impl Probe<'_> {
    /// The text of a file below the root; `None` if there is none or it may not be read.
    pub(super) fn text(&self, path: &str) -> Option<String> {
        fs::read_to_string(self.root.join(path)).ok()
    }

    /// Whether something is there below the root.
    pub(super) fn has(&self, path: &str) -> bool {
        self.root.join(path).exists()
    }

    /// The first line that a tool answered with, if it did well and said something.
    pub(super) fn line(&self, program: &str, args: &[&str]) -> Option<String> {
        let answer = (self.run)(program, args).filter(|answer| answer.success)?;
        let line = answer.stdout.lines().next()?.trim().to_owned();
        (!line.is_empty()).then_some(line)
    }
}

/// What a tool answered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// Whether it ended with status 0.
    pub success: bool,
    /// What it wrote to stdout.
    pub stdout: String,
}
