//! Every toolchain that is there, with what it says about itself.

use serde::Serialize;

use super::graalvm::GraalVm;
use super::hotspot::Hotspot;
use super::search::Search;
use super::{Info, Missing, Toolchain};
use crate::error::Error;
use crate::variant::{Optimizer, OptimizerChoice};
use crate::workdir::Cache;

/// A toolchain, how it was found, and how it was told whether it has PGO.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Found {
    #[serde(flatten)]
    pub info: Info,
    /// Where its folder was named: `GRAALVM_HOME`, `PATH`.
    pub found_by: &'static str,
    /// What its `native-image` said that shows whether it has PGO; `None` where it has no `native-image`.
    pub pgo_evidence: Option<String>,
    /// Who would use a profile in its builds; `null` where nobody can.
    pub optimizer: Option<Optimizer>,
    /// What would trace on its JVM, or why nothing can; `None` where it has no `native-image`.
    #[serde(skip)]
    pub tracing: Option<Result<&'static str, Missing>>,
}

/// Every toolchain there is, best first; beside them why others that were found do not answer.
pub fn find(search: &Search) -> (Vec<Found>, Vec<Error>) {
    let mut cache = Cache::default();
    let (mut found, mut silent) = (Vec::new(), Vec::new());
    let mut seen = Vec::new();
    for (home, found_by) in search.graalvm_homes() {
        if seen.contains(&home) {
            continue;
        }
        match GraalVm::probe(&home, &mut cache) {
            Ok(graalvm) => {
                let pgo_evidence = Some(graalvm.pgo_evidence().to_owned());
                let tracing = graalvm
                    .tracer(search.cache_dir.as_deref())
                    .map(|tracer| tracer.words());
                let graalvm =
                    graalvm.with_optimizer(OptimizerChoice::Auto, search.cache_dir.as_deref());
                found.push(Found {
                    info: graalvm.info().clone(),
                    found_by,
                    pgo_evidence,
                    optimizer: graalvm.available_optimizer(),
                    tracing: Some(tracing),
                });
            }
            Err(error) => silent.push(error),
        }
        seen.push(home);
    }
    let own = seen
        .iter()
        .filter(|home| Hotspot::is_home(home))
        .map(|home| (home.clone(), "the GraalVM's own"));
    let mut java: Vec<_> = search
        .java
        .iter()
        .map(|named| (named.home.clone(), named.by))
        .chain(own)
        .chain(search.java_homes())
        .collect();
    let mut seen = Vec::new();
    java.retain(|(home, _)| {
        Hotspot::is_home(home) && !seen.contains(home) && {
            seen.push(home.clone());
            true
        }
    });
    for (home, found_by) in java {
        match Hotspot::probe(&home, &mut cache) {
            Ok(hotspot) => found.push(Found {
                info: hotspot.info().clone(),
                found_by,
                pgo_evidence: None,
                optimizer: None,
                tracing: None,
            }),
            Err(error) => silent.push(error),
        }
    }
    (found, silent)
}
