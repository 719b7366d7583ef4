//! The ways to run a function, and what each one is measured against.

mod optimizer;

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use strum::VariantArray;

pub use optimizer::{Optimizer, OptimizerChoice};

/// What native-image makes of a function.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Output {
    /// An executable
    Executable,
    /// A shared library, run by a host of ours
    Shared,
}

/// One way to run the function.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    clap::ValueEnum,
    strum::EnumString,
    strum::IntoStaticStr,
    strum::VariantArray,
    JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case", const_into_str)]
pub enum Variant {
    /// An ordinary JVM with its default CDS archive.
    Hotspot,
    /// A JVM with a static AppCDS archive of the classes that training loaded.
    HotspotCds,
    /// A JVM (24 or later) with an AOT cache from a training run.
    HotspotAot,
    /// A native image without a profile of ours.
    Native,
    /// A native image that counts what it does and leaves an `.iprof`.
    NativeInstrumented,
    /// A native image optimized with the merged profile.
    NativePgo,
    /// `native` as a shared library, run by a host of ours.
    NativeShared,
    /// `native-pgo` as a shared library, run by a host of ours.
    NativePgoShared,
}

impl Variant {
    /// Every variant, in the order in which they are built and shown.
    pub const ALL: &'static [Self] = Self::VARIANTS;

    /// The name in commands, files and reports.
    pub const fn name(self) -> &'static str {
        self.into_str()
    }

    /// Whether it is a native executable or library, made by a GraalVM.
    pub const fn is_native(self) -> bool {
        match self {
            Self::Hotspot | Self::HotspotCds | Self::HotspotAot => false,
            Self::Native
            | Self::NativeInstrumented
            | Self::NativePgo
            | Self::NativeShared
            | Self::NativePgoShared => true,
        }
    }

    /// Whether it is built with the merged `.iprof`.
    pub const fn is_profile_guided(self) -> bool {
        matches!(self, Self::NativePgo | Self::NativePgoShared)
    }

    /// Whether making it is PGO: it counts for a profile, or is built with one.
    pub const fn is_of_pgo(self) -> bool {
        self.is_profile_guided() || matches!(self, Self::NativeInstrumented)
    }

    /// Whether it is a shared library.
    pub const fn is_shared(self) -> bool {
        matches!(self, Self::NativeShared | Self::NativePgoShared)
    }

    /// It in that form; what has no other form stays as it is.
    #[must_use]
    pub const fn as_output(self, output: Output) -> Self {
        match (self, output) {
            (Self::Native | Self::NativeShared, Output::Executable) => Self::Native,
            (Self::Native | Self::NativeShared, Output::Shared) => Self::NativeShared,
            (Self::NativePgo | Self::NativePgoShared, Output::Executable) => Self::NativePgo,
            (Self::NativePgo | Self::NativePgoShared, Output::Shared) => Self::NativePgoShared,
            _ => self,
        }
    }

    /// Whether `run` measures it without being asked: the instrumented image is a means, not a contender, and few want libraries.
    pub const fn is_contender(self) -> bool {
        !matches!(self, Self::NativeInstrumented) && !self.is_shared()
    }

    /// What it is compared with first, if that takes part: the same thing without its profile; of a library, the executable.
    pub const fn baseline(self) -> Option<Self> {
        match self {
            Self::Hotspot => None,
            Self::HotspotCds | Self::HotspotAot | Self::Native => Some(Self::Hotspot),
            Self::NativeInstrumented | Self::NativePgo | Self::NativeShared => Some(Self::Native),
            Self::NativePgoShared => Some(Self::NativePgo),
        }
    }
}

impl fmt::Display for Variant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_on_the_command_line_is_the_name_in_the_report() {
        for variant in Variant::ALL {
            assert_eq!(
                serde_json::to_value(variant).expect("it is a word"),
                variant.name()
            );
            let word = clap::ValueEnum::to_possible_value(variant).expect("none is hidden");
            assert_eq!(word.get_name(), variant.name());
            assert_eq!(variant.name().parse(), Ok(*variant));
        }
    }
}
