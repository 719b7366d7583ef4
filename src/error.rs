//! The one error that reaches the user: what failed, why, and what to do next.
//!
//! Low layers return precise errors of their own or an [`Error`] with a goal; whoever knows the advice adds a
//! hint. [`ErrorKind`] picks the exit code. It is printed in one place, [`crate::ui::Ui::error`].

use std::error::Error as StdError;
use std::fmt;
use std::path::{Path, PathBuf};

use crate::exit_code::ExitCode;

/// The result of everything that can fail in front of a user.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What kind of failure it was; decides the exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// Not foreseen: a full disk, a bug.
    Unexpected,
    /// Wrong words on the command line or in the configuration file.
    Usage,
    /// A tool is missing or cannot do what was asked.
    Toolchain,
    /// An image could not be built.
    Build,
    /// An image could not be built, and its profile is the likely cause.
    BuildWithProfile,
    /// Training or merging failed.
    Training,
    /// The benchmark could not be carried out.
    Benchmark,
    /// A gate found the candidate worse.
    GateWorse,
    /// A gate could not decide.
    GateUndecided,
    /// A store cannot be reached: it may pass, and the same may be tried again later.
    StoreAway,
    /// An object of a store is not there any more, or is not what it was.
    BrokenObject,
    /// The user or the system asked us to stop.
    Interrupted,
}

impl ErrorKind {
    /// The exit code that this kind ends the process with.
    pub const fn exit_code(self) -> ExitCode {
        match self {
            Self::Unexpected | Self::BrokenObject => ExitCode::Unexpected,
            Self::Usage => ExitCode::Usage,
            Self::Toolchain | Self::StoreAway => ExitCode::Toolchain,
            Self::Build | Self::BuildWithProfile => ExitCode::Build,
            Self::Training => ExitCode::Training,
            Self::Benchmark => ExitCode::Benchmark,
            Self::GateWorse => ExitCode::GateWorse,
            Self::GateUndecided => ExitCode::GateUndecided,
            Self::Interrupted => ExitCode::Interrupted,
        }
    }
}

impl ErrorKind {
    /// The kind of failure that ended a pgoctl elsewhere; `None` where it ended well.
    pub fn of_exit_code(code: i32) -> Option<Self> {
        let kinds = [
            Self::Usage,
            Self::Toolchain,
            Self::Build,
            Self::Training,
            Self::Benchmark,
            Self::GateWorse,
            Self::GateUndecided,
            Self::Interrupted,
        ];
        let of = |kind: &Self| i32::from(kind.exit_code().number()) == code;
        match code {
            0 => None,
            _ => Some(kinds.into_iter().find(of).unwrap_or(Self::Unexpected)),
        }
    }
}

/// A failed goal of the user's, with its causes (outermost first), the log to read and the next steps.
#[derive(Debug)]
pub struct Error(Box<Parts>);

#[derive(Debug)]
struct Parts {
    kind: ErrorKind,
    goal: String,
    causes: Vec<String>,
    log: Option<Log>,
    hints: Vec<String>,
    verdict: Option<String>,
}

/// The log of the tool that failed, and its last lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Log {
    /// Where the whole log is.
    pub path: PathBuf,
    /// The last lines of it, oldest first.
    pub tail: Vec<String>,
}

impl Error {
    /// An error of `kind`; `goal` is what the user wanted and did not get: "could not build the baseline image".
    pub fn new(kind: ErrorKind, goal: impl Into<String>) -> Self {
        Self(Box::new(Parts {
            kind,
            goal: goal.into(),
            causes: Vec::new(),
            log: None,
            hints: Vec::new(),
            verdict: None,
        }))
    }

    /// A mistake on the command line or in the configuration file.
    pub fn usage(goal: impl Into<String>) -> Self {
        Self::new(ErrorKind::Usage, goal)
    }

    /// A file operation that failed, named: `could not {verb} `{path}``.
    pub fn io(verb: &str, path: &Path, source: &std::io::Error) -> Self {
        let error = Self::new(
            ErrorKind::Unexpected,
            format!("could not {verb} `{}`", path.display()),
        )
        .because(source.to_string());
        match source.kind() {
            std::io::ErrorKind::StorageFull => {
                error.hint("the disk is full: free some space and run the same command again")
            }
            std::io::ErrorKind::PermissionDenied => {
                error.hint("check who owns that folder and whether it may be written")
            }
            std::io::ErrorKind::ReadOnlyFilesystem => {
                error.hint("that file system is read-only: work in a copy elsewhere")
            }
            _ => error,
        }
    }

    /// A folder that could not be walked through: what of it could not be read is named.
    pub fn walk(folder: &Path, error: walkdir::Error) -> Self {
        let path = error.path().unwrap_or(folder).to_owned();
        let in_itself = || std::io::Error::other("it is a link to a folder that it is in");
        let source = error.into_io_error().unwrap_or_else(in_itself);
        Self::io("read", &path, &source)
    }

    /// Adds a cause under those already there.
    #[must_use]
    pub fn because(mut self, cause: impl Into<String>) -> Self {
        self.0.causes.push(cause.into());
        self
    }

    /// Adds `source` and everything below it as causes.
    #[must_use]
    pub fn source(mut self, source: &(dyn StdError + 'static)) -> Self {
        let mut next = Some(source);
        while let Some(error) = next {
            self.0.causes.push(error.to_string());
            next = error.source();
        }
        self
    }

    /// Adds a next step: a command to run or a flag to change.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.0.hints.push(hint.into());
        self
    }

    /// Names the log of the tool that failed.
    #[must_use]
    pub fn log(mut self, log: Log) -> Self {
        self.0.log = Some(log);
        self
    }

    /// Adds the line of a gate, which is the last one of stderr.
    #[must_use]
    pub fn verdict(mut self, line: impl Into<String>) -> Self {
        self.0.verdict = Some(line.into());
        self
    }

    /// Puts a larger goal in front: the old goal becomes the first cause.
    #[must_use]
    pub fn goal(mut self, goal: impl Into<String>) -> Self {
        let old = std::mem::replace(&mut self.0.goal, goal.into());
        self.0.causes.insert(0, old);
        self
    }

    /// Changes what kind of failure this is, where the caller knows better (a training run that failed to read a file).
    #[must_use]
    pub fn kind_is(mut self, kind: ErrorKind) -> Self {
        self.0.kind = kind;
        self
    }

    /// What kind of failure this is.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The goal that failed, in the user's words.
    pub fn summary(&self) -> &str {
        &self.0.goal
    }

    /// The goal and its outermost cause, for a line in a table.
    pub fn brief(&self) -> String {
        match self.0.causes.first() {
            Some(cause) => format!("{}: {cause}", self.0.goal),
            None => self.0.goal.clone(),
        }
    }

    /// Why, outermost first.
    pub fn causes(&self) -> &[String] {
        &self.0.causes
    }

    /// What to do next.
    pub fn hints(&self) -> &[String] {
        &self.0.hints
    }

    /// The line of the gate that did not pass.
    pub fn verdict_line(&self) -> Option<&str> {
        self.0.verdict.as_deref()
    }

    /// The log of the tool that failed.
    pub fn failed_log(&self) -> Option<&Log> {
        self.0.log.as_ref()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.goal)?;
        for cause in &self.0.causes {
            write!(f, ": {cause}")?;
        }
        Ok(())
    }
}

impl StdError for Error {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exit_code_that_is_read_back_is_the_one_that_was_written() {
        for code in (1..=8).chain([130]) {
            let kind = ErrorKind::of_exit_code(code).expect("it did not end well");
            assert_eq!(i32::from(kind.exit_code().number()), code);
        }
        assert_eq!(ErrorKind::of_exit_code(0), None);
        assert_eq!(
            ErrorKind::of_exit_code(137),
            Some(ErrorKind::Unexpected),
            "whatever else ended it"
        );
    }

    #[test]
    fn a_larger_goal_pushes_the_old_one_down() {
        let error = Error::usage("no such key `jars`").goal("could not read `pgoctl.toml`");
        assert_eq!(
            error.to_string(),
            "could not read `pgoctl.toml`: no such key `jars`"
        );
        assert_eq!(error.kind().exit_code().number(), 2);
    }

    #[test]
    fn every_kind_has_the_number_of_the_contract() {
        use ErrorKind::*;
        let numbers = [
            Unexpected,
            Usage,
            Toolchain,
            Build,
            Training,
            Benchmark,
            GateWorse,
            GateUndecided,
            Interrupted,
        ]
        .map(|kind| kind.exit_code().number());
        assert_eq!(numbers, [1, 2, 3, 4, 5, 6, 7, 8, 130]);
    }
}
