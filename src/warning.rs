//! Warnings are data: a closed list, the same in every format.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Something that a reader should know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Warning {
    /// Which one.
    pub kind: WarningKind,
    /// In words.
    pub message: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}

/// The warnings there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum WarningKind {
    /// Native and HotSpot variants are of different Java versions.
    JavaVersionsDiffer,
    /// A distribution that nobody knows offers PGO.
    UnknownDistribution,
    /// The JDK has no default CDS archive.
    NoDefaultArchive,
    /// The plan cannot decide anything.
    TooFewRounds,
    /// A training run left no good profile.
    ProfileSetAside,
    /// An image is built with the profiles of another function.
    BorrowedProfile,
    /// Training ended before its profile was stable.
    ProfileNotStable,
    /// Something about a profile is not as it should be; it was used all the same.
    SuspectProfile,
    /// A profile made the rebuild fail.
    ProfileCrashesBuild,
    /// A variant failed; the comparison went on without it.
    VariantFailed,
    /// The build tool spends its time collecting garbage.
    ShortOfMemory,
    /// Options from the environment shape the products.
    InheritedOptions,
    /// Few of the application's classes are in the archive that is measured.
    LittleArchived,
    /// The JAR keeps its JARs and classes inside.
    NestedJars,
    /// Options that do not go together.
    DoubtfulOptions,
    /// Something that nobody has seen pay yet is in use.
    Experimental,
    /// Reachability metadata was traced with other code than it is built with.
    StaleMetadata,
    /// Not everything that the function reaches could be traced.
    TracedInPart,
    /// Something was made on another machine.
    ForeignMachine,
    /// The JVM uses an archive although the code has changed since.
    StaleCacheUsed,
    /// A profile was recorded on another Java release than images are built with.
    JdkPairing,
    /// The function did not end when asked to.
    IgnoredTerm,
    /// Sides that could not be at work at the same time were measured one after the other.
    OneAtATime,
    /// All processes of a side have the same memory layout.
    FixedLayout,
    /// A process that waited for its turn did not rest.
    NotAtRest,
    /// A side was kept from its cores by the quota of its control group.
    Throttled,
    /// The function left processes behind.
    LeftProcesses,
    /// The warm-up was still getting faster at its end.
    NotSteady,
    /// The load generator was busy itself.
    GeneratorBound,
    /// The machine was busy with something else.
    BusyMachine,
    /// Figures rose or fell while they were measured.
    Drift,
    /// Rounds or cold starts are far from the others.
    Outlier,
    /// The two sides of a comparison were not measured together.
    NotInterleaved,
    /// Nobody has measured what this machine can tell apart.
    NoNoiseFloor,
    /// An open loop did not reach its rate.
    RateNotReached,
    /// A request had no answer in time.
    NoAnswer,
    /// Requests met connections that the server had closed, and were sent again.
    RequestsResent,
    /// A command takes less than the start of the shell that reads it.
    MostlyShell,
    /// What a function reads at its start could not be dropped from the page cache.
    PageCacheKept,
    /// A server was taken for the one that was meant, whatever its certificate says.
    CertificateNotChecked,
}

impl WarningKind {
    /// Whether it is found in the samples, and found again whenever they are analysed.
    pub(crate) const fn is_of_samples(self) -> bool {
        matches!(
            self,
            Self::NotSteady
                | Self::NotAtRest
                | Self::Throttled
                | Self::GeneratorBound
                | Self::RateNotReached
                | Self::RequestsResent
                | Self::MostlyShell
                | Self::Drift
                | Self::Outlier
        )
    }
}

impl Warning {
    /// A warning without a next step.
    pub fn new(kind: WarningKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            hint: None,
        }
    }

    /// A request to `side` had no answer in time.
    pub fn no_answer(side: impl std::fmt::Display, words: &str, hint: Option<&str>) -> Self {
        Self {
            kind: WarningKind::NoAnswer,
            message: format!("{side}: {words}"),
            hint: hint.map(str::to_owned),
        }
    }

    /// Adds the next step.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}
