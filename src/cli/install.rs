//! `install`: sends a function to a controller.

use std::path::{Path, PathBuf};

use clap::Args;
use reqwest::Method;
use serde_json::Value;

use super::global::Global;
use super::server::Server;
use crate::controller::{Client, Sent};
use crate::error::{Error, Result};
use crate::plan;
use crate::ui::Ui;

#[derive(Debug, Args)]
pub(super) struct InstallArgs {
    /// A JAR whose server takes `--port` and answers `GET /`; otherwise the function of pgoctl.toml
    jar: Option<PathBuf>,
    /// Its name at the controller [default: the function's, or the JAR's]
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    #[command(flatten)]
    server: Server,
}

pub(super) fn run(global: &Global, args: &InstallArgs, ui: &Ui) -> Result<()> {
    let client = args.server.client()?;
    let (name, state) = match &args.jar {
        Some(jar) => {
            let stem = jar.file_stem().unwrap_or_default().to_string_lossy();
            let name = args.name.clone().unwrap_or_else(|| stem.into_owned());
            let state = client.json(Method::PUT, &path(&name)?, Sent::Jar(jar))?;
            (name, state)
        }
        None => from_project(global, args, &client)?,
    };
    let word = |key: &str| state[key].as_str().unwrap_or_default().to_owned();
    ui.note(&format!(
        "`{name}` is installed: version {}, generation {}",
        word("version"),
        state["generation"]
    ));
    ui.note(&format!("next: pgoctl invoke {name}"));
    Ok(())
}

/// The path of a function's own document.
pub(super) fn path(name: &str) -> Result<String> {
    crate::controller::check_name(name)?;
    Ok(format!("/v1/functions/{name}"))
}

fn from_project(global: &Global, args: &InstallArgs, client: &Client) -> Result<(String, Value)> {
    let (function, table, folder) =
        plan::table_of(global.config.as_deref(), global.function.as_deref())?;
    let mut manifest = serde_json::to_value(table)
        .map_err(|error| Error::usage("the manifest cannot be sent").because(error.to_string()))?;
    let jar = manifest
        .as_object_mut()
        .and_then(|keys| keys.remove("jar"))
        .and_then(|jar| jar.as_str().map(PathBuf::from));
    let Some(jar) = jar else {
        return Err(
            Error::usage(format!("the function `{function}` has no JAR")).hint(
                "a controller takes one JAR: pack the class path into one (`jar`, shade, shadow)",
            ),
        );
    };
    let name = args.name.clone().unwrap_or(function);
    let path = path(&name)?;
    let jar = send(client, &folder.join(jar))?;
    manifest["jar"] = jar.into();
    let state = client.json(Method::PUT, &path, Sent::Json(&manifest))?;
    Ok((name, state))
}

/// Sends a JAR; returns its digest.
fn send(client: &Client, jar: &Path) -> Result<String> {
    let answer = client.json(Method::POST, "/v1/jars", Sent::Jar(jar))?;
    Ok(answer["sha256"].as_str().unwrap_or_default().to_owned())
}
