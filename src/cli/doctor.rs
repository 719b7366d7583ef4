//! `doctor`: what this machine can do, what is missing, and how to mend it.

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;

use super::answer::answer_as;
use super::engine;
use super::environment::variable;
use super::global::Global;
use super::homes::Homes;
use super::store::Place;
use crate::config::{Config, Project};
use crate::doctor::{Check, Needs, Status, examine, of_cluster, of_store, required_is_missing};
use crate::error::{Error, ErrorKind, Result};
use crate::exec::{self, Tool};
use crate::host::{Answer, HostFacts, Probe};
use crate::java_version::oldest_for;
use crate::jobs;
use crate::ui::Ui;
use crate::variant::Variant;

/// How long a compiler may take to say its version.
const LIMIT: Duration = Duration::from_secs(30);

#[derive(Debug, Args)]
pub(super) struct DoctorArgs {
    #[command(flatten)]
    homes: Homes,
    /// Try whether a store can be shared: PLACE, or the one that the project uses
    #[arg(long, value_name = "PLACE", num_args = 0..=1, default_missing_value = "")]
    store: Option<String>,
}

pub(super) fn doctor(global: &Global, args: &DoctorArgs, ui: &Ui) -> Result<()> {
    let (needs, search) = match Project::if_any(global.config.as_deref())? {
        Some(project) => {
            let config = Config::read(&project.file)?;
            let search = args.homes.search().with_file(
                config.toolchain.graalvm_home.as_deref(),
                config.toolchain.java_home.as_deref(),
                &project.dir,
            );
            (needs(&config, &project.dir), search)
        }
        None => (Needs::default(), args.homes.search()),
    };
    let toolchains = super::toolchain::found(&search, ui);
    let facts = HostFacts::read(
        &Probe {
            root: Path::new("/"),
            run: &ask,
        },
        Path::new("."),
    );
    let mut checks = examine(&facts, &toolchains, &needs);
    if let Some(cluster) = engine::cluster(global)? {
        let asked = cluster.check().and_then(|()| jobs::lacks(&cluster));
        checks.extend(of_cluster(asked));
    }
    checks.extend(args.store.as_deref().map(|place| store(place, global)));
    answer_as("doctor", global, ui, &checks, || text(&checks))?;
    if required_is_missing(&checks) {
        let goal = match checks.last() {
            Some(store) if store.name == "store" && store.status == Status::Problem => {
                "the store cannot be shared"
            }
            _ => "something that the configuration file requires is missing",
        };
        return Err(Error::new(ErrorKind::Toolchain, goal).hint("each problem above has its fix"));
    }
    Ok(())
}

/// Tries the store that was named, or the project's.
fn store(place: &str, global: &Global) -> Check {
    let named = Some(place.to_owned()).filter(|place| !place.is_empty());
    let named = named.or_else(|| {
        let said = variable("PGOCTL_STORE")?.to_string_lossy().into_owned();
        Some(said).filter(|said| !said.is_empty())
    });
    match Place::named(named).open(global) {
        Ok(store) => of_store(store.place(), store.probe()),
        Err(error) => of_store(place, Err(error)),
    }
}

fn ask(program: &str, args: &[&str]) -> Option<Answer> {
    let said = exec::capture(&Tool::new(program).args(args.iter().copied()), LIMIT).ok()?;
    Some(Answer {
        success: said.ending.success(),
        stdout: said.stdout,
    })
}

fn needs(config: &Config, folder: &Path) -> Needs {
    let home = |home: &Option<PathBuf>| home.as_ref().map(|home| folder.join(home));
    Needs {
        native_image: config.require.iter().any(|variant| variant.is_native()),
        pgo: config
            .require
            .iter()
            .any(|variant| variant.is_profile_guided()),
        instrumented: config.require.contains(&Variant::NativeInstrumented),
        java_at_least: config.require.iter().copied().filter_map(oldest_for).max(),
        graalvm_home: home(&config.toolchain.graalvm_home),
        java_home: home(&config.toolchain.java_home),
    }
}

fn text(checks: &[Check]) -> String {
    let mut text = String::new();
    for check in checks {
        let word = match check.status {
            Status::Ok => "ok",
            Status::Warn => "warn",
            Status::Problem => "problem",
        };
        text += &format!("{word:<8} {:<13} {}\n", check.name, check.found);
        if let Some(fix) = &check.fix {
            text += &format!("{:<8} {:<13} -> {fix}\n", "", "");
        }
    }
    text
}
