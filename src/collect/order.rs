//! What is asked of `collect`.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use crate::store::Store;

/// What to start, and where its profile goes.
#[derive(Debug)]
pub struct Order {
    /// The program, and its arguments.
    pub program: PathBuf,
    /// Them.
    pub args: Vec<OsString>,
    /// The image's file, where the program is something that starts it.
    pub image: Option<PathBuf>,
    /// Where programs without a folder are looked for: the value of `PATH`.
    pub path: Option<OsString>,
    /// The function; the name of the image's file where nobody says.
    pub function: Option<String>,
    /// The image's identity, where nothing beside it says.
    pub build: Option<String>,
    /// Who this is among those that run the same image.
    pub worker: String,
    /// Where profiles go.
    pub store: Store,
    /// Where a profile is written, and waits for the store; a folder of this process's own where nobody says.
    pub keep: Option<PathBuf>,
    /// How long the store may be away once the function has ended.
    pub patience: Duration,
}
