//! `bench`: the project's images; or whatever is named: programs, JARs, git revisions, servers that run already.

use std::path::PathBuf;

use clap::Args;

use super::answer::{carry_out, show};
use super::deciding::DecidingArgs;
use super::global::Global;
use super::work::{Borrowing, Work, refuse};
use crate::bench::aa::PAIRS;
use crate::config::Settings;
use crate::error::{Error, Result};
use crate::http::{Connections, Protocol};
use crate::plan;
use crate::plan::bare::Asked;
use crate::run::revisions::{self, Revisions};
use crate::run::{Answer, Goal, Order, bare};
use crate::ui::Ui;

#[derive(Debug, Args)]
pub(super) struct BenchArgs {
    #[command(flatten)]
    what: What,
    #[command(flatten)]
    pub(super) work: Work,
    #[command(flatten)]
    pub(super) settings: Settings,
    #[command(flatten)]
    pub(super) borrowing: Borrowing,
    #[command(flatten)]
    deciding: DecidingArgs,
    /// Measure each variant against itself: how small a change can this machine tell apart?
    #[arg(long, conflicts_with_all = ["decide", "save_baseline"])]
    calibrate: bool,
}

impl BenchArgs {
    /// Whether something else than the project's images is measured.
    pub(super) fn is_bare(&self) -> bool {
        let what = &self.what;
        !(what.commands.is_empty() && what.urls.is_empty() && what.revisions.is_empty())
    }

    fn settings(&self) -> Settings {
        let mut settings = self.settings.clone();
        if self.calibrate {
            settings.bench.rounds.get_or_insert(PAIRS);
        }
        settings
    }
}

/// What is measured instead of the project's images.
#[derive(Debug, Args)]
struct What {
    /// Programs or JARs to measure instead of the project's images, each with its arguments in one word:
    /// './old --port {port}'. Without a port they are run once for each sample
    #[arg(value_name = "COMMAND")]
    commands: Vec<String>,
    /// Let a shell read the commands [without a value: sh]; its own start is measured and taken off the times
    #[arg(
        long,
        value_name = "SHELL",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "sh",
        requires = "commands"
    )]
    shell: Option<String>,
    /// A file that each invocation of the commands reads on stdin
    #[arg(long, value_name = "FILE", requires = "commands")]
    input: Option<PathBuf>,
    /// A server that runs already, http or https, to measure as it is (repeat to compare)
    #[arg(long = "url", value_name = "URL")]
    urls: Vec<String>,
    /// A git revision, to check out, build and measure (repeat to compare)
    #[arg(long = "revision", value_name = "REV", conflicts_with_all = ["commands", "urls"])]
    revisions: Vec<String>,
    /// What builds the JAR in a revision's checkout
    #[arg(long, value_name = "COMMAND", requires = "revisions")]
    make: Option<String>,
    /// What to ask: 'GET /path' or 'POST /path BODY' (repeat for several) [default: the workload of pgoctl.toml]
    #[arg(long, value_name = "REQUEST", conflicts_with = "revisions")]
    request: Vec<String>,
    /// A header of every request: 'Name: value' (repeat for several)
    #[arg(long = "header", value_name = "HEADER", conflicts_with = "revisions")]
    headers: Vec<String>,
    /// Speak to the servers of all URLs through this Unix socket
    #[arg(long, value_name = "PATH", requires = "urls")]
    unix_socket: Option<PathBuf>,
    /// How to speak to programs and servers that are named [default: http/1.1]
    #[arg(long, value_enum, conflicts_with = "revisions")]
    protocol: Option<Protocol>,
    /// Whether to keep connections to them [default: keep-alive]
    #[arg(long, value_enum, conflicts_with = "revisions")]
    connections: Option<Connections>,
    /// Certificates of an https server, or of who signed it, to trust besides the system's (PEM)
    #[arg(long, value_name = "FILE", requires = "urls")]
    cacert: Option<PathBuf>,
    /// Accept any certificate of an https server; the report warns of it
    #[arg(long, requires = "urls", conflicts_with = "cacert")]
    insecure: bool,
}

impl What {
    fn asked(&self) -> Asked {
        Asked {
            commands: self.commands.clone(),
            shell: self.shell.clone(),
            input: self.input.clone(),
            urls: self.urls.clone(),
            requests: self.request.clone(),
            headers: self.headers.clone(),
            unix_socket: self.unix_socket.clone(),
            protocol: self.protocol,
            connections: self.connections,
            cacert: self.cacert.clone(),
            insecure: self.insecure,
        }
    }
}

pub(super) fn bench(global: &Global, args: &BenchArgs, ui: &Ui) -> Result<()> {
    let (what, work) = (&args.what, &args.work);
    let deciding = args.deciding.deciding();
    if !what.revisions.is_empty() {
        refuse(
            &[
                ("--dry-run", work.dry_run),
                ("--profile-from", args.borrowing.is_some()),
            ],
            "revisions",
            "each of them is built, trained and run as it says itself",
        )?;
        let wanted = Revisions {
            force: work.force,
            explain: work.explain,
            request: work.request(global, args.settings())?,
            revisions: what.revisions.clone(),
            make: what.make.clone(),
            calibrate: args.calibrate,
            deciding,
        };
        return show(revisions::bench(wanted, ui)?, global, ui);
    }
    if !what.commands.is_empty() || !what.urls.is_empty() {
        let of_projects = [
            ("--force", work.force),
            ("--explain", work.explain),
            ("--variant", work.names_variants()),
            ("--optimizer", work.names_optimizer()),
            ("--output", work.names_outputs()),
            ("--profile-from", args.borrowing.is_some()),
            ("-- OPTIONS", !work.native_image_args.is_empty()),
        ];
        let why = "nothing is built, so that nothing is reused or chosen";
        refuse(&of_projects, "programs and servers that are named", why)?;
        let dir = std::env::current_dir()
            .map_err(|error| Error::io("find the folder that we are in", ".".as_ref(), &error))?;
        let request = work.request(global, args.settings())?;
        let bare = plan::bare::decide(&request, &what.asked(), &dir)?;
        let answer = match work.dry_run {
            true => Answer::Preview(bare::preview(&bare)),
            false => bare::bench(bare, &deciding, args.calibrate, ui)?,
        };
        return show(answer, global, ui);
    }
    let only_named = [
        ("--request", !what.request.is_empty()),
        ("--header", !what.headers.is_empty()),
        ("--protocol", what.protocol.is_some()),
        ("--connections", what.connections.is_some()),
    ];
    if let Some((flag, _)) = only_named.iter().find(|(_, given)| *given) {
        return Err(
            Error::usage(format!("`{flag}` is for programs and servers that are named")).hint(
                "name a command or `--url`; for the project's images, say it in the workload of pgoctl.toml",
            ),
        );
    }
    let goal = match args.calibrate {
        true => Goal::Calibrate,
        false => Goal::Bench,
    };
    let order = Order {
        deciding,
        ..work.order(global, goal, args.settings())?
    };
    carry_out(&args.borrowing.order(order), global, ui)
}
