//! What there is to say once a program has ended.

use std::path::PathBuf;

use crate::error::Error;
use crate::exec::Ending;

/// Something to say.
#[derive(Debug)]
pub enum Told {
    /// The program could not be started.
    NotStarted(Error),
    /// `build.json` beside the image is of other bytes: the profile counts for the image's digest.
    OtherImage(String),
    /// What the program left is not a profile.
    Useless {
        /// Why.
        why: String,
        /// What it left, if anything.
        file: Option<PathBuf>,
        /// How the program ended.
        ending: Ending,
    },
    /// The profile is in the store.
    Stored {
        /// Its key.
        key: String,
    },
    /// The store does not have it.
    Waits {
        /// The profile.
        file: PathBuf,
        /// Why.
        why: Error,
        /// Whether another start will send it.
        is_kept: bool,
    },
    /// Profiles of earlier starts that the store has now.
    Earlier(usize),
}
