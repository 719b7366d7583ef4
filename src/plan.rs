//! Words + file + environment → [`Plan`]: everything doubtful is decided here, before the first slow step.

pub mod bare;
mod borrowed;
mod files;
mod function;
mod gate;
mod options;
mod settings;

use std::path::{Path, PathBuf};

use crate::bench::BenchPlan;
use crate::config::{Config, Project, Settings, TrainOn};
use crate::error::{Error, Result};
use crate::function::Function;
use crate::gate::GatePlan;
use crate::identity::Inputs;
use crate::interrupt::Stop;
use crate::process::Process;
use crate::profile::ProfileKind;
use crate::profile::stored::Stored;
use crate::report::TrainedWith;
use crate::store::Store;
use crate::toolchain::{Missing, Search, Toolchain, Toolchains, Training};
use crate::variant::{Optimizer, OptimizerChoice, Output, Variant};
use crate::warning::Warning;
use crate::workdir::Workdir;

use borrowed::borrowed;

pub use options::OPTION_VARIABLES;
pub use settings::TrainPlan;

/// What the user asked for, on the command line and in the environment; `None` and empty mean "not said".
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// `--config`.
    pub config: Option<PathBuf>,
    /// `--function`.
    pub function: Option<String>,
    /// `--variant`.
    pub variants: Vec<Variant>,
    /// `--output`: in which forms native variants are wanted.
    pub outputs: Vec<Output>,
    /// What overrides the file's `[train]` and `[bench]`.
    pub settings: Settings,
    /// Who may use the profile in the build of `native-pgo`.
    pub optimizer: Option<OptimizerChoice>,
    /// What ends the work early, besides signals.
    pub stop: Stop,
    /// Only profiles are wanted: what can be trained need not be buildable here.
    pub only_trains: bool,
    /// Where images and profiles are looked for before they are made, and kept when they are.
    pub products: Option<Store>,
    /// The function whose stored profiles `native-pgo` is built with, instead of its own.
    pub profile_from: Option<String>,
    /// What follows `--`: options for native-image.
    pub native_image_args: Vec<String>,
    /// Where to look for tools.
    pub search: Search,
    /// Options that the tools take from the environment: `NAME=value`.
    pub tool_options: Vec<String>,
    /// What may be the user's home folder, where native-image finds a file of options.
    pub user_homes: Vec<PathBuf>,
}

/// Everything decided.
#[derive(Debug)]
pub struct Plan {
    /// Where products are kept.
    pub workdir: Workdir,
    /// The function.
    pub function: Function,
    /// The same with the workload of its training.
    pub trained: Function,
    /// The variants to make and measure, in order.
    pub variants: Vec<Variant>,
    /// The variants that this machine cannot make, and why.
    pub left_out: Vec<(Variant, Missing)>,
    /// The tools.
    pub toolchains: Toolchains,
    /// How training goes.
    pub train: TrainPlan,
    /// How measuring goes.
    pub bench: BenchPlan,
    /// What may not get worse.
    pub gate: GatePlan,
    /// What is worth knowing already.
    pub warnings: Vec<Warning>,
    /// What ends the work early, besides signals.
    pub stop: Stop,
    /// Where images and profiles are looked for before they are made, and kept when they are.
    pub products: Option<Store>,
    /// The profiles of another function that `native-pgo` is built with, instead of its own.
    pub borrowed: Option<Stored>,
}

/// The names of the file's functions, in alphabetical order.
pub fn function_names(request: &Request) -> Result<Vec<String>> {
    let project = Project::find(request.config.as_deref())?;
    let config = Config::read(&project.file)?;
    Ok(config.function.into_keys().collect())
}

/// The function that was chosen and where its products are, without its tools.
pub fn function_of(request: &Request) -> Result<(Workdir, Function)> {
    let project = Project::find(request.config.as_deref())?;
    let config = Config::read(&project.file)?;
    let function = function(request, &config, &project)?;
    Ok((project.workdir(), function))
}

/// The name of the function that was chosen, its table as it is written, and the folder that its paths are relative to.
pub fn table_of(
    config: Option<&Path>,
    asked: Option<&str>,
) -> Result<(String, toml::Value, PathBuf)> {
    let project = Project::find(config)?;
    let read = Config::read(&project.file)?;
    let (name, _) = choose(&read, asked, &project.file)?;
    let text = std::fs::read_to_string(&project.file)
        .map_err(|error| Error::io("read", &project.file, &error))?;
    let table = toml::from_str::<toml::Value>(&text)
        .ok()
        .and_then(|mut whole| {
            let functions = whole.get_mut("function")?.as_table_mut()?;
            functions.remove(name)
        })
        .ok_or_else(|| Error::usage(format!("there is no function `{name}`")))?;
    Ok((name.to_owned(), table, project.dir))
}

impl Plan {
    /// Decides. Tools are asked what they are (their answers are remembered); nothing is written but that memory.
    pub fn decide(request: &Request) -> Result<Self> {
        let project = Project::find(request.config.as_deref())?;
        let config = Config::read(&project.file)?;
        let workdir = project.workdir();
        let function = function(request, &config, &project)?;
        options::check(&function)?;
        let trained = function.in_training();
        let search = request.search.with_file(
            config.toolchain.graalvm_home.as_deref(),
            config.toolchain.java_home.as_deref(),
            &project.dir,
        );
        let mut cache = workdir.cache();
        let wanted = wanted(request, &config);
        let choice = request
            .optimizer
            .or(config.pgo.optimizer)
            .unwrap_or_default();
        let toolchains = Toolchains::find(&search, &wanted, choice, &mut cache)?;
        cache.save();
        let (train, bench) = settings::decide(
            &request.settings,
            &config,
            &function.workload,
            toolchains.has_own_pgo(),
        )?;
        options::check_command(&train, &wanted)?;
        let gate = GatePlan {
            is_chosen: !request.variants.is_empty(),
            ..gate::decide(&config.gate)?
        };
        let have = |variant| missing(variant, &toolchains, &function, request, train.on);
        let (variants, left_out) = divide(&wanted, have, request, &config)?;
        let mut warnings = toolchains.warnings(&variants);
        warnings.extend(options::warnings(&function, &variants));
        warnings.extend(options::runs_once(&train, &variants));
        if train.on == TrainOn::Hotspot
            && variants.iter().any(|variant| variant.is_profile_guided())
        {
            if toolchains.optimizer() != Some(Optimizer::Pgoctl) {
                warnings.push(options::experimental());
            }
            warnings.extend(options::training_clashes(&function));
        }
        warnings.extend(bench.warnings());
        let from = request.profile_from.as_deref();
        let borrow = |name| borrowed(name, &workdir, &function.name);
        let borrowed = from.map(borrow).transpose()?;
        let borrowed = borrowed.map(|(stored, warning)| {
            warnings.push(warning);
            stored
        });
        Ok(Self {
            workdir,
            function,
            trained,
            variants,
            left_out,
            toolchains,
            train,
            bench,
            gate,
            warnings,
            stop: request.stop.clone(),
            products: request
                .products
                .clone()
                .map(|store| store.heeding(&request.stop)),
            borrowed,
        })
    }

    /// The toolchain that makes `variant`.
    ///
    /// Variants without one are never in [`Plan::variants`].
    pub fn toolchain(&self, variant: Variant) -> &dyn Toolchain {
        self.toolchains
            .of(variant)
            .expect("a planned variant has its toolchain")
    }

    /// The function as a process of this plan.
    pub fn process(&self) -> Process {
        self.stoppable(&self.function)
    }

    /// The function as it is trained, as a process of this plan.
    pub fn process_in_training(&self) -> Process {
        self.stoppable(&self.trained)
    }

    /// The function with either workload, as a process of this plan.
    pub fn process_of(&self, function: &Function) -> Process {
        self.stoppable(function)
    }

    fn stoppable(&self, function: &Function) -> Process {
        Process {
            stop: self.stop.clone(),
            ..function.process()
        }
    }

    /// How `variant` is trained; `None` if it is not.
    pub fn training(&self, variant: Variant) -> Option<Training> {
        match (variant.is_profile_guided(), self.train.on) {
            (true, TrainOn::Hotspot) => Some(Training {
                on: Variant::Hotspot,
                kind: ProfileKind::HotspotIprof,
            }),
            _ => self.toolchains.of(variant)?.training(variant),
        }
    }

    /// Whether trained variants do in training what they are measured with.
    pub fn trained_with(&self) -> Result<TrainedWith> {
        if self.train.command.is_some() {
            return Ok(TrainedWith::OwnWorkload);
        }
        let mut cache = self.workdir.cache();
        let [measured, trained] = [&self.function, &self.trained].map(|function| {
            let inputs = function.workload.inputs(Inputs::new(), &mut cache);
            inputs.map(|inputs| inputs.identity())
        });
        Ok(match measured? == trained? {
            true => TrainedWith::MeasuredWorkload,
            false => TrainedWith::OwnWorkload,
        })
    }

    /// Whether the image of `variant` can be built, and not only trained.
    pub fn can_build(&self, variant: Variant) -> bool {
        let toolchain = self.toolchains.of(variant);
        toolchain.is_some_and(|toolchain| toolchain.missing(variant, &self.function).is_none())
    }
}

/// The function that was chosen, with what the command line and the environment tell its tools.
fn function(request: &Request, config: &Config, project: &Project) -> Result<Function> {
    let (name, file) = choose(config, request.function.as_deref(), &project.file)?;
    let mut function = function::decide(name, file, &project.dir)?;
    function
        .native_image_args
        .extend(request.native_image_args.iter().cloned());
    function.tool_options.clone_from(&request.tool_options);
    function.user_homes.clone_from(&request.user_homes);
    function.read_options()?;
    Ok(function)
}

fn choose<'a>(
    config: &'a Config,
    asked: Option<&str>,
    path: &Path,
) -> Result<(&'a str, &'a crate::config::FunctionFile)> {
    let names = || {
        config
            .function
            .keys()
            .map(|name| format!("`{name}`"))
            .collect::<Vec<_>>()
            .join(", ")
    };
    match (asked, config.function.len()) {
        (_, 0) => Err(
            Error::usage(format!("`{}` has no function", path.display()))
                .hint("add a `[function.NAME]`; `pgoctl init JAR` shows how"),
        ),
        (Some(name), _) => config
            .function
            .get_key_value(name)
            .map(|(name, file)| (name.as_str(), file))
            .ok_or_else(|| {
                Error::usage(format!(
                    "there is no function `{name}` in `{}`",
                    path.display()
                ))
                .hint(format!("it has {}", names()))
            }),
        (None, 1) => {
            let (name, file) = config.function.iter().next().expect("there is one");
            Ok((name, file))
        }
        (None, _) => Err(
            Error::usage(format!("`{}` has several functions", path.display()))
                .hint(format!("choose with `--function`: {}", names())),
        ),
    }
}

/// The variants asked for, in order and each once; otherwise every contender. Native ones in the forms that were asked for.
fn wanted(request: &Request, config: &Config) -> Vec<Variant> {
    let asked = |variant: &Variant| {
        if request.variants.is_empty() {
            variant.is_contender() || config.require.contains(variant)
        } else {
            request.variants.contains(variant)
        }
    };
    let outputs = match request.outputs.as_slice() {
        [] => config.output.as_slice(),
        said => said,
    };
    let base: Vec<Variant> = Variant::ALL.iter().copied().filter(asked).collect();
    let wanted = |variant: &Variant| match outputs {
        [] => base.contains(variant),
        _ => outputs.iter().any(|output| {
            base.iter()
                .any(|asked| asked.as_output(*output) == *variant)
        }),
    };
    Variant::ALL.iter().copied().filter(wanted).collect()
}

type Divided = (Vec<Variant>, Vec<(Variant, Missing)>);

/// Why `variant` cannot be had: made, or where nothing is to be built, trained.
fn missing(
    variant: Variant,
    toolchains: &Toolchains,
    function: &Function,
    request: &Request,
    on: TrainOn,
) -> Option<Missing> {
    let of = |variant| match toolchains.of(variant) {
        Some(toolchain) => toolchain.missing(variant, function),
        None => Some(toolchains.why_none(variant)),
    };
    match (variant.is_profile_guided(), on) {
        (true, TrainOn::Hotspot) if request.only_trains => of(Variant::Hotspot),
        (true, TrainOn::Hotspot) => of(variant).or_else(|| of(Variant::Hotspot)),
        _ => of(variant),
    }
}

/// Splits `wanted` into what can be had and what cannot; what was insisted on and cannot be had is an error.
fn divide(
    wanted: &[Variant],
    missing: impl Fn(Variant) -> Option<Missing>,
    request: &Request,
    config: &Config,
) -> Result<Divided> {
    let (mut variants, mut left_out) = (Vec::new(), Vec::new());
    for &variant in wanted {
        match missing(variant) {
            None => variants.push(variant),
            Some(missing) if request.variants.contains(&variant) => {
                return Err(missing.error(format!("cannot make the variant `{variant}`")));
            }
            Some(missing) if config.require.contains(&variant) => {
                return Err(missing.error(format!(
                    "cannot make the variant `{variant}`, which the configuration file requires"
                )));
            }
            Some(missing) => left_out.push((variant, missing)),
        }
    }
    if let (true, Some((_, missing))) = (variants.is_empty(), left_out.first()) {
        return Err(missing
            .clone()
            .error("no variant can be made on this machine"));
    }
    Ok((variants, left_out))
}
