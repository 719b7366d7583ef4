//! GraalVM: what a `native-image` is and can do, and the command lines that make it build.
//!
//! PGO is told apart before anything slow, by what `--help` lists: drivers from 24.2 on swallow `--pgo-instrument` as an
//! image name and succeed without PGO, so their exit status says nothing.

mod account;
mod build_output;
mod counting;
mod embedded;
mod failure;
mod optimizer;
mod options;
mod pgo;
mod shared;
pub mod tracer;
mod version;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{
    BuildFacts, BuildJob, Failure, Info, Kind, Missing, NotInUse, Proof, Toolchain, Training,
};
use crate::error::{Error, ErrorKind, Result};
use crate::exec::{self, Ending, Tool};
use crate::function::{Code, Function};
use crate::identity::Inputs;
use crate::process::Launch;
use crate::profile::ProfileKind;
use crate::toolchain::option::option;
use crate::variant::{Optimizer, OptimizerChoice, Variant};
use crate::warning::Warning;
use crate::workdir::Cache;

pub use account::{BuildWithProfile, of_image};
use optimizer::Compiled;
use tracer::Tracer;
use version::Vendor;

/// The file that the builder's JSON goes to, in the image's folder.
pub const BUILD_OUTPUT: &str = "build-output.json";
/// How long `native-image --version` and `--help` may take.
const PROBE_LIMIT: Duration = Duration::from_secs(60);

/// A GraalVM home with a `native-image`.
#[derive(Clone, Debug)]
pub struct GraalVm {
    info: Info,
    vendor: Vendor,
    pgo_evidence: String,
    choice: OptimizerChoice,
    /// Our optimizer, compiled for this home, or why there is none; `None` where native-image has PGO or nobody asked.
    ours: Option<Result<Compiled, Missing>>,
}

/// What a `native-image` said about itself; kept while its files do not change.
#[derive(Debug, Serialize, Deserialize)]
struct Said {
    version: String,
    help: Option<String>,
}

impl GraalVm {
    /// Whether `home` has a `native-image`.
    pub fn is_home(home: &Path) -> bool {
        driver(home).is_file()
    }

    /// Asks the `native-image` of `home` what it is; `cache` remembers the answer.
    pub fn probe(home: &Path, cache: &mut Cache) -> Result<Self> {
        let driver = driver(home);
        let said = cache.remember("native-image", &driver, || {
            let said = ask(&driver)?;
            Ok(serde_json::to_value(said).expect("two texts are JSON"))
        })?;
        let said: Said = serde_json::from_value(said).or_else(|_| ask(&driver))?;
        let version = version::parse(&said.version).ok_or_else(|| {
            Error::new(
                ErrorKind::Toolchain,
                format!("could not understand `{} --version`", driver.display()),
            )
            .because(format!(
                "it printed: {}",
                said.version.lines().next().unwrap_or("nothing")
            ))
            .hint("is this a GraalVM? `--graalvm-home` names another one")
        })?;
        let enterprise = home.join("lib/svm/builder/svm-enterprise.jar").is_file();
        let (pgo, pgo_evidence) = version::pgo(said.help.as_deref(), enterprise);
        let info = Info {
            kind: Kind::Graalvm,
            version: version.java,
            edition: version.edition,
            pgo,
            home: home.to_owned(),
        };
        Ok(Self {
            info,
            vendor: version.vendor,
            pgo_evidence,
            choice: OptimizerChoice::Auto,
            ours: None,
        })
    }

    /// How it was found out whether PGO is there.
    pub fn pgo_evidence(&self) -> &str {
        &self.pgo_evidence
    }

    /// A warning for a distribution that nobody knows and that offers PGO all the same.
    pub fn oddity(&self) -> Option<String> {
        (self.info.pgo && self.vendor != Vendor::Oracle).then(|| {
            format!(
                "`{}` is not an Oracle GraalVM, but lists `--pgo-instrument`: trying it",
                self.info.edition
            )
        })
    }

    /// What traces on its JVM; `cache_dir` is the user's cache folder.
    pub fn tracer(&self, cache_dir: Option<&Path>) -> Result<Tracer, Missing> {
        Tracer::of(&self.info, cache_dir)
    }

    fn feature(&self) -> u32 {
        self.info.feature().unwrap_or(0)
    }
}

/// The option of an instrumented image that names where its profile goes.
pub fn leaves_profile(path: &Path) -> OsString {
    option("-XX:ProfilesDumpFile=", path)
}

fn driver(home: &Path) -> PathBuf {
    home.join("bin/native-image")
}

fn ask(driver: &Path) -> Result<Said> {
    let version = exec::capture(&Tool::new(driver).arg("--version"), PROBE_LIMIT)?;
    if !version.ending.success() {
        let said = version
            .stderr
            .lines()
            .chain(version.stdout.lines())
            .next()
            .unwrap_or("nothing")
            .to_owned();
        return Err(Error::new(
            ErrorKind::Toolchain,
            format!("`{} --version` {}", driver.display(), version.ending),
        )
        .because(format!("it printed: {said}")));
    }
    let help = exec::capture(&Tool::new(driver).arg("--help"), PROBE_LIMIT)?;
    let help = help.ending.success().then_some(help.stdout);
    Ok(Said {
        version: version.stdout,
        help,
    })
}

impl Toolchain for GraalVm {
    fn info(&self) -> &Info {
        &self.info
    }

    fn missing(&self, variant: Variant, function: &Function) -> Option<Missing> {
        if let Some(nested) = &function.nested {
            let reason = format!("{}, and native-image does not see them", nested.words());
            return Some(Missing::new(reason, nested.way_to_native()));
        }
        if variant.is_shared()
            && let Some(missing) = shared::no_host(&self.info.home)
        {
            return Some(missing);
        }
        let has_comma = |matters: bool| Missing::comma_in_path(function).filter(|_| matters);
        match variant {
            Variant::NativeInstrumented if !self.info.pgo => self.no_pgo(),
            Variant::NativePgo | Variant::NativePgoShared => self
                .no_pgo()
                .or_else(|| has_comma(self.info.pgo || variant.is_shared())),
            Variant::NativeShared => has_comma(true),
            Variant::Native
            | Variant::NativeInstrumented
            | Variant::Hotspot
            | Variant::HotspotCds
            | Variant::HotspotAot => None,
        }
    }

    fn inputs(&self, variant: Variant, function: &Function) -> Inputs {
        let args = self.variant_args(variant, None);
        let args: Vec<_> = args.iter().map(|arg| arg.to_string_lossy()).collect();
        let inputs = Inputs::new()
            .with(
                "toolchain",
                format!("{} {}", self.info.edition, self.info.version),
            )
            .with("toolchain's release", self.info.release())
            .with_list("native-image-args", &function.native_image_args)
            .with_list("variant's arguments", &args);
        let inputs = match variant.is_shared() {
            true => inputs.with("host of the library", shared::digest(&function.main_class)),
            false => inputs,
        };
        match self.ours(variant) {
            Some(ours) => inputs.with("pgoctl's optimizer", &ours.digest),
            None => inputs,
        }
    }

    fn training(&self, variant: Variant) -> Option<Training> {
        variant.is_profile_guided().then_some(Training {
            on: Variant::NativeInstrumented,
            kind: ProfileKind::Iprof,
        })
    }

    fn recording_args(
        &self,
        _kind: ProfileKind,
        _function: &Function,
        path: &Path,
    ) -> Vec<OsString> {
        vec![leaves_profile(path)]
    }

    fn prepare(&self, job: &BuildJob<'_>) -> Result<()> {
        match job.variant.is_shared() {
            true => shared::prepare(&self.info.home, job),
            false => Ok(()),
        }
    }

    fn prepares_with(&self, job: &BuildJob<'_>) -> Option<Tool> {
        job.variant
            .is_shared()
            .then(|| shared::host_compiler(&self.info.home, job.dir))
    }

    fn build(&self, job: &BuildJob<'_>) -> Option<Tool> {
        let image = match job.variant.is_shared() {
            true => shared::output(job.dir, &job.function.name),
            false => job.dir.join(&job.function.name),
        };
        let host = job
            .variant
            .is_shared()
            .then(|| shared::configuration(job.dir));
        let metadata = job.metadata.into_iter().chain(host.as_deref());
        let ours = self.ours(job.variant);
        let our_args = match (ours, job.variant, job.profile) {
            (Some(ours), Variant::NativeInstrumented, _) => ours.counting_args(job.dir),
            (Some(ours), _, Some(profile)) => ours.args(profile, job.dir),
            _ => Vec::new(),
        };
        let tool = Tool::new(driver(&self.info.home))
            .arg("--no-fallback")
            .args(self.variant_args(job.variant, job.profile))
            .args(our_args)
            .args(metadata.flat_map(|dir| self.metadata_args(dir)))
            .args(&job.function.native_image_args)
            .args(self.output_args(job.dir))
            .arg("-o")
            .arg(image)
            // Relative paths in the user's options mean the project's folder.
            .dir(&job.function.project_dir);
        Some(match &job.function.code {
            Code::Jar(jar) => match ours {
                Some(ours) => tool.arg("-cp").arg(ours.classes()),
                None => tool,
            }
            .arg("-jar")
            .arg(jar),
            Code::ClassPath {
                entries,
                main_class,
            } => {
                let classes = ours.map(|ours| ours.classes().to_owned());
                let entries: Vec<PathBuf> = entries.iter().cloned().chain(classes).collect();
                tool.arg("-cp")
                    .arg(super::hotspot::class_path(&entries))
                    .arg(main_class)
            }
        })
    }

    fn image_file(&self, variant: Variant, function: &Function) -> Option<String> {
        Some(match variant.is_shared() {
            true => shared::library(&function.name),
            false => function.name.clone(),
        })
    }

    fn inspect(&self, job: &BuildJob<'_>) -> Result<BuildFacts> {
        let output = build_output::read(&job.dir.join(BUILD_OUTPUT))?;
        let mut facts = BuildFacts {
            optimizer: self.optimizer(job.variant),
            ..output.facts()
        };
        match (self.ours(job.variant), job.variant, job.profile) {
            (Some(_), Variant::NativeInstrumented, _) => {
                facts.counting = Some(counting::read(job.dir)?);
            }
            (Some(_), _, Some(profile)) => {
                facts.profile_use = Some(account::read(job.dir, profile)?);
            }
            _ => build_output::check_pgo(job.variant, &output)?,
        }
        Ok(facts)
    }

    fn optimizer(&self, variant: Variant) -> Option<Optimizer> {
        variant
            .is_profile_guided()
            .then(|| match self.ours(variant) {
                Some(_) => Optimizer::Pgoctl,
                None => Optimizer::Oracle,
            })
    }

    fn explain(&self, log: &str, ending: Ending) -> Option<Failure> {
        failure::explain(log, ending)
    }

    fn early_warning(&self, line: &str) -> Option<Warning> {
        failure::early_warning(line)
    }

    fn stage_of_line(&self, line: &str) -> Option<(u64, u64, String)> {
        build_output::stage_of_line(line)
    }

    fn launch(&self, variant: Variant, function: &Function, dir: &Path) -> Launch {
        if variant.is_shared() {
            return shared::launch(dir, &function.name, &function.main_class);
        }
        Launch {
            program: dir.join(&function.name),
            runtime_args: Vec::new(),
            code_args: Vec::new(),
        }
    }

    fn proof(&self, _variant: Variant, _dir: &Path) -> Option<Proof> {
        None
    }

    fn disproved(&self, _function: &Function, _log: &str) -> Option<NotInUse> {
        None
    }
}

#[cfg(test)]
mod tests;
