//! `profile show`.

use std::path::{Path, PathBuf};

use clap::Args;

use super::inputs::{Limit, is_stdio, not_onto, unreadable};
use super::output::{answer, write_file};
use super::text::{Columns, count, harmless, percent};
use crate::cli::global::Global;
use crate::error::{Error, ErrorKind, Result};
use crate::profile::iprof::counts::profile::Profile;
use crate::profile::iprof::counts::resolve::Totals;
use crate::profile::iprof::look::flame;
use crate::profile::iprof::look::leaves::Filter;
use crate::profile::iprof::look::show::{
    Branch, MethodCount, ShowOptions, ShowReport, TypeCount, TypedSite, show as look,
};
use crate::ui::Ui;
use crate::units::bytes;

#[derive(Debug, Args)]
pub(super) struct ShowArgs {
    /// An `.iprof` file, gzip or plain; `-` is standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    narrow: Narrow,
    /// Draw the samples as a flame graph (SVG) into this file; `-` is standard output, and then nothing else is said
    #[arg(long, value_name = "FILE")]
    flamegraph: Option<PathBuf>,
    /// Write the samples as folded stacks for other viewers into this file; `-` is standard output
    #[arg(long, value_name = "FILE")]
    folded: Option<PathBuf>,
    #[command(flatten)]
    limit: Limit,
}

/// How much of a long list.
#[derive(Debug, Args)]
pub(super) struct Narrow {
    /// Only methods of this package (and the packages in it) or class
    #[arg(long, value_name = "PACKAGE", conflicts_with = "application")]
    package: Option<String>,
    /// Only methods of the application and its libraries
    #[arg(long)]
    application: bool,
    /// How many of each kind
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub(super) top: usize,
}

impl Narrow {
    pub(super) fn filter(&self) -> Filter {
        match (&self.package, self.application) {
            (Some(package), _) => Filter::Package(package.clone()),
            (None, true) => Filter::Application,
            (None, false) => Filter::All,
        }
    }
}

pub(super) fn show(global: &Global, args: &ShowArgs, ui: &Ui) -> Result<()> {
    let read = Profile::read(&args.file, args.limit.bytes());
    let (profile, facts) = read.map_err(|damage| unreadable(&args.file, &damage))?;
    if facts.stats.entries_dangling > 0 {
        let dangling = facts.stats.entries_dangling;
        ui.warn(
            &format!("{dangling} entries have ids that lead nowhere and are not shown"),
            Some("`pgoctl profile check` says more"),
        );
    }
    let streams = [&args.flamegraph, &args.folded];
    for output in streams.into_iter().flatten() {
        not_onto(&args.file, output)?;
    }
    let stdout = streams.into_iter().flatten().filter(|path| is_stdio(path));
    let stdout = stdout.count();
    if stdout > 1 {
        return Err(Error::usage("only one result can go to standard output"));
    }
    pictures(args, &profile, ui)?;
    if stdout == 1 {
        return Ok(());
    }
    let options = ShowOptions {
        top: args.narrow.top,
        filter: args.narrow.filter(),
    };
    let report = look(&args.file, &profile, &facts, &options).map_err(|_| too_much(&args.file))?;
    answer(global, ui, &report, || text(&report))
}

/// Writes the stacks and their flame graph, where they are wanted.
fn pictures(args: &ShowArgs, profile: &Profile, ui: &Ui) -> Result<()> {
    if args.flamegraph.is_none() && args.folded.is_none() {
        return Ok(());
    }
    let folded = flame::folded(profile).map_err(|damage| unreadable(&args.file, &damage))?;
    if folded.is_empty() {
        return Err(no_samples(&args.file));
    }
    if let Some(path) = &args.folded {
        put(path, &folded, ui)?;
    }
    if let Some(path) = &args.flamegraph {
        let title = args.file.file_name().unwrap_or_default().to_string_lossy();
        put(path, &flame::flame_graph(&folded, &title), ui)?;
    }
    Ok(())
}

/// The counts of one place, added up over its contexts, are more than Java's `long` holds.
pub(super) fn too_much(path: &Path) -> Error {
    let goal = format!("could not add up the counts in `{}`", path.display());
    Error::new(ErrorKind::Training, goal).because("a sum does not fit into 63 bits")
}

fn no_samples(path: &Path) -> Error {
    let goal = format!("there are no samples in `{}`", path.display());
    Error::new(ErrorKind::Training, goal)
        .because("a flame graph needs full stacks, and only samples have them")
        .hint("GraalVM samples since Oracle GraalVM for JDK 17; short runs may leave none")
}

fn put(path: &Path, text: &str, ui: &Ui) -> Result<()> {
    if is_stdio(path) {
        return ui.result(text);
    }
    write_file(path, text.as_bytes())?;
    ui.note(&format!("wrote {}", path.display()));
    Ok(())
}

fn text(report: &ShowReport) -> String {
    let mut text = format!(
        "{}: version {}, {}, {} types, {} methods\n\n",
        report.path.display(),
        report.version,
        bytes(report.size_bytes),
        count(report.types.into()),
        count(report.methods.into())
    );
    let mut sections = Columns::new(&["section", ">entries", ">cells", ">sum of counts"]);
    for section in &report.sections {
        let Totals {
            entries,
            cells,
            sum,
        } = section.totals;
        let key = section.section.key().to_owned();
        sections.row(vec![
            key,
            count(entries.into()),
            count(cells.into()),
            count(sum),
        ]);
    }
    text += &sections.text();
    if !report.unknown_sections.is_empty() {
        text += &format!(
            "not known: {}\n",
            harmless(&report.unknown_sections.join(", "))
        );
    }
    text += &methods("most called", "calls", &report.top_calls);
    text += &methods("most sampled", "samples", &report.top_samples);
    text += &branches(&report.branches);
    text += &sites("virtual calls", &report.call_sites);
    text += &sites("instanceof checks", &report.instanceof_checks);
    text += &monitors(&report.monitors);
    text
}

fn methods(title: &str, unit: &str, methods: &[MethodCount]) -> String {
    if methods.is_empty() {
        return String::new();
    }
    let mut columns = Columns::new(&[&format!(">{unit}"), ">share", title]);
    for method in methods {
        let share = percent(Some(method.share));
        columns.row(vec![count(method.count), share, method.method.clone()]);
    }
    format!("\n{}", columns.text())
}

fn branches(branches: &[Branch]) -> String {
    if branches.is_empty() {
        return String::new();
    }
    let mut columns = Columns::new(&[">reached", "hottest branches", "goes to"]);
    for branch in branches {
        let mut successors: Vec<_> = branch.successors.iter().collect();
        successors.sort_by_key(|successor| std::cmp::Reverse(successor.count));
        let shown = successors
            .iter()
            .filter(|successor| successor.count > 0)
            .take(3);
        let shown = shown.map(|s| format!("{} {}", target(s.bci), percent(s.share)));
        let shown: Vec<String> = shown.collect();
        let place = format!("{} at {}", branch.method, branch.bci);
        columns.row(vec![count(branch.count), place, shown.join(", ")]);
    }
    format!("\n{}", columns.text())
}

fn target(bci: i32) -> String {
    match bci {
        0.. => bci.to_string(),
        _ => "out".to_owned(),
    }
}

fn sites(title: &str, sites: &[TypedSite]) -> String {
    if sites.is_empty() {
        return String::new();
    }
    let mut columns = Columns::new(&[">reached", title, "types"]);
    for site in sites {
        let shown = site.types.iter().take(3);
        let shown = shown.map(|t| format!("{} {}", t.name, percent(t.share)));
        let mut shown: Vec<String> = shown.collect();
        if site.types.len() > 3 {
            shown.push(format!("{} more", site.types.len() - 3));
        }
        let place = format!("{} at {}", site.method, site.bci);
        columns.row(vec![count(site.count), place, shown.join(", ")]);
    }
    format!("\n{}", columns.text())
}

fn monitors(monitors: &[TypeCount]) -> String {
    if monitors.is_empty() {
        return String::new();
    }
    let mut columns = Columns::new(&[">locked", ">share", "synchronized on"]);
    for monitor in monitors {
        let share = percent(monitor.share);
        columns.row(vec![
            count(monitor.count.into()),
            share,
            monitor.name.clone(),
        ]);
    }
    format!("\n{}", columns.text())
}
