//! The ways to run a function, and what each one is measured against.

mod label;
mod optimizer;

use std::fmt;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub use label::Label;
pub use optimizer::{Optimizer, OptimizerChoice};

/// One way to run the function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, clap::ValueEnum)]
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
    /// What `pgoctl bench` was given by name: an executable, a JAR, a revision's image, a running server.
    #[value(skip)]
    Named(Label),
}

impl Variant {
    /// Every variant that pgoctl makes, in the order in which they are built and shown.
    pub const ALL: [Self; 6] = [
        Self::Hotspot,
        Self::HotspotCds,
        Self::HotspotAot,
        Self::Native,
        Self::NativeInstrumented,
        Self::NativePgo,
    ];

    /// The name in commands, files and reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Hotspot => "hotspot",
            Self::HotspotCds => "hotspot-cds",
            Self::HotspotAot => "hotspot-aot",
            Self::Native => "native",
            Self::NativeInstrumented => "native-instrumented",
            Self::NativePgo => "native-pgo",
            Self::Named(label) => label.as_str(),
        }
    }

    /// The variant of this name; any other name is one that the user gave.
    pub fn of_name(name: &str) -> Self {
        Self::ALL
            .into_iter()
            .find(|variant| variant.name() == name)
            .unwrap_or_else(|| Self::Named(Label::new(name)))
    }

    /// Whether it is a native executable, made by a GraalVM.
    pub const fn is_native(self) -> bool {
        matches!(
            self,
            Self::Native | Self::NativeInstrumented | Self::NativePgo
        )
    }

    /// The name in names of files.
    pub fn file_name(self) -> String {
        self.name().replace(
            |c: char| !c.is_ascii_alphanumeric() && !"-_.@".contains(c),
            "_",
        )
    }

    /// Whether `run` measures it without being asked: the instrumented image is a means, not a contender.
    pub const fn is_contender(self) -> bool {
        !matches!(self, Self::NativeInstrumented)
    }

    /// What it is compared with first, if that takes part: the same thing without its profile.
    pub const fn baseline(self) -> Option<Self> {
        match self {
            Self::Hotspot | Self::Named(_) => None,
            Self::HotspotCds | Self::HotspotAot | Self::Native => Some(Self::Hotspot),
            Self::NativeInstrumented | Self::NativePgo => Some(Self::Native),
        }
    }
}

impl fmt::Display for Variant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl Serialize for Variant {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for Variant {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|name| Self::of_name(&name))
    }
}

/// Reads a list of variants that pgoctl makes: in the configuration file another name is a mistake.
pub fn made_by_pgoctl<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<Variant>, D::Error> {
    const NAMES: &[&str] = &[
        Variant::ALL[0].name(),
        Variant::ALL[1].name(),
        Variant::ALL[2].name(),
        Variant::ALL[3].name(),
        Variant::ALL[4].name(),
        Variant::ALL[5].name(),
    ];
    let names = Vec::<String>::deserialize(deserializer)?;
    let known = |name: String| match Variant::of_name(&name) {
        Variant::Named(_) => Err(D::Error::unknown_variant(&name, NAMES)),
        variant => Ok(variant),
    };
    names.into_iter().map(known).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_of_the_users_own_survives_json_and_fits_a_file_name() {
        let named = Variant::of_name("./old/app");
        let json = serde_json::to_string(&named).expect("it is a word");
        assert_eq!(
            serde_json::from_str::<Variant>(&json).expect("it is one"),
            named
        );
        assert_eq!(named.file_name(), "._old_app");
        assert_eq!(Variant::of_name("native"), Variant::Native);
    }

    #[test]
    fn the_name_on_the_command_line_is_the_name_in_the_report() {
        for variant in Variant::ALL {
            assert_eq!(
                serde_json::to_value(variant).expect("it is a word"),
                variant.name()
            );
            let word = clap::ValueEnum::to_possible_value(&variant).expect("none is hidden");
            assert_eq!(word.get_name(), variant.name());
        }
    }
}
