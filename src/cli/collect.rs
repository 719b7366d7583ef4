//! `collect`: a controller is asked for new profiles; or, with a program, the entry point of a container of the user's own.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::Args;

use super::change::change;
use super::environment::variable;
use super::global::Global;
use super::server::Server;
use super::store::{Place, in_file};
use crate::collect::{Collected, Order, Told, collect};
use crate::error::{Error, Result};
use crate::ui::Ui;
use crate::units::Span;

#[derive(Debug, Args)]
#[command(
    override_usage = "pgoctl collect [OPTIONS] <NAME>\n       pgoctl collect [OPTIONS] -- <PROGRAM> [ARGS]..."
)]
pub(super) struct CollectArgs {
    /// The function at a controller
    #[arg(required_unless_present = "program", conflicts_with = "program")]
    name: Option<String>,
    /// The program to start instead, an instrumented image, and its arguments: waits for its end, sends the profile that it left to
    /// the store, and ends as it did. `{profile}` stands for the profile's file; without it the first argument names that
    #[arg(last = true, value_name = "PROGRAM")]
    program: Vec<OsString>,
    #[command(flatten)]
    server: Server,
    #[command(flatten)]
    with: With,
}

/// What goes with a program.
#[derive(Debug, Args)]
#[command(next_help_heading = "With a program")]
struct With {
    /// Where profiles go: a folder, or s3://BUCKET[/PREFIX]
    #[arg(long, env = "PGOCTL_STORE", value_name = "PLACE", hide_env = true)]
    store: Option<String>,
    /// The image, where the program is a script that starts it [default: the program]
    #[arg(long, value_name = "FILE")]
    image: Option<PathBuf>,
    /// What the image is called in the store [default: its identity in build.json beside it, else the file's digest]
    #[arg(long, value_name = "ID")]
    build: Option<String>,
    /// Who this is among those that run the image [default: the name of this host]
    #[arg(long, env = "PGOCTL_WORKER", value_name = "NAME", hide_env = true)]
    worker: Option<String>,
    /// A folder where profiles wait for the store; what waits there is sent too [default: a temporary one]
    #[arg(long, env = "PGOCTL_KEEP", value_name = "DIR", hide_env = true)]
    keep: Option<PathBuf>,
    /// How long the store may be away after the program's end
    #[arg(
        long,
        env = "PGOCTL_PATIENCE",
        value_name = "TIME",
        default_value = "20s",
        hide_env = true
    )]
    patience: Span,
}

/// Asks a controller, or stands in for a program; the code to end with.
pub(super) fn run(global: &Global, args: &CollectArgs, ui: &Ui) -> Result<u8> {
    if let Some(name) = &args.name {
        change("collect", name, &args.server, ui)?;
        return Ok(0);
    }
    let order = order(global, args)?;
    let Collected { code, told } = collect(&order)?;
    for one in &told {
        say(one, &order, ui);
    }
    Ok(code)
}

fn order(global: &Global, args: &CollectArgs) -> Result<Order> {
    let With {
        store,
        image,
        build,
        worker,
        keep,
        patience: Span(patience),
    } = &args.with;
    if store.is_none() && in_file(global)?.is_none() {
        return Err(Error::usage("no store is named for the profile")
            .hint("`--store PLACE` or PGOCTL_STORE: a folder, or s3://BUCKET[/PREFIX]"));
    }
    let store = Place::named(store.clone()).open(global)?;
    if store.is_pull_only() {
        return Err(Error::usage(format!("may not write to {}", store.place()))
            .because("`PGOCTL_STORE_PULL_ONLY` allows reading alone")
            .hint("unset it"));
    }
    let mut words = args.program.iter().cloned();
    let host = || {
        rustix::system::uname()
            .nodename()
            .to_string_lossy()
            .into_owned()
    };
    Ok(Order {
        program: words.next().unwrap_or_default().into(),
        args: words.collect(),
        image: image.clone(),
        path: variable("PATH"),
        function: global.function.clone(),
        build: build.clone(),
        worker: worker.clone().unwrap_or_else(host),
        store,
        keep: keep.clone(),
        patience: *patience,
    })
}

fn say(told: &Told, order: &Order, ui: &Ui) {
    let store = order.store.place();
    match told {
        Told::NotStarted(error) => ui.error(error),
        Told::OtherImage(why) => ui.warn(
            &format!("`build.json` beside the image is of another file: {why}"),
            Some("the profile counts for the file's digest, or for `--build ID`"),
        ),
        Told::Useless { why, file, ending } => {
            let left = file
                .as_ref()
                .map(|file| format!("; it is at {}", file.display()));
            let text = format!(
                "no profile goes to the store: {why} (the program {ending}){}",
                left.unwrap_or_default()
            );
            let hint = file.is_none().then_some(
                "an instrumented image writes it at an orderly end, to the file that `-XX:ProfilesDumpFile=` names: does the program pass that on?",
            );
            ui.warn(&text, hint);
        }
        Told::Stored { key } => ui.note(&format!("the profile is in {store}: {key}")),
        Told::Waits { file, why, is_kept } => {
            let text = format!("the profile stays at {}: {}", file.display(), why.brief());
            ui.warn(&text, Some(match is_kept {
                true => "the next start with the same `--keep` sends it",
                false => "`--keep DIR` on a volume that outlives this container lets the next start send it",
            }));
        }
        Told::Earlier(count) => ui.note(&format!("{count} of earlier starts are in {store} now")),
    }
}
