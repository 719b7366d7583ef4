//! What of the command line a cluster can do.

use crate::cli::work::Work;

/// A command that a cluster can do.
#[derive(Clone, Copy, Debug)]
pub(in crate::cli) struct Sent<'a> {
    /// `build`
    pub(in crate::cli) stage: &'static str,
    /// Its flags.
    pub(in crate::cli) work: &'a Work,
    /// Its functions, where it has several.
    pub(in crate::cli) functions: Option<&'a [String]>,
    /// Whether a command of the user's does the work of training.
    pub(in crate::cli) has_command: bool,
    /// Whether its figures are about the machine.
    pub(in crate::cli) measures: bool,
    /// Whose profiles it builds with, where they are not the function's own.
    pub(in crate::cli) profile_from: Option<&'a str>,
    /// Whether what it measures is nowhere but here.
    pub(in crate::cli) is_bare: bool,
}
