//! Who uses a profile in a native build.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Who uses a profile in a native build.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Optimizer {
    /// native-image's own `--pgo`: Oracle GraalVM.
    Oracle,
    /// pgoctl's, in the builder of a GraalVM without PGO.
    Pgoctl,
}

impl Optimizer {
    /// `oracle`, `pgoctl`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Oracle => "oracle",
            Self::Pgoctl => "pgoctl",
        }
    }

    /// For readers.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Oracle => "native-image's own PGO",
            Self::Pgoctl => "pgoctl's optimizer",
        }
    }
}

/// Which of them may be used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, clap::ValueEnum, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum OptimizerChoice {
    /// native-image's own where it has PGO, else pgoctl's
    #[default]
    Auto,
    /// native-image's own (Oracle GraalVM)
    Oracle,
    /// pgoctl's (GraalVM without PGO of its own)
    Pgoctl,
    /// None: there is no native-pgo
    Off,
}
