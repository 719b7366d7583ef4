//! `.json` beside each profile in a store: whose it is, where it was gathered, and the bytes that it has.

use serde::{Deserialize, Serialize};

use super::key::{self, Parts};
use crate::error::{Error, Result};
use crate::profile::provenance::Provenance;

/// What is said about a profile in a store.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sheet {
    /// 1.
    pub schema_version: u32,
    /// Whose profile it is.
    pub function: String,
    /// The image that left it.
    pub build: String,
    /// Who made that image work.
    pub worker: String,
    /// How it came about.
    pub gathered_by: GatheredBy,
    /// The processor's architecture there, as Rust names it: `x86_64`.
    pub architecture: String,
    /// The operating system there: `linux`.
    pub os: String,
    /// The version of pgoctl that stored it.
    pub pgoctl: String,
    /// Where it came from, and its SHA-256.
    pub provenance: Provenance,
}

/// How a profile came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum GatheredBy {
    /// By `train`.
    Training,
    /// By `serve`, of real calls.
    Serve,
    /// By `collect`, of real calls, in a container of the function's own.
    Collect,
    /// By somebody else, who sent it to a controller.
    Upload,
}

impl Sheet {
    /// The sheet of a profile that a training on this machine left: all of its runs share a worker.
    pub fn of_training(function: &str, provenance: Provenance) -> Self {
        let worker = format!("train-{}", provenance.inputs.identity());
        Self::here(function, &worker, GatheredBy::Training, provenance)
    }

    /// The sheet of a profile that was gathered on this machine.
    pub fn here(
        function: &str,
        worker: &str,
        gathered_by: GatheredBy,
        provenance: Provenance,
    ) -> Self {
        Self {
            schema_version: 1,
            function: function.to_owned(),
            build: provenance.image.to_string(),
            worker: worker.to_owned(),
            gathered_by,
            architecture: std::env::consts::ARCH.to_owned(),
            os: std::env::consts::OS.to_owned(),
            pgoctl: env!("CARGO_PKG_VERSION").to_owned(),
            provenance,
        }
    }

    /// Where it is kept.
    ///
    /// # Errors
    ///
    /// A function, build or worker whose name cannot be part of a key.
    pub fn parts(&self) -> Result<Parts> {
        for part in [&self.function, &self.build, &self.worker] {
            if !key::is_name(part) {
                return Err(
                    Error::usage(format!("`{part}` cannot be part of a key in a store"))
                        .hint("use letters, digits, `-`, `_` and `.`"),
                );
            }
        }
        let started = self.provenance.started.parse();
        Ok(Parts {
            function: self.function.clone(),
            build: self.build.clone(),
            worker: self.worker.clone(),
            name: key::name(started.unwrap_or_default(), &self.provenance.sha256),
            ending: "iprof".to_owned(),
        })
    }

    /// Whether it was gathered on another kind of machine than this one; then, on which.
    pub fn foreign(&self) -> Option<String> {
        let here = (std::env::consts::ARCH, std::env::consts::OS);
        ((self.architecture.as_str(), self.os.as_str()) != here)
            .then(|| format!("{} {}", self.os, self.architecture))
    }

    /// Reads one, and holds it against the key that it was found at; why not, where it is not one.
    pub fn read(bytes: &[u8], at: &Parts) -> Result<Self, String> {
        let sheet: Self =
            serde_json::from_slice(bytes).map_err(|error| format!("it cannot be read: {error}"))?;
        if sheet.schema_version != 1 {
            return Err(format!("it is of version {}", sheet.schema_version));
        }
        let says = (&sheet.function, &sheet.build, &sheet.worker);
        match says == (&at.function, &at.build, &at.worker) {
            true => Ok(sheet),
            false => Err(format!(
                "it is of another place: {}/{}/{}",
                says.0, says.1, says.2
            )),
        }
    }
}
