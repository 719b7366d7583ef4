//! Every toolchain that is there, with what it says about itself.

use std::path::PathBuf;

use serde::Serialize;

use super::Info;
use super::Toolchain;
use super::graalvm::GraalVm;
use super::hotspot::Hotspot;
use super::search::Search;
use crate::error::Error;
use crate::java_version::feature;
use crate::workdir::Cache;

/// A toolchain, how it was found, and how it was told whether it has PGO.
#[derive(Debug, Serialize)]
pub struct Found {
    #[serde(flatten)]
    pub info: Info,
    pub found_by: &'static str,
    pub pgo_evidence: Option<String>,
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
                found.push(Found {
                    info: graalvm.info().clone(),
                    found_by,
                    pgo_evidence,
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
            }),
            Err(error) => silent.push(error),
        }
    }
    (found, silent)
}

/// A toolchain that was found, with what its own files and answers say about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FoundToolchain {
    /// What it is for.
    pub kind: ToolchainKind,
    /// Its folder.
    pub home: PathBuf,
    /// Where its folder was named: "`GRAALVM_HOME`", "`PATH`".
    pub found_through: String,
    /// Its own version: `25.0.1+8.1`.
    pub version: Option<String>,
    /// `Oracle GraalVM`, `GraalVM CE`, `Mandrel`, `OpenJDK`.
    pub edition: Option<String>,
    /// Whether it can do profile-guided optimization.
    pub pgo: Pgo,
    /// How that was found out: "`native-image --version` says `Oracle GraalVM`".
    pub pgo_evidence: String,
    /// The version of its Java: `25.0.1`.
    pub java_version: Option<String>,
}

impl FoundToolchain {
    /// The Java line: 25 of `25.0.1`, 8 of `1.8.0_292`.
    pub fn java_major(&self) -> Option<u32> {
        feature(self.java_version.as_deref()?)
    }
}

/// What a toolchain is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ToolchainKind {
    /// Has `native-image`, and a `java` of its own.
    Graalvm,
    /// Has `java`.
    Hotspot,
}

/// Whether a toolchain can do profile-guided optimization.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Pgo {
    /// It can.
    Yes,
    /// It cannot.
    No,
    /// Its vendor is not known: it may.
    Unknown,
}
