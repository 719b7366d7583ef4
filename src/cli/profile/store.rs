//! `profile ls`, `push`, `pull`, `gc`: profiles that several machines share.

use std::time::Duration;

use clap::{ArgGroup, Args};

use super::output::answer;
use super::text::{Columns, count};
use crate::cli::global::Global;
use crate::cli::store::Place;
use crate::config::{Config, Project};
use crate::error::{Error, ErrorKind, Result};
use crate::interrupt::Stop;
use crate::profile::shared::{self, GcReport, Group, PullReport, PushReport, Rules};
use crate::profile::stored;
use crate::store::Store;
use crate::ui::Ui;
use crate::units::{Span, bytes};

#[derive(Debug, Args)]
pub(super) struct LsArgs {
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, Args)]
pub(super) struct PushArgs {
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, Args)]
pub(super) struct PullArgs {
    #[command(flatten)]
    place: Place,
    /// Of every function that has any, not only of those in pgoctl.toml
    #[arg(long, conflicts_with = "function")]
    all: bool,
    /// Only those that this image left (`profile ls` shows its name)
    #[arg(long, value_name = "BUILD")]
    build: Option<String>,
}

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("rule").args(["keep", "older_than"]).required(true).multiple(true))]
pub(super) struct GcArgs {
    #[command(flatten)]
    place: Place,
    /// The profiles of the N newest builds of each function stay
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    keep: Option<u32>,
    /// Only what is older goes: 30d, 12h
    #[arg(long, value_name = "TIME", value_parser = age)]
    older_than: Option<Duration>,
    /// Say what would go, and remove nothing
    #[arg(long)]
    dry_run: bool,
}

/// A length of time that may be days or weeks.
fn age(text: &str) -> Result<Duration, String> {
    const DAY: u64 = 24 * 60 * 60;
    let number = |unit: char| text.trim().strip_suffix(unit)?.trim().parse::<u32>().ok();
    match (number('d'), number('w')) {
        (Some(days), _) => Ok(Duration::from_secs(u64::from(days) * DAY)),
        (_, Some(weeks)) => Ok(Duration::from_secs(u64::from(weeks) * 7 * DAY)),
        _ => text.parse().map(|Span(span)| span).map_err(|_| {
            format!("`{text}` is not a length of time: write it like `30d`, `12h` or `90m`")
        }),
    }
}

pub(super) fn ls(global: &Global, args: &LsArgs, ui: &Ui) -> Result<()> {
    let store = args.place.open(global)?;
    let groups = shared::list(&store, global.function.as_deref())?;
    answer(global, ui, &groups, || groups_text(&store, &groups))
}

fn groups_text(store: &Store, groups: &[Group]) -> String {
    if groups.is_empty() {
        return format!("no profiles in {}\n", store.place());
    }
    let mut columns = Columns::new(&[
        "function",
        "build",
        ">profiles",
        ">workers",
        ">size",
        "newest",
        "",
    ]);
    for group in groups {
        let unfinished = match group.unfinished {
            0 => String::new(),
            unfinished => format!("and {unfinished} without `.json`"),
        };
        columns.row(vec![
            group.function.clone(),
            group.build.clone(),
            count(group.profiles.into()),
            count(group.workers.into()),
            bytes(group.bytes),
            group.newest.clone(),
            unfinished,
        ]);
    }
    columns.text()
}

pub(super) fn push(global: &Global, args: &PushArgs, ui: &Ui) -> Result<()> {
    let store = args.place.open(global)?;
    if store.is_pull_only() {
        // Also where there is nothing to push: a job that may only pull is told the first time.
        return Err(Error::usage(format!("may not write to {}", store.place()))
            .because("`--pull-only` or `PGOCTL_STORE_PULL_ONLY` allows reading alone")
            .hint("whoever may write leaves both out"));
    }
    let workdir = Project::find(global.config.as_deref())?.workdir();
    let functions = match &global.function {
        Some(function) => vec![function.clone()],
        None => stored::functions(&workdir.root().join("profiles")),
    };
    let report = shared::push(&store, &workdir, &functions)?;
    answer(global, ui, &report, || push_text(&report))?;
    match report.broken.len() {
        0 => Ok(()),
        broken => {
            let goal = format!("{broken} profiles are not as their training left them");
            let first = report.broken[0].display().to_string();
            Err(Error::new(ErrorKind::Training, goal)
                .because(format!(
                    "the first one is `{first}`; the others were pushed"
                ))
                .hint("`pgoctl train` gathers them again"))
        }
    }
}

fn push_text(report: &PushReport) -> String {
    if report.pushed.is_empty() && report.already_there == 0 {
        return "there are no profiles here to push\n".to_owned();
    }
    format!(
        "pushed {} profiles ({}) to {}; {} were there\n",
        report.pushed.len(),
        bytes(report.bytes),
        report.store,
        report.already_there
    )
}

pub(super) fn pull(global: &Global, args: &PullArgs, ui: &Ui) -> Result<()> {
    let store = args.place.open(global)?;
    let project = Project::find(global.config.as_deref())?;
    let workdir = project.workdir();
    let functions: Vec<String> = match (&global.function, args.all) {
        (Some(function), _) => vec![function.clone()],
        (None, true) => {
            let mut names: Vec<String> = shared::list(&store, None)?
                .into_iter()
                .map(|group| group.function)
                .collect();
            names.dedup();
            names
        }
        (None, false) => match Project::if_any(global.config.as_deref())? {
            Some(project) => Config::read(&project.file)?.function.into_keys().collect(),
            None => {
                return Err(Error::usage("whose profiles?")
                    .because("there is no pgoctl.toml here that names functions")
                    .hint("`--function NAME`, or `--all`"));
            }
        },
    };
    let mut report = PullReport {
        schema_version: 1,
        store: store.place().to_owned(),
        ..PullReport::default()
    };
    for function in &functions {
        shared::check_name(function)?;
        let stop = Stop::default();
        let _lock = workdir.lock(function, "profile pull", &stop, &mut |holder| {
            ui.note(&format!("waiting for {holder}"));
        })?;
        let folder = workdir.profiles(function);
        shared::pull(
            &store,
            function,
            args.build.as_deref(),
            &folder,
            &mut report,
        )?;
    }
    answer(global, ui, &report, || pull_text(&report, &functions))?;
    for machine in &report.foreign {
        ui.warn(
            &format!("some of these profiles were gathered on {machine}"),
            Some("counts of calls and branches are the same code's; what is built here is this machine's"),
        );
    }
    match report.broken.len() {
        0 => Ok(()),
        broken => Err(Error::new(
            ErrorKind::Training,
            format!(
                "{broken} profiles in {} are broken and were not taken",
                report.store
            ),
        )
        .because(format!(
            "{}: {}",
            report.broken[0].key, report.broken[0].why
        ))
        .hint("`pgoctl store verify` says what else is")),
    }
}

fn pull_text(report: &PullReport, functions: &[String]) -> String {
    if report.pulled.is_empty() && report.already_here == 0 {
        return format!(
            "no profiles of {} in {}\n",
            functions.join(", "),
            report.store
        );
    }
    format!(
        "pulled {} profiles ({}) from {}; {} were here\n",
        report.pulled.len(),
        bytes(report.bytes),
        report.store,
        report.already_here
    )
}

pub(super) fn gc(global: &Global, args: &GcArgs, ui: &Ui) -> Result<()> {
    let store = args.place.open(global)?;
    let rules = Rules {
        keep: args.keep.map(|keep| keep as usize),
        older_than: args.older_than,
    };
    let now = jiff::Timestamp::now();
    let function = global.function.as_deref();
    let report = shared::collect(&store, function, rules, now, args.dry_run)?;
    answer(global, ui, &report, || gc_text(&report))
}

fn gc_text(report: &GcReport) -> String {
    let mut text = String::new();
    if report.dry_run {
        for key in &report.removed {
            text += &format!("would remove {key}\n");
        }
    }
    let verb = match report.dry_run {
        true => "would remove",
        false => "removed",
    };
    text += &format!(
        "{verb} {} objects ({}) from {}; {} more are old and in use\n",
        report.removed.len(),
        bytes(report.bytes),
        report.store,
        report.in_use
    );
    text
}

#[cfg(test)]
mod tests {
    use super::age;

    #[test]
    fn an_age_may_be_days() {
        let hours = |text| age(text).map(|age| age.as_secs() / 3600).ok();
        let ages = ["30d", "2w", "12h", "0s", "soon", "-3d"].map(hours);
        assert_eq!(ages, [Some(720), Some(336), Some(12), Some(0), None, None]);
    }
}
