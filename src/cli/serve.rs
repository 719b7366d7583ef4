//! `serve`: the controller.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use serde_json::Value;

use super::environment::{absolute, this_program, tool_options, user_homes, variable};
use super::global::Global;
use super::homes::Homes;
use super::server;
use super::store::{Place, in_file};
use crate::config::{Config, EngineKind, Project};
use crate::controller::{Serve, serve};
use crate::error::{Error, Result};
use crate::jobs::{Cluster, not_shared};
use crate::plan::Request;
use crate::store::{Credentials, Store};
use crate::ui::Ui;
use crate::units::Span;

#[derive(Debug, Args)]
pub(super) struct ServeArgs {
    /// Where to listen; elsewhere than on this machine only with a token
    #[arg(long, env = "PGOCTL_LISTEN", value_name = "ADDRESS:PORT", default_value = server::DEFAULT, hide_env = true)]
    listen: SocketAddr,
    /// What callers of the REST side must send as a bearer token
    #[arg(
        long,
        env = "PGOCTL_TOKEN",
        value_name = "TOKEN",
        hide_env = true,
        hide_env_values = true
    )]
    token: Option<String>,
    /// The folder of this controller: images, logs, what waits for the store
    #[arg(
        long,
        env = "PGOCTL_HOME",
        value_name = "DIR",
        default_value = ".pgoctl/serve",
        hide_env = true
    )]
    home: PathBuf,
    /// Where JARs, states and profiles are kept: a folder, or s3://BUCKET/PREFIX; others may share it [default: DIR/store]
    #[arg(long, env = "PGOCTL_STORE", value_name = "PLACE", hide_env = true)]
    store: Option<String>,
    /// How long to serve on when asked to end, /readyz saying no: until nobody sends calls any more [default: 0s; in a pod 10s]
    #[arg(long, env = "PGOCTL_DRAIN", value_name = "SPAN", hide_env = true)]
    drain: Option<Span>,
    /// Where native images are built [default: local]
    #[arg(long, value_enum, env = "PGOCTL_ENGINE", hide_env = true)]
    engine: Option<EngineKind>,
    #[command(flatten)]
    homes: Homes,
}

/// `[engine]` of the file, where native images are to be built as Jobs of a cluster; what is wrong with it is said before anything
/// is built.
fn cluster(global: &Global, asked: Option<EngineKind>, store: &Store) -> Result<Option<Value>> {
    let project = Project::if_any(global.config.as_deref())?;
    let (file, table) = match &project {
        Some(project) => {
            let config = Config::read(&project.file)?;
            let text = std::fs::read_to_string(&project.file)
                .map_err(|error| Error::io("read", &project.file, &error))?;
            let whole: toml::Table = toml::from_str(&text).unwrap_or_default();
            let table = whole.get("engine").map(serde_json::to_value);
            (config.engine, table.and_then(std::result::Result::ok))
        }
        None => Default::default(),
    };
    match asked.or(file.kind).unwrap_or_default() {
        EngineKind::Local => return Ok(None),
        EngineKind::Kubernetes => {}
    }
    if store.is_local() {
        return Err(not_shared(store));
    }
    let image = variable("PGOCTL_ENGINE_IMAGE").map(|image| image.to_string_lossy().into_owned());
    Cluster::of(&file, image.as_deref()).check()?;
    Ok(Some(
        table.unwrap_or_else(|| Value::Object(Default::default())),
    ))
}

/// How long calls may still come after a controller was asked to end: in a pod they do until all nodes know of it.
fn drain() -> Duration {
    match variable("KUBERNETES_SERVICE_HOST") {
        Some(_) => Duration::from_secs(10),
        None => Duration::ZERO,
    }
}

pub(super) fn run(global: &Global, args: &ServeArgs, ui: &Ui) -> Result<()> {
    let home = absolute(args.home.clone());
    let named = match &args.store {
        Some(place) => Some(place.clone()),
        None => in_file(global)?,
    };
    let shares = named.is_some();
    let place = named.unwrap_or_else(|| home.join("store").display().to_string());
    if Place::named(None).is_pull_only() {
        return Err(Error::usage(format!("may not write to {place}"))
            .because("`PGOCTL_STORE_PULL_ONLY` allows reading alone, and a controller writes")
            .hint("unset it"));
    }
    let credentials = Credentials::read(&variable)?;
    let store = Store::open(&place, &credentials)?;
    let cluster = cluster(global, args.engine, &store)?;
    store.ready_to_share()?;
    let program = this_program()?;
    let order = Serve {
        listen: args.listen,
        token: args.token.clone(),
        home,
        store,
        shares,
        drain: args.drain.map_or_else(drain, |span| span.0),
        request: Request {
            search: args.homes.search(),
            tool_options: tool_options(),
            user_homes: user_homes(),
            ..Request::default()
        },
        program,
        args: args.homes.flags(),
        cluster,
    };
    serve(&order, &|address| {
        ui.note(&format!("serving on http://{address}, state in {place}"));
    })
}
