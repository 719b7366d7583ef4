//! The tools that make and run images, behind one trait: the pipeline does not know which family it drives.
//!
//! A [`Toolchain`] only composes command lines and reads what tools left behind; [`crate::exec`] runs them.

pub mod graalvm;
pub mod hotspot;
pub mod install;
pub mod inventory;
mod option;
mod search;

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::exec::{Ending, Tool};
use crate::function::Function;
use crate::identity::{Inputs, file_digest};
use crate::java_version::feature;
use crate::process::Launch;
use crate::profile::ProfileKind;
use crate::variant::{Optimizer, Variant};
use crate::warning::Warning;

pub use graalvm::tracer::Tracer;
pub use search::{Named, Search, Toolchains};

/// The two families.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A JDK: runs JARs, makes CDS archives and AOT caches.
    Hotspot,
    /// A `native-image`.
    Graalvm,
}

/// What a toolchain is, for the report: `toolchains[{kind,version,edition,pgo,home}]`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Info {
    /// Which family.
    pub kind: Kind,
    /// The Java version: `25.0.3`.
    pub version: String,
    /// Who made it, in its own words: `Oracle GraalVM`, `GraalVM CE`, `Temurin`.
    pub edition: String,
    /// Whether it can build with `--pgo`.
    pub pgo: bool,
    /// Its folder.
    pub home: PathBuf,
}

impl Info {
    /// The Java feature release: 25 for `25.0.3`, 8 for `1.8.0_392`. `None` if the version is in no known form.
    pub fn feature(&self) -> Option<u32> {
        feature(&self.version)
    }

    /// What tells this toolchain from another one, wherever it is: a digest of its `release` file, which names the build, its
    /// sources and its modules; the folder where there is none.
    pub fn release(&self) -> String {
        let file = self.home.join("release");
        file_digest(&file).unwrap_or_else(|_| self.home.display().to_string())
    }
}

/// How a variant is trained: which image runs, and what it leaves behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Training {
    /// The variant whose image does the work.
    pub on: Variant,
    /// What each run leaves behind.
    pub kind: ProfileKind,
}

/// One image to build.
#[derive(Clone, Copy, Debug)]
pub struct BuildJob<'a> {
    /// Which variant.
    pub variant: Variant,
    /// The function.
    pub function: &'a Function,
    /// The folder that the image and everything about it go to; it exists and is empty.
    pub dir: &'a Path,
    /// The merged profile, for variants that are trained.
    pub profile: Option<&'a Path>,
    /// The folder of the function's reachability metadata, for native variants.
    pub metadata: Option<&'a Path>,
}

/// What the build tool said about the image that it made.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct BuildFacts {
    /// `optimization_level` of the build output: `2`, `3`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub optimization_level: Option<String>,
    /// The image's own `PGO:` words: `instrument`, `user-provided`, `ML-inferred`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pgo: Option<String>,
    /// Who used the profile that it was built with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub optimizer: Option<Optimizer>,
    /// How much of the profile our optimizer used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile_use: Option<ProfileUse>,
    /// What an image of ours counts; native-image's own instrumented images say `instrument` above.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counting: Option<Counting>,
    /// The builder's peak resident set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub build_peak_memory_bytes: Option<u64>,
}

/// How much of a profile our optimizer used, by its own account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ProfileUse {
    /// Methods with counts in the profile.
    pub methods: u64,
    /// Those of them that are in the image.
    pub methods_found: u64,
    /// The same without the methods of the JDK.
    pub application_methods: u64,
    /// Those of them that are in the image.
    pub application_methods_found: u64,
    /// Branches and switches whose probabilities were taken.
    pub branches: u64,
    /// Virtual calls that test for their frequent receivers first.
    pub devirtualized: u64,
    /// Calls replaced by their callee's code.
    pub inlined: u64,
    /// Methods compiled for size.
    pub cold_methods: u64,
}

/// What an image counts that pgoctl put counters into, by its own account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counting {
    /// Methods whose calls are counted.
    pub methods: u64,
    /// Those that are not the JDK's.
    pub application_methods: u64,
    /// Two-way branches.
    pub branches: u64,
    /// Switches.
    pub switches: u64,
    /// Virtual calls whose receivers are told apart.
    pub calls: u64,
}

impl Counting {
    /// For readers: `counters by pgoctl in 9910 methods, 18248 branches, 217 switches, 7814 virtual calls`.
    pub fn words(&self) -> String {
        format!(
            "counters by pgoctl in {} methods, {} branches, {} switches, {} virtual calls",
            self.methods, self.branches, self.switches, self.calls
        )
    }
}

impl ProfileUse {
    /// For readers: `found 655 of 669 methods, 1617 branches, 24 calls devirtualized, 521 inlined`.
    pub fn words(&self) -> String {
        format!(
            "found {} of {} methods, {} branches, {} calls devirtualized, {} inlined",
            self.methods_found, self.methods, self.branches, self.devirtualized, self.inlined
        )
    }

    /// The share of the application's methods in the profile that are in the image; of all methods where it has none of the
    /// application's. `None` for an empty profile.
    pub fn found_share(&self) -> Option<f64> {
        let (found, all) = match self.application_methods {
            0 => (self.methods_found, self.methods),
            all => (self.application_methods_found, all),
        };
        (all > 0).then(|| found as f64 / all as f64)
    }
}

/// Why a build failed, in the user's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// What is at fault.
    pub blame: Blame,
    /// What happened.
    pub what: String,
    /// What to do next.
    pub hint: String,
}

/// What is at fault when a build fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blame {
    /// The machine: memory, disk, C compiler.
    Machine,
    /// Options that the user gave.
    Options,
    /// The function's code.
    Code,
    /// The profile that it was built with.
    Profile,
    /// The build tool itself.
    Tool,
}

/// A start of the function that proves that its archive is in use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// Options that make the JVM log where each class comes from, and what it thinks of the archive.
    pub runtime_args: Vec<OsString>,
    /// Where that log goes.
    pub log: PathBuf,
}

/// How many of the application's own classes, of those that a start loaded, came from its archive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ArchivedClasses {
    /// From the archive.
    pub archived: u64,
    /// All that were loaded.
    pub loaded: u64,
}

impl ArchivedClasses {
    /// The part from the archive, 0 to 1; 1 where nothing was loaded.
    pub fn share(self) -> f64 {
        match self.loaded {
            0 => 1.0,
            loaded => self.archived as f64 / loaded as f64,
        }
    }
}

impl std::fmt::Display for ArchivedClasses {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{} of the application's {} loaded classes came from the archive ({:.0} %)",
            self.archived,
            self.loaded,
            self.share() * 100.0
        )
    }
}

/// Why an archive is not in use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotInUse {
    /// What the JVM did, and said.
    pub why: String,
    /// What to do about it, where that is known.
    pub hint: Option<String>,
}

/// One family of tools at one place.
pub trait Toolchain: std::fmt::Debug {
    /// What it is.
    fn info(&self) -> &Info;

    /// Why `variant` cannot be had with it, in the user's words, with a next step.
    fn missing(&self, variant: Variant, function: &Function) -> Option<Missing>;

    /// Everything of the toolchain's that shapes the image of `variant`.
    fn inputs(&self, variant: Variant, function: &Function) -> Inputs;

    /// How `variant` is trained; `None` if it is not.
    fn training(&self, variant: Variant) -> Option<Training>;

    /// The options that make an image leave its profile (or the log that becomes one) at `path`.
    fn recording_args(&self, kind: ProfileKind, function: &Function, path: &Path) -> Vec<OsString>;

    /// Puts into the job's folder what the build takes besides the function's code.
    fn prepare(&self, _job: &BuildJob<'_>) -> Result<()> {
        Ok(())
    }

    /// A command that [`Toolchain::prepare`] runs.
    fn prepares_with(&self, _job: &BuildJob<'_>) -> Option<Tool> {
        None
    }

    /// The command that builds the image; `None` if there is nothing to build.
    fn build(&self, job: &BuildJob<'_>) -> Option<Tool>;

    /// The name of the file in the image's folder that the build makes.
    fn image_file(&self, variant: Variant, function: &Function) -> Option<String>;

    /// Reads what the build left in the job's folder and checks that it is what was asked for.
    fn inspect(&self, job: &BuildJob<'_>) -> Result<BuildFacts>;

    /// Why a build failed, from its whole log and how it ended; `None` if neither says anything that is known.
    fn explain(&self, _log: &str, _ending: Ending) -> Option<Failure> {
        None
    }

    /// What a line of a build's log says that is worth telling long before the build ends.
    fn early_warning(&self, _line: &str) -> Option<Warning> {
        None
    }

    /// How far a build is, from a line of its log: stage, of how many, its name.
    fn stage_of_line(&self, line: &str) -> Option<(u64, u64, String)>;

    /// How to start the image in `dir`.
    fn launch(&self, variant: Variant, function: &Function, dir: &Path) -> Launch;

    /// How to prove that the image is used as meant; `None` if it cannot but be.
    fn proof(&self, variant: Variant, dir: &Path) -> Option<Proof>;

    /// Who uses the profile in a build of `variant`; `None` where none is used.
    fn optimizer(&self, _variant: Variant) -> Option<Optimizer> {
        None
    }

    /// Reads the log of a [`Proof`]: why the archive is not in use, in the JVM's words.
    fn disproved(&self, function: &Function, log: &str) -> Option<NotInUse>;

    /// Reads the log of a [`Proof`]: how many of the application's classes came from the archive.
    fn archived(&self, _log: &str) -> Option<ArchivedClasses> {
        None
    }
}

/// Why a variant cannot be had here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// What is missing.
    pub reason: String,
    /// What to do about it.
    pub hint: Option<String>,
}

impl Missing {
    /// Something missing, with what to do about it.
    pub fn new(reason: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            reason: reason.into(),
            hint: Some(hint.into()),
        }
    }

    /// That native-image would split the paths of this function's products, where it would.
    pub fn comma_in_path(function: &Function) -> Option<Self> {
        let comma = function.project_dir.to_string_lossy().contains(',');
        comma.then(|| {
            Self::new(
                "the project's path has a comma in it, which native-image's options cannot express",
                "move the project to a path without commas",
            )
        })
    }

    /// As the error of a command that cannot do without it.
    pub fn error(self, goal: impl Into<String>) -> Error {
        let error = Error::new(crate::error::ErrorKind::Toolchain, goal).because(self.reason);
        match self.hint {
            Some(hint) => error.hint(hint),
            None => error,
        }
    }
}
