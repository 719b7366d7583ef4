//! How an image is started.

use std::ffi::OsString;
use std::path::PathBuf;

use crate::exec::Tool;

/// How to start an image: what comes before the function's own arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Launch {
    /// The image, or `java`.
    pub program: PathBuf,
    /// Options of the runtime.
    pub runtime_args: Vec<OsString>,
    /// What the runtime is to run: `-jar app.jar`; nothing for a native image.
    pub code_args: Vec<OsString>,
}

impl Launch {
    /// Adds options of the runtime.
    #[must_use]
    pub fn with(mut self, args: Vec<OsString>) -> Self {
        self.runtime_args.extend(args);
        self
    }

    /// The whole command with the function's own arguments.
    pub fn tool(&self, function_args: &[String]) -> Tool {
        Tool::new(&self.program)
            .args(&self.runtime_args)
            .args(&self.code_args)
            .args(function_args)
    }
}
