//! How much is said.

/// How much is said on stderr.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verbosity {
    /// Errors and warnings only.
    Quiet,
    /// A line for each stage.
    Normal,
    /// Each external command too.
    Verbose,
}
