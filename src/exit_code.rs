//! The exit codes that scripts may rely on: one enum, one number each.

use std::process::ExitCode as ProcessExitCode;

/// How a `pgoctl` process ends. The numbers are a contract (README, `pgoctl --help`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExitCode {
    /// Everything asked for was done.
    Done,
    /// Something that pgoctl did not foresee.
    Unexpected,
    /// The command line or the configuration is wrong.
    Usage,
    /// A tool is missing, or cannot do what was asked (no PGO).
    Toolchain,
    /// An image could not be built.
    Build,
    /// Training or merging failed, or a profile is broken.
    Training,
    /// The benchmark could not be carried out.
    Benchmark,
    /// A gate found the candidate worse.
    GateWorse,
    /// A gate could not decide.
    GateUndecided,
    /// SIGINT, SIGTERM or SIGHUP ended the work.
    Interrupted,
}

impl ExitCode {
    /// The process exit status.
    pub const fn number(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Unexpected => 1,
            Self::Usage => 2,
            Self::Toolchain => 3,
            Self::Build => 4,
            Self::Training => 5,
            Self::Benchmark => 6,
            Self::GateWorse => 7,
            Self::GateUndecided => 8,
            Self::Interrupted => 130,
        }
    }
}

impl From<ExitCode> for ProcessExitCode {
    fn from(code: ExitCode) -> Self {
        Self::from(code.number())
    }
}
