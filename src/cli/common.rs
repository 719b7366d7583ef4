//! What most commands take: where the project is, where the tools are, how to answer. The environment is read here.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use crate::bench::Gating;
use crate::config::TrainOn;
use crate::error::Result;
use crate::host::pinning::Pin;
use crate::plan::{OPTION_VARIABLES, Request, Settings};
use crate::report::{Format, Report, Style, render};
use crate::toolchain::install::{installed, user_data_dir};
use crate::toolchain::{Named, Search};
use crate::ui::{Color, Ui, Verbosity};
use crate::units::Span;
use crate::variant::Variant;
use crate::workdir::{Lock, Workdir};

/// Flags of every command.
#[derive(Debug, Args)]
pub struct Global {
    /// The configuration file, or its folder [default: pgoctl.toml]
    #[arg(
        long,
        global = true,
        env = "PGOCTL_CONFIG",
        value_name = "FILE",
        hide_env = true
    )]
    pub config: Option<PathBuf>,
    /// The function, where the file has several
    #[arg(
        long,
        global = true,
        env = "PGOCTL_FUNCTION",
        value_name = "NAME",
        hide_env = true
    )]
    pub function: Option<String>,
    /// The format of the result
    #[arg(
        long,
        global = true,
        env = "PGOCTL_FORMAT",
        value_enum,
        default_value_t,
        hide_env = true
    )]
    pub format: Format,
    /// When to colour
    #[arg(
        long,
        global = true,
        env = "PGOCTL_COLOR",
        value_enum,
        default_value_t,
        hide_env = true
    )]
    pub color: Color,
    /// Errors and warnings only
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Each external command too
    #[arg(short, long, global = true)]
    pub verbose: bool,
}

impl Global {
    pub(super) fn verbosity(&self) -> Verbosity {
        match (self.quiet, self.verbose) {
            (true, _) => Verbosity::Quiet,
            (_, true) => Verbosity::Verbose,
            _ => Verbosity::Normal,
        }
    }

    /// How a table is drawn on this terminal.
    pub(super) fn style(ui: &Ui) -> Style {
        Style {
            color: ui.color_stdout(),
            width: ui.width(),
        }
    }
}

/// Where the tools are.
#[derive(Debug, Default, Args)]
pub(super) struct Homes {
    /// The GraalVM to use [default: GRAALVM_HOME, JAVA_HOME, PATH]
    #[arg(long, env = "PGOCTL_GRAALVM_HOME", value_name = "DIR", hide_env = true)]
    graalvm_home: Option<PathBuf>,
    /// The JDK of the HotSpot variants [default: the GraalVM's own, JAVA_HOME, PATH]
    #[arg(long, env = "PGOCTL_JAVA_HOME", value_name = "DIR", hide_env = true)]
    java_home: Option<PathBuf>,
}

impl Homes {
    /// Where to look, the environment included.
    pub(super) fn search(&self) -> Search {
        let named = |home: &Option<PathBuf>, by| {
            home.clone().map(|home| Named {
                home: absolute(home),
                by,
            })
        };
        let home = |name| {
            variable(name)
                .filter(|value| !value.is_empty())
                .map(PathBuf::from)
                .map(absolute)
        };
        Search {
            graalvm: named(
                &self.graalvm_home,
                "`--graalvm-home` or PGOCTL_GRAALVM_HOME",
            ),
            java: named(&self.java_home, "`--java-home` or PGOCTL_JAVA_HOME"),
            graalvm_home: home("GRAALVM_HOME"),
            java_home: home("JAVA_HOME"),
            path: variable("PATH")
                .map(|path| std::env::split_paths(&path).collect())
                .unwrap_or_default(),
            installed: data_dir()
                .map(|folder| installed(&folder))
                .unwrap_or_default()
                .into_iter()
                .map(|home| home.home)
                .collect(),
        }
    }
}

fn absolute(path: PathBuf) -> PathBuf {
    std::path::absolute(&path).unwrap_or(path)
}

/// What the tools will find in the environment besides their command lines.
fn tool_options() -> Vec<String> {
    let set = |name: &&str| {
        let value = variable(name).filter(|value| !value.is_empty())?;
        Some(format!("{name}={}", value.to_string_lossy()))
    };
    OPTION_VARIABLES.iter().filter_map(set).collect()
}

/// One variable of the environment.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the door to the environment"
)]
pub(super) fn variable(name: &str) -> Option<OsString> {
    std::env::var_os(name)
}

/// The user's data folder, from the environment.
pub(super) fn data_dir() -> Result<PathBuf> {
    user_data_dir(&variable)
}

/// Flags of every command that may start something.
#[derive(Debug, Default, Args)]
pub(super) struct Work {
    #[command(flatten)]
    pub(super) homes: Homes,
    /// Only these variants (repeat, or separate by commas)
    #[arg(
        long = "variant",
        value_enum,
        value_delimiter = ',',
        env = "PGOCTL_VARIANT",
        hide_env = true
    )]
    pub(super) variants: Vec<Variant>,
    /// Print each external command, run none
    #[arg(long)]
    pub(super) dry_run: bool,
    /// Say why each stage is reused or redone
    #[arg(long)]
    pub(super) explain: bool,
    /// Redo everything
    #[arg(long)]
    pub(super) force: bool,
    /// Options for native-image
    #[arg(last = true, value_name = "NATIVE-IMAGE OPTIONS")]
    pub(super) native_image_args: Vec<String>,
}

impl Work {
    /// What was asked for, with these numbers.
    pub(super) fn request(&self, global: &Global, settings: Settings) -> Request {
        Request {
            config: global.config.clone(),
            function: global.function.clone(),
            variants: self.variants.clone(),
            settings,
            only_trains: false,
            native_image_args: self.native_image_args.clone(),
            search: self.homes.search(),
            tool_options: tool_options(),
        }
    }
}

/// Numbers of training.
#[derive(Debug, Default, Args)]
pub(super) struct TrainNumbers {
    /// Training runs, one profile each
    #[arg(long, value_name = "N", env = "PGOCTL_RUNS", hide_env = true)]
    runs: Option<u32>,
    /// Requests in each training run
    #[arg(long, value_name = "N", env = "PGOCTL_TRAIN_REQUESTS", hide_env = true)]
    train_requests: Option<u64>,
    /// Good profiles needed to go on [default: nine in ten runs]
    #[arg(long, value_name = "N", env = "PGOCTL_AT_LEAST", hide_env = true)]
    at_least: Option<u32>,
    /// What does the work of native-pgo's training [default: image where the GraalVM has PGO, else hotspot]
    #[arg(long = "on", value_enum, env = "PGOCTL_TRAIN_ON", hide_env = true)]
    train_on: Option<TrainOn>,
}

impl TrainNumbers {
    pub(super) fn settings(&self, others: Settings) -> Settings {
        Settings {
            runs: self.runs,
            train_requests: self.train_requests,
            at_least: self.at_least,
            train_on: self.train_on,
            ..others
        }
    }
}

/// Numbers of measuring.
#[derive(Debug, Default, Args)]
pub(super) struct BenchNumbers {
    /// Rounds of each variant, a fresh process each
    #[arg(long, value_name = "N", env = "PGOCTL_ROUNDS", hide_env = true)]
    pub(super) rounds: Option<u32>,
    /// Measured requests in each round
    #[arg(long, value_name = "N", env = "PGOCTL_REQUESTS", hide_env = true)]
    requests: Option<u64>,
    /// Requests before those, in the same process
    #[arg(long, value_name = "N", env = "PGOCTL_WARMUP", hide_env = true)]
    warmup: Option<u64>,
    /// Connections
    #[arg(long, value_name = "N", env = "PGOCTL_CONCURRENCY", hide_env = true)]
    concurrency: Option<u32>,
    /// Requests per second (open loop); 0: as fast as answers come
    #[arg(long, value_name = "N", env = "PGOCTL_RATE", hide_env = true)]
    rate: Option<f64>,
    /// Cold starts of each variant
    #[arg(long, value_name = "N", env = "PGOCTL_COLD_STARTS", hide_env = true)]
    cold_starts: Option<u32>,
    /// Cold starts of each variant with its files dropped from the page cache [default: as many as cold starts]
    #[arg(
        long,
        value_name = "N",
        env = "PGOCTL_DROPPED_COLD_STARTS",
        hide_env = true
    )]
    dropped_cold_starts: Option<u32>,
    /// Load generator and function on cores of their own [default: auto]
    #[arg(long, value_enum, env = "PGOCTL_PIN", hide_env = true)]
    pin: Option<Pin>,
    /// Seed of the order of the rounds
    #[arg(long, value_name = "N", env = "PGOCTL_SEED", hide_env = true)]
    seed: Option<u64>,
}

impl BenchNumbers {
    pub(super) fn settings(&self) -> Settings {
        Settings {
            rounds: self.rounds,
            requests: self.requests,
            warmup: self.warmup,
            concurrency: self.concurrency,
            rate: self.rate,
            cold_starts: self.cold_starts,
            dropped_cold_starts: self.dropped_cold_starts,
            pin: self.pin,
            seed: self.seed,
            ..Settings::default()
        }
    }
}

/// How long to go on measuring.
#[derive(Debug, Args)]
pub(super) struct Deciding {
    /// Add rounds until every gated metric is decided, or the budget is spent
    #[arg(long)]
    decide: bool,
    /// How long that may take, all rounds together
    #[arg(long, value_name = "TIME", default_value = "5m", requires = "decide")]
    budget: Span,
    /// Keep this run as a baseline of that name
    #[arg(long, value_name = "NAME")]
    pub(super) save_baseline: Option<String>,
}

impl Deciding {
    pub(super) fn budget(&self) -> Option<Duration> {
        self.decide.then_some(self.budget.0)
    }
}

/// What is asked of a gate.
#[derive(Debug, Default, Args)]
pub(super) struct GateOptions {
    /// The saved baseline to hold it against [default: that of the file, else each variant's own in the same run]
    #[arg(long, value_name = "NAME")]
    baseline: Option<String>,
    /// Do not measure the noise of a machine that is not known yet
    #[arg(long)]
    no_calibrate: bool,
}

impl GateOptions {
    pub(super) fn gating(&self) -> Gating {
        Gating {
            baseline: self.baseline.clone(),
            calibrate: !self.no_calibrate,
        }
    }
}

/// Appends `report` as Markdown to the summary of a GitHub Actions step, where there is one.
pub(super) fn step_summary(report: &Report, ui: &Ui) {
    use std::io::Write;
    let Some(path) = variable("GITHUB_STEP_SUMMARY").filter(|path| !path.is_empty()) else {
        return;
    };
    let text = render(report, Format::Markdown, Style::default());
    let written = std::fs::OpenOptions::new()
        .create(true)
        .append(true)
        .open(&path)
        .and_then(|mut file| writeln!(file, "{text}"));
    if let Err(error) = written {
        ui.warn(
            &format!(
                "the summary could not be appended to `{}`: {error}",
                path.display()
            ),
            None,
        );
    }
}

/// Takes the project's lock, saying whom it waits for.
pub(super) fn lock(workdir: &Workdir, command: &str, ui: &Ui) -> Result<Lock> {
    workdir.lock(command, &mut |holder| {
        ui.note(&format!(
            "waiting for {holder}, which works in this project"
        ))
    })
}
