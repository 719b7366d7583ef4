//! `pgoctl.toml`: what the file may say, read strictly. Decisions are made in [`crate::plan`].

mod engine;
mod project;
mod serve;
mod settings;
mod template;
mod unknown_key;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::Deserialize;

use crate::compare::Metric;
use crate::error::{Error, Result};
use crate::units::{Day, Percent, Span};
use crate::variant::{OptimizerChoice, Output, Variant};
use crate::workload::WorkloadFile;

pub use engine::{EngineFile, EngineKind};
pub use project::{Project, config_file};
pub use serve::ServeFile;
pub use settings::{BenchSettings, Combine, Settings, TrainOn, TrainSettings, TrainStop};
pub use template::{Shape, TellsPort, Work, template};

/// The whole file.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Config {
    /// Variants that must be possible; a missing one is an error.
    #[serde(default)]
    pub require: Vec<Variant>,
    /// In which forms native variants are made.
    #[serde(default)]
    pub output: Vec<Output>,
    /// The functions by name.
    #[serde(default)]
    pub function: BTreeMap<String, FunctionFile>,
    /// Where the tools are.
    #[serde(default)]
    pub toolchain: ToolchainFile,
    /// Who uses profiles.
    #[serde(default)]
    pub pgo: PgoFile,
    /// How training goes.
    #[serde(default)]
    pub train: TrainSettings,
    /// How measuring goes.
    #[serde(default)]
    pub bench: BenchSettings,
    /// What counts as a difference.
    #[serde(default)]
    pub gate: GateFile,
    /// Where profiles are shared.
    #[serde(default)]
    pub store: StoreFile,
    /// Where long work is done.
    #[serde(default)]
    pub engine: EngineFile,
}

/// `[function.NAME]`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct FunctionFile {
    /// A JAR with a main class.
    pub jar: Option<PathBuf>,
    /// Or JARs and folders …
    #[serde(default)]
    pub class_path: Vec<PathBuf>,
    /// … with the class to run.
    pub main_class: Option<String>,
    /// What ships with it besides its code: files, folders, patterns. They count into the size of every variant.
    #[serde(default)]
    pub files: Vec<String>,
    /// Arguments of the function.
    #[serde(default)]
    pub args: Vec<String>,
    /// Environment of the function.
    #[serde(default)]
    pub env: BTreeMap<String, String>,
    /// The port, where the function cannot be told one.
    pub port: Option<u16>,
    /// Options of the JVM.
    #[serde(default)]
    pub jvm_args: Vec<String>,
    /// Options of native-image.
    #[serde(default)]
    pub native_image_args: Vec<String>,
    /// `GET /path`: the first 2xx means up.
    pub ready: Option<String>,
    /// How long that may take.
    pub ready_timeout: Option<Span>,
    /// How long the function may take to end after SIGTERM.
    pub stop_timeout: Option<Span>,
    /// How long one build of an image may take.
    pub build_timeout: Option<Span>,
    /// What we make it do.
    pub workload: WorkloadFile,
    /// What we make it do in training, if that is something else.
    pub train_workload: Option<WorkloadFile>,
    /// How a controller serves it (`pgoctl serve`).
    #[serde(default)]
    pub serve: ServeFile,
}

/// `[toolchain]`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ToolchainFile {
    /// A GraalVM.
    pub graalvm_home: Option<PathBuf>,
    /// A JDK.
    pub java_home: Option<PathBuf>,
}

/// `[pgo]`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct PgoFile {
    /// Who uses the profile in the build of `native-pgo`.
    pub optimizer: Option<OptimizerChoice>,
}

/// `[store]`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct StoreFile {
    /// A folder, or `s3://BUCKET` or `s3://BUCKET/PREFIX`.
    pub url: Option<String>,
    /// Whether images and training profiles are shared through it: what is there is not made again.
    #[serde(default)]
    pub products: bool,
}

/// `[gate]`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct GateFile {
    /// The largest change that does not matter.
    pub max_worse: Option<Percent>,
    /// The metrics that are gated, each with a limit of its own; otherwise the usual ones, with `max-worse`.
    #[serde(default)]
    pub metrics: BTreeMap<Metric, Percent>,
    /// Only these variants are gated.
    #[serde(default)]
    pub candidates: Vec<Variant>,
    /// The saved baseline that they are held against; otherwise each variant's own.
    pub baseline: Option<String>,
    /// What may be worse for a while.
    #[serde(default)]
    pub waiver: Vec<WaiverFile>,
}

/// `[[gate.waiver]]`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct WaiverFile {
    /// What may be worse …
    pub metric: Metric,
    /// … of this variant, or of every one …
    pub candidate: Option<Variant>,
    /// … until the end of this day (UTC) …
    pub until: Day,
    /// … and why.
    pub reason: String,
}

impl Config {
    /// Reads the file at `path`.
    pub fn read(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path).map_err(|error| {
            let fail = Error::usage(format!("could not read `{}`", path.display()))
                .because(error.to_string());
            match error.kind() {
                std::io::ErrorKind::NotFound => {
                    fail.hint("`pgoctl init JAR` writes one; `--config` names another")
                }
                _ => fail,
            }
        })?;
        Self::parse(&text, path)
    }

    fn parse(text: &str, path: &Path) -> Result<Self> {
        toml::from_str(text).map_err(|error| {
            let line = error
                .span()
                .map(|span| text[..span.start].matches('\n').count() + 1);
            let place = line.map_or_else(String::new, |line| format!(", line {line}"));
            let fail = Error::usage(format!(
                "`{}`{place} is not as pgoctl expects it",
                path.display()
            ));
            match unknown_key::explain(error.message()) {
                Some((cause, hint)) => match hint {
                    Some(hint) => fail.because(cause).hint(hint),
                    None => fail.because(cause),
                },
                None => fail.because(error.message().to_owned()),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> Error {
        Config::parse(text, Path::new("pgoctl.toml")).expect_err("it is wrong")
    }

    #[test]
    fn an_unknown_key_is_named_with_its_line_and_its_nearest_neighbour() {
        let error = error("[function.hello]\njra = \"hello.jar\"\n\n[function.hello.workload]\n");
        assert_eq!(
            error.summary(),
            "`pgoctl.toml`, line 2 is not as pgoctl expects it"
        );
        assert_eq!(error.causes(), ["there is no key `jra` here"]);
        assert_eq!(error.hints()[0], "did you mean `jar`?");
        assert_eq!(error.kind().exit_code().number(), 2);
    }

    #[test]
    fn a_word_that_is_not_there_is_refused_by_name() {
        assert!(
            Config::parse(
                "[train]\non = \"hotspot\"\nstop = \"stable\"\n",
                Path::new("pgoctl.toml")
            )
            .is_ok()
        );
        assert_eq!(
            error("[train]\nstop = \"never\"\n").causes(),
            ["there is no word `never` here"]
        );
    }

    #[test]
    fn a_value_of_the_wrong_type_is_named() {
        assert!(
            error("[bench]\nrounds = \"six\"\n")
                .to_string()
                .contains("line 2"),
            "the line is missing"
        );
    }

    #[test]
    fn what_init_writes_can_be_read() {
        let args = vec!["--in".to_owned(), "a \"quoted\" word".to_owned()];
        let server = |port, ready| Work::Server { port, ready };
        for work in [
            Shape::default().work,
            server(TellsPort::Variable("PORT"), Some("GET /health")),
            Work::Invocations { args: args.clone() },
        ] {
            let shape = Shape {
                seen: vec!["word ".repeat(50), "another".to_owned()],
                work,
            };
            let text = template("hello", Path::new("hello.jar"), &shape);
            assert!(
                text.starts_with('#') && text.contains("\n# another\n"),
                "{text}"
            );
            let comments = text.lines().filter(|line| line.starts_with("# word"));
            assert!(comments.clone().count() > 1 && comments.clone().all(|line| line.len() <= 100));
            let config = Config::parse(&text, Path::new("pgoctl.toml")).expect("it is valid");
            let function = &config.function["hello"];
            let told = function.args.iter().chain(function.env.values());
            let told = told.filter(|word| word.contains("{port}")).count();
            match shape.work {
                Work::Server { ready, .. } => {
                    assert_eq!((told, function.ready.as_deref()), (1, ready));
                    assert_eq!(function.workload.requests.len(), 1);
                }
                Work::Invocations { .. } => {
                    let invoke = function.workload.invoke.as_ref().expect("it has one");
                    assert_eq!((told, &invoke.args), (0, &args));
                }
            }
        }
    }
}
