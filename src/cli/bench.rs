//! `bench`: the project's images; or whatever is named: programs, JARs, git revisions, servers that run already.

use std::path::PathBuf;

use clap::Args;

use super::common::{BenchNumbers, Deciding, Global, TrainNumbers, Work, lock, step_summary};
use super::measure::Measuring;
use super::{revisions, run};
use crate::bench::calibration::PAIRS;
use crate::error::{Error, Result};
use crate::gate::GatePlan;
use crate::http::{Connections, Protocol};
use crate::plan::Settings;
use crate::plan::bare::{self, Asked, Bare};
use crate::record::{self, Record};
use crate::report::{SameImage, render};
use crate::ui::Ui;

#[derive(Debug, Args)]
pub(super) struct BenchArgs {
    #[command(flatten)]
    what: What,
    #[command(flatten)]
    work: Work,
    #[command(flatten)]
    train: TrainNumbers,
    #[command(flatten)]
    bench: BenchNumbers,
    #[command(flatten)]
    deciding: Deciding,
    /// Measure each variant against itself: how small a change can this machine tell apart?
    #[arg(long, conflicts_with_all = ["decide", "save_baseline"])]
    calibrate: bool,
}

impl BenchArgs {
    fn settings(&self) -> Settings {
        let mut settings = self.train.settings(self.bench.settings());
        if self.calibrate {
            settings.rounds = settings.rounds.or(Some(PAIRS));
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

pub(super) fn bench(global: &Global, args: &BenchArgs, ui: &Ui) -> Result<()> {
    let settings = args.settings();
    let how = (&args.deciding, args.calibrate);
    let what = &args.what;
    if !what.revisions.is_empty() {
        return revisions::bench(
            global,
            &args.work,
            settings,
            &what.revisions,
            what.make.as_deref(),
            how,
            ui,
        );
    }
    if !what.commands.is_empty() || !what.urls.is_empty() {
        return named(global, what, &args.work, settings, how, ui);
    }
    let only_named = [
        ("--request", !what.request.is_empty()),
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
    run::bench(global, &args.work, settings, how, ui)
}

/// How long to go on, and whether each side is measured against itself.
pub(super) type How<'a> = (&'a Deciding, bool);

fn named(
    global: &Global,
    what: &What,
    work: &Work,
    settings: Settings,
    how: How<'_>,
    ui: &Ui,
) -> Result<()> {
    let asked = Asked {
        commands: what.commands.clone(),
        urls: what.urls.clone(),
        requests: what.request.clone(),
        protocol: what.protocol,
        connections: what.connections,
        cacert: what.cacert.clone(),
        insecure: what.insecure,
    };
    let dir = std::env::current_dir()
        .map_err(|error| Error::io("find the folder that we are in", ".".as_ref(), &error))?;
    let bare = bare::decide(&work.request(global, settings), &asked, &dir)?;
    if work.dry_run {
        return ui.result(&preview(&bare));
    }
    measure(global, bare, how, ui)
}

/// Measures, keeps the run, and prints its comparison.
pub(super) fn measure(
    global: &Global,
    mut bare: Bare,
    (deciding, calibrate): How<'_>,
    ui: &Ui,
) -> Result<()> {
    bare.bench.same_image = calibrate.then(SameImage::default);
    let lock = lock(&bare.workdir, "bench", ui)?;
    announce(&bare, ui);
    let mut warnings = bare.bench.warnings();
    warnings.append(&mut bare.warnings);
    for warning in &warnings {
        ui.warn(&warning.message, warning.hint.as_deref());
    }
    let mut report = record::new_report(&bare.name, bare.toolchains, warnings);
    report.variants = bare.reports;
    let mut record = Record::new(&bare.workdir, report);
    let measuring = Measuring {
        bench: &bare.bench,
        gate: &GatePlan::usual(bare.bench.threshold_percent),
        workdir: &bare.workdir,
        deciding: Some(deciding),
        gating: None,
    };
    measuring.measure(&bare.subjects, &[], &mut record, ui)?;
    run::finish(&mut record, ui)?;
    measuring.save_baseline(&record, ui)?;
    drop(lock);
    ui.result(&render(&record.report, global.format, Global::style(ui)))?;
    step_summary(&record.report, ui);
    ui.note(&format!("run: {}", record.dir().display()));
    ui.note("next: pgoctl report --format markdown");
    Ok(())
}

fn names(bare: &Bare) -> Vec<&'static str> {
    let subjects = bare.subjects.iter();
    subjects.map(|subject| subject.variant.name()).collect()
}

fn announce(bare: &Bare, ui: &Ui) {
    ui.note(&format!(
        "{}; {} rounds × {} requests of each",
        names(bare).join(", "),
        bare.bench.rounds,
        bare.bench.requests
    ));
}

fn preview(bare: &Bare) -> String {
    use std::fmt::Write;

    use crate::bench::subject::Runs;
    let mut text = format!(
        "# measure: {} rounds × {} requests and {} cold starts of each, interleaved\n",
        bare.bench.rounds, bare.bench.requests, bare.bench.cold_starts
    );
    for subject in &bare.subjects {
        let line = match &subject.runs {
            Runs::Process(process, launch) => launch.tool(&process.args).to_string(),
            Runs::Already(_) => format!("# {} runs already", subject.variant.name()),
        };
        writeln!(text, "{line}").expect("a string takes everything");
    }
    text
}
