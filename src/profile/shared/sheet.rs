//! `.json` beside each profile in a store: whose it is, where it was gathered, and the bytes that it has.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::key::{self, Parts};
use crate::error::{Error, Result};
use crate::identity::{Identity, Inputs};
use crate::profile::ProfileKind;
use crate::profile::provenance::Provenance;
use crate::variant::Variant;

/// What `profile push` says about a profile that training gathered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sheet {
    /// 1.
    pub schema_version: u32,
    /// Whose profile it is.
    pub function: String,
    /// The image that left it.
    pub build: String,
    /// Who made that image work: all runs of one training.
    pub worker: String,
    /// The operating system and the architecture that it was gathered on: `linux-x86_64`.
    pub platform: String,
    /// The version of pgoctl that stored it.
    pub pgoctl: String,
    /// Where it came from, and its SHA-256.
    pub provenance: Provenance,
}

/// What a controller says about a profile of real calls, as far as it matters here.
#[derive(Debug, Deserialize)]
struct Served {
    schema_version: u32,
    function: String,
    version: String,
    build: Identity,
    variant: Variant,
    worker: String,
    calls: Option<u64>,
    time: String,
    platform: String,
    sha256: String,
    bytes: u64,
}

/// What is known about a profile in a store, whoever gathered it.
#[derive(Clone, Debug, PartialEq)]
pub struct About {
    /// Where it was gathered, as [`Sheet::platform`].
    pub platform: String,
    /// As training would have written it.
    pub provenance: Provenance,
}

impl Sheet {
    /// The sheet of a profile that a training on this machine left.
    pub fn of_training(function: &str, provenance: Provenance) -> Self {
        Self {
            schema_version: 1,
            function: function.to_owned(),
            build: provenance.image.to_string(),
            worker: format!("train-{}", provenance.inputs.identity()),
            platform: here(),
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
                let goal = format!("`{part}` cannot be part of a key in a store");
                return Err(Error::usage(goal).hint("use letters, digits, `-`, `_` and `.`"));
            }
        }
        let started = self.provenance.started.parse();
        Ok(Parts {
            function: self.function.clone(),
            version: None,
            build: self.build.clone(),
            worker: self.worker.clone(),
            name: key::name(started.unwrap_or_default(), &self.provenance.sha256),
            ending: "iprof".to_owned(),
        })
    }
}

impl About {
    /// Reads what is said about the profile at `at`, and holds it against that place; why not, where it cannot be that.
    pub fn read(bytes: &[u8], at: &Parts) -> Result<Self, String> {
        let said: Value =
            serde_json::from_slice(bytes).map_err(|error| format!("it cannot be read: {error}"))?;
        let unreadable = |error: serde_json::Error| format!("it cannot be read: {error}");
        let (version, place, about) = match said.get("provenance") {
            Some(_) => {
                let sheet: Sheet = serde_json::from_value(said).map_err(unreadable)?;
                let place = [sheet.function, sheet.build, sheet.worker];
                let about = Self {
                    platform: sheet.platform,
                    provenance: sheet.provenance,
                };
                (sheet.schema_version, (place, None), about)
            }
            None => {
                let served: Served = serde_json::from_value(said).map_err(unreadable)?;
                let about = Self {
                    platform: served.platform.clone(),
                    provenance: served.provenance(),
                };
                let place = [served.function, served.build.to_string(), served.worker];
                (served.schema_version, (place, Some(served.version)), about)
            }
        };
        if version != 1 {
            return Err(format!("it is of version {version}"));
        }
        let is_here = [&at.function, &at.build, &at.worker]
            .into_iter()
            .eq(&place.0);
        match is_here && place.1 == at.version {
            true => Ok(about),
            false => Err(format!("it is of another place: {}", place.0.join("/"))),
        }
    }

    /// Whether it was gathered on another kind of machine than this one; then, on which.
    pub fn foreign(&self) -> Option<&str> {
        (self.platform != here()).then_some(self.platform.as_str())
    }
}

impl Served {
    /// All profiles of one image of one version are the runs of one training by real calls.
    fn provenance(&self) -> Provenance {
        let kind = ProfileKind::Iprof;
        Provenance {
            schema_version: 1,
            run: 1,
            kind,
            source: self.variant,
            image: self.build.clone(),
            inputs: Inputs::new()
                .with("gathered by", "serve")
                .with("version", &self.version)
                .with("image", &self.build)
                .with("profile kind", kind.extension()),
            requests: self.calls.unwrap_or(0),
            processes: None,
            started: self.time.clone(),
            seconds: 0.0,
            ending: "ended by its controller".to_owned(),
            hotspot: None,
            pulled_from: None,
            sha256: self.sha256.clone(),
            bytes: self.bytes,
        }
    }
}

/// The operating system and the architecture of this machine.
fn here() -> String {
    format!("{}-{}", std::env::consts::OS, std::env::consts::ARCH)
}
