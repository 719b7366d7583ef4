//! How the profiles of a row overlap, and how much of them its function's code has.

use crate::error::{Error, ErrorKind, Result};
use crate::pipeline::Merged;
use crate::plan::Plan;
use crate::profile::iprof::counts::profile::{Counts, Profile, read_with};
use crate::profile::iprof::judge::staleness::{ClassFiles, freshness};
use crate::profile::iprof::look::agreement::pair_overlap;
use crate::profile::iprof::look::overlap::EVENTS;
use crate::profile::iprof::names::symbols::Symbols;
use crate::profile::iprof::text::source::DEFAULT_MAX_BYTES;

pub(super) type Look = (Option<f64>, Option<f64>);

/// Of each source: its overlap with the function's own profile, and the share of its weight that the function's code has.
pub(super) fn looks(plan: &Plan, own: &Merged, sources: &[&Merged]) -> Result<Vec<Look>> {
    let classes = ClassFiles::read_what_can_be(&plan.function.class_path)?;
    let mut symbols = Symbols::default();
    let mut read = |merged: &Merged| {
        let mut counts = Counts::default();
        read_with(&merged.path, DEFAULT_MAX_BYTES, &mut symbols, &mut counts)
            .map(|_| counts)
            .map_err(|damage| unreadable(merged, &damage.to_string()))
    };
    let own = read(own)?;
    let mut looks = Vec::new();
    for source in sources {
        let overlap = pair_overlap(&own, &read(source)?, &EVENTS);
        let (profile, _) = Profile::read(&source.path, DEFAULT_MAX_BYTES)
            .map_err(|damage| unreadable(source, &damage.to_string()))?;
        looks.push((overlap, freshness(&profile, &classes).call_share));
    }
    Ok(looks)
}

fn unreadable(merged: &Merged, why: &str) -> Error {
    let goal = format!("could not read the profile `{}`", merged.path.display());
    Error::new(ErrorKind::Training, goal).because(why)
}
