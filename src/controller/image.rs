//! An image that can be started.

use std::path::{Path, PathBuf};

use crate::identity::Identity;
use crate::process::{Launch, Process};
use crate::variant::Variant;

/// Stands for the file that a worker leaves behind.
pub const RECORD: &str = "{record}";

/// An image that can be started.
#[derive(Clone, Debug)]
pub struct Runnable {
    /// Which variant.
    pub variant: Variant,
    /// Its identity.
    pub build: Identity,
    /// The function as a process.
    pub process: Process,
    /// How the image is started.
    pub launch: Launch,
    /// What workers leave behind, if they do: the file's extension. Its path takes the place of [`RECORD`] in their options.
    pub records: Option<&'static str>,
    /// Where logs of workers go.
    pub logs: PathBuf,
    /// Where workers leave their profiles.
    pub recordings: PathBuf,
}

impl Runnable {
    /// Whether its workers are started from something in `folder`.
    pub fn is_in(&self, folder: &Path) -> bool {
        let named = folder.to_string_lossy();
        let mut words = self
            .launch
            .runtime_args
            .iter()
            .chain(&self.launch.code_args);
        self.launch.program.starts_with(folder)
            || words.any(|word| word.to_string_lossy().contains(&*named))
    }
}
