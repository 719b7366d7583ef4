//! Tracing on a home's own JVM: what the function reaches by reflection becomes reachability metadata for its native builds.
//!
//! Where the home has the tracing agent (`-agentlib:native-image-agent`), that traces. Where it has none, an agent of ours does
//! (`tracer/README.md`): it writes the events that the home's own `generate` reads. Either way it is the home's tool that makes
//! metadata of what was traced, and merges it with what there was.

mod agent;

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::super::hotspot;
use super::optimizer::builder_jars;
use crate::error::Result;
use crate::exec::Tool;
use crate::function::Function;
use crate::identity::Inputs;
use crate::process::Launch;
use crate::toolchain::option::option;
use crate::toolchain::{Info, Missing};

use agent::Agent;

/// The first feature release whose JDK has the class file API, with which our agent is written (JEP 484).
const HAS_CLASS_FILE_API: u32 = 24;
/// The class in the builder's JARs that is `native-image-configure`.
const CONFIGURATION_TOOL: &str = "com.oracle.svm.configure.ConfigurationTool";
/// Which of the builder's JARs it takes.
const CONFIGURATION_JARS: [&str; 7] = [
    "svm-configure",
    "compiler",
    "collections",
    "word",
    "nativeimage",
    "svm",
    "native-image-base",
];

/// What traces on the JVM of one home, and what makes metadata of it.
#[derive(Clone, Debug)]
pub struct Tracer {
    info: Info,
    by: By,
    generator: Generator,
}

/// Who traces.
#[derive(Clone, Debug)]
enum By {
    /// The home's own tracing agent.
    Home,
    /// Ours.
    Ours(Agent),
}

/// What makes metadata.
#[derive(Clone, Debug)]
enum Generator {
    /// `native-image-configure`, or whatever it is called.
    Program(PathBuf),
    /// The class of the builder's that it starts.
    Jars(Vec<PathBuf>),
}

impl Tracer {
    /// What traces on the JVM of `info`'s home; `cache_dir` is the user's cache folder.
    ///
    /// # Errors
    ///
    /// Why nothing can.
    pub fn of(info: &Info, cache_dir: Option<&Path>) -> Result<Self, Missing> {
        let home = &info.home;
        let lacks = |what: &str| {
            Missing::new(
                format!("{} at `{}` has no {what}", info.edition, home.display()),
                "name another GraalVM with `--graalvm-home`",
            )
        };
        if !hotspot::Hotspot::is_home(home) {
            return Err(lacks("`bin/java` to trace on"));
        }
        let generator = Generator::of(home).ok_or_else(|| {
            lacks("`native-image-configure`, which makes metadata of what was traced")
        })?;
        let by = match home.join("lib/libnative-image-agent.so").is_file() {
            true => By::Home,
            false => By::Ours(ours(info, cache_dir)?),
        };
        Ok(Self {
            info: info.clone(),
            by,
            generator,
        })
    }

    /// Who traces, in words.
    pub fn words(&self) -> &'static str {
        match self.by {
            By::Home => "the GraalVM's tracing agent",
            By::Ours(_) => "pgoctl's tracing agent",
        }
    }

    /// Whether it sees what native code looks up.
    pub fn sees_jni(&self) -> bool {
        matches!(self.by, By::Home)
    }

    /// Everything of the tools that shapes what is traced.
    pub fn inputs(&self) -> Inputs {
        let inputs = Inputs::new()
            .with(
                "toolchain",
                format!("{} {}", self.info.edition, self.info.version),
            )
            .with("toolchain's release", self.info.release())
            .with("traced by", self.words());
        match &self.by {
            By::Home => inputs,
            By::Ours(agent) => inputs.with("pgoctl's tracing agent", agent.digest()),
        }
    }

    /// Makes whatever is not there yet; our agent is compiled in about two seconds, once.
    pub fn prepare(&self) -> Result<()> {
        match &self.by {
            By::Home => Ok(()),
            By::Ours(agent) => agent.compile(),
        }
    }

    /// How to start `function` so that what it reaches is traced to `record`.
    pub fn launch(&self, function: &Function, record: &Path) -> Launch {
        let mut option = match &self.by {
            By::Home => OsString::from("-agentlib:native-image-agent=config-output-dir="),
            By::Ours(agent) => {
                let mut option = OsString::from("-javaagent:");
                option.push(agent.jar());
                option.push("=");
                option
            }
        };
        option.push(record);
        let own = function.jvm_args.iter().map(OsString::from);
        Launch {
            program: self.info.home.join("bin/java"),
            runtime_args: own.chain([option]).collect(),
            code_args: hotspot::code_args(&function.code),
        }
    }

    /// Ends what a process of [`Tracer::launch`] wrote to `record` in order.
    ///
    /// # Errors
    ///
    /// It wrote nothing.
    pub fn close(&self, record: &Path) -> Result<()> {
        match &self.by {
            By::Home => Ok(()),
            By::Ours(_) => agent::close(record),
        }
    }

    /// What the agent said in the function's log about accesses that it could not trace.
    pub fn complaints(&self, log: &Path) -> Vec<String> {
        match &self.by {
            By::Home => Vec::new(),
            By::Ours(_) => agent::complaints(log),
        }
    }

    /// The command that makes metadata in `out` of what was traced to `record`, and of the metadata in `kept`.
    pub fn generate(&self, kept: Option<&Path>, record: &Path, out: &Path) -> Tool {
        let tool = match &self.generator {
            Generator::Program(program) => Tool::new(program),
            Generator::Jars(jars) => Tool::new(self.info.home.join("bin/java"))
                .args(["--add-modules", "jdk.internal.vm.ci"])
                .args([
                    "--add-exports",
                    "jdk.internal.vm.ci/jdk.vm.ci.meta=ALL-UNNAMED",
                ])
                .arg("-cp")
                .arg(hotspot::class_path(jars))
                .arg(CONFIGURATION_TOOL),
        };
        let traced = match &self.by {
            By::Home => "--input-dir=",
            By::Ours(_) => "--trace-input=",
        };
        let kept = kept.map(|kept| option("--input-dir=", kept));
        tool.arg("generate")
            .args(kept)
            .arg(option(traced, record))
            .arg(option("--output-dir=", out))
    }
}

/// Our agent for the JDK of `info`.
fn ours(info: &Info, cache_dir: Option<&Path>) -> Result<Agent, Missing> {
    if info.feature().unwrap_or(0) < HAS_CLASS_FILE_API {
        let reason = format!(
            "{} {} has no tracing agent, and pgoctl's own needs Java {HAS_CLASS_FILE_API} or later",
            info.edition, info.version
        );
        return Err(Missing::new(
            reason,
            "an Oracle GraalVM has a tracing agent: `pgoctl toolchain install` brings one",
        ));
    }
    let Some(cache_dir) = cache_dir else {
        return Err(Missing::new(
            "there is no folder to keep pgoctl's tracing agent in",
            "set HOME or XDG_CACHE_HOME",
        ));
    };
    Agent::for_home(info, cache_dir)
}

impl Generator {
    fn of(home: &Path) -> Option<Self> {
        let programs = ["bin/native-image-configure", "bin/native-image-utils"];
        let program = programs.map(|name| home.join(name));
        if let Some(program) = program.into_iter().find(|program| program.is_file()) {
            return Some(Self::Program(program));
        }
        let all = builder_jars(home);
        let jars = CONFIGURATION_JARS
            .iter()
            .map(|name| all.iter().find(|jar| is_of(jar, name)).cloned());
        jars.collect::<Option<Vec<_>>>().map(Self::Jars)
    }
}

/// Whether a JAR is the one of that name, with or without a version: `svm-25.0.2.jar` is `svm`, `svm-configure.jar` is not.
fn is_of(jar: &Path, name: &str) -> bool {
    let file = jar.file_name().unwrap_or_default().to_string_lossy();
    let Some(rest) = file.strip_prefix(name) else {
        return false;
    };
    let version = rest.trim_start_matches('-').chars().next();
    rest == ".jar" || (rest.starts_with('-') && version.is_some_and(|c| c.is_ascii_digit()))
}

#[cfg(test)]
mod tests;
