//! Words only: what can be said on the command line, and which function answers it. One file a command group.

mod answer;
mod bench;
mod build;
mod change;
mod collect;
mod compare;
mod completions;
mod cross;
mod deciding;
mod doctor;
mod engine;
mod environment;
mod evaluate;
mod gate;
mod global;
mod homes;
mod init;
mod install;
mod invoke;
mod job;
mod man;
mod merge;
mod profile;
mod report;
mod run;
mod schema;
mod serve;
mod server;
mod status;
mod step_summary;
mod store;
mod suggest;
mod sweep;
mod toolchain;
mod topics;
mod trace;
mod train;
mod work;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use std::process::ExitCode;

use crate::config::TrainSettings;
use crate::error::Result;
use crate::host;
use crate::ui::{Terminal, Ui};

use engine::Sent;

pub use global::Global;

const EXIT_CODES: &str = "\
Exit codes:
  0  done
  1  unexpected failure
  2  wrong usage or configuration
  3  a tool is missing, or has no PGO
  4  a build failed
  5  training or merging failed, or a profile is broken
  6  the benchmark could not be carried out
  7  gate: worse
  8  gate: cannot tell
  130  interrupted";

/// Does profile-guided optimization pay for this function, and by how much?
#[derive(Debug, Parser)]
#[command(name = "pgoctl", version, after_help = EXIT_CODES, max_term_width = 100, propagate_version = true, disable_help_subcommand = true)]
pub struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Build, train, merge, rebuild and measure; then compare
    Run(run::RunArgs),
    /// Build images (those that are there and whole are reused)
    Build(build::BuildArgs),
    /// Run on a JVM with tracing, and keep what native images must know
    Trace(trace::TraceArgs),
    /// Make the function work and gather profiles
    Train(train::TrainArgs),
    /// Merge the gathered profiles
    Merge(merge::MergeArgs),
    /// Measure the images that are there, or any programs, JARs, revisions and servers
    Bench(Box<bench::BenchArgs>),
    /// Measure and judge: fails if a gated metric got worse by more than its limit
    Gate(gate::GateArgs),
    /// Compare the variants of a finished run, from its samples
    Compare(compare::CompareArgs),
    /// How many profiles are enough? One image for each count, all measured against each other
    Sweep(sweep::SweepArgs),
    /// Do the profiles of other functions help? Every function with none, each other's, its own and all
    Cross(cross::CrossArgs),
    /// The thesis behind pgoctl on your functions: what one profile brings, how many are enough, whose help
    Evaluate(evaluate::EvaluateArgs),
    /// Rank the stored profiles of other functions by how much of their weight a function's code has
    Suggest(suggest::SuggestArgs),
    /// Serve functions: profile a share of their calls, rebuild in the background, switch to what measured no worse
    Serve(serve::ServeArgs),
    /// Send a function to a controller
    Install(install::InstallArgs),
    /// Call a function at a controller
    Invoke(invoke::InvokeArgs),
    /// How functions stand at a controller
    Status(status::StatusArgs),
    /// Gather new profiles of a function at a controller; or start a program and send the profile that it leaves
    Collect(Box<collect::CollectArgs>),
    /// Let the new image of a function take over, whatever was measured
    Promote(change::ChangeArgs),
    /// Take the last image of a function back
    Rollback(change::ChangeArgs),
    /// Decide nothing about a function until it is resumed
    Pause(change::ChangeArgs),
    /// Let a paused function go on
    Resume(change::ChangeArgs),
    /// Stop serving a function
    Uninstall(change::ChangeArgs),
    /// Do what a Job is to do: called in its pod
    #[command(hide = true)]
    Job(job::JobArgs),
    /// Render a finished run again, or a trial at a controller
    Report(report::ReportArgs),
    /// Write a commented pgoctl.toml for a JAR
    Init(init::InitArgs),
    /// Say what this machine can do, and what is missing
    Doctor(doctor::DoctorArgs),
    /// Look into .iprof profiles, project or not
    Profile(profile::ProfileArgs),
    /// Look after the store that profiles are shared in (`profile push`, `profile pull`)
    Store(store::StoreArgs),
    /// Find JDKs and GraalVMs
    Toolchain(toolchain::ToolchainArgs),
    /// Print the JSON schema of pgoctl.toml or of the report
    Schema(schema::SchemaArgs),
    /// Print the man page, or write one for each command
    Man(man::ManArgs),
    /// Print a completion script for a shell
    Completions(completions::CompletionsArgs),
    /// Print the help of a command, or a page about a topic
    Help(topics::HelpArgs),
}

impl Command {
    /// What of it a cluster can do.
    fn sent(&self) -> Option<Sent<'_>> {
        let sent = |stage, work, train: &TrainSettings, measures| Sent {
            stage,
            work,
            functions: None,
            has_command: train.command.is_some(),
            measures,
            profile_from: None,
            is_bare: false,
        };
        Some(match self {
            Self::Run(args) => Sent {
                profile_from: args.borrowing.from(),
                ..sent("run", &args.work, &args.settings.train, !args.no_bench)
            },
            Self::Build(args) => Sent {
                profile_from: args.borrowing.from(),
                ..sent("build", &args.work, &args.train, false)
            },
            Self::Train(args) => sent("train", &args.work, &args.train, false),
            Self::Merge(args) => sent("merge", &args.work, &args.train, false),
            Self::Bench(args) => Sent {
                profile_from: args.borrowing.from(),
                is_bare: args.is_bare(),
                ..sent("bench", &args.work, &args.settings.train, true)
            },
            Self::Gate(args) => Sent {
                profile_from: args.borrowing.from(),
                ..sent("gate", &args.work, &args.settings.train, true)
            },
            Self::Sweep(args) => sent("sweep", &args.work, &args.settings.train, true),
            Self::Cross(args) => Sent {
                functions: Some(&args.functions),
                ..sent("cross", &args.work, &args.settings.train, true)
            },
            Self::Evaluate(args) => Sent {
                functions: Some(&args.functions),
                ..sent("evaluate", &args.work, &args.settings.train, true)
            },
            _ => return None,
        })
    }
}

impl Cli {
    /// Reads the command line; clap answers `--help`, `--version` and mistakes itself (exit 2).
    pub fn read() -> Self {
        let matches = definition().get_matches();
        let cli = match topics::asked_below(&matches) {
            Some(help) => Global::from_arg_matches(&matches).map(|global| Self {
                global,
                command: Command::Help(help),
            }),
            None => Self::from_arg_matches(&matches),
        };
        cli.unwrap_or_else(|error| error.exit())
    }

    /// The terminal as this command line wants it.
    pub fn ui(&self) -> Ui {
        let variable =
            |name| environment::variable(name).map(|value| value.to_string_lossy().into_owned());
        let terminal =
            Terminal::detect(variable("NO_COLOR").as_deref(), variable("TERM").as_deref());
        Ui::new(
            self.global.verbosity(),
            self.global.color,
            self.global.progress,
            terminal,
        )
    }

    /// Does what was asked.
    pub fn execute(self, ui: &Ui) -> Result<ExitCode> {
        let global = &self.global;
        if let Some(node) = environment::variable("PGOCTL_NODE") {
            host::on_node(node.to_string_lossy().into_owned());
        }
        if let Some(sent) = self.command.sent()
            && let Some(done) = engine::elsewhere(global, &sent, ui)
        {
            return done.map(|()| ExitCode::SUCCESS);
        }
        let done = match self.command {
            Command::Job(args) => return job::job(global, &args, ui).map(ExitCode::from),
            Command::Run(args) => run::run(global, &args, ui),
            Command::Build(args) => build::build(global, &args, ui),
            Command::Trace(args) => trace::trace(global, &args, ui),
            Command::Train(args) => train::train(global, &args, ui),
            Command::Merge(args) => merge::merge(global, &args, ui),
            Command::Bench(args) => bench::bench(global, &args, ui),
            Command::Gate(args) => gate::gate(global, &args, ui),
            Command::Compare(args) => compare::compare(global, &args, ui),
            Command::Sweep(args) => sweep::sweep(global, &args, ui),
            Command::Cross(args) => cross::cross(global, &args, ui),
            Command::Evaluate(args) => evaluate::evaluate(global, &args, ui),
            Command::Suggest(args) => suggest::suggest(global, &args, ui),
            Command::Serve(args) => serve::run(global, &args, ui),
            Command::Install(args) => install::run(global, &args, ui),
            Command::Invoke(args) => invoke::run(&args, ui),
            Command::Status(args) => status::run(global, &args, ui),
            Command::Collect(args) => return collect::run(global, &args, ui).map(ExitCode::from),
            Command::Promote(args) => args.ask("promote", ui),
            Command::Rollback(args) => args.ask("rollback", ui),
            Command::Pause(args) => args.ask("pause", ui),
            Command::Resume(args) => args.ask("resume", ui),
            Command::Uninstall(args) => change::uninstall(&args, ui),
            Command::Report(args) => report::report(global, &args, ui),
            Command::Init(args) => init::init(global, &args, ui),
            Command::Doctor(args) => doctor::doctor(global, &args, ui),
            Command::Profile(args) => profile::profile(global, &args, ui),
            Command::Store(args) => store::store(global, &args, ui),
            Command::Toolchain(args) => toolchain::toolchain(global, &args, ui),
            Command::Schema(args) => schema::schema(&args, ui),
            Command::Man(args) => man::man(&args, definition(), ui),
            Command::Completions(args) => completions::completions(&args, definition(), ui),
            Command::Help(args) => topics::help(&args, definition(), ui),
        };
        done.map(|()| ExitCode::SUCCESS)
    }
}

/// The command line's definition: what is parsed, and what completion scripts are made of.
pub fn definition() -> clap::Command {
    topics::with_topics(sweep::rename(Cli::command()), EXIT_CODES)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_definition_is_sound() {
        super::definition().debug_assert();
    }
}
