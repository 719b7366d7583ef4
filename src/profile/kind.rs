//! What a training run leaves behind.

use serde::{Deserialize, Serialize};

/// What a training run leaves behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProfileKind {
    /// Counters of an instrumented native image.
    Iprof,
    /// The same, made of what a JVM logged about its methods.
    HotspotIprof,
    /// The names of the classes that a JVM loaded.
    ClassList,
    /// What a JVM recorded for an AOT cache; binary, cannot be merged.
    AotConfiguration,
}

impl ProfileKind {
    /// The file name extension in `.pgoctl/profiles`.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Iprof | Self::HotspotIprof => "iprof",
            Self::ClassList => "classlist",
            Self::AotConfiguration => "aotconf",
        }
    }

    /// Whether the profiles of several runs can become one.
    pub const fn mergeable(self) -> bool {
        !matches!(self, Self::AotConfiguration)
    }
}
