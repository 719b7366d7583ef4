//! What a training run did, besides the profile that it left.

use std::time::Duration;

use crate::exec::Ending;
use crate::profile::hotspot::Conversion;
use crate::warning::Warning;

/// What one run did, besides the profile that it left.
pub(super) struct Left {
    /// Requests answered, or invocations carried out; 0 where a command did the work.
    pub(super) served: u64,
    /// Processes whose profiles it is made of; `None` where there is but one.
    pub(super) processes: Option<u64>,
    pub(super) took: Duration,
    pub(super) ending: Ending,
    pub(super) warnings: Vec<Warning>,
    /// What is doubtful about the profile.
    pub(super) doubts: Option<String>,
    pub(super) hotspot: Option<Conversion>,
}
