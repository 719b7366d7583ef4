//! `doctor`: what this machine can do, what is missing, and how to mend it.

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;

use super::global::Global;
use super::homes::Homes;
use crate::config::{Config, FILE_NAME};
use crate::doctor::{Check, Needs, Status, examine, required_is_missing};
use crate::error::{Error, ErrorKind, Result};
use crate::exec::{self, Tool};
use crate::host::{Answer, HostFacts, Probe};
use crate::report::Format;
use crate::toolchain::Kind;
use crate::toolchain::inventory::{Found, FoundToolchain, Pgo, ToolchainKind};
use crate::ui::Ui;
use crate::variant::Variant;

/// How long a compiler may take to say its version.
const LIMIT: Duration = Duration::from_secs(30);

#[derive(Debug, Args)]
pub(super) struct DoctorArgs {
    #[command(flatten)]
    homes: Homes,
}

pub(super) fn doctor(global: &Global, args: &DoctorArgs, ui: &Ui) -> Result<()> {
    let (needs, search) = match config(global)? {
        Some((config, folder)) => {
            let search = args.homes.search().with_file(
                config.toolchain.graalvm_home.as_deref(),
                config.toolchain.java_home.as_deref(),
                &folder,
            );
            (needs(&config, &folder), search)
        }
        None => (Needs::default(), args.homes.search()),
    };
    let toolchains: Vec<FoundToolchain> = super::toolchain::found(&search, ui)
        .into_iter()
        .map(found)
        .collect();
    let facts = HostFacts::read(
        &Probe {
            root: Path::new("/"),
            run: &ask,
        },
        Path::new("."),
    );
    let checks = examine(&facts, &toolchains, &needs);
    let text = match global.format {
        Format::Json => {
            serde_json::to_string_pretty(&checks).expect("it has only string keys") + "\n"
        }
        Format::Table | Format::Csv | Format::Markdown | Format::Html => text(&checks),
    };
    ui.result(&text)?;
    if required_is_missing(&checks) {
        let goal = "something that the configuration file requires is missing";
        return Err(Error::new(ErrorKind::Toolchain, goal).hint("each problem above has its fix"));
    }
    Ok(())
}

fn ask(program: &str, args: &[&str]) -> Option<Answer> {
    let said = exec::capture(&Tool::new(program).args(args.iter().copied()), LIMIT).ok()?;
    Some(Answer {
        success: said.ending.success(),
        stdout: said.stdout,
    })
}

fn found(found: Found) -> FoundToolchain {
    let graalvm = found.info.kind == Kind::Graalvm;
    FoundToolchain {
        kind: if graalvm {
            ToolchainKind::Graalvm
        } else {
            ToolchainKind::Hotspot
        },
        home: found.info.home,
        found_through: found.found_by.to_owned(),
        version: None,
        edition: Some(found.info.edition),
        pgo: if found.info.pgo { Pgo::Yes } else { Pgo::No },
        pgo_evidence: found
            .pgo_evidence
            .unwrap_or_else(|| "only native-image has PGO".to_owned()),
        java_version: Some(found.info.version),
    }
}

/// The project's file and its folder; none where there is no file and none was named.
fn config(global: &Global) -> Result<Option<(Config, PathBuf)>> {
    let path = global.config.clone().unwrap_or_else(|| FILE_NAME.into());
    if global.config.is_none() && !path.exists() {
        return Ok(None);
    }
    let path = if path.is_dir() {
        path.join(FILE_NAME)
    } else {
        path
    };
    let path = std::path::absolute(&path).map_err(|error| Error::io("find", &path, &error))?;
    let folder = path.parent().unwrap_or(Path::new("/")).to_owned();
    Ok(Some((Config::read(&path)?, folder)))
}

fn needs(config: &Config, folder: &Path) -> Needs {
    let java = |variant: &Variant| match variant {
        Variant::Hotspot | Variant::HotspotCds => Some(17),
        Variant::HotspotAot => Some(24),
        Variant::Native | Variant::NativeInstrumented | Variant::NativePgo => None,
    };
    let home = |home: &Option<PathBuf>| home.as_ref().map(|home| folder.join(home));
    Needs {
        native_image: config.require.iter().any(|variant| variant.is_native()),
        pgo: config
            .require
            .iter()
            .any(|variant| matches!(variant, Variant::NativeInstrumented | Variant::NativePgo)),
        java_at_least: config.require.iter().filter_map(java).max(),
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
